"""What people of all markets really have: every value is taken and kept, and what is refused is refused in their language."""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import wtforms
from werkzeug.datastructures import MultiDict

from leadcore.model.forms import Field
from leadcore.model.project import Project
from leadcore.reading import load_project
from leadcore.rendering.errors import MESSAGES
from leadcore.rendering.field_types import FieldContext, build_field
from leadcore.rendering.field_types.postcode import SHAPES, WITHOUT, normal_code
from leadcore.rendering.frame import words_for
from leadcore.rendering.mail_providers import meant_domain, providers_of

VALUES = tomllib.loads((Path(__file__).parent / "values.toml").read_text(encoding="utf-8"))
EXAMPLE = Path(__file__).parents[3]


@lru_cache(maxsize=1)
def project() -> Project:
    return load_project(EXAMPLE)


def filled(row: dict[str, str], **more: Any) -> wtforms.Field:
    """The row's field as the market's form has it, after checking what was typed."""
    market = project().markets[row["market"]]
    words = words_for(project(), market, row["locale"])
    context = FieldContext(words=words, country=market.country, phone_region=market.phone_region, residence=more.pop("residence", market.country))
    field = build_field(Field(name="f", type=row["field"], label="Label", **more), context)
    form = type("OneField", (wtforms.Form,), {"f": field})(MultiDict({"f": row["typed"]}))
    form.validate()
    return form["f"]


def called(row: dict[str, str]) -> str:
    return f"{row['market']}-{row['field']}-{row['typed'][:24].encode('unicode_escape').decode()}"


@pytest.mark.parametrize("row", VALUES["accepted"], ids=called)
def test_what_people_have_is_taken_normalised_and_shown_again_as_typed(row: dict[str, str]) -> None:
    field = filled(row)
    assert [str(error) for error in field.errors] == []
    assert (field.e164 if row["field"] == "phone" else field.data) == row.get("stored", row["typed"])
    assert field.typed == field._value() == row["typed"]


@pytest.mark.parametrize("row", VALUES["refused"], ids=called)
def test_what_cannot_serve_is_refused_with_what_to_do_in_the_visitors_language(row: dict[str, str]) -> None:
    field = filled(row)
    assert [error.code for error in field.errors] == [row["code"]]
    assert field._value() == row["typed"], "what was typed stays in the field"
    words = words_for(project(), project().markets[row["market"]], row["locale"])
    assert words.language == "en" or words.has(MESSAGES[row["code"]])


def test_the_values_cover_every_market_and_every_field_that_is_typed() -> None:
    rows = VALUES["accepted"]
    assert len({(row["market"], row["field"], row["typed"]) for row in rows}) >= 160
    assert {row["market"] for row in rows} == {row["market"] for row in VALUES["refused"]} == set(project().markets)
    assert {(row["market"], row["locale"]) for row in rows} >= {(m.id, tag) for m in project().markets.values() for tag in m.locales[:1]}
    for field in ("name", "phone", "email", "company"):
        assert {row["market"] for row in rows if row["field"] == field} == set(project().markets)


@pytest.mark.parametrize("country", sorted(SHAPES))
def test_the_postcode_in_the_message_is_one(country: str) -> None:
    assert normal_code(SHAPES[country].example, country) == SHAPES[country].example


@pytest.mark.parametrize("typed", ["", "00000", "P.O. Box 12345", "ص.ب. ١٢٣"])
def test_a_country_without_postcodes_never_stops_anybody(typed: str) -> None:
    row = {"market": "ae", "locale": "ar", "field": "postcode", "typed": typed}
    assert filled(row).errors == [] or filled(row).errors == ()
    assert "AE" in WITHOUT


@pytest.mark.parametrize(("residence", "typed"), [("GB", "SW1A 1AA"), ("NL", "1012 AB"), ("IE", "D02 X285"), ("CA", "K1A 0B1"), ("AE", "")])
def test_a_postcode_is_that_of_the_country_a_visitor_lives_in(residence: str, typed: str) -> None:
    assert not filled({"market": "in", "locale": "en-IN", "field": "postcode", "typed": typed}, residence=residence).errors


def test_a_postcode_is_not_asked_where_there_is_none() -> None:
    from dataclasses import replace

    from leadcore.rendering.field_types.region import shown_fields

    form = project().forms["guide"]
    asked = replace(form, fields=(*form.fields, Field(name="code", type="postcode", label="Postcode")))
    assert [f.name for f in shown_fields(asked, "IN") if f.type == "postcode"] == ["code"]
    assert not [f for f in shown_fields(asked, "AE") if f.type == "postcode"]


SLIPS = [
    ("in", "asha@gmial.com", "gmail.com"), ("in", "asha@rediffmial.com", "rediffmail.com"), ("bd", "r@gmail.con", "gmail.com"),
    ("uz", "a@inbix.ru", "inbox.ru"), ("us", "a@hotmial.com", "hotmail.com"), ("de", "a@gmx.ed", "gmx.de"), ("de", "a@t-onlin.de", "t-online.de"),
    ("ae", "a@outlok.com", "outlook.com"), ("jp", "a@docmo.ne.jp", "docomo.ne.jp"), ("cn", "a@qq.con", "qq.com"),
    ("br", "a@hotmail.com.rb", "hotmail.com.br"), ("ca", "a@videotorn.ca", "videotron.ca"), ("il", "a@walla.co.li", "walla.co.il"),
    ("kz", "a@yandx.kz", "yandex.kz"),
]  # fmt: skip


@pytest.mark.parametrize(("market", "typed", "meant"), SLIPS)
def test_a_slip_in_a_known_domain_is_asked_about_and_taken(market: str, typed: str, meant: str) -> None:
    locale = project().markets[market].locales[0]
    field = filled({"market": market, "locale": locale, "field": "email", "typed": typed})
    assert not field.errors and field.data == typed
    assert f"{typed.split('@')[0]}@{meant}" in field.hint


@pytest.mark.parametrize("country", sorted(m.country for m in project().markets.values()))
def test_no_provider_is_taken_for_a_slip_of_another(country: str) -> None:
    assert [one for one in providers_of(country) if meant_domain(f"a@{one}", country)] == []
    assert meant_domain("a@qa.com", country) == meant_domain("a@example.com", country) == meant_domain("a@ymail.com", country) == ""


def test_the_question_stands_beside_the_field_when_the_form_is_shown_again(today: dt.date) -> None:
    from leadcore.rendering.webforms import FieldView

    field = filled({"market": "de", "locale": "de", "field": "email", "typed": "a@gmial.com"})
    assert "a@gmail.com" in FieldView(field=field, type="email", why="", required=True).hint
