"""Deliveries: what still has to reach a destination, who is bringing it, and every attempt.

The outbox of the transactional-outbox pattern. Workers on many machines claim from it with a lease.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from forms_api.store.rows import record_to_row, row_to_attempt, row_to_delivery
from forms_api.store.schema import attempts, deliveries, leads
from leadcore.model.leads import Attempt, Delivery

_OPEN = sa.and_(
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


def due_lanes(connection: Connection, now: datetime) -> frozenset[str]:
    """The lanes in which something can be brought now. Takes no lock."""
    query = sa.select(deliveries.c.lane).distinct().where(_claimable(now))
    return frozenset(connection.execute(query).scalars())


def next_due_at(connection: Connection, now: datetime) -> datetime | None:
    """The next time after now at which a delivery falls due or a lease runs out; None when there is none."""
    leased_longer = deliveries.c.claimed_until > deliveries.c.due_at
    ready_at = sa.case((leased_longer, deliveries.c.claimed_until), else_=deliveries.c.due_at)
    query = sa.select(sa.func.min(ready_at, type_=deliveries.c.due_at.type)).where(_OPEN, ready_at > now)
    return connection.execute(query).scalar_one()


def claim(
    connection: Connection, lane: str, worker: str, now: datetime, *, limit: int, lease_seconds: float
) -> tuple[Delivery, ...]:
    """Due deliveries of a lane, now leased to this worker, in the order they were added.

    A delivery waits while an earlier one of the same lead and lane is open or in another worker's hands, so an
    unsubscribe never overtakes its subscribe. Deliveries of a lead in quarantine wait for its release.
    """
    query = (
        sa.select(deliveries.c.seq)
        .where(deliveries.c.lane == lane, _claimable(now))
        .order_by(deliveries.c.due_at, deliveries.c.seq)
        .limit(limit)
    )
    if connection.dialect.name == "postgresql":
        query = query.with_for_update(skip_locked=True, of=deliveries)
    chosen = connection.execute(query).scalars().all()
    if not chosen:
        return ()
    # The condition again: on PostgreSQL the row may have changed between the choice and its lock.
    rows = connection.execute(
        deliveries.update()
        .where(deliveries.c.seq.in_(chosen), _OPEN, _free(now))
        .values(claimed_until=now + timedelta(seconds=lease_seconds), claimed_by=worker)
        .returning(deliveries)
    ).mappings()
    return tuple(row_to_delivery(row) for row in sorted(rows, key=lambda row: row["seq"]))


def extend_lease(connection: Connection, delivery_ids: Collection[str], worker: str, until: datetime) -> int:
    """How many of the deliveries this worker still holds, now held until then."""
    statement = deliveries.update().where(deliveries.c.id.in_(delivery_ids), deliveries.c.claimed_by == worker)
    return connection.execute(statement.values(claimed_until=until)).rowcount


def give_back(connection: Connection, delivery_ids: Collection[str], worker: str) -> None:
    """Ends the lease of deliveries that were claimed and not tried."""
    statement = deliveries.update().where(deliveries.c.id.in_(delivery_ids), deliveries.c.claimed_by == worker)
    connection.execute(statement.values(claimed_until=None, claimed_by=None))


def record(
    connection: Connection,
    attempt: Attempt,
    *,
    delivered_at: datetime | None = None,
    failed_at: datetime | None = None,
    failed_reason: str | None = None,
    due_at: datetime | None = None,
) -> None:
    """Writes the attempt and what follows for its delivery, and ends the lease.

    A delivery cancelled while it was on its way keeps its cancellation: it is not tried again, and shows as
    delivered if it arrived.
    """
    connection.execute(attempts.insert(), record_to_row(attempt))
    values: dict[str, object] = {
        "attempts_count": deliveries.c.attempts_count + 1,
        "claimed_until": None,
        "claimed_by": None,
    }
    if delivered_at is not None:
        values["delivered_at"] = delivered_at
    if failed_at is not None:
        values["failed_at"] = failed_at
        values["failed_reason"] = failed_reason
    if due_at is not None:
        values["due_at"] = due_at
    unfinished = sa.and_(deliveries.c.delivered_at.is_(None), deliveries.c.failed_at.is_(None))
    connection.execute(deliveries.update().where(deliveries.c.id == attempt.delivery_id, unfinished).values(values))


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
    has withdrawn or was erased since, except unsubscribes, and those that a destination suppressed. Nobody is
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
        sa.or_(deliveries.c.action == "unsubscribe", sa.not_(gone)),
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


def _free(now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(deliveries.c.claimed_until.is_(None), deliveries.c.claimed_until <= now)


def _not_quarantined() -> sa.ColumnElement[bool]:
    return sa.not_(
        sa.exists().where(
            leads.c.id == deliveries.c.lead_id, leads.c.quarantine_reason.is_not(None), leads.c.released_at.is_(None)
        )
    )


def _claimable(now: datetime) -> sa.ColumnElement[bool]:
    earlier = deliveries.alias("earlier")
    unsettled = sa.and_(
        earlier.c.delivered_at.is_(None),
        earlier.c.failed_at.is_(None),
        sa.or_(earlier.c.cancelled_at.is_(None), earlier.c.claimed_until > now),
    )
    waits = sa.exists().where(
        earlier.c.lead_id == deliveries.c.lead_id,
        earlier.c.lane == deliveries.c.lane,
        earlier.c.kind == "list",
        earlier.c.seq < deliveries.c.seq,
        unsettled,
    )
    return sa.and_(_OPEN, deliveries.c.due_at <= now, _free(now), _not_quarantined(), sa.not_(waits))


def _has_status(status: str, now: datetime) -> sa.ColumnElement[bool]:
    """`Delivery.status_at` as a condition. Raises ValueError for an unknown word."""
    at = deliveries.c
    conditions = {
        "delivered": at.delivered_at.is_not(None),
        "cancelled": sa.and_(at.delivered_at.is_(None), at.cancelled_at.is_not(None)),
        "failed": sa.and_(at.delivered_at.is_(None), at.cancelled_at.is_(None), at.failed_at.is_not(None)),
        "due": sa.and_(_OPEN, at.due_at <= now),
        "waiting": sa.and_(_OPEN, at.due_at > now),
        "open": _OPEN,
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
    due = sa.and_(_OPEN, deliveries.c.due_at <= now)
    failed = sa.and_(deliveries.c.failed_at.is_not(None), deliveries.c.cancelled_at.is_(None))
    gone = sa.and_(failed, deliveries.c.failed_reason.startswith("gone"))
    query = (
        sa.select(
            deliveries.c.lane,
            sa.func.count().filter(_OPEN).label("open"),
            sa.func.count().filter(failed).label("failed"),
            sa.func.min(deliveries.c.due_at).filter(due).label("oldest_due_at"),
            sa.func.max(deliveries.c.failed_at).filter(gone).label("gone_at"),
        )
        .where(sa.or_(_OPEN, failed))
        .group_by(deliveries.c.lane)
        .order_by(deliveries.c.lane)
    )
    return tuple(LaneReport(**row) for row in connection.execute(query).mappings())
