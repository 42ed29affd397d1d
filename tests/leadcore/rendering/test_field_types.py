"""Field types: what people of six markets type is taken as meant and kept as typed; what is refused has its code."""

from __future__ import annotations

from pathlib import Path

import pytest
import wtforms
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from leadcore.model.forms import FIELD_TYPES, Field
from leadcore.rendering.errors import MESSAGES
from leadcore.rendering.field_types import FieldContext, build_field
from leadcore.rendering.field_types.base import clean_line, clean_text
from leadcore.rendering.field_types.region import REGIONS
from leadcore.rendering.i18n import Translator

SMALL = Path(__file__).parents[2] / "small_project"


def fill(type_: str, typed: str | None, *, region: str = "IN", tag: str = "en", **more: object) -> tuple[wtforms.Field, list[str]]:
    """A form of one field, filled in: the field, and the codes of its errors."""
    context = FieldContext(words=Translator(SMALL, tag, region), country=region, phone_region=region, regions=REGIONS["CA"])
    field = build_field(Field(name="f", type=type_, label="Label", **more), context)  # type: ignore[arg-type]
    form = type("OneField", (wtforms.Form,), {"f": field})(MultiDict({} if typed is None else {"f": typed}))
    form.validate()
    return form["f"], [error.code for error in form["f"].errors]


PHONES = [
    ("IN", "9820012345", "+919820012345"),
    ("IN", "98200 12345", "+919820012345"),
    ("IN", "098200-12345", "+919820012345"),
    ("IN", "+91 98200 12345", "+919820012345"),
    ("IN", "0091 98200 12345", "+919820012345"),
    ("IN", "०९८२०० १२३४५", "+919820012345"),
    ("IN", "+९१ ९८२०० १२३४५", "+919820012345"),
    ("IN", "૯૮૨૫૦ ૧૨૩૪૫", "+919825012345"),
    ("IN", "৯৮৩০০ ১২৩৪৫", "+919830012345"),
    ("IN", "(079) 2658 0000", "+917926580000"),
    ("IN", "tel:+91-98200-12345", "+919820012345"),
    ("IN", "+971 50 123 4567", "+971501234567"),
    ("BD", "01712-345678", "+8801712345678"),
    ("BD", "০১৭১২-৩৪৫৬৭৮", "+8801712345678"),
    ("BD", "+৮৮০ ১৭১২ ৩৪৫৬৭৮", "+8801712345678"),
    ("BD", "+88 01712345678", "+8801712345678"),
    ("BD", "02 9555555", "+88029555555"),
    ("UZ", "90 123 45 67", "+998901234567"),
    ("UZ", "+998 (90) 123-45-67", "+998901234567"),
    ("UZ", "998901234567", "+998901234567"),
    ("UZ", "(71) 123-45-67", "+998711234567"),
    ("US", "(415) 555-0132", "+14155550132"),
    ("US", "415.555.0132", "+14155550132"),
    ("US", "1 415 555 0132", "+14155550132"),
    ("US", "415-555-0132 ext. 7", "+14155550132"),
    ("US", "1-800-FLOWERS", "+18003569377"),
    ("US", "011 49 30 123456", "+4930123456"),
    ("DE", "0171/1234567", "+491711234567"),
    ("DE", "+49 (0)30 123456", "+4930123456"),
    ("DE", "0049 731 12345", "+4973112345"),
    ("DE", "030 / 12 34 56 – 78", "+493012345678"),
    ("DE", "＋４９ １７１ １２３４５６７", "+491711234567"),
    ("AE", "٠٥٠ ١٢٣ ٤٥٦٧", "+971501234567"),
    ("AE", "+٩٧١ ٥٠ ١٢٣ ٤٥٦٧", "+971501234567"),
    ("AE", "۰۵۰ ۱۲۳ ۴۵۶۷", "+971501234567"),
    ("AE", "04 123 4567", "+97141234567"),
    ("AE", "\u200e+971 50 123 4567\u200f", "+971501234567"),
]


