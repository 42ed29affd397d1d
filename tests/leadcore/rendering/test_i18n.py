"""Translators: words from the catalogues, and numbers, dates and lists as readers write them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from markupsafe import Markup

from leadcore.rendering.i18n import Translator, forget_catalogs, translator

DAY = dt.date(2026, 9, 14)
MORNING = dt.datetime(2026, 9, 14, 4, 30, tzinfo=dt.UTC)
HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


# By CLDR: Marathi and Bengali write their own digits, Gujarati and the Emirates Latin ones, Egypt Arabic ones.
@pytest.mark.parametrize(
    ("tag", "number", "date", "clock"),
    [
        ("mr-IN", "१२,३४,५६७.५", "१४ सप्टेंबर, २०२६", "१०:३०"),
        ("bn-IN", "১২,৩৪,৫৬৭.৫", "১৪ সেপ্টেম্বর, ২০২৬", "১০:৩০"),
        ("bn-BD", "১২,৩৪,৫৬৭.৫", "১৪ সেপ্টেম্বর, ২০২৬", "১০:৩০"),
        ("gu-IN", "12,34,567.5", "14 સપ્ટેમ્બર, 2026", "10:30"),
        ("ar-AE", "1,234,567.5", "14 سبتمبر 2026", "10:30"),
        ("ar-EG", "١٬٢٣٤٬٥٦٧٫٥", "١٤ سبتمبر ٢٠٢٦", "١٠:٣٠"),
        ("fa-IR", "۱٬۲۳۴٬۵۶۷٫۵", "۱۴ سپتامبر ۲۰۲۶", "۱۰:۳۰"),
        ("de", "1.234.567,5", "14. September 2026", "10:30"),
        ("en-IN", "12,34,567.5", "14 September 2026", "10:30"),
        ("en-US", "1,234,567.5", "September 14, 2026", "10:30"),
        ("uz", "1\u00a0234\u00a0567,5", "14-sentabr, 2026", "10:30"),
    ],
)
def test_numbers_and_dates_are_in_the_digits_of_the_locale(tag: str, number: str, date: str, clock: str, tmp_path: Path) -> None:
    words = Translator(tmp_path, tag)
    assert (words.number(1234567.5), words.date(DAY), words.digits("10:30")) == (number, date, clock)


def test_the_country_settles_what_the_tag_leaves_open(tmp_path: Path) -> None:
    assert Translator(tmp_path, "en", "IN").number(1234567) == "12,34,567"
    assert Translator(tmp_path, "en", "US").number(1234567) == "1,234,567"
    assert Translator(tmp_path, "ar", "EG").number(12) == "١٢"
    assert Translator(tmp_path, "ar-AE", "EG").number(12) == "12"
    assert Translator(tmp_path, "en", "BD").date(DAY) == Translator(tmp_path, "en").date(DAY)


def test_a_time_is_told_in_the_markets_own_zone(tmp_path: Path) -> None:
    assert "10:00" in Translator(tmp_path, "en-IN").datetime(MORNING, "Asia/Kolkata")
    assert "00:30" in Translator(tmp_path, "de").datetime(MORNING, "America/New_York")
    assert "१०:००" in Translator(tmp_path, "mr").datetime(MORNING, "Asia/Kolkata")


@pytest.mark.parametrize(("tag", "joined"), [("en-US", "a, b, and c"), ("en-IN", "a, b and c"), ("de", "a, b und c"), ("gu", "a, b અને c"), ("ar", "a وb وc")])
def test_a_list_is_joined_as_the_language_does(tag: str, joined: str, tmp_path: Path) -> None:
    assert Translator(tmp_path, tag).join(["a", "b", "c"]) == joined


def test_countries_and_languages_have_their_names(tmp_path: Path) -> None:
    words = Translator(tmp_path, "de")
    assert (words.territory("IN"), words.language_name("gu-IN"), words.territory("XX")) == ("Indien", "Gujarati", "XX")


def test_uzbek_letters_are_no_quotation_marks(tmp_path: Path) -> None:
    words = Translator(tmp_path, "uz")
    said = [words.territory("US"), words.territory("CI"), words.language_name("uz"), words.datetime(MORNING, "Asia/Tashkent"), words.date(DAY, "full")]
    assert said[:3] == ["Amerika Qo\u02bbshma Shtatlari", "Kot-d\u02bcIvuar", "o\u02bbzbek"]
    assert not set("".join(said)) & {"\u2018", "\u2019", "'"}
    assert "\u2019" in Translator(tmp_path, "fr").territory("CI")


def test_direction_and_language_are_those_of_the_tag(tmp_path: Path) -> None:
    words = Translator(tmp_path, "ar-AE")
    assert (words.language, words.direction, words.country) == ("ar", "rtl", "AE")


def test_a_message_is_translated_and_its_places_filled(small_project: Path) -> None:
    words = Translator(small_project, "ar-AE")
    assert words.gettext("Send it") == "أرسل"
    assert words.gettext("Part {number} of {count}", number="1", count="2") == "الجزء 1 من 2"
    assert words.gettext("Never extracted {x}") == "Never extracted {x}"
    assert words.gettext("Never extracted {x}", x=1) == "Never extracted 1"


def test_the_empty_message_is_empty(small_project: Path) -> None:
    assert Translator(small_project, "ar").gettext("") == ""


@pytest.mark.parametrize(("n", "said"), [(0, "أقل من دقيقة"), (1, "دقيقة واحدة"), (2, "دقيقتان"), (3, "3 دقائق"), (11, "11 دقيقة"), (100, "100 دقيقة")])
def test_arabic_has_six_plurals(n: int, said: str, small_project: Path) -> None:
    assert Translator(small_project, "ar-AE").ngettext("{n} minute", "{n} minutes", n) == said


@pytest.mark.parametrize(("n", "said"), [(1, "1 minute"), (2, "2 minutes"), (0, "0 minutes"), (1000, "1,000 minutes")])
def test_without_a_catalogue_the_source_speaks(n: int, said: str, small_project: Path) -> None:
    assert Translator(small_project, "en").ngettext("{n} minute", "{n} minutes", n) == said


def write(root: Path, tag: str, entries: str, domain: str = "messages") -> None:
    path = root / "locales" / tag / "LC_MESSAGES" / f"{domain}.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER + entries, encoding="utf-8")


def test_the_catalogue_of_the_region_wins_and_the_languages_fills_its_gaps(tmp_path: Path) -> None:
    write(tmp_path, "bn", 'msgid "a"\nmsgstr "ক"\n\nmsgid "b"\nmsgstr "খ"\n')
    write(tmp_path, "bn-BD", 'msgid "a"\nmsgstr "কা"\n\nmsgid "b"\nmsgstr ""\n')
    write(tmp_path, "bn", 'msgid "w"\nmsgstr "উ"\n', "wtforms")
    words = Translator(tmp_path, "bn-BD")
    assert [words.gettext(m) for m in ("a", "b", "w", "z")] == ["কা", "খ", "উ", "z"]
    assert Translator(tmp_path, "bn-IN").gettext("a") == "ক"


def test_a_fuzzy_translation_is_not_shown(tmp_path: Path) -> None:
    write(tmp_path, "de", '#, fuzzy\nmsgid "a"\nmsgstr "falsch"\n')
    assert Translator(tmp_path, "de").gettext("a") == "a"


def test_html_keeps_markup_and_escapes_the_rest(tmp_path: Path) -> None:
    words = Translator(tmp_path, "en")
    found = words.markup("<b>{name}</b> {link}", name="<i>", link=Markup("<a>x</a>"))
    assert found == "&lt;b&gt;&lt;i&gt;&lt;/b&gt; <a>x</a>"
    assert isinstance(found, Markup)


def test_a_translator_is_kept_until_told_to_forget(tmp_path: Path) -> None:
    write(tmp_path, "de", 'msgid "a"\nmsgstr "eins"\n')
    assert translator(tmp_path, "de") is translator(tmp_path, "de")
    assert translator(tmp_path, "de").gettext("a") == "eins"
    write(tmp_path, "de", 'msgid "a"\nmsgstr "zwei"\n')
    assert translator(tmp_path, "de").gettext("a") == "eins"
    forget_catalogs()
    assert translator(tmp_path, "de").gettext("a") == "zwei"


def test_a_name_that_ends_in_a_full_stop_ends_a_sentence(tmp_path: Path) -> None:
    words = Translator(tmp_path, "en")
    assert words.gettext("From {who}. Not {what}.", who="Exemplo Ltda.", what="us") == "From Exemplo Ltda. Not us."
    assert words.markup("From {who}.", who="A & B Inc.") == Markup("From A &amp; B Inc.")
    assert words.gettext("Wait.. {who}.", who="Inc.") == "Wait.. Inc."
