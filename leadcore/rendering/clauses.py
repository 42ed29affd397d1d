"""Headings in Japanese cut at their marks of pause, so that a line ends there before it ends within a clause.

Browsers know phrases in Japanese and not what weighs more than a phrase; Chinese has its rule in the style sheet.
"""

from __future__ import annotations

import re

from markupsafe import Markup, escape

#: A clause with the mark that ends it.
_CLAUSE = re.compile(r"[^、。：；！？]+[、。：；！？]*|[、。：；！？]+")


def clauses(tag: str, heading: str) -> str:
    """The heading with each clause in a `<span class="clause">`, where a language needs it and the heading is plain text."""
    parts = _CLAUSE.findall(heading) if tag.split("-")[0] == "ja" and "<" not in heading else []
    if len(parts) < 2:
        return heading
    return Markup("").join(Markup('<span class="clause">{}</span>').format(_plain(heading, part)) for part in parts)


def _plain(heading: str, part: str) -> Markup:
    """A part of a heading, escaped where the heading was not."""
    return Markup(part) if isinstance(heading, Markup) else escape(part)
