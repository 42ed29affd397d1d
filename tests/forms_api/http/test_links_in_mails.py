"""Confirm, unsubscribe, privacy: GET and HEAD show, POST acts, and each does once what it says."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from forms_api.tokens import make_token
from leadcore.model.locales import direction
from leadcore.reading import load_project

from ..pages_read import Page
from ..served import KEY, NOW, Api, MakeApi

PURPOSES = ("confirm", "unsubscribe", "privacy")
PROJECT = load_project(Path(__file__).parents[3])
PLACES = [(m.id, locale) for m in PROJECT.markets.values() for locale in m.locales]


def page_of(answer: Any, status: int = 200) -> Page:
    assert answer.status_code == status
    return Page(answer.get_data(as_text=True))


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_changes_nothing(any_api: Api, purpose: str, method: str) -> None:
    lead = any_api.taken("us", "en-US", consent_news_email="yes")
    before, counts = any_api.leads(), any_api.counts()
    any_api.clock.advance(hours=1)
    for path in (any_api.link(lead, purpose), any_api.link(lead, purpose) + "?action=erase&List-Unsubscribe=One-Click"):
        answer = any_api.client.open(path, method=method)
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
    assert (any_api.leads(), any_api.counts()) == (before, counts)


@pytest.mark.parametrize(("market", "locale"), PLACES, ids=[f"{m}-{t}" for m, t in PLACES])
def test_every_page_and_mail_is_in_the_leads_own_language(api: Api, market: str, locale: str) -> None:
    lead = api.taken(market, locale, consent_news_email="yes")
    steps = [("GET", "confirm"), ("POST", "confirm"), ("GET", "confirm"), ("GET", "privacy"), ("GET", "unsubscribe"), ("POST", "unsubscribe"), ("GET", "unsubscribe"), ("GET", "confirm"), ("POST", "confirm")]
    paths = {purpose: api.link(lead, purpose) for purpose in PURPOSES}
    titles = []
    for method, purpose in steps:
        page = page_of(api.client.open(paths[purpose], method=method, headers={"Accept-Language": "fr"}))
        assert (page.lang, page.dir) == (locale, direction(locale)), (method, purpose)
        heading = page.main.strip().split("\n")[0].strip()
        assert page.title.startswith(heading.replace("\N{NON-BREAKING HYPHEN}", "-"))
        titles.append(page.title)
    opened = api.opened(lead)
    held = page_of(api.client.get(opened))
    assert (held.lang, held.dir) == (locale, direction(locale))
    erased = page_of(api.client.post(opened, data={"action": "erase"}))
    assert (erased.lang, erased.dir) == (locale, direction(locale))
    assert len(set(titles)) >= 5
    lead = api.taken(market, locale, consent_news_email="yes")
    api.client.post(api.link(lead, "confirm"))
    mails = [d for d in api.deliveries(lead) if d.kind == "mail"]
    assert len(mails) == 3
    for mail in mails:
        page = Page(str(mail.payload["html"]))
        assert (page.lang, page.dir, mail.payload["locale"]) == (locale, direction(locale), locale)
        assert [value for name, value in page.attributes if name == "div.dir"] == [direction(locale)]
        assert "script" not in page.tags


def test_confirming_records_it_and_brings_the_lead_to_its_list_once(any_api: Api) -> None:
    lead = any_api.taken("de", "de", consent_news_email="yes")
    path = any_api.link(lead, "confirm")
    asked = page_of(any_api.client.get(path))
    assert asked.tags.count("form") == 1 and asked.tags.count("button") == 1
    any_api.clock.advance(hours=2)
    first = page_of(any_api.client.post(path))
    any_api.clock.advance(hours=2)
    second = page_of(any_api.client.post(path))
    assert first.title == second.title and lead.receipt in first.main
    assert any("/complete/" in href for href, _ in first.links), "what was asked for is one link away"
    given, confirmed = any_api.events(lead)
    assert (confirmed.event, confirmed.doi_sent_at, confirmed.doi_confirmed_at) == ("confirmed", NOW, confirmed.at)
    assert (confirmed.notice_text, confirmed.uses, confirmed.regimes) == (given.notice_text, given.uses, given.regimes)
    assert any_api.lead().confirmed_at == confirmed.at
    assert any_api.lists(lead) == ["guide-de"]
    assert any_api.mails(lead) == ["confirm", "guide/welcome", "guide/first-step"]


def test_a_link_confirms_for_thirty_days(api: Api) -> None:
    lead = api.taken("us", "en-US", consent_news_email="yes")
    path = api.link(lead, "confirm")
    api.clock.advance(days=30)
    assert page_of(api.client.get(path)).tags.count("button") == 1
    api.clock.advance(seconds=1)
    for method in ("GET", "POST"):
        page = page_of(api.client.open(path, method=method))
        assert "button" not in page.tags and any(href.startswith("https://us.karvan.example") for href, _ in page.links)
    assert (api.lead().confirmed_at, api.lists(lead)) == (None, [])


def test_who_confirmed_in_time_sees_it_confirmed_for_ever(api: Api) -> None:
    lead = api.taken("us", "en-US")
    path = api.link(lead, "confirm")
    title = page_of(api.client.post(path)).title
    api.clock.advance(days=400)
    assert page_of(api.client.get(path)).title == page_of(api.client.post(path)).title == title


@pytest.mark.parametrize("end", ["withdraw-all", "erase"])
def test_an_old_confirm_link_gives_no_consent_back(any_api: Api, end: str) -> None:
    lead = any_api.taken("us", "en-US", consent_news_email="yes")
    path = any_api.link(lead, "confirm")
    any_api.client.post(any_api.opened(lead), data={"action": end})
    counts = any_api.counts()
    for method in ("GET", "POST"):
        assert "button" not in page_of(any_api.client.open(path, method=method)).tags
    assert any_api.lead().confirmed_at is None
    assert (any_api.counts(), any_api.lists(lead)) == (counts, [])


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
        (b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n', "multipart/form-data; boundary=b"),
        (b"", "application/x-www-form-urlencoded"),
        (b"", ""),
    ],
    ids=["RFC 8058", "RFC 8058 multipart", "our own button", "nothing"],
)
def test_one_post_unsubscribes_without_redirect_or_cookie(any_api: Api, body: bytes, kind: str) -> None:
    lead = any_api.taken("us", "en-US", consent_news_email="yes")
    mail = any_api.deliveries(lead)[0]
    headers = mail.payload["headers"]
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"  # type: ignore[index, call-overload]
    path = any_api.link(lead, "unsubscribe")
    assert headers["List-Unsubscribe"] == f"<https://forms.karvan.example{path}>"  # type: ignore[index, call-overload]
    any_api.client.post(any_api.link(lead, "confirm"))
    answer = any_api.client.post(path, data=body, content_type=kind or None)
    assert answer.status_code == 200 and "Location" not in answer.headers and "Set-Cookie" not in answer.headers
    assert any_api.lead().withdrawn_at
    assert [e.event for e in any_api.events(lead)] == ["given", "confirmed", "withdrawn"]
    assert any_api.events(lead)[-1].uses["email"]["ticked"] is False
    counts = any_api.counts()
    assert any_api.client.post(path, data=body, content_type=kind or None).status_code == 200
    assert any_api.counts() == counts, "a second time changes nothing"
    assert [d.action for d in any_api.deliveries(lead) if d.open] == [], "nothing more goes out"


def test_a_token_opens_what_it_was_made_for_and_nothing_else(any_api: Api) -> None:
    lead = any_api.taken("us", "en-US", consent_news_email="yes")
    before = any_api.leads()
    good = {purpose: make_token(KEY, purpose, lead.id) for purpose in PURPOSES}
    assert {p: any_api.link(lead, p) for p in PURPOSES} == {p: f"/{p}/{t}" for p, t in good.items()}
    for purpose in PURPOSES:
        bad = [token for other, token in good.items() if other != purpose]
        bad += [good[purpose][:-1], good[purpose][1:], good[purpose] + "a", good[purpose].swapcase(), good[purpose].split(".")[0], lead.id, lead.receipt]
        bad += [make_token("another key of more than thirty-two chars", purpose, lead.id), make_token(KEY, purpose, "no such lead")]
        bad += ["%00", "%ff", ".", "é", "x" * 3000]
        for token in bad:
            for method in ("GET", "POST"):
                answer = any_api.client.open(f"/{purpose}/{token}", method=method, data={"action": "erase"} if method == "POST" else None)
                assert answer.status_code == 404, (purpose, token)
                assert lead.email not in answer.get_data(as_text=True)
    assert any_api.leads() == before


def test_links_work_on_when_the_project_has_moved_on(make_api: MakeApi, example_project: Any) -> None:
    """The locale has left the market, and the form has left the project; the mails with their links have not."""
    api = make_api()
    lead = api.taken("in", "gu-IN", consent_news_email="yes")
    paths = {p: api.link(lead, p) for p in PURPOSES}
    market = example_project.markets["in"]
    moved = replace(
        example_project,
        markets={**example_project.markets, "in": replace(market, locales=("en-IN", "mr-IN"), forms=("demo",))},
        forms={"demo": example_project.forms["demo"]},
    )
    kit = replace(api.kit, project=lambda: moved)
    api.app.extensions["leadsite"] = kit
    for method, purpose in (("GET", "confirm"), ("POST", "confirm"), ("GET", "privacy"), ("GET", "unsubscribe"), ("POST", "unsubscribe"), ("GET", "confirm")):
        assert page_of(api.client.open(paths[purpose], method=method)).lang == "en-IN", (method, purpose)
    assert api.lead().withdrawn_at
    opened = api.opened(lead)
    assert page_of(api.client.get(opened)).lang == "en-IN"
    assert json.loads(api.client.post(opened, data={"action": "export"}).get_data())["leads"][0]["locale"]
    assert page_of(api.client.post(opened, data={"action": "erase"})).focused == ["h1"]


def test_confirming_at_the_same_moment_adds_everything_once(any_api: Api) -> None:
    lead = any_api.taken("us", "en-US", consent_news_email="yes")
    path = any_api.link(lead, "confirm")
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: any_api.app.test_client().post(path).status_code, range(8)))
    assert set(statuses) == {200}
    assert any_api.lists(lead) == ["guide-us"]
    assert [e.event for e in any_api.events(lead)] == ["given", "confirmed"]
