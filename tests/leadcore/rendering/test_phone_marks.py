"""International telephone numbers in markdown stand in isolates; nothing else does."""

from __future__ import annotations

import pytest

from leadcore.rendering.markdown import markdown_to_html
from leadcore.rendering.phone_marks import with_numbers_apart


@pytest.mark.parametrize("number", ["+971 50 123 4567", "+972-3-555-0199", "+49 (0)30 901820", "+1.613.555.0123"])
def test_a_number_is_set_apart(number: str) -> None:
    assert markdown_to_html(f"اتصلوا على {number}.") == f'<p>اتصلوا على <bdi dir="ltr">{number}</bdi>.</p>\n'


@pytest.mark.parametrize(
    "html",
    [
        '<a href="tel:+971 50 123 4567">x</a>', "<code>+971 50 123 4567</code>", '<bdi dir="ltr">+971 50 123 4567</bdi>',
        "+12 %", "a+1 234 567 890", "C++ 17 2023 20", "+1234567890", "1 000 000 + 2 000 000", "+5 to +10",
    ],
)  # fmt: skip
def test_what_is_no_number_in_a_text_stays_as_it_is(html: str) -> None:
    assert with_numbers_apart(html) == html
