"""After an old database was put back: the withdrawals and erasures that it had forgotten are done again, from the copy of
the suppression list."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.engine import Engine

from forms_api import links as deeds
from forms_api.store import leads
from forms_api.store.engine import reading, writing
from forms_api.store.suppression import EVERY_USE, Entry
from forms_api.suppression import Suppression
from leadcore.model.leads import Lead

log = logging.getLogger(__name__)


def restore(engine: Engine, suppression: Suppression, now: datetime) -> int:
    """How many entries the database had forgotten; leads from before them are withdrawn or erased again.

    Reads every lead when something was forgotten, and only then. For the start of each process.
    """
    missing = suppression.restore(engine)
    ending = [entry for entry in missing if entry.what == "email" and entry.use == EVERY_USE and entry.reason != "lifted"]
    if ending:
        _end_again(engine, suppression, ending, now)
    return len(missing)


def _end_again(engine: Engine, suppression: Suppression, entries: Sequence[Entry], now: datetime) -> None:
    by_key: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        by_key.setdefault((entry.key, entry.market), []).append(entry)
    with reading(engine) as connection:
        held = [lead for lead in leads.find(connection) if lead.email]
    count = 0
    for lead in held:
        found = by_key.get((suppression.hash_of("email", lead.email), lead.market), [])
        later = {entry.reason for entry in found if entry.at >= _agreed_at(lead, entry)}
        if later:
            with writing(engine) as connection:
                end = deeds.erase if "erased" in later else deeds.withdraw
                count += end(connection, lead, now).changed
    log.warning("suppression list: %d leads of the old database withdrawn or erased again", count)


def _agreed_at(lead: Lead, entry: Entry) -> datetime:
    """A lead that came after an erasure is another; one that was confirmed after a withdrawal agreed anew."""
    return lead.submitted_at if entry.reason == "erased" else lead.confirmed_at or lead.submitted_at
