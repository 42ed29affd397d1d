"""Texts are brought to NFC as the standard library does it, the short way included."""

from __future__ import annotations

import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from leadcore.reading.files import _COMPOSING, _NUKTA, normal

_PERHAPS = (*_COMPOSING, _NUKTA)
#: Letters and marks of Indic scripts, marks of every combining class, and plain characters between them.
_SIGNS = [chr(c) for c in range(0x900, 0xE00) if unicodedata.category(chr(c)) != "Cn"]
_MARKS = list({unicodedata.combining(chr(c)): chr(c) for c in range(0x300, 0x20000)}.values())
_TEXTS = st.text(st.one_of(st.sampled_from(_PERHAPS), st.sampled_from(_SIGNS), st.sampled_from(_MARKS), st.sampled_from("aeé 한ᅡᆨ।")), max_size=8)


@given(_TEXTS)
@example("\u0915\u093c\u0334")
@example("\u094d\u093c")
@example("\u0928\u093c")
@example("\u09c7\u09be")
@example("\u0d46\u0d57")
def test_normal_text_is_that_of_the_standard_library(text: str) -> None:
    assert normal(text) == unicodedata.normalize("NFC", text)


def test_every_pair_of_indic_signs() -> None:
    wrong = [a + b for a in _SIGNS for b in _PERHAPS if normal(a + b + "\u0915") != unicodedata.normalize("NFC", a + b + "\u0915")]
    wrong += [b + a for a in _SIGNS for b in _PERHAPS if normal("\u0915" + b + a) != unicodedata.normalize("NFC", "\u0915" + b + a)]
    assert not wrong
