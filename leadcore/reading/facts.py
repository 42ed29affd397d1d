"""Facts of content files: all that plan and checks need, without the text itself, as plain values that can be kept.

A text is read again when its page is rendered. Facts are read by several processes where there are many files.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import multiprocessing
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from leadcore.model.pages import Block, BlockFacts, Text, TextKey
from leadcore.problems import Place, Problem, ProblemList
from leadcore.reading.blocks import read_blocks
from leadcore.reading.files import read_text
from leadcore.reading.frontmatter import body_of
from leadcore.reading.texts import read_content_file
from leadcore.rendering.markdown import links_of

#: (key, locale, market, front matter, lines, blocks), of types that the standard library's marshal knows.
Facts = tuple[Any, ...]
#: Fewer files than this are read by one process.
FEWEST_TO_SHARE = 400
#: Texts of which the blocks are kept for a moment: those of one page.
_KEPT_TEXTS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The texts of a project by key, and the facts of each file by path, to be kept for the next time."""

    by_key: Mapping[TextKey, tuple[Text, ...]]
    facts: Mapping[str, Facts]


def text_to_facts(text: Text) -> Facts:
    """The facts of a text that was just read."""
    key, locale, market, meta, lines, blocks = text.key, text.locale, text.market, text.meta, text.lines, text.blocks
    plain = {k: ("date", v.isoformat()) if isinstance(v, dt.date) else v for k, v in meta.items()}
    rows = []
    for block in blocks:
        words = block.markdown
        row = (block.name, block.place.line, digest_of_words(words), len(words.strip()), len(words.split()), tuple(links_of(words)))
        rows.append(row)
    return ((key.kind, key.name, key.group, key.number), locale, market, plain, dict(lines), tuple(rows))


def facts_to_text(root: Path, path: str, facts: Facts) -> Text:
    """The text that facts tell of; its blocks read the file when asked."""
    (kind, name, group, number), locale, market, plain, lines, rows = facts
    meta = {k: dt.date.fromisoformat(v[1]) if isinstance(v, tuple) else v for k, v in plain.items()}
    blocks = tuple(
        Block(
            name=row[0],
            place=Place(path=path, line=row[1]),
            locale=locale,
            read=partial(_block_text, root, path, index),
            facts=BlockFacts(digest=row[2], length=row[3], words=row[4], links=row[5]),
        )
        for index, row in enumerate(rows)
    )
    key = TextKey(kind=kind, name=name, group=group, number=number)
    return Text(key=key, locale=locale, market=market, path=path, meta=meta, lines=lines, blocks=blocks)


def digest_of_words(text: str) -> str:
    """A digest of a text without the white space around it."""
    return hashlib.blake2b(text.strip().encode(), digest_size=12).hexdigest()


def _block_text(root: Path, path: str, index: int) -> str:
    texts = _block_texts(root, path, os.stat(root / path).st_mtime_ns)
    return texts[index] if index < len(texts) else ""


@lru_cache(maxsize=_KEPT_TEXTS)
def _block_texts(root: Path, path: str, _mtime_ns: int) -> tuple[str, ...]:
    ignored = ProblemList()
    source = read_text(root, root / path, ignored)
    if source is None:
        raise OSError(f"{path} cannot be read any more")
    body, first_line = body_of(source)
    landing = path.startswith("content/pages/")
    return tuple(b.markdown for b in read_blocks(body, first_line, path, "", ignored, landing=landing))


def read_facts(root: Path, paths: Sequence[str], problems: ProblemList) -> dict[str, Facts]:
    """The facts of these files, those with problems of reading included; the problems are added in the files' order."""
    jobs = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if jobs < 2 or len(paths) < FEWEST_TO_SHARE:
        results = [_read_some(root, paths)]
    else:
        size = -(-len(paths) // jobs)
        shares = [paths[i : i + size] for i in range(0, len(paths), size)]
        with multiprocessing.get_context("fork").Pool(len(shares)) as pool:
            results = pool.starmap(_read_some, [(root, share) for share in shares], chunksize=1)
    found: dict[str, Facts] = {}
    for facts, told in results:
        found |= facts
        problems.found += told
    return found


def _read_some(root: Path, paths: Sequence[str]) -> tuple[dict[str, Facts], list[Problem]]:
    problems = ProblemList()
    found = {}
    for path in paths:
        text = read_content_file(root, root / path, problems)
        if text is not None:
            found[path] = text_to_facts(text)
    return found, problems.found
