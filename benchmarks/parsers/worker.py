"""What runs in the benchmark's own environment: `python -m benchmarks.parsers.worker`. Prints its findings as JSON.

Times are of CPU, so that other work on the machine weighs little; contenders take turns within each round.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks.build.corpus import LOCALES, make_post, make_series, yaml_post, yaml_series
from benchmarks.parsers.contenders import PARSERS, READERS, Read, Reader, comrak_render, product_render
from benchmarks.parsers.specification import Example, examples, normalised

#: Locales of the corpus by the script they are written in.
SCRIPTS = {"Latin": ("en", "de", "fr", "es", "uz"), "Arabic": ("ar",), "Bengali": ("bn",), "Devanagari": ("hi", "mr"), "Gujarati": ("gu",)}
_SHORT = "# A title\n\nSome *words*.\n"
_PROBE = 'title: "A title"\nauthor: Karvan\n\ndate: 2026-01-02\n'


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.parsers.worker", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--documents", type=int, default=4, help="of each locale")
    parser.add_argument("--specification", type=Path, help="the spec.txt")
    parser.add_argument("--first", help="only the time until this contender has read its first text")
    options = parser.parse_args(argv)
    if options.first:
        found: Any = first_use(options.first)
    else:
        found = {
            "markdown": time_parsers(options.documents, options.rounds),
            "front matter": time_readers(options.documents, options.rounds),
            "habits": {reader.name: habits(reader) for reader in READERS},
            "versions": {one.package: metadata.version(one.package) for one in (*PARSERS, *READERS) if one.package},
        }
        if options.specification:
            known = examples(options.specification.read_text(encoding="utf-8"))
            found |= {"examples": len(known), "conformance": conformance(known), "options": effect_of_options(known)}
    json.dump(found, sys.stdout, ensure_ascii=False)
    return 0


def first_use(name: str) -> float:
    """Milliseconds of CPU to import a contender, set it up and read a first short text."""
    parsers, readers = {one.name: one for one in PARSERS}, {one.name: one for one in READERS}
    started = time.process_time()
    if name in parsers:
        parsers[name].make()(_SHORT)
    else:
        readers[name].make()('title = "A title"\n' if readers[name].toml else 'title: "A title"\n')
    return (time.process_time() - started) * 1000


def time_parsers(documents: int, rounds: int) -> dict[str, dict[str, list[float]]]:
    """By parser and script, µs per document in each round."""
    texts = {script: [make_post(locale, n).body for locale in locales for n in range(documents)] for script, locales in SCRIPTS.items()}
    assert {locale for locales in SCRIPTS.values() for locale in locales} == set(LOCALES)
    renders = {parser.name: parser.make() for parser in PARSERS}
    for render in renders.values():
        _time(render, texts["Latin"][:2])
    found: dict[str, dict[str, list[float]]] = {name: {script: [] for script in texts} for name in renders}
    for number in range(rounds):
        for script, of_script in texts.items():
            for name in _turn(list(renders), number):
                found[name][script].append(_time(renders[name], of_script))
    return found


def time_readers(documents: int, rounds: int) -> dict[str, list[float]]:
    """By reader, µs per front matter in each round, of posts and series of all locales. All must read the same values."""
    yaml = [source for locale in LOCALES for n in range(documents) for source in _sources(locale, n)]
    reads = {reader.name: reader.make() for reader in READERS}
    wanted = [_values(reads[READERS[0].name](source)) for source in yaml]
    toml = [_toml(values) for values in wanted]
    sources = {reader.name: toml if reader.toml else yaml for reader in READERS}
    for name, read in reads.items():
        for source, values in zip(sources[name], wanted, strict=True):
            assert _values(read(source)) == values, f"{name} reads other values: {source}"
    found: dict[str, list[float]] = {name: [] for name in reads}
    for number in range(rounds):
        for name in _turn(list(reads), number):
            found[name].append(_time(reads[name], sources[name]))
    return found


def habits(reader: Reader) -> dict[str, str]:
    """What a reader makes of a line's number, of `no`, of a key that stands twice, of `012`."""
    equals = " = " if reader.toml else ": "
    read = reader.make()
    return {
        "lines": "yes" if reader.make_lines and reader.make_lines()(_PROBE) == {"title": 1, "author": 2, "date": 4} else "no",
        "no": _try(read, f"key{equals}no\n"),
        "twice": _try(read, f"key{equals}1\nkey{equals}2\n"),
        "012": _try(read, f"key{equals}012\n"),
    }


