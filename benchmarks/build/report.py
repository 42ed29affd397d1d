"""The report: what was run where, medians with their spread, ratios round by round, sizes of pages."""

from __future__ import annotations

import datetime as dt
import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from benchmarks.build import peers
from benchmarks.build.corpus import Corpus
from benchmarks.build.measure import Sample, Spread, ratios, spread
from benchmarks.build.pages import TOLERANCE, Comparison, deviation
from benchmarks.build.tool import write
from benchmarks.build.tools import TOOLS

SCENARIOS = ("cold", "unchanged", "body edit", "title edit")
_OWN = ("leadsite", "jinja2", "comrak", "frozen-flask", "flask")
_METHOD = """\
Every tool builds the same site from the same posts: navigation, language switcher, hreflang, canonical, JSON-LD, a lead form
on every post, series box, previous and next, a page per series, a feed per language, one sitemap.
The texts of the form, the style sheet and the pages that a language has once are made by leadsite and handed to the peers as
they are. Rounds are interleaved: in each round every tool in turn builds into an empty folder without caches (cold), again
(unchanged), after a sentence was added to one post (body edit), after one post got another title (title edit); each round edits
other posts, and a tool whose pages do not show the edit fails. Ratios are taken within a round. Memory is the peak of the largest
process; CPU counts all processes.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What was measured at one number of posts: samples by tool and scenario, and the comparison of the pages."""

    posts: int
    samples: dict[str, dict[str, list[Sample]]]
    pages: Comparison


def write_report(path: Path, sizes: Sequence[Size], skipped: dict[str, str], arguments: Sequence[str], place: Path) -> None:
    names = list(dict.fromkeys(name for size in sizes for name in size.samples))
    parts = ["# Build benchmark", "", _METHOD, *_circumstances(names, arguments, place), ""]
    parts += [f"Skipped: {TOOLS[name].name}, {reason}." for name, reason in skipped.items()]
    for size in sizes:
        parts += ["", *_size(size)]
    write(path, "\n".join(parts) + "\n")


def _circumstances(names: Sequence[str], arguments: Sequence[str], place: Path) -> list[str]:
    own = ", ".join(f"{name} {metadata.version(name)}" for name in _OWN)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    where = "memory (tmpfs)" if str(place).startswith("/dev/shm") else "disk"
    rows = [
        ("Date", dt.datetime.now(dt.UTC).date().isoformat()),
        ("Machine", f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.release()}"),
        ("Sites on", where),
        ("leadsite", f"{own} on Python {platform.python_version()}"),
        *((TOOLS[name].name, peers.version(TOOLS[name].package)) for name in names if TOOLS[name].package),
        ("Command", f"`python -m benchmarks.build.run {' '.join(arguments)}`".replace(" `", "`")),
    ]
    return _table(("", ""), rows, "ll")


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _size(size: Size) -> list[str]:
    names = list(size.samples)
    base = "leadsite" if "leadsite" in names else names[0]
    rounds = len(size.samples[base]["cold"])
    corpus = Corpus(size.posts)
    times, against, other = [], [], []
    for name in names:
        of = size.samples[name]
        times.append([TOOLS[name].name, *(_seconds(spread(_walls(of[s]))) for s in SCENARIOS)])
        memory = max(sample.memory for samples in of.values() for sample in samples)
        cpu = (spread([sample.cpu for sample in of[s]]).median for s in SCENARIOS)
        other.append([TOOLS[name].name, *(f"{value:.2f}" for value in cpu), f"{memory:.0f}"])
        if name != base:
            against.append([TOOLS[name].name, *(_times(ratios(_walls(of[s]), _walls(size.samples[base][s]))) for s in SCENARIOS)])
    lines = [
        f"## {size.posts:,} posts",
        "",
        f"{len(corpus.locales)} languages of {corpus.per_locale:,} posts, {size.pages.files[base]:,} files, rounds: {rounds}.",
        "",
        "Seconds by the clock, median (least to most):",
        "",
        *_table(("", *SCENARIOS), times),
        "",
    ]
    if against:
        lines += [f"Times the seconds of {TOOLS[base].name} in the same round, median (least to most):", "", *_table(("", *SCENARIOS), against), ""]
    lines += ["Seconds of CPU, median, and the most memory in MiB:", "", *_table(("", *SCENARIOS, "memory"), other), ""]
    return lines + _pages(size.pages, [name for name in names if name in size.pages.files])


def _pages(pages: Comparison, names: Sequence[str]) -> list[str]:
    first = names[0]

    def row(label: str, values: dict[str, int], show: Callable[[int], str] = "{:,}".format) -> list[str]:
        return [label, show(values[first]), *(f"{deviation(values[name], values[first]):+.1%}" for name in names[1:])]

    rows = [row("files", pages.files), row("all bytes", pages.total)]
    rows += [row(f"`{path}`", sizes) for path, sizes in pages.samples.items()]
    worst = max((abs(deviation(s[n], s[first])) for s in pages.samples.values() for n in names), default=0.0)
    verdict = f"Sample pages agree within {TOLERANCE:.0%}; the widest gap is {worst:.1%}." if not pages.faults else "**Not the same site:** " + "; ".join(pages.faults) + "."
    head = ("Bytes", TOOLS[first].name, *(TOOLS[name].name for name in names[1:]))
    return [*_table(head, rows), "", verdict]


def _walls(samples: Sequence[Sample]) -> list[float]:
    return [sample.wall for sample in samples]


def _seconds(value: Spread) -> str:
    digits = 3 if value.median < 1 else 2
    return f"{value.median:.{digits}f} ({value.least:.{digits}f} to {value.most:.{digits}f})"


def _times(value: Spread) -> str:
    return f"{value.median:.1f} ({value.least:.1f} to {value.most:.1f})"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], align: str = "") -> list[str]:
    align = align or "l" + "r" * (len(head) - 1)
    marks = ["---" if one == "l" else "--:" for one in align]
    return [f"| {' | '.join(cells)} |" for cells in (head, marks, *rows)]
