"""The outbox at work: claims what is due, brings it, records the attempt. Many workers may run it at once.

Each lane has threads of its own, so a slow destination holds up no other. Delivery is at least once: a worker
that dies between sending and recording sends again, with the same id.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from forms_api.destinations.base import Destination, Permanent, Result, RetryAt, Suppressed
from forms_api.retry import Again, Delivered, Failed, judge
from forms_api.store import claims
from forms_api.store.engine import reading, writing
from leadcore.model.leads import Attempt, Delivery

#: A claim outlives the longest attempt (15 s webhook, 20 s per SMTP command) with room to spare.
LEASE_SECONDS = 120.0
LANE_CONCURRENCY = 4
SWEEP_SECONDS = 20.0
#: How long a stop waits for attempts under way. What takes longer is tried again after its lease.
STOP_SECONDS = 25.0

Clock = Callable[[], datetime]
log = logging.getLogger(__name__)


class Outbox:
    """Brings deliveries to the destinations given by lane. Lanes it does not know wait for a worker that does.

    `gate` is asked before every attempt: a result of its own is recorded, and nothing goes out.
    """

    def __init__(
        self,
        engine: Engine,
        destinations: Mapping[str, Destination],
        *,
        worker: str,
        clock: Clock,
        jitter: Callable[[], float],
        lane_concurrency: int = LANE_CONCURRENCY,
        lease_seconds: float = LEASE_SECONDS,
        gate: Callable[[Delivery], Result | None] = lambda delivery: None,
    ) -> None:
        self._engine = engine
        self._destinations = destinations
        self._worker = worker
        self._clock = clock
        self._jitter = jitter
        self._lane_concurrency = lane_concurrency
        self._lease_seconds = lease_seconds
        self._gate = gate
        self._running: Counter[str] = Counter()
        self._changed = threading.Condition()
        self._awake = threading.Event()

    def wake(self) -> None:
        """Makes `run` look for due deliveries now. From any thread."""
        self._awake.set()

    def run(self, stop: threading.Event, sweep_seconds: float = SWEEP_SECONDS) -> None:
        """Works until `stop` is set: when woken, when something falls due, and at every sweep.

        A database that cannot be reached is tried again at the next sweep.
        """
        threading.Thread(target=self._wake_at, args=(stop,), name="outbox-stop", daemon=True).start()
        while not stop.is_set():
            self._awake.clear()
            try:
                self.start_due()
                pause = self._pause_seconds(sweep_seconds)
            except SQLAlchemyError as error:
                log.error("outbox: the store cannot be reached: %s", type(error).__name__)
                pause = sweep_seconds
            self._awake.wait(pause)
        self.wait_until_idle(STOP_SECONDS)

    def _wake_at(self, stop: threading.Event) -> None:
        stop.wait()
        self.wake()

    def start_due(self) -> int:
        """How many deliveries were started, each on a thread of its own lane."""
        started = 0
        for lane in self._due_lanes():
            for delivery in self._claim(lane, self._lane_concurrency - self._running[lane]):
                with self._changed:
                    self._running[lane] += 1
                threading.Thread(
                    target=self._bring_and_leave, args=(lane, delivery), name=f"outbox-{lane}", daemon=True
                ).start()
                started += 1
        return started

    def deliver_due(self) -> int:
        """How many attempts were made, one after another on this thread, until nothing more is due."""
        made = 0
        while True:
            claimed = [delivery for lane in self._due_lanes() for delivery in self._claim(lane, 1)]
            if not claimed:
                return made
            for delivery in claimed:
                self.bring(delivery)
                made += 1

    def bring(self, delivery: Delivery) -> Result:
        """The result of one attempt at a claimed delivery, recorded with what follows from it."""
        started_at, clock_start = self._clock(), time.monotonic()
        try:
            result = self._gate(delivery) or self._destinations[delivery.lane].deliver(delivery, started_at)
        except Exception as error:
            # A defect in a destination must not lose the delivery. No traceback: it may quote a lead's values.
            log.error("delivery %s: %s raised %s", delivery.id, delivery.lane, type(error).__name__)
            result = RetryAt(reason=f"defect: {type(error).__name__}", may_have_happened=True)
        duration_ms = round((time.monotonic() - clock_start) * 1000)
        self._record(delivery, result, started_at, duration_ms)
        return result

    def wait_until_idle(self, timeout_seconds: float) -> bool:
        """Whether every attempt under way ended in time."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._running.total(), timeout_seconds)

    def _due_lanes(self) -> tuple[str, ...]:
        """The lanes with something due and room for one more."""
        free = [lane for lane in self._destinations if self._running[lane] < self._lane_concurrency]
        with reading(self._engine) as connection:
            return claims.due_lanes(connection, free, self._clock())

    def _claim(self, lane: str, limit: int) -> tuple[Delivery, ...]:
        with writing(self._engine) as connection:
            return claims.claim(
                connection, lane, self._worker, self._clock(), limit=limit, lease_seconds=self._lease_seconds
            )

    def _bring_and_leave(self, lane: str, delivery: Delivery) -> None:
        try:
            self.bring(delivery)
        except SQLAlchemyError as error:
            # The attempt happened and cannot be written down: after the lease it is made again.
            log.error("delivery %s: not recorded: %s", delivery.id, type(error).__name__)
        finally:
            with self._changed:
                self._running[lane] -= 1
                self._changed.notify_all()
            self.wake()

    def _record(self, delivery: Delivery, result: Result, started_at: datetime, duration_ms: int) -> None:
        ended_at = started_at + timedelta(milliseconds=duration_ms)
        verdict = judge(result, delivery.attempts_count + 1, ended_at, self._jitter())
        attempt = Attempt(
            delivery_id=delivery.id,
            at=started_at,
            outcome=type(result).__name__.lower(),
            detail=result_to_detail(result),
            duration_ms=duration_ms,
        )
        with writing(self._engine) as connection:
            match verdict:
                case Delivered():
                    claims.record(connection, attempt, delivered_at=ended_at)
                case Again(at=at):
                    claims.record(connection, attempt, due_at=at)
                case Failed(reason=reason):
                    claims.record(connection, attempt, failed_at=ended_at, failed_reason=reason)
        self._log(delivery, result, verdict)

    def _log(self, delivery: Delivery, result: Result, verdict: Delivered | Again | Failed) -> None:
        which = (delivery.id, delivery.lane)
        match verdict:
            case Delivered():
                log.info("delivery %s to %s: delivered", *which)
            case Again(at=at):
                log.warning("delivery %s to %s: %s, again at %s", *which, result_to_detail(result), at.isoformat())
            case Failed(reason=reason):
                log.error("delivery %s to %s: failed for good: %s", *which, reason)
        if isinstance(result, Permanent) and result.destination_gone:
            log.critical("destination %s is gone: mend or remove it, then replay its deliveries", delivery.lane)

    def _pause_seconds(self, sweep_seconds: float) -> float:
        now = self._clock()
        with reading(self._engine) as connection:
            due_at = claims.next_due_at(connection, now)
        if due_at is None:
            return sweep_seconds
        return min(sweep_seconds, max(0.0, (due_at - now).total_seconds()))


def result_to_detail(result: Result) -> str:
    """A result's code and detail in one line, for attempts and logs."""
    if isinstance(result, Permanent):
        return f"{result.code}: {result.detail}" if result.detail else result.code
    if isinstance(result, Suppressed):
        return result.reason
    if isinstance(result, RetryAt):
        return f"{result.reason} (may have happened)" if result.may_have_happened else result.reason
    return result.detail
