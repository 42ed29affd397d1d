"""Subsets draw words as the whole font does, and HarfBuzz tells where one does not."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

from leadcore.rendering.font_files import FontFile, fonts_in, installed_font
from leadcore.rendering.font_subset import Subset, characters_in, cut, drawn_otherwise, metrics_of, plain_font
from leadcore.rendering.font_text import closure, drawn_pieces, own_part, ranges_of, words_of

#: A script's code, the family that draws it, and words that a careless subset may break.
WORDS = {
    "gu": ("Gujr", "Noto Sans Gujarati", ["ક્ષ", "ગ્રાહક", "શ્રેણી", "વિશ્વાસ", "₹૧,૨૩,૪૫૬", "જ્ઞાન"]),
    "mr": ("Deva", "Noto Sans Devanagari", ["क्षेत्र", "श्रेणी", "र्‍या", "ग्राहक", "ळ"]),
    "bn": ("Beng", "Noto Sans Bengali", ["কৌ", "গ্রাহক", "ক্ষ", "কৌশল", "পৌঁছানো", "র‍্যাম"]),
    "th": ("Thai", "Noto Sans Thai", ["น้ำ", "ที่", "ทำ", "ญี่ปุ่น"]),
    "ar": ("Arab", "Noto Sans Arabic", ["لا", "السلام", "الأسئلة", "لأن", "٪٢٥"]),
    "he": ("Hebr", "Noto Sans Hebrew", ["שלום", "בְּרֵאשִׁית", "״ש״ח״"]),
    "kk": ("Cyrl", "Noto Sans", ["Қазақстан", "өңір", "ұсыныс", "Ғ"]),
    "fr": ("Latn", "Noto Serif", ["œuvre", "Québec", "fi", "l’été", "«", "…"]),
}
#: Words that a subset of their own characters alone breaks: HarfBuzz takes apart what Unicode or nobody says it does.
NEEDS_CLOSURE = {"bn": "কৌ", "th": "น้ำ"}


def whole(tag: str) -> bytes:
    _, family, _ = WORDS[tag]
    found = installed_font((family,), tag)
    if found is None or found.family != family:
        pytest.skip(f"the font {family} is not installed (make test installs fonts-noto-core where it may)")
    return plain_font(found)


def otherwise(full: bytes, part: Subset, words: list[str], tag: str) -> list[str]:
    return drawn_otherwise(full, part.woff2, part.glyphs, words, tag)


@pytest.mark.parametrize("tag", WORDS)
def test_a_closed_subset_draws_every_word_as_the_whole_font(tag: str) -> None:
    script, _, words = WORDS[tag]
    full = whole(tag)
    covered = frozenset(characters_in(full))
    part = cut(full, closure(words), script)
    assert otherwise(full, part, sorted(drawn_pieces(words, covered)), tag) == []
    assert len(part.woff2) < len(full) / 4


@pytest.mark.parametrize("tag", NEEDS_CLOSURE)
def test_harfbuzz_finds_what_a_subset_without_the_closure_breaks(tag: str) -> None:
    script, _, words = WORDS[tag]
    full = whole(tag)
    part = cut(full, "".join(words), script)
    assert NEEDS_CLOSURE[tag] in otherwise(full, part, words, tag)


@pytest.mark.parametrize("tag", ["gu", "mr", "bn", "ar"])
def test_harfbuzz_finds_lost_layout_features(tag: str) -> None:
    """What would happen if a subset dropped the features by which letters join."""
    _, _, words = WORDS[tag]
    full = whole(tag)
    font = TTFont(io.BytesIO(full), recalcTimestamp=False)
    order = {name: number for number, name in enumerate(font.getGlyphOrder())}
    cutter = subset.Subsetter(subset.Options(layout_features=[]))
    cutter.populate(unicodes=[ord(sign) for sign in closure(words)])
    cutter.subset(font)
    glyphs = [order[name] for name in font.getGlyphOrder()]
    out = io.BytesIO()
    font.save(out)
    assert drawn_otherwise(full, out.getvalue(), glyphs, words, tag) != []


def test_harfbuzz_finds_a_letter_that_the_subset_lacks(tmp_path: Path, make_font: Callable[..., Path]) -> None:
    full = plain_font(fonts_in(make_font(tmp_path / "a.ttf", "A", "abc"))[0])
    part = cut(full, "ab", "Latn")
    assert otherwise(full, part, ["ab", "abc", "c"], "en") == ["abc", "c"]


def test_figures_of_one_width_are_kept() -> None:
    """The theme sets tables with them."""
    part = cut(whole("fr"), closure("12"), "Latn")
    features = {record.FeatureTag for record in TTFont(io.BytesIO(part.woff2))["GSUB"].table.FeatureList.FeatureRecord}
    assert {"tnum", "lnum"} <= features


def test_a_subset_is_the_same_bytes_each_time(tmp_path: Path, make_font: Callable[..., Path]) -> None:
    font = fonts_in(make_font(tmp_path / "a.ttf", "A", "abcdef"))[0]
    assert cut(plain_font(font), "abc", "Latn").woff2 == cut(plain_font(font), "abc", "Latn").woff2


def test_a_reserved_name_is_not_carried_by_the_subset(tmp_path: Path, make_font: Callable[..., Path]) -> None:
    def names(path: Path) -> dict[int, str]:
        part = cut(plain_font(fonts_in(path)[0]), "ab", "Latn")
        return {one.nameID: str(one) for one in TTFont(io.BytesIO(part.woff2))["name"].names}

    reserved = make_font(tmp_path / "a.ttf", "Plume", "ab", copyright='Copyright X, with Reserved Font Name "Plume"')
    free = make_font(tmp_path / "b.ttf", "Plume", "ab")
    assert names(free)[1] == "Plume" and names(free)[0] == "Made for a test."
    assert 1 not in names(reserved) and 4 not in names(reserved) and "Reserved" in names(reserved)[0]


def test_a_variable_font_is_cut_to_the_weights_that_pages_use(tmp_path: Path, make_font: Callable[..., Path]) -> None:
    (font,) = fonts_in(make_font(tmp_path / "v.ttf", "V", "abc", weight=100, heaviest=900))
    assert font.is_variable and (font.lightest, font.boldest) == (100, 900)
    full = plain_font(font)
    part = cut(full, "ab", "Latn")
    assert (part.lightest, part.boldest) == (400, 700)
    assert drawn_otherwise(full, part.woff2, part.glyphs, ["ab", "ba"], "en", (400, 700)) == []


def test_a_font_of_a_collection_is_found_by_its_number(tmp_path: Path, make_font: Callable[..., Path]) -> None:
    fonts = [TTFont(make_font(tmp_path / f"{name}.ttf", name, signs)) for name, signs in (("One", "ab"), ("Two", "xy"))]
    collection = TTCollection()
    collection.fonts = fonts
    collection.save(tmp_path / "both.ttc")
    one, two = fonts_in(tmp_path / "both.ttc")
    assert (one.family, two.family, two.index) == ("One", "Two", 1)
    assert characters_in(plain_font(two)) == "xy"


def test_metrics_are_shares_of_an_em(tmp_path: Path, make_font: Callable[..., Path]) -> None:
    full = plain_font(fonts_in(make_font(tmp_path / "a.ttf", "A", "".join(map(chr, range(32, 127)))))[0])
    found = metrics_of(full, "Latn")
    assert (found.ascent, found.descent, found.line_gap) == (0.9, 0.3, 0.0)
    assert 0.35 < found.width < 0.55
    assert metrics_of(full, "Zyyy").width == 0


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("কৌ", "\u09cc\u09c7\u09d7"),
        ("น้ำ", "\u0e33\u0e4d\u0e32"),
        ("ນ້ຳ", "\u0eb3\u0ecd\u0eb2"),
        ("é", "e\u0301"),
        ("e\u0301", "é"),
        ("a", "\u200c\u200d\u25cc0129,.—“”"),
        ("ગ", "૦૯"),
        ("म", "०९।॥"),
        ("م", "٠٩،؟"),
    ],
)
def test_the_closure_holds_what_drawing_may_need(text: str, needs: str) -> None:
    assert set(needs) <= set(closure(text))


def test_the_closure_of_han_is_not_a_whole_block() -> None:
    assert len(set(closure("道")) - set(closure("a"))) <= 2


def test_ranges_close_small_gaps_and_no_large_ones() -> None:
    assert ranges_of("az\u0a95\u25cc") == "U+61-7A,U+A95,U+25CC"


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("<p>one <b>tw</b>o</p><p>three</p>", {"one", "two", "three"}),
        ("<style>body{}</style><script>x()</script><!-- no --><h1>a&amp;b</h1>", {"a&b"}),
        ('<li>x</li><li title="y">z</li>', {"x", "z"}),
    ],
)
def test_words_of_a_page_are_those_it_shows(page: str, words: set[str]) -> None:
    assert words_of(page) == words


@pytest.mark.parametrize(
    ("page", "own"),
    [
        ('<html lang="kk-KZ"><p>a</p><p lang="ru">b</p>c', {"a", "c"}),
        ('<html lang="kk-KZ"><div lang="ru">b<div>b</div>b</div>c<a hreflang="ru" lang="ru">d</a>', {"c"}),
        ('<html lang="kk-KZ"><p lang="kk-KZ">a</p><p lang="kk">b</p>', {"a"}),
        ('<html lang="kk-KZ"><p lang="ru">never closed', {"never", "closed"}),
    ],
)
def test_passages_in_other_languages_are_not_drawn_by_the_font(page: str, own: set[str]) -> None:
    assert words_of(own_part(page, "kk-KZ")) == own


def test_pieces_end_where_another_font_begins() -> None:
    assert drawn_pieces(["ગ્રાહકABCગુ", "xyz"], frozenset("ગ્રાહકુ")) == {"ગ્રાહક", "ગુ"}


def test_the_installed_figures_of_fallbacks_are_those_we_know() -> None:
    """What `KNOWN` says of the Noto families, measured again."""
    from leadcore.rendering.font_styles import KNOWN

    wrong = {}
    for tag, (script, family, _) in WORDS.items():
        if (family, script) not in KNOWN:
            continue
        found = metrics_of(whole(tag), script)
        regular, _, ascent, descent, gap = KNOWN[family, script]
        measured = (round(found.width, 4), round(found.ascent, 3), round(found.descent, 3), round(found.line_gap, 3))
        if any(abs(a - b) > 0.002 for a, b in zip(measured, (regular, ascent, descent, gap), strict=True)):
            wrong[family] = measured
    assert wrong == {}


def test_a_font_file_says_what_weights_it_draws() -> None:
    assert FontFile(path=Path("a"), lightest=400, boldest=700).draws(600)
    assert not FontFile(path=Path("a"), lightest=400, boldest=400).draws(700)
