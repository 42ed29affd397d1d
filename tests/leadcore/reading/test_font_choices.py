"""`[fonts]` of a market file: by language or by script, a family alone or a table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from leadcore.model.fonts import FontChoice, choice_for
from leadcore.problems import ProblemList
from leadcore.reading.markets import read_markets


@pytest.fixture
def read(small_project: Path) -> Callable[[str], tuple[dict[str, FontChoice], list[str]]]:
    def fonts(text: str) -> tuple[dict[str, FontChoice], list[str]]:
        path = small_project / "content" / "markets" / "ae.toml"
        path.write_text(path.read_text("utf-8") + text, encoding="utf-8")
        problems = ProblemList()
        markets = read_markets(small_project, problems)
        found = dict(markets["ae"].fonts) if "ae" in markets else {}
        return found, [f"{p.code} {p.message}" for p in problems.found]

    return fonts


def test_a_market_chooses_none_by_itself(read: Callable[..., object]) -> None:
    assert read("") == ({}, [])


def test_a_family_alone_draws_the_text(read: Callable[..., object]) -> None:
    assert read('\n[fonts]\nar = "A"\n') == ({"ar": FontChoice(key="ar", text="A")}, [])


def test_a_table_says_which_family_draws_what(read: Callable[..., object]) -> None:
    fonts = {"Arab": FontChoice(key="Arab", text="A", headings="B", bold=False, also="é")}
    assert read('\n[fonts.Arab]\ntext = "A"\nheadings = "B"\nbold = false\nalso = "e\u0301"\n') == (fonts, [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('\n[fonts]\ngu = "A"\n', 'P101 "gu" is no language or script of this market'),
        ('\n[fonts.ar]\nbold = false\n', 'P007 "fonts.ar.text" is missing'),
        ('\n[fonts]\nar = ""\n', 'P007 "fonts.ar" is empty'),
        ('\n[fonts]\nar = 3\n', 'P005 "fonts.ar" is not a table'),
        ('\n[fonts.ar]\ntext = "A"\nsize = 3\n', 'P006 unknown key "fonts.ar.size"'),
    ],
)
def test_a_mistake_is_named(read: Callable[..., tuple[object, list[str]]], text: str, problem: str) -> None:
    assert read(text)[1] == [problem]


@pytest.mark.parametrize(
    ("locale", "key"),
    [("gu-IN", "gu-IN"), ("gu", "gu"), ("mr-IN", "Deva"), ("hi", "Deva"), ("zh-TW", "Hant"), ("zh-Hans", "Hans"), ("uz-Cyrl", "Cyrl"), ("en", "")],
)
def test_the_most_exact_entry_serves_a_locale(locale: str, key: str) -> None:
    fonts = {k: FontChoice(key=k, text="A") for k in ("gu-IN", "gu", "Deva", "Hant", "Hans", "Cyrl")}
    found = choice_for(fonts, locale)
    assert (found.key if found else "") == key
