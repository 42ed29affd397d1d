"""The ledger: consent events as a chain. Each row carries a keyed hash over itself and the row before it.

Rows are numbered without gaps and only ever added. `audit` looks for whatever was done to them since.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from forms_api.store.keys import keys_of
from forms_api.store.schema import consent_events, lead_keys
from forms_api.store.types import Document, UtcDateTime, storable

#: What the hash goes over, in this order, beside the hash before. A new column needs a new scheme.
HASHED = (
    "seq", "id", "lead_id", "event", "at", "market", "locale", "form", "page", "regimes", "uses", "ui_default",
    "notice_digest", "notice_text", "notice_language", "decision", "doi_sent_at", "doi_confirmed_at", "signal_seen", "sealed",
)  # fmt: skip
SCHEME = "leadsite ledger 1"
#: What stands before the first row.
GENESIS = "0" * 64
#: Any number, the same for all our processes: on PostgreSQL one transaction at a time adds to the chain.
LEDGER_LOCK = 7_305_002
#: In a connection's `info` once its transaction added a row: the head since, None where it has to be read again.
HEAD = "leadsite_head"
# Made once: every lead asks it.
_NEWEST = sa.select(consent_events.c.seq, consent_events.c.link).order_by(consent_events.c.seq.desc()).limit(1)
_LOCK = sa.select(sa.func.pg_advisory_xact_lock(LEDGER_LOCK))
_INSERT = consent_events.insert()
_SQLITE_TIME = "%Y-%m-%d %H:%M:%S.%f"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The newest row: its number, which is also the count of rows, and its hash (64 hex digits)."""

    seq: int
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRow:
    """A row exactly as the database holds it. `values` are HASHED as text, number or None; `wrapped` is its lead's key."""

    values: Mapping[str, Any]
    link: Any
    wrapped: str | None


def append(connection: Connection, row: Mapping[str, Any]) -> Head:
    """Adds a row of HASHED without `seq`, and gives back the new head.

    On PostgreSQL the chain is held until the transaction ends: hold every lead of the transaction before
    (`leads.hold`), add a lead's event after its other rows, and keep to one person per transaction where many are
    worked through.
    """
    before = connection.info.get(HEAD) or _held(connection)
    numbered = {**row, "seq": before.seq + 1}
    link = link_after(keys_of(connection).chain, before.link, [_as_stored(name, numbered[name]) for name in HASHED])
    connection.execute(_INSERT, {**numbered, "link": link})
    head = connection.info[HEAD] = Head(seq=before.seq + 1, link=link)
    return head


def hold(connection: Connection) -> None:
    """Holds the chain until the transaction ends, for who is going to add many new leads. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK)


def _held(connection: Connection) -> Head:
    # The lock stands alone: a statement sees what was committed before it began.
    hold(connection)
    return newest(connection)


def newest(connection: Connection) -> Head:
    """The head as this transaction sees it; number 0 for an empty ledger."""
    row = connection.execute(_NEWEST).one_or_none()
    return Head(seq=row.seq, link=row.link) if row else Head(seq=0, link=GENESIS)


def link_after(chain_key: bytes, previous: str, values: Sequence[Any]) -> str:
    """The hash (HMAC-SHA-256, hex) of a row with these stored values after the row with hash `previous`."""
    text = json.dumps([SCHEME, previous, *values], default=repr)
    return hmac.digest(chain_key, text.encode("ascii"), "sha256").hex()


def stored_rows(connection: Connection) -> Iterator[StoredRow]:
    """Every row in order of number, as text, whatever somebody has put into it."""
    raw = [_raw(connection, consent_events.c[name]) for name in HASHED]
    query = (
        sa.select(*raw, sa.type_coerce(consent_events.c.link, sa.types.NullType).label("link"), lead_keys.c.wrapped)
        .join_from(consent_events, lead_keys, consent_events.c.lead_id == lead_keys.c.lead_id, isouter=True)
        .order_by(consent_events.c.seq)
        .execution_options(yield_per=500)
    )
    with _any_text(connection):
        for row in connection.execute(query):
            yield StoredRow(values=dict(zip(HASHED, row, strict=False)), link=row.link, wrapped=row.wrapped)


class _any_text:  # noqa: N801  # Reads as a statement.
    """While open, SQLite gives text that is no UTF-8 with the bytes escaped, where it would raise."""

    def __init__(self, connection: Connection) -> None:
        self._driver: Any = connection.connection.driver_connection if connection.dialect.name == "sqlite" else None

    def __enter__(self) -> None:
        if self._driver is not None:
            self._before = self._driver.text_factory
            self._driver.text_factory = lambda text: text.decode("utf-8", "surrogateescape")

    def __exit__(self, *_: object) -> None:
        if self._driver is not None:
            self._driver.text_factory = self._before


def _raw(connection: Connection, column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """The column as it is stored; a time in PostgreSQL as SQLite writes it, so that a ledger may be moved."""
    if connection.dialect.name == "postgresql":
        if isinstance(column.type, UtcDateTime):
            moment = sa.func.timezone("UTC", column)
            return sa.func.to_char(moment, "YYYY-MM-DD HH24:MI:SS.US", type_=sa.Text).label(column.name)
        if isinstance(column.type, Document):
            return sa.cast(column, sa.Text).label(column.name)
    return sa.type_coerce(column, sa.types.NullType).label(column.name)


def _as_stored(name: str, value: Any) -> Any:
    """What `stored_rows` will give for a value that is about to be written."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime(_SQLITE_TIME)
    if isinstance(consent_events.c[name].type, Document):
        return json.dumps(storable(value))
    return storable(value)
