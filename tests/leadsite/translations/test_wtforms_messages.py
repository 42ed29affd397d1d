"""Every message of the installed WTForms, in every language of the example project."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from leadsite.translations.extract import python_messages
from leadsite.translations.pofiles import forms, read_catalogue

REPOSITORY = Path(__file__).parents[3]
LANGUAGES = ("gu", "mr", "bn", "uz", "de", "ar")
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]")
#: Placeholders of counts, which a plural form may say in words: the Arabic dual.
COUNTS = {"%(min)d", "%(max)d"}
MESSAGES = sorted({f.message for f in python_messages("wtforms")}, key=str)
SCRIPT = {"gu": "[઀-૿]", "mr": "[ऀ-ॿ]", "bn": "[ঀ-৿]", "ar": "[؀-ۿ]", "uz": "[a-z]", "de": "[a-z]"}


def catalogue(tag: str) -> Catalog:
    return read_catalogue(REPOSITORY, REPOSITORY / "locales" / tag / "LC_MESSAGES" / "wtforms.po", tag)


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_wtforms_message_is_translated_with_its_placeholders(tag: str) -> None:
    catalog = catalogue(tag)
    for wanted in MESSAGES:
        found = catalog.get(wanted)
        assert found is not None and not found.fuzzy, f"{tag} lacks {wanted}"
        texts = forms(found)
        plural = isinstance(wanted, tuple)
        assert len(texts) == (catalog.num_plurals if plural else 1) and all(texts), f"{tag} lacks a form of {wanted}"
        names = sorted(PLACEHOLDER.findall(wanted[1] if isinstance(wanted, tuple) else wanted))
        for index, text in enumerate(texts):
            lost = set(names) - set(PLACEHOLDER.findall(text))
            assert sorted(PLACEHOLDER.findall(text) + list(lost)) == names, f"{tag}: {text}"
            assert not lost or (plural and lost <= COUNTS and index in (0, 1, 2)), f"{tag}: {text}"
            assert re.search(SCRIPT[tag], text), f"{tag}: {text} is not in the language's script"


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_translation_fills_like_its_source(tag: str) -> None:
    values = {"min": 3, "max": 9, "other_name": "x", "value": "x", "values": "x, y"}
    for message in catalogue(tag):
        for text in forms(message) if message.id else ():
            assert "%" not in text % ("x" if "'%s'" in str(message.id) else values)


def test_arabic_has_its_six_forms() -> None:
    assert catalogue("ar").num_plurals == 6


def test_uzbek_writes_its_own_letters() -> None:
    text = "".join(t for m in catalogue("uz") for t in forms(m) if m.id)
    assert "oʻ" in text and "gʻ" in text and "ʼ" in text
    assert not re.search("[a-z]['’‘`´]", text.replace("'%(value)s'", ""), re.IGNORECASE)


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("de", "bitte|ungültig"),
        ("ar", "فضلكم|فضلك|الرجاء|يرجى|غير صالح"),
        ("gu", "કૃપા|અમાન્ય"),
        ("mr", "कृपया|अवैध"),
        ("bn", "অনুগ্রহ|দয়া করে|অবৈধ"),
        ("uz", "iltimos|notoʻgʻri|yaroqsiz"),
    ],
)
def test_no_message_begs_or_blames(tag: str, words: str) -> None:
    for message in catalogue(tag):
        for text in forms(message) if message.id else ():
            assert not re.search(words, text, re.IGNORECASE), text
