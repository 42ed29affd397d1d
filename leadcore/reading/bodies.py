"""The HTML of texts, kept in the project's `var/` so that it is made once: for their pages, their feeds, the next build.

Segments are only ever added to, by one process each; facts tell where in which segment a body stands, and its checksum. A body
that cannot be read back is made again from its source.
"""

from __future__ import annotations

import itertools
import os
import zlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from leadcore.rendering.markdown import Parsed

#: Segment (a path in the project), offset and length in bytes, CRC-32, content links.
Kept = tuple[str, int, int, int, tuple[str, ...]]
#: Segments that are held open for reading at a time.
_OPEN = 16


class Bodies:
    """One segment, made when the first body is kept. `keep` is the path its name begins with."""

    def __init__(self, root: Path, keep: str) -> None:
        self.root, self.keep_at = root, keep
        self.segment = ""
        self.file: BinaryIO | None = None
        self.end = 0

    def __enter__(self) -> Bodies:
        return self

    def __exit__(self, *_: object) -> None:
        if self.file is not None:
            self.file.close()

    def keep(self, parsed: Parsed) -> Kept | None:
        """Where the body now stands; None where the project's folder cannot be written."""
        return self._add(parsed.html.encode(), parsed.content_links)

    def take_over(self, kept: Kept) -> Kept | None:
        """A body of another segment; None where it cannot be read."""
        data = _bytes_of(self.root, kept)
        return None if data is None else self._add(data, kept[4])

    def _add(self, data: bytes, content_links: tuple[str, ...]) -> Kept | None:
        try:
            if self.file is None:
                self.file = self._new_segment()
            self.file.write(data)
        except OSError:
            return None
        start, self.end = self.end, self.end + len(data)
        return (self.segment, start, len(data), zlib.crc32(data), content_links)

    def _new_segment(self) -> BinaryIO:
        """A segment of a name that is free. Several processes may ask at once."""
        (self.root / self.keep_at).parent.mkdir(parents=True, exist_ok=True)
        for number in itertools.count():
            self.segment = f"{self.keep_at}-{number}.bodies"
            try:
                return (self.root / self.segment).open("xb")
            except FileExistsError:
                continue
        raise AssertionError("there is always another number")


def segments(root: Path, keep: str) -> dict[str, int]:
    """The segments of a place with their sizes in bytes."""
    folder, prefix = (root / keep).parent, os.path.basename(keep) + "-"
    try:
        entries = [e for e in os.scandir(folder) if e.name.startswith(prefix) and e.name.endswith(".bodies")]
    except OSError:
        return {}
    return {f"{os.path.dirname(keep)}/{entry.name}": entry.stat().st_size for entry in entries}


def read_body(root: Path, kept: Kept) -> Parsed | None:
    """The body as it was kept; None where its segment is gone or holds something else."""
    data = _bytes_of(root, kept)
    return None if data is None else Parsed(data.decode(), kept[4], ())


def _bytes_of(root: Path, kept: Kept) -> bytes | None:
    segment, start, length, checksum, _ = kept
    path = os.path.join(root, segment)
    for _ in range(2):
        try:
            data = os.pread(_opened(path).handle, length, start)
        except OSError:
            data = b""
        if len(data) == length and zlib.crc32(data) == checksum:
            return data
        # The file that was opened may have gone, and another have its name.
        _opened.cache_clear()
    return None


class _Opened:
    """A segment that is open for reading, until nobody needs it. Raises OSError where there is none."""

    def __init__(self, path: str) -> None:
        self.handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)

    def __del__(self) -> None:
        if hasattr(self, "handle"):
            os.close(self.handle)


_opened = lru_cache(maxsize=_OPEN)(_Opened)


def remove_segments(root: Path, keep: str, used: Iterable[str]) -> None:
    """Takes away the segments of a place that no facts name any more."""
    for name in segments(root, keep).keys() - set(used):
        (root / name).unlink(missing_ok=True)
