"""The build benchmark: `python -m benchmarks.build.run`, or `make bench`. Interleaved rounds, then a report."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.build import peers
from benchmarks.build.corpus import SERIES_LENGTH, Corpus, sentence, series_slug, with_longer_body, with_new_title
from benchmarks.build.measure import Failed, Sample, timed
from benchmarks.build.pages import Comparison, compare, holds, sample_paths
from benchmarks.build.report import SCENARIOS, Size, write_report
from benchmarks.build.tool import PRODUCT, write
from benchmarks.build.tools import TOOLS, chosen

EDITED_LOCALE = "bn"
_WARM_UP = 70
#: Room that a post takes in one tool's site: source, output, cache.
_BYTES_PER_POST = 120_000
_TMPFS = Path("/dev/shm")


def main(argv: list[str] | None = None) -> int:
    options = _options(argv)
    cache = peers.cache_folder()
    names, skipped = _available(options.tools, cache)
    with tempfile.TemporaryDirectory(prefix="leadsite-bench-", dir=_room(options.posts, names)) as folder:
        names = _warm_up(names, Path(folder), cache, skipped)
        sizes = []
        for posts in options.posts:
            sizes.append(_measure(posts, chosen(names, posts), options.rounds, Path(folder), cache, skipped))
            write_report(options.report, sizes, skipped, sys.argv[1:] if argv is None else argv, Path(folder))
            print(f"wrote {options.report}, up to {posts} posts")
    faults = [fault for size in sizes for fault in size.pages.faults]
    for fault in faults:
        print(f"not the same site: {fault}", file=sys.stderr)
    return 1 if faults else 0


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.build.run", description=__doc__)
    parser.add_argument("--posts", type=lambda t: [int(n) for n in t.split(",")], default=[1000, 10000, 30000], metavar="N,…")
    parser.add_argument("--tools", type=lambda t: tuple(t.split(",")), default=tuple(TOOLS), metavar="T,…", help=", ".join(TOOLS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--report", type=Path, default=PRODUCT / "docs" / "benchmarks.md", metavar="FILE")
    options = parser.parse_args(argv)
    if unknown := set(options.tools) - set(TOOLS):
        parser.error(f"unknown tools: {', '.join(sorted(unknown))}")
    return options


def _available(names: tuple[str, ...], cache: Path) -> tuple[tuple[str, ...], dict[str, str]]:
    """The tools that are here or could be installed, and why the others could not."""
    found, skipped = [], {}
    for name in names:
        try:
            if package := TOOLS[name].package:
                peers.install(package, cache)
            found.append(name)
        except peers.Missing as reason:
            skipped[name] = str(reason)
            print(f"skipped {name}: {reason}")
    return tuple(found), skipped


def _room(sizes: list[int], names: tuple[str, ...]) -> str | None:
    """Where the sites go: memory if there is room, otherwise the usual place for temporary files."""
    needed = max(posts * len(chosen(names, posts)) for posts in sizes) * _BYTES_PER_POST
    # The tools need memory too, so the sites may take no more than half of it.
    free = shutil.disk_usage(_TMPFS).free / 2 if _TMPFS.is_dir() else 0
    return str(_TMPFS) if free > needed else None


def _lay_out(folder: Path, posts: int, names: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "benchmarks.build.layout", str(folder), str(posts), *names]
    subprocess.run(command, cwd=PRODUCT, check=True)


def _warm_up(names: tuple[str, ...], folder: Path, cache: Path, skipped: dict[str, str]) -> tuple[str, ...]:
    """Builds a small site with each tool: the disk is read, and a tool that does not run here is left out."""
    works = []
    _lay_out(folder / "warm-up", _WARM_UP, names)
    for name in names:
        site = folder / "warm-up" / name
        try:
            timed(TOOLS[name].command(site, cache), site, folder / "log")
            works.append(name)
        except (Failed, OSError) as error:
            skipped[name] = f"it does not build: {str(error).strip()[-300:]}"
            print(f"skipped {name}: {skipped[name]}")
    shutil.rmtree(folder / "warm-up")
    return tuple(works)


def _measure(posts: int, names: tuple[str, ...], rounds: int, folder: Path, cache: Path, skipped: dict[str, str]) -> Size:
    """All rounds at one size: in each, every tool in turn builds cold, unchanged, after two edits."""
    place = folder / str(posts)
    corpus = Corpus(posts)
    _lay_out(place, posts, names)
    laid = {name: {path.name for path in (place / name).iterdir()} for name in names}
    samples: dict[str, dict[str, list[Sample]]] = {name: {s: [] for s in SCENARIOS} for name in names}
    pages: Comparison | None = None
    for number in range(rounds):
        for name in list(samples):
            try:
                _round(name, place / name, laid[name], corpus, number, cache, samples[name])
            except Failed as reason:
                if name == "leadsite":
                    raise
                del samples[name]
                skipped[name] = f"it failed at {posts} posts: {str(reason).strip()[-300:]}"
                print(f"left out {name}: {skipped[name]}")
        pages = pages or compare({name: place / name / TOOLS[name].pages for name in samples}, sample_paths(corpus))
    shutil.rmtree(place)
    assert pages is not None
    return Size(posts=posts, samples=samples, pages=pages)


def _round(name: str, site: Path, laid: set[str], corpus: Corpus, number: int, cache: Path, samples: dict[str, list[Sample]]) -> None:
    """One tool's turn: every scenario once, each edit looked for in the pages. Raises Failed."""
    _freshen(site, laid)
    for scenario in SCENARIOS:
        edit = _edit(name, site, corpus, scenario, number)
        sample = timed(TOOLS[name].command(site, cache), site, site.parent / f"{name}.log")
        samples[scenario].append(sample)
        print(f"{corpus.total} posts, round {number + 1}, {name:16} {scenario:10} {sample.wall:8.3f} s, CPU {sample.cpu:8.3f} s, {sample.memory:6.0f} MiB", flush=True)
        if edit and not holds(*edit):
            raise Failed(f"the edit is not in {edit[0].relative_to(site)}")


def _freshen(site: Path, laid: set[str]) -> None:
    """Takes away all that builds have left: output and caches."""
    for path in site.iterdir():
        if path.name not in laid:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _edit(name: str, site: Path, corpus: Corpus, scenario: str, number: int) -> tuple[Path, str] | None:
    """Edits a post, another one each round, and says which page must show which words then."""
    if scenario not in ("body edit", "title edit"):
        return None
    tool, shift = TOOLS[name], 3 if scenario == "title edit" else 1
    post = (SERIES_LENGTH * (number + 1) * 2 + shift) % corpus.per_locale
    series, stem = series_slug(post // SERIES_LENGTH), f"{post % SERIES_LENGTH + 1:02}-post-{post:05}"
    source = tool.source(site, EDITED_LOCALE, series, stem)
    words = sentence(EDITED_LOCALE, f"{scenario} {number}", 9)[:-1]
    text = source.read_text(encoding="utf-8")
    blog = site / tool.pages / EDITED_LOCALE / "blog" / series
    if scenario == "title edit":
        write(source, with_new_title(text, words))
        return blog / "index.html", words
    write(source, with_longer_body(text, words))
    return blog / f"post-{post:05}" / "index.html", words


if __name__ == "__main__":
    sys.exit(main())
