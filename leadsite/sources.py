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

ROOMS = ("site", "content", "locales")
#: Changes when what is kept here changes its meaning.
FORMAT = 1
#: Folders inside folders; a link to a folder around it would never end.
_DEEPEST = 12
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


def state_file(root: Path, out: Path) -> Path:
    """Where the state of builds of a project into a folder is kept: in the project's `var/`, not among what is published."""
    name = hashlib.blake2b(os.fsencode(out.resolve()), digest_size=6).hexdigest()
    return root / "var" / f"build-{name}.state"


def read_state(root: Path, out: Path) -> State | None:
    """The state of the last build into a folder; None where there is none that can be trusted."""
    try:
        data = marshal.loads(state_file(root, out).read_bytes())
        if data[0] != FORMAT:
            return None
        return State(sources=data[1], outputs=data[2], facts=data[3], code=data[4], day=data[5], asked=data[6])
    except (OSError, ValueError, EOFError, TypeError, IndexError, KeyError):
        return None


def write_state(root: Path, out: Path, state: State) -> None:
    """Keeps the state. Where it cannot be kept, the next build starts from nothing, and that is all."""
    data = (FORMAT, dict(state.sources), dict(state.outputs), dict(state.facts), state.code, state.day, state.asked)
    place = state_file(root, out)
    draft = place.with_suffix(f".{os.getpid()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(marshal.dumps(data))
        draft.replace(place)
    except OSError:
        draft.unlink(missing_ok=True)


def stamps(root: Path, rooms: tuple[str, ...] = ROOMS) -> dict[str, Stamp]:
    """Every file of the rooms by its path relative to the project, with its stamp. Links are followed."""
    found: dict[str, Stamp] = {}
    for room in rooms:
        for path, entry in _walk(os.path.join(root, room), room):
            try:
                stat = entry.stat()
            except OSError:
                continue
            found[path] = (stat.st_size, stat.st_mtime_ns)
    return found


def _walk(folder: str, shown: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda e: e.name)
    except OSError:
        return
    for entry in entries:
        try:
            folder_, file = entry.is_dir(), entry.is_file()
        except OSError:  # A link that leads back to itself.
            continue
        if folder_:
            if shown.count("/") < _DEEPEST:
                yield from _walk(entry.path, f"{shown}/{entry.name}")
        elif file:
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
    """A digest of a file's content, empty where it cannot be read."""
    try:
        return hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()
    except OSError:
        return ""


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
    state = read_state(root, out)
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
    state = read_state(root, out)
    if state is None or (state.day, state.asked) != (day, asked) or not (out / "manifest.json").is_file():
        return None
    now = stamps(root)
    if now.keys() != state.sources.keys() or any(now[p] != s[0] for p, s in state.sources.items()):
        return None
    if state.code != code_digest() or not outputs_stand(out, state.outputs):
        return None
    return state
