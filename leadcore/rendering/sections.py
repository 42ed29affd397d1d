"""Blocks of a landing page as sections a template can lay out: heading, body, call to action, questions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from html import unescape
from urllib.parse import unquote

from markupsafe import Markup

from leadcore.model.locales import direction
from leadcore.model.pages import Block
from leadcore.rendering.block_parts import Comparison, Sourced, comparison_in, figures_in, media_in, quotation_in
from leadcore.rendering.figures import at_once
from leadcore.rendering.links import is_outside
from leadcore.rendering.markdown import LinkRewriter, inline_html, markdown_to_html

_LONE_LINK = re.compile(r'^<p><a href="([^"]*)"(?: title="[^"]*")?>((?:(?!<a |<img )[\s\S])*)</a></p>$')


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One block rendered. `action` is label and address of the button; `table` and `sourced` are what a comparison,
    and a quotation or figures, are made of; `figure` is the image of a block of text and image.

    `lang` and `dir` are set where the block is not in the page's own language.
    """

    name: str
    heading: Markup
    html: Markup
    action: tuple[Markup, str] | None = None
    small_print: Markup = field(default_factory=Markup)
    questions: tuple[tuple[Markup, Markup], ...] = ()
    table: Comparison | None = None
    sourced: Sourced | None = None
    figure: Markup = field(default_factory=Markup)
    lang: str = ""
    dir: str = ""


def sections(blocks: Sequence[Block], locale: str, rewrite: LinkRewriter) -> tuple[Section, ...]:
    """The sections of a landing page, in the order of its blocks. Block names are ids; no heading takes one twice."""
    taken = {"main", *(block.name for block in blocks)}
    return tuple(_section(block, locale, rewrite, taken) for block in blocks)


def _section(block: Block, locale: str, rewrite: LinkRewriter, taken: set[str]) -> Section:
    heading, body = _split_heading(block.markdown)
    foreign = block.locale.split("-")[0] != locale.split("-")[0]
    section = Section(
        name=block.name,
        heading=inline_html(heading, rewrite),
        html=Markup(""),
        lang=block.locale if foreign else "",
        dir=direction(block.locale) if foreign else "",
    )

    def html(markdown: str) -> Markup:
        return markdown_to_html(markdown, rewrite, taken)

    if block.name in ("hero", "call-to-action"):
        before, action, after = _split_action(body, rewrite)
        first = html(before)
        first = Markup(at_once(first)) if block.name == "hero" else first
        return replace(section, html=first, action=action, small_print=html(after))
    if block.name == "faq":
        intro, *rest = re.split(r"^###[ \t]+", body, flags=re.M)
        section = replace(section, html=html(intro))
        questions = []
        for item in rest:
            question, _, answer = item.partition("\n")
            questions.append((inline_html(question, rewrite), html(answer.strip())))
        return replace(section, questions=tuple(questions))
    if block.name == "comparison" and (table := comparison_in(html(body))):
        return replace(section, html=table.before, table=table)
    if block.name == "media" and (media := media_in(html(body))):
        return replace(section, html=media.text, figure=media.figure)
    find = {"quote": quotation_in, "numbers": figures_in}.get(block.name)
    if find and (sourced := find(html(body))):
        return replace(section, html=sourced.before, sourced=sourced)
    return replace(section, html=html(body))


def _split_heading(markdown: str) -> tuple[str, str]:
    first, _, rest = markdown.strip().partition("\n")
    match = re.match(r"^#{1,2}[ \t]+(.*)$", first)
    return (match[1], rest.strip()) if match else ("", markdown.strip())


def _split_action(body: str, rewrite: LinkRewriter) -> tuple[str, tuple[Markup, str] | None, str]:
    """The text before the first paragraph that is nothing but a link, the link, and the text after it."""
    paragraphs = re.split(r"\n\s*\n", body)
    for index, paragraph in enumerate(paragraphs):
        if not paragraph.lstrip().startswith("["):
            continue
        match = _LONE_LINK.match(markdown_to_html(paragraph.strip()).strip())
        if match:
            target = _safe(unquote(unescape(match[1])), rewrite)
            return "\n\n".join(paragraphs[:index]), (Markup(match[2]), target), "\n\n".join(paragraphs[index + 1 :])
    return body, None, ""


def _safe(target: str, rewrite: LinkRewriter) -> str:
    """The address of a button: a content link's, another site, a mail, a call or a place in the page; else nowhere."""
    return rewrite(target) or (target if is_outside(target) else "#")
