"""What persons have asked for by right: when it came, until when it is due, when it was done.

A request is done when somebody says so, or when everything that answers it has arrived: computed, never stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from forms_api.store.schema import deliveries, leads, rights_deliveries, rights_requests


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request. `channel` is how it came: `page`, `mail`, `letter`, `phone`. `regimes` and `cite` gave the term.

    `waiting` are the deliveries that have not arrived, `failed` those among them that will not without a person.
    """

    id: str
    lead_id: str
    kind: str
    channel: str
    received_at: datetime
    due_at: datetime
    done_at: datetime | None = None
    regimes: tuple[str, ...] = ()
    cite: str = ""
    receipt: str = ""
    market: str = ""
    waiting: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()

    def overdue_at(self, now: datetime) -> bool:
        """Whether it should have been done by now."""
        return self.done_at is None and self.due_at < now


class UnknownRequest(LookupError):
    """No request has this id."""


def add(connection: Connection, request: Request, delivery_ids: Iterable[str] = ()) -> bool:
    """Whether the request is new. With deliveries it is done when all of them have arrived."""
    known = sa.select(rights_requests.c.id).where(rights_requests.c.id == request.id)
    if connection.execute(known).first():
        return False
    row = {name: getattr(request, name) for name in ("id", "lead_id", "kind", "channel", "received_at", "due_at", "done_at", "regimes", "cite")}
    connection.execute(rights_requests.insert(), row)
    linked = [{"request_id": request.id, "delivery_id": one} for one in dict.fromkeys(delivery_ids)]
    if linked:
        connection.execute(rights_deliveries.insert(), linked)
    return True


def done(connection: Connection, request_id: str, now: datetime) -> bool:
    """Whether the request was still open and now is done. Raises UnknownRequest."""
    if not any(True for _ in find(connection, request_id=request_id)):
        raise UnknownRequest(request_id)
    change = rights_requests.update().where(rights_requests.c.id == request_id, rights_requests.c.done_at.is_(None))
    return bool(connection.execute(change.values(done_at=now)).rowcount)


def settle(connection: Connection, lead_id: str, kind: str, delivery_ids: Iterable[str], now: datetime) -> None:
    """Answers what was entered for a lead and stands open: by the deliveries that were made, or at once without any."""
    open_ones = [one for one in find(connection, lead_id=lead_id) if one.kind == kind and one.done_at is None and not one.waiting]
    ids = tuple(delivery_ids)
    for one in open_ones:
        if ids:
            connection.execute(rights_deliveries.insert(), [{"request_id": one.id, "delivery_id": each} for each in ids])
        else:
            done(connection, one.id, now)


def asked_since(connection: Connection, lead_id: str, kind: str, now: datetime) -> int:
    """How many requests of a kind came through the page in the hour before now."""
    at = rights_requests.c
    query = sa.select(sa.func.count()).where(
        at.lead_id == lead_id, at.kind == kind, at.channel == "page", at.received_at > now - timedelta(hours=1)
    )
    return int(connection.execute(query).scalar_one())


def find(
    connection: Connection, *, lead_id: str | None = None, request_id: str | None = None, only_open: bool = False
) -> Iterator[Request]:
    """The requests, nearest deadline first."""
    query = sa.select(rights_requests, leads.c.receipt, leads.c.market).join(leads, leads.c.id == rights_requests.c.lead_id)
    if lead_id is not None:
        query = query.where(rights_requests.c.lead_id == lead_id)
    if request_id is not None:
        query = query.where(rights_requests.c.id == request_id)
    if only_open:
        query = query.where(rights_requests.c.done_at.is_(None))
    for row in connection.execute(query.order_by(rights_requests.c.due_at, rights_requests.c.id)).mappings().all():
        found = _with_deliveries(connection, row)
        if not (only_open and found.done_at):
            yield found


def _with_deliveries(connection: Connection, row: sa.RowMapping) -> Request:
    query = (
        sa.select(deliveries.c.id, deliveries.c.delivered_at, deliveries.c.failed_at, deliveries.c.cancelled_at)
        .join(rights_deliveries, rights_deliveries.c.delivery_id == deliveries.c.id)
        .where(rights_deliveries.c.request_id == row["id"])
    )
    linked = connection.execute(query).all()
    waiting = tuple(one.id for one in linked if not (one.delivered_at or one.cancelled_at))
    arrived = [one.delivered_at or one.cancelled_at for one in linked]
    done_at = row["done_at"] or (max(arrived) if linked and not waiting else None)
    return Request(
        **{name: row[name] for name in ("id", "lead_id", "kind", "channel", "received_at", "due_at", "cite", "receipt", "market")},
        done_at=done_at,
        regimes=tuple(row["regimes"]),
        waiting=waiting,
        failed=tuple(one.id for one in linked if one.failed_at and not one.delivered_at),
    )