@pytest.mark.parametrize(("region", "typed", "e164"), PHONES, ids=[f"{r}-{e}-{i}" for i, (r, _, e) in enumerate(PHONES)])
def test_a_phone_number_is_understood_as_people_write_it(region: str, typed: str, e164: str) -> None:
    field, codes = fill("phone", typed, region=region)
    assert (codes, field.e164) == ([], e164)
    assert field.typed == typed and field._value() == typed
    assert field.data == clean_line(typed)


@pytest.mark.parametrize(
    ("region", "typed"),
    [
        ("US", "555-0132"),
        ("DE", "110"),
        ("IN", "100"),
        ("IN", "hello"),
        ("IN", "-"),
        ("IN", "+"),
        ("US", "+1"),
        ("IN", "98200 12345 / 98200 12346"),
        ("IN", "९८२०० १२३४५, ९८२०० १२३४६"),
        ("DE", "+49301234567890123456"),
        ("DE", "+999 123 456 789"),
        ("AE", "name@example.com"),
    ],
)
def test_what_cannot_be_called_is_no_phone_number_and_stays_in_the_field(region: str, typed: str) -> None:
    field, codes = fill("phone", typed, region=region)
    assert (codes, field.e164, field._value()) == (["phone_format"], "", typed)


@pytest.mark.parametrize("region", ["IN", "BD", "UZ", "US", "DE", "AE"])
def test_the_message_shows_a_number_of_the_country(region: str) -> None:
    field, _ = fill("phone", "x", region=region)
    example = field.errors[0].removeprefix("Enter a phone number with its area code, like ")
    assert fill("phone", example, region=region)[1] == []
    assert example.startswith({"IN": "+91", "BD": "+880", "UZ": "+998", "US": "+1", "DE": "+49", "AE": "+971"}[region])


EMAILS = [
    ("name@example.com", "name@example.com"),
    ("  Asha.Patel@Example.COM ", "Asha.Patel@example.com"),
    ("mailto:a@x.in", "a@x.in"),
    ("MAILTO:a@x.in", "a@x.in"),
    ("asha @ example.in", "asha@example.in"),
    ("mailto: a@x.in ", "a@x.in"),
    ("a@1.2.3.example", "a@1.2.3.example"),
    ("o'brien+news@x.org", "o'brien+news@x.org"),
    ("first_last-99@sub.domain.co.in", "first_last-99@sub.domain.co.in"),
    ("संपर्क@उदाहरण.भारत", "संपर्क@उदाहरण.भारत"),
    ("ગ્રાહક@ઉદાહરણ.ભારત", "ગ્રાહક@ઉદાહરણ.ભારત"),
    ("যোগাযোগ@উদাহরণ.বাংলা", "যোগাযোগ@উদাহরণ.বাংলা"),
    ("info@مثال.إمارات", "info@مثال.إمارات"),
    ("\u200fمعلومات@مثال.إمارات\u200e", "معلومات@مثال.إمارات"),
    ("müller@bücher.de", "müller@bücher.de"),
    ("mu\u0308ller@BU\u0308CHER.de", "müller@bücher.de"),
    ("kontakt@xn--bcher-kva.de", "kontakt@bücher.de"),
    ("info@firma.uz", "info@firma.uz"),
    ("почта@пример.рф", "почта@пример.рф"),
    ("hello@in.karvan.example", "hello@in.karvan.example"),
    ("a\u200b@x.com", "a@x.com"),
    ("a@x.com.", "a@x.com"),
    ("a@x.com, ", "a@x.com"),
]


@pytest.mark.parametrize(("typed", "address"), EMAILS)
def test_an_email_address_is_normalised_and_kept_as_typed(typed: str, address: str) -> None:
    field, codes = fill("email", typed)
    assert (codes, field.data, field.typed, field._value()) == ([], address, typed, typed)


@pytest.mark.parametrize(
    "typed",
    ["a", "a@", "@x.com", "a@b", "a@localhost", "a.@x.com", "a..b@x.com", "a@x..com", "a@-x.com", "a@x_y.com", "a@[1.2.3.4]",
     "a@1.2.3.4", "a@example.123", "asha patel@x.com", "asha@exa mple.com", "a@x.com b@x.com", "asha@example. com",
     "a@x.com, b@x.com", "<a@x.com>", "Ann <a@x.com>", "https://x.com", "a@@x.com", "mailto:a", "a@" + "y" * 64 + ".com"],
)  # fmt: skip
def test_what_is_no_email_address_is_refused_and_stays_in_the_field(typed: str) -> None:
    field, codes = fill("email", typed)
    assert (codes, field._value()) == (["email_format"], typed)


