"""HTML: thanked only after the commit, or shown the form again as it was left, in the same language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from leadcore.model.locales import direction
from leadcore.reading import load_project

from ..pages_read import Page
from ..served import Api

PROJECT = load_project(Path(__file__).parents[3])
PLACES = [(m.id, locale) for m in PROJECT.markets.values() for locale in m.locales]
in_every_place = pytest.mark.parametrize(("market", "locale"), PLACES, ids=[f"{m}-{t}" for m, t in PLACES])
HOSTILE = "\"><script>alert('x')</script><b>{{7*7}}&amp;</b>{name}%s"


def test_a_form_is_answered_with_303_to_the_thank_you_page(any_api: Api) -> None:
    answer = any_api.post("us", any_api.filled("us", "en-US", email="ada@example.com"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "https://us.karvan.example/thanks/guide/")
    assert any_api.lead().email == "ada@example.com"


@in_every_place
def test_the_thank_you_page_is_the_one_of_the_locale(api: Api, market: str, locale: str) -> None:
    home = PROJECT.markets[market]
    answer = api.post(market, api.filled(market, locale))
    assert answer.headers["Location"] == f"{home.base_url}/{home.prefix(locale)}thanks/guide/"
    assert api.lead().locale == locale


def test_thanks_come_after_the_commit(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the moment the commit is asked for, nothing has been answered; when it fails, nobody is thanked."""
    from forms_api.store import writer

    order: list[str] = []
    write = writer.writing

    class Watched:
        def __init__(self, engine: Any) -> None:
            self.inner = write(engine)

        def __enter__(self) -> Any:
            return self.inner.__enter__()

        def __exit__(self, *error: Any) -> Any:
            order.append("commit")
            return self.inner.__exit__(*error)

    monkeypatch.setattr(writer, "writing", Watched)
    api.app.after_request(lambda response: (order.append(str(response.status_code)), response)[1])
    api.post("us", api.filled("us", "en-US"))
    assert order == ["commit", "303"]


@in_every_place
def test_a_refused_form_is_shown_again_in_its_own_language(api: Api, market: str, locale: str) -> None:
    answer = api.post(market, api.filled(market, locale, "demo", email="nobody", name="", topic="", phone="12"), "demo")
    assert answer.status_code == 422
    page = Page(answer.get_data(as_text=True))
    assert (page.lang, page.dir) == (locale, direction(locale))
    assert page.sent()["locale"] == locale
    assert len(page.summary) == 4
    assert [text for _, text in page.summary] == page.errors, "the same words in the summary and beside the field"
    assert all(href.removeprefix("#") in page.ids for href, _ in page.summary), "each link of the summary leads to its field"
    assert len(page.ids) == len(set(page.ids))
    assert page.focused == ["summary"]
    assert page.main.strip().startswith(page.texts["summary-title"]), "the summary stands first"
    assert page.action == PROJECT.markets[market].forms_url + f"/{market}/demo"
    for href, text in page.summary:
        name = href.removeprefix("#f-")
        marks = [v for k, v in page.attributes if k.endswith("aria-describedby") and f"f-{name}-error" in v.split()]
        assert marks, f"{name} says which error is its own"
        assert page.texts[f"f-{name}-error"] == text


def test_every_value_is_kept_and_none_is_run(api: Api) -> None:
    typed = {"name": HOSTILE, "company": HOSTILE, "message": "\n" + HOSTILE + "\nsecond line", "phone": HOSTILE, "email": HOSTILE}
    data = api.filled("us", "en-US", "demo", **typed, topic="sales", region="TX", consent_offers_voice="yes", page=HOSTILE, submission_id=HOSTILE)
    answer = api.post("us", data, "demo")
    assert answer.status_code == 422
    page = Page(answer.get_data(as_text=True))
    assert "script" not in page.tags and "b" not in page.tags
    sent = page.sent()
    assert {k: sent[k] for k in typed} == typed
    assert (sent["topic"], sent["country"], sent["region"], sent["page"], sent["submission_id"]) == ("sales", "US", "TX", HOSTILE, HOSTILE)
    assert page.boxes() == {"consent_news_email": False, "consent_offers_voice": True}
    assert api.leads() == []


def test_what_was_refused_can_be_mended_and_sent(api: Api) -> None:
    first = api.post("in", api.filled("in", "gu-IN", email="asha", name="આશા", consent_news_email="yes"))
    mended = {**Page(first.get_data(as_text=True)).sent(), "email": "asha@example.in"}
    assert api.post("in", mended).status_code == 303
    lead = api.lead()
    assert (lead.locale, lead.name, lead.email) == ("gu-IN", "આશા", "asha@example.in")
    assert api.events(lead)[0].uses["email"]["ticked"] is True


def test_the_empty_form_can_be_opened_by_its_address(api: Api) -> None:
    answer = api.client.get("/in/guide?locale=bn-IN")
    page = Page(answer.get_data(as_text=True))
    assert (answer.status_code, page.lang, page.summary, page.focused) == (200, "bn-IN", [], [])
    assert api.post("in", {**page.sent(), "name": "R", "email": "r@example.in"}).status_code == 303


@pytest.mark.parametrize("locale", ["fr", "", "en", "<script>"])
def test_a_locale_the_market_does_not_have_is_answered_in_the_one_the_browser_likes(api: Api, locale: str) -> None:
    data = {**api.filled("in", "gu-IN", email="x"), "locale": locale}
    page = Page(api.post("in", data, Accept_Language="fr, mr-IN;q=0.5").get_data(as_text=True))
    assert (page.lang, page.sent()["locale"]) == ("mr-IN", "mr-IN")
    assert Page(api.post("in", data).get_data(as_text=True)).lang == "en-IN"


def test_the_language_recorded_is_that_of_the_notice_that_was_shown(api: Api) -> None:
    """A page of one language whose locale got lost: the notice was still read in that language."""
    data = {**api.filled("in", "gu-IN", consent_news_email="yes"), "locale": "fr"}
    assert api.post("in", data).status_code == 303
    event = api.events(api.lead())[0]
    assert event.notice_language == "gu-IN"
    assert event.uses["email"]["wording"] in event.notice_text


@pytest.mark.parametrize("path", ["/zz/guide", "/us/zz", "/us/guide/more", "/", "/confirm/", "/us/Guide"])
def test_an_address_that_leads_nowhere_says_so_in_the_browsers_language(api: Api, path: str) -> None:
    for method in ("GET", "POST"):
        answer = api.client.open(path, method=method, headers={"Accept-Language": "de"}, data={} if method == "POST" else None)
        page = Page(answer.get_data(as_text=True))
        assert (answer.status_code, page.lang) == (404, "de")
        assert page.focused == ["h1"]


@in_every_place
def test_pages_for_anybody_exist_in_every_language(api: Api, market: str, locale: str) -> None:
    answer = api.client.get("/nowhere/at/all", headers={"Accept-Language": locale})
    page = Page(answer.get_data(as_text=True))
    assert (page.lang, page.dir) == (locale, direction(locale))
