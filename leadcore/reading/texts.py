"""Content files to `Text`: the file name, front matter and blocks of pages, series, parts and mails."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from leadcore.model.locales import babel_locale
from leadcore.model.pages import LANDING_BLOCKS, Block, Text, TextKey
from leadcore.problems import Place, ProblemList, did_you_mean
from leadcore.reading.facts import Facts, Texts, facts_to_text, read_facts
from leadcore.reading.files import read_text, relative
from leadcore.reading.frontmatter import split_front_matter

_NAME = re.compile(r"^(?P<stem>[a-z0-9][a-z0-9-]*)\.(?P<locale>[A-Za-z0-9-]+)(@(?P<market>[a-z0-9-]+))?\.md$")
_NUMBERED = re.compile(r"^(?P<number>\d{2})-(?P<slug>[a-z0-9][a-z0-9-]*)$")
_OPEN = re.compile(r"^:::[ \t]*(?P<name>[^\s:]*)[ \t]*$")

#: Front-matter keys by kind: name -> the type of its value.
META_KEYS: dict[str, dict[str, type]] = {
    "page": {"title": str, "description": str, "form": str, "slug": str},
    "series": {"title": str, "description": str, "slug": str},
    "post": {
        "title": str, "description": str, "slug": str, "date": dt.date, "updated": dt.date, "author": str, "tags": list,
    },
    "mail": {"subject": str, "preheader": str, "after_days": int},
}  # fmt: skip
NEEDED_KEYS = {
    "page": ("title", "description"),
    "series": ("title", "description"),
    "post": ("title", "description", "date"),
    "mail": ("subject",),
}
_KIND_NAMES = {str: "text", dt.date: "a date like 2026-09-14", int: "a whole number", list: "a list"}


def read_texts(root: Path, problems: ProblemList, known: Mapping[str, Facts] | None = None) -> Texts:
    """Every content file of the project by its key.

    The parts of series are kept as facts and read again when rendered, since there may be very many; those whose facts
    are `known` are not read now. Pages, series and mails are held whole.
    """
    content = root / "content"
    parts = [relative(root, p) for p in sorted(content.glob("blog/*/*.md")) if not p.name.startswith("series.")]
    whole = [*sorted(content.glob("pages/*.md")), *sorted(content.glob("blog/*/series.*.md")), *sorted(content.glob("mail/*/*.md"))]
    facts = {name: known[name] for name in parts if name in known} if known else {}
    facts |= read_facts(root, [name for name in parts if name not in facts], problems)
    found: dict[TextKey, list[Text]] = {}
    texts = [read_content_file(root, path, problems) for path in whole]
    texts += [facts_to_text(root, name, facts[name]) for name in parts if name in facts]
    for text in texts:
        if text is not None:
            found.setdefault(text.key, []).append(text)
    return Texts(by_key={key: tuple(group) for key, group in found.items()}, facts=facts)


def read_content_file(root: Path, path: Path, problems: ProblemList) -> Text | None:
    """One content file, or None where its name or encoding is wrong."""
    shown = relative(root, path)
    named = _name(path, shown, problems)
    source = read_text(root, path, problems)
    if named is None or source is None:
        return None
    key, locale, market = named
    meta, lines, body, body_line = split_front_matter(source, shown, problems)
    meta = _checked_meta(key.kind, meta, lines, shown, problems)
    blocks = read_blocks(body, body_line, shown, locale, problems, landing=key.kind == "page")
    return Text(key=key, locale=locale, market=market, path=shown, meta=meta, lines=lines, blocks=blocks)


def _name(path: Path, shown: str, problems: ProblemList) -> tuple[TextKey, str, str] | None:
    match = _NAME.match(path.name)
    room = path.parent.parent.name if path.parent.parent.name in ("blog", "mail") else "pages"
    pattern = "<page>.<locale>[@<market>].md" if room == "pages" else "<NN>-<slug>.<locale>[@<market>].md"
    if match is None:
        fix = f"name it {pattern}, in lower case letters, digits and hyphens; write the locale like gu or bn-BD"
        problems.add("P008", Place(path=shown), "the file name does not follow the pattern", fix)
        return None
    locale = match["locale"]
    try:
        babel_locale(locale)
    except ValueError as error:
        problems.add("P101", Place(path=shown), str(error), "rename the file with the locale's BCP 47 tag")
        return None
    stem, group, market = match["stem"], path.parent.name, match["market"] or ""
    if room == "pages":
        return TextKey(kind="page", name=stem), locale, market
    if room == "blog" and stem == "series":
        return TextKey(kind="series", name="series", group=group), locale, market
    numbered = _NUMBERED.match(stem)
    if numbered is None:
        problems.add("P008", Place(path=shown), "the file name has no part number", f"name it {pattern}, such as 03-nurturing.gu.md")
        return None
    kind = "post" if room == "blog" else "mail"
    return TextKey(kind=kind, name=numbered["slug"], group=group, number=int(numbered["number"])), locale, market


def _checked_meta(
    kind: str, meta: dict[str, Any], lines: dict[str, int], shown: str, problems: ProblemList
) -> dict[str, Any]:
    known = META_KEYS[kind]
    good: dict[str, Any] = {}
    for key, value in meta.items():
        place = Place(path=shown, line=lines.get(key, 1))
        if key not in known:
            problems.add("P006", place, f'unknown key "{key}"', did_you_mean(key, known))
        elif not isinstance(value, known[key]) or isinstance(value, bool):
            problems.add("P005", place, f'"{key}" is not {_KIND_NAMES[known[key]]}', f"write {key}: {_KIND_NAMES[known[key]]}")
        elif isinstance(value, str) and not value.strip():
            problems.add("P007", place, f'"{key}" is empty', "write a value or take the key away")
        elif key == "slug" and re.search(r"[\s/?#%.]", str(value)):
            problems.add("P005", place, f'"{value}" cannot be part of an address', "use letters, digits and hyphens")
        else:
            good[key] = value
    return good


def read_blocks(
    body: str, first_line: int, shown: str, locale: str, problems: ProblemList, *, landing: bool = False
) -> tuple[Block, ...]:
    """The body cut into named blocks and the unnamed text around them, empty text left out."""
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
