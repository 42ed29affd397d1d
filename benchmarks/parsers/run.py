"""The parser benchmark: `python -m benchmarks.parsers.run`. Markdown and front-matter parsers by speed and by specification.

Installs what it compares into an environment of its own in the benchmarks' cache, runs `worker` there, writes docs/parsers.md.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.build.measure import ratios
from benchmarks.build.peers import Missing, cache_folder
from benchmarks.build.tool import PRODUCT, write
from benchmarks.parsers.contenders import PARSERS, PRODUCT_PARSER, READERS, SIMPLE_READER

#: What is compared, and what the product's two modules import.
PACKAGES = (
    "comrak==0.0.16", "pyromark==0.10.3", "cmarkgfm==2025.10.22", "markdown-it-py==4.3.0", "mistune==3.4.0", "markdown==3.11.3",
    "pyyaml==6.0.3", "ryaml==0.5.1", "ruamel.yaml==0.19.1", "markupsafe==3.0.4",
)  # fmt: skip
#: The package on npm that carries the specification.
SPECIFICATION = ("commonmark-spec", "0.31.2")
_FIRST_USE_ROUNDS = 5
_METHOD = """\
Microseconds are of CPU, in one process on one thread; the contenders take turns within each round, starting elsewhere each time.
Numbers are medians over the rounds, ratios medians of the ratios within each round (least to most).
First use is the CPU time of a new process to import the package, set it up and read a line or two, in milliseconds.
"""


def main(argv: list[str] | None = None) -> int:
    options = _options(argv)
    cache = cache_folder() / "parsers"
    try:
        python = _environment(cache)
    except Missing as reason:
        print(f"cannot install what is compared: {reason}", file=sys.stderr)
        return 1
    arguments = ["--rounds", str(options.rounds), "--documents", str(options.documents)]
    skipped = ""
    try:
        arguments += ["--specification", str(_specification(cache))]
    except Missing as reason:
        skipped = str(reason)
    found = _worker(python, *arguments)
    first = _first_uses(python)
    write(options.report, _report(found, first, skipped, options, sys.argv[1:] if argv is None else argv))
    print(f"wrote {options.report}")
    return 0


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.parsers.run", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--documents", type=int, default=4, help="documents of each of the corpus's locales")
    parser.add_argument("--report", type=Path, default=PRODUCT / "docs" / "parsers.md", metavar="FILE")
    return parser.parse_args(argv)


def _environment(folder: Path) -> Path:
    """The Python that has all packages, installed unless they stand there as wanted. Raises Missing."""
    python, stamp, wanted = folder / "bin" / "python", folder / ".installed", "\n".join(PACKAGES)
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _run([sys.executable, "-m", "venv", str(folder)], folder)
        _run([str(python), "-m", "pip", "install", "--quiet", *PACKAGES], folder)
        write(stamp, wanted)
    return python


def _specification(folder: Path) -> Path:
    """The specification's spec.txt, fetched once. Raises Missing."""
    name, version = SPECIFICATION
    path = folder / f"spec-{version}.txt"
    if not path.is_file():
        if shutil.which("npm") is None:
            raise Missing("npm, which fetches the specification, is not installed")
        _run(["npm", "pack", "--silent", f"{name}@{version}"], folder)
        with tarfile.open(folder / f"{name}-{version}.tgz") as packed:
            held = packed.extractfile("package/spec.txt")
            if held is None:
                raise Missing(f"{name} {version} has no spec.txt")
            write(path, held.read().decode("utf-8"))
    return path


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["no message"]
        raise Missing(f"{Path(command[0]).name} {' '.join(command[1:4])} … failed: {lines[-1]}")


def _worker(python: Path, *arguments: str) -> Any:
    command = [str(python), "-m", "benchmarks.parsers.worker", *arguments]
    return json.loads(subprocess.run(command, cwd=PRODUCT, check=True, stdout=subprocess.PIPE, text=True).stdout)


def _first_uses(python: Path) -> dict[str, float]:
    """Milliseconds until each contender has read its first text, in a process of its own; rounds in turn, median."""
    names = [one.name for one in (*PARSERS, *READERS)]
    found: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(_FIRST_USE_ROUNDS):
        for name in names:
            found[name].append(_worker(python, "--first", name))
    return {name: statistics.median(values) for name, values in found.items()}


