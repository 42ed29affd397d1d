"""Opens the store: one engine per process, on SQLite or PostgreSQL, with the durability that a lead needs.

`reading` and `writing` are the only ways to a connection; `upgrade` brings the schema up to date.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, make_url

BUSY_TIMEOUT_SECONDS = 30
#: Any number, the same for all our processes: holds back a second migration on PostgreSQL.
MIGRATION_LOCK = 7_305_001
_MIGRATIONS = Path(__file__).parent / "migrations"


def open_engine(url: str) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://…`; the SQLite file's folder is made.

    Raises ValueError for another database and for SQLite without a file: threads would each see their own.
    """
    parsed = make_url(url)
    if parsed.drivername in ("postgres", "postgresql"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        if parsed.database in (None, "", ":memory:"):
            raise ValueError("SQLite needs a file, as sqlite:///var/leadsite.db")
        Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT_SECONDS})
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return engine
    if backend == "postgresql":
        return sa.create_engine(
            parsed, pool_pre_ping=True, pool_size=5, max_overflow=15, connect_args={"connect_timeout": 10}
        )
    raise ValueError(f"the store runs on sqlite or postgresql, not {backend}")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one consistent state and takes no write lock."""
    with engine.connect().execution_options(leadsite_reading=True) as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection in one transaction: committed at the end, rolled back by any exception."""
    with engine.begin() as connection:
        yield connection


def upgrade(engine: Engine) -> None:
    """Brings the schema to the newest revision. Safe to call from many processes at once."""
    from alembic import command
    from alembic.config import Config

    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def ready(engine: Engine) -> bool:
    """Whether the store answers and its tables stand. Never raises."""
    try:
        with reading(engine) as connection:
            connection.execute(sa.text("SELECT 1 FROM leads LIMIT 1"))
    except sa.exc.SQLAlchemyError:
        return False
    return True


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's begin event sends BEGIN; the driver must not.
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_SECONDS * 1000}")
    _use_wal(connection)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _use_wal(connection: sqlite3.Connection) -> None:
    # The change to WAL does not wait for the busy timeout when several processes open a new file at once.
    deadline = time.monotonic() + BUSY_TIMEOUT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that reads and then writes fails with "database is locked" without waiting.
    deferred = connection.get_execution_options().get("leadsite_reading", False)
    connection.exec_driver_sql("BEGIN" if deferred else "BEGIN IMMEDIATE")
