"""Markdown as plain mail text: rendered to HTML first, so that nothing is read twice, then walked into lines.

Links are written out on a line of their own, since mail programs find them there.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from leadcore.rendering.markdown import LinkRewriter, markdown_to_html

_BLOCKS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "pre", "table", "hr"})
_SPACE = re.compile(r"[ \t]+")


def plain_text(text: str, rewrite: LinkRewriter | None = None, *, colon: str = ":") -> str:
    """Markdown as plain mail text: links written out after `colon`, marks taken away, lists and tables kept readable."""
    walker = _Walker(colon)
    walker.feed(markdown_to_html(text, rewrite))
    walker.close()
    return walker.text()


class _Walker(HTMLParser):
    """Turns the HTML that markdown gives into lines. `margin` holds what each line of an open block begins with."""

    def __init__(self, colon: str) -> None:
        super().__init__(convert_charrefs=True)
        self.colon = colon
        self.lines: list[str] = []
        self.line = ""
        self.margin: list[str] = []
        self.marker = ""
        self.lists: list[int] = []
        self.link: tuple[str, int] | None = None
        self.tight, self.verbatim, self.cells = False, False, 0

    def text(self) -> str:
        self._end_line()
        return "\n".join(self.lines).strip("\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in _BLOCKS:
            self._end_line()
            self._gap(inner=tag in ("ul", "ol") and bool(self.lists))
        if tag in ("ul", "ol"):
            self.lists.append(int(values.get("start") or 1) if tag == "ol" else 0)
        elif tag == "li":
            self._open_item()
        elif tag == "blockquote":
            self.margin.append("> ")
        elif tag == "pre":
            self.verbatim = True
        elif tag == "tr":
            self._end_line()
            self.cells = 0
        elif tag in ("td", "th"):
            self.line += " | " if self.cells else ""
            self.cells += 1
        elif tag == "a":
            self.link = (values.get("href") or "", len(self.line))
        elif tag == "img":
            self.line += values.get("alt") or ""
        elif tag == "br":
            self._end_line()
        elif tag == "hr":
            self.line = "---"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag == "hr":
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._close_link()
        elif tag in _BLOCKS or tag in ("li", "tr"):
            self._end_line()
        if tag in ("ul", "ol"):
            self.lists.pop()
        elif tag in ("li", "blockquote"):
            self.margin.pop()
        elif tag == "pre":
            self.verbatim = False
        elif tag == "table":
            self.cells = 0

    def handle_data(self, data: str) -> None:
        if self.cells and not data.strip() and "\n" in data:
            return
        first, *more = data.split("\n")
        self.line += first
        for line in more:
            self._end_line(keep=self.verbatim)
            self.line = line

    def _open_item(self) -> None:
        self._end_line()
        number = self.lists[-1]
        if number:
            self.lists[-1] += 1
        self.marker = f"{number}. " if number else "- "
        self.margin.append(" " * len(self.marker))
        self.tight = True

    def _close_link(self) -> None:
        href, start = self.link or ("", 0)
        self.link = None
        label = self.line[start:].strip() if start <= len(self.line) else self.line.strip()
        if href and label not in (href, href.removeprefix("mailto:"), href.removeprefix("tel:")):
            if self.cells:
                self.line += f" ({href})"
                return
            self.line += self.colon if label else ""
            self._end_line()
            self.line = href

    def _end_line(self, *, keep: bool = False) -> None:
        words = self.line if self.verbatim else _SPACE.sub(" ", self.line).strip()
        self.line = ""
        if not words and not keep:
            return
        margin = "".join([*self.margin[:-1], self.marker] if self.marker else self.margin)
        self.marker, self.tight = "", False
        self.lines.append((margin + words).rstrip())

    def _gap(self, *, inner: bool) -> None:
        """An empty line before a block, but not before the first words of a list item or a list within a list."""
        if not self.lines or self.tight or inner or self.marker:
            return
        margin = "".join(self.margin).rstrip()
        if self.lines[-1] != margin:
            self.lines.append(margin)
