"""When the store fails: nothing half stored, nobody thanked, and nothing typed is lost."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from forms_api.store import consents, deliveries
from forms_api.store.engine import writing

from ..pages_read import Page
from ..served import Api


def unavailable(api: Api) -> None:
    """From now on every statement fails, as when the database's machine is gone."""

    def refuse(*_: Any) -> None:
        raise sa.exc.OperationalError("select", {"email": "ada@example.com"}, Exception("connection refused"))

    sa.event.listen(api.kit.engine, "before_cursor_execute", refuse)


def full(api: Api) -> None:
    """The disk has no room for another page: SQLite's own SQLITE_FULL."""
    with writing(api.kit.engine) as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    api.kit.engine.dispose()
    sa.event.listen(api.kit.engine, "connect", lambda raw, _: raw.execute(f"PRAGMA max_page_count = {pages}"))


@pytest.mark.parametrize("step", ["consent event", "deliveries", "commit"])
def test_a_failure_in_the_middle_leaves_nothing(any_api: Api, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    before = any_api.counts()

    def fail(*_: Any, **__: Any) -> None:
        raise sa.exc.OperationalError("insert", {}, Exception("lost"))

    if step == "commit":
        sa.event.listen(any_api.kit.engine, "commit", fail)
    else:
        monkeypatch.setattr(consents if step == "consent event" else deliveries, "add", fail)
    data = any_api.filled("us", "en-US", consent_news_email="yes", submission_id="abc")
    answer = any_api.post("us", data)
    assert answer.status_code == 503
    monkeypatch.undo()
    if step == "commit":
        sa.event.remove(any_api.kit.engine, "commit", fail)
    assert any_api.counts() == before
    assert any_api.post("us", Page(answer.get_data(as_text=True)).sent()).status_code == 303
    after = any_api.counts() - before
    assert after == {"leads": 1, "consent_events": 1, "lead_keys": 1, "deliveries": 1}, "lead, record and delivery come together"


@pytest.mark.parametrize("trouble", [unavailable, full], ids=["unavailable", "disk full"])
def test_the_form_comes_back_with_everything_kept(api: Api, trouble: Any) -> None:
    data = api.filled("de", "de", "demo", name="Jörg <b>", phone="0731 123450", message="zwei\nZeilen " + "x" * 1900, consent_offers_voice="yes", submission_id="s")
    stored = api.counts()
    trouble(api)
    big = {**data, "page": "p" * 300}
    answers = [api.post("de", big, "demo") for _ in range(6)]
    assert {a.status_code for a in answers} <= {303, 503}
    answer = answers[-1] if trouble is unavailable else next(a for a in self_fill(api, data) if a.status_code == 503)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    page = Page(answer.get_data(as_text=True))
    assert (page.lang, page.focused) == ("de", ["summary"])
    assert len(page.summary) == 1 and page.summary[0][0].removeprefix("#") in page.ids
    sent = page.sent()
    assert {k: sent[k].replace("\r\n", "\n") for k in ("name", "phone", "topic", "country", "consent_offers_voice")} == {
        k: data[k] for k in ("name", "phone", "topic", "country", "consent_offers_voice")
    }
    assert sent["message"].startswith("zwei\nZeilen x")
    assert stored["leads"] == 0


def self_fill(api: Api, data: dict[str, str]) -> Any:
    """Submissions, each another lead, until the disk is full."""
    for number in range(200):
        yield api.post("de", {**data, "email": f"n{number}@example.com", "submission_id": f"s{number}"}, "demo")


def test_programs_get_503_in_the_one_shape(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    unavailable(api)
    answer = api.post_json("us", api.filled("us", "en-US"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert [(e["field"], e["code"]) for e in answer.json["errors"]] == [("", "not_saved")]
    said = capsys.readouterr()
    assert "ada@" not in said.out + said.err and "ada1@" not in said.out + said.err


def test_an_unknown_notice_cannot_be_looked_up_and_nothing_is_lost(api: Api) -> None:
    unavailable(api)
    data = {**api.filled("us", "en-US", name="Ada"), "notice": "f" * 64}
    answer = api.post("us", data)
    assert answer.status_code == 503
    assert Page(answer.get_data(as_text=True)).sent()["name"] == "Ada"


@pytest.mark.parametrize("purpose", ["confirm", "unsubscribe", "privacy"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_links_in_mails_say_to_try_again(api: Api, purpose: str, method: str) -> None:
    path = api.link(api.taken("us", "en-US"), purpose)
    unavailable(api)
    answer = api.client.open(path, method=method, headers={"Accept-Language": "de"}, data={"action": "erase"} if method == "POST" else None)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert Page(answer.get_data(as_text=True)).lang == "de"
    program = api.client.open(path, method=method, headers={"Accept": "application/json"})
    assert (program.status_code, program.json["errors"][0]["code"]) == (503, "unavailable")


def test_a_queue_that_is_gone_fails_no_lead(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forms_api.jobs.open_queue", lambda url: 1 / 0)
    assert api.post("us", api.filled("us", "en-US")).status_code == 303
    assert api.lead()
