"""Notices: every text ever published, by its digest. Kept for ever; a page built long ago still submits."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from forms_api.store.rows import record_to_row, row_to_notice
from forms_api.store.schema import notices
from leadcore.model.leads import PublishedNotice


def publish(connection: Connection, published: Iterable[PublishedNotice]) -> int:
    """How many of the notices are new. A digest already known stays as first published.

    Only what nobody knew of it then is added: its number in the register, and its markup.
    """
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(notices).on_conflict_do_nothing(index_elements=["digest"]).returning(notices.c.digest)
    new = 0
    for notice in published:
        if connection.execute(statement, record_to_row(notice)).scalar_one_or_none() is not None:
            new += 1
        elif notice.version or notice.html:
            _complete(connection, notice)
    return new


def _complete(connection: Connection, notice: PublishedNotice) -> None:
    """Gives a known notice the number and the markup that it lacks."""
    for column, value, lacking in ((notices.c.version, notice.version, 0), (notices.c.html, notice.html, "")):
        if value != lacking:
            here = (notices.c.digest == notice.digest) & (column == lacking)
            connection.execute(notices.update().where(here).values({column: value}))


def by_digest(connection: Connection, digest: str) -> PublishedNotice | None:
    """The notice as it was shown, or None for a digest never published."""
    row = connection.execute(sa.select(notices).where(notices.c.digest == digest)).mappings().one_or_none()
    return row_to_notice(row) if row else None


def digests(connection: Connection) -> frozenset[str]:
    """Every digest ever published."""
    return frozenset(connection.execute(sa.select(notices.c.digest)).scalars())
