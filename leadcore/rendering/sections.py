"""Blocks of a landing page as sections a template can lay out: heading, body, call to action, questions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from leadcore.model.locales import direction
from leadcore.model.pages import Block
from leadcore.rendering.markdown import LinkRewriter, inline_html, markdown_to_html

_LONE_LINK = re.compile(r"^\[([^\]]+)\]\(([^)\s]+)\)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One block rendered. `lang` and `dir` are set where it is not in the page's own language."""

    name: str
    heading: Markup
    html: Markup
    action: tuple[str, str] | None = None
    small_print: Markup = Markup("")
    questions: tuple[tuple[Markup, Markup], ...] = ()
    lang: str = ""
    dir: str = ""


def sections(blocks: Sequence[Block], locale: str, rewrite: LinkRewriter) -> tuple[Section, ...]:
    """The sections of a landing page, in the order of its blocks."""
    return tuple(_section(block, locale, rewrite) for block in blocks)


def _section(block: Block, locale: str, rewrite: LinkRewriter) -> Section:
    heading, body = _split_heading(block.markdown)
    foreign = block.locale.split("-")[0] != locale.split("-")[0]
    common = {
        "name": block.name,
        "heading": inline_html(heading, rewrite),
        "lang": block.locale if foreign else "",
        "dir": direction(block.locale) if foreign else "",
    }
    if block.name == "hero":
        before, action, after = _split_action(body, rewrite)
        return Section(html=markdown_to_html(before, rewrite), action=action, small_print=markdown_to_html(after, rewrite), **common)
    if block.name == "faq":
        intro, *rest = re.split(r"^###[ \t]+", body, flags=re.M)
        questions = []
        for item in rest:
            question, _, answer = item.partition("\n")
            questions.append((inline_html(question, rewrite), markdown_to_html(answer.strip(), rewrite)))
        return Section(html=markdown_to_html(intro, rewrite), questions=tuple(questions), **common)
    return Section(html=markdown_to_html(body, rewrite), **common)


def _split_heading(markdown: str) -> tuple[str, str]:
    first, _, rest = markdown.strip().partition("\n")
    match = re.match(r"^#{1,2}[ \t]+(.*)$", first)
    return (match[1], rest.strip()) if match else ("", markdown.strip())


def _split_action(body: str, rewrite: LinkRewriter) -> tuple[str, tuple[str, str] | None, str]:
    paragraphs = re.split(r"\n\s*\n", body)
    for index, paragraph in enumerate(paragraphs):
        match = _LONE_LINK.match(paragraph.strip())
        if match:
            target = rewrite(match[2]) or match[2]
            return "\n\n".join(paragraphs[:index]), (match[1], target), "\n\n".join(paragraphs[index + 1 :])
    return body, None, ""
