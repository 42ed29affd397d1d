"""`leadsite privacy run`: shown first, then done, then nothing left."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from forms_api.store import leads
from forms_api.store.engine import open_engine, reading, writing
from leadsite.cli import main

from .served import KEY


@pytest.fixture
def leadsite(copy_of_example: Path, store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("LEADSITE_DATABASE_URL", store_url)
    monkeypatch.setenv("LEADSITE_QUEUE_URL", f"sqlite:///{tmp_path / 'queue.db'}")
    monkeypatch.setenv("LEADSITE_SECRET_KEY", KEY)

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, ["privacy", "run", "--project", str(copy_of_example), *words])

    return run


@pytest.fixture
def stored(store_url, tmp_path, make_lead, make_event):
    """Three leads of November 2026 in a market whose notice keeps for 24 months, one of them suspect."""
    engine = open_engine(store_url, KEY, tmp_path / "anchors")
    made = [make_lead(market="de", locale="de", residence="DE", phone_e164=""), make_lead(market="us", locale="en-US", residence="US", phone_e164="")]
    made.append(make_lead(market="us", locale="en-US", residence="US", phone_e164="", quarantine_reason="trap"))
    with writing(engine) as connection:
        for lead in made:
            leads.accept(connection, lead, make_event(lead))
    yield engine, made
    engine.dispose()


@pytest.mark.parametrize("today", ["2026-12-21", "2028-10-30", "2028-11-21", "2031-01-01"])
def test_the_dry_run_prints_what_the_run_then_does(leadsite, stored, today):
    shown = leadsite("--dry-run", "--json", "--today", today)
    assert shown.exit_code == 0, shown.output
    again = leadsite("--dry-run", "--json", "--today", today)
    done = leadsite("--json", "--today", today)
    assert (done.exit_code, shown.output, json.loads(done.output)) == (0, again.output, json.loads(shown.output))
    assert json.loads(shown.output), "something is due"
    assert json.loads(leadsite("--json", "--today", today).output) == []


def test_the_dry_run_changes_nothing(leadsite, stored):
    engine, made = stored
    leadsite("--dry-run", "--today", "2031-01-01")
    with reading(engine) as connection:
        assert [leads.by_id(connection, lead.id).erased_at for lead in made] == [None, None, None]


def test_a_line_tells_the_reason_and_its_source_and_nobody_s_address(leadsite, stored):
    _, made = stored
    text = leadsite("--dry-run", "--today", "2026-12-21").output
    assert f"2026-12-21  erase   {made[2].id}  quarantined  policy: GDPR art. 5(1)(e)" in text
    assert "@" not in text


def test_nothing_is_due_today(leadsite):
    assert leadsite("--json").output == "[]\n"
    assert leadsite("--today", "tomorrow").exit_code == 2
