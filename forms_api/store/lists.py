"""Nurture lists kept in the store itself: who is on each list, since when, until when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from forms_api.store.rows import record_to_row, row_to_list_member
from forms_api.store.schema import list_members
from leadcore.model.leads import ListMember


def join(connection: Connection, member: ListMember) -> bool:
    """Whether the lead is new on the list. One who had left and joins again is current again, as of now."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = record_to_row(member)
    back = {name: value for name, value in row.items() if name not in ("list", "lead_id")}
    statement = (
        insert(list_members)
        .values(row)
        .on_conflict_do_update(index_elements=["list", "lead_id"], set_=back, where=list_members.c.left_at.is_not(None))
    )
    return connection.execute(statement.returning(list_members.c.lead_id)).scalar_one_or_none() is not None


def leave(connection: Connection, list_name: str, lead_id: str, now: datetime) -> bool:
    """Whether the lead was on the list. The row stays, with the time it left and without personal values."""
    statement = list_members.update().where(
        list_members.c.list == list_name, list_members.c.lead_id == lead_id, list_members.c.left_at.is_(None)
    )
    values = {"left_at": now, "email": "", "name": "", "phone_e164": "", "company": ""}
    return connection.execute(statement.values(values)).rowcount > 0


def members(
    connection: Connection, list_name: str, *, market: str | None = None, left: bool = False
) -> Iterator[ListMember]:
    """Who is on the list, in the order they joined; with `left` also who was."""
    query = sa.select(list_members).where(list_members.c.list == list_name)
    if market is not None:
        query = query.where(list_members.c.market == market)
    if not left:
        query = query.where(list_members.c.left_at.is_(None))
    query = query.order_by(list_members.c.joined_at, list_members.c.lead_id).execution_options(yield_per=500)
    for row in connection.execute(query).mappings():
        yield row_to_list_member(row)


def of_lead(connection: Connection, lead_id: str) -> tuple[ListMember, ...]:
    """Every list the lead is or was on, by the time it joined."""
    query = sa.select(list_members).where(list_members.c.lead_id == lead_id).order_by(list_members.c.joined_at)
    return tuple(row_to_list_member(row) for row in connection.execute(query).mappings())
