"""Carries out what time asks for: each action in a transaction of its own, planned again under a lock before it is done.

So many workers, a kill, and a second run on the same day do each action once. The dry run is the same plan, unlocked.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from sqlalchemy.engine import Connection, Engine

from forms_api.deeds import carry_out
from forms_api.held import held_leads
from forms_api.store import schedule as store
from forms_api.store.engine import reading, writing
from leadcore.consent.schedule import Action, plan
from leadcore.model.project import Project

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """An action and whether it was done: False where it failed and waits for the next run."""

    action: Action
    done: bool


def due(connection: Connection, project: Project, markets: Collection[str], today: dt.date) -> Iterator[Action]:
    """Every action due today, person by person: exactly what `run` then does."""
    after = ""
    while True:
        people, after = store.people(connection, markets, after=after)
        for person in people:
            yield from plan(held_leads(project, person, today), today)
        if not after:
            return


def run(
    engine: Engine,
    project: Project,
    markets: Collection[str],
    secret_key: str,
    now: dt.datetime,
    *,
    stopped: Callable[[], bool] = lambda: False,
    after_page: Callable[[], None] = lambda: None,
) -> Iterator[Done]:
    """Does what is due, in bounded steps, and gives each action as it is done.

    What another worker did meanwhile is not given. An action that fails is logged and left to the next run. Raises
    what an unreachable database raises when reading.
    """
    after, today = "", now.date()
    while True:
        with reading(engine) as connection:
            people, after = store.people(connection, markets, after=after)
        for person in people:
            for action in plan(held_leads(project, person, today), today):
                if stopped():
                    return
                try:
                    with writing(engine) as connection:
                        happened = carry_out(connection, project, secret_key, action, now)
                except Exception as error:  # One lead's trouble may not hold up the others.
                    log.error("schedule: %s of lead %s failed: %s", action.deed, action.lead, type(error).__name__)
                    yield Done(action=action, done=False)
                else:
                    if happened:
                        yield Done(action=action, done=True)
        after_page()
        if not after:
            return