NAMES = [
    ("O", "O"),
    ("Ng", "Ng"),
    ("Prince", "Prince"),
    ("Seán O’Connor", "Seán O’Connor"),
    ("Anne-Marie von der Weiden-Groß", "Anne-Marie von der Weiden-Groß"),
    ("Jose\u0301 García Márquez", "José García Márquez"),
    ("Dr. A. P. J. Abdul Kalam", "Dr. A. P. J. Abdul Kalam"),
    ("S/o Ramesh (Suresh)", "S/o Ramesh (Suresh)"),
    ("આશા પટેલ", "આશા પટેલ"),
    ("श्रीमती सुनीता देशपांडे", "श्रीमती सुनीता देशपांडे"),
    ("अ‍ॅड. प्रिया", "अ‍ॅड. प्रिया"),
    ("ক্‌ষেমঙ্কর", "ক্‌ষেমঙ্কর"),
    ("মোঃ আব্দুল করিম", "মোঃ আব্দুল করিম"),
    ("Oʻktam Gʻaniyev", "Oʻktam Gʻaniyev"),
    ("O'tkir  G‘ofurov", "O'tkir G‘ofurov"),
    ("Ўткир Ғофуров", "Ўткир Ғофуров"),
    ("محمد بن راشد آل مكتوم", "محمد بن راشد آل مكتوم"),
    ("\u202bفاطمة الزهراء\u202c", "فاطمة الزهراء"),
    ("علی‌رضا", "علی‌رضا"),
    ("王小明", "王小明"),
    ("X Æ A-12", "X Æ A-12"),
    ("  Asha\u00a0\t Patel \r\n", "Asha Patel"),
    ("Jr., Martin Luther King 🌱", "Jr., Martin Luther King 🌱"),
    ("<b>Bob</b>; DROP TABLE leads", "<b>Bob</b>; DROP TABLE leads"),
    ("N" * 200, "N" * 200),
]


@pytest.mark.parametrize(("typed", "name"), NAMES, ids=[str(i) for i in range(len(NAMES))])
def test_a_name_is_a_name_in_any_script(typed: str, name: str) -> None:
    field, codes = fill("name", typed)
    assert (codes, field.data, field._value()) == ([], name, typed)


def test_the_tables_hold_many_values_of_the_six_markets() -> None:
    assert len(PHONES) + len(EMAILS) + len(NAMES) >= 60
    assert {region for region, *_ in PHONES} == {"IN", "BD", "UZ", "US", "DE", "AE"}


@pytest.mark.parametrize("typed", ["ｔａｒｏ＠ｅｘａｍｐｌｅ．ｃｏｍ", "ｔａｒｏ＠example.com", "taro＠example．com", "　ｔａｒｏ＠example.com　"])
def test_an_address_typed_in_wide_letters_is_stored_plain_and_shown_as_typed(typed: str) -> None:
    field, codes = fill("email", typed, region="JP")
    assert (codes, field.data, field._value()) == ([], "taro@example.com", typed)


@pytest.mark.parametrize("typed", [None, "", "   ", "\t\n", "\u200b\u200e", "\ufeff", "\u00a0"])
@pytest.mark.parametrize(
    ("type_", "code"),
    [("name", "name_missing"), ("email", "email_missing"), ("phone", "phone_missing"), ("company", "company_missing"), ("longtext", "text_missing"),
     ("nickname", "nickname_missing"), ("postcode", "postcode_missing")],
)
def test_nothing_typed_is_missing_or_left_out(type_: str, code: str, typed: str | None) -> None:
    assert fill(type_, typed)[1] == [code]
    assert fill(type_, typed, required=False)[1] == []


