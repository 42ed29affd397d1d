"""What the scheduled job reads and locks: people with their leads, what happened to each, and the days it ran.

One row per day holds the lease of the worker that runs it, so many workers run it once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, RowMapping

from forms_api.store.rows import row_to_lead
from forms_api.store.schema import consent_events, deliveries, leads, scheduled_runs
from leadcore.model.leads import ConsentEvent, Lead

#: People are read and planned in steps of this many leads.
PAGE = 500
_READ = ("id", "lead_id", "event", "at", "market", "locale", "form", "uses", "decision", "doi_confirmed_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A lead with its record, read without the texts that time does not ask for; `asked_to_confirm` when a
    confirmation mail was made for it."""

    lead: Lead
    record: tuple[ConsentEvent, ...]
    asked_to_confirm: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One day's finished run. `done` counts actions by deed, `left` those that failed and wait for the next run."""

    day: date
    finished_at: datetime
    done: Mapping[str, int]
    left: int


def people(connection: Connection, markets: Collection[str], *, after: str = "") -> tuple[list[list[Kept]], str]:
    """The next people in the order of their oldest lead, and where to go on; an empty second value at the end.

    A person is a market and an address; a lead without one is a person of its own. Erased leads are left out.
    """
    alive = sa.select(leads).where(leads.c.erased_at.is_(None), leads.c.market.in_(markets))
    page = connection.execute(alive.where(leads.c.id > after).order_by(leads.c.id).limit(PAGE)).mappings().all()
    rows = {row["id"]: row for row in page}
    if keys := {row["email_key"] for row in page if row["email_key"]}:
        for row in connection.execute(alive.where(leads.c.email_key.in_(keys))).mappings():
            rows[row["id"]] = row
    groups: dict[tuple[str, str], list[Lead]] = {}
    for row in sorted(rows.values(), key=lambda row: str(row["id"])):
        groups.setdefault(_person_key(row), []).append(row_to_lead(row))
    # Who has an older lead was there when that one was read.
    mine = [groups[key] for key in dict.fromkeys(map(_person_key, page)) if groups[key][0].id > after]
    kept = _kept(connection, [lead for group in mine for lead in group])
    last = str(page[-1]["id"]) if len(page) == PAGE else ""
    return [[kept[lead.id] for lead in group] for group in mine], last


def _person_key(row: RowMapping) -> tuple[str, str]:
    return row["market"], row["email_key"] or row["id"]


def lock_person(connection: Connection, lead_id: str) -> list[Kept]:
    """The person of a lead, held against other workers until the transaction ends; nobody once the lead is erased."""
    return _person(connection, lead_id, lock=connection.dialect.name == "postgresql")


def person_of(connection: Connection, lead_id: str) -> list[Kept]:
    """The leads of the person of a lead, oldest first; none once the lead is erased."""
    return _person(connection, lead_id, lock=False)


def _person(connection: Connection, lead_id: str, *, lock: bool) -> list[Kept]:
    query = sa.select(leads.c.market, leads.c.email_key).where(leads.c.id == lead_id, leads.c.erased_at.is_(None))
    found = connection.execute(query).one_or_none()
    if found is None:
        return []
    same = leads.c.id == lead_id
    if found.email_key:
        same = sa.and_(leads.c.market == found.market, leads.c.email_key == found.email_key)
    rows = sa.select(leads).where(same, leads.c.erased_at.is_(None)).order_by(leads.c.id)
    held = [row_to_lead(row) for row in connection.execute(rows.with_for_update(key_share=True) if lock else rows).mappings()]
    kept = _kept(connection, held)
    return [kept[lead.id] for lead in held]


def _kept(connection: Connection, held: list[Lead]) -> dict[str, Kept]:
    record: dict[str, list[ConsentEvent]] = {lead.id: [] for lead in held}
    confirming: set[str] = set()
    ids = list(record)
    columns = [consent_events.c[name] for name in _READ]
    for start in range(0, len(ids), PAGE):
        some = ids[start : start + PAGE]
        events = sa.select(*columns).where(consent_events.c.lead_id.in_(some)).order_by(consent_events.c.seq)
        for row in connection.execute(events).mappings():
            record[row["lead_id"]].append(ConsentEvent(**row))
        mails = sa.select(deliveries.c.lead_id).where(deliveries.c.lead_id.in_(some), deliveries.c.lane == "mail")
        confirming.update(connection.execute(mails.where(deliveries.c.name == "confirm")).scalars())
    return {
        lead.id: Kept(lead=lead, record=tuple(record[lead.id]), asked_to_confirm=lead.id in confirming) for lead in held
    }


def claim_day(connection: Connection, day: date, scope: str, now: datetime, *, lease_seconds: float) -> bool:
    """Whether this worker is to run the day: nobody has finished it, and nobody else holds its lease."""
    until = now + timedelta(seconds=lease_seconds)
    free = sa.and_(scheduled_runs.c.finished_at.is_(None), scheduled_runs.c.claimed_until <= now)
    return _write_day(connection, day, scope, now, {"claimed_until": until}, free)


def renew_day(connection: Connection, day: date, scope: str, now: datetime, *, lease_seconds: float) -> None:
    """Keeps the day while its run goes on."""
    mine = scheduled_runs.update().where(scheduled_runs.c.day == day.isoformat(), scheduled_runs.c.scope == scope)
    connection.execute(mine.values(claimed_until=now + timedelta(seconds=lease_seconds)))


def finish_day(
    connection: Connection, day: date, scope: str, now: datetime, done: Mapping[str, int], left: int
) -> None:
    """Records that the day was run to its end, also where nobody had claimed it: a run by hand counts."""
    values = {"finished_at": now, "claimed_until": now, "done": dict(done), "remaining": left}
    _write_day(connection, day, scope, now, values, sa.true())


def last_run(connection: Connection, scope: str) -> Run | None:
    """The newest run for these markets that came to its end."""
    query = (
        sa.select(scheduled_runs)
        .where(scheduled_runs.c.scope == scope, scheduled_runs.c.finished_at.is_not(None))
        .order_by(scheduled_runs.c.day.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return Run(day=date.fromisoformat(row.day), finished_at=row.finished_at, done=row.done, left=row.remaining)


def _write_day(
    connection: Connection,
    day: date,
    scope: str,
    now: datetime,
    values: Mapping[str, Any],
    where: sa.ColumnElement[bool],
) -> bool:
    """Whether the day's row is now as wanted: a new one, or the old one with these values where it may be changed."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    fresh = {"day": day.isoformat(), "scope": scope, "started_at": now, "done": {}, "remaining": 0, **values}
    statement = (
        insert(scheduled_runs)
        .values(fresh)
        .on_conflict_do_update(index_elements=["day", "scope"], set_=values, where=where)
    )
    return connection.execute(statement.returning(scheduled_runs.c.day)).scalar_one_or_none() is not None
