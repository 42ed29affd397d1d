"""Deliveries: what has to reach a destination and every attempt at it. Added, read, replayed, reported on.

The table of the transactional-outbox pattern; `claims` is the workers' side of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from forms_api.store.rows import record_to_row, row_to_attempt, row_to_delivery
from forms_api.store.schema import attempts, deliveries, leads
from leadcore.model.leads import Attempt, Delivery

#: A delivery that is still to be brought.
OPEN = sa.and_(
    deliveries.c.delivered_at.is_(None), deliveries.c.failed_at.is_(None), deliveries.c.cancelled_at.is_(None)
)


def add(connection: Connection, pending: Sequence[Delivery]) -> None:
    """Adds deliveries; their order here is the order per lead and lane."""
    if pending:
        connection.execute(deliveries.insert(), [record_to_row(d) for d in pending])


def by_id(connection: Connection, delivery_id: str) -> Delivery | None:
    row = connection.execute(sa.select(deliveries).where(deliveries.c.id == delivery_id)).mappings().one_or_none()
    return row_to_delivery(row) if row else None


def of_lead(connection: Connection, lead_id: str) -> tuple[Delivery, ...]:
    """A lead's deliveries in the order they were added."""
    query = sa.select(deliveries).where(deliveries.c.lead_id == lead_id).order_by(deliveries.c.seq)
    return tuple(row_to_delivery(row) for row in connection.execute(query).mappings())


def of_leads(connection: Connection, lead_ids: Collection[str]) -> dict[str, tuple[Delivery, ...]]:
    """The deliveries of each of these leads, in order; a lead without any has an empty tuple."""
    found: dict[str, list[Delivery]] = {lead_id: [] for lead_id in lead_ids}
    ids = list(found)
    for start in range(0, len(ids), 500):
        query = sa.select(deliveries).where(deliveries.c.lead_id.in_(ids[start : start + 500]))
        for row in connection.execute(query.order_by(deliveries.c.seq)).mappings():
            found[row["lead_id"]].append(row_to_delivery(row))
    return {lead_id: tuple(items) for lead_id, items in found.items()}


def attempts_of(connection: Connection, delivery_id: str) -> tuple[Attempt, ...]:
    """Every attempt at a delivery, first to last."""
    query = sa.select(attempts).where(attempts.c.delivery_id == delivery_id).order_by(attempts.c.seq)
    return tuple(row_to_attempt(row) for row in connection.execute(query).mappings())


def find(
    connection: Connection,
    *,
    market: str | None = None,
    destination: str | None = None,
    name: str | None = None,
    status: str | None = None,
    now: datetime,
    limit: int | None = None,
) -> Iterator[Delivery]:
    """The deliveries that match, newest first. `status` is a word of `Delivery.status_at(now)`, or `open`."""
    query = sa.select(deliveries).order_by(deliveries.c.seq.desc()).execution_options(yield_per=500)
    for column, value in (
        (deliveries.c.market, market),
        (deliveries.c.destination, destination),
        (deliveries.c.name, name),
    ):
        if value is not None:
            query = query.where(column == value)
    if status is not None:
        query = query.where(_has_status(status, now))
    if limit is not None:
        query = query.limit(limit)
    for row in connection.execute(query).mappings():
        yield row_to_delivery(row)


def replay(
    connection: Connection,
    now: datetime,
    *,
    ids: Collection[str] | None = None,
    destination: str | None = None,
    lane: str | None = None,
    since: datetime | None = None,
) -> tuple[str, ...]:
    """The ids of failed deliveries made due again; `since` is the time of failure.

    Left alone: deliveries that a later one of the same lead and lane has overtaken, and those to a person who
    has withdrawn or was erased since, except what tells a destination to stop, and those that a destination suppressed. Nobody is
    put back on a list by a replay.
    """
    later = deliveries.alias("later")
    overtaken = sa.exists().where(
        later.c.lead_id == deliveries.c.lead_id,
        later.c.lane == deliveries.c.lane,
        later.c.kind == "list",
        later.c.seq > deliveries.c.seq,
    )
    gone = sa.exists().where(
        leads.c.id == deliveries.c.lead_id,
        sa.or_(leads.c.withdrawn_at.is_not(None), leads.c.erased_at.is_not(None)),
    )
    statement = deliveries.update().where(
        deliveries.c.failed_at.is_not(None),
        deliveries.c.cancelled_at.is_(None),
        sa.not_(deliveries.c.failed_reason.startswith("suppressed")),
        sa.not_(sa.and_(deliveries.c.kind == "list", overtaken)),
        sa.or_(deliveries.c.action.in_(("unsubscribe", "erase")), sa.not_(gone)),
    )
    if ids is not None:
        statement = statement.where(deliveries.c.id.in_(ids))
    if destination is not None:
        statement = statement.where(deliveries.c.destination == destination)
    if lane is not None:
        statement = statement.where(deliveries.c.lane == lane)
    if since is not None:
        statement = statement.where(deliveries.c.failed_at >= since)
    statement = statement.values(failed_at=None, failed_reason=None, attempts_count=0, due_at=now)
    return tuple(connection.execute(statement.returning(deliveries.c.id)).scalars())


def _has_status(status: str, now: datetime) -> sa.ColumnElement[bool]:
    """`Delivery.status_at` as a condition. Raises ValueError for an unknown word."""
    at = deliveries.c
    conditions = {
        "delivered": at.delivered_at.is_not(None),
        "cancelled": sa.and_(at.delivered_at.is_(None), at.cancelled_at.is_not(None)),
        "failed": sa.and_(at.delivered_at.is_(None), at.cancelled_at.is_(None), at.failed_at.is_not(None)),
        "due": sa.and_(OPEN, at.due_at <= now),
        "waiting": sa.and_(OPEN, at.due_at > now),
        "open": OPEN,
    }
    if status not in conditions:
        raise ValueError(f"no delivery status {status!r}; use one of {', '.join(sorted(conditions))}")
    return conditions[status]


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneReport:
    """How a lane stands. `gone_at` is when the destination last answered that it no longer exists."""

    lane: str
    open: int
    failed: int
    oldest_due_at: datetime | None
    gone_at: datetime | None


def report(connection: Connection, now: datetime) -> tuple[LaneReport, ...]:
    """How each lane stands that has something open or failed, by name."""
    due = sa.and_(OPEN, deliveries.c.due_at <= now)
    failed = sa.and_(deliveries.c.failed_at.is_not(None), deliveries.c.cancelled_at.is_(None))
    gone = sa.and_(failed, deliveries.c.failed_reason.startswith("gone"))
    query = (
        sa.select(
            deliveries.c.lane,
            sa.func.count().filter(OPEN).label("open"),
            sa.func.count().filter(failed).label("failed"),
            sa.func.min(deliveries.c.due_at).filter(due).label("oldest_due_at"),
            sa.func.max(deliveries.c.failed_at).filter(gone).label("gone_at"),
        )
        .where(sa.or_(OPEN, failed))
        .group_by(deliveries.c.lane)
        .order_by(deliveries.c.lane)
    )
    return tuple(LaneReport(**row) for row in connection.execute(query).mappings())
