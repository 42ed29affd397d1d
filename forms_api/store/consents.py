"""Consent events: added to the ledger and read in order, never changed. What is personal in them is sealed.

Erasure destroys the lead's key; the rows stay as they were hashed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from forms_api.store import ledger
from forms_api.store.ids import derived_id
from forms_api.store.keys import Keys, destroy, key_for_writing, keys_of, make_key, seal_values, unseal_values, unwrap
from forms_api.store.rows import record_to_row, row_to_consent_event
from forms_api.store.schema import consent_events, lead_keys
from forms_api.store.types import storable
from leadcore.model.leads import ConsentEvent


def add(connection: Connection, event: ConsentEvent, *, new_lead: bool = False) -> None:
    """Adds the event to the ledger. The lead must be stored before; `new_lead` where this transaction stored it, and
    nothing is known of it yet. Raises NoKeys."""
    row = record_to_row(event)
    personal = {name: row.pop(name) for name in ("residence", "evidence")}
    row["page"] = without_query(event.page)
    if event.page != row["page"]:
        personal["page"] = event.page
    values = sealable(personal)
    row["sealed"] = ""
    key_of = make_key if new_lead else key_for_writing
    if values and (key := key_of(connection, event.lead_id)) is not None:
        row["sealed"] = seal_values(key, event.id, values)
    ledger.append(connection, row)


def close(connection: Connection, lead_id: str, now: datetime, event: ConsentEvent | None = None) -> None:
    """Ends a lead's record: adds the event that says so, made from the last one where none is given, and destroys the
    key. The lead must be marked as erased before, so that nothing more is sealed for it."""
    if event is None and (record := of_lead(connection, lead_id)):
        uses = {use: {**one, "ticked": False} for use, one in record[-1].uses.items()}
        event = replace(record[-1], id=derived_id(lead_id, "consent/erased"), event="erased", at=now, uses=uses)
    if event is not None:
        add(connection, event)
    destroy(connection, lead_id)


def of_lead(connection: Connection, lead_id: str) -> tuple[ConsentEvent, ...]:
    """A lead's consent record, in the order it was written. Raises NoKeys, and SealBroken for a forged value."""
    keys = keys_of(connection)
    query = _with_keys().where(consent_events.c.lead_id == lead_id).order_by(consent_events.c.seq)
    return tuple(_event(keys, row) for row in connection.execute(query).mappings())


def outline(connection: Connection, lead_id: str) -> tuple[ConsentEvent, ...]:
    """A lead's consent record without what is sealed; needs no key."""
    query = sa.select(consent_events).where(consent_events.c.lead_id == lead_id).order_by(consent_events.c.seq)
    return tuple(row_to_consent_event(row, {}) for row in connection.execute(query).mappings())


def every(connection: Connection) -> Iterator[ConsentEvent]:
    """The whole record in the order it was written, read in small steps. Raises as `of_lead`."""
    keys = keys_of(connection)
    query = _with_keys().order_by(consent_events.c.seq).execution_options(yield_per=500)
    for row in connection.execute(query).mappings():
        yield _event(keys, row)


def sealable(personal: Mapping[str, Any]) -> dict[str, Any]:
    """The personal values that are there at all, in JSON's types."""
    stored: dict[str, Any] = storable({name: value for name, value in personal.items() if value})
    return stored


def without_query(page: str) -> str:
    """A page's address without its query, where click ids and sometimes e-mail addresses stand."""
    return page.split("?", 1)[0].split("#", 1)[0]


def _with_keys() -> sa.Select[Any]:
    joined = sa.outerjoin(consent_events, lead_keys, consent_events.c.lead_id == lead_keys.c.lead_id)
    return sa.select(consent_events, lead_keys.c.wrapped).select_from(joined)


def _event(keys: Keys, row: RowMapping) -> ConsentEvent:
    personal: dict[str, Any] = {}
    if row["sealed"] and row["wrapped"] is not None:
        personal = unseal_values(unwrap(keys, row["lead_id"], row["wrapped"]), row["id"], row["sealed"])
    return row_to_consent_event(row, personal)
