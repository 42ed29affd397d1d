"""Our Freezer: Flask's own views called directly in one context, the work split over forked processes.

A subclass of Frozen-Flask's, which asks for each page through the test client and in one process; a test holds the bytes
of both equal.
"""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from flask import Flask
from flask_frozen import Freezer, Page

from leadcore.kept import KEPT
from leadsite.plan import Output
from leadsite.writing import Step, Written

#: Fewer pages than this are rendered by one process: forking costs more.
FEWEST_TO_SHARE = 64
#: Pages that a process takes at a time.
_CHUNK = 96
#: Kinds of outputs that each take as long as many pages.
_LONG = ("sitemap", "feed")
#: Values that a process makes before it looks for those that nobody needs any more.
_YOUNG = 30_000
#: Seconds to wait for the processes before looking whether this one's own work has failed.
_PATIENCE = 0.2
#: Pages between two words of progress.
_STEP = 32


class SiteFreezer(Freezer):  # type: ignore[misc]
    """Freezes chosen outputs of the site app, each by a step that asks its view only where it must."""

    def __init__(self, app: Flask, outputs: Sequence[Output], step: Step) -> None:
        super().__init__(app, with_static_files=False, with_no_argument_rules=False, log_url_for=False)
        self.outputs, self.step = outputs, step
        self.written: list[Written] = []

    def freeze_yield(self) -> Iterator[Page]:
        """Renders and writes each output, telling it as Frozen-Flask does; `written` holds what became of it."""
        view = self.app.view_functions["page"]

        def text_of(output: Output) -> str:
            text, _headers = view(market=output.market, path=output.path)
            return str(text)

        with self.app.test_request_context():
            for output in self.outputs:
                self.written.append(self.step(output, text_of))
                yield Page(f"/{output.market}/{output.path}", output.file)


def freeze_shared(
    make: Callable[[Sequence[Output]], SiteFreezer],
    outputs: Sequence[Output],
    jobs: int,
    progress: Callable[[int], None],
    meanwhile: Callable[[], None] = lambda: None,
) -> list[Written]:
    """What became of all outputs, by as many processes as `jobs`, while this one does what is to be done `meanwhile`.

    Raises what that raises, before all else; then what a view raises, first come first told.
    """
    if jobs < 2 or len(outputs) < FEWEST_TO_SHARE:
        meanwhile()
        freezer = make(outputs)
        for _ in freezer.freeze_yield():
            progress(1)
        return freezer.written
    chunks = _chunks(outputs)
    # Not collected before: next to nothing is garbage by now, and looking for it takes longer than both forks.
    gc.freeze()
    context = multiprocessing.get_context("fork")
    next_chunk = context.Value("i", 0)
    lines: dict[Connection, BaseProcess] = {}
    try:
        for _ in range(min(jobs, len(chunks))):
            ours, theirs = context.Pipe(duplex=False)
            process: BaseProcess = context.Process(target=_work, args=(make, chunks, next_chunk, theirs))
            process.start()
            theirs.close()
            lines[ours] = process
        with ThreadPoolExecutor(1) as aside:
            own = aside.submit(meanwhile)
            try:
                written = _received(lines, progress, own)
            finally:
                own.result()
        return written
    finally:
        for line, process in lines.items():
            process.terminate()
            process.join()
            line.close()
        gc.unfreeze()


def _received(lines: dict[Connection, BaseProcess], progress: Callable[[int], None], own: Future[None]) -> list[Written]:
    """What the processes tell until the last has ended; less where this one's `own` work has failed."""
    written: list[Written] = []
    while lines and not (own.done() and own.exception()):
        for line in wait(list(lines), _PATIENCE):
            assert isinstance(line, Connection)
            try:
                told = line.recv()
            except EOFError:
                raise RuntimeError("a process that renders pages ended early") from None
            if isinstance(told, BaseException):
                raise told
            if isinstance(told, dict):
                KEPT.take(told)
                lines.pop(line).join()
                line.close()
            elif isinstance(told, int):
                progress(told)
            else:
                written += [Written(*one) for one in told]
    return written


def _chunks(outputs: Sequence[Output]) -> list[Sequence[Output]]:
    """The outputs as processes take them: what takes longest first, then those of one series in all languages together, since
    they share what they say of each other."""
    long = [output for output in outputs if output.kind in _LONG]
    others = sorted((output for output in outputs if output.kind not in _LONG), key=lambda o: o.text.group if o.text else "")
    return [*([one] for one in long), *(others[i : i + _CHUNK] for i in range(0, len(others), _CHUNK))]


def _work(make: Callable[[Sequence[Output]], SiteFreezer], chunks: Sequence[Sequence[Output]], next_chunk: Any, line: Connection) -> None:
    # What the parent made is frozen; of a page little is left, mostly circles of the templates.
    gc.enable()
    gc.set_threshold(_YOUNG, 20, 1_000_000)
    KEPT.news()
    try:
        freezer = make(())
        while True:
            with next_chunk.get_lock():
                number = next_chunk.value
                next_chunk.value += 1
            if number >= len(chunks):
                break
            freezer.outputs, freezer.written = chunks[number], []
            for done, _ in enumerate(freezer.freeze_yield(), 1):
                if done % _STEP == 0:
                    line.send(_STEP)
            line.send(len(chunks[number]) % _STEP)
            line.send([tuple(one) for one in freezer.written])
        line.send(KEPT.news())
    except BaseException as error:
        try:
            line.send(error)
        except Exception:
            line.send(RuntimeError(f"{type(error).__name__}: {error}"))
    finally:
        line.close()
