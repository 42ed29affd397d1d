"""Markdown to HTML, by comrak: CommonMark with tables and strikethrough, raw HTML shown as text.

The one module that knows the parser.
"""

from __future__ import annotations

import re
import threading
import warnings
from collections.abc import Callable, Iterator
from html import escape, unescape
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

import comrak
from markupsafe import Markup

from leadcore.rendering.figures import IMAGE, with_figures
from leadcore.rendering.phone_marks import with_numbers_apart

#: The parser puts a link to itself at the end of every heading. Text cannot look like it, nor like an id: its quotes are escaped.
_ANCHOR, _ANCHOR_END = '<a href="#', ' class="anchor"></a>'
#: A content link or an image where its address will stand: a sign and its number among the content links of the text.
_HOLE = re.compile(r'href="leadsite-link:(\d+)"')
_CONTENT = re.compile(r"^(?:page|series|post|complete|legal):.")
_ALIGN = re.compile(r' align="(left|right|center)"')
_TABLE = re.compile(r"<table>.*?</table>", re.S)
#: A corner of a table that is empty is no heading of anything.
_EMPTY_HEAD = re.compile(r"<th( class=\"\w+\")?></th>")
_NO_HEAD = r"<td\1></td>"
_ID = re.compile(r' id="([^"]*)"')
_SOURCED_LINK = re.compile(r'<(?:a|(img)) data-sourcepos="(\d+):\d+-(\d+):\d+" (?:href|src)="([^"]*)"')
_CODE_LINK = re.compile(r"(?:javascript|vbscript|file|data):[^\s)>]*", re.I)
_CLASSES = {"left": "start", "right": "end", "center": "center"}

#: Turns a link as written into the address to write, an image (`image:` and its name) into its elements up to the
#: text that stands for it; None to leave it.
LinkRewriter = Callable[[str], str | None]
#: Ids that the theme's templates give themselves; no heading of a text may take them.
THEME_IDS = frozenset({"main", "parts-title"})


class Parsed(NamedTuple):
    """A markdown text as HTML, with a hole for the address of each content link and image; these as written, and all links
    decoded. Among the links are images: `image:` and the name, and what is amiss with it after a question mark."""

    html: str
    content_links: tuple[str, ...]
    links: tuple[str, ...]


def parse_markdown(text: str, taken: set[str] | None = None, *, figures: bool = True) -> Parsed:
    """The text parsed, for any market and language. Headings get ids made of their own words, in any script.

    `taken` are ids that stand elsewhere on the page; those given here are added to it. An image alone in its paragraph is a
    figure, where `figures` may stand.
    """
    html, content_links, links = _parser.parse(text, figures)
    if _ANCHOR_END in html:
        html = _without_anchors(html, taken)
    if "<table>" in html:
        html = _TABLE.sub(_table, html)
    return Parsed(with_numbers_apart(html), content_links, links)


def _without_anchors(html: str, taken: set[str] | None) -> str:
    """The HTML without the links that headings have to themselves, and with ids that are free."""
    *headings, rest = html.split(_ANCHOR_END)
    pieces: list[str] = []
    for heading in headings:
        anchor = heading.rindex(_ANCHOR)
        start = heading.rindex(' id="', 0, anchor) + 5
        end = heading.index('"', start)
        name = heading[start:end]
        pieces += (heading[:start], name if taken is None else _free_id(name, taken), heading[end:anchor])
    return "".join(pieces) + rest


def _table(match: re.Match[str]) -> str:
    """A table in a box of its own that scrolls, its cells aligned by class."""
    html = _ALIGN.sub(lambda m: f' class="{_CLASSES[m[1]]}"', match[0])
    return f'<div class="table" tabindex="0">{_EMPTY_HEAD.sub(_NO_HEAD, html)}</div>'


def fill(parsed: Parsed, rewrite: LinkRewriter | None = None) -> Markup:
    """The HTML with the address of each content link; as it is written where there is none."""
    pieces = _HOLE.split(parsed.html)
    for index in range(1, len(pieces), 2):
        target = parsed.content_links[int(pieces[index])]
        found = rewrite(target) if rewrite is not None else None
        if target.startswith(IMAGE):
            pieces[index] = found if found and found[0] == "<" else f'<img src="{_href(target.removeprefix(IMAGE))}"'
        else:
            pieces[index] = f'href="{_href(found or target)}"'
    return Markup("".join(pieces))


