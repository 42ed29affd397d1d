"""Consent events: added, read in order, never changed here. Erasure alone empties values, in `rights`."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from forms_api.store.rows import record_to_row, row_to_consent_event
from forms_api.store.schema import consent_events
from leadcore.model.leads import ConsentEvent


def add(connection: Connection, event: ConsentEvent) -> None:
    """Adds the event to the record."""
    connection.execute(consent_events.insert(), record_to_row(event))


def of_lead(connection: Connection, lead_id: str) -> tuple[ConsentEvent, ...]:
    """A lead's consent record, in the order it was written."""
    query = sa.select(consent_events).where(consent_events.c.lead_id == lead_id).order_by(consent_events.c.seq)
    return tuple(row_to_consent_event(row) for row in connection.execute(query).mappings())


def every(connection: Connection) -> Iterator[ConsentEvent]:
    """The whole record in the order it was written, read in small steps."""
    query = sa.select(consent_events).order_by(consent_events.c.seq).execution_options(yield_per=500)
    for row in connection.execute(query).mappings():
        yield row_to_consent_event(row)
