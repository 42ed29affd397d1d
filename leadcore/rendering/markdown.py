"""Markdown to HTML, by comrak: CommonMark with tables and strikethrough, raw HTML shown as text.

The one module that knows the parser.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable

import comrak
from markupsafe import Markup

_ANCHOR = re.compile(r'<a href="#[^"]*" aria-label="[^"]*" data-heading-content="[^"]*" class="anchor"></a>')
_ALIGN = re.compile(r' align="(left|right|center)"')
_TABLE = re.compile(r"<table>.*?</table>", re.S)
_CLASSES = {"left": "start", "right": "end", "center": "center"}

#: Turns a link as written into the address to write, or None to leave it.
LinkRewriter = Callable[[str], str | None]


def markdown_to_html(text: str, rewrite: LinkRewriter | None = None) -> Markup:
    """HTML of a markdown text. Headings get ids made of their own words, in any script."""
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
    html = comrak.render_markdown(text, extension, comrak.ParseOptions(), render)
    html = _ANCHOR.sub("", html)
    html = _ALIGN.sub(lambda m: f' class="{_CLASSES[m[1]]}"', html)
    html = _TABLE.sub(lambda m: f'<div class="table" tabindex="0">{m[0]}</div>', html)
    return Markup(html)


def inline_html(text: str, rewrite: LinkRewriter | None = None) -> Markup:
    """HTML of a single line, without the paragraph around it."""
    html = markdown_to_html(text.strip(), rewrite).strip()
    return Markup(html.removeprefix("<p>").removesuffix("</p>"))


def plain_text(text: str, rewrite: LinkRewriter | None = None) -> str:
    """Markdown as plain mail text: links written out, emphasis and heading marks taken away."""

    def link(match: re.Match[str]) -> str:
        url = (rewrite(match[2]) if rewrite else None) or match[2]
        return f"{match[1]}:\n{url}"

    text = re.sub(r"\[([^\]]+)\]\(([^)\s]+)\)", link, text)
    text = re.sub(r"^#{1,6}[ \t]+", "", text, flags=re.M)
    text = re.sub(r"(\*\*|__)(.+?)\1", r"\2", text)
    return re.sub(r"(?<!\w)[*_]([^*_\n]+)[*_](?!\w)", r"\1", text).strip()
