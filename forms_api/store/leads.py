"""Leads: accept once, confirm once, release, find. Each write is one transaction's worth of statements.

Callers open the transaction with `engine.writing` (or a `Writer`) and report success only after its commit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from forms_api.store import consents, deliveries
from forms_api.store.rows import record_to_row, row_to_lead
from forms_api.store.schema import leads
from leadcore.model.leads import ConsentEvent, Delivery, Lead

# Made once: every lead asks them.
_INSERTS = {
    "sqlite": sqlite.insert(leads).on_conflict_do_nothing().returning(leads.c.id),
    "postgresql": postgresql.insert(leads).on_conflict_do_nothing().returning(leads.c.id),
}
_TWIN = (
    sa.select(leads)
    .where(leads.c.fingerprint == sa.bindparam("print"), leads.c.market == sa.bindparam("in"), leads.c.form == sa.bindparam("by"))
    .where(leads.c.submitted_at > sa.bindparam("after"), leads.c.withdrawn_at.is_(None), leads.c.erased_at.is_(None))
    .order_by(leads.c.submitted_at)
    .limit(1)
)
_HOLD_FINGERPRINT = sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(sa.bindparam("key"), 0)))
#: Identical submissions without a submission_id are one lead for this long (the contract says ten minutes).
SAME_SUBMISSION_SECONDS = 600


class ReceiptTaken(Exception):
    """Another lead has this receipt. Draw a new one and accept again."""


class UnknownLead(LookupError):
    """No lead has this id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The lead as stored. `created` is False for a repeat; `identical` is False when a repeat of the same
    `submission_id` brought other content, which was then not stored."""

    lead: Lead
    created: bool
    identical: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The lead after the operation; `changed` is False when there was nothing left to do."""

    lead: Lead
    changed: bool


def accept(
    connection: Connection, lead: Lead, consent_event: ConsentEvent, pending: Sequence[Delivery] = (), *, by_content: bool = False
) -> Accepted:
    """Stores the lead, its consent event and its deliveries, or gives back the lead that the submission already made.

    A submission is the same by (market, form, submission_id), or without an id by its fingerprint within ten
    minutes, unless the earlier lead was withdrawn or erased. `by_content` compares the fingerprint even with an id:
    a page that was left and opened again has forgotten the id of what it sent. Raises ReceiptTaken.
    """
    if lead.submission_id is None or by_content:
        _hold_fingerprint(connection, lead)
        earlier = _recent_twin(connection, lead)
        if earlier:
            return Accepted(lead=earlier, created=False)
    if connection.execute(_INSERTS[connection.dialect.name], record_to_row(lead)).scalar_one_or_none() is None:
        earlier = _same_submission(connection, lead)
        if earlier is None:
            raise ReceiptTaken(lead.receipt)
        return Accepted(lead=earlier, created=False, identical=earlier.fingerprint in ("", lead.fingerprint))
    deliveries.add(connection, pending)
    consents.add(connection, consent_event, new_lead=True)
    return Accepted(lead=lead, created=True)


def confirm(
    connection: Connection,
    lead_id: str,
    now: datetime,
    pending: Sequence[Delivery],
    consent_event: ConsentEvent,
) -> Changed:
    """Marks the lead confirmed and adds what follows from it, once.

    Changes nothing when it is confirmed already, or was withdrawn or erased: an old link gives no consent back.
    Raises UnknownLead.
    """
    done = connection.execute(
        leads.update()
        .where(leads.c.id == lead_id)
        .where(leads.c.confirmed_at.is_(None), leads.c.withdrawn_at.is_(None), leads.c.erased_at.is_(None))
        .values(confirmed_at=now)
    )
    if done.rowcount:
        deliveries.add(connection, pending)
        consents.add(connection, consent_event)
    return Changed(lead=by_id(connection, lead_id), changed=bool(done.rowcount))


def release(connection: Connection, lead_id: str, now: datetime) -> Changed:
    """Ends the quarantine: the deliveries stored with the lead may now go. Raises UnknownLead."""
    done = connection.execute(
        leads.update()
        .where(leads.c.id == lead_id, leads.c.quarantine_reason.is_not(None))
        .where(leads.c.released_at.is_(None), leads.c.erased_at.is_(None))
        .values(released_at=now)
    )
    return Changed(lead=by_id(connection, lead_id), changed=bool(done.rowcount))


