"""Our Freezer: Flask's own views called directly in one context, the work split over forked processes.

A subclass of Frozen-Flask's, which asks for each page through the test client and in one process; a test holds the bytes
of both equal.
"""

from __future__ import annotations

import gc
import hashlib
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask
from flask_frozen import Freezer, Page

from leadsite.plan import Output

#: Fewer pages than this are rendered by one process: forking costs more.
FEWEST_TO_SHARE = 64
#: Pages between two words of progress.
_STEP = 32


class Written(NamedTuple):
    """A file as it was written: digest (SHA-256 in hex), size in bytes, time in nanoseconds; `same` as the last build's."""

    file: str
    sha256: str
    size: int
    mtime_ns: int
    same: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Last:
    """The last build's folder and the digest of each of its files, to compare with before writing."""

    folder: Path
    digests: dict[str, str]


class SiteFreezer(Freezer):  # type: ignore[misc]
    """Freezes chosen outputs of the site app into a folder."""

    def __init__(self, app: Flask, outputs: Sequence[Output], folder: Path, last: Last) -> None:
        super().__init__(app, with_static_files=False, with_no_argument_rules=False, log_url_for=False)
        self.outputs, self.folder, self.last = tuple(outputs), folder, last
        self.written: list[Written] = []
        self._made: set[str] = set()

    def freeze_yield(self) -> Iterator[Page]:
        """Renders and writes each output, telling it as Frozen-Flask does; `written` holds what became of it."""
        view = self.app.view_functions["page"]
        with self.app.test_request_context():
            for output in self.outputs:
                body = view(market=output.market, path=output.path).get_data()
                self.written.append(self._write(output.file, body))
                yield Page(f"/{output.market}/{output.path}", output.file)

    def _write(self, file: str, body: bytes) -> Written:
        """Writes a file, or links the last build's where it holds the same bytes."""
        digest = hashlib.sha256(body).hexdigest()
        target = os.path.join(self.folder, file)
        parent = os.path.dirname(target)
        if parent not in self._made:
            os.makedirs(parent, exist_ok=True)
            self._made.add(parent)
        same = self.last.digests.get(file) == digest
        if not (same and _linked(os.path.join(self.last.folder, file), target)):
            with open(target, "wb") as out:
                out.write(body)
        stat = os.stat(target)
        return Written(file, digest, stat.st_size, stat.st_mtime_ns, same)


def _linked(source: str, target: str) -> bool:
    try:
        os.link(source, target)
    except OSError:
        return False
    return True


def freeze_shared(
    make: Callable[[Sequence[Output]], SiteFreezer], outputs: Sequence[Output], jobs: int, progress: Callable[[int], None]
) -> list[Written]:
    """What was written of all outputs, by as many processes as `jobs`. Raises what a view raises, first come first told."""
    if jobs < 2 or len(outputs) < FEWEST_TO_SHARE:
        freezer = make(outputs)
        for _ in freezer.freeze_yield():
            progress(1)
        return freezer.written
    shares = [outputs[i::jobs] for i in range(jobs)]
    gc.collect()
    gc.freeze()
    context = multiprocessing.get_context("fork")
    lines: dict[Connection, Any] = {}
    written: list[Written] = []
    try:
        for share in shares:
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(target=_work, args=(make, share, theirs))
            process.start()
            theirs.close()
            lines[ours] = process
        while lines:
            for line in wait(list(lines)):
                assert isinstance(line, Connection)
                try:
                    told = line.recv()
                except EOFError:
                    raise RuntimeError("a process that renders pages ended early") from None
                if isinstance(told, int):
                    progress(told)
                elif isinstance(told, BaseException):
                    raise told
                else:
                    written += told
                    lines.pop(line).join()
                    line.close()
    finally:
        for line, process in lines.items():
            process.terminate()
            process.join()
            line.close()
        gc.unfreeze()
    return written


def _work(make: Callable[[Sequence[Output]], SiteFreezer], share: Sequence[Output], line: Connection) -> None:
    gc.disable()
    try:
        freezer = make(share)
        for done, _ in enumerate(freezer.freeze_yield(), 1):
            if done % _STEP == 0:
                line.send(_STEP)
        line.send(len(share) % _STEP)
        line.send(freezer.written)
    except BaseException as error:
        try:
            line.send(error)
        except Exception:
            line.send(RuntimeError(f"{type(error).__name__}: {error}"))
    finally:
        line.close()
