"""Consent events written before there was a ledger: sealed, numbered and chained by the migration."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

import forms_api.store
from forms_api.store import audit, consents
from forms_api.store.engine import anchor_of, open_engine, reading, upgrade, writing
from forms_api.store.rows import record_to_row
from forms_api.store.schema import metadata
from forms_api.store.types import Words

from ..served import KEY

BEFORE = "0004_schedule"


def upgrade_to(engine, revision):
    config = Config()
    config.set_main_option("script_location", str(Path(forms_api.store.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def insert(connection, name, row):
    """A row of an older schema, by those columns that it has."""
    known = {column["name"] for column in sa.inspect(connection).get_columns(name)}
    types = {column.name: column.type for column in metadata.tables[name].c} | {"residence": Words()}
    values = {key: value for key, value in row.items() if key in known}
    connection.execute(sa.insert(sa.table(name, *(sa.column(key, types[key]) for key in values))), values)


@pytest.fixture
def older(empty_url, make_lead, make_event, now):
    """A store without a ledger: two leads, the second one erased, with gaps in their events' numbers."""
    engine = open_engine(empty_url)
    upgrade_to(engine, BEFORE)
    kept, gone = make_lead(), make_lead(email="", name="", page="https://in.example/gu/", residence="", erased_at=now)
    events = {3: make_event(kept), 7: make_event(gone), 12: make_event(kept, "confirmed", doi_confirmed_at=now)}
    with writing(engine) as connection:
        for lead in (kept, gone):
            insert(connection, "leads", record_to_row(lead))
        for seq, event in events.items():
            insert(connection, "consent_events", {**record_to_row(event), "seq": seq})
    engine.dispose()
    return kept, list(events.values())


def test_what_was_there_becomes_the_start_of_the_chain(empty_url, older, make_event, tmp_path):
    kept, events = older
    engine = open_engine(empty_url, KEY, tmp_path / "anchors")
    upgrade(engine)
    assert [line.head.seq for line in anchor_of(engine).lines()[0]] == [3]
    with writing(engine) as connection:
        assert [one for one in consents.every(connection) if one.lead_id == kept.id] == [events[0], events[2]]
        rows = repr(connection.execute(sa.text("SELECT * FROM consent_events")).all())
        assert "utm_source" not in rows
        consents.add(connection, make_event(kept, "withdrawn"))
    with reading(engine) as connection:
        assert connection.execute(sa.text("SELECT seq FROM consent_events ORDER BY seq")).scalars().all() == [1, 2, 3, 4]
        assert connection.execute(sa.text("SELECT lead_id FROM lead_keys")).scalars().all() == [kept.id]
        found = audit.verify(connection, anchor_of(engine))
    assert (found.whole, found.rows, found.anchored) == (True, 4, 4)
    engine.dispose()


def test_old_events_are_not_chained_without_the_secret(empty_url, older):
    engine = open_engine(empty_url)
    with pytest.raises(RuntimeError, match="secret_key"):
        upgrade(engine)
    with reading(engine) as connection:
        assert connection.execute(sa.text("SELECT seq FROM consent_events ORDER BY seq")).scalars().all() == [3, 7, 12]
    engine.dispose()
