"""Telephone numbers in a text, kept left to right: in a right-to-left sentence their groups would change places."""

from __future__ import annotations

import re

#: A number with its country code, groups parted by spaces, hyphens, dots, slashes or brackets.
_NUMBER = r"(?<![\w+])\+\d[\d ()./\u00a0\u202f\u2011-]{6,24}\d(?!\w)"
#: What stands as it is: code and what is isolated already, tags; or else a number.
_PIECE = re.compile(rf"<(code|pre|bdi)\b.*?</\1>|<[^>]*>|({_NUMBER})", re.S)
_PARTS = re.compile(r"[ ()./\u00a0\u202f\u2011-]")


def with_numbers_apart(html: str) -> str:
    """HTML with each international telephone number in an isolate of its own."""
    return _PIECE.sub(_apart, html) if "+" in html else html


def _apart(match: re.Match[str]) -> str:
    number = match[2]
    return f'<bdi dir="ltr">{number}</bdi>' if number and _PARTS.search(number) else match[0]
