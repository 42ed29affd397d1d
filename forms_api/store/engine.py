"""Opens the store: one engine per process, on SQLite or PostgreSQL, with the durability that a lead needs.

`reading` and `writing` are the only ways to a connection; `upgrade` brings the schema up to date. After a commit that
added to the ledger its head goes to the anchor file; after an erasure SQLite's log is emptied.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from weakref import WeakSet

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, make_url

from forms_api.store import ledger
from forms_api.store.anchor import Anchor, anchor_file
from forms_api.store.keys import ERASED, derive_keys

BUSY_TIMEOUT_SECONDS = 30
#: Any number, the same for all our processes: holds back a second migration on PostgreSQL.
MIGRATION_LOCK = 7_305_001
#: How long the emptying of SQLite's log waits for readers; after that it is tried again after the next commit.
PURGE_WAIT_SECONDS = 0.25
#: SQLite stores whose log still holds what was erased.
_UNPURGED: WeakSet[Engine] = WeakSet()
_MIGRATIONS = Path(__file__).parent / "migrations"


def open_engine(url: str, secret_key: str = "", anchor_folder: Path | None = None) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://…`; the SQLite file's folder is made.

    Without the installation's secret key it neither reads nor adds consent events, without the folder it keeps no
    anchor of the ledger. Raises ValueError for another database and for SQLite without a file: threads would each see their own.
    """
    parsed = make_url(url)
    if parsed.drivername in ("postgres", "postgresql"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    backend = parsed.get_backend_name()
    keys = derive_keys(secret_key) if secret_key else None
    options: dict[str, Any] = {"leadsite_keys": keys}
    if keys is not None and anchor_folder is not None:
        options["leadsite_anchor"] = Anchor(anchor_file(anchor_folder, url), keys.anchor)
    if backend == "sqlite":
        if parsed.database in (None, "", ":memory:"):
            raise ValueError("SQLite needs a file, as sqlite:///var/leadsite.db")
        Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT_SECONDS}, execution_options=options)
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    elif backend == "postgresql":
        engine = sa.create_engine(
            parsed, pool_pre_ping=True, pool_size=5, max_overflow=15, connect_args={"connect_timeout": 10},
            execution_options=options,
        )  # fmt: skip
    else:
        raise ValueError(f"the store runs on sqlite or postgresql, not {backend}")
    sa.event.listen(engine, "begin", _forget_marks)
    sa.event.listen(engine, "rollback_savepoint", _forget_head)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one consistent state and takes no write lock."""
    with engine.connect().execution_options(leadsite_reading=True) as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection in one transaction: committed at the end, rolled back by any exception."""
    head, erased = None, False
    with engine.begin() as connection:
        marks = connection.info
        try:
            yield connection
            if ledger.HEAD in marks:
                head = marks[ledger.HEAD] or ledger.newest(connection)
            erased = ERASED in marks
        finally:
            _forget_marks(connection)
    anchor = anchor_of(engine)
    if head is not None and anchor is not None:
        anchor.write(head)
    if engine.dialect.name == "sqlite" and (erased or engine in _UNPURGED):
        _purge(engine)


def anchor_of(bind: Engine | Connection) -> Anchor | None:
    """The ledger's anchor, if the engine was opened with one."""
    anchor: Anchor | None = bind.get_execution_options().get("leadsite_anchor")
    return anchor


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
    # What is deleted or overwritten is zeroed in the file, so that erased means gone.
    connection.execute("PRAGMA secure_delete = ON")


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


def _purge(engine: Engine) -> None:
    """Empties SQLite's write-ahead log, which holds pages as they were before an erasure."""
    _UNPURGED.add(engine)
    pooled = engine.raw_connection()
    try:
        connection: Any = pooled.driver_connection
        connection.execute(f"PRAGMA busy_timeout = {PURGE_WAIT_SECONDS * 1000:.0f}")
        try:
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError:  # Another process holds it.
            busy = 1
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_SECONDS * 1000}")
        if not busy:
            _UNPURGED.discard(engine)
    finally:
        pooled.close()


def _forget_marks(connection: Connection) -> None:
    """What a transaction noted of itself is no other one's; the pool gives the same connection to the next."""
    connection.info.pop(ledger.HEAD, None)
    connection.info.pop(ERASED, None)


def _forget_head(connection: Connection, _name: str, _context: None) -> None:
    """After a savepoint was rolled back, rows of the ledger are gone, and on PostgreSQL its lock may be."""
    if ledger.HEAD in connection.info:
        connection.info[ledger.HEAD] = None


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that reads and then writes fails with "database is locked" without waiting.
    deferred = connection.get_execution_options().get("leadsite_reading", False)
    connection.exec_driver_sql("BEGIN" if deferred else "BEGIN IMMEDIATE")
