"""The schedule once a day, in UTC: by the worker, whoever claims the day, or by hand. Also how the last run went."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy.engine import Connection, Engine

from forms_api.outbox import Clock
from forms_api.schedule import Done, run
from forms_api.settings import Settings
from forms_api.store import schedule as store
from forms_api.store.engine import writing
from leadcore.model.project import Project

#: How often a worker looks whether the day was run.
LOOK_SECONDS = 600.0
#: A run that is killed is taken up by another worker after this.
LEASE_SECONDS = 900.0
log = logging.getLogger(__name__)


def served(project: Project, settings: Settings) -> tuple[str, ...]:
    """The markets that this process acts for."""
    return tuple(market for market in project.markets if not settings.markets or market in settings.markets)


def scope_of(settings: Settings) -> str:
    """The name under which runs for these markets are kept; empty for all."""
    return ",".join(sorted(settings.markets))


@dataclass(frozen=True, slots=True, kw_only=True)
class Daily:
    """Runs the schedule of the served markets. `project` is asked for at each run; `wake` hears of new deliveries."""

    engine: Engine
    project: Callable[[], Project]
    settings: Settings
    clock: Clock
    wake: Callable[[], object]

    def loop(self, stop: threading.Event) -> None:
        """Runs each day once until `stop` is set. Never raises: what fails is tried again at the next look."""
        while not stop.is_set():
            try:
                self.run_if_due(stop)
            except Exception as error:  # The store out of reach, or a project that is being edited.
                log.error("schedule: not run: %s", type(error).__name__)
            stop.wait(LOOK_SECONDS)

    def run_if_due(self, stop: threading.Event) -> bool:
        """Whether this worker took the day. Other workers leave it alone while its lease holds."""
        now = self.clock()
        with writing(self.engine) as connection:
            mine = store.claim_day(connection, now.date(), scope_of(self.settings), now, lease_seconds=LEASE_SECONDS)
        if not mine:
            return False
        done: Counter[str] = Counter()
        for one in self.run_now(stop):
            done[one.action.deed] += one.done
        log.info("schedule: %s", ", ".join(f"{deed} {count}" for deed, count in sorted(done.items())) or "nothing due")
        return True

    def run_now(self, stop: threading.Event) -> Iterator[Done]:
        """Does what is due and gives each action as it is done; at the end the day counts as run."""
        now, scope = self.clock(), scope_of(self.settings)
        project = self.project()
        done: Counter[str] = Counter()
        left = 0

        def keep() -> None:
            with writing(self.engine) as connection:
                store.renew_day(connection, now.date(), scope, self.clock(), lease_seconds=LEASE_SECONDS)

        for one in run(
            self.engine, project, served(project, self.settings), self.settings.secret_key, now,
            stopped=stop.is_set, after_page=keep,
        ):  # fmt: skip
            done[one.action.deed] += one.done
            left += not one.done
            yield one
        if done:
            self.wake()
        if not stop.is_set():
            with writing(self.engine) as connection:
                store.finish_day(connection, now.date(), scope, self.clock(), done, left)


def last_run(connection: Connection, settings: Settings) -> store.Run | None:
    """The newest finished run for the markets of this process."""
    return store.last_run(connection, scope_of(settings))
