"""Pseudo-locales: every template and state in an English grown long, and in one that runs from right to left; nothing is cut off.
And the layout of any page mirrors when its direction does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

from leadcore.reading import load_project

from .hosting import Gallery
from .pseudo import LONG, MIRRORED, long, make_pseudo, mirrored
from .states import STATES, TEMPLATES
from .test_reflow import WINDOWS, every_fault

KINDS = (*TEMPLATES, *STATES)
#: The markets of the example that speak the languages which the pseudo-locales take.
PLACES = [("de", LONG), ("il", MIRRORED)]
MIRROR = (Path(__file__).parent / "mirror.js").read_text(encoding="utf-8")

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("web-pseudo")]


@pytest.fixture(scope="module")
def pseudo(example: Path, tmp_path_factory: pytest.TempPathFactory, today: dt.date) -> Iterator[Gallery]:
    folder = tmp_path_factory.mktemp("pseudo")
    project = load_project(make_pseudo(example, folder / "project"))
    made = Gallery(project.only(tuple(market for market, _ in PLACES)), folder, today)
    yield made
    made.close()


def test_a_long_text_grows_and_keeps_what_is_no_text() -> None:
    source = "Thank you, {name}. Read [the first part](post:basics/start) at https://x.example or write to a@b.example, %(n)d times."
    grown = long(source)
    assert grown.startswith("⟦") and grown.endswith("⟧")
    for kept in ("{name}", "](post:basics/start)", "https://x.example", "a@b.example", "%(n)d"):
        assert kept in grown
    assert len(long(source.split(".")[0])) >= 1.4 * len("Thank you, ") + len("{name}")
    assert len(long("Send it")) >= 2 * len("Send it") and not long("Send it").isascii()
    assert long("{n} · 12") == "{n} · 12"


def test_a_mirrored_text_has_the_same_letters() -> None:
    assert mirrored("Hello, {name}!").translate(dict.fromkeys(map(ord, "\u202e\u202c"))) == "Hello, {name}!"
    assert mirrored("Hi") == "\u202eHi\u202c"


@pytest.mark.parametrize("tag", [LONG, MIRRORED])
def test_every_message_and_text_has_its_pseudo_translation(tag: str, example: Path, pseudo: Gallery) -> None:
    root = pseudo.project.root
    with (example / "locales" / "messages.pot").open("rb") as file:
        wanted = {message.id for message in read_po(file) if message.id}
    with (root / "locales" / tag / "LC_MESSAGES" / "messages.po").open("rb") as file:
        made = {m.id: m.string for m in read_po(file) if m.id}
    assert set(made) == wanted and all(made.values())
    english = {p.name.removesuffix(".en.md") for p in (root / "content").rglob("*.en.md")}
    assert {p.name.removesuffix(f".{tag}.md") for p in (root / "content").rglob(f"*.{tag}.md")} == english


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_cut_off_in_the_pseudo_locales(kind: str, pseudo: Gallery, window: Any) -> None:
    names = pseudo.named(kind, PLACES)
    assert len(names) == 2
    assert every_fault(window, pseudo, names, "narrow", "zoomed", "spaced") == {}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_cut_off_in_the_pseudo_locales_in_any_window(kind: str, pseudo: Gallery, window: Any) -> None:
    assert every_fault(window, pseudo, pseudo.named(kind, PLACES), *WINDOWS) == {}


def unmirrored(page: Any) -> list[str]:
    """What does not stand where a mirror would show it when the page's direction is turned."""
    width = page.evaluate("document.documentElement.clientWidth")
    before = page.evaluate(MIRROR)
    page.evaluate("document.querySelectorAll('[dir=ltr]').forEach(e => e.matches('input, bdi') || (e.dir = 'rtl'))")
    after = page.evaluate(MIRROR)
    assert [one[0] for one in before] == [one[0] for one in after] and len(before) > 5
    pairs = zip(before, after, strict=True)
    return [
        f"{name}: {left:.0f}+{wide:.0f} became {now:.0f}+{wide_now:.0f} of {width}"
        for (name, left, wide), (_, now, wide_now) in pairs
        if max(abs(width - left - wide - now), abs(wide - wide_now)) > 2
    ]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("kind", KINDS)
def test_the_layout_turns_with_the_direction(kind: str, width: int, gallery: Gallery, window: Any) -> None:
    window.set_viewport_size({"width": width, "height": 900})
    window.goto(gallery.url(f"us/en-US/{kind}"))
    assert unmirrored(window) == []


def test_a_layout_that_does_not_turn_would_be_found(window: Any) -> None:
    window.set_viewport_size({"width": 360, "height": 900})
    window.set_content(f'<!doctype html><html lang="en" dir="ltr"><body>{"<p>x</p>" * 6}<p style="margin-left:3rem">y</p>')
    assert len(unmirrored(window)) == 1
