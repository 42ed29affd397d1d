"""The anchor: a file outside the database that tells how far the ledger had grown, so that a cut end is found.

One line per commit, only ever added: number of the newest row, its hash, count of rows, time, and a keyed hash of the line.
"""

from __future__ import annotations

import hmac
import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy.engine import make_url

from forms_api.store.ledger import Head

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorLine:
    """One line as read. `genuine` is False where its keyed hash does not fit: somebody else wrote it."""

    number: int
    head: Head
    count: int
    at: str
    genuine: bool


class Anchor:
    """Adds lines to the file. A file that cannot be written holds up nothing: `trouble` then says why."""

    def __init__(self, file: Path, key: bytes, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.file = file
        self.trouble = ""
        self._key = key
        self._clock = clock
        self._lock = threading.Lock()

    def write(self, head: Head) -> bool:
        """Whether the head now stands in the file. Never raises. Not synced to disk: a power cut may take last lines."""
        at = self._clock().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        words = f"{head.seq} {head.link} {head.seq} {at}"
        line = f"{words} {_mac(self._key, words)}\n".encode("ascii")
        try:
            with self._lock:
                self._add(line)
        except OSError as error:
            if not self.trouble:
                log.error("ledger: the anchor file cannot be written, a cut end would not be found: %s", error.strerror)
            self.trouble = error.strerror or type(error).__name__
            return False
        self.trouble = ""
        return True

    def lines(self) -> tuple[tuple[AnchorLine, ...], int]:
        """The lines that can be read, and how many cannot, as the last one of a process that was killed."""
        try:
            with self._lock:
                text = self.file.read_text(encoding="ascii", errors="replace")
        except FileNotFoundError:
            return (), 0
        found = [_line(self._key, number, words) for number, words in enumerate(text.split("\n"), start=1) if words.strip()]
        readable = tuple(line for line in found if line is not None)
        return readable, len(found) - len(readable)

    def _add(self, line: bytes) -> None:
        # Opened each time: the file may be moved away, and each process of a forking server has its own place.
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        try:
            file = os.open(self.file, flags, 0o600)
        except FileNotFoundError:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self.file, flags, 0o600)
        try:
            written = os.write(file, line)
            if written < len(line):  # A full disk: what is torn must not swallow the next line.
                os.write(file, b"\n")
        finally:
            os.close(file)


def anchor_file(folder: Path, database_url: str) -> Path:
    """The anchor of one store: its name follows the database, so that two stores never share one.

    A SQLite file counts by its way from the folder, so that a project may be moved as a whole.
    """
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        place = os.path.relpath(str(url.database), folder)
        return folder / f"{Path(place).stem}-{_short(place)}.anchor"
    query = "&".join(f"{k}={v}" for k, v in sorted(url.query.items()))
    return folder / f"{url.database}-{_short(f'{url.host}:{url.port or 5432}/{url.database}?{query}')}.anchor"


def _short(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:10]


def _mac(key: bytes, words: str) -> str:
    return hmac.digest(key, words.encode("ascii", "replace"), "sha256").hex()


def _line(key: bytes, number: int, words: str) -> AnchorLine | None:
    said, _, mac = words.strip().rpartition(" ")
    parts = said.split(" ")
    if len(parts) != 4 or len(mac) != 64 or not (parts[0].isdecimal() and parts[2].isdecimal()):
        return None
    genuine = hmac.compare_digest(_mac(key, said).encode(), mac.encode("ascii", "replace"))
    head = Head(seq=int(parts[0]), link=parts[1])
    return AnchorLine(number=number, head=head, count=int(parts[2]), at=parts[3], genuine=genuine)
