"""What was shown and agreed: the exact text in the record, residences that ask more, boxes and what they lead to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from leadcore.consent.notices import notice_digest
from leadcore.model.leads import PublishedNotice
from leadcore.rendering.consent_view import consent_view

from ..pages_read import Page
from ..served import NOW, Api


def again(answer) -> Page:  # type: ignore[no-untyped-def]
    assert answer.status_code == 422
    return Page(answer.get_data(as_text=True))


def test_the_record_holds_what_was_shown_word_for_word(any_api: Api) -> None:
    data = any_api.filled("in", "gu-IN", consent_news_email="yes")
    any_api.post("in", data, Sec_GPC="1")
    lead = any_api.lead()
    (event,) = any_api.events(lead)
    market = any_api.project.markets["in"]
    shown = consent_view(any_api.project, market, "gu-IN", any_api.project.forms["guide"], today=NOW.date())
    assert (event.notice_text, event.notice_digest, event.notice_language) == (shown.text, data["notice"], "gu-IN")
    assert event.notice_digest == notice_digest(event.notice_text, "gu-IN", [b.name for b in shown.boxes])
    assert (event.event, event.at, event.ui_default, event.page) == ("given", NOW, "empty", data["page"])
    assert event.uses == {"email": {"ticked": True, "wording": shown.boxes[0].text, "purpose": "news", "awaits": ["doi_confirmed"]}}
    assert "IN" in event.regimes and event.residence == "IN"
    assert event.signal_seen == "Sec-GPC: 1"
    assert event.decision["decision"] in ("accept", "accept_pending")


def test_boxes_come_unticked_and_an_unticked_one_leads_to_no_list_ever(api: Api) -> None:
    page = Page(api.client.get("/us/demo").get_data(as_text=True))
    assert page.boxes() == {"consent_news_email": False, "consent_offers_voice": False}
    for form in ("guide", "demo"):
        lead = api.taken("us", "en-US", form)
        assert api.client.post(api.link(lead, "confirm")).status_code == 200
        assert (api.lists(lead), api.events(lead)[0].event) == ([], "refused")
        assert all(not name.startswith("guide/") for name in api.mails(lead)), "nor to the mails of the series"


@pytest.mark.parametrize("value", ["yes", "on", "true", "1", "YES", " yes "])
def test_a_ticked_box_is_ticked_however_a_program_says_so(api: Api, value: str) -> None:
    assert api.events(api.taken("us", "en-US", consent_news_email=value))[0].uses["email"]["ticked"] is True


@pytest.mark.parametrize("value", ["no", "off", "false", "0", "", "2", "null"])
def test_anything_else_is_no_tick(api: Api, value: str) -> None:
    assert api.events(api.taken("us", "en-US", consent_news_email=value))[0].uses["email"]["ticked"] is False


@pytest.mark.parametrize("digest", ["", "f" * 64])
def test_an_unknown_notice_is_asked_again_with_everything_kept(any_api: Api, digest: str) -> None:
    data = {**any_api.filled("de", "de", name="Jörg", consent_news_email="yes", submission_id="s1"), "notice": digest}
    page = again(any_api.post("de", data))
    assert page.summary[0][0] == "#f-notice-1" and "f-notice-1" in page.ids
    assert ("details.open", "") in page.attributes, "the notice lies open"
    sent = page.sent()
    assert {k: v for k, v in sent.items() if k not in ("notice", "website", "elapsed", "region")} == {k: v for k, v in data.items() if k != "notice"}
    assert any_api.leads() == []
    assert any_api.post("de", sent).status_code == 303


def test_a_missing_notice_is_told_together_with_what_else_is_wrong(api: Api) -> None:
    data = api.filled("us", "en-US", email="x")
    del data["notice"]
    assert [href for href, _ in again(api.post("us", data)).summary] == ["#f-notice-1", "#f-email"]


def test_an_old_page_still_submits_and_its_own_text_is_kept(any_api: Api) -> None:
    """A page built long ago: its notice was published under a digest that nothing of today has."""
    old = PublishedNotice(
        digest="a" * 64, text="How we used your data\n\n[ ] Send me news, as we said in 2025.", market="us", locale="en-US", form="guide",
        published_at=NOW - dt.timedelta(days=400),
    )  # fmt: skip
    any_api.kit.publish([old])
    data = {**any_api.filled("us", "en-US", consent_news_email="yes"), "notice": old.digest}
    assert any_api.post("us", data).status_code == 303
    (event,) = any_api.events(any_api.lead())
    assert (event.notice_digest, event.notice_text) == (old.digest, old.text)
    assert event.uses["email"]["wording"] == "Send me news, as we said in 2025."


def test_words_that_were_never_shown_are_not_recorded_as_shown(api: Api) -> None:
    api.kit.publish([PublishedNotice(digest="b" * 64, text="A notice without boxes", market="us", locale="en-US", form="guide", published_at=NOW)])
    assert api.post("us", {**api.filled("us", "en-US", consent_news_email="yes"), "notice": "b" * 64}).status_code == 303
    lead = api.lead()
    assert api.events(lead)[0].uses["email"] == {"ticked": True, "wording": "", "purpose": "news", "awaits": ["doi_confirmed"]}
    shown = api.client.get(api.opened(lead)).get_data(as_text=True)
    assert "Mails from us" in shown, "what was agreed to is still named, to be withdrawn"
    assert "Email me the follow-up series" not in shown


@pytest.mark.parametrize(("market", "form"), [("us", "demo"), ("de", "guide")])
def test_a_notice_of_another_form_or_market_is_not_taken_for_this_one(api: Api, market: str, form: str) -> None:
    locale = "de" if market == "de" else "en-US"
    digest = api.filled(market, locale, form)["notice"]
    again(api.post("us", {**api.filled("us", "en-US"), "notice": digest}))
    assert api.leads() == []


@pytest.mark.parametrize(
    ("country", "region", "boxes"),
    [("KR", "", {"consent_news_email", "consent_transfer"}), ("US", "CA", {"consent_news_email"}), ("CA", "ON", {"consent_news_email"}), ("DE", "", {"consent_news_email", "consent_transfer"})],
    ids=["KR", "US-CA", "CA-ON", "DE"],
)
def test_a_residence_that_asks_more_is_shown_more_before_anything_is_kept(any_api: Api, country: str, region: str, boxes: set[str]) -> None:
    data = any_api.filled("us", "en-US", country=country, region=region, name="Min", consent_news_email="yes")
    page = again(any_api.post("us", data))
    assert page.summary[0][0] == "#f-notice-1"
    assert set(page.boxes()) == boxes and page.boxes()["consent_news_email"] is True
    assert not page.boxes().get("consent_transfer"), "a box that is new comes unticked"
    sent = page.sent()
    assert (sent["name"], sent["country"], sent.get("region", "")) == ("Min", country, region)
    assert sent["notice"] != data["notice"]
    assert any_api.leads() == []
    if "consent_transfer" in boxes:
        refused = again(any_api.post("us", sent))
        assert [href for href, _ in refused.summary] == ["#f-consent_transfer"] and refused.errors
        assert refused.control("consent_transfer").invalid
        assert any_api.leads() == []
        sent = {**refused.sent(), "consent_transfer": "yes"}
    assert any_api.post("us", sent).status_code == 303
    (event,) = any_api.events(any_api.lead())
    assert event.residence == (f"{country}-{region}" if region else country)
    assert event.notice_digest == sent["notice"] and event.notice_text.count("[ ] ") == len(boxes)


@pytest.mark.parametrize(("market", "locale", "country", "region"), [("us", "en-US", "CA", "QC"), ("de", "de", "ID", "")], ids=["CA-QC", "ID"])
def test_where_a_notice_is_owed_in_a_language_we_lack_nothing_is_kept(
    any_api: Api, market: str, locale: str, country: str, region: str
) -> None:
    before = any_api.counts()
    data = any_api.filled(market, locale, country=country, region=region, name="Zoé")
    page = again(any_api.post(market, data))
    assert any_api.project.markets[market].locales[0] == page.lang
    sent = page.sent()
    assert (sent["name"], sent["country"], sent.get("region", "")) == ("Zoé", country, region)
    for _ in range(2):  # Nor by trying again, with everything ticked.
        page = again(any_api.post(market, {**page.sent(), "consent_transfer": "yes", "consent_news_email": "yes"}))
        assert len(page.summary) == 1
    assert any_api.counts() == before
    answer = any_api.post_json(market, {**data, "notice": page.sent()["notice"], "consent_transfer": True})
    assert answer.status_code == 422 and len(answer.json["errors"]) == 1
    assert answer.json["errors"][0]["code"] in ("refused", "transfer:NO_ASSESSMENT")
    assert any_api.counts() == before


def test_calls_in_india_wait_for_the_registration_and_are_never_delivered(any_api: Api) -> None:
    lead = any_api.taken("in", "en-IN", "demo", phone="98200 12345", consent_offers_voice="yes", consent_news_email="yes")
    decision = any_api.events(lead)[0].decision
    awaited = {f["when"] for f in decision["forward"] if f["use"] == "voice"}  # type: ignore[index, union-attr]
    assert awaited - {"now", "doi_confirmed"}, "something that no click of the visitor brings about"
    assert any_api.client.post(any_api.link(lead, "confirm")).status_code == 200
    assert any_api.lists(lead) == ["guide-in"]


def test_calls_elsewhere_follow_the_confirmation(api: Api) -> None:
    lead = api.taken("us", "en-US", "demo", phone="(415) 555-0132", consent_offers_voice="yes")
    assert api.lists(lead) == []
    api.client.post(api.link(lead, "confirm"))
    assert api.lists(lead) == ["calls-us"]


@pytest.mark.parametrize(("market", "locale", "waits"), [("us", "en-US", False), ("de", "de", True)])
def test_with_double_opt_in_by_regime_only_where_the_law_asks(with_market: Callable[..., Api], market: str, locale: str, waits: bool) -> None:
    api = with_market(**{market: ('double_opt_in = "always"', 'double_opt_in = "regime"')})
    ticked = api.taken(market, locale, consent_news_email="yes")
    assert (api.mails(ticked)[0], bool(api.lists(ticked))) == (("confirm", False) if waits else ("deliver", True))
    if waits:
        api.client.post(api.link(ticked, "confirm"))
    assert api.lists(ticked) == [f"guide-{market}"]
    assert "guide/welcome" in api.mails(ticked) or any(name.startswith("guide/") for name in api.mails(ticked))
    api.clock.advance(minutes=11)
    plain = api.taken(market, locale)
    assert (api.mails(plain), api.lists(plain)) == (["deliver"], []), "who wants no news gets what was asked for at once"


@pytest.mark.parametrize(("market", "locale"), [("us", "en-US"), ("de", "de")])
def test_with_double_opt_in_always_everybody_confirms_first(api: Api, market: str, locale: str) -> None:
    for tick in ("yes", ""):
        lead = api.taken(market, locale, consent_news_email=tick)
        assert (api.mails(lead), api.lists(lead)) == (["confirm"], [])


def test_a_notice_shown_for_a_residence_is_kept_for_good(api: Api) -> None:
    """What was shown to one visitor counts later, whatever the project says by then."""
    page = again(api.post("us", api.filled("us", "en-US", country="KR")))
    market, form = api.project.markets["us"], api.project.forms["guide"]
    found = api.kit.published(market, form, page.sent()["notice"])
    assert found is not None and found.text.count("[ ] ") == 2
    assert api.kit.published(replace(market, id="de"), form, found.digest) is None
