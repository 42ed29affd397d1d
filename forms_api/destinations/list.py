"""The nurture list kept in our own store. Needs no other system; exported as CSV or read by the mail sequences."""

from __future__ import annotations

from datetime import datetime
from typing import TextIO

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from forms_api.destinations.base import Accepted, DestinationSpec, Duplicate, Result, Suppressed, only_options
from forms_api.store import lists
from forms_api.store.engine import writing
from forms_api.store.export import write_csv
from forms_api.store.rows import row_to_lead
from forms_api.store.schema import leads
from leadcore.model.leads import Delivery, ListMember

CSV_COLUMNS = ("list", "lead_id", "market", "locale", "email", "name", "phone_e164", "company", "joined_at", "left_at")


def open_list(spec: DestinationSpec, engine: Engine) -> ListDestination:
    """The list. Raises DestinationError for any option: it has none."""
    only_options(spec, frozenset())
    return ListDestination(engine)


class ListDestination:
    """Keeps who is on a list. Takes a lead's values from the lead itself, so that corrections arrive."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def deliver(self, delivery: Delivery, now: datetime) -> Result:
        with writing(self._engine) as connection:
            if delivery.action in ("unsubscribe", "erase"):
                left = lists.leave(connection, delivery.name, delivery.lead_id, now)
                return Accepted(detail="left") if left else Duplicate(detail="not on the list")
            # Shared lock: an erasure waits for us, or we see it and write nothing back.
            query = sa.select(leads).where(leads.c.id == delivery.lead_id).with_for_update(read=True)
            lead = row_to_lead(connection.execute(query).mappings().one())
            if lead.withdrawn_at or lead.erased_at:
                return Suppressed(reason="withdrawn" if lead.withdrawn_at else "erased")
            member = ListMember(
                list=delivery.name,
                lead_id=lead.id,
                market=lead.market,
                locale=lead.locale,
                email=lead.email,
                name=lead.name,
                phone_e164=lead.phone_e164,
                company=lead.company,
                joined_at=now,
            )
            if delivery.action == "correct":  # The members of a list kept here were corrected with the lead.
                return Duplicate(detail="corrected before")
            joined = lists.join(connection, member)
            return Accepted(detail="joined") if joined else Duplicate(detail="on the list")

    def close(self) -> None:
        """Nothing to give back: the engine belongs to the worker."""


def export_list(connection: Connection, list_name: str, file: TextIO, *, market: str | None = None) -> int:
    """How many members were written as CSV, in the order they joined; formulas made harmless."""
    rows = (
        {name: getattr(member, name) for name in CSV_COLUMNS}
        for member in lists.members(connection, list_name, market=market)
    )
    return write_csv(file, rows, CSV_COLUMNS)
