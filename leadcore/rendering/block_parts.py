"""What the blocks of a landing page are made of that hold more than text: found in their HTML, or missing.

Readers ask it whether a block holds what it is for, sections what to lay out; so both agree.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

# Compiled when a page first has such a block.
_TABLE = r'^(?P<before>[\s\S]*?)<div class="table" tabindex="0"><table>(?P<table>[\s\S]*?)</table></div>(?P<after>[\s\S]*)$'
_ROW = r"<tr>([\s\S]*?)</tr>"
_CELL = r"<t[hd][^>]*>([\s\S]*?)</t[hd]>"
_QUOTE = r"^(?P<before>[\s\S]*?)<blockquote>\s*(?P<words>[\s\S]*?)\s*</blockquote>\s*<p>(?P<source>(?:(?!</p>)[\s\S])*)</p>\s*$"
_FIGURES = r"^(?P<body>[\s\S]*<ul>\s*<li>\s*(?:<p>)?<strong>[\s\S]*</ul>)\s*<p>(?P<source>(?:(?!</p>)[\s\S])*)</p>\s*$"
_ITEM = r"<li>\s*(?:<p>)?(<strong>[^<]*\d)?"
_YEAR = r"(?<!\d)\d{4}(?!\d)"
_MEDIA = r"^(?P<before>[\s\S]*?)(?P<figure><figure><picture>[\s\S]*?</figure>)\s*(?P<after>[\s\S]*)$"
_LONE_LINK = r'<p><a href="[^"]*"[^>]*>(?:(?!<a )[\s\S])*?</a></p>'


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A table of choices, laid out by what is compared: `rows` are (what, what each choice says to it)."""

    before: Markup
    choices: tuple[Markup, ...]
    rows: tuple[tuple[Markup, tuple[Markup, ...]], ...]
    after: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Sourced:
    """Words or figures with where they come from. `before` is what introduces a quotation."""

    before: Markup
    words: Markup
    source: Markup


def comparison_in(html: str) -> Comparison | None:
    """The table of two or more choices, each row with a heading of its own; None where there is none."""
    match = re.match(_TABLE, html)
    if match is None:
        return None
    head, *rows = [tuple(Markup(cell) for cell in re.findall(_CELL, row)) for row in re.findall(_ROW, match["table"])]
    if len(head) < 3 or head[0] or not rows or any(not row[0] for row in rows):
        return None
    return Comparison(
        before=Markup(match["before"]), choices=head[1:], rows=tuple((row[0], row[1:]) for row in rows), after=Markup(match["after"])
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """An image with its caption, and the text that stands beside it."""

    text: Markup
    figure: Markup


def media_in(html: str) -> Media | None:
    """The first image that stands alone in its paragraph; None where there is none."""
    match = re.match(_MEDIA, html)
    return Media(text=Markup(match["before"] + match["after"]), figure=Markup(match["figure"])) if match else None


def quotation_in(html: str) -> Sourced | None:
    """A quotation and the paragraph below it, which names its source; None where one is missing."""
    match = re.match(_QUOTE, html)
    return Sourced(before=Markup(match["before"]), words=Markup(match["words"]), source=Markup(match["source"])) if match else None


def figures_in(html: str) -> Sourced | None:
    """A list whose items begin with a figure, and the paragraph below it that names source and year; None without them."""
    match = re.match(_FIGURES, html)
    if match is None or not all(re.findall(_ITEM, match["body"])) or not re.search(_YEAR, match["source"]):
        return None
    return Sourced(before=Markup(""), words=Markup(match["body"]), source=Markup(match["source"]))


#: Block -> whether its HTML holds what it is made of, what is wrong where not, and what to write.
MADE_OF: dict[str, tuple[Callable[[str], object], str, str]] = {
    "comparison": (
        comparison_in,
        "has no table that compares two or more choices",
        "write a table whose first cell is empty: | | This | That |, and begin each row with what is compared",
    ),
    "quote": (quotation_in, "has no quotation with its source", "begin each line of it with >, and name its source in one paragraph below"),
    "numbers": (
        figures_in,
        "has no figures with their source and its year",
        "begin each item of a list with a **figure**, and say in one paragraph below whence and of which year they are",
    ),
    "media": (media_in, "has no image of its own", "put an image alone in a paragraph: ![What it shows](name.png \"A caption\")"),
    "call-to-action": (partial(re.search, _LONE_LINK), "has no link of its own", "put a link alone in a paragraph: [What happens](#form)"),
}
