"""What a build was made from and what it made, kept beside the project for the next one. Standard library only.

One file of sections, each read when it is asked for, so that an unchanged build reads little: sizes and times lie in
columns of numbers, digests in one run of bytes.
"""

from __future__ import annotations

import hashlib
import marshal
import os
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from leadsite.sources import FEWEST_TO_SHARE, Stamp, differing, differing_folders, digest_of, look

#: Changes when what is kept here changes its meaning.
FORMAT = b"leadsite build 2\n"
_DIGEST, _RECIPE, _SHA = 16, 12, 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A file as a build made it: what of (12 bytes, empty for assets), the SHA-256 of its bytes, and its stamp."""

    recipe: bytes
    sha256: bytes
    stamp: Stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is not as it was at the last build: sources by path, and the files it made."""

    changed: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    damaged: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.changed or self.added or self.removed or self.damaged)


class State:
    """A finished build, read from its file section by section."""

    def __init__(self, path: Path) -> None:
        """Raises OSError, ValueError, EOFError or TypeError for a file that is none."""
        self._handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        head = os.pread(self._handle, len(FORMAT) + 8, 0)
        if head[: len(FORMAT)] != FORMAT:
            raise ValueError("another format")
        start = len(FORMAT) + 8
        length = int.from_bytes(head[len(FORMAT) :], "big")
        self._index: dict[str, tuple[int, int]] = marshal.loads(os.pread(self._handle, length, start))
        self._start = start + length
        self.code, self.day, self.asked, self.rest = self._marshalled("head")

    def __del__(self) -> None:
        if hasattr(self, "_handle"):
            os.close(self._handle)

    def _bytes(self, name: str) -> bytes:
        start, length = self._index[name]
        parts = []
        while length > 0:
            part = os.pread(self._handle, length, self._start + start)
            if not part:
                raise EOFError(name)
            parts.append(part)
            start, length = start + len(part), length - len(part)
        return b"".join(parts)

    def _marshalled(self, name: str) -> Any:
        return marshal.loads(self._bytes(name))

    def _numbers(self, name: str) -> array[int]:
        found = array("q")
        found.frombytes(self._bytes(name))
        return found

    @cached_property
    def source_paths(self) -> list[str]:
        return _lines(self._bytes("source paths"))

    @cached_property
    def output_files(self) -> list[str]:
        return _lines(self._bytes("output files"))

    @property
    def pages(self) -> int:
        """How many of the outputs are the plan's; the others are assets."""
        return int(self.rest["pages"])

    @property
    def markets(self) -> tuple[str, ...]:
        """The markets that the build made."""
        return tuple(self.rest["markets"])

    @cached_property
    def facts(self) -> dict[str, bytes]:
        """The facts of each content file."""
        found: dict[str, bytes] = self._marshalled("facts")
        return found

    @cached_property
    def sources(self) -> dict[str, tuple[Stamp, bytes]]:
        """Every source with its stamp and the digest of its content."""
        digests = self._bytes("source digests")
        sizes, times = self._numbers("source sizes"), self._numbers("source times")
        cut = range(0, len(digests), _DIGEST)
        return {
            path: ((size, mtime), digests[at : at + _DIGEST])
            for path, size, mtime, at in zip(self.source_paths, sizes, times, cut, strict=True)
        }

    @cached_property
    def outputs(self) -> dict[str, Made]:
        """Every file that the build made, in the order of the plan, its assets last."""
        recipes, shas = self._bytes("recipes"), self._bytes("shas")
        sizes, times = self._numbers("output sizes"), self._numbers("output times")
        found = {}
        for n, (file, size, mtime) in enumerate(zip(self.output_files, sizes, times, strict=True)):
            recipe = recipes[n * _RECIPE : (n + 1) * _RECIPE]
            found[file] = Made(
                recipe=recipe if any(recipe) else b"", sha256=shas[n * _SHA : (n + 1) * _SHA], stamp=(size, mtime)
            )
        return found

    @cached_property
    def rows(self) -> list[tuple[Any, ...]]:
        """The plan's outputs as plain tuples."""
        found: list[tuple[Any, ...]] = self._marshalled("rows")
        return found

    @cached_property
    def folders(self) -> dict[str, int]:
        """The folders of the sources with their times."""
        found: dict[str, int] = self._marshalled("folders")
        return found

    @cached_property
    def manifest(self) -> tuple[Stamp, array[int]]:
        """The manifest's stamp, and for each output of the plan where in it its SHA-256 stands, in bytes."""
        stamp: Stamp = self._marshalled("manifest stamp")
        return stamp, self._numbers("manifest places")

    def changes(self, root: Path, out: Path) -> Changes:
        """What is not as it was. The outputs are looked at by a process of their own where there are many."""
        files = self.output_files
        look_at = (str(out), files, self._numbers("output sizes"), self._numbers("output times"))
        ask = _in_background(*look_at) if len(files) >= FEWEST_TO_SHARE else lambda: differing(*look_at)
        paths = self.source_paths
        folders = self.folders
        suspects = differing(str(root), paths, self._numbers("source sizes"), self._numbers("source times"))
        changed, removed = [], []
        for number in suspects:
            path = paths[number]
            now = digest_of(root / path)
            if not now:
                removed.append(path)
            elif now != self.sources[path][1]:
                changed.append(path)
        added: list[str] = []
        if differing_folders(str(root), folders):
            known = set(paths)
            added = [path for path in look(root)[0] if path not in known]
        damaged = tuple(files[number] for number in ask())
        return Changes(changed=tuple(changed), added=tuple(added), removed=tuple(removed), damaged=damaged)


