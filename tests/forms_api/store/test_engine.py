"""The engine: durability settings, transactions, migrations that match the tables."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from forms_api.store.engine import open_engine, reading, ready, upgrade, writing
from forms_api.store.rows import record_to_row
from forms_api.store.schema import leads, metadata


def test_the_migrations_end_at_exactly_the_tables(empty_url):
    engine = open_engine(empty_url)
    upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, metadata)
        indexes = {index["name"] for table in metadata.tables for index in sa.inspect(connection).get_indexes(table)}
    engine.dispose()
    assert differences == []
    assert {index.name for table in metadata.tables.values() for index in table.indexes} <= indexes


def test_upgrade_runs_from_many_processes_at_once_without_harm(empty_url):
    failures = []

    def run() -> None:
        engine = open_engine(empty_url)
        try:
            upgrade(engine)
        except Exception as error:
            failures.append(error)
        finally:
            engine.dispose()

    threads = [threading.Thread(target=run) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    engine = open_engine(empty_url)
    assert failures == []
    assert ready(engine)
    engine.dispose()


def test_a_store_without_tables_is_not_ready(empty_url):
    engine = open_engine(empty_url)
    assert not ready(engine)
    engine.dispose()


def test_sqlite_is_opened_for_durability(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path}/deep/leadsite.db")
    with reading(engine) as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    engine.dispose()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30000}


@pytest.mark.parametrize("url", ["postgres://u@h/d", "postgresql://u@h/d", "postgresql+psycopg://u@h/d"])
def test_every_spelling_of_postgresql_uses_psycopg(url):
    engine = open_engine(url)
    assert engine.dialect.driver == "psycopg"
    engine.dispose()


@pytest.mark.parametrize("url", ["mysql+pymysql://u@h/d", "sqlite://", "sqlite:///:memory:"])
def test_a_database_that_would_lose_leads_is_refused(url):
    with pytest.raises((ValueError, ModuleNotFoundError)):
        open_engine(url)


def test_an_exception_rolls_the_transaction_back(engine, make_lead):
    with pytest.raises(RuntimeError), writing(engine) as connection:
        connection.execute(leads.insert(), record_to_row(make_lead()))
        raise RuntimeError
    with reading(engine) as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(leads)).scalar_one() == 0


def test_times_come_back_aware_and_in_utc(engine, make_lead):
    nepal = timezone(timedelta(hours=5, minutes=45))
    written = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=nepal)
    with writing(engine) as connection:
        connection.execute(leads.insert(), record_to_row(make_lead(submitted_at=written)))
    with reading(engine) as connection:
        read = connection.execute(sa.select(leads.c.submitted_at)).scalar_one()
    assert read == written
    assert read.tzinfo is UTC or read.utcoffset() == timedelta(0)


def test_a_naive_time_is_refused(engine, make_lead):
    with pytest.raises(sa.exc.StatementError, match="aware"), writing(engine) as connection:
        connection.execute(leads.insert(), record_to_row(make_lead(submitted_at=datetime(2026, 1, 1))))


def test_whatever_a_visitor_typed_can_be_stored(engine, make_lead):
    lead = make_lead(name="a\x00b\ud800c", answers={"z": "\x00\ud83d", "a": ["\udfff"], "m": {"k\x00": True}})
    with writing(engine) as connection:
        connection.execute(leads.insert(), record_to_row(lead))
    with reading(engine) as connection:
        name, answers = connection.execute(sa.select(leads.c.name, leads.c.answers)).one()
    assert name == "a\ufffdb\ufffdc"
    assert list(answers.items()) == [("z", "\ufffd\ufffd"), ("a", ["\ufffd"]), ("m", {"k\ufffd": True})]
