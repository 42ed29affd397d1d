"""The privacy page: nothing shows before the mail challenge, and what was asked for happens once and everywhere."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest

from forms_api.destinations.base import Accepted, Result
from forms_api.outbox import Outbox
from forms_api.store import requests
from forms_api.store.engine import reading
from leadcore.model.leads import Delivery, Lead

from ..pages_read import Page
from ..served import Api


def page_of(answer: Any, status: int = 200) -> Page:
    assert answer.status_code == status, answer.get_data(as_text=True)[-600:]
    return Page(answer.get_data(as_text=True))


class Kept:
    """A destination that takes everything."""

    def __init__(self) -> None:
        self.seen: list[Delivery] = []

    def deliver(self, delivery: Delivery, now: Any) -> Result:
        self.seen.append(delivery)
        return Accepted(detail="204")

    def close(self) -> None: ...


def work(api: Api) -> list[Delivery]:
    """Brings what is due as a worker does, behind the suppression list; gives what arrived."""
    kept = Kept()
    lanes = {f"{item.destination}:{m.id}/{item.id}" for m in api.project.markets.values() for item in m.lists.values()}
    lanes |= {"mail"}
    Outbox(
        api.kit.engine, dict.fromkeys(lanes, kept), worker="w", clock=api.clock, jitter=lambda: 0.5,
        gate=lambda delivery: api.kit.suppression.gate(api.kit.engine, delivery),
    ).deliver_due()  # fmt: skip
    return kept.seen


def asked(api: Api, lead: Lead) -> list[tuple[str, bool]]:
    with reading(api.kit.engine) as connection:
        return [(one.kind, one.done_at is not None) for one in requests.find(connection, lead_id=lead.id)]


def confirmed(api: Api, market: str, locale: str, form: str = "guide", **answers: str) -> Lead:
    lead = api.taken(market, locale, form, **{"consent_news_email": "yes", **answers})
    api.client.post(api.link(lead, "confirm"))
    work(api)
    api.clock.advance(minutes=5)
    return next(one for one in api.leads() if one.id == lead.id)


def test_a_mails_link_shows_nothing_of_the_person(any_api: Api) -> None:
    """A mail that was passed on must not open the data: neither by GET nor by any action."""
    lead = any_api.taken("us", "en-US", "demo", name="Ada Lovelace", phone="(415) 555-0132", company="Engines", consent_news_email="yes")
    path = any_api.link(lead, "privacy")
    answers = [any_api.client.get(path)]
    for action in ("export", "export-csv", "withdraw-all", "erase", "address", "", "send"):
        answers.append(any_api.client.post(path, data={"action": action, "email": "eve@example.com", "use": "email"}))
    for answer in answers:
        text = answer.get_data(as_text=True)
        assert answer.mimetype == "text/html"
        assert not any(value in text for value in (lead.email, "Lovelace", "555", "Engines", lead.receipt))
    assert any_api.leads() == [lead]
    sent = {str(d.payload["to"]) for d in any_api.deliveries(lead) if d.name == "privacy"}
    assert sent == {lead.email}, "the link goes to the address that we hold, whoever asks"
    assert any_api.client.get(f"{path}/{lead.receipt}").status_code == 404


def test_only_so_many_links_are_mailed_and_the_page_says_the_same(any_api: Api) -> None:
    lead = any_api.taken("us", "en-US")
    path = any_api.link(lead, "privacy")
    pages = [any_api.client.post(path).get_data() for _ in range(5)]
    assert len(set(pages)) == 1
    assert len([d for d in any_api.deliveries(lead) if d.name == "privacy"]) == 1, "at one instant one mail"
    for _ in range(4):
        any_api.clock.advance(minutes=1)
        pages.append(any_api.client.post(path).get_data())
    assert len(set(pages)) == 1
    assert len([d for d in any_api.deliveries(lead) if d.name == "privacy"]) == 3
    any_api.clock.advance(hours=1)
    any_api.client.post(path)
    assert len([d for d in any_api.deliveries(lead) if d.name == "privacy"]) == 4


def test_one_connection_asks_only_so_often(make_api: Any) -> None:
    api = make_api(LEADSITE_RATE_PER_MINUTE="2")
    lead = api.taken("us", "en-US")
    statuses = [api.client.post(api.link(lead, "privacy")).status_code for _ in range(3)]
    assert statuses == [200, 429, 429]


def test_a_mailed_link_opens_for_an_hour(any_api: Api) -> None:
    lead = any_api.taken("us", "en-US", name="Ada Lovelace")
    path = any_api.opened(lead)
    assert "Ada Lovelace" in page_of(any_api.client.get(path)).main
    any_api.clock.advance(minutes=60)
    assert "Ada Lovelace" in page_of(any_api.client.get(path)).main
    any_api.clock.advance(seconds=1)
    late = page_of(any_api.client.get(path))
    assert "Ada" not in late.main and late.tags.count("button") == 1
    any_api.client.post(path, data={"action": "erase"})
    assert any_api.lead().erased_at is None
    assert len([d for d in any_api.deliveries(lead) if d.name == "privacy"]) == 2, "the button mails a new one"


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("purpose", ["Purpose", ""])
def test_looking_at_opened_data_changes_nothing(any_api: Api, method: str, purpose: str) -> None:
    lead = confirmed(any_api, "us", "en-US")
    opened = any_api.opened(lead)
    any_api.client.post(opened, data={"action": "address", "email": "new@example.com"})
    mail = next(d for d in any_api.deliveries(lead) if d.name == "address")
    address = re.search(r"https://[^/\s]+(/address/\S+)", str(mail.payload["text"]))
    assert address
    before, counts = any_api.leads(), any_api.counts()
    for path in (opened, opened + "?action=erase", f"{opened}/{lead.receipt}?name=Eve", address[1]):
        answer = any_api.client.open(path, method=method, headers={"Purpose": "prefetch", "Sec-Purpose": "prefetch"} if purpose else {})
        assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
    assert (any_api.leads(), any_api.counts()) == (before, counts)


def test_everything_is_shown_and_exported(any_api: Api) -> None:
    lead = any_api.taken(
        "in", "gu-IN", "demo", name="<i>આશા</i>", phone="૯૮૨૦૦ ૧૨૩૪૫", message="a & b", topic="sales", consent_news_email="yes"
    )
    any_api.client.post(any_api.link(lead, "confirm"))
    work(any_api)
    other = any_api.taken("in", "en-IN", name="Asha", email=lead.email.upper())
    path = any_api.opened(lead)
    page = page_of(any_api.client.get(path))
    assert "i" not in page.tags and "<i>આશા</i>" in page.main and "a & b" in page.main
    event = any_api.events(lead)[0]
    for value in (lead.email, "૯૮૨૦૦ ૧૨૩૪૫", lead.receipt, other.receipt, str(event.uses["email"]["wording"]), event.notice_text.split("\n")[0], "guide-in"):
        assert value in page.main
    assert "call-page" not in page.main, "hidden values of the form are none of the visitor's"
    answer = any_api.client.post(path, data={"action": "export"})
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{lead.receipt}.json"'
    found = {one["receipt"]: one for one in json.loads(answer.get_data())["leads"]}
    first, second = found[lead.receipt], found[other.receipt]
    assert (first["email"], first["phone_e164"], first["name"]) == (lead.email, "+919820012345", "<i>આશા</i>")
    assert first["consents"][0]["notice_text"] == event.notice_text and second["receipt"] == other.receipt
    assert [d["state"][:9] for d in first["sent"] if d["list"] == "guide-in"] == ["delivered"]
    answer = any_api.client.post(path, data={"action": "export-csv"})
    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))
    assert {row["what"] for row in rows} == {"data", "answer", "consent", "text shown", "sent", "attempt", "request"}
    assert event.notice_text in [row["value"] for row in rows if row["what"] == "text shown"]
    assert sorted(asked(any_api, lead)) == [("access", False), ("export", True)]
    work(any_api)
    assert sorted(asked(any_api, lead)) == [("access", True), ("export", True)], "access is given once the link has arrived"


def test_one_click_ends_all_mail_to_an_address_from_all_its_leads(any_api: Api) -> None:
    first = confirmed(any_api, "de", "de", email="Ada@example.com")
    second = confirmed(any_api, "de", "de", "demo", email="ada@example.com", phone="030 123456", consent_offers_voice="yes")
    stranger = confirmed(any_api, "de", "de", email="eve@example.com")
    elsewhere = confirmed(any_api, "us", "en-US", email="ada@example.com")
    assert any_api.client.post(any_api.link(first, "unsubscribe"), data={"List-Unsubscribe": "One-Click"}).status_code == 200
    by_id = {one.id: one for one in any_api.leads()}
    assert by_id[first.id].withdrawn_at and by_id[second.id].withdrawn_at
    assert by_id[stranger.id].withdrawn_at is None
    assert by_id[elsewhere.id].withdrawn_at is None, "another controller was not asked"
    assert asked(any_api, first) == [("withdrawal", False)], "not done before every place was told"
    told = {(d.lead_id, d.name) for d in work(any_api) if d.action == "unsubscribe"}
    assert told == {(lead.id, d.name) for lead in (first, second) for d in any_api.deliveries(lead) if d.action == "subscribe"}
    assert len(told) >= 2 and asked(any_api, first) == [("withdrawal", True)]
    counts = any_api.counts()
    any_api.client.post(any_api.link(second, "unsubscribe"))
    assert any_api.counts() == counts


def test_a_purpose_ends_alone_and_stays_ended(any_api: Api) -> None:
    lead = any_api.taken("de", "de", "demo", phone="030 123456", consent_news_email="yes", consent_offers_voice="yes")
    path = any_api.opened(lead)
    assert page_of(any_api.client.get(path)).boxes() == {"use": False}
    unticked = any_api.client.post(path, data={"action": "withdraw"})
    page = unticked.get_data(as_text=True)
    assert unticked.status_code == 422 and "<title>Fehler: " in page and 'id="f-use-error"' in page
    target = re.search(r'<li><a href="#(f-use-\w+)">', page)
    assert target and f'id="{target[1]}"' in page
    assert [e.event for e in any_api.events(lead)] == ["given"], "no box, no withdrawal"
    any_api.client.post(path, data={"action": "withdraw", "use": "voice"})
    any_api.client.post(path, data={"action": "withdraw", "use": "voice"})
    assert [(e.event, list(e.uses)) for e in any_api.events(lead)][1:] == [("withdrawn", ["voice"])]
    any_api.client.post(any_api.link(lead, "confirm"))
    assert any_api.lists(lead) == ["guide-de"], "confirming gives nothing back that was withdrawn"
    any_api.client.post(path, data={"action": "withdraw", "use": "email"})
    assert any_api.lead().withdrawn_at, "the last one ended is all ended"


def test_erasing_leaves_the_proof_without_the_person(any_api: Api) -> None:
    lead = confirmed(any_api, "us", "en-US", "demo", name="Ada Lovelace", phone="(415) 555-0132", company="Engines")
    twin = confirmed(any_api, "us", "en-US", email=lead.email)
    path = any_api.opened(lead)
    assert page_of(any_api.client.post(path, data={"action": "erase"})).focused == ["h1"]
    for one in any_api.leads():
        assert (one.status, one.email, one.name, one.phone_e164, dict(one.answers)) == ("erased", "", "", "", {})
    assert [e.event for e in any_api.events(lead)] == ["given", "confirmed", "erased"]
    assert any_api.events(lead)[0].notice_text
    kept = json.dumps([dict(d.payload) for d in any_api.deliveries(lead)])
    assert all(value not in kept for value in ("Ada", lead.email, "+1415", "Engines"))
    arrived = [(d.lead_id, d.action) for d in work(any_api)]
    assert sorted(arrived) == sorted([(lead.id, "erase"), (twin.id, "erase")])
    assert ("erasure", True) in asked(any_api, lead)
    for method in ("GET", "POST"):
        answer = any_api.client.open(path, method=method, data={"action": "export"} if method == "POST" else None)
        assert lead.email not in answer.get_data(as_text=True) and answer.mimetype == "text/html"


def test_who_had_unsubscribed_is_erased_at_the_destinations_too(any_api: Api) -> None:
    lead = confirmed(any_api, "us", "en-US")
    path = any_api.opened(lead)
    any_api.client.post(path, data={"action": "withdraw-all"})
    work(any_api)
    any_api.client.post(path, data={"action": "erase"})
    assert [d.action for d in work(any_api)] == ["erase"]


def test_a_correction_reaches_every_place_that_knew_the_old_words(any_api: Api) -> None:
    lead = confirmed(any_api, "us", "en-US", "demo", name="Ada Lovelase", phone="(415) 555-0132", company="Engines")
    twin = confirmed(any_api, "us", "en-US", email=lead.email, name="Ada Lovelase")
    path = f"{any_api.opened(lead)}/{lead.receipt}"
    form = page_of(any_api.client.get(path))
    assert form.control("name").value == "Ada Lovelase" and "email" not in form.sent()
    wrong = page_of(any_api.client.post(path, data={**form.sent(), "name": "", "phone": "12"}), 422)
    assert {target for target, _ in wrong.summary} == {"#f-name", "#f-phone"}
    saved = page_of(any_api.client.post(path, data={**form.sent(), "name": "Ada Lovelace", "phone": "(415) 555-0199"}))
    assert "Ada Lovelace" in saved.main
    by_id = {one.id: one for one in any_api.leads()}
    assert (by_id[lead.id].name, by_id[lead.id].phone_e164, by_id[lead.id].answers["name"]) == ("Ada Lovelace", "+14155550199", "Ada Lovelace")
    assert by_id[twin.id].name == "Ada Lovelace", "what the other lead held of the same is corrected with it"
    assert [e.event for e in any_api.events(lead)] == ["given", "confirmed", "corrected"]
    told = [d for d in work(any_api) if d.kind == "list"]
    assert {(d.lead_id, d.action, d.payload["name"]) for d in told} == {(one.id, "correct", "Ada Lovelace") for one in (lead, twin)}
    waiting = [d for d in any_api.deliveries(twin) if d.kind == "mail" and d.open]
    assert waiting and all("Lovelase" not in str(d.payload["text"]) for d in waiting)
    assert ("correction", True) in asked(any_api, lead)
    counts = any_api.counts()
    any_api.client.post(path, data=page_of(any_api.client.get(path)).sent())
    assert any_api.counts() == counts, "saving what is there changes nothing"


def test_the_language_is_corrected_too(api: Api) -> None:
    lead = api.taken("in", "gu-IN")
    path = f"{api.opened(lead)}/{lead.receipt}"
    form = page_of(api.client.get(path))
    saved = page_of(api.client.post(path, data={**form.sent(), "locale": "mr-IN"}))
    assert (saved.lang, api.lead().locale) == ("mr-IN", "mr-IN")


def test_an_address_changes_only_when_the_new_one_confirms(any_api: Api) -> None:
    lead = confirmed(any_api, "us", "en-US", email="old@example.com")
    path = any_api.opened(lead)
    wrong = page_of(any_api.client.post(path, data={"action": "address", "email": "not an address"}), 422)
    assert wrong.control("email").value == "not an address" and wrong.control("email").invalid
    any_api.client.post(path, data={"action": "address", "email": " New@EXAMPLE.com "})
    mail = next(d for d in any_api.deliveries(lead) if d.name == "address")
    assert mail.payload["to"] == "New@example.com" and "Ada" not in str(mail.payload["text"])
    assert any_api.lead().email == "old@example.com"
    found = re.search(r"https://[^/\s]+(/address/\S+)", str(mail.payload["text"]))
    assert found
    assert "New@example.com" in page_of(any_api.client.get(found[1])).main
    assert any_api.lead().email == "old@example.com"
    any_api.client.post(found[1])
    any_api.client.post(found[1])
    assert (any_api.lead().email, any_api.lead().answers["email"]) == ("New@example.com", "New@example.com")
    assert [e.event for e in any_api.events(lead)] == ["given", "confirmed", "corrected"]
    assert {str(d.payload["to"]) for d in any_api.deliveries(lead) if d.kind == "mail" and d.open and d.name != "privacy"} == {"New@example.com"}
    assert [d.payload["email"] for d in work(any_api) if d.action == "correct"] == ["New@example.com"]
    assert "old@" not in page_of(any_api.client.get(path)).main and "New@" not in page_of(any_api.client.get(path)).main, "a link mailed to the old address opens nothing now"


def test_a_new_address_cannot_be_confirmed_an_hour_later(api: Api) -> None:
    lead = api.taken("us", "en-US", email="old@example.com")
    api.client.post(api.opened(lead), data={"action": "address", "email": "new@example.com"})
    mail = next(d for d in api.deliveries(lead) if d.name == "address")
    found = re.search(r"https://[^/\s]+(/address/\S+)", str(mail.payload["text"]))
    assert found
    api.clock.advance(hours=1, seconds=1)
    assert api.client.post(found[1]).status_code == 404
    assert api.lead().email == "old@example.com"


@pytest.mark.parametrize("action", ["", "unknown", "delete"])
def test_an_unknown_action_changes_nothing(api: Api, action: str) -> None:
    lead = api.taken("us", "en-US")
    path = api.opened(lead)
    counts = api.counts()
    page_of(api.client.post(path, data={"action": action}))
    assert (api.lead(), api.counts()) == (lead, counts)
