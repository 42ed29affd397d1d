"""The files of a project, and whether they are as they were. Standard library only: an unchanged build ends here.

A file is as it was when its size and time are; when only the time differs, its content decides.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import lru_cache
from pathlib import Path

ROOMS = ("site", "content", "locales")
#: Folders inside folders; a link to a folder around it would never end.
_DEEPEST = 12
_PACKAGES = ("leadcore", "leadsite")
_LIBRARIES = ("babel", "brotli", "comrak", "fontTools", "jinja2", "markupsafe", "phonenumbers", "uharfbuzz", "wtforms", "yaml")
#: Fewer files than this are looked at by one process.
FEWEST_TO_SHARE = 4000
#: A file system's clock ticks; what was written within a tick of being looked at may be written again unseen.
TICK_NS = 50_000_000

#: Size in bytes and time of the last change in nanoseconds; time 0 where it cannot be relied on.
Stamp = tuple[int, int]


def is_same(one: Stamp, other: Stamp) -> bool:
    """Whether two stamps tell of the same content; those without a time that can be relied on tell nothing."""
    return one == other and one[1] != 0


def stamps(root: Path, rooms: Sequence[str] = ROOMS) -> dict[str, Stamp]:
    """Every file of the rooms by its path relative to the project, with its stamp. Links are followed."""
    return look(root, rooms)[0]


def look(root: Path, rooms: Sequence[str] = ROOMS) -> tuple[dict[str, Stamp], dict[str, int]]:
    """Every file of the rooms with its stamp, and every folder with its time. Links are followed."""
    files: dict[str, Stamp] = {}
    folders: dict[str, int] = {}
    latest = time.time_ns() - TICK_NS

    def settled(mtime_ns: int) -> int:
        return mtime_ns if mtime_ns < latest else 0

    for room in rooms:
        for folder, path, stat in _walk(os.path.join(root, room), room):
            if folder:
                folders[path] = settled(stat.st_mtime_ns)
            else:
                files[path] = (stat.st_size, settled(stat.st_mtime_ns))
    return files, folders


def _walk(folder: str, shown: str) -> Iterator[tuple[bool, str, os.stat_result]]:
    """(whether it is a folder, path, stat) of a folder and all in it, in order of names."""
    try:
        yield True, shown, os.stat(folder)
        entries = sorted(os.scandir(folder), key=lambda e: e.name)
    except OSError:
        return
    for entry in entries:
        path = f"{shown}/{entry.name}"
        try:
            if entry.is_dir():
                if shown.count("/") < _DEEPEST:
                    yield from _walk(entry.path, path)
            elif entry.is_file():
                yield False, path, entry.stat()
        except OSError:  # A link that leads back to itself, or a file that went.
            continue


def settled_stamp(path: Path) -> Stamp:
    """A file's stamp as it may be kept. Raises OSError where there is none."""
    stat = os.stat(path)
    return stat.st_size, stat.st_mtime_ns if stat.st_mtime_ns < time.time_ns() - TICK_NS else 0


def differing(root: str, paths: Sequence[str], sizes: Sequence[int], times: Sequence[int]) -> Iterator[int]:
    """The numbers of the files that are not as they were, or gone, each when it is come upon."""
    stat, prefix = os.stat, root + "/"
    for number, (path, size, mtime_ns) in enumerate(zip(paths, sizes, times, strict=True)):
        try:
            now = stat(prefix + path)
        except OSError:
            yield number
            continue
        if now.st_mtime_ns != mtime_ns or now.st_size != size:
            yield number


def additions(root: str, folders: Mapping[str, int], known: Set[str]) -> tuple[tuple[str, ...], dict[str, int]]:
    """The files that are not among the `known`, and the times of the folders that are not as they were."""
    found: list[str] = []
    times: dict[str, int] = {}
    latest = time.time_ns() - TICK_NS
    for path, mtime_ns in folders.items():
        try:
            now = os.stat(f"{root}/{path}").st_mtime_ns
            if now == mtime_ns:
                continue
            times[path] = now if now < latest else 0
            for entry in os.scandir(f"{root}/{path}"):
                name = f"{path}/{entry.name}"
                if entry.is_dir() and name not in folders:
                    found += [file for folder, file, _ in _walk(entry.path, name) if not folder]
                elif entry.is_file() and name not in known:
                    found.append(name)
        except OSError:
            continue
    return tuple(found), times


@lru_cache(maxsize=1)
def code_digest() -> str:
    """A digest over size and time of every file of the packages that make pages, and over the libraries that they use."""
    home = Path(__file__).parent.parent
    digest = hashlib.blake2b(sys.version.encode(), digest_size=16)
    for name in _LIBRARIES:
        spec = importlib.util.find_spec(name)
        stat = os.stat(spec.origin) if spec is not None and spec.origin else None
        digest.update(f"{name}:{stat.st_size}:{stat.st_mtime_ns}\n".encode() if stat else name.encode())
    for package in _PACKAGES:
        for folder, path, stat in _walk(str(home / package), package):
            if not folder and path.endswith((".py", ".toml")) and "starter_project" not in path:
                digest.update(f"{path}:{stat.st_size}:{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def digest_of(path: Path | str) -> bytes:
    """A digest of a file's content, 16 bytes; empty where it cannot be read."""
    try:
        with open(path, "rb") as file:
            return digest_of_bytes(file.read())
    except OSError:
        return b""


def digest_of_bytes(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()
