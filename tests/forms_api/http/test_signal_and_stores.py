"""The browser's opt-out signal, stores that the law asks for, processes that serve only some markets, labels in mails."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from forms_api.destinations.base import RetryAt
from forms_api.letters import sequence_mails
from forms_api.recipients import allowed_at, hours_gate
from forms_api.store import leads
from forms_api.store.engine import writing
from leadcore.model.leads import ConsentEvent, Delivery, Lead

from ..served import KEY, Api

MakeApi = Callable[..., Api]


def agreed(api: Api, market: str, locale: str, **answers: str):  # type: ignore[no-untyped-def]
    """The answer to a form that was sent again with all that was asked."""
    from ..pages_read import Page

    headers = {"Sec_GPC": "1"} if answers.pop("signal", "") else {}
    answer = api.post(market, api.filled(market, locale, **answers), **headers)
    if answer.status_code == 422:
        page = Page(answer.get_data(as_text=True))
        boxes = dict.fromkeys(page.boxes(), "yes")
        answer = api.post(market, {**page.sent(), **boxes}, **headers)
    return answer


@pytest.mark.parametrize(("region", "shown"), [("CA", True), ("CO", False), ("UT", False)])
def test_the_signal_is_shown_as_honoured_where_the_state_asks_for_it(api: Api, region: str, shown: bool) -> None:
    answer = agreed(api, "us", "en-US", region=region, signal="yes")
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("#opt-out-signal") == shown
    (event,) = api.events(api.lead())
    assert event.signal_seen == "Sec-GPC: 1"
    assert ("signal_seen" in event.decision["store"]) == (region != "UT")  # type: ignore[operator]
    assert ("gpc_status:honoured" in event.decision["show"]) == shown  # type: ignore[operator]


def test_a_program_is_told_that_the_signal_was_honoured(api: Api) -> None:
    from ..pages_read import Page

    page = Page(api.post("us", api.filled("us", "en-US", region="CA"), Sec_GPC="1").get_data(as_text=True))
    data = page.sent() if page.summary else api.filled("us", "en-US", region="CA")
    assert api.post_json("us", data, Sec_GPC="1").json["opt_out_signal"] == "honoured"
    assert "opt_out_signal" not in api.post_json("us", {**data, "email": "other@example.com"}).json


def test_without_the_signal_nothing_is_said_of_it(api: Api) -> None:
    answer = agreed(api, "us", "en-US", region="CA")
    assert "#" not in answer.headers["Location"] and api.events(api.lead())[0].signal_seen == ""


_RUSSIAN = r'jurisdiction = "KZ"((?s:.*))storage_country = "KZ"'


@pytest.mark.parametrize(
    ("market", "change", "code"),
    [
        ("uz", ('storage_country = "UZ"', 'storage_country = "UZ"'), ""),
        ("kz", ('storage_country = "KZ"', 'storage_country = "KZ"'), ""),
        ("kz", ('storage_country = "KZ"', 'storage_country = "DE"'), "residency:KZ_STORE_MISSING"),
        ("kz", (_RUSSIAN, r'jurisdiction = "RU"\1storage_country = "RU"'), ""),
        ("kz", (_RUSSIAN, r'jurisdiction = "RU"\1storage_country = "KZ"'), "residency:RU_PRIMARY_STORE_MISSING"),
    ],
    ids=["UZ", "KZ", "KZ-in-DE", "RU", "RU-in-KZ"],
)
def test_a_market_without_the_store_that_its_law_asks_for_takes_nothing(
    with_market: Callable[..., Api], market: str, change: tuple[str, str], code: str
) -> None:
    api = with_market(**{market: change})
    home = api.project.markets[market]
    for locale in home.locales:
        data = {**api.filled(market, locale, country=home.country), "consent_transfer": "yes", "consent_explicit": "yes"}
        answer = api.post_json(market, data)
        found = [e["code"] for e in answer.json.get("errors", ())]
        assert (answer.status_code, found) == ((422, [code]) if code else (201, [])), locale
    assert api.counts()["leads"] == (0 if code else len(home.locales))


def test_a_copy_in_the_country_opens_the_gate(with_market: Callable[..., Api]) -> None:
    api = with_market(de=(r'storage_country = "DE"', 'storage_country = "DE"\ncopies = ["AT"]'))
    assert api.post_json("de", api.filled("de", "de")).status_code == 201
    assert {"stored_in:DE", "stored_in:AT"} <= set(api.events(api.lead())[0].decision["store"])  # type: ignore[arg-type]


def test_a_mail_of_a_series_is_due_in_the_recipients_hours_and_waits_at_the_gate(api: Api) -> None:
    market = api.project.markets["us"]
    lead = Lead(
        id="l", receipt="R", fingerprint="f", market="us", locale="en-US", form="guide", email="a@example.com", residence="CO",
        submitted_at=api.clock(),
    )  # fmt: skip
    sunday = dt.datetime(2026, 11, 22, 15, 0, tzinfo=dt.UTC)
    monday = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
    assert allowed_at(market, lead, "email", sunday) == monday, "Monday 07:00 in Bogota (Ley 2300/2023 art. 3)"
    mails = sequence_mails(api.project, market, api.project.forms["guide"], lead, KEY, sunday)
    assert mails
    for _, due, _ in mails:
        assert allowed_at(market, lead, "email", due) == due
    api.clock.now = sunday
    with writing(api.kit.engine) as connection:
        leads.accept(connection, lead, ConsentEvent(id="e", lead_id="l", event="given", at=sunday, market="us", locale="en-US", form="guide"), [])
    gate = hours_gate(api.kit.engine, lambda: api.project, api.clock)
    mail = Delivery(
        id="d", lead_id="l", market="us", kind="mail", name="guide/01", destination="mail", action="send", due_at=sunday, created_at=sunday
    )
    assert gate(mail) == RetryAt(reason="outside the recipient's hours", at=monday)
    assert gate(replace(mail, name="confirm")) is None, "what answers a request is no advertising"
    api.clock.now = monday
    assert gate(mail) is None


def test_one_process_serves_only_its_markets(make_api: MakeApi, api: Api) -> None:
    lead = api.taken("us", "en-US")
    only = make_api(LEADSITE_MARKETS="de,in")
    assert only.post("us", only.filled("us", "en-US")).status_code == 404
    assert only.client.get("/us/guide").status_code == 404
    assert only.post("de", only.filled("de", "de")).status_code == 303
    only.kit.engine.dispose()
    only.app.extensions["leadsite"] = only.kit = type(only.kit)(
        **{**{name: getattr(only.kit, name) for name in only.kit.__dataclass_fields__}, "engine": api.kit.engine, "writer": api.kit.writer}
    )
    before = api.counts()
    for purpose in ("confirm", "unsubscribe", "privacy"):
        path = api.link(lead, purpose)
        assert api.client.get(path).status_code == 200
        for answer in (only.client.get(path), only.client.post(path)):
            assert answer.status_code == 404, purpose
            assert lead.email not in answer.get_data(as_text=True)
    assert api.counts() == before


@pytest.mark.parametrize(
    ("country", "starts", "says"),
    [("DE", "", "Dies ist Werbung"), ("KR", "(광고) ", "kostenlos"), ("SG", "<ADV> ", "Karvan")],
)
def test_nurture_mails_carry_the_marks_of_the_recipients_law(api: Api, country: str, starts: str, says: str) -> None:
    answer = agreed(api, "de", "de", country=country, consent_news_email="yes")
    assert answer.status_code == 303, answer.get_data(as_text=True)[:300]
    lead = api.lead()
    confirm = next(d for d in api.deliveries(lead) if d.name == "confirm")
    assert not str(confirm.payload["subject"]).startswith(("(", "<")), "the confirmation is no advertising"
    assert api.client.post(api.link(lead, "confirm")).status_code == 200
    mails = [d.payload for d in api.deliveries(lead) if d.kind == "mail" and "/" in d.name]
    assert mails
    for mail in mails:
        assert str(mail["subject"]).startswith(starts) and (starts or not str(mail["subject"]).startswith("("))
        assert says in str(mail["text"]) and says in str(mail["html"])
        assert api.project.markets["de"].controller.address_in("de") in str(mail["text"])
        assert "List-Unsubscribe" in mail["headers"]  # type: ignore[operator]
