"""The suppression list's table: keyed hashes that nothing may go to, each with reason, market, use and time. Only added to."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from forms_api.store.schema import suppressions

What = Literal["email", "phone"]
#: `lifted` ends withdrawals of the same use before it; nothing ends an erasure.
Reason = Literal["withdrawn", "erased", "lifted"]
#: Stands for every use.
EVERY_USE = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row: from `at` on, nothing of this use may go to whoever has this key in this market (or it may again)."""

    key: str
    what: What
    market: str
    use: str
    reason: Reason
    at: datetime

    @property
    def id(self) -> str:
        """The same for the same fact, wherever it was read: adding it twice is adding it once."""
        text = "/".join((self.key, self.what, self.market, self.use, self.reason, self.at.isoformat()))
        return hashlib.sha256(text.encode()).hexdigest()[:32]


def add(connection: Connection, entries: Iterable[Entry]) -> int:
    """How many of the entries are new."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(suppressions).on_conflict_do_nothing(index_elements=["id"]).returning(suppressions.c.id)
    new = 0
    for entry in entries:
        new += connection.execute(statement, {"id": entry.id, **asdict(entry)}).scalar_one_or_none() is not None
    return new


def of_keys(connection: Connection, keys: Collection[str], markets: Collection[str]) -> tuple[Entry, ...]:
    """The entries of these keys in these markets, by time."""
    query = sa.select(suppressions).where(suppressions.c.key.in_(keys), suppressions.c.market.in_(markets))
    rows = connection.execute(query.order_by(suppressions.c.at, suppressions.c.seq)).mappings()
    return tuple(_entry(row) for row in rows)


def every(connection: Connection) -> Iterator[Entry]:
    """The whole list in the order it was written, read in small steps."""
    query = sa.select(suppressions).order_by(suppressions.c.seq).execution_options(yield_per=500)
    for row in connection.execute(query).mappings():
        yield _entry(row)


def _entry(row: sa.RowMapping) -> Entry:
    return Entry(**{name: row[name] for name in ("key", "what", "market", "use", "reason", "at")})