def _in_background(root: str, paths: Sequence[str], sizes: Sequence[int], times: Sequence[int]) -> Any:
    """`differing` in a forked process; what is returned waits for its answer."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        code = 1
        try:
            with os.fdopen(writer, "wb") as file:
                file.write(marshal.dumps(differing(root, paths, sizes, times)))
            code = 0
        finally:
            os._exit(code)
    os.close(writer)

    def answer() -> list[int]:
        with os.fdopen(reader, "rb") as file:
            data = file.read()
        if os.waitpid(child, 0)[1]:
            return differing(root, paths, sizes, times)
        found: list[int] = marshal.loads(data)
        return found

    return answer


def _lines(data: bytes) -> list[str]:
    return os.fsdecode(data).split("\0") if data else []


def state_file(root: Path, out: Path) -> Path:
    """Where the state of builds of a project into a folder is kept: in the project's `var/`, not among what is published."""
    return root / f"{kept_at(root, out)}.state"


def kept_at(root: Path, out: Path) -> str:
    """The path in the project that the names of all that is kept of builds into a folder begin with."""
    return f"var/build-{hashlib.blake2b(os.fsencode(out.resolve()), digest_size=6).hexdigest()}"


def read_state(root: Path, out: Path) -> State | None:
    """The state of the last build into a folder; None where there is none that can be trusted."""
    try:
        return State(state_file(root, out))
    except (OSError, ValueError, EOFError, TypeError, KeyError):
        return None


@dataclass(frozen=True, kw_only=True)
class Finished:
    """What a build leaves for the next one. `rest` are further things to remember, of types that marshal knows."""

    code: str
    day: str
    asked: tuple[str, ...]
    sources: Mapping[str, tuple[Stamp, bytes]]
    folders: Mapping[str, int]
    outputs: Mapping[str, Made]
    facts: Mapping[str, bytes]
    rows: Sequence[tuple[Any, ...]]
    manifest_stamp: Stamp
    manifest_places: Sequence[int]
    rest: Mapping[str, Any] = field(default_factory=dict)


def write_state(root: Path, out: Path, done: Finished) -> None:
    """Keeps the state. Where it cannot be kept, the next build starts from nothing, and that is all."""
    made = done.outputs.values()
    sections = {
        "head": marshal.dumps((done.code, done.day, done.asked, dict(done.rest))),
        "source paths": os.fsencode("\0".join(done.sources)),
        "source sizes": array("q", (stamp[0] for stamp, _ in done.sources.values())).tobytes(),
        "source times": array("q", (stamp[1] for stamp, _ in done.sources.values())).tobytes(),
        "source digests": b"".join(digest.ljust(_DIGEST, b"\0") for _, digest in done.sources.values()),
        "folders": marshal.dumps(dict(done.folders)),
        "output files": os.fsencode("\0".join(done.outputs)),
        "output sizes": array("q", (one.stamp[0] for one in made)).tobytes(),
        "output times": array("q", (one.stamp[1] for one in made)).tobytes(),
        "recipes": b"".join(one.recipe.ljust(_RECIPE, b"\0") for one in made),
        "shas": b"".join(one.sha256 for one in made),
        "facts": marshal.dumps(dict(done.facts)),
        "rows": marshal.dumps([tuple(row) for row in done.rows]),
        "manifest stamp": marshal.dumps(done.manifest_stamp),
        "manifest places": array("q", done.manifest_places).tobytes(),
    }
    index, at = {}, 0
    for name, data in sections.items():
        index[name] = (at, len(data))
        at += len(data)
    head = marshal.dumps(index)
    place = state_file(root, out)
    draft = place.with_suffix(f".{os.getpid()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            file.write(FORMAT + len(head).to_bytes(8, "big") + head)
            for data in sections.values():
                file.write(data)
        draft.replace(place)
    except OSError:
        draft.unlink(missing_ok=True)
