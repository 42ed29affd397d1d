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
from functools import cached_property, partial
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from leadsite.sharing import shared
from leadsite.sources import FEWEST_TO_SHARE, Stamp, additions, differing, digest_of

#: Changes when what is kept here changes its meaning.
FORMAT = b"leadsite build 4\n"
_DIGEST, _RECIPE, _SHA = 16, 102, 32


#: What a section holds: bytes, or many of them one after the other.
Section = bytes | list[bytes]


class Made(NamedTuple):
    """A file as a build made it: what of (102 bytes at most, none for assets), the SHA-256 of its bytes, and its stamp."""

    recipe: bytes
    sha256: bytes
    stamp: Stamp


class Kept(Protocol):
    """What is kept of a file, however it is held: see `Made`."""

    @property
    def recipe(self) -> bytes: ...
    @property
    def sha256(self) -> bytes: ...
    @property
    def stamp(self) -> Stamp: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is not as it was at the last build: sources by path, and the files it made."""

    changed: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    damaged: tuple[str, ...]
    folders: Mapping[str, int]
    """The times of the folders in which files were added, taken away or replaced."""

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
        data, found, at = self._bytes("facts"), {}, 0
        for path, length in zip(_lines(self._bytes("fact paths")), self._numbers("fact lengths"), strict=True):
            found[path] = data[at : at + length]
            at += length
        return found

    @cached_property
    def digests(self) -> dict[str, bytes]:
        """The digest of every source's content."""
        data = self._bytes("source digests")
        return {path: data[n * _DIGEST : (n + 1) * _DIGEST] for n, path in enumerate(self.source_paths)}

    @cached_property
    def sources(self) -> dict[str, tuple[Stamp, bytes]]:
        """Every source with its stamp and the digest of its content."""
        sizes, times = self._numbers("source sizes"), self._numbers("source times")
        stamped = zip(self.digests.items(), sizes, times, strict=True)
        return {path: ((size, mtime), digest) for (path, digest), size, mtime in stamped}

    @cached_property
    def outputs(self) -> dict[str, Made]:
        """Every file that the build made, in the order of the plan, its assets last."""
        return {file: self.made(number) for number, file in enumerate(self.output_files)}

    @cached_property
    def _columns(self) -> tuple[bytes, bytes, array[int], array[int]]:
        return self._bytes("recipes"), self._bytes("shas"), self._numbers("output sizes"), self._numbers("output times")

    def made(self, number: int) -> Made:
        """The output of this number, as the build made it."""
        recipes, shas, sizes, times = self._columns
        recipe = recipes[number * _RECIPE : (number + 1) * _RECIPE].rstrip(b"\0")
        return Made(recipe, shas[number * _SHA : (number + 1) * _SHA], (sizes[number], times[number]))

    def with_edits(
        self,
        sources: Mapping[str, tuple[Stamp, bytes]],
        folders: Mapping[str, int],
        outputs: Mapping[int, Kept],
        facts: Mapping[str, bytes],
        manifest_stamp: Stamp,
        rest: Mapping[str, Any],
    ) -> dict[str, Section]:
        """The sections of this state with what an edit changed: sources by path, outputs by number."""
        recipes, shas = (bytearray(column) for column in self._columns[:2])
        output_sizes, output_times = self._columns[2], self._columns[3]
        for n, one in outputs.items():
            recipes[n * _RECIPE : (n + 1) * _RECIPE] = one.recipe.ljust(_RECIPE, b"\0")
            shas[n * _SHA : (n + 1) * _SHA] = one.sha256
            output_sizes[n], output_times[n] = one.stamp
        sizes, times = self._numbers("source sizes"), self._numbers("source times")
        digests = bytearray(self._bytes("source digests"))
        numbers = {path: n for n, path in enumerate(self.source_paths) if path in sources}
        for path, (stamp, digest) in sources.items():
            n = numbers[path]
            sizes[n], times[n] = stamp
            digests[n * _DIGEST : (n + 1) * _DIGEST] = digest
        same = ("source paths", "output files", "rows", "manifest places")
        kept: dict[str, Section] = {name: self._bytes(name) for name in same}
        return kept | {
            "head": marshal.dumps((self.code, self.day, self.asked, dict(rest))),
            "source sizes": sizes.tobytes(),
            "source times": times.tobytes(),
            "source digests": bytes(digests),
            "folders": marshal.dumps(self.folders | dict(folders)),
            "output sizes": output_sizes.tobytes(),
            "output times": output_times.tobytes(),
            "recipes": bytes(recipes),
            "shas": bytes(shas),
            "manifest stamp": marshal.dumps(manifest_stamp),
            **_facts_sections(facts),
        }

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
        paths, folders = self.source_paths, self.folders
        look = partial(differing, str(root), paths, self._numbers("source sizes"), self._numbers("source times"))
        jobs = 2 if len(self.output_files) >= FEWEST_TO_SHARE else 1
        suspects, damaged = shared((look, partial(self._damaged, out)), jobs)
        changed, removed = [], []
        for number in suspects:
            path = paths[number]
            now = digest_of(root / path)
            if not now:
                removed.append(path)
            elif now != self.digests[path]:
                changed.append(path)
        added, new_times = additions(str(root), folders, set(paths)) if folders else ((), {})
        return Changes(
            changed=tuple(changed), added=added, removed=tuple(removed), damaged=self._named(damaged), folders=new_times
        )

    def damaged(self, out: Path) -> tuple[str, ...]:
        """The files that the build made and that are not as it made them, or gone."""
        return self._named(self._damaged(out))

    def _damaged(self, out: Path) -> list[int]:
        return differing(str(out), self.output_files, self._numbers("output sizes"), self._numbers("output times"))

    def _named(self, numbers: Sequence[int]) -> tuple[str, ...]:
        return tuple(self.output_files[number] for number in numbers)


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
    outputs: Mapping[str, Kept]
    facts: Mapping[str, bytes]
    rows: bytes
    manifest_stamp: Stamp
    manifest_places: Sequence[int]
    rest: Mapping[str, Any] = field(default_factory=dict)


def sections_of(done: Finished) -> dict[str, Section]:
    """The sections of a finished build's state."""
    made = done.outputs.values()
    return {
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
        **_facts_sections(done.facts),
        "rows": done.rows,
        "manifest stamp": marshal.dumps(done.manifest_stamp),
        "manifest places": array("q", done.manifest_places).tobytes(),
    }


def _facts_sections(facts: Mapping[str, bytes]) -> dict[str, Section]:
    return {
        "fact paths": os.fsencode("\0".join(facts)),
        "fact lengths": array("q", map(len, facts.values())).tobytes(),
        "facts": list(facts.values()),
    }


def write_state(root: Path, out: Path, sections: Mapping[str, Section]) -> None:
    """Keeps the state. Where it cannot be kept, the next build starts from nothing, and that is all."""
    index, at = {}, 0
    for name, data in sections.items():
        length = len(data) if isinstance(data, bytes) else sum(map(len, data))
        index[name] = (at, length)
        at += length
    head = marshal.dumps(index)
    place = state_file(root, out)
    draft = place.with_suffix(f".{os.getpid()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            file.write(FORMAT + len(head).to_bytes(8, "big") + head)
            for data in sections.values():
                if isinstance(data, bytes):
                    file.write(data)
                else:
                    file.writelines(data)
        draft.replace(place)
    except OSError:
        draft.unlink(missing_ok=True)
