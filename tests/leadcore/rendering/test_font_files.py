"""Fonts of `site/fonts/` are found by family and weight; a font for a language is found in the project or on the machine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from leadcore.rendering import font_files
from leadcore.rendering.font_files import (
    UnreadableFont,
    families_in,
    font_file_for,
    font_paths,
    installed_font,
    project_font,
)

STYLES = """
:where([lang]) { --sans:"First Sans","Second Sans",sans-serif }
:lang(gu) { --sans:"Own Gujarati",sans-serif }
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "site" / "static").mkdir(parents=True)
    (tmp_path / "site" / "static" / "theme.css").write_text(STYLES, encoding="utf-8")
    return tmp_path


def test_a_project_without_fonts_has_none(project: Path) -> None:
    assert font_paths(project) == () and families_in(project) == [] and project_font(project, "A") is None


def test_a_weight_is_drawn_by_its_own_file_and_never_by_one_that_leans(project: Path, make_font: Callable[..., Path]) -> None:
    room = project / "site" / "fonts"
    make_font(room / "a-italic.ttf", "A", "ab", leans=True)
    make_font(room / "b.woff2", "A", "ab", flavor="woff2")
    make_font(room / "c.otf", "A", "ab", weight=700)
    make_font(room / "d.ttf", "B", "ab", leans=True)
    (room / "OFL.txt").write_text("a licence", encoding="utf-8")
    regular, bold = project_font(project, "a"), project_font(project, "A", 700)
    assert regular is not None and regular.path.name == "b.woff2"
    assert bold is not None and bold.path.name == "c.otf"
    assert project_font(project, "B") is None
    assert families_in(project) == ["A", "B"]


def test_a_fixed_font_is_taken_before_a_variable_one(project: Path, make_font: Callable[..., Path]) -> None:
    room = project / "site" / "fonts"
    make_font(room / "a.ttf", "A", "ab", weight=100, heaviest=900)
    assert project_font(project, "A", 700).path.name == "a.ttf"  # type: ignore[union-attr]
    make_font(room / "b.ttf", "A", "ab", weight=700)
    assert project_font(project, "A", 700).path.name == "b.ttf"  # type: ignore[union-attr]
    assert project_font(project, "A", 400).path.name == "a.ttf"  # type: ignore[union-attr]


def test_a_file_that_is_no_font_is_named(project: Path) -> None:
    (project / "site" / "fonts").mkdir()
    (project / "site" / "fonts" / "broken.ttf").write_bytes(b"no font")
    with pytest.raises(UnreadableFont, match=r"^site/fonts/broken\.ttf: "):
        project_font(project, "A")
    assert families_in(project) == []


def test_a_changed_file_is_read_again(project: Path, make_font: Callable[..., Path]) -> None:
    path = project / "site" / "fonts" / "a.ttf"
    make_font(path, "A", "ab")
    assert families_in(project) == ["A"]
    make_font(path, "Longer", "abc")
    assert families_in(project) == ["Longer"]


def test_the_projects_own_font_draws_a_language_unpacked(project: Path, make_font: Callable[..., Path]) -> None:
    make_font(project / "site" / "fonts" / "own.woff2", "Own Gujarati", "ક", flavor="woff2")
    found = font_file_for(project, "gu-IN")
    assert found is not None and found.family == "Own Gujarati"
    assert found.path.suffix == ".ttf" and found.path.read_bytes()[:4] == b"\x00\x01\x00\x00"
    assert font_file_for(project, "gu-IN", bold=True) == found, "it is the only one of its family"


def test_a_family_that_is_asked_for_comes_before_the_themes(project: Path, make_font: Callable[..., Path]) -> None:
    make_font(project / "site" / "fonts" / "a.ttf", "First Sans", "ab")
    make_font(project / "site" / "fonts" / "b.ttf", "Voice", "ab", weight=700)
    assert font_file_for(project, "en").family == "First Sans"  # type: ignore[union-attr]
    assert font_file_for(project, "en", bold=True, family="Voice").family == "Voice"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("tag", "family"),
    [
        ("gu-IN", "Noto Sans Gujarati"), ("mr", "Noto Sans Devanagari"), ("bn-BD", "Noto Sans Bengali"), ("ar-AE", "Noto Sans Arabic"),
        ("he", "Noto Sans Hebrew"), ("ja", "Noto Sans CJK JP"), ("zh-Hans", "Noto Sans CJK SC"), ("zh-Hant", "Noto Sans CJK TC"),
        ("ru", "Noto Sans"), ("kk", "Noto Sans"), ("uz", "Noto Sans"), ("fr-CA", "Noto Sans"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("bold", [False, True])
def test_every_language_of_the_example_has_an_installed_font(example: Path, tag: str, family: str, bold: bool) -> None:
    found = font_file_for(example, tag, bold=bold)
    if found is None or (family not in found.family and installed_font((family,), tag) != found):
        pytest.skip(f"{family} is not installed (make test installs fonts-noto-core and fonts-noto-cjk where it may)")
    assert found.family == family
    assert ("Bold" in found.path.name) is bold


def test_a_language_that_no_installed_font_covers_has_none() -> None:
    assert installed_font(("Noto Sans",), "qaa") is None


def test_a_machine_without_fontconfig_has_no_installed_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(font_files.shutil, "which", lambda name: None)
    assert installed_font(("Noto Sans",), "en") is None
