"""Writes that share a commit. On SQLite one thread per process writes what concurrent requests bring together.

Each job succeeds or fails by itself; its caller hears of success only after the commit that holds it.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from sqlalchemy.engine import Connection, Engine

from forms_api.store.engine import writing

Result = TypeVar("Result")
#: So many jobs at most share one commit; more would make the first of them wait.
LARGEST_BATCH = 200


class Closed(RuntimeError):
    """The writer was closed; nothing was written."""


class Writer:
    """`run(job)` gives back `job(connection)` once it is committed, or raises what the job or the commit raised.

    A job must take all it does from its connection, as it may run on another thread.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._jobs: queue.SimpleQueue[tuple[Callable[[Connection], Any], Future[Any]] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    def run(self, job: Callable[[Connection], Result]) -> Result:
        """What the job returned, after its commit. Raises Closed."""
        if self._engine.dialect.name != "sqlite":
            if self._closed:
                raise Closed
            with writing(self._engine) as connection:
                return job(connection)
        future: Future[Result] = Future()
        with self._lock:
            if self._closed:
                raise Closed
            # Started by the first job and not before: a server that forks its workers would lose the thread.
            if self._thread is None:
                self._thread = threading.Thread(target=self._write, name="leadsite-writer", daemon=True)
                self._thread.start()
            self._jobs.put((job, future))
        return future.result()

    def close(self) -> None:
        """Ends the thread after the jobs already brought are committed."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            thread = self._thread
        if thread is not None:
            self._jobs.put(None)
            thread.join()

    def _write(self) -> None:
        while (first := self._jobs.get()) is not None:
            batch = [first]
            closing = False
            while len(batch) < LARGEST_BATCH and not self._jobs.empty():
                further = self._jobs.get()
                if further is None:
                    closing = True
                    break
                batch.append(further)
            self._commit_together(batch)
            if closing:
                return

    def _commit_together(self, batch: list[tuple[Callable[[Connection], Any], Future[Any]]]) -> None:
        outcomes: list[tuple[Future[Any], Any, BaseException | None]] = []
        try:
            with writing(self._engine) as connection:
                for job, future in batch:
                    try:
                        with connection.begin_nested():
                            outcomes.append((future, job(connection), None))
                    except Exception as error:
                        outcomes.append((future, None, error))
        except Exception as error:  # The commit itself: nobody's job is stored.
            outcomes = [(future, None, error) for _, future in batch]
        for future, result, failure in outcomes:
            if failure is None:
                future.set_result(result)
            else:
                future.set_exception(failure)
