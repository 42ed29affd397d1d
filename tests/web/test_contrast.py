"""Contrast from the colours as they come out, light and dark: 7:1 for what one reads, 4.5:1 for all text, 3:1 for controls and
focus. And what is pressed in forms measures 44 px."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from .hosting import Gallery, settle
from .states import ONCE, STATES, TEMPLATES
from .test_axe import FEW, PLACES

HERE = Path(__file__).parent
CONTRAST = (HERE / "contrast.js").read_text(encoding="utf-8")
TARGETS = (HERE / "targets.js").read_text(encoding="utf-8")
KINDS = (*TEMPLATES, *ONCE, *STATES)
LEAST = {"body": 7.0, "text": 4.5, "control": 3.0, "focus": 3.0}
#: The strongest contrast of a picture's pixels with its first one.
STRONGEST = """async data => {
    const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
    const pen = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
    pen.drawImage(picture, 0, 0);
    const all = pen.getImageData(0, 0, picture.width, picture.height).data;
    const light = at => [0.2126, 0.7152, 0.0722].reduce((sum, share, i) => {
        const v = all[at + i] / 255;
        return sum + share * (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    }, 0);
    const ground = light(0);
    let most = 1;
    for (let at = 0; at < all.length; at += 4) {
        const l = light(at);
        most = Math.max(most, (Math.max(l, ground) + 0.05) / (Math.min(l, ground) + 0.05));
    }
    return most;
}"""

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("web-contrast")]


def too_weak(page: Any) -> tuple[list[str], set[str]]:
    """What stands out too little now, and which kinds of contrast were measured."""
    found = page.evaluate(CONTRAST)
    for box in page.locator("main input:is([type=checkbox], [type=radio]):visible").all()[:4]:
        # Drawn by the browser, so it is looked at.
        around = box.bounding_box()
        clip = {"x": around["x"] - 3, "y": around["y"] - 3, "width": around["width"] + 6, "height": around["height"] + 6}
        shot = base64.b64encode(page.screenshot(clip=clip, full_page=True)).decode()
        found.append(["control", page.evaluate(STRONGEST, shot), "checkbox or radio button"])
    return [f"{kind} {ratio:.2f} {what}" for kind, ratio, what in found if ratio < LEAST[kind]], {kind for kind, _, _ in found}


def weak_in(page: Any, gallery: Gallery, names: list[str], schemes: tuple[str, ...]) -> dict[str, list[str]]:
    found = {}
    for name in names:
        for scheme in schemes:
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": 1280, "height": 900})
            page.goto(gallery.url(name))
            settle(page)
            weak, kinds = too_weak(page)
            assert {"body", "text"} <= kinds or name.endswith("/error"), name
            if weak:
                found[f"{name} {scheme}"] = weak
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_words_and_controls_stand_out(kind: str, gallery: Gallery, window: Any) -> None:
    assert weak_in(window, gallery, gallery.named(kind, [("ca", "fr-CA")]), ("light", "dark")) == {}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_words_and_controls_stand_out_in_any_locale(kind: str, gallery: Gallery, window: Any) -> None:
    assert weak_in(window, gallery, gallery.named(kind, gallery.places), ("light", "dark")) == {}


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("kind", ["landing-guide", "landing-demo", *STATES])
def test_what_is_pressed_in_forms_is_large_enough(kind: str, width: int, gallery: Gallery, window: Any) -> None:
    window.set_viewport_size({"width": width, "height": 900})
    small = {}
    for name in gallery.named(kind, PLACES if kind.startswith("landing") else FEW):
        window.goto(gallery.url(name))
        settle(window)
        if found := window.evaluate(TARGETS):
            small[name] = found
    assert small == {}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ('<main><p style="color:#777">grey words</p>', "body"),
        ('<p style="color:#888">grey words</p>', "text"),
        ('<main><p style="opacity:.5">pale words</p>', "body"),
        ('<input style="border:1px solid #bbb">', "control"),
        ('<button style="background:#fff;border:0">x</button>', "control"),
        ('<a href="#x" style="outline:0">no ring</a>', "focus"),
        ('<main><label><input type="checkbox" style="opacity:.2"></label>', "control"),
    ],
)  # fmt: skip
def test_a_weak_contrast_would_be_found(body: str, kind: str, window: Any) -> None:
    window.emulate_media(color_scheme="light")
    window.set_content(f'<!doctype html><html lang="en"><body style="background:#fff;padding:2rem">{body}')
    weak, _ = too_weak(window)
    assert [one for one in weak if one.startswith(kind)]


def test_a_small_target_would_be_found(window: Any) -> None:
    window.set_content('<form><button style="block-size:40px">x</button><label style="display:block;block-size:44px"><input type="checkbox"></label></form>')
    assert [what for what, _, _ in window.evaluate(TARGETS)] == ["button# x"]