@pytest.mark.parametrize(("type_", "limit"), [("name", 200), ("company", 200), ("phone", 60), ("email", 254), ("longtext", 5000), ("nickname", 60), ("postcode", 30)])
def test_a_value_too_long_is_refused_with_both_numbers(type_: str, limit: int) -> None:
    field, codes = fill(type_, "ક" * (limit + 1), tag="mr")
    assert codes == ["too_long"]
    words = Translator(SMALL, "mr", "IN")
    assert words.number(limit) in field.errors[0] and words.number(limit + 1) in field.errors[0]


def test_a_definition_may_set_the_limit() -> None:
    assert fill("name", "abcd", max_length=3)[1] == ["too_long"]
    assert fill("name", "abc", max_length=3)[1] == []


@pytest.mark.parametrize("type_", ["name", "company", "longtext"])
def test_characters_that_cannot_be_shown_are_refused(type_: str) -> None:
    assert fill(type_, "a\x00b")[1] == ["control_characters"]
    assert fill(type_, "a\x1b[31m")[1] == ["control_characters"]


def test_long_text_keeps_its_lines() -> None:
    field, codes = fill("longtext", " one\r\n\r\ntwo\rthree\n ")
    assert (codes, field.data) == ([], "one\n\ntwo\nthree")


CHOICES = (("one", "Only me"), ("more", "More than one"))


@pytest.mark.parametrize(
    ("typed", "required", "codes", "data"),
    [
        ("one", True, [], "one"),
        (None, True, ["choice_missing"], None),
        ("", True, ["choice_missing"], ""),
        (None, False, [], ""),
        ("", False, [], ""),
        ("two", True, ["choice_unknown"], "two"),
        ("two", False, ["choice_unknown"], "two"),
        ("Only me", False, ["choice_unknown"], "Only me"),
    ],
)
def test_an_answer_is_one_of_the_choices(typed: str | None, required: bool, codes: list[str], data: str | None) -> None:
    field, found = fill("choice", typed, required=required, choices=CHOICES)
    assert (found, field.data) == (codes, data)


def test_no_answer_is_chosen_in_advance() -> None:
    field, _ = fill("choice", None, choices=CHOICES)
    assert "checked" not in "".join(str(option) for option in field)


@pytest.mark.parametrize(("region", "tag", "first"), [("IN", "gu", "ભારત"), ("DE", "de", "Deutschland"), ("AE", "ar", "الإمارات العربية المتحدة"), ("UZ", "uz", "Oʻzbekiston")])
def test_the_markets_country_stands_first_under_its_name_in_the_locale(region: str, tag: str, first: str) -> None:
    field, codes = fill("country", "FR", region=region, tag=tag)
    assert (codes, field.data) == ([], "FR")
    values = [value for value, *_ in field.iter_choices()]
    assert values[0] == region and len(set(values)) == len(values) == 244
    assert next(iter(field.iter_choices()))[1].replace("‘", "ʻ") == first


def test_countries_where_nobody_lives_are_not_offered_and_the_rest_stand_in_the_languages_order() -> None:
    field, _ = fill("country", "FR", region="KZ", tag="kk")
    labels = [choice[1] for choice in field.iter_choices()]
    assert labels[0] == "Қазақстан" and labels[1:3] == ["АҚШ-тың Виргин аралдары", "Аланд аралдары"]
    assert labels.index("Аустрия") < labels.index("Әзірбайжан") < labels.index("Багам аралдары")
    assert {"AQ", "BV"}.isdisjoint(choice[0] for choice in field.iter_choices())


@pytest.mark.parametrize(("typed", "codes"), [("XX", ["choice_unknown"]), ("in", ["choice_unknown"]), ("", ["country_missing"])])
def test_a_country_that_is_none_is_refused(typed: str, codes: list[str]) -> None:
    assert fill("country", typed)[1] == codes


@pytest.mark.parametrize(
    ("typed", "required", "codes"),
    [("QC", True, []), ("", False, []), ("", True, ["region_missing"]), ("CA", False, ["choice_unknown"]), ("Québec", False, ["choice_unknown"])],
)
def test_a_region_is_one_of_those_offered(typed: str, required: bool, codes: list[str]) -> None:
    assert fill("region", typed, required=required)[1] == codes


