"""Claims: which deliveries are due, who is bringing each, and what came of it.

Workers on many machines share the work by leases; the database alone decides who has which.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from forms_api.store.deliveries import OPEN
from forms_api.store.rows import record_to_row, row_to_delivery
from forms_api.store.schema import attempts, deliveries, leads
from leadcore.model.leads import Attempt, Delivery


def due_lanes(connection: Connection, lanes: Iterable[str], now: datetime) -> tuple[str, ...]:
    """Those of the lanes in which something can be brought now. Takes no lock; one look at an index for each."""
    due = sa.select(deliveries.c.seq).where(deliveries.c.lane == sa.bindparam("lane"), _claimable(now)).limit(1)
    return tuple(lane for lane in lanes if connection.execute(due, {"lane": lane}).first())


def next_due_at(connection: Connection, now: datetime) -> datetime | None:
    """The next time after now at which a delivery falls due or a lease runs out; None when there is none."""
    falls_due = sa.select(sa.func.min(deliveries.c.due_at)).where(OPEN, deliveries.c.due_at > now)
    runs_out = sa.select(sa.func.min(deliveries.c.claimed_until)).where(OPEN, deliveries.c.claimed_until > now)
    times = [connection.execute(query).scalar_one() for query in (falls_due, runs_out)]
    return min((at for at in times if at is not None), default=None)


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
        .where(deliveries.c.seq.in_(chosen), OPEN, _free(now))
        .values(claimed_until=now + timedelta(seconds=lease_seconds), claimed_by=worker)
        .returning(deliveries)
    ).mappings()
    return tuple(row_to_delivery(row) for row in sorted(rows, key=lambda row: row["seq"]))


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
    return sa.and_(OPEN, deliveries.c.due_at <= now, _free(now), _not_quarantined(), sa.not_(waits))
