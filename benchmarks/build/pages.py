"""Whether the tools have built the same site: the same files, pages of the same size, the edits in their place."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.build.corpus import SERIES_LENGTH, Corpus, series_slug

TOLERANCE = 0.05
_PART = re.compile(r"^sitemap-\d+\.xml$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Files and bytes by tool; sizes of sample pages by their path and tool; what does not agree, in words."""

    files: dict[str, int]
    total: dict[str, int]
    samples: dict[str, dict[str, int]]
    faults: tuple[str, ...]


def sample_paths(corpus: Corpus) -> Iterator[str]:
    """A page of each kind, and posts at both ends and in the middle of the corpus."""
    last = corpus.per_locale - 1
    group = series_slug(last // 2 // SERIES_LENGTH)
    for tag in ("en", "bn", "ar"):
        for number in sorted({0, last // 2, last}):
            yield f"{tag}/blog/{series_slug(number // SERIES_LENGTH)}/post-{number:05}/index.html"
    for tag in ("en", "gu"):
        yield from (f"{tag}/{path}index.html" for path in ("", "blog/", f"blog/{group}/", "privacy/"))
        yield f"{tag}/feed.xml"
    yield "sitemap.xml"


def compare(folders: Mapping[str, Path], paths: Iterator[str]) -> Comparison:
    """Compares the output folders with the first of them."""
    sizes = {name: _sizes(folder) for name, folder in folders.items()}
    first, *others = sizes
    faults = []
    for name in others:
        for word, these in (("lacks", sizes[first].keys() - sizes[name].keys()), ("has besides", sizes[name].keys() - sizes[first].keys())):
            if these:
                faults.append(f"{name} {word} {len(these)} files of {first}, such as {min(these)}")
    samples = {path: {name: found.get(path, 0) for name, found in sizes.items()} for path in paths}
    for path, row in samples.items():
        for name in others:
            if abs(deviation(row[name], row[first])) > TOLERANCE:
                faults.append(f"{path}: {name} has {row[name]} bytes, {first} {row[first]} ({deviation(row[name], row[first]):+.1%})")
    return Comparison(
        files={name: len(found) for name, found in sizes.items()},
        total={name: sum(found.values()) for name, found in sizes.items()},
        samples=samples,
        faults=tuple(faults),
    )


def _sizes(folder: Path) -> dict[str, int]:
    """The bytes of each file. A sitemap in parts counts as one: leadsite splits those of more than 25,000 pages, the others none."""
    found: dict[str, int] = {}
    for path in folder.rglob("*"):
        if path.is_file():
            name = _PART.sub("sitemap.xml", path.relative_to(folder).as_posix())
            found[name] = found.get(name, 0) + path.stat().st_size
    return found


def deviation(size: int, base: int) -> float:
    return size / base - 1 if base else float("inf")


def holds(page: Path, words: str) -> bool:
    """Whether a page shows some words."""
    return page.is_file() and words in html.unescape(page.read_text(encoding="utf-8"))