@pytest.mark.parametrize(
    ("tag", "names", "marked"),
    [
        ("fr-CA", ["Alberta", "Colombie-Britannique", "Île-du-Prince-Édouard", "Manitoba", "Nouveau-Brunswick", "Nouvelle-Écosse"], False),
        ("en-CA", ["Alberta", "British Columbia", "Manitoba", "New Brunswick", "Newfoundland and Labrador", "Northwest Territories"], False),
        ("gu", ["Alberta", "British Columbia", "Manitoba", "New Brunswick", "Newfoundland and Labrador", "Northwest Territories"], True),
    ],
)
def test_regions_bear_their_official_names_in_the_order_of_the_language(tag: str, names: list[str], marked: bool) -> None:
    field, _ = fill("region", "", tag=tag, required=False)
    choices = list(field.iter_choices())[1:]
    assert [choice[1] for choice in choices][:6] == names and len(choices) == 13
    assert all((choice[3] == {"lang": "en", "dir": "ltr"}) is marked for choice in choices)


def test_every_region_has_a_code_and_a_name() -> None:
    assert {country: len(parts) for country, parts in REGIONS.items()} == {"US": 52, "CA": 13}
    assert dict(REGIONS["US"])["DC"] == "District of Columbia" and dict(REGIONS["CA"])["QC"] == "Québec"


@pytest.mark.parametrize("typed", ["call-page", "other", "", None])
def test_a_fixed_value_cannot_be_changed_from_outside(typed: str | None) -> None:
    field, codes = fill("hidden", typed, value="call-page", required=False)
    assert (codes, field.data) == ([], "call-page")


@pytest.mark.parametrize("type_", FIELD_TYPES)
def test_every_type_draws_a_field_that_escapes_what_was_typed(type_: str) -> None:
    typed = '"><script>alert(1)</script>'
    field, _ = fill(type_, typed, choices=CHOICES if type_ == "choice" else (), value="x" if type_ == "hidden" else "")
    assert "<script" not in str(field())


def test_the_error_speaks_the_visitors_language(small_project: Path) -> None:
    po = small_project / "locales/ar/LC_MESSAGES/messages.po"
    po.write_text(po.read_text(encoding="utf-8") + '\nmsgid "Enter your name"\nmsgstr "اكتب اسمك"\n', encoding="utf-8")
    context = FieldContext(words=Translator(small_project, "ar-AE"), country="AE", phone_region="AE")
    form = type("F", (wtforms.Form,), {"f": build_field(Field(name="f", type="name", label="L"), context)})(MultiDict({"f": ""}))
    assert not form.validate()
    (error,) = form["f"].errors
    assert (str(error), error.code) == ("اكتب اسمك", "name_missing")


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_a_message_says_what_to_do_without_blame(code: str) -> None:
    words = MESSAGES[code].lower()
    assert not any(word in words for word in ("please", "invalid", "error", "illegal", "you must", "wrong"))


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean_line(clean_line(text)) == clean_line(text)
    assert clean_text(clean_text(text)) == clean_text(text)


@given(st.sampled_from(["name", "nickname", "company", "email", "phone", "postcode", "longtext"]), st.text())
def test_no_typed_text_is_lost_or_breaks_a_field(type_: str, typed: str) -> None:
    field, codes = fill(type_, typed)
    assert field._value() == typed
    assert set(codes) <= set(MESSAGES)


def test_a_market_of_several_countries_chooses_none_in_advance() -> None:
    context = FieldContext(words=Translator(SMALL, "en"), country="EU", phone_region="IE")
    field = build_field(Field(name="f", type="country", label="Country"), context)
    made = type("OneField", (wtforms.Form,), {"f": field})
    empty = made()
    assert (empty["f"].data, next(iter(empty["f"].iter_choices()))[0]) == ("", "")
    for sent, codes in (("", ["country_missing"]), ("EU", ["choice_unknown"]), ("IE", [])):
        form = made(MultiDict({"f": sent}))
        form.validate()
        assert [error.code for error in form["f"].errors] == codes
