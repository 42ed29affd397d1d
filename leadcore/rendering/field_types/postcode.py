"""A postcode as its country writes it, in any digits; not asked where the country has none, and not checked where its habits are unknown.

Shapes: Universal Postal Union, addressing systems by country.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import wtforms

from leadcore.model.forms import Field
from leadcore.rendering.errors import stop
from leadcore.rendering.field_types.base import (
    FieldContext,
    TypedField,
    clean_line,
    keywords,
    needed,
    no_longer_than,
    optional,
)

_NONE = (
    "AE AG AO AW BF BI BJ BO BQ BS BW BZ CD CF CG CI CK CM CW DJ DM ER FJ GA GD GM GQ GY HK JM KI KM KP ML MO MR MW NR NU QA RW SB SC SL"
    " SR ST SX SY TD TG TK TL TO TV UG VU YE ZW"
)
#: Countries whose addresses have no postcode.
WITHOUT = frozenset(_NONE.split())


@dataclass(frozen=True, slots=True)
class Shape:
    """`pattern` matches a code without its spaces and hyphens; `groups` are the lengths between which `mark` stands."""

    pattern: re.Pattern[str]
    example: str
    groups: tuple[int, ...] = ()
    mark: str = ""


def _shape(pattern: str, example: str, groups: tuple[int, ...] = (), mark: str = "") -> Shape:
    return Shape(re.compile(pattern), example, groups, mark)


SHAPES = {
    "BD": _shape(r"\d{4}", "1212"),
    "BR": _shape(r"\d{8}", "80010-010", (5, 3), "-"),
    "CA": _shape(r"[A-Z]\d[A-Z]\d[A-Z]\d", "K1A 0B1", (3, 3), " "),
    "CN": _shape(r"\d{6}", "215000"),
    "DE": _shape(r"\d{5}", "89073"),
    "IL": _shape(r"\d{5}|\d{7}", "6100000"),
    "IN": _shape(r"[1-9]\d{5}", "380009"),
    "JP": _shape(r"\d{7}", "460-0001", (3, 4), "-"),
    "KZ": _shape(r"\d{6}|[A-Z]\d\d[A-Z]\d[A-Z]\d", "050000"),
    "US": _shape(r"\d{5}(\d{4})?", "89501", (5, 4), "-"),
    "UZ": _shape(r"\d{6}", "100000"),
}
#: What some write before the digits: the postal mark of Japan, the name of the code, the country of the letter.
_BEFORE = re.compile(r"^(?:〒|T(?=\d)|PIN(?: ?CODE)?|CEP|ZIP(?: ?CODE)?|PLZ|D(?=[ -]?\d{5}$)|邮编|郵便番号|ИНДЕКС|מיקוד)[\s:：.-]*")
_SIGNS = re.compile(r"[\s.\-‐‑‒–—―−ー・]+")


def plain_code(value: str | None) -> str:
    """The code in capital letters and Latin digits of plain width, spaces as they were."""
    text = unicodedata.normalize("NFKC", clean_line(value)).upper()
    return "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in text)


def normal_code(value: str | None, country: str) -> str:
    """The code as its country writes it, empty where it cannot be one. Of a country without a known shape, what was typed."""
    text = plain_code(value)
    shape = SHAPES.get(country)
    if shape is None:
        return text
    # As it stands first: a code may itself begin with the letter of a mark.
    readings = (_SIGNS.sub("", text), _SIGNS.sub("", _BEFORE.sub("", text)))
    signs = next((one for one in readings if shape.pattern.fullmatch(one)), "")
    if not signs:
        return ""
    parts, start = [], 0
    for length in shape.groups or (len(signs),):
        parts.append(signs[start : start + length])
        start += length
    return shape.mark.join(part for part in parts if part)


class PostcodeField(TypedField):
    """`data` is the code as its country writes it, once validated."""

    clean = staticmethod(clean_line)


def build(field: Field, context: FieldContext) -> PostcodeField:
    def check(form: wtforms.Form, one: PostcodeField) -> None:
        # Where somebody lives elsewhere than in the market, the form is built for that country.
        code = normal_code(one.data, context.residence)
        if not code:
            raise stop(context.words, "postcode_format", example=SHAPES[context.residence].example)
        one.data = code

    first = needed(context, "postcode_missing") if field.required and context.residence not in WITHOUT else optional()
    return PostcodeField(  # type: ignore[no-untyped-call]
        label=context.words.gettext(field.label),
        validators=[first, no_longer_than(context, field.max_length or 30), check],
        render_kw=keywords(autocomplete="postal-code", spellcheck="false", dir="ltr"),
    )
