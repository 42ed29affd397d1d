"""Reflow at 320 px, 200 % zoom, larger text, the spacing of WCAG 1.4.12: nothing is cut off, nothing overlaps, nothing scrolls sideways."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .hosting import Gallery, settle
from .states import ONCE, STATES, TEMPLATES
from .test_axe import FEW, PLACES

LAYOUT = (Path(__file__).parent / "layout.js").read_text(encoding="utf-8")
KINDS = (*TEMPLATES, *ONCE, *STATES)
#: WCAG 2.2, 1.4.12: line height, letters, words, and the space after paragraphs.
SPACED = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-block-end: 2em !important }"
#: Name -> width in CSS pixels, and styles of the reader's own. Zoomed to 200 %, a window of 1280 px is 640 wide.
WINDOWS = {
    "narrow": (320, ""), "zoomed": (640, ""), "spaced": (320, SPACED), "spaced-wide": (1280, SPACED),
    "large-text": (1280, ""), "phone-landscape": (844, ""),
}  # fmt: skip
#: What a reader has set in the browser; 16 px is what browsers come with.
FONT_SIZES = {"large-text": 32}

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("web-reflow")]


def layout_faults(page: Any, url: str, windows: tuple[str, ...]) -> dict[str, list[str]]:
    """Window -> what is wrong in it."""
    found = {}
    settings = page.context.new_cdp_session(page)
    page.goto(url)
    page.emulate_media(color_scheme="light")
    page.evaluate("document.head.append(Object.assign(document.createElement('style'), {id: 'readers-own'}))")
    for name in windows:
        width, styles = WINDOWS[name]
        page.set_viewport_size({"width": width, "height": 900})
        size = FONT_SIZES.get(name, 16)
        settings.send("Page.setFontSizes", {"fontSizes": {"standard": size}})
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == f"{size}px"
        page.evaluate("text => { document.getElementById('readers-own').textContent = text }", styles)
        settle(page)
        if wrong := page.evaluate(LAYOUT):
            found[name] = wrong
    settings.send("Page.setFontSizes", {"fontSizes": {"standard": 16}})
    settings.detach()
    return found


def every_fault(page: Any, gallery: Gallery, names: list[str], *windows: str) -> dict[str, Any]:
    return {name: found for name in names if (found := layout_faults(page, gallery.url(name), windows))}


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_cut_off_in_four_scripts(kind: str, gallery: Gallery, window: Any) -> None:
    assert every_fault(window, gallery, gallery.named(kind, FEW), "narrow", "zoomed", "spaced") == {}


@pytest.mark.parametrize(("market", "locale"), PLACES)
def test_no_landing_page_is_cut_off(market: str, locale: str, gallery: Gallery, window: Any) -> None:
    names = [f"{market}/{locale}/landing-guide", f"{market}/{locale}/landing-demo"]
    assert every_fault(window, gallery, names, "narrow", "spaced") == {}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_cut_off_in_any_locale(kind: str, gallery: Gallery, window: Any) -> None:
    assert every_fault(window, gallery, gallery.named(kind, gallery.places), *WINDOWS) == {}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('<p style="inline-size:40rem">wide</p>', "the page is"),
        ('<p style="inline-size:3rem;white-space:nowrap;overflow:hidden">a sentence that does not fit</p>', "cut off by p"),
        ('<div style="overflow:hidden;block-size:1rem"><p>one</p><p>two</p></div>', "cut off by div"),
        ('<p>below</p><p style="margin-block-start:-2.2rem">above</p>', "on each other"),
        ('<p style="margin-inline-start:-3rem">left</p>', "outside the window"),
        ('<p style="overflow:hidden;text-overflow:ellipsis">short</p>', "shortened"),
        ('<select style="inline-size:5rem"><option>Bosnia and Herzegovina</select>', "cut off by its list"),
    ],
)  # fmt: skip
def test_what_is_wrong_would_be_found(body: str, said: str, window: Any) -> None:
    window.set_viewport_size({"width": 320, "height": 900})
    window.set_content(f'<!doctype html><html lang="en"><body><p>fine</p>{body}')
    assert [found for found in window.evaluate(LAYOUT) if found.startswith(said)]
    window.set_content('<!doctype html><html lang="en"><body><p>fine</p><div style="overflow-x:auto"><table style="inline-size:60rem"><td>x</table></div>')
    assert window.evaluate(LAYOUT) == []