def conformance(known: Sequence[Example]) -> dict[str, dict[str, Any]]:
    """By parser, the numbers of the examples rendered otherwise than specified, and how many are right to the byte."""
    found: dict[str, dict[str, Any]] = {}
    for parser in PARSERS:
        if parser.make_plain is not None:
            render = parser.make_plain()
            found[parser.name] = {"wrong": _wrong(render, known), "exact": sum(_exact(render, one) for one in known)}
    return found


def effect_of_options(known: Sequence[Example]) -> list[tuple[str, dict[str, int]]]:
    """How many examples by section come out otherwise as our options are added one by one, the whole module last."""
    steps = (
        ("tables and strikethrough", comrak_render(tables=True, unsafe=True)),
        ("raw HTML shown as text", comrak_render(tables=True, unsafe=True, escape=True)),
        ("addresses that run code emptied", comrak_render(tables=True, escape=True)),
        ("ids of headings and the box around tables (`markdown_to_html`)", product_render()),
    )
    sections = {one.number: one.section for one in known}
    found: list[tuple[str, dict[str, int]]] = []
    before: set[int] = set()
    for name, render in steps:
        wrong = set(_wrong(render, known))
        counts: dict[str, int] = {}
        for number in sorted(wrong - before):
            counts[sections[number]] = counts.get(sections[number], 0) + 1
        found.append((name, counts))
        before |= wrong
    return found


def _wrong(render: Callable[[str], str], known: Sequence[Example]) -> list[int]:
    return [one.number for one in known if normalised(_safely(render, one)) != normalised(one.html)]


def _exact(render: Callable[[str], str], example: Example) -> bool:
    return _safely(render, example) == example.html


def _safely(render: Callable[[str], str], example: Example) -> str:
    """The HTML of an example; a parser that fails has rendered it otherwise."""
    try:
        return render(example.markdown)
    except Exception as error:
        return f"failed: {error!r}"


def _time(work: Callable[[str], Any], texts: Sequence[str]) -> float:
    started = time.process_time()
    for text in texts:
        work(text)
    return (time.process_time() - started) * 1e6 / len(texts)


def _turn(names: list[str], number: int) -> list[str]:
    """The names in an order that starts elsewhere in each round."""
    start = number % len(names)
    return names[start:] + names[:start]


def _sources(locale: str, number: int) -> tuple[str, str]:
    def front(text: str) -> str:
        return text.split("---\n")[1]

    return front(yaml_post(make_post(locale, number))), front(yaml_series(make_series(locale, number)))


def _values(found: Mapping[str, Any]) -> dict[str, Any]:
    """Values to compare: dates as text, as a reader without dates gives them."""

    def plain(value: Any) -> Any:
        if isinstance(value, dt.date):
            return value.isoformat()
        return [plain(one) for one in value] if isinstance(value, list) else value

    return {key: plain(value) for key, value in found.items()}


def _toml(values: Mapping[str, Any]) -> str:
    """The same front matter in TOML, its date bare."""
    return "".join(f"{key} = {value if key == 'date' else json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())


def _try(read: Read, source: str) -> str:
    try:
        return json.dumps(read(source)["key"])
    except LookupError as reason:
        return str(reason)
    except Exception:
        return "an error"


if __name__ == "__main__":
    sys.exit(main())
