"""The body of a content file cut into named blocks: three colons and a name open one, three colons close it."""

from __future__ import annotations

import re

from leadcore.model.pages import LANDING_BLOCKS, Block
from leadcore.problems import Place, ProblemList, did_you_mean
from leadcore.rendering.block_parts import MADE_OF
from leadcore.rendering.markdown import markdown_to_html

_OPEN = re.compile(r"^:::[ \t]*(?P<name>[^\s:]*)[ \t]*$")

_BLANK = re.compile(r"(?:[^\S\n]*\n)*")


def read_blocks(
    body: str, first_line: int, shown: str, locale: str, problems: ProblemList, *, landing: bool = False
) -> tuple[Block, ...]:
    """The body cut into named blocks and the unnamed text around them, empty text left out."""
    if not landing and ":::" not in body:
        blank = _BLANK.match(body)
        lead = blank.end() if blank else 0
        place = Place(path=shown, line=first_line + body.count("\n", 0, lead))
        text = body[lead:].rstrip()
        return (Block(name="", markdown=text, place=place, locale=locale),) if text else ()
    blocks: list[Block] = []
    name, start, kept = "", first_line, list[str]()
    seen: dict[str, int] = {}
    fence = ""

    def finish(next_line: int) -> None:
        nonlocal kept, start
        text = "\n".join(kept).rstrip()
        if not name:
            # Unnamed text begins at its first written line; a named block keeps its lines, counted from its fence.
            blank = next((i for i, kept_line in enumerate(kept) if kept_line.strip()), 0)
            start, text = start + blank, "\n".join(kept[blank:]).rstrip()
        if name or text:
            place = Place(path=shown, line=start)
            if landing and not name:
                problems.add("P108", place, "text outside a block", "put it into a block: a line ::: name, and ::: after it")
            else:
                blocks.append(Block(name=name, markdown=text, place=place, locale=locale))
                if landing and name in MADE_OF:
                    found_in, wrong, fix = MADE_OF[name]
                    if not found_in(markdown_to_html(text)):
                        problems.add("P116", place, f'the block "{name}" {wrong}', fix)
        kept, start = [], next_line

    for number, line in enumerate(body.split("\n"), first_line):
        stripped = line.lstrip()
        if stripped.startswith("~~~") or (stripped.startswith("```") and "`" not in stripped.lstrip("`")):
            fence = "" if fence and stripped.startswith(fence) else fence or stripped[:3]
        match = None if fence else _OPEN.match(line)
        if match is None:
            kept.append(line)
            continue
        finish(number + 1)
        place = Place(path=shown, line=number)
        opened = match["name"]
        if opened and name:
            problems.add("P106", place, f'"{opened}" opens inside "{name}"', f'close "{name}" first with a line :::')
        if not opened and not name:
            problems.add("P106", place, "::: closes a block that was not opened", "take the line away or name the block")
        if opened:
            if opened in seen:
                problems.add("P106", place, f'the block "{opened}" stands twice', "keep one", detail=(f"first: line {seen[opened]}",))
            if landing and opened not in LANDING_BLOCKS:
                problems.add("P106", place, f'unknown block "{opened}"', did_you_mean(opened, LANDING_BLOCKS))
            seen[opened] = number
        name, start = opened, number + 1 if not opened else number
    if name:
        problems.add("P106", Place(path=shown, line=seen[name]), f'the block "{name}" is not closed', "end it with a line :::")
    finish(first_line)
    return tuple(blocks)
