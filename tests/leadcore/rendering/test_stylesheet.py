"""The theme's style sheet cut to a page, and what it names for each script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from leadcore.reading import load_project
from leadcore.rendering.stylesheet import css, css_for, fonts_of

THEME = """
:root { --a:#000;--b:#fff;color:var(--a) }
/* a comment */
:is(:lang(ja),:lang(kk)) { --lh:1.8 }
:lang(zh-Hant) { --sans:"Noto Sans TC" }
h1,h4 { margin:0 }
.hero > .inner , .turn a { color:red }
:is(.hero,.turn):hover { color:blue }
.pick:not(.turn) [lang] { display:block }
table { border:0 }
a[href^=http]::after { content:"x" }
@media print { .turn { display:none } .hero { color:#000 } }
@media (min-width:9rem) { table { margin:0 } }
@page { margin:0 }
"""


@pytest.fixture
def themed(tmp_path: Path) -> Path:
    (tmp_path / "site/static").mkdir(parents=True)
    (tmp_path / "site/static/theme.css").write_text(THEME, encoding="utf-8")
    return tmp_path


def test_a_page_carries_the_rules_of_its_elements_classes_and_languages(themed: Path) -> None:
    body = '<main class="hero"><h1>x</h1><div class="inner pick"><i lang="kk">y</i></div><a href="https://x.example">z</a></main>'
    assert css_for(themed, "en", body) == (
        ":root{--a:#000;color:var(--a)}:lang(kk){}h1{margin:0}.hero>.inner{color:red}.hero:hover{color:blue}"
        '.pick:not(.turn) [lang]{display:block}a[href^=http]::after{content:"x"}'
        "@media print{.hero{color:#000}}@page{margin:0}"
    )


@pytest.mark.parametrize(("tag", "kept"), [("zh-Hant-HK", True), ("zh-Hant", True), ("zh", False), ("zh-Hans", False)])
def test_a_language_is_matched_as_browsers_match_it(themed: Path, tag: str, kept: bool) -> None:
    assert (":lang(zh-Hant)" in css_for(themed, tag, "")) is kept
    assert ("Noto Sans TC" in fonts_of(themed, tag)) is kept


ELEMENTS = """
a article blockquote button dd details div dl dt em fieldset footer form h1 h2 h3 h4 header input label legend li
main nav ol p pre section select span strong summary svg table td textarea th tr ul b thead tbody progress cite figure
figcaption img picture
"""


def test_no_rule_that_a_page_needs_is_left_out(example: Path) -> None:
    """A body with everything the sheet names gets the whole sheet, unused values apart."""
    whole = css(example)
    names = set(re.findall(r"\.([A-Za-z][\w-]*)", whole))
    elements = re.findall(r"\w+", ELEMENTS)
    tongues = set(re.findall(r":lang\(([\w-]+)\)", whole))
    body = "".join([*(f"<{e}>" for e in elements), *(f'<p class="{n}">' for n in names), *(f'<p lang="{t}">' for t in tongues)])
    assert re.sub(r"--[\w-]+:[^;}]*;?", "", css_for(example, "en", body)) == re.sub(r"--[\w-]+:[^;}]*;?", "", whole)


def _languages(example: Path) -> list[str]:
    return sorted({tag for market in load_project(example).markets.values() for tag in market.locales})


SCRIPTS = {
    "ja": "Noto Sans JP", "zh-Hans": "Noto Sans SC", "zh-Hant": "Noto Sans TC", "ko": "Noto Sans KR", "he": "Noto Sans Hebrew",
    "ar": "Noto Sans Arabic", "gu": "Noto Sans Gujarati", "mr": "Noto Sans Devanagari", "bn-BD": "Noto Sans Bengali", "th": "Noto Sans Thai",
}  # fmt: skip


@pytest.mark.parametrize(("tag", "family"), SCRIPTS.items())
def test_every_script_names_its_own_family_first(example: Path, tag: str, family: str) -> None:
    assert fonts_of(example, tag).startswith(f'"{family}",') and fonts_of(example, tag).endswith("sans-serif")


@pytest.mark.parametrize("tag", ["ru", "kk", "pt-BR", "fr-CA", "de", "uz", "en-CA"])
def test_latin_and_cyrillic_share_the_systems_own_family(example: Path, tag: str) -> None:
    assert fonts_of(example, tag) == '-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif'


def test_cyrillic_headings_name_only_families_that_hold_kazakh(example: Path) -> None:
    found = css_for(example, "kk", "<h1>")
    assert found.count("--head:") == 2 and '--head:"Noto Serif",Georgia,"Times New Roman",serif' in found


@pytest.mark.parametrize("tag", ["ja", "zh-Hans", "he", "ar", "gu", "mr", "bn", "ko", "th"])
def test_scripts_without_slanted_letters_and_capitals_get_neither(example: Path, tag: str) -> None:
    found = css_for(example, tag, '<p class="kicker"><em>')
    assert "--em:normal" in found and "--stress:700" in found
    assert "letter-spacing" not in found and "text-transform" not in found


def test_japanese_headings_break_between_phrases(example: Path) -> None:
    assert ":is(h1,h2):lang(ja){word-break:auto-phrase}" in css_for(example, "ja", "<h1><h2>")
    assert "auto-phrase" not in css_for(example, "zh-Hans", "<h1><h2>")
