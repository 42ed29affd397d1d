"""The styles that load a market's web fonts: what they name, in which order, and fallbacks of the same size."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from leadcore.model.fonts import FontChoice
from leadcore.rendering.font_styles import styles
from leadcore.rendering.webfonts import MissingFont, WebFonts, web_fonts, wrongly_drawn

LATIN = "".join(map(chr, range(32, 127)))
SANS = '-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif'


@pytest.fixture
def project(tmp_path: Path, make_font: Callable[..., Path]) -> Path:
    room = tmp_path / "site" / "fonts"
    make_font(room / "plain.ttf", "Plain", LATIN)
    make_font(room / "plain-bold.ttf", "Plain", LATIN, weight=700)
    make_font(room / "voice.ttf", "Voice", LATIN, weight=700)
    make_font(room / "moving.ttf", "Moving", LATIN, weight=100, heaviest=900)
    return tmp_path


def fonts_of(root: Path, **choice: object) -> WebFonts:
    chosen = FontChoice(key="en", **choice)  # type: ignore[arg-type]
    return web_fonts(root, chosen, "en-US", "abc", "a", "token")


def said(fonts: WebFonts, sans: str = SANS, head: str = '"Noto Serif",Georgia,serif') -> str:
    return styles(fonts, sans, head, lambda name: f"/assets/{name}")


def test_text_gets_a_regular_and_a_bold_file(project: Path) -> None:
    css = said(fonts_of(project, text="Plain"))
    assert re.findall(r"font-family:W;src:url\(/assets/plain\.[0-9a-f]{10}\.woff2\);font-weight:(\d+);font-display:swap;unicode-range:U\+20-7E}", css) == ["400", "700"]
    assert ':lang(en-US){--sans:W,-apple-system,"Segoe UI",F0,Roboto,F1,"Noto Sans",sans-serif}' in css
    assert f":is(input,textarea):lang(en-US){{font-family:{SANS}}}" in css, "what visitors type stays in one font"


def test_bold_may_be_left_out(project: Path) -> None:
    assert len(fonts_of(project, text="Plain", bold=False).faces) == 1


def test_a_variable_font_is_one_file_for_all_weights(project: Path) -> None:
    fonts = fonts_of(project, text="Moving")
    assert len(fonts.faces) == 1
    assert "font-weight:400 700;" in said(fonts)
    assert wrongly_drawn(fonts, {"W": {"abc"}}) == []


def test_headings_may_have_a_font_alone(project: Path) -> None:
    css = said(fonts_of(project, headings="Voice"))
    assert re.search(r"font-family:H;src:url\(/assets/voice\.\w+\.woff2\);font-weight:400 700;", css)
    assert ':lang(en-US){--head:H,F0,"Noto Serif",Georgia,serif}' in css
    assert "--sans" not in css and "input" not in css


def test_headings_that_follow_the_text_fall_back_to_its_families(project: Path) -> None:
    css = said(fonts_of(project, headings="Voice"), head="var(--sans)")
    assert '--head:H,-apple-system,"Segoe UI",F0,Roboto,F1,"Noto Sans",sans-serif' in css


def test_two_files_are_the_most(project: Path) -> None:
    assert [face.family for face in fonts_of(project, text="Plain", headings="Voice").faces] == ["W", "H"]


def test_a_fallback_takes_as_much_room_as_the_web_font(project: Path) -> None:
    fonts = fonts_of(project, text="Plain", bold=False)
    css = said(fonts)
    width = fonts.faces[0].metrics[3]
    adjusted = re.search(r'F1;src:local\("Noto Sans Regular"\),local\("Noto Sans"\);font-weight:400;size-adjust:([\d.]+)%;ascent-override:([\d.]+)%', css)
    assert adjusted is not None
    ratio = float(adjusted[1]) / 100
    assert ratio == pytest.approx(width / 0.4830, abs=0.001)
    assert float(adjusted[2]) / 100 * ratio == pytest.approx(0.9, abs=0.002), "the browser scales the ascent too"


def test_a_fallback_that_is_as_large_is_left_alone(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from leadcore.rendering import font_styles

    fonts = fonts_of(project, text="Plain", bold=False)
    ascent, descent, gap, width = fonts.faces[0].metrics
    monkeypatch.setattr(font_styles, "KNOWN", {("Noto Sans", "Latn"): (width, width, ascent, descent, gap)})
    assert "size-adjust" not in said(fonts) and "F0" not in said(fonts)


def test_files_are_named_by_their_content(project: Path) -> None:
    one, same = fonts_of(project, text="Plain"), fonts_of(project, text="Plain")
    more = web_fonts(project, FontChoice(key="en", text="Plain", also="é"), "en-US", "abc", "a", "token")
    assert [f.name for f in one.faces] == [f.name for f in same.faces] == [f.name for f in more.faces], "the font has no é"
    assert one.key == same.key != more.key


def test_what_is_kept_is_not_made_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from leadcore.rendering import webfonts

    first = fonts_of(project, text="Plain")
    monkeypatch.setattr(webfonts, "_made", lambda *_: pytest.fail("made again"))
    assert fonts_of(project, text="Plain") == first


def test_a_damaged_copy_is_made_again(project: Path) -> None:
    first = fonts_of(project, text="Plain")
    (project / "var" / "fonts" / f"{first.key}.fonts").write_bytes(b"damaged")
    assert fonts_of(project, text="Plain") == first


def test_old_subsets_do_not_pile_up(project: Path) -> None:
    for number in range(60):
        web_fonts(project, FontChoice(key="en", text="Plain", bold=False), "en-US", chr(0x3000 + number), "", "token")
    assert len(list((project / "var" / "fonts").glob("*.fonts"))) == 48


def test_a_family_that_is_not_there_is_named_with_its_role(project: Path) -> None:
    with pytest.raises(MissingFont, match="Nowhere") as found:
        fonts_of(project, text="Plain", headings="Nowhere")
    assert found.value.role == "headings"
