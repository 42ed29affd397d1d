"""Lines of titles: where each script may break, and directions in the order in which they are seen."""

from __future__ import annotations

import unicodedata

import pytest

from leadcore.rendering.bidi import in_order_seen, levels
from leadcore.rendering.line_breaks import lines_of


def measure(text: str) -> float:
    """Ten for a character, twenty for a wide one, nothing for a mark."""
    widths = {"W": 20.0, "F": 20.0}
    return sum(0.0 if unicodedata.combining(c) else widths.get(unicodedata.east_asian_width(c), 10.0) for c in text)


def test_words_stay_whole_and_lines_are_even() -> None:
    lines = lines_of("one two three four five six seven", "en", measure, 200)
    assert lines == ["one two three four", "five six seven"]
    assert lines_of("one two three four five six seven eight", "en", measure, 260) == ["one two three four", "five six seven eight"]


def test_a_word_wider_than_a_line_is_parted_only_where_allowed() -> None:
    assert lines_of("Donaudampfschifffahrt", "de", measure, 100, split=False) is None
    lines = lines_of("Donaudampfschifffahrt", "de", measure, 100)
    assert lines is not None and "".join(lines) == "Donaudampfschifffahrt" and all(measure(line) <= 100 for line in lines)


@pytest.mark.parametrize("tag", ["ja", "zh-Hans"])
def test_no_line_begins_with_what_ends_a_phrase(tag: str) -> None:
    text = "理想の顧客像（見本）は、今のお客様の中にある。コーヒーとティーッ！"
    for width in range(60, 400, 10):
        lines = lines_of(text, tag, measure, width)
        assert lines is not None and "".join(lines) == text
        assert all(line[0] not in "、。）ーッ！" for line in lines), (width, lines)
        assert all(line[-1] != "（" for line in lines), (width, lines)


def test_japanese_breaks_between_phrases_first() -> None:
    assert lines_of("理想の顧客像は、今のお客様の中にある", "ja", measure, 240) == ["理想の顧客像は、", "今のお客様の中にある"]


def test_chinese_breaks_after_a_pause_first() -> None:
    assert lines_of("理想客户画像：答案在您的老客户里", "zh-Hans", measure, 240) == ["理想客户画像：", "答案在您的老客户里"]


def test_a_latin_word_in_chinese_stays_whole() -> None:
    for width in range(130, 300, 10):
        lines = lines_of("用leadsite建立网站并且获得客户", "zh-Hans", measure, width)
        assert lines is not None and any("leadsite" in line for line in lines)


@pytest.mark.parametrize("text", ["ক্ষুদ্রব্যবসাপ্রতিষ্ঠান", "ક્ષેત્રવ્યવસ્થા", "व्यवस्थापनकौशल्य"])
def test_a_cluster_is_never_parted(text: str) -> None:
    for width in range(20, 200, 10):
        lines = lines_of(text, "bn", measure, width)
        assert lines is not None and "".join(lines) == text
        assert not any(unicodedata.category(line[0]).startswith("M") for line in lines)
        assert not any(unicodedata.combining(line[-1]) == 9 for line in lines[:-1])


def seen(text: str, rtl: bool) -> str:
    """A line as it is seen, character by character, from left to right."""
    return "".join(text[number] for number in in_order_seen(levels(text, rtl)))


# Capitals stand for letters of Hebrew.
HEBREW = str.maketrans({chr(65 + n): chr(0x05D0 + n) for n in range(26)})
BACK = {ord(value): chr(key) for key, value in HEBREW.items()}


@pytest.mark.parametrize(
    ("text", "rtl", "said"),
    [
        ("abc DEF ghi", False, "abc FED ghi"),
        ("ABC def GHI", True, "IHG def CBA"),
        ("ABC 123 DEF", True, "FED 123 CBA"),
        ("ABC 1,234.5 DEF", True, "FED 1,234.5 CBA"),
        ("ABC 50% DEF", True, "FED 50% CBA"),
        ("ABC-30 DEF", True, "FED 30-CBA"),
        ("ABC: def!", True, "!def :CBA"),
        ("ABC abc 12 DEF", True, "FED abc 12 CBA"),
        ("title ABC 12", False, "title 12 CBA"),
        ("ABC ", True, " CBA"),
    ],
)
def test_a_line_of_two_directions_is_seen_as_unicode_has_it(text: str, rtl: bool, said: str) -> None:
    assert seen(text.translate(HEBREW), rtl).translate(BACK) == said
