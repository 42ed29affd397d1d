"""Addresses for operators: alive, ready, counts from the store."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from forms_api.store import deliveries as store_deliveries
from forms_api.store.engine import anchor_of, writing
from forms_api.store.schema import deliveries

from ..served import Api


def sample(api: Api, name: str) -> float:
    text = api.client.get("/metrics").get_data(as_text=True)
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.M)
    assert found, text
    return float(found[1])


def test_a_process_that_runs_is_alive_and_one_with_a_store_is_ready(any_api: Api) -> None:
    assert any_api.client.get("/healthz").json == {"status": "ok"}
    assert any_api.client.get("/readyz").json == {"status": "ready", "schedule": {"last_run": None, "overdue": None}}


def test_without_its_store_it_is_alive_not_ready_and_still_counts(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing(api.kit.engine) as connection:
        connection.exec_driver_sql("ALTER TABLE leads RENAME TO lost")
        connection.exec_driver_sql("ALTER TABLE deliveries RENAME TO lost_too")
    assert api.client.get("/healthz").status_code == 200
    answer = api.client.get("/readyz")
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (503, "not_ready")
    assert sample(api, "leadsite_store_up") == 0


def test_the_counts_are_those_of_the_store(any_api: Api) -> None:
    for _ in range(2):
        any_api.post("us", any_api.filled("us", "en-US"))
    any_api.post("us", any_api.filled("us", "en-US", website="x"))
    with writing(any_api.kit.engine) as connection:
        one = list(store_deliveries.find(connection, now=any_api.clock()))[-1]
        connection.execute(deliveries.update().where(deliveries.c.id == one.id).values(failed_at=any_api.clock(), failed_reason="550"))
    any_api.clock.advance(seconds=90)
    assert sample(any_api, 'leadsite_leads_total{form="guide",market="us",outcome="accepted"}') == 2
    assert sample(any_api, 'leadsite_leads_total{form="guide",market="us",outcome="quarantined"}') == 1
    assert sample(any_api, 'leadsite_deliveries{lane="mail",status="open"}') == 2
    assert sample(any_api, 'leadsite_deliveries{lane="mail",status="failed"}') == 1
    assert sample(any_api, 'leadsite_overdue_seconds{lane="mail"}') == 90
    assert sample(any_api, "leadsite_store_up") == 1


def test_a_lane_that_is_done_is_counted_no_more(api: Api) -> None:
    lead = api.taken("us", "en-US")
    assert sample(api, 'leadsite_deliveries{lane="mail",status="open"}') == 1
    with writing(api.kit.engine) as connection:
        connection.execute(deliveries.update().where(deliveries.c.lead_id == lead.id).values(delivered_at=api.clock() + dt.timedelta(seconds=1)))
    assert 'lane="mail"' not in api.client.get("/metrics").get_data(as_text=True)


def test_an_anchor_that_cannot_be_written_is_told_and_costs_no_lead(api: Api) -> None:
    api.taken("us", "en-US")
    assert "warnings" not in api.client.get("/readyz").get_json()
    anchor = anchor_of(api.kit.engine)
    assert anchor is not None
    anchor.file.unlink()
    anchor.file.mkdir()
    api.taken("us", "en-US")
    answer = api.client.get("/readyz")
    assert answer.status_code == 200
    (warning,) = answer.get_json()["warnings"]
    assert warning["code"] == "anchor_not_written" and "Is a directory" in warning["message"]
    anchor.file.rmdir()
    api.taken("us", "en-US")
    assert "warnings" not in api.client.get("/readyz").get_json()
