"""Locales against what BCP 47, CLDR and their readers say of them; nothing here is computed by the code under test."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.model.locales import (
    autonym,
    babel_locale,
    direction,
    fallback_chain,
    hreflang,
    known_territories,
    language_of,
    region_of,
    shortest_tags,
)

# tag, fallback (most specific first), direction, own name, region
TAGS = [
    ("en", "en", "ltr", "English", ""),
    ("en-IN", "en-IN en", "ltr", "English", "IN"),
    ("en-BD", "en-BD en", "ltr", "English", "BD"),
    ("en-001", "en-001 en", "ltr", "English", "001"),
    ("gu", "gu", "ltr", "ગુજરાતી", ""),
    ("gu-IN", "gu-IN gu", "ltr", "ગુજરાતી", "IN"),
    ("mr-IN", "mr-IN mr", "ltr", "मराठी", "IN"),
    ("hi-IN", "hi-IN hi", "ltr", "हिन्दी", "IN"),
    ("bn-IN", "bn-IN bn", "ltr", "বাংলা", "IN"),
    ("bn-BD", "bn-BD bn", "ltr", "বাংলা", "BD"),
    ("ta-LK", "ta-LK ta", "ltr", "தமிழ்", "LK"),
    ("ur", "ur", "rtl", "اردو", ""),
    ("ur-PK", "ur-PK ur", "rtl", "اردو", "PK"),
    ("pa-Guru-IN", "pa-Guru-IN pa-Guru pa", "ltr", "ਪੰਜਾਬੀ (ਗੁਰਮੁਖੀ)", "IN"),
    ("pa-Arab", "pa-Arab pa", "rtl", "پنجابی (عربی)", ""),
    ("ar", "ar", "rtl", "العربية", ""),
    ("ar-AE", "ar-AE ar", "rtl", "العربية", "AE"),
    ("ar-EG", "ar-EG ar", "rtl", "العربية", "EG"),
    ("fa-IR", "fa-IR fa", "rtl", "فارسی", "IR"),
    ("he-IL", "he-IL he", "rtl", "עברית", "IL"),
    ("ckb", "ckb", "rtl", "کوردیی ناوەندی", ""),
    ("uz", "uz", "ltr", "oʻzbek", ""),
    ("uz-UZ", "uz-UZ uz", "ltr", "oʻzbek", "UZ"),
    ("uz-Cyrl", "uz-Cyrl uz", "ltr", "ўзбекча (Кирил)", ""),
    ("uz-Cyrl-UZ", "uz-Cyrl-UZ uz-Cyrl uz", "ltr", "ўзбекча (Кирил)", "UZ"),
    ("de", "de", "ltr", "Deutsch", ""),
    ("de-AT", "de-AT de", "ltr", "Deutsch", "AT"),
    ("fr-CA", "fr-CA fr", "ltr", "français", "CA"),
    ("es-419", "es-419 es", "ltr", "español", "419"),
    ("pt-BR", "pt-BR pt", "ltr", "português", "BR"),
    ("pt-PT", "pt-PT pt", "ltr", "português", "PT"),
    ("no", "no", "ltr", "norsk", ""),
    ("nb-NO", "nb-NO nb", "ltr", "norsk bokmål", "NO"),
    ("sr-Latn", "sr-Latn sr", "ltr", "srpski (latinica)", ""),
    ("sr-Cyrl-RS", "sr-Cyrl-RS sr-Cyrl sr", "ltr", "српски (ћирилица)", "RS"),
    ("zh-Hans", "zh-Hans zh", "ltr", "中文 (简体)", ""),
    ("zh-Hant", "zh-Hant zh", "ltr", "中文 (繁體)", ""),
    ("zh-Hant-TW", "zh-Hant-TW zh-Hant zh", "ltr", "中文 (繁體)", "TW"),
    ("zh-Hant-HK", "zh-Hant-HK zh-Hant zh", "ltr", "中文 (繁體字)", "HK"),
    ("ja-JP", "ja-JP ja", "ltr", "日本語", "JP"),
]


def test_the_table_holds_forty_tags() -> None:
    assert len({tag for tag, *_ in TAGS}) == 40


@pytest.mark.parametrize(("tag", "chain"), [(tag, chain.split()) for tag, chain, *_ in TAGS], ids=[t[0] for t in TAGS])
def test_a_tag_falls_back_to_its_shorter_forms(tag: str, chain: list[str]) -> None:
    assert list(fallback_chain(tag)) == chain
    assert language_of(tag) == chain[-1]


@pytest.mark.parametrize(("tag", "expected"), [(t[0], t[2]) for t in TAGS], ids=[t[0] for t in TAGS])
def test_a_tag_reads_in_its_direction(tag: str, expected: str) -> None:
    assert direction(tag) == expected


@pytest.mark.parametrize(("tag", "name"), [(t[0], t[3]) for t in TAGS], ids=[t[0] for t in TAGS])
def test_a_language_is_named_in_itself(tag: str, name: str) -> None:
    assert autonym(tag) == name


@pytest.mark.parametrize(("tag", "region"), [(t[0], t[4]) for t in TAGS], ids=[t[0] for t in TAGS])
def test_the_region_is_no_script(tag: str, region: str) -> None:
    assert region_of(tag) == region


@pytest.mark.parametrize(
    "tag",
    ["", "EN", "en_IN", "en-in", "EN-IN", "zh-hant", "zh-TW-Hant", "english", "en-", "-en", "en-IN-x-a", "en-UK1", "en-12", "xq", "../en", "en\n"],
)
def test_what_is_no_tag_is_refused(tag: str) -> None:
    with pytest.raises(ValueError, match="is not a locale"):
        babel_locale(tag)


@pytest.mark.parametrize("tag", ["en-BD", "en-UZ", "gu-US", "de-IN"])
def test_a_region_without_data_has_the_data_of_its_language(tag: str) -> None:
    assert babel_locale(tag) == babel_locale(language_of(tag))


@pytest.mark.parametrize(("tag", "name"), [("zh-TW", "中文 (繁體)"), ("zh-CN", "中文"), ("sr-RS", "српски"), ("pa-PK", "پنجابی (عربی)")])
def test_a_script_is_named_where_it_is_not_the_usual_one(tag: str, name: str) -> None:
    assert autonym(tag) == name


@pytest.mark.parametrize(
    ("tags", "short"),
    [
        ("gu-IN", "gu"),
        ("en-IN gu-IN mr-IN bn-IN", "en gu mr bn"),
        ("en en-IN", "en en-IN"),
        ("en-IN en", "en-IN en"),
        ("en-GB en-IN", "en-GB en-IN"),
        ("zh-Hans zh-Hant", "zh-Hans zh-Hant"),
        ("zh-Hant-TW", "zh"),
        ("zh-Hant-TW zh-Hans-CN", "zh-Hant zh-Hans"),
        ("zh-Hant-TW zh-Hant-HK zh-Hans", "zh-Hant-TW zh-Hant-HK zh-Hans"),
        ("sr-Latn", "sr"),
        ("sr-Latn sr", "sr-Latn sr"),
        ("sr-Latn-RS sr-Cyrl-RS", "sr-Latn sr-Cyrl"),
        ("uz uz-Cyrl ru", "uz uz-Cyrl ru"),
        ("pt-BR pt-PT es-419", "pt-BR pt-PT es"),
        ("nb-NO no", "nb no"),
        ("de-AT de-CH fr-CH it-CH", "de-AT de-CH fr it"),
        ("", ""),
    ],
)
def test_a_tag_is_shortened_as_far_as_it_stays_clear(tags: str, short: str) -> None:
    assert shortest_tags(tags.split()) == dict(zip(tags.split(), short.split(), strict=True))


@given(st.lists(st.sampled_from([t[0] for t in TAGS]), unique=True))
def test_short_tags_are_distinct_and_forms_of_their_tags(tags: list[str]) -> None:
    short = shortest_tags(tags)
    assert list(short) == tags
    assert len(set(short.values())) == len(tags)
    assert all(one in fallback_chain(tag) for tag, one in short.items())


@pytest.mark.parametrize(
    ("tag", "country", "expected"),
    [
        ("en", "BD", "en-BD"),
        ("gu-IN", "IN", "gu-IN"),
        ("en-IN", "AE", "en-IN"),
        ("zh-Hant", "TW", "zh-Hant-TW"),
        ("es-419", "MX", "es-419"),
        ("sr-Latn", "RS", "sr-Latn-RS"),
        ("de", "EU-WIDE", "de"),
        ("de", "", "de"),
    ],
)
def test_hreflang_names_the_country_where_the_tag_names_none(tag: str, country: str, expected: str) -> None:
    assert hreflang(tag, country) == expected


@pytest.mark.parametrize("code", ["IN", "BD", "UZ", "US", "DE", "AE", "GB", "TW", "XK", "PS"])
def test_countries_are_known(code: str) -> None:
    assert code in known_territories()


@pytest.mark.parametrize("code", ["UK", "EU", "UN", "ZZ", "XX", "001", "SU", "DD", "AN", "QO", "in", ""])
def test_groups_and_codes_of_the_past_are_no_countries(code: str) -> None:
    assert code not in known_territories()


def test_there_are_as_many_countries_as_iso_3166_and_kosovo() -> None:
    assert len(known_territories()) == 250
