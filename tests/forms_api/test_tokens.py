"""Tokens open one thing for one lead, for as long as the key stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_api.tokens import BadToken, make_token, read_token

KEY = "k" * 40
PURPOSES = ("confirm", "unsubscribe", "privacy")


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_token_gives_back_its_lead_for_its_purpose_only(purpose: str) -> None:
    token = make_token(KEY, purpose, "lead1")  # type: ignore[arg-type]
    for other in PURPOSES:
        if other == purpose:
            assert read_token(KEY, other, token) == "lead1"  # type: ignore[arg-type]
        else:
            with pytest.raises(BadToken):
                read_token(KEY, other, token)  # type: ignore[arg-type]


def test_another_key_opens_nothing() -> None:
    with pytest.raises(BadToken):
        read_token("x" * 40, "confirm", make_token(KEY, "confirm", "lead1"))


@given(st.text(max_size=200))
def test_no_text_is_a_token_by_chance(text: str) -> None:
    with pytest.raises(BadToken):
        read_token(KEY, "privacy", text)


@given(st.data())
def test_a_token_with_one_letter_changed_opens_nothing(data: st.DataObject) -> None:
    token = make_token(KEY, "unsubscribe", "01a1fdfa46007afca45b5a8b632dfd05")
    place = data.draw(st.integers(0, len(token) - 2))  # The last letter carries bits that base64 does not read.
    letter = data.draw(st.sampled_from("ABCabc019-_."))
    changed = token[:place] + letter + token[place + 1 :]
    if changed != token:
        with pytest.raises(BadToken):
            read_token(KEY, "unsubscribe", changed)


def test_a_token_is_safe_in_a_mail_and_a_path() -> None:
    import re

    assert re.fullmatch(r"[A-Za-z0-9._-]{10,120}", make_token(KEY, "unsubscribe", "01a1fdfa46007afca45b5a8b632dfd05"))
