"""The store's tables. Migrations bring a database to exactly this; a test compares the two.

No table holds a status: it is computed from the times.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from forms_api.store.types import Document, UtcDateTime, Words

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _text(name: str, **options: Any) -> sa.Column[str]:
    return sa.Column(name, Words, nullable=False, **options)


def _time(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, UtcDateTime, nullable=nullable)


def _document(name: str) -> sa.Column[object]:
    return sa.Column(name, Document, nullable=False)


def _sequence() -> sa.Column[int]:
    """A number that grows with every row, and so gives the order of insertion."""
    return sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True)


leads = sa.Table(
    "leads",
    metadata,
    _text("id", primary_key=True),
    _text("receipt", unique=True),
    sa.Column("submission_id", Words),
    _text("fingerprint"),
    _text("market"),
    _text("locale"),
    _text("form"),
    _text("page"),
    _text("email"),
    # The address as `ids.email_key` has it, to find all leads of one person.
    _text("email_key", server_default=""),
    _text("name"),
    _text("phone_typed"),
    _text("phone_e164"),
    _text("company"),
    _text("residence"),
    _text("region"),
    _document("answers"),
    _time("submitted_at", nullable=False),
    _time("confirmed_at"),
    _time("withdrawn_at"),
    _time("erased_at"),
    _time("released_at"),
    sa.Column("quarantine_reason", Words),
    # A missing submission_id is NULL, and NULLs are distinct on both databases.
    sa.UniqueConstraint("market", "form", "submission_id"),
    sa.Index(None, "fingerprint"),
    sa.Index(None, "submitted_at"),
    sa.Index(None, "email"),
    sa.Index(None, "email_key"),
)

consent_events = sa.Table(
    "consent_events",
    metadata,
    _sequence(),
    _text("id", unique=True),
    sa.Column("lead_id", Words, sa.ForeignKey("leads.id"), nullable=False, index=True),
    _text("event"),
    _time("at", nullable=False),
    _text("market"),
    _text("locale"),
    _text("form"),
    _text("page"),
    _document("regimes"),
    _document("uses"),
    _text("ui_default"),
    _text("notice_digest"),
    _text("notice_text"),
    _text("notice_language"),
    _document("decision"),
    _time("doi_sent_at"),
    _time("doi_confirmed_at"),
    _text("signal_seen"),
    # Personal values, sealed with the lead's key; empty where there are none.
    _text("sealed", server_default=""),
    # The keyed hash over this row and the one before: `ledger`.
    _text("link", server_default=""),
    sqlite_autoincrement=True,
)

lead_keys = sa.Table(
    "lead_keys",
    metadata,
    sa.Column("lead_id", Words, sa.ForeignKey("leads.id"), primary_key=True),
    _text("wrapped"),
)

notices = sa.Table(
    "notices",
    metadata,
    _text("digest", primary_key=True),
    _text("text"),
    _text("market"),
    _text("locale"),
    _text("form"),
    _time("published_at", nullable=False),
    _text("html", server_default=""),
    sa.Column("version", sa.Integer, nullable=False, server_default="0"),
    *(sa.Column(name, Document, nullable=False, server_default="[]") for name in ("boxes", "regimes", "purposes", "channels")),
)

_OPEN = sa.text("delivered_at IS NULL AND failed_at IS NULL AND cancelled_at IS NULL")
_CLAIMED = sa.text("claimed_until IS NOT NULL")

deliveries = sa.Table(
    "deliveries",
    metadata,
    _sequence(),
    _text("id", unique=True),
    sa.Column("lead_id", Words, sa.ForeignKey("leads.id"), nullable=False),
    _text("market"),
    _text("kind"),
    _text("name"),
    _text("destination"),
    _text("lane"),
    _text("action"),
    _document("payload"),
    _time("due_at", nullable=False),
    _time("created_at", nullable=False),
    _time("delivered_at"),
    _time("failed_at"),
    sa.Column("failed_reason", Words),
    _time("cancelled_at"),
    sa.Column("attempts_count", sa.Integer, nullable=False),
    # The lease of the worker that is bringing it; past this time another may.
    _time("claimed_until"),
    sa.Column("claimed_by", Words),
    sa.Index(None, "lead_id", "lane"),
    # What is open is little beside what was ever delivered; these keep a worker's looks short.
    sa.Index("ix_deliveries_open_lane_due_at", "lane", "due_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
    sa.Index("ix_deliveries_open_due_at", "due_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
    sa.Index("ix_deliveries_claimed_until", "claimed_until", sqlite_where=_CLAIMED, postgresql_where=_CLAIMED),
    sqlite_autoincrement=True,
)

attempts = sa.Table(
    "attempts",
    metadata,
    _sequence(),
    sa.Column("delivery_id", Words, sa.ForeignKey("deliveries.id"), nullable=False, index=True),
    _time("at", nullable=False),
    _text("outcome"),
    _text("detail"),
    sa.Column("duration_ms", sa.Integer, nullable=False),
    sqlite_autoincrement=True,
)

list_members = sa.Table(
    "list_members",
    metadata,
    _text("list", primary_key=True),
    sa.Column("lead_id", Words, sa.ForeignKey("leads.id"), primary_key=True),
    _text("market"),
    _text("locale"),
    _text("email"),
    _text("name"),
    _text("phone_e164"),
    _text("company"),
    _time("joined_at", nullable=False),
    _time("left_at"),
)

# Addresses that nothing may go to, as keyed hashes. Only added to: what lifts a withdrawal is a row of its own.
suppressions = sa.Table(
    "suppressions",
    metadata,
    _sequence(),
    _text("id", unique=True),
    _text("key"),
    _text("what"),
    _text("market"),
    _text("use"),
    _text("reason"),
    _time("at", nullable=False),
    sa.Index(None, "key"),
    sqlite_autoincrement=True,
)

rights_requests = sa.Table(
    "rights_requests",
    metadata,
    _text("id", primary_key=True),
    sa.Column("lead_id", Words, sa.ForeignKey("leads.id"), nullable=False, index=True),
    _text("kind"),
    _text("channel"),
    _time("received_at", nullable=False),
    _time("due_at", nullable=False),
    _time("done_at"),
    _document("regimes"),
    _text("cite"),
)

#: What has to arrive before a request is answered.
rights_deliveries = sa.Table(
    "rights_deliveries",
    metadata,
    sa.Column("request_id", Words, sa.ForeignKey("rights_requests.id"), primary_key=True),
    sa.Column("delivery_id", Words, sa.ForeignKey("deliveries.id"), primary_key=True),
)

#: One row for each day on which the scheduled job ran, in UTC, with the lease of the worker that runs it. `scope` names
#: the markets it ran for, empty for all.
scheduled_runs = sa.Table(
    "scheduled_runs",
    metadata,
    _text("day", primary_key=True),
    _text("scope", primary_key=True),
    _time("started_at", nullable=False),
    _time("claimed_until", nullable=False),
    _time("finished_at"),
    _document("done"),
    sa.Column("remaining", sa.Integer, nullable=False),
)
