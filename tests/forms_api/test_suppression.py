"""The suppression list: it outlives replay, an old database and a new import, and only the person lifts it."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from forms_api.services import open_services
from forms_api.store import deliveries, suppression
from forms_api.store.engine import reading, writing
from forms_api.store.schema import leads as leads_table
from forms_api.store.schema import suppressions
from forms_api.store.suppression import Entry
from forms_api.suppression import Suppression, standing
from leadcore.model.leads import Lead

from .http.test_privacy import confirmed, work
from .served import KEY, NOW, Api


def entry(reason: str = "withdrawn", use: str = "*", hours: int = 0, **changes: Any) -> Entry:
    values: dict[str, Any] = {"key": "k", "what": "email", "market": "de", "use": use, "reason": reason, "at": NOW + timedelta(hours=hours)}
    return Entry(**{**values, **changes})


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ([], None),
        ([entry()], "withdrawn"),
        ([entry(use="email")], "withdrawn"),
        ([entry(use="voice")], None),
        ([entry(), entry("lifted", "email", 1)], None),
        ([entry(), entry("lifted", "voice", 1)], "withdrawn"),
        ([entry(), entry("lifted", "email", 1), entry(use="email", hours=2)], "withdrawn"),
        ([entry("erased"), entry("lifted", "email", 1)], "erased"),
        ([entry("erased"), entry(hours=1)], "erased"),
    ],
)
def test_what_stands_for_mail(entries: list[Entry], reason: str | None) -> None:
    assert standing(entries, "email").reason == reason


def test_the_table_takes_each_entry_once_and_holds_no_address(any_api: Api) -> None:
    lead = confirmed(any_api, "us", "en-US", "demo", email="Ada@example.com", phone="(415) 555-0132")
    any_api.client.post(any_api.link(lead, "unsubscribe"))
    with writing(any_api.kit.engine) as connection:
        found = tuple(suppression.every(connection))
        assert suppression.add(connection, found) == 0
        rows = repr(connection.execute(sa.select(suppressions)).all())
    assert {(one.what, one.market, one.use, one.reason) for one in found} == {(what, "us", "*", "withdrawn") for what in ("email", "phone")}
    copied = any_api.kit.settings.suppression_file.read_text(encoding="utf-8")
    for text in (rows, copied):
        assert "ada" not in text.lower() and "415555" not in text
    assert [json.loads(line)["key"] for line in copied.splitlines()] == [one.key for one in found]
    assert any_api.kit.suppression.hash_of("email", " ada@EXAMPLE.com") == found[0].key
    assert replace(any_api.kit.suppression, key="another").hash_of("email", "ada@example.com") != found[0].key
    assert os.stat(any_api.kit.settings.suppression_file).st_mode & 0o077 == 0


def test_a_replay_brings_nobody_back(any_api: Api) -> None:
    """Another lead of the person, whose delivery had failed, is replayed after the withdrawal."""
    lead = confirmed(any_api, "us", "en-US", email="ada@example.com")
    any_api.client.post(any_api.link(lead, "unsubscribe"))
    work(any_api)
    with writing(any_api.kit.engine) as connection:  # As if the withdrawal had never reached the lead's row.
        connection.execute(leads_table.update().values(withdrawn_at=None))
        one = next(d for d in deliveries.of_lead(connection, lead.id) if d.action == "subscribe")
        again = replace(one, id="again", due_at=any_api.clock(), delivered_at=None, cancelled_at=None)
        deliveries.add(connection, [again])
    assert work(any_api) == []
    with reading(any_api.kit.engine) as connection:
        found = deliveries.by_id(connection, "again")
        (attempt,) = deliveries.attempts_of(connection, "again")
    assert found and found.failed_reason == "suppressed: withdrawn"
    assert (attempt.outcome, attempt.detail) == ("suppressed", "withdrawn"), "the refusal is proof, too"


@pytest.mark.parametrize("action", ["withdraw-all", "erase"])
def test_an_old_database_forgets_nothing(api: Api, tmp_path: Path, action: str) -> None:
    lead = api.taken("us", "en-US", email="ada@example.com", consent_news_email="yes")
    api.client.post(api.link(lead, "confirm"))
    file = Path(api.kit.settings.database_url.removeprefix("sqlite:///"))
    with writing(api.kit.engine) as connection:
        connection.exec_driver_sql("SELECT 1")
    api.kit.engine.dispose()
    backup = tmp_path / "backup.db"
    shutil.copy(file, backup)
    for suffix in ("-wal",):
        if (log := file.with_name(file.name + suffix)).exists():
            shutil.copy(log, backup.with_name(backup.name + suffix))
    api.clock.advance(hours=1)
    api.client.post(api.opened(lead), data={"action": action})
    settings = replace(api.kit.settings, database_url=f"sqlite:///{backup}")
    kit = open_services(api.kit.project, settings, api.clock)
    restored = Api(kit, api.clock)
    try:
        assert restored.lead().status == {"withdraw-all": "withdrawn", "erase": "erased"}[action], "what the backup had forgotten is done again"
        assert action == "withdraw-all" or "ada@example.com" not in repr([restored.lead(), restored.deliveries(restored.lead())])
        with reading(kit.engine) as connection:
            assert kit.suppression.of(connection, "ada@example.com", "", ["us"], "email").reason == {"withdraw-all": "withdrawn", "erase": "erased"}[action]
        assert work(restored) == [], "neither its list nor its mails"
        kit.suppression.restore(kit.engine)
        lines = settings.suppression_file.read_text(encoding="utf-8").splitlines()
        assert len(lines) == len(set(lines))
    finally:
        restored.close()


def test_a_lost_copy_is_written_anew_and_a_broken_line_costs_only_itself(any_api: Api) -> None:
    lead = confirmed(any_api, "us", "en-US")
    any_api.client.post(any_api.link(lead, "unsubscribe"))
    copy = any_api.kit.settings.suppression_file
    good = copy.read_text(encoding="utf-8")
    copy.unlink()
    assert any_api.kit.suppression.restore(any_api.kit.engine) == []
    assert copy.read_text(encoding="utf-8") == good
    with copy.open("a", encoding="utf-8") as file:
        file.write('{"key": "cut off')
    kept = Suppression(KEY, copy)
    kept.write([entry()])
    assert [one.key for one in kept.written()][-1] == "k" and len(list(kept.written())) == len(good.splitlines()) + 1
    assert len(any_api.kit.suppression.restore(any_api.kit.engine)) == 1


def agrees_again(api: Api, email: str) -> Lead:
    api.clock.advance(hours=1)
    before = {one.id for one in api.leads()}
    data = api.filled("us", "en-US", email=email, consent_news_email="yes")
    assert api.post("us", data).status_code == 303
    return next(one for one in api.leads() if one.id not in before)


def test_a_fresh_confirmed_consent_lifts_a_withdrawal(any_api: Api) -> None:
    lead = confirmed(any_api, "us", "en-US", email="ada@example.com")
    any_api.client.post(any_api.link(lead, "unsubscribe"))
    work(any_api)
    again = agrees_again(any_api, "Ada@example.com")
    assert [d.name for d in work(any_api)] == ["confirm"], "the mail that asks goes out: it is not advertising"
    any_api.client.post(any_api.link(again, "confirm"))
    assert {d.lead_id for d in work(any_api)} == {again.id}
    with reading(any_api.kit.engine) as connection:
        assert any_api.kit.suppression.of(connection, "ada@example.com", "", ["us"], "email").reason is None
        assert any_api.kit.suppression.of(connection, "ada@example.com", "", ["us"], "voice").reason == "withdrawn"
    assert next(one for one in any_api.leads() if one.id == lead.id).withdrawn_at, "the old lead stays withdrawn"


def test_after_a_withdrawal_the_address_is_confirmed_even_where_no_rule_asks(with_market: Any) -> None:
    """Somebody else may have typed it."""
    api = with_market(us=(r'double_opt_in = "always"', 'double_opt_in = "regime"'))
    lead = api.taken("us", "en-US", email="ada@example.com", consent_news_email="yes")
    assert api.mails(lead)[0] == "deliver"
    api.client.post(api.link(lead, "unsubscribe"))
    again = agrees_again(api, "ada@example.com")
    assert api.mails(again) == ["confirm"] and api.lists(again) == []
    stranger = agrees_again(api, "eve@example.com")
    assert api.mails(stranger)[0] == "deliver"


def test_a_new_consent_after_erasure_counts_for_its_own_lead_and_clears_nothing(any_api: Api) -> None:
    lead = confirmed(any_api, "us", "en-US", email="ada@example.com")
    any_api.client.post(any_api.opened(lead), data={"action": "erase"})
    work(any_api)
    again = agrees_again(any_api, "ada@example.com")
    any_api.client.post(any_api.link(again, "confirm"))
    assert {d.name for d in work(any_api) if d.kind == "list"} == {"guide-us"}
    with reading(any_api.kit.engine) as connection:
        assert any_api.kit.suppression.of(connection, "ada@example.com", "", ["us"], "email").reason == "erased"


def test_a_family_that_shares_a_number_keeps_its_mail(any_api: Api) -> None:
    ada = confirmed(any_api, "us", "en-US", "demo", email="ada@example.com", phone="(415) 555-0132")
    any_api.client.post(any_api.link(ada, "unsubscribe"))
    work(any_api)
    any_api.clock.advance(hours=1)
    eve = confirmed(any_api, "us", "en-US", "demo", email="eve@example.com", phone="(415) 555-0132")
    assert [d.name for d in any_api.deliveries(eve) if d.delivered_at and d.kind == "list"] == ["guide-us"]
    with reading(any_api.kit.engine) as connection:
        assert any_api.kit.suppression.of(connection, "eve@example.com", "+14155550132", ["us"], "voice").reason == "withdrawn"