def _report(found: Any, first: dict[str, float], skipped: str, options: argparse.Namespace, arguments: Sequence[str]) -> str:
    command = " ".join(["python -m benchmarks.parsers.run", *arguments])
    versions = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    rows = [
        ("Date", dt.datetime.now(dt.UTC).date().isoformat()),
        ("Machine", f"{os.cpu_count()} cores, shared, {platform.system()} on {platform.machine()}"),
        ("Versions", f"Python {platform.python_version()}, {versions}"),
        ("Rounds", f"{options.rounds}, {options.documents} documents of each of ten locales"),
        ("Command", f"`{command}`"),
    ]
    parts = ["# Markdown and front-matter parsers", "", _METHOD, *_table(("", ""), rows, "ll"), ""]
    parts += [*_markdown(found["markdown"], first), *_front_matter(found["front matter"], found["habits"], first)]
    parts += [f"Not counted: the specification's examples, since {skipped}."] if skipped else _conformance(found)
    return "\n".join(parts) + "\n"


def _markdown(times: dict[str, dict[str, list[float]]], first: dict[str, float]) -> list[str]:
    scripts = list(times[PRODUCT_PARSER])
    whole = {name: [statistics.mean(values) for values in zip(*of.values(), strict=True)] for name, of in times.items()}
    rows, against = [], []
    for name, of in times.items():
        against_base = ratios(whole[name], whole[PRODUCT_PARSER])
        rows.append([name, *(f"{statistics.median(of[script]):,.0f}" for script in scripts), f"{first[name]:.0f}"])
        against.append([name, f"{statistics.median(whole[name]):,.0f}", f"{against_base.median:.2f} ({against_base.least:.2f} to {against_base.most:.2f})"])
    return [
        "## Markdown: time", "",
        "Documents of about 830 words from the build benchmark's corpus, with tables and strikethrough. The mean of the scripts:", "",
        *_table(("", "µs per document", "times the first line"), against), "",
        "The first line also gives headings ids, notes each link through a function in Python and shows raw HTML as text; the third is"
        " comrak at the peers' work. The corpus has no raw HTML: markdown-it-py and mistune would show it as text, cmarkgfm and plain comrak"
        " leave it out, pyromark and Python-Markdown let it through.", "",
        "µs per document by script, and first use in ms:", "",
        *_table(("", *scripts, "first use"), rows), "",
    ]  # fmt: skip


def _front_matter(times: dict[str, list[float]], habits: dict[str, dict[str, str]], first: dict[str, float]) -> list[str]:
    rows, traits = [], []
    for name, values in times.items():
        against = ratios(values, times[SIMPLE_READER])
        rows.append([name, f"{statistics.median(values):,.0f}", f"{against.median:.1f} ({against.least:.1f} to {against.most:.1f})", f"{first[name]:.0f}"])
        habit = habits[name]
        traits.append([name, habit["lines"], *(f"`{habit[key]}`" if habit[key][0] in '"tf0123456789' else habit[key] for key in ("no", "twice", "012"))])
    return [
        "## Front matter", "",
        "Front matter of the corpus's posts (5 keys) and series (2 keys). All readers gave the same values, dates compared as text.", "",
        *_table(("", "µs", "times the first line", "first use in ms"), rows), "",
        "What they make of it: a line for each key, `key: no`, a key that stands twice (1, then 2), `key: 012`:", "",
        *_table(("", "line of each key", "no", "twice", "012"), traits, "lllll"), "",
    ]  # fmt: skip


def _conformance(found: Any) -> list[str]:
    total: int = found["examples"]
    rows = []
    for name, of in found["conformance"].items():
        wrong: list[int] = of["wrong"]
        shown = ", ".join(map(str, wrong[:12])) + (", …" if len(wrong) > 12 else "")
        label = "comrak" if name == PRODUCT_PARSER else name
        rows.append([label, f"{total - len(wrong)}", f"{of['exact']}", shown or "none"])
    effects = []
    for name, sections in found["options"]:
        shown = ", ".join(f"{section} {count}" for section, count in sorted(sections.items(), key=lambda one: -one[1]))
        effects.append([name, f"{sum(sections.values())}", shown or "none"])
    return [
        "## Markdown: the CommonMark specification", "",
        f"Examples of version {SPECIFICATION[1]}, {total} in all, rendered as specified: without extensions, raw HTML let through."
        " White space around blocks, `/>`, the order of attributes and entities are made equal, as the specification's own test tool does;"
        " the second number is of those equal to the byte. Python-Markdown is not meant to follow CommonMark; it runs with"
        " `fenced_code` and `sane_lists`.", "",
        *_table(("", "as specified", "to the byte", "otherwise"), rows, "lrrl"), "",
        "What our module changes on purpose: its options added one by one, and the examples that come out otherwise from then on:", "",
        *_table(("added", "examples", "by section"), effects, "lrl"),
    ]  # fmt: skip


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], align: str = "") -> list[str]:
    align = align or "l" + "r" * (len(head) - 1)
    marks = ["---" if one == "l" else "--:" for one in align]
    return [f"| {' | '.join(cells)} |" for cells in (head, marks, *rows)]


if __name__ == "__main__":
    sys.exit(main())
