"""One output at a time: whether the last build's file may stay, else its text, written only where its bytes differ."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Set
from pathlib import Path
from typing import NamedTuple

from leadsite.plan import Output
from leadsite.recipes import Recipes
from leadsite.sources import Stamp
from leadsite.state import Made

#: Stands as the recipe of a file whose name tells what it is made of.
_BY_NAME = b"named"


class Written(NamedTuple):
    """What became of an output. `fresh`: it stands in the staging folder; else the last build's file stays.

    `rendered`: its view was called. Digests are bytes, SHA-256 of the file; size in bytes, time in nanoseconds.
    """

    file: str
    recipe: bytes
    sha256: bytes
    size: int
    mtime_ns: int
    fresh: bool
    rendered: bool

    @property
    def stamp(self) -> Stamp:
        return self.size, self.mtime_ns


class Step:
    """Decides for each output, and writes it into the staging folder where it must."""

    def __init__(self, recipes: Recipes, staging: Path, last: Mapping[str, Made], damaged: Set[str]) -> None:
        self.recipes, self.staging, self.last, self.damaged = recipes, str(staging), last, damaged
        self._parent = ""

    def __call__(self, output: Output, text_of: Callable[[Output], str]) -> Written:
        file, recipe = output.file, self.recipes.of(output)
        last = self.last.get(file) if file not in self.damaged else None
        # Kept recipes have lost the zeros at their end.
        if last is not None and last.recipe == recipe.rstrip(b"\0"):
            return Written(file, recipe, last.sha256, *last.stamp, False, False)
        return self.write(file, recipe, text_of(output).encode(), rendered=True)

    def write_named(self, file: str, data_of: Callable[[], bytes]) -> Written:
        """A file whose name tells what it holds: the last build's stays, where there is one."""
        last = self.last.get(file) if file not in self.damaged else None
        if last is not None and last.recipe == _BY_NAME:
            return Written(file, _BY_NAME, last.sha256, *last.stamp, False, False)
        return self.write(file, _BY_NAME, data_of())

    def write(self, file: str, recipe: bytes, data: bytes, *, rendered: bool = False) -> Written:
        """The file in staging, unless the last build's holds the same bytes."""
        digest = hashlib.sha256(data).digest()
        last = self.last.get(file) if file not in self.damaged else None
        if last is not None and last.sha256 == digest:
            return Written(file, recipe, digest, *last.stamp, False, rendered)
        target = f"{self.staging}/{file}"
        parent = os.path.dirname(target)
        if parent != self._parent:
            try:
                os.mkdir(parent)
            except OSError:
                os.makedirs(parent, exist_ok=True)
            self._parent = parent
        # Unbuffered, so that the time is that of the last byte.
        with open(target, "wb", buffering=0) as out:
            rest = memoryview(data)
            while rest:
                rest = rest[out.write(rest) :]
            stat = os.fstat(out.fileno())
        return Written(file, recipe, digest, len(data), stat.st_mtime_ns, True, rendered)
