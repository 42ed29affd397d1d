"""What a build was made from and what it made, kept beside the project for the next one. Standard library only.

One file of sections, each read when it is asked for, so that an unchanged build reads little: sizes and times lie in
columns of numbers, digests in one run of bytes.
"""

from __future__ import annotations

import hashlib
import marshal
import mmap
import os
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, islice
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from leadcore.kept import keep_file
from leadsite.sharing import at_once, begun
from leadsite.sources import FEWEST_TO_SHARE, Stamp, additions, differing, digest_of

#: Changes when what is kept here changes its meaning.
FORMAT = b"leadsite build 4\n"
_DIGEST, _RECIPE, _SHA = 16, 102, 32


#: What a section holds: bytes, or many of them one after the other.
Section = bytes | memoryview | list[bytes | memoryview]


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
        with path.open("rb") as file:
            # A file that another takes the place of stays as it was where it is mapped.
            whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        start = len(FORMAT) + 8
        if whole[: len(FORMAT)] != FORMAT:
            raise ValueError("another format")
        length = int.from_bytes(whole[len(FORMAT) : start], "big")
        self._index: dict[str, tuple[int, int]] = marshal.loads(whole[start : start + length])
        self._sections = whole[start + length :]
        self.code, self.day, self.asked, self.rest = self._marshalled("head")

    def _view(self, name: str) -> memoryview:
        start, length = self._index[name]
        if start + length > len(self._sections):
            raise EOFError(name)
        return self._sections[start : start + length]

    def _bytes(self, name: str) -> bytes:
        return bytes(self._view(name))

    def _marshalled(self, name: str) -> Any:
        return marshal.loads(self._view(name))

    def _numbers(self, name: str) -> array[int]:
        found = array("q")
        found.frombytes(self._view(name))
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
    def facts(self) -> KeptFacts:
        """The facts of each content file."""
        lengths = self._numbers("fact lengths")
        places = zip(accumulate(lengths, initial=0), lengths, strict=False)
        return KeptFacts(dict(zip(_lines(self._bytes("fact paths")), places, strict=True)), self._view("facts"), {})

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
    def _columns(self) -> tuple[memoryview, memoryview, array[int], array[int]]:
        return self._view("recipes"), self._view("shas"), self._numbers("output sizes"), self._numbers("output times")

    def made(self, number: int) -> Made:
        """The output of this number, as the build made it."""
        recipes, shas, sizes, times = self._columns
        recipe = bytes(recipes[number * _RECIPE : (number + 1) * _RECIPE]).rstrip(b"\0")
        return Made(recipe, bytes(shas[number * _SHA : (number + 1) * _SHA]), (sizes[number], times[number]))

    def with_edits(
        self,
        sources: Mapping[str, tuple[Stamp, bytes]],
        folders: Mapping[str, int],
        outputs: Mapping[int, Kept],
        facts: Mapping[str, bytes],
        manifest_stamp: Stamp,
    ) -> dict[str, Section]:
        """The sections of this state with what an edit changed: sources and facts by path, outputs by number."""
        recipes, shas = (bytearray(column) for column in self._columns[:2])
        output_sizes, output_times = self._columns[2], self._columns[3]
        for n, one in outputs.items():
            recipes[n * _RECIPE : (n + 1) * _RECIPE] = one.recipe.ljust(_RECIPE, b"\0")
            shas[n * _SHA : (n + 1) * _SHA] = one.sha256
            output_sizes[n], output_times[n] = one.stamp
        sizes, times = self._numbers("source sizes"), self._numbers("source times")
        digests = bytearray(self._view("source digests"))
        numbers = {path: n for n, path in enumerate(self.source_paths) if path in sources}
        for path, (stamp, digest) in sources.items():
            n = numbers[path]
            sizes[n], times[n] = stamp
            digests[n * _DIGEST : (n + 1) * _DIGEST] = digest
        lengths, pieces = self._spliced(facts)
        same: dict[str, Section] = {name: self._view(name) for name in self._index}
        return same | {
            "source sizes": sizes.tobytes(),
            "source times": times.tobytes(),
            "source digests": bytes(digests),
            "folders": marshal.dumps(self.folders | dict(folders)),
            "output sizes": output_sizes.tobytes(),
            "output times": output_times.tobytes(),
            "recipes": bytes(recipes),
            "shas": bytes(shas),
            "manifest stamp": marshal.dumps(manifest_stamp),
            "fact lengths": lengths.tobytes(),
            "facts": pieces,
        }

    def _spliced(self, facts: Mapping[str, bytes]) -> tuple[array[int], list[bytes | memoryview]]:
        """The lengths of all facts and their bytes, these facts in the places of the kept ones."""
        lengths, whole = self._numbers("fact lengths"), self._view("facts")
        pieces: list[bytes | memoryview] = []
        done = start = 0
        for number, path in enumerate(self.facts):
            length = lengths[number]
            if path in facts:
                pieces += (whole[done:start], facts[path])
                done, lengths[number] = start + length, len(facts[path])
            start += length
        return lengths, [*pieces, whole[done:]]

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

    def changes(self, root: Path, out: Path, ahead: Callable[[], object] = lambda: None) -> Changes:
        """What is not as it was. Where there are many outputs, another process looks at them; `ahead` is called as soon as a
        source differs, while others look on."""
        paths, folders = self.source_paths, self.folders
        begin = begun if len(self.output_files) >= FEWEST_TO_SHARE else at_once
        damaged = begin(lambda: self._damaged(out))
        look = differing(str(root), paths, self._numbers("source sizes"), self._numbers("source times"))
        suspects = list(islice(look, 1))
        if suspects:
            others = begin(lambda: list(look))
            ahead()
            suspects += others()
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
            changed=tuple(changed), added=added, removed=tuple(removed), damaged=self._named(damaged()), folders=new_times
        )

    def damaged(self, out: Path) -> tuple[str, ...]:
        """The files that the build made and that are not as it made them, or gone."""
        return self._named(self._damaged(out))

    def _damaged(self, out: Path) -> list[int]:
        return list(differing(str(out), self.output_files, self._numbers("output sizes"), self._numbers("output times")))

    def _named(self, numbers: Sequence[int]) -> tuple[str, ...]:
        return tuple(self.output_files[number] for number in numbers)