def markdown_to_html(text: str, rewrite: LinkRewriter | None = None, taken: set[str] | None = None) -> Markup:
    """HTML of a markdown text, its content links rewritten."""
    return fill(parse_markdown(text, taken), rewrite)


def _href(address: str) -> str:
    """An address as the parser writes it into an attribute."""
    return escape(quote(address, safe="-_.+!*(),%#@?=;:/$&~'"), quote=False).replace("'", "&#x27;")


def _free_id(name: str, taken: set[str]) -> str:
    """The id itself, or the first of `id-1`, `id-2`, … that is free; `f-` belongs to the fields of forms."""
    base = f"h-{name}" if name.startswith("f-") else name
    found, number = base, 0
    while found in taken:
        number += 1
        found = f"{base}-{number}"
    taken.add(found)
    return found


def anchors(html: str) -> frozenset[str]:
    """The ids of the headings in rendered markdown."""
    return frozenset(unescape(name) for name in _ID.findall(html))


def lines_of_links(text: str) -> Iterator[tuple[int, str]]:
    """Every link and image of a markdown text with the line its end stands on, counted from 0: inline, by reference, in <…>."""
    lines = text.split("\n")
    for match in _SOURCED_LINK.finditer(_parser.with_lines(text)):
        first, last = int(match[2]), int(match[3])
        target = unquote(unescape(match[4]))
        if not target:
            # The parser has emptied a link that runs code; what was written still stands in the source.
            written = _CODE_LINK.search("\n".join(lines[first - 1 : last])) or _CODE_LINK.search(text)
            target = written[0] if written else ""
        yield last - 1, IMAGE + target if match[1] else target


class _Parser(threading.local):
    """comrak with our options, one for each thread: a text's links are noted on the way."""

    def __init__(self) -> None:
        self.links: list[str] = []
        self.content_links: list[str] = []
        self.images: dict[int, int] = {}
        self.options = self._options(self._note, self._note_image)
        self.sourced = self._options(None, None)
        self.sourced[2].sourcepos = True

    def parse(self, text: str, figures: bool) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        """HTML with holes, the content links as written, and all targets decoded."""
        self.links, self.content_links, self.images = [], [], {}
        html: str = comrak.render_markdown(text, *self.options)
        pictures = html.count("<img src=")
        noted = html.count("<a href=") - html.count(_ANCHOR_END) + pictures == len(self.links)
        if pictures:
            html, amiss = with_figures(html, figures)
            for number, words in amiss.items():
                self.links[self.images[number]] += f"?{words}"
        # A link that runs code is emptied before it is noted.
        links = tuple(map(unquote, self.links)) if noted else tuple(target for _, target in lines_of_links(text))
        return html, tuple(self.content_links), links

    def with_lines(self, text: str) -> str:
        """HTML of which each element says where it stands in the source."""
        html: str = comrak.render_markdown(text, *self.sourced)
        return html

    def _note(self, target: str) -> str:
        self.links.append(target)
        if not _CONTENT.match(target):
            return target
        self.content_links.append(target)
        return f"leadsite-link:{len(self.content_links) - 1}"

    def _note_image(self, target: str) -> str:
        self.images[len(self.content_links)] = len(self.links)
        self.links.append(IMAGE + target)
        self.content_links.append(IMAGE + unquote(target))
        return f"leadsite-image:{len(self.content_links) - 1}"

    @staticmethod
    def _options(rewriter: Callable[[str], str] | None, image_rewriter: Callable[[str], str] | None) -> tuple[Any, Any, Any]:
        extension = comrak.ExtensionOptions()
        extension.table = extension.strikethrough = True
        # Stress that ends in a full stop or bracket right before a letter, as scripts without spaces have it.
        extension.cjk_friendly_emphasis = True
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            if hasattr(extension, "header_id_prefix"):
                extension.header_id_prefix = ""
            else:
                extension.header_ids = ""
        if rewriter is not None:
            extension.link_url_rewriter = rewriter
            extension.image_url_rewriter = image_rewriter
        render = comrak.RenderOptions()
        render.escape = True
        return extension, comrak.ParseOptions(), render


_parser = _Parser()


def inline_html(text: str, rewrite: LinkRewriter | None = None) -> Markup:
    """HTML of a single line, without the paragraph around it."""
    html = fill(parse_markdown(text.strip(), figures=False), rewrite).strip()
    return Markup(html.removeprefix("<p>").removesuffix("</p>"))
