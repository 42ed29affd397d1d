"""`leadsite privacy due|enter|done`, and erasure from the command line."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from leadsite.cli import main

from .http.test_privacy import confirmed, work
from .served import KEY, Api

Run = Callable[..., Result]


@pytest.fixture
def run(example: Path, tmp_path: Path, any_api: Api) -> Run:
    def call(*words: str) -> Result:
        around: dict[str, str | None] = {name: None for name in os.environ if name.startswith("LEADSITE_")}
        around |= {
            "LEADSITE_SECRET_KEY": KEY, "LEADSITE_ANCHOR_FOLDER": str(tmp_path / "anchors"),
            "LEADSITE_SUPPRESSION_FILE": str(any_api.kit.settings.suppression_file), "LEADSITE_DATABASE_URL": any_api.kit.settings.database_url,
        }  # fmt: skip
        return CliRunner().invoke(main, [*words, "--project", str(example)], env=around)

    return call


def test_nothing_is_due_at_first(run: Run) -> None:
    result = run("privacy", "due")
    assert (result.exit_code, result.stdout) == (0, "nothing is due\n")
    assert json.loads(run("privacy", "due", "--json").stdout) == []


def test_a_letter_is_entered_due_and_done(run: Run, any_api: Api) -> None:
    lead = any_api.taken("de", "de")
    today = datetime.now(UTC).date()
    late, recent = today - timedelta(days=40), today - timedelta(days=1)
    for day, kind in ((recent, "access"), (late, "erasure")):
        result = run("privacy", "enter", lead.receipt, "--kind", kind, "--received", day.isoformat())
        assert result.exit_code == 0 and "GDPR art. 12(3)" in result.stdout
    result = run("privacy", "due", "--json")
    assert result.exit_code == 1, "one is overdue"
    first, second = json.loads(result.stdout)
    assert (first["kind"], first["overdue"], first["receipt"], first["regimes"]) == ("erasure", True, lead.receipt, ["EU"])
    assert (second["kind"], second["overdue"], second["channel"]) == ("access", False, "letter")
    assert "OVERDUE" in run("privacy", "due").stdout
    assert run("privacy", "done", first["id"]).stdout == "done\n"
    assert run("privacy", "done", first["id"]).stdout == "was done before\n"
    result = run("privacy", "due", "--json")
    assert result.exit_code == 0 and [one["id"] for one in json.loads(result.stdout)] == [second["id"]]


def test_an_erasure_by_command_answers_the_letter_once_every_place_was_told(run: Run, any_api: Api) -> None:
    lead = confirmed(any_api, "us", "en-US")
    today = datetime.now(UTC).date()
    run("privacy", "enter", lead.receipt, "--kind", "erasure", "--received", today.isoformat())
    assert run("leads", "erase", lead.receipt, "--yes").stdout == "erased\n"
    (letter, *_) = json.loads(run("privacy", "due", "--json").stdout)
    assert len(letter["waiting"]) == 1
    any_api.clock.now = datetime.now(UTC) + timedelta(minutes=1)
    assert [d.action for d in work(any_api)] == ["erase"]
    assert json.loads(run("privacy", "due", "--json").stdout) == []
    assert any_api.kit.settings.suppression_file.read_text(encoding="utf-8").count('"erased"') >= 1


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("privacy", "done", "nope"), 1),
        (("privacy", "enter", "nope", "--kind", "access", "--received", "2026-01-01"), 1),
        (("privacy", "enter", "nope", "--kind", "wish", "--received", "2026-01-01"), 2),
        (("privacy", "enter", "nope", "--kind", "access", "--received", "2999-01-01"), 2),
    ],
)
def test_what_is_wrong_is_told(run: Run, words: tuple[str, ...], status: int) -> None:
    result = run(*words)
    assert result.exit_code == status and "Traceback" not in result.output
