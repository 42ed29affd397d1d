"""The worker: runs the outbox, and the queue that wakes it after a commit. The deliveries table is the truth;
the queue holds nothing but wake-ups, so a lost one makes a delivery late and never loses it.
"""

from __future__ import annotations

import logging
import os
import random
import signal
import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey
from huey.consumer import Consumer
from huey.exceptions import ConfigurationError
from sqlalchemy.engine import make_url

from forms_api.daily import Daily
from forms_api.destinations import DestinationSpec, Surroundings, open_destinations
from forms_api.destinations.mail import MailDestination
from forms_api.outbox import STOP_SECONDS, Clock, Outbox
from forms_api.permission import consent_gate, first_refusal
from forms_api.recipients import hours_gate
from forms_api.restored import restore
from forms_api.settings import Settings
from forms_api.store.engine import open_engine, upgrade
from forms_api.suppression import suppression_of
from leadcore.model.project import Project

#: The name of the queue, the same in the API and the worker.
QUEUE_NAME = "leadsite"
#: How long an idle queue without blocking reads may sleep between looks.
LONGEST_POLL_SECONDS = 1.0
log = logging.getLogger(__name__)


def open_queue(url: str) -> Huey:
    """The queue at sqlite:///FILE, redis:// or postgresql://. Opens its connection and raises what that raises."""
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        # No fsync: losing a wake-up in a power cut costs one sweep.
        return SqliteHuey(QUEUE_NAME, filename=str(parsed.database), fsync=False, results=False)
    if backend == "postgresql":
        dsn = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
        return PostgresHuey(QUEUE_NAME, dsn=dsn, results=False)
    return RedisHuey(QUEUE_NAME, url=url, results=False)


class Waker:
    """Tells a worker that something was committed. Never raises and never needed: the sweep finds it anyway."""

    def __init__(self, queue_url: str) -> None:
        self._queue_url = queue_url
        self._lock = threading.Lock()
        self._queue: Huey | None = None
        self._enqueue: Callable[[], object] | None = None

    def wake(self) -> bool:
        """Whether a wake-up now waits in the queue. Call after the commit."""
        try:
            with self._lock:
                if self._enqueue is None or self._queue is None:
                    self._queue = open_queue(self._queue_url)
                    self._enqueue = _wake_task(self._queue, lambda: None)
                # One that nobody has taken yet was put there before this commit is looked for: it serves us too.
                if self._queue.pending_count() == 0:
                    self._enqueue()
        except Exception as error:  # Every storage has its own; none may fail a lead that is stored.
            log.warning("queue: no wake-up sent, the sweep will find it: %s", _reason(error))
            self._queue = self._enqueue = None
            return False
        return True

    def close(self) -> None:
        with self._lock:
            if self._queue is not None:
                self._queue.storage.close()
            self._queue = self._enqueue = None


def run_worker(
    settings: Settings,
    specs: Iterable[DestinationSpec],
    stop_event: threading.Event,
    *,
    environ: Mapping[str, str] = os.environ,
    clock: Clock = lambda: datetime.now(UTC),
    jitter: Callable[[], float] = random.random,
    on_ready: Callable[[Outbox], None] = lambda outbox: None,
    project: Callable[[], Project] | None = None,
) -> None:
    """Works until `stop_event` is set, in a process or a thread of its own. `specs` are the lists of the markets
    served (`destinations.specs_of`); `on_ready` hears of the outbox once it can be woken. With a `project` the daily
    schedule runs too, beside the outbox.

    Brings the schema up to date first. Raises what an unreachable database raises at the start, later nothing.
    """
    engine = open_engine(settings.database_url, settings.secret_key, settings.anchor_folder)
    try:
        upgrade(engine)
        suppression = suppression_of(settings)
        restore(engine, suppression, clock())
        served = [s for s in specs if not settings.markets or s.market in settings.markets]
        opened = open_destinations(served, Surroundings(engine=engine, environ=environ))
        for error in opened.errors:
            log.error("destination not opened, its deliveries wait: %s", error)
        destinations = {**opened.by_lane, "mail": MailDestination(settings.smtp_url, settings.mail_from)}
        outbox = Outbox(
            engine,
            destinations,
            worker=f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}",
            clock=clock,
            jitter=jitter,
            lane_concurrency=settings.lane_concurrency,
            gate=first_refusal(
                consent_gate(engine),
                lambda delivery: suppression.gate(engine, delivery),
                *([hours_gate(engine, project, clock)] if project else []),
            ),
        )
        consumer = _start_consumer(settings.queue_url, outbox.wake)
        timer: threading.Thread | None = None
        try:
            on_ready(outbox)
            if project is not None:
                daily = Daily(engine=engine, project=project, settings=settings, clock=clock, wake=outbox.wake)
                timer = threading.Thread(target=daily.loop, args=(stop_event,), name="schedule", daemon=True)
                timer.start()
            outbox.run(stop_event, settings.sweep_seconds)
            if timer is not None:
                timer.join(STOP_SECONDS)
        finally:
            if consumer is not None:
                consumer.stop(graceful=True)
                consumer.huey.storage.close()
            for destination in destinations.values():
                destination.close()
    finally:
        engine.dispose()


def run_worker_process(
    settings: Settings, specs: Iterable[DestinationSpec], *, project: Callable[[], Project] | None = None
) -> None:
    """Works until SIGTERM or SIGINT, then ends cleanly: attempts under way are finished and recorded.

    For the main thread of a process of its own.
    """
    stop_event = threading.Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    for number in before:
        signal.signal(number, lambda _number, _frame: stop_event.set())
    try:
        run_worker(settings, specs, stop_event, project=project)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _wake_task(queue: Huey, action: Callable[[], None]) -> Callable[[], object]:
    """The queue's one task. The API enqueues it by name; only the worker's runs the action."""

    def wake_up() -> None:
        action()

    enqueue: Callable[[], object] = queue.task(name="wake_up")(wake_up)
    return enqueue


class _Consumer(Consumer):  # type: ignore[misc]  # Huey has no types.
    """Huey's consumer inside a thread: the process around it decides what signals mean."""

    def _set_signal_handlers(self) -> None:
        pass


def _start_consumer(queue_url: str, action: Callable[[], None]) -> Consumer | None:
    """The consumer at work, or None when the queue cannot be opened: the sweep then does all."""
    try:
        queue = open_queue(queue_url)
        _wake_task(queue, action)
        # Closes the connection on which a PostgreSQL queue listens: each worker thread has its own.
        queue.on_shutdown("close_connection")(queue.storage.close)
        # No periodic tasks: the sweep is the outbox's own timer, which goes on when the queue is broken.
        consumer = _Consumer(
            queue, workers=1, periodic=False, max_delay=LONGEST_POLL_SECONDS, check_worker_health=False
        )
        consumer.start()
    except Exception as error:
        log.warning("queue: cannot be opened, deliveries wait for the sweep: %s", _reason(error))
        return None
    return consumer


def _reason(error: Exception) -> str:
    """Huey's own words when a package is missing; else the type alone, as messages may quote a password."""
    return str(error) if isinstance(error, ConfigurationError) else type(error).__name__
