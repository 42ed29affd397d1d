"""Files that are drawn or encoded: made once, by several processes, and kept in the project's `var/` under their names.

A name tells what the file is made of, so that a file that is there need not be made again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from leadcore.kept import keep_file
from leadsite.sharing import shared

FOLDER = "var/images"


class Picture(NamedTuple):
    """A file to be published: its name, and what gives its bytes. `cost` tells how long that takes beside others."""

    name: str
    make: Callable[[], bytes]
    cost: int = 1


def make_pictures(root: Path, pictures: Iterable[Picture], jobs: int) -> int:
    """Makes those that are not kept yet, by as many processes as `jobs`; gives their number."""
    missing = {one.name: one for one in pictures if not os.path.exists(root / FOLDER / one.name)}
    slow_first = sorted(missing.values(), key=lambda one: (-one.cost, one.name))
    shared([partial(_keep, root, one) for one in slow_first], jobs)
    return len(missing)


def _keep(root: Path, picture: Picture) -> None:
    """Makes a picture; its bytes are not sent to the process that asked."""
    _make(root, picture)


def picture_bytes(root: Path, picture: Picture) -> bytes:
    """The bytes of a picture, as they are kept; made where they are not."""
    try:
        return (root / FOLDER / picture.name).read_bytes()
    except OSError:
        return _make(root, picture)


def _make(root: Path, picture: Picture) -> bytes:
    """Makes a picture and keeps it. Where it cannot be kept, it is made again the next time, and that is all."""
    data = picture.make()
    keep_file(root / FOLDER / picture.name, data)
    return data


def remove_pictures(root: Path, used: Collection[str]) -> None:
    """Takes away those that are kept and not used any more."""
    try:
        names = os.listdir(root / FOLDER)
    except OSError:
        return
    for name in names:
        if name not in used:
            (root / FOLDER / name).unlink(missing_ok=True)
