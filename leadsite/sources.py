"""The files a build is made from, and what they were when it was made. Standard library only: an unchanged build ends here.

A source is unchanged when size and time are; when only the time differs, its content decides.
"""

from __future__ import annotations

import hashlib
import marshal
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STATE = ".state"
ROOMS = ("site", "content", "locales")
#: Changes when what is kept here changes its meaning.
FORMAT = 1
_PACKAGES = ("leadcore", "leadsite")

#: Size in bytes and time of the last change in nanoseconds.
Stamp = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A finished build: its sources with stamp and digest, its outputs with recipe, digest and stamp, its code and day.

    `facts` are what the readers found in a source, by path; `asked` tells what was built: markets, in the order given.
    """

    sources: Mapping[str, tuple[Stamp, str]]
    outputs: Mapping[str, tuple[str, str, Stamp]]
    facts: Mapping[str, Any]
    code: str
    day: str
    asked: tuple[str, ...]


def read_state(out: Path) -> State | None:
    """The state of the last build in a folder; None where there is none that can be trusted."""
    try:
        data = marshal.loads((out / STATE).read_bytes())
        if data[0] != FORMAT:
            return None
        return State(sources=data[1], outputs=data[2], facts=data[3], code=data[4], day=data[5], asked=data[6])
    except (OSError, ValueError, EOFError, TypeError, IndexError, KeyError):
        return None


def write_state(folder: Path, state: State) -> None:
    """Keeps the state beside the manifest."""
    data = (FORMAT, dict(state.sources), dict(state.outputs), dict(state.facts), state.code, state.day, state.asked)
    (folder / STATE).write_bytes(marshal.dumps(data))


def stamps(root: Path, rooms: tuple[str, ...] = ROOMS) -> dict[str, Stamp]:
    """Every file of the rooms by its path relative to the project, with its stamp. Links are followed."""
    found: dict[str, Stamp] = {}
    for room in rooms:
        for path, entry in _walk(os.path.join(root, room), room):
            stat = entry.stat()
            found[path] = (stat.st_size, stat.st_mtime_ns)
    return found


def _walk(folder: str, shown: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda e: e.name)
    except OSError:
        return
    for entry in entries:
        if entry.is_dir():
            yield from _walk(entry.path, f"{shown}/{entry.name}")
        elif entry.is_file():
            yield f"{shown}/{entry.name}", entry


def code_digest() -> str:
    """A digest over size and time of every file of the packages that make pages, and the format of this module."""
    home = Path(__file__).parent.parent
    digest = hashlib.blake2b(str(FORMAT).encode(), digest_size=16)
    for package in _PACKAGES:
        for path, entry in _walk(str(home / package), package):
            if path.endswith((".py", ".toml")) and "starter_project" not in path:
                stat = entry.stat()
                digest.update(f"{path}:{stat.st_size}:{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def digest_of(path: Path) -> str:
    return hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()


def current_sources(root: Path, last: Mapping[str, tuple[Stamp, str]]) -> dict[str, tuple[Stamp, str]]:
    """Every source with stamp and digest; a file is read only where its stamp is not the last one's."""
    found = {}
    for path, stamp in stamps(root).items():
        known = last.get(path)
        found[path] = (stamp, known[1]) if known and known[0] == stamp else (stamp, digest_of(root / path))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the last build into a folder lets us skip: facts of unchanged parts, and the names of all unchanged files."""

    facts: Mapping[str, Any]
    sound: frozenset[str]


def known_from(root: Path, out: Path) -> Known:
    """What is known of the sources that are as they were at the last build, which found no problem in them."""
    state = read_state(out)
    if state is None or state.code != code_digest():
        return Known(facts={}, sound=frozenset())
    now = current_sources(root, state.sources)
    same = {p for p, (_, digest) in now.items() if p in state.sources and state.sources[p][1] == digest}
    # A file that went is a change too: its name stays among the sound ones and is missed.
    return Known(facts={p: f for p, f in state.facts.items() if p in same}, sound=frozenset(same | (state.sources.keys() - now.keys())))


def outputs_stand(out: Path, outputs: Mapping[str, tuple[str, str, Stamp]]) -> bool:
    """Whether every output is there as it was written, and nothing else stands in the markets' folders."""
    markets = tuple(sorted({name.partition("/")[0] for name in outputs}))
    there = stamps(out, markets)
    return there.keys() == outputs.keys() and all(there[name] == one[2] for name, one in outputs.items())


def is_current(root: Path, out: Path, asked: tuple[str, ...], day: str) -> State | None:
    """The state of the last build where building again would change nothing, else None."""
    state = read_state(out)
    if state is None or (state.day, state.asked) != (day, asked) or not (out / "manifest.json").is_file():
        return None
    now = stamps(root)
    if now.keys() != state.sources.keys() or any(now[p] != s[0] for p, s in state.sources.items()):
        return None
    if state.code != code_digest() or not outputs_stand(out, state.outputs):
        return None
    return state
