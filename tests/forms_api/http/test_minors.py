"""A child's submission, from the age question to the parent's button: what is asked, kept, sent, refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from ..pages_read import Page
from ..served import Api

IN_2027 = dt.datetime(2027, 6, 1, 12, 0, tzinfo=dt.UTC)


def text_of(answer) -> str:  # type: ignore[no-untyped-def]
    return str(answer.get_data(as_text=True))


@pytest.mark.parametrize(("market", "asked"), [("de", True), ("us", True), ("bd", True), ("uz", True), ("in", False), ("ae", False)])
def test_the_form_asks_the_age_where_the_law_of_today_knows_one(api: Api, market: str, asked: bool) -> None:
    page = text_of(api.client.get(f"/{market}/guide"))
    assert ('name="age"' in page) == asked
    assert "16" not in page.partition('for="f-age"')[2].partition("</div>")[0], "the question is neutral"


def test_the_question_may_be_left_empty_and_an_older_page_has_none(api: Api) -> None:
    assert api.taken("de", "de", age="").answers.get("age") is None
    data = api.filled("de", "de")
    data.pop("age", None)
    assert api.post("de", data).status_code == 303


@pytest.mark.parametrize("typed", ["17", "۱۷", " 17 ", "১৭"])
def test_an_age_in_any_digits_is_kept_as_a_number(api: Api, typed: str) -> None:
    lead = api.taken("de", "de", age=typed, consent_news_email="yes")
    assert lead.answers["age"] == "17"
    assert "age_claim" in api.events(lead)[0].decision["store"]


@pytest.mark.parametrize("typed", ["young", "-3", "1e2", "131", "15.5"])
def test_what_is_no_age_is_asked_again(api: Api, typed: str) -> None:
    answer = api.post_json("de", api.filled("de", "de", age=typed))
    assert (answer.status_code, [e["code"] for e in answer.json["errors"]]) == (422, ["age_format"])
    assert api.counts()["leads"] == 0


def test_a_child_in_germany_is_asked_for_a_parent_and_nothing_is_kept_yet(api: Api) -> None:
    answer = api.post("de", api.filled("de", "de", age="15", consent_news_email="yes"))
    assert answer.status_code == 422
    page = Page(text_of(answer))
    assert 'name="parent_email"' in text_of(answer)
    assert page.boxes()["consent_news_email"], "what was ticked stays ticked"
    assert '<input type="hidden" name="age" value="15">' in text_of(answer), "nothing invites to another age"
    assert api.counts()["leads"] == 0
    told = api.post_json("de", api.filled("de", "de", age="15"))
    assert [(e["field"], e["code"]) for e in told.json["errors"]] == [("parent_email", "parent_asked")]


def held(api: Api, **answers: str) -> object:
    data = api.filled("de", "de", "demo", age="15", parent_email="Mutter@Example.com", consent_news_email="yes", phone="+49 30 1234567", **answers)
    assert api.post("de", data, "demo").status_code == 303
    return api.lead()


def test_only_what_reaches_the_parent_is_kept(any_api: Api) -> None:
    lead = held(any_api, message="call me at school")
    assert (lead.email, lead.name, lead.answers) == ("Mutter@example.com", "Ada", {"age": "15"})
    assert (lead.phone_e164, lead.phone_typed, lead.company) == ("", "", "")
    (event,) = any_api.events(lead)
    assert event.decision["decision"] == "hold_parent"
    assert {"parent_contact", "age_claim"} <= set(event.decision["store"])
    assert any_api.mails(lead) == ["parent"] and any_api.lists(lead) == []


def test_the_parent_gets_a_mail_in_the_markets_language_and_agrees_with_a_button(any_api: Api) -> None:
    lead = held(any_api)
    (mail,) = any_api.deliveries(lead)
    assert mail.payload["to"] == "Mutter@example.com" and mail.payload["locale"] == "de"
    assert "Ada" in str(mail.payload["text"]) and "school" not in str(mail.payload["text"])
    link = any_api.link(lead, "confirm")
    before = any_api.counts()
    for _ in range(2):
        assert "Ada" in text_of(any_api.client.get(link))
    assert any_api.counts() == before, "a scanner that follows the link changes nothing"
    assert any_api.lists(lead) == []
    assert any_api.client.post(link).status_code == 200
    assert [e.event for e in any_api.events(lead)] == ["given", "parent_confirmed"]
    assert any_api.lists(lead) == ["guide-de"] or any_api.lists(lead)
    assert all(d.payload["email"] == "Mutter@example.com" for d in any_api.deliveries(lead) if d.kind == "list")


def test_a_child_without_a_ticked_box_joins_no_list_after_the_parent_agreed(api: Api) -> None:
    data = api.filled("de", "de", age="15", parent_email="vater@example.com")
    assert api.post("de", data).status_code == 303
    lead = api.lead()
    assert api.client.post(api.link(lead, "confirm")).status_code == 200
    assert api.lists(lead) == [] and [e.event for e in api.events(lead)] == ["refused", "parent_confirmed"]


@pytest.mark.parametrize(
    ("market", "locale", "country", "age", "now"),
    [
        ("us", "en-US", "US", "12", None),
        ("in", "gu-IN", "IN", "17", IN_2027),
        ("de", "de", "KR", "13", None),
        ("us", "en-US", "KR", "13", None),
    ],
    ids=["US-12", "IN-17-in-2027", "KR-13-from-DE", "KR-13-from-US"],
)
def test_what_a_mail_cannot_verify_is_refused_kindly_and_leaves_nothing(
    api: Api, market: str, locale: str, country: str, age: str, now: dt.datetime | None
) -> None:
    api.clock.now = now or api.clock.now
    data = api.filled(market, locale, country=country, age=age, parent_email="parent@example.com", consent_news_email="yes")
    before = api.counts()
    answer = api.post(market, data)
    assert answer.status_code == 422
    assert api.project.markets[market].controller.email in text_of(answer), "who may be written to is named"
    assert "<form" not in text_of(answer), "nothing invites to another age"
    assert (api.counts()["leads"], api.counts()["deliveries"]) == (before["leads"], before["deliveries"])
    assert [e["code"] for e in api.post_json(market, data).json["errors"]] == ["parent_needed"]


@pytest.mark.parametrize(
    ("market", "locale", "country", "age", "now"),
    [("us", "en-US", "US", "13", None), ("de", "de", "DE", "16", None), ("in", "gu-IN", "IN", "17", None), ("in", "gu-IN", "IN", "18", IN_2027), ("de", "de", "AT", "16", None)],
)
def test_at_the_age_the_own_consent_counts(
    api: Api, market: str, locale: str, country: str, age: str, now: dt.datetime | None
) -> None:
    api.clock.now = now or api.clock.now
    answer = api.post_json(market, api.filled(market, locale, country=country, age=age))
    assert answer.status_code == 201, answer.json


def test_a_parents_address_that_is_none_is_asked_again(api: Api) -> None:
    for typed, code in (("", "parent_missing"), ("mama", "email_format")):
        answer = api.post_json("de", api.filled("de", "de", age="15", parent_email=typed))
        assert [(e["field"], e["code"]) for e in answer.json["errors"]] == [("parent_email", code)]


def test_a_country_told_by_the_proxy_may_only_add(make_api: Callable[..., Api]) -> None:
    plain, hinted = make_api(), make_api(LEADSITE_COUNTRY_HEADER="CF-IPCountry")
    for api, status in ((plain, 201), (hinted, 422)):
        data = api.filled("in", "gu-IN", age="13")
        assert api.post_json("in", data, CF_IPCountry="KR").status_code == status
        assert api.post_json("in", api.filled("in", "gu-IN", age="30"), CF_IPCountry="not a country").status_code == 201
    child = hinted.post_json("de", hinted.filled("de", "de", age="15"), CF_IPCountry="IN")
    assert [e["code"] for e in child.json["errors"]] == ["parent_asked"], "the market's own rule stays"
    assert all("KR" not in str(row) for row in hinted.leads())
