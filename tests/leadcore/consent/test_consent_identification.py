"""What an advertising message shows about itself, by the recipient's law."""

from datetime import date

import pytest

from leadcore.consent.identification import identification
from leadcore.consent.regimes import country_regime

TODAY = date(2026, 11, 23)


def marks(*countries, home="", language="en"):
    return identification([country_regime(country, TODAY) for country in countries], home=home, language=language)


@pytest.mark.parametrize(
    ("countries", "home", "language", "subject"),
    [
        (("KR",), "KR", "ko", "(광고) Hello"),
        (("SG",), "SG", "en", "<ADV> Hello"),
        (("IL",), "IL", "he", "פרסומת Hello"),
        (("CN",), "CN", "zh", "广告 Hello"),
        (("CN",), "CN", "en", "AD Hello"),
        (("AR",), "AR", "es", "publicidad Hello"),
        (("TR",), "TR", "tr", "Advertisement: Hello"),
        (("DE",), "DE", "de", "Hello"),
        (("CN", "KR"), "KR", "en", "(광고) AD Hello"),
        (("CN", "KR"), "CN", "en", "AD (광고) Hello"),
        (("DE", "KR"), "", "de", "(광고) Hello"),
    ],
)
def test_a_subject_carries_the_labels_of_the_regimes(countries, home, language, subject):
    assert marks(*countries, home=home, language=language).subject("Hello", "Advertisement") == subject


@pytest.mark.parametrize(("language", "label"), [("vi", "[QC]"), ("en", "[AD]")])
def test_a_label_may_stand_at_the_start_of_the_message(language, label):
    found = marks("VN", home="VN", language=language)
    assert found.message_labels == (label,) and found.subject("Hello", "Advertisement") == "Hello"


@pytest.mark.parametrize(
    ("country", "advertising", "free", "register", "imprint"),
    [
        ("DE", True, False, False, True),
        ("KR", False, True, False, False),
        ("TR", False, True, True, False),
        ("US", True, False, False, False),
        ("JP", False, True, False, False),
        ("CO", False, False, False, False),
    ],
)
def test_the_foot_says_what_the_law_asks(country, advertising, free, register, imprint):
    found = marks(country)
    assert (found.says_advertising, found.says_free_optout, found.names_register, found.links_imprint) == (
        advertising, free, register, imprint,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("country", "language", "text", "subject"),
    [
        ("CN", "zh", "【广告】您好", "【广告】您好"),
        ("CN", "zh", "广告：您好", "广告：您好"),
        ("CN", "zh", "广告人的一天", "广告 广告人的一天"),
        ("CN", "en", "Advice for you", "AD Advice for you"),
        ("CN", "en", "[ad] For you", "[ad] For you"),
        ("IL", "he", "פרסומת: שלום", "פרסומת: שלום"),
        ("KR", "ko", "(광고) Hello", "(광고) Hello"),
        ("TR", "tr", "Advertisement: Hello", "Advertisement: Hello"),
    ],
)
def test_a_label_that_the_subject_has_already_is_not_put_there_twice(country, language, text, subject):
    assert marks(country, home=country, language=language).subject(text, "Advertisement") == subject


def test_the_word_for_advertising_stands_before_the_colon_of_the_language():
    assert marks("TR", home="TR", language="fr").subject("Bonjour", "Publicité", "\u00a0: ") == "Publicité\u00a0: Bonjour"
