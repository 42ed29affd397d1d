"""Content links (`page:demo`, `post:series/slug`, …) to addresses in the reader's own market and language."""

from __future__ import annotations

import re
from collections.abc import Callable

from markupsafe import Markup

from leadcore.model import addresses
from leadcore.model.markets import Market
from leadcore.model.pages import Block, Document, TextKey
from leadcore.model.project import Project
from leadcore.rendering.figures import IMAGE
from leadcore.rendering.images import ImageTrouble, find_image
from leadcore.rendering.markdown import THEME_IDS, LinkRewriter, fill, lines_of_links, parse_markdown

SCHEMES = ("page", "series", "post", "complete", "legal")
#: What else a link may begin with: another site, a mail, a call, a place in the same page.
_OUTSIDE = re.compile(r"^(https?://|mailto:|tel:|#)", re.I)
_CONTENT = re.compile(rf"^({'|'.join(SCHEMES)}):(.+?)(#.*)?$")


def content_path(project: Project, market: Market, locale: str, target: str) -> str | None:
    """The path in the market of a content link, or None where it leads nowhere.

    Raises ValueError when `target` is not a content link.
    """
    scheme, name, fragment = split_content_link(target)
    path = _path(project, market, locale, scheme, name)
    return None if path is None else path + (f"#{fragment}" if fragment else "")


def split_content_link(target: str) -> tuple[str, str, str]:
    """Scheme, name and fragment of a content link. Raises ValueError for another."""
    match = _CONTENT.match(target)
    if match is None:
        raise ValueError(f'"{target}" is not a content link')
    return match[1], match[2], (match[3] or "").removeprefix("#")


def text_of_link(project: Project, scheme: str, name: str) -> TextKey | None:
    """The text that a content link leads to, None where it is made by the theme or does not exist."""
    if scheme == "page":
        return project.page_key(name)
    group, _, slug = name.partition("/")
    if scheme in ("series", "complete"):
        return project.series_key(group)
    return part_named(project, group, slug) if scheme == "post" else None


def _path(project: Project, market: Market, locale: str, scheme: str, name: str) -> str | None:
    if scheme == "legal":
        return addresses.legal_path(market, locale, name) if name in ("privacy", "imprint") else None
    if scheme == "page":
        page = project.document(project.page_key(name), market, locale) if name in market.pages else None
        return addresses.landing_path(market, locale, name, page.slug) if page else None
    group, _, slug = name.partition("/")
    series = project.document(project.series_key(group), market, locale) if group in market.series else None
    if series is None:
        return None
    if scheme == "series":
        return addresses.series_path(market, locale, series.slug)
    if scheme == "complete":
        if group not in project.complete_guides:
            return None
        return addresses.complete_path(market, locale, series.slug)
    key = part_named(project, group, slug)
    post = project.document(key, market, locale) if key else None
    return addresses.post_path(market, locale, series.slug, post.slug) if post else None


def part_named(project: Project, group: str, slug: str) -> TextKey | None:
    """The part of a series by the slug of its file name."""
    return next((k for k in project.parts.get(group, ()) if k.name == slug), None)


def link_rewriter(
    project: Project, market: Market, locale: str, *, absolute: bool = False
) -> Callable[[str], str | None]:
    """A function from a link or image as written to what is to be written, which remembers; other links are left alone."""
    known: dict[str, str | None] = {}

    def rewrite(target: str) -> str | None:
        if target not in known:
            known[target] = address(target)
        return known[target]

    make = addresses.absolute if absolute else addresses.local

    def address(target: str) -> str | None:
        if target.startswith(IMAGE):
            try:
                found = find_image(project.root, target.removeprefix(IMAGE))
            except ImageTrouble:  # The checks tell it.
                return None
            return found.html(lambda file: make(market, f"assets/{file}"))
        if not _CONTENT.match(target):
            return None
        path = content_path(project, market, locale, target)
        if path is None:
            return "#"
        path, hash_, fragment = path.partition("#")
        return make(market, path) + hash_ + fragment

    return rewrite


def body_html(document: Document, rewrite: LinkRewriter) -> Markup:
    """The text of a document without named blocks as HTML, from what the reader kept where it did."""
    block = document.blocks[0] if len(document.blocks) == 1 else None
    kept = block.parsed() if block is not None and block.parsed is not None else None
    parsed = kept or parse_markdown("\n\n".join(b.markdown for b in document.blocks), set(THEME_IDS))
    return fill(parsed, rewrite)


def is_outside(target: str) -> bool:
    """Whether a link that is no content link may stand as it is written."""
    return bool(_OUTSIDE.match(target))


def links_in(block: Block) -> tuple[str, ...]:
    """The target of every link of a block, in order."""
    return block.facts.links if block.facts is not None else parse_markdown(block.markdown).links


def line_of_link(block: Block, index: int) -> int:
    """The line of the file that a block's link stands on, by its number among the links."""
    first = block.place.line + (1 if block.name else 0)
    lines = [line for line, _ in lines_of_links(block.markdown)]
    return first + (lines[index] if index < len(lines) else 0)
