"""axe over every template and state, in every locale, at 320 and 1280 px, light and dark: it finds nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from leadcore.reading import load_project

from .conftest import NODE
from .hosting import Gallery, settle
from .states import ONCE, SHOWN_BY, STATES, TEMPLATES

ROOT = Path(__file__).parents[2]
AXE = NODE / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
KINDS = (*TEMPLATES, *ONCE, *STATES)
PLACES = [(m.id, locale) for m in load_project(ROOT).markets.values() for locale in m.locales]
#: Right to left, Indic, Han and kana, Latin.
FEW = [("ae", "ar"), ("in", "gu-IN"), ("jp", "ja"), ("de", "de")]
VIEWS = [(320, "light"), (1280, "dark"), (320, "dark"), (1280, "light")]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("web-axe"),
    pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed (make test installs it where it may)"),
]


def found_by_axe(page: Any) -> list[Any]:
    """(rule, where) of each violation on the page as it is shown now."""
    result = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})", TAGS)
    return [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in result["violations"]]


def look(window: Any, gallery: Gallery, name: str, *views: tuple[int, str]) -> dict[str, list[Any]]:
    """What axe finds on a page in these windows."""
    found = {}
    window.goto(gallery.url(name))
    window.add_script_tag(path=str(AXE))
    settle(window)
    for width, scheme in views:
        window.set_viewport_size({"width": width, "height": 900})
        window.emulate_media(color_scheme=scheme)
        if said := found_by_axe(window):
            found[f"{name} {width} {scheme}"] = said
    return found


def test_there_is_a_page_of_every_kind_in_every_locale(gallery: Gallery) -> None:
    every = {f"{market}/{locale}/{kind}" for market, locale in gallery.places for kind in (*TEMPLATES, *STATES)}
    assert {name for name in gallery.paths if name.rpartition("/")[2] not in ONCE} == every
    assert {name.rpartition("/")[2] for name in gallery.paths} == set(KINDS)
    assert set(PLACES) == set(gallery.places)
    assert {name.split("/")[0] for name in gallery.paths if name.endswith("/error")} == set(gallery.project.markets)


def test_every_template_is_looked_at(example: Path) -> None:
    whole = {path.name for path in (example / "site" / "templates").glob("[a-z]*.html")} - {"base.html"}
    assert whole == set(SHOWN_BY) and set(SHOWN_BY.values()) <= set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_in_four_scripts(kind: str, gallery: Gallery, window: Any) -> None:
    """One window for each script, and others for the next kind: together they cross."""
    found: dict[str, list[Any]] = {}
    turn = KINDS.index(kind)
    for number, name in enumerate(gallery.named(kind, FEW)):
        found |= look(window, gallery, name, VIEWS[(turn + number) % len(VIEWS)])
    assert found == {}


@pytest.mark.parametrize(("market", "locale"), PLACES)
def test_axe_finds_nothing_on_the_landing_page_of_any_locale(market: str, locale: str, gallery: Gallery, window: Any) -> None:
    assert look(window, gallery, f"{market}/{locale}/landing-guide", *VIEWS[:2]) == {}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_in_any_locale_and_window(kind: str, gallery: Gallery, window: Any) -> None:
    found: dict[str, list[Any]] = {}
    for name in gallery.named(kind, gallery.places):
        found |= look(window, gallery, name, *VIEWS)
    assert found == {}


def test_axe_would_find_a_mistake(window: Any) -> None:
    window.set_content('<!doctype html><title>x</title><main><h1>a</h1><input><p style="color:#aaa;background:#fff">pale words</p></main>')
    window.emulate_media(color_scheme="light")
    window.add_script_tag(path=str(AXE))
    assert {"html-has-lang", "label", "color-contrast"} <= {rule for rule, _ in found_by_axe(window)}
