"""Values in templates are escaped to the bytes that markupsafe gives."""

from __future__ import annotations

import markupsafe
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from leadcore.rendering.escaping import escape


class Safe:
    def __html__(self) -> str:
        return "<b>safe</b>"


@given(st.text())
def test_text_is_escaped_as_markupsafe_does(text: str) -> None:
    assert escape(text) == str(markupsafe.escape(text))


@pytest.mark.parametrize("value", [1, 1.5, None, True, Markup("<i>&amp;</i>"), Safe(), ["<"], "'\"<>&"], ids=lambda v: type(v).__name__)
def test_other_values_too(value: object) -> None:
    assert escape(value) == str(markupsafe.escape(value))