class KeptFacts(Mapping[str, bytes]):
    """Facts that lie one after the other, each taken out when it is asked for; some of them may be newer."""

    def __init__(self, places: Mapping[str, tuple[int, int]], whole: memoryview, newer: Mapping[str, bytes]) -> None:
        self._places, self._whole, self._newer = places, whole, newer

    def __getitem__(self, path: str) -> bytes:
        if path in self._newer:
            return self._newer[path]
        start, length = self._places[path]
        return bytes(self._whole[start : start + length])

    def __or__(self, newer: Mapping[str, bytes]) -> KeptFacts:
        """These facts with newer ones of the same files."""
        return KeptFacts(self._places, self._whole, {**self._newer, **newer})

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


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
        "fact paths": os.fsencode("\0".join(done.facts)),
        "fact lengths": array("q", map(len, done.facts.values())).tobytes(),
        "facts": list(done.facts.values()),
        "rows": done.rows,
        "manifest stamp": marshal.dumps(done.manifest_stamp),
        "manifest places": array("q", done.manifest_places).tobytes(),
    }


def write_state(root: Path, out: Path, sections: Mapping[str, Section]) -> None:
    """Keeps the state. Where it cannot be kept, the next build starts from nothing, and that is all."""
    index: dict[str, tuple[int, int]] = {}
    pieces: list[bytes | memoryview] = []
    at = 0
    for name, data in sections.items():
        parts = data if isinstance(data, list) else [data]
        length = sum(map(len, parts))
        index[name] = (at, length)
        at += length
        pieces += parts
    head = marshal.dumps(index)
    keep_file(state_file(root, out), FORMAT + len(head).to_bytes(8, "big") + head, *pieces)
