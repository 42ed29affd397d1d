"""Facts of content files: all that plan and checks need, without the text itself, as bytes that can be kept.

A text is read again when its words are asked for. Facts are read by several processes where there are many files.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import marshal
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from leadcore.model.pages import Block, BlockFacts, Text, TextContent, TextKey, words_in
from leadcore.problems import Place, Problem, ProblemList
from leadcore.reading.blocks import read_blocks
from leadcore.reading.bodies import Bodies, Kept, read_body, segments
from leadcore.reading.files import decoded, read_bytes, read_text
from leadcore.reading.frontmatter import body_of
from leadcore.reading.texts import name_of, read_content
from leadcore.rendering.markdown import THEME_IDS, parse_markdown

#: Front matter, lines, blocks, the kept body and a digest of the file, of types that marshal knows, marshalled.
Facts = bytes
#: Fewer files than this are read by one process.
FEWEST_TO_SHARE = 400
#: Texts of which the blocks are kept for a moment: those of one page.
_KEPT_TEXTS = 16
#: As many segments as small edits may leave before they are brought together, and what is small, in bytes.
_MANY_SEGMENTS, _SMALL = 40, 400_000
#: Facts that are kept opened: those of the texts at hand.
_OPENED = 512


def content_to_facts(content: TextContent, digest: bytes, bodies: Bodies | None, *, whole: bool) -> Facts:
    """The facts of a text that was just read, the `whole` text among them or not. The HTML of a text without named blocks
    is kept in `bodies`."""
    meta, lines, blocks = content
    plain = {k: ("date", v.isoformat()) if isinstance(v, dt.date) else v for k, v in meta.items()}
    rows = []
    kept: Kept | None = None
    for block in blocks:
        words = block.markdown
        parsed = parse_markdown(words, set(THEME_IDS))
        row = (block.name, block.place.line, digest_of_words(words), len(words.strip()), words_in(words), parsed.links, words if whole else None)
        rows.append(row)
        if bodies is not None and len(blocks) == 1 and not block.name:
            kept = bodies.keep(parsed)
    return marshal.dumps((plain, dict(lines), tuple(rows), kept, digest))


def facts_to_text(root: Path, path: str, facts: Facts, key: TextKey | None = None) -> Text:
    """The text that facts tell of, of this key where it is known; its blocks read the file when asked."""
    if key is None:
        named = name_of(path, ProblemList())
        if named is None:
            raise ValueError(f"{path} is not named as a text is")
        key = named[0]
    # A name that was taken as a text's is its stem, its locale and perhaps its market.
    locale, _, market = path[path.index(".") + 1 :].removesuffix(".md").partition("@")
    return Text(key=key, locale=locale, market=market, path=path, load=partial(_open, root, path, locale, facts))


@lru_cache(maxsize=_OPENED)
def _open(root: Path, path: str, locale: str, facts: Facts) -> TextContent:
    plain, lines, rows, kept, _ = marshal.loads(facts)
    meta = {k: dt.date.fromisoformat(v[1]) if isinstance(v, tuple) else v for k, v in plain.items()}
    blocks = tuple(
        Block(
            name=row[0],
            place=Place(path=path, line=row[1]),
            locale=locale,
            markdown=row[6] or "",
            read=partial(_block_text, root, path, index) if row[6] is None else None,
            facts=BlockFacts(digest=row[2], length=row[3], words=row[4], links=row[5]),
            parsed=partial(read_body, root, kept) if kept else None,
        )
        for index, row in enumerate(rows)
    )
    return meta, lines, blocks


def kept_body(facts: Facts) -> Kept | None:
    """Where the HTML of a text is kept, if it is."""
    kept: Kept | None = marshal.loads(facts)[3]
    return kept


def file_digest(facts: Facts) -> bytes:
    """The digest of the file that the facts were read from: BLAKE2b, 16 bytes."""
    digest: bytes = marshal.loads(facts)[4]
    return digest


def tidy_bodies(root: Path, keep: str, facts: Mapping[str, Facts]) -> tuple[dict[str, Facts], frozenset[str]]:
    """Brings the bodies of small segments together in one where there are many of these: the facts of those that were moved,
    and the segments that nobody needs once these facts are kept."""
    small = {name for name, size in segments(root, keep).items() if size < _SMALL}
    if len(small) < _MANY_SEGMENTS:
        return {}, frozenset()
    moved = {}
    with Bodies(root, keep) as bodies:
        for path, one in facts.items():
            meta, lines, rows, kept, digest = marshal.loads(one)
            if kept and kept[0] in small:
                moved[path] = marshal.dumps((meta, lines, rows, bodies.take_over(kept), digest))
    return moved, frozenset(small)


def digest_of_words(text: str) -> str:
    """A digest of a text without the white space around it."""
    return hashlib.blake2b(text.strip().encode(), digest_size=12).hexdigest()


def _is_part(path: str) -> bool:
    """Whether a text is a part of a series. There may be very many, so they are read again when they are rendered; pages,
    series and mails are held whole, since the forms API must not depend on files that an editor may be moving."""
    return path.startswith("content/blog/") and not path.rpartition("/")[2].startswith("series.")


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


def read_facts(root: Path, paths: Sequence[str], problems: ProblemList, keep: str = "") -> dict[str, Facts]:
    """The facts of these files, those with problems of reading included; the problems are added in the files' order.

    `keep` names the place in the project where their HTML is kept; nowhere without it.
    """
    return begin_facts(root, paths, keep)(problems)


def begin_facts(root: Path, paths: Sequence[str], keep: str = "") -> Callable[[ProblemList], dict[str, Facts]]:
    """Begins to read facts, by processes of their own where there are many files; gives what waits for them, as `read_facts`."""
    jobs = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if jobs < 2 or len(paths) < FEWEST_TO_SHARE:
        return lambda problems: _together([_read_some(root, paths, keep)], problems)
    import multiprocessing

    size = min(-(-len(paths) // (jobs * _SHARES_PER_JOB)), _LARGEST_SHARE)
    shares = [paths[i : i + size] for i in range(0, len(paths), size)]
    pool = multiprocessing.get_context("fork").Pool(jobs)
    results = pool.imap(partial(_read_share, root, keep), shares)

    def wait(problems: ProblemList) -> dict[str, Facts]:
        with pool:
            return _together(results, problems)

    return wait


def _together(results: Iterable[tuple[dict[str, Facts], list[Problem]]], problems: ProblemList) -> dict[str, Facts]:
    found: dict[str, Facts] = {}
    for facts, told in results:
        found |= facts
        problems.found += told
    return found


def _read_share(root: Path, keep: str, paths: Sequence[str]) -> tuple[dict[str, Facts], list[Problem]]:
    return _read_some(root, paths, keep)


#: Some texts take longer to read than others, by their script.
_SHARES_PER_JOB = 4
#: Files that a process reads at a time, before it sends their facts.
_LARGEST_SHARE = 4000


def _read_some(root: Path, paths: Sequence[str], keep: str) -> tuple[dict[str, Facts], list[Problem]]:
    problems = ProblemList()
    found: dict[str, Any] = {}
    folder = str(root)
    with Bodies(root, keep) as bodies:
        for path in paths:
            data = read_bytes(f"{folder}/{path}", path, problems)
            source = None if data is None else decoded(data, path, problems)
            content = read_content(path, source or "", problems)
            if content is not None and data is not None and source is not None:
                digest = hashlib.blake2b(data, digest_size=16).digest()
                whole = not _is_part(path)
                found[path] = content_to_facts(content, digest, bodies if keep else None, whole=whole)
    return found, problems.found
