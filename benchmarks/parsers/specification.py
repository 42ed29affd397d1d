"""The examples of the CommonMark specification, and when two renderings of one count as the same.

The rules are those of the specification's own test tool (`test/normalize.py` of commonmark-spec), written anew.
"""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from typing import NamedTuple

_PIECE = re.compile(r"^`{32} example\n(?P<markdown>.*?)^\.\n(?P<html>.*?)^`{32}$|^#{1,6} +(?P<section>[^\n]+)$", re.M | re.S)
_SPACE = " \t\n\r\f\v"
_SPACES = re.compile(f"[{_SPACE}]+")
_BLOCK_NAMES = (
    "article aside blockquote body button canvas caption col colgroup dd div dl dt embed fieldset figcaption figure footer form"
    " h1 h2 h3 h4 h5 h6 header hgroup hr iframe li map object ol output p pre progress script section style table tbody td"
    " textarea tfoot th thead tr ul video"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())


class Example(NamedTuple):
    """An example by its number, counted from 1: what is written and what it has to become."""

    number: int
    section: str
    markdown: str
    html: str


def examples(specification: str) -> tuple[Example, ...]:
    """All examples of a `spec.txt`; it writes tabs as arrows."""
    found: list[Example] = []
    section = ""
    for match in _PIECE.finditer(specification.replace("\r\n", "\n")):
        if match["section"] is not None:
            section = match["section"].strip()
        else:
            found.append(Example(len(found) + 1, section, match["markdown"].replace("→", "\t"), match["html"].replace("→", "\t")))
    return tuple(found)


def normalised(html: str) -> str:
    """The HTML without differences that mean nothing: white space around blocks, `/>`, order of attributes, entities."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "".join(reader.pieces)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.in_pre = False
        #: The tag just read, and whether it was a closing one; empty after anything else.
        self.last, self.closed = "", False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._trim(tag)
        self.in_pre = self.in_pre or tag == "pre"
        words = [name if value is None else f'{name}="{escape(value)}"' for name, value in sorted(attrs, key=lambda one: one[0])]
        self._add(f"<{' '.join([tag, *words])}>", tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.closed = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "pre":
            self.in_pre = False
        else:
            self._trim(tag)
        self._add(f"</{tag}>", tag, closed=True)

    def handle_data(self, data: str) -> None:
        if self.last == "br":
            data = data.lstrip("\n")
        if not self.in_pre:
            data = _SPACES.sub(" ", data)
            if self.last in _BLOCKS:
                data = data.strip(_SPACE) if self.closed else data.lstrip(_SPACE)
        self._add(escape(data, quote=False).replace('"', "&quot;"))

    def handle_comment(self, data: str) -> None:
        self._add(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self._add(f"<!{decl}>")

    def unknown_decl(self, data: str) -> None:
        self._add(f"<![{data}]]>")

    def handle_pi(self, data: str) -> None:
        self._add(f"<?{data}>")

    def _add(self, piece: str, tag: str = "", *, closed: bool = False) -> None:
        self.pieces.append(piece)
        self.last, self.closed = tag, closed

    def _trim(self, tag: str) -> None:
        """White space before a block means nothing."""
        while tag in _BLOCKS and self.pieces:
            self.pieces[-1] = self.pieces[-1].rstrip(_SPACE)
            if self.pieces[-1]:
                break
            self.pieces.pop()
