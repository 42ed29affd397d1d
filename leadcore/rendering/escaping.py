"""Escaping in compiled templates: the bytes that markupsafe's `escape` gives, without an object around each of them.

A compiled template joins its pieces to one text, so a piece need not say that it is safe. markupsafe builds two `Markup`
objects for every value, which is most of what printing a short value costs.
"""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from markupsafe import escape as _escape_to_markup

try:
    from markupsafe._speedups import _escape_inner
except ImportError:  # pragma: no cover - a later markupsafe may name it otherwise; the bytes are the same

    def _escape_inner(text: str, /) -> str:
        return str(_escape_to_markup(text))


def escape(value: Any) -> str:
    """The value as HTML text. What carries `__html__` gives that, all else is escaped."""
    kind = type(value)
    if kind is str:
        return _escape_inner(value)
    if kind is Markup:
        found: str = value
        return found
    if hasattr(value, "__html__"):
        return str(value.__html__())
    return _escape_inner(str(value))