def by_id(connection: Connection, lead_id: str) -> Lead:
    """The lead. Raises UnknownLead."""
    row = connection.execute(sa.select(leads).where(leads.c.id == lead_id)).mappings().one_or_none()
    if row is None:
        raise UnknownLead(lead_id)
    return row_to_lead(row)


def hold(connection: Connection, lead_ids: Collection[str]) -> tuple[Lead, ...]:
    """These leads as they now are, oldest first, held until the transaction ends.

    Whoever changes several leads, or adds to the ledger more than a lead's first event, holds them all before: every
    transaction then takes leads in the order of their ids and the ledger last, and no two wait for each other.
    """
    query = sa.select(leads).where(leads.c.id.in_(sorted(lead_ids))).order_by(leads.c.id)
    # Not `FOR UPDATE`, which would also hold up whoever adds a delivery of the lead.
    query = query.with_for_update(key_share=True)
    return tuple(row_to_lead(row) for row in connection.execute(query).mappings())


def by_reference(connection: Connection, reference: str) -> Lead | None:
    """The lead with this id or receipt, as typed by a person: case and surrounding space do not matter."""
    reference = reference.strip()
    query = sa.select(leads).where(sa.or_(leads.c.id == reference.lower(), leads.c.receipt == reference.upper()))
    row = connection.execute(query).mappings().first()
    return row_to_lead(row) if row else None


def find(
    connection: Connection,
    *,
    market: str | None = None,
    locale: str | None = None,
    form: str | None = None,
    email: str | None = None,
    status: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int | None = None,
) -> Iterator[Lead]:
    """The leads that match, newest first, read in small steps. `since` is inclusive, `until` is not."""
    query = sa.select(leads).order_by(leads.c.submitted_at.desc(), leads.c.id.desc())
    for column, value in ((leads.c.market, market), (leads.c.locale, locale), (leads.c.form, form)):
        if value is not None:
            query = query.where(column == value)
    if email is not None:
        query = query.where(sa.func.lower(leads.c.email) == email.strip().lower())
    if since is not None:
        query = query.where(leads.c.submitted_at >= since)
    if until is not None:
        query = query.where(leads.c.submitted_at < until)
    if status is not None:
        query = query.where(_has_status(status))
    if limit is not None:
        query = query.limit(limit)
    for row in connection.execute(query.execution_options(yield_per=500)).mappings():
        yield row_to_lead(row)


def _has_status(status: str) -> sa.ColumnElement[bool]:
    """`Lead.status` as a condition; a test holds the two together. Raises ValueError for an unknown word."""
    alive = sa.and_(leads.c.erased_at.is_(None), leads.c.withdrawn_at.is_(None))
    held = sa.and_(leads.c.quarantine_reason.is_not(None), leads.c.released_at.is_(None))
    conditions = {
        "erased": leads.c.erased_at.is_not(None),
        "withdrawn": sa.and_(leads.c.erased_at.is_(None), leads.c.withdrawn_at.is_not(None)),
        "quarantined": sa.and_(alive, held),
        "confirmed": sa.and_(alive, sa.not_(held), leads.c.confirmed_at.is_not(None)),
        "received": sa.and_(alive, sa.not_(held), leads.c.confirmed_at.is_(None)),
    }
    if status not in conditions:
        raise ValueError(f"no lead status {status!r}; use one of {', '.join(sorted(conditions))}")
    return conditions[status]


def _same_submission(connection: Connection, lead: Lead) -> Lead | None:
    query = sa.select(leads).where(
        leads.c.market == lead.market, leads.c.form == lead.form, leads.c.submission_id == lead.submission_id
    )
    row = connection.execute(query).mappings().one_or_none()
    return row_to_lead(row) if row else None


def _recent_twin(connection: Connection, lead: Lead) -> Lead | None:
    after = lead.submitted_at - timedelta(seconds=SAME_SUBMISSION_SECONDS)
    sought = {"print": lead.fingerprint, "in": lead.market, "by": lead.form, "after": after}
    row = connection.execute(_TWIN, sought).mappings().first()
    return row_to_lead(row) if row else None


def _hold_fingerprint(connection: Connection, lead: Lead) -> None:
    # Two transactions that do not see each other's rows would both insert. SQLite has one writer anyway.
    if connection.dialect.name == "postgresql":
        key = f"{lead.market}/{lead.form}/{lead.fingerprint}"
        connection.execute(_HOLD_FINGERPRINT, {"key": key})
