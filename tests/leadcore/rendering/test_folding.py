"""At most four fields in sight, with nothing lost: what is folded away, when it opens, and which countries it lists."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from leadcore.model.locales import known_territories
from leadcore.model.markets import Market
from leadcore.reading import load_project
from leadcore.rendering.consent_view import consent_view
from leadcore.rendering.field_types.country import ELSEWHERE, UNINHABITED
from leadcore.rendering.templating import render
from leadcore.rendering.webforms import MOST_SHOWN, FormView, form_view, make_form, static_form

PROJECT = load_project(Path(__file__).parents[3])
DAY = dt.date(2026, 11, 20)
FORMS = [(m.id, locale, form) for m in PROJECT.markets.values() for locale in m.locales for form in m.forms]


def shown(market: Market, locale: str, form: str) -> FormView:
    return static_form(PROJECT, market, locale, form, page="", today=DAY)


def again(market: Market, locale: str, form: str, **answers: str) -> FormView:
    """The form as the API shows it again."""
    from werkzeug.datastructures import MultiDict

    definition = PROJECT.forms[form]
    filled = make_form(PROJECT, market, locale, definition, data=MultiDict(answers))
    filled.validate()  # type: ignore[no-untyped-call]
    consent = consent_view(PROJECT, market, locale, definition, today=DAY)
    return form_view(PROJECT, market, locale, definition, filled, consent, page="")


@pytest.mark.parametrize(("market", "locale", "form"), FORMS, ids=["-".join(one) for one in FORMS])
def test_a_form_asks_four_things_at_most_and_loses_none(market: str, locale: str, form: str) -> None:
    view = shown(PROJECT.markets[market], locale, form)
    names = [one.field.name for one in view.fields]
    assert len(view.shown) <= MOST_SHOWN == 4
    assert names == [one.field.name for one in (*view.shown, *view.folded)] and len(set(names)) == len(names)
    assert {"name", "email"} <= {one.field.name for one in view.shown}
    assert all(not one.required or one.preset for one in view.folded), "an answer that is needed is never hidden"
    assert not view.unfolded


def test_what_the_law_asks_stays_in_sight_where_there_is_room() -> None:
    assert [one.field.name for one in shown(PROJECT.markets["ca"], "en-CA", "guide").shown] == ["name", "email", "region", "age"]
    assert [one.field.name for one in shown(PROJECT.markets["ae"], "ar", "guide").shown] == ["name", "email"]


def test_the_folded_part_says_what_it_holds() -> None:
    market = PROJECT.markets["kz"]
    html = render(PROJECT.root, "ru", "KZ", "form_page.html", view=shown(market, "ru", "guide"), page=_page(), frame=_frame(market))
    summary = html.partition('<details class="more">')[2].partition("</summary>")[0]
    assert "Страна проживания: <strong>Казахстан</strong>" in summary and "open" not in summary


def _page() -> object:
    from leadcore.rendering.frame import Page

    return Page(title="x", heading="x", icon="x")


def _frame(market: Market) -> object:
    from leadcore.rendering.frame import make_frame

    return make_frame(PROJECT, market, "ru")


@pytest.mark.parametrize(
    ("answers", "opened"),
    [
        ({"country": "US"}, False), ({"country": "DE"}, True), ({"country": "XX"}, True), ({"country": ""}, True),
        ({"country": "US", "company": "Works"}, True),
    ],
)  # fmt: skip
def test_what_was_said_in_the_folded_part_is_seen_again(answers: dict[str, str], opened: bool) -> None:
    view = again(PROJECT.markets["us"], "en-US", "demo", name="Ada", email="a@example.com", topic="leads", **answers)
    assert view.unfolded is opened


def test_a_page_lists_the_countries_of_the_markets_and_one_answer_for_the_rest() -> None:
    (country,) = (one for one in shown(PROJECT.markets["kz"], "ru", "guide").fields if one.field.name == "country")
    codes = [str(choice.value) for choice in country.field.iter_choices()]
    assert codes[0] == "KZ" and codes[-1] == ELSEWHERE and set(codes[:-1]) == PROJECT.countries
    assert len({str(choice.label) for choice in country.field.iter_choices()}) == len(codes)


@pytest.mark.parametrize("sent", [ELSEWHERE, "", "XX"])
def test_another_country_brings_the_whole_list_and_chooses_none(sent: str) -> None:
    view = again(PROJECT.markets["us"], "en-US", "guide", name="Ada", email="a@example.com", country=sent)
    (country,) = (one for one in view.fields if one.field.name == "country")
    choices = list(country.field.iter_choices())
    assert {str(c.value) for c in choices} - {""} == known_territories() - UNINHABITED
    assert [c.value for c in choices if c.selected] == ([""] if sent != "XX" else [])
    assert [name for name, _ in view.errors] == ["country"] and view.unfolded
