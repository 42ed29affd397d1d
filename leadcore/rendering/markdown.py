"""Markdown to HTML, by comrak: CommonMark with tables and strikethrough, raw HTML shown as text.

The one module that knows the parser.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from html import unescape
from urllib.parse import unquote

import comrak
from markupsafe import Markup

_ANCHOR = re.compile(r'<a href="#[^"]*" aria-label="[^"]*" data-heading-content="[^"]*" class="anchor"></a>')
_ALIGN = re.compile(r' align="(left|right|center)"')
_TABLE = re.compile(r"<table>.*?</table>", re.S)
#: A corner of a table that is empty is no heading of anything.
_EMPTY_HEAD = re.compile(r"<th( class=\"\w+\")?></th>")
_ID = re.compile(r' id="([^"]*)"')
_SOURCED_LINK = re.compile(r'<a data-sourcepos="(\d+):\d+-(\d+):\d+" href="([^"]*)"')
_CODE_LINK = re.compile(r"(?:javascript|vbscript|file|data):[^\s)>]*", re.I)
_CLASSES = {"left": "start", "right": "end", "center": "center"}

#: Turns a link as written into the address to write, or None to leave it.
LinkRewriter = Callable[[str], str | None]


def markdown_to_html(text: str, rewrite: LinkRewriter | None = None, taken: set[str] | None = None) -> Markup:
    """HTML of a markdown text. Headings get ids made of their own words, in any script.

    `taken` are ids that stand elsewhere on the page; those given here are added to it.
    """
    html = _ANCHOR.sub("", _render(text, rewrite))
    html = _ALIGN.sub(lambda m: f' class="{_CLASSES[m[1]]}"', html)
    if taken is not None:
        html = _ID.sub(lambda m: f' id="{_free_id(m[1], taken)}"', html)
    html = _EMPTY_HEAD.sub(r"<td\1></td>", html)
    html = _TABLE.sub(lambda m: f'<div class="table" tabindex="0">{m[0]}</div>', html)
    return Markup(html)


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


def links_of(text: str) -> Iterator[tuple[int, str]]:
    """Every link of a markdown text with the line its end stands on, counted from 0: inline, by reference, in <…>."""
    lines = text.split("\n")
    for match in _SOURCED_LINK.finditer(_render(text, None, sourcepos=True)):
        first, last = int(match[1]), int(match[2])
        target = unquote(unescape(match[3]))
        if not target:
            # The parser has emptied a link that runs code; what was written still stands in the source.
            written = _CODE_LINK.search("\n".join(lines[first - 1 : last])) or _CODE_LINK.search(text)
            target = written[0] if written else ""
        yield last - 1, target


def _render(text: str, rewrite: LinkRewriter | None, *, sourcepos: bool = False) -> str:
    extension = comrak.ExtensionOptions()
    extension.table = extension.strikethrough = True
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        if hasattr(extension, "header_id_prefix"):
            extension.header_id_prefix = ""
        else:
            extension.header_ids = ""
    if rewrite is not None:
        extension.link_url_rewriter = lambda url: rewrite(url) or url
    render = comrak.RenderOptions()
    render.escape = True
    render.sourcepos = sourcepos
    html: str = comrak.render_markdown(text, extension, comrak.ParseOptions(), render)
    return html


def inline_html(text: str, rewrite: LinkRewriter | None = None) -> Markup:
    """HTML of a single line, without the paragraph around it."""
    html = markdown_to_html(text.strip(), rewrite).strip()
    return Markup(html.removeprefix("<p>").removesuffix("</p>"))
