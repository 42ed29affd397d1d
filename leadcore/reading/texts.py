"""One content file to a `Text`: the file name, front matter and blocks of a page, series, part or mail."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import Any

from leadcore.model.locales import babel_locale
from leadcore.model.pages import TextContent, TextKey
from leadcore.problems import Place, ProblemList, did_you_mean
from leadcore.reading.blocks import read_blocks
from leadcore.reading.frontmatter import split_front_matter

_NAME = re.compile(r"^(?P<stem>[a-z0-9][a-z0-9-]*)\.(?P<locale>[A-Za-z0-9-]+)(@(?P<market>[a-z0-9-]+))?\.md$")
_NUMBERED = re.compile(r"^(?P<number>\d{2})-(?P<slug>[a-z0-9][a-z0-9-]*)$")

#: Front-matter keys by kind: name -> the type of its value.
META_KEYS: dict[str, dict[str, type]] = {
    "page": {"title": str, "description": str, "form": str, "slug": str},
    "series": {"title": str, "description": str, "slug": str, "tags": list},
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


def read_content(path: str, source: str, problems: ProblemList) -> TextContent | None:
    """What stands in the text of a content file, its path relative to the project; None where its name is wrong."""
    named = name_of(path, problems)
    if named is None:
        return None
    key, locale, _ = named
    meta, lines, body, body_line = split_front_matter(source, path, problems)
    meta = _checked_meta(key.kind, meta, lines, path, problems)
    blocks = read_blocks(body, body_line, path, locale, problems, landing=key.kind == "page")
    return meta, lines, blocks


def name_of(shown: str, problems: ProblemList) -> tuple[TextKey, str, str] | None:
    """Key, locale and market that the name of a content file tells; None and P008 or P101 where it tells nothing."""
    _, room, *folders, name = shown.split("/")
    room = room if room in ("blog", "mail") else "pages"
    match = _NAME.match(name)
    pattern = "<page>.<locale>[@<market>].md" if room == "pages" else "<NN>-<slug>.<locale>[@<market>].md"
    if match is None:
        fix = f"name it {pattern}, in lower case letters, digits and hyphens; write the locale like gu or bn-BD"
        problems.add("P008", Place(path=shown), "the file name does not follow the pattern", fix)
        return None
    locale = match["locale"]
    if wrong := _wrong_locale(locale):
        problems.add("P101", Place(path=shown), wrong, "rename the file with the locale's BCP 47 tag")
        return None
    stem, group, market = match["stem"], folders[-1] if folders else "", match["market"] or ""
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


@lru_cache(maxsize=512)
def _wrong_locale(tag: str) -> str:
    """What is wrong with a locale's tag; nothing where CLDR knows it."""
    try:
        babel_locale(tag)
    except ValueError as error:
        return str(error)
    return ""


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
