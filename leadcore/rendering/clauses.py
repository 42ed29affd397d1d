"""Where the lines of a heading may end: in Japanese at marks of pause before within a clause, and nowhere after "e-" of "e-mail".

Browsers know phrases in Japanese and not what weighs more than a phrase; Chinese has its rule in the style sheet.
"""

from __future__ import annotations

import re

from markupsafe import Markup, escape

#: A clause with the mark that ends it.
_CLAUSE = re.compile(r"[^、。：；！？]+[、。：；！？]*|[、。：；！？]+")
#: A hyphen after a single letter or digit.
_LONE = re.compile(r"(?<!\w)(\w)-(?=\w)")


def clauses(tag: str, heading: str) -> str:
    """The heading with each clause in a `<span class="clause">`, where a language needs it and the heading is plain text; its
    single letters held to what follows their hyphen."""
    if "-" in heading and "<" not in heading:
        held = _LONE.sub("\\1\N{NON-BREAKING HYPHEN}", str(heading))
        heading = Markup(held) if isinstance(heading, Markup) else held
    parts = _CLAUSE.findall(heading) if tag.split("-")[0] == "ja" and "<" not in heading else []
    if len(parts) < 2:
        return heading
    return Markup("").join(Markup('<span class="clause">{}</span>').format(_plain(heading, part)) for part in parts)


def _plain(heading: str, part: str) -> Markup:
    """A part of a heading, escaped where the heading was not."""
    return Markup(part) if isinstance(heading, Markup) else escape(part)
