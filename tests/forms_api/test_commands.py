"""The commands over the store: their shapes as the contract has them, and one clear error for whatever is wrong."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from forms_api.outbox import Outbox
from forms_api.store import deliveries as store_deliveries
from forms_api.store import leads as store_leads
from forms_api.store.engine import reading, writing
from forms_api.store.schema import consent_events, deliveries
from leadcore.model.leads import Lead
from leadsite.cli import main

from .served import KEY, Api

Run = Callable[..., Result]


@pytest.fixture
def run(example: Path) -> Run:
    """Runs `leadsite …` on the example, by default with the store of an API."""

    def call(*words: str, api: Api | None = None, given: str = "", root: Path | None = None, **environ: str) -> Result:
        around: dict[str, str | None] = {name: None for name in os.environ if name.startswith("LEADSITE_")}
        around |= {"LEADSITE_SECRET_KEY": KEY}
        if api is not None:
            around["LEADSITE_ANCHOR_FOLDER"] = str(api.kit.settings.anchor_folder)
            around["LEADSITE_SUPPRESSION_FILE"] = str(api.kit.settings.suppression_file)
            around["LEADSITE_DATABASE_URL"] = api.kit.engine.url.render_as_string(hide_password=False).replace("postgresql+psycopg", "postgresql")
        return CliRunner().invoke(main, [*words, "--project", str(root or example)], input=given, env={**around, **environ})

    return call


def good(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout


def bad(result: Result, status: int) -> str:
    """What is said of an error: on standard error, short, with nothing of Python in it."""
    assert result.exit_code == status, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    said = result.stderr.strip()
    assert said and "Traceback" not in said and len(said.splitlines()) <= 4, said
    assert result.stdout == ""
    return said


@pytest.fixture
def stored(any_api: Api) -> Lead:
    """A lead that has confirmed, was delivered to its list, and has its first mail sent."""
    lead = any_api.taken("in", "gu-IN", "demo", name="=આશા", phone="98200 12345", consent_news_email="yes", message="Namaste")
    any_api.client.post(any_api.link(lead, "confirm"))

    class Kept:
        def deliver(self, delivery: Any, now: Any) -> Any:
            from forms_api.destinations.base import Accepted

            return Accepted(detail="204")

        def close(self) -> None: ...

    Outbox(any_api.kit.engine, {"mail": Kept(), "list:in/guide-in": Kept()}, worker="w", clock=any_api.clock, jitter=lambda: 0.5).deliver_due()
    return next(one for one in any_api.leads() if one.id == lead.id)


def test_leads_are_listed_as_the_contract_has_them(run: Run, any_api: Api, stored: Lead) -> None:
    rows = json.loads(good(run("leads", "list", "--json", api=any_api)))
    assert len(rows) == 1
    row = rows[0]
    contract = {"receipt", "market", "locale", "form", "email", "submitted_at", "confirmed_at", "withdrawn_at", "erased_at", "quarantine_reason", "deliveries"}
    assert set(row) == contract
    assert (row["receipt"], row["market"], row["locale"], row["form"]) == (stored.receipt, "in", "gu-IN", "demo")
    assert row["confirmed_at"] == "2026-11-21T12:00:00+00:00" and row["withdrawn_at"] is row["erased_at"] is row["quarantine_reason"] is None
    (one,) = row["deliveries"]
    assert {"list", "destination", "due_at", "delivered_at", "failed_at"} <= set(one)
    assert (one["list"], one["destination"], one["failed_at"]) == ("guide-in", "list", None) and one["delivered_at"]
    assert stored.receipt in good(run("leads", "list", api=any_api))


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        (("--market", "in"), 1), (("--market", "de"), 0), (("--form", "demo"), 1), (("--form", "guide"), 0), (("--status", "confirmed"), 1),
        (("--status", "received"), 0), (("--since", "2026-11-21"), 1), (("--since", "2026-11-22"), 0), (("--email", "nobody@example.com"), 0),
    ],
)  # fmt: skip
def test_leads_are_found_by_filter(run: Run, api: Api, filters: tuple[str, ...], count: int) -> None:
    lead = api.taken("in", "gu-IN", "demo")
    api.client.post(api.link(lead, "confirm"))
    assert len(json.loads(good(run("leads", "list", "--json", *filters, api=api)))) == count


def test_one_lead_is_shown_and_traced_by_receipt_or_id(run: Run, any_api: Api, stored: Lead) -> None:
    for reference in (stored.receipt, stored.receipt.lower(), f" {stored.id} "):
        held = json.loads(good(run("leads", "show", reference, "--json", api=any_api)))
        assert (held["receipt"], held["phone_e164"], held["consents"][0]["uses"]["email"]["ticked"]) == (stored.receipt, "+919820012345", True)
    assert "=આશા" in good(run("leads", "show", stored.receipt, api=any_api))
    steps = json.loads(good(run("leads", "trace", stored.receipt, "--json", api=any_api)))
    assert all(set(step) == {"at", "what", "detail"} for step in steps)
    assert [s["what"] for s in steps][:3] == ["lead.submitted", "lead.confirmed", "consent.given"]
    assert {"consent.confirmed", "delivery.created", "delivery.attempted", "delivery.delivered"} <= {s["what"] for s in steps}
    assert [s["at"] for s in steps] == sorted(s["at"] for s in steps)
    assert stored.email not in json.dumps(steps), "a trace holds ids and codes"
    assert "delivery.delivered" in good(run("leads", "trace", stored.receipt, api=any_api))


def test_leads_are_exported_for_spreadsheets_and_programs(run: Run, any_api: Api, stored: Lead) -> None:
    rows = list(csv.DictReader(io.StringIO(good(run("leads", "export", api=any_api)))))
    assert len(rows) == 1 and rows[0]["email"] == stored.email
    assert rows[0]["name"] == "'=આશા", "a formula is made text"
    assert rows[0]["answer.message"] == "Namaste"
    assert json.loads(good(run("leads", "export", "--format", "json", api=any_api)))[0]["name"] == "=આશા"
    empty = run("leads", "export", "--list", "no-such-list", api=any_api)
    assert empty.exit_code == 0 and 'nobody is on a list "no-such-list"' in empty.stderr


def test_a_lead_is_released_once(run: Run, any_api: Api) -> None:
    lead = any_api.taken("us", "en-US", website="x")
    assert json.loads(good(run("leads", "list", "--json", api=any_api)))[0]["quarantine_reason"] == "honeypot"
    assert good(run("leads", "release", lead.receipt, api=any_api)) == "released\n"
    assert good(run("leads", "release", lead.receipt, api=any_api)) == "was not in quarantine\n"
    assert not any_api.lead().quarantined


def test_a_lead_is_erased_after_a_question(run: Run, any_api: Api, stored: Lead) -> None:
    refused = run("leads", "erase", stored.receipt, api=any_api, given="n\n")
    assert refused.exit_code == 1 and any_api.lead().email == stored.email
    assert good(run("leads", "erase", stored.receipt, api=any_api, given="y\n")).endswith("erased\n")
    assert any_api.lead().status == "erased" and any_api.lead().email == ""
    assert good(run("leads", "erase", stored.receipt, "--yes", api=any_api)) == "was erased before\n"
    row = json.loads(good(run("leads", "list", "--json", api=any_api)))[0]
    assert row["erased_at"] and row["email"] == ""
    assert "erased" in good(run("leads", "list", api=any_api))


def test_deliveries_are_listed_and_failed_ones_replayed(run: Run, any_api: Api, stored: Lead) -> None:
    with writing(any_api.kit.engine) as connection:
        connection.execute(deliveries.update().where(deliveries.c.name == "guide-in").values(delivered_at=None, failed_at=any_api.clock(), failed_reason="http 400"))
    rows = json.loads(good(run("deliveries", "list", "--json", api=any_api)))
    assert {"id", "list", "destination", "action", "due_at", "delivered_at", "failed_at", "failed_reason", "lead", "market", "status", "attempts"} <= set(rows[0])
    failed = json.loads(good(run("deliveries", "list", "--status", "failed", "--json", api=any_api)))
    assert [(d["list"], d["failed_reason"]) for d in failed] == [("guide-in", "http 400")]
    assert "http 400" in good(run("deliveries", "list", "--destination", "list", "--market", "in", api=any_api))
    assert good(run("deliveries", "replay", "--destination", "webhook", api=any_api)) == "0 made due again\n"
    assert good(run("deliveries", "replay", failed[0]["id"], api=any_api)) == "1 made due again\n"
    assert good(run("deliveries", "replay", "--all", api=any_api)) == "0 made due again\n"
    with reading(any_api.kit.engine) as connection:
        found = store_deliveries.by_id(connection, failed[0]["id"])
    assert found is not None and found.open


def test_consent_is_shown_word_for_word_and_receipted(run: Run, any_api: Api, stored: Lead) -> None:
    first = any_api.events(stored)[0]
    said = good(run("consent", "show", stored.receipt, api=any_api))
    assert all(line.strip() in said for line in first.notice_text.split("\n"))
    assert "[x] email" in said and "[ ] voice" in said and first.notice_digest in said
    shown = json.loads(good(run("consent", "show", stored.receipt, "--json", api=any_api)))
    assert [e["event"] for e in shown] == ["given", "confirmed"]
    assert shown[0]["notice_text"] == first.notice_text
    receipt = json.loads(good(run("consent", "receipt", stored.receipt, api=any_api)))
    assert "@context" in receipt
    assert first.notice_digest in json.dumps(receipt)
    assert stored.email not in json.dumps(receipt)


def test_an_honest_ledger_is_whole_and_a_changed_one_is_not(run: Run, any_api: Api, stored: Lead) -> None:
    assert good(run("consent", "verify", api=any_api)) == "whole: 2 events, anchored to row 2\n"
    assert json.loads(good(run("consent", "verify", "--json", api=any_api)))["whole"] is True
    with writing(any_api.kit.engine) as connection:
        connection.execute(consent_events.update().where(consent_events.c.seq == 1).values(event="refused"))
    changed = run("consent", "verify", api=any_api)
    assert changed.exit_code == 1
    assert changed.stdout.startswith("edited: row 1 was changed after it was written  (event ")
    assert changed.stdout.endswith("NOT WHOLE: 2 events, anchored to row 2\n")
    found = run("consent", "verify", "--json", api=any_api)
    assert found.exit_code == 1
    told = json.loads(found.stdout)
    assert set(told) == {"whole", "rows", "head", "anchored", "torn", "findings"}
    assert [(f["row"], f["what"], f["lead"]) for f in told["findings"]] == [(1, "edited", stored.id)]
    assert stored.email not in changed.stdout + found.stdout


def test_an_erased_lead_leaves_the_ledger_whole(run: Run, any_api: Api, stored: Lead) -> None:
    good(run("leads", "erase", stored.receipt, "--yes", api=any_api))
    told = json.loads(good(run("consent", "verify", "--json", api=any_api)))
    assert (told["whole"], told["rows"], told["anchored"]) == (True, 3, 3)


def test_without_an_anchor_the_audit_says_so(run: Run, any_api: Api, stored: Lead) -> None:
    nowhere = str(any_api.kit.settings.anchor_folder / "empty")
    assert "no anchor file to compare with" in good(run("consent", "verify", api=any_api, LEADSITE_ANCHOR_FOLDER=nowhere))


def test_a_lead_that_agreed_to_nothing_has_no_receipt(run: Run, api: Api) -> None:
    assert "no consent to receipt" in bad(run("consent", "receipt", api.taken("us", "en-US").receipt, api=api), 1)


@pytest.mark.parametrize("words", [("leads", "show"), ("leads", "trace"), ("leads", "release"), ("leads", "erase", "--yes"), ("consent", "show"), ("consent", "receipt")])
@pytest.mark.parametrize("reference", ["NOBODY", "", "'; --", "\x7f" * 300])
def test_a_lead_that_is_not_there_is_named(run: Run, api: Api, words: tuple[str, ...], reference: str) -> None:
    said = bad(run(*words, reference, api=api), 1)
    assert said.startswith('Error: no lead "') and "fix:" in said


@pytest.mark.parametrize(
    "words",
    [
        ("leads", "list", "--status", "lost"), ("leads", "list", "--since", "yesterday"), ("leads", "show"), ("leads", "export", "--format", "xml"),
        ("deliveries", "replay"), ("deliveries", "replay", "--since", "x"), ("deliveries", "list", "--status", "x"), ("leads", "nothing"), ("consent", "explain"),
    ],
)  # fmt: skip
def test_wrong_usage_is_exit_code_2(run: Run, api: Api, words: tuple[str, ...]) -> None:
    result = run(*words, api=api)
    assert result.exit_code == 2 and result.stdout == ""
    assert "Error: " in result.stderr and "Traceback" not in result.stderr


STORE_COMMANDS = [("leads", "list"), ("leads", "show", "X"), ("leads", "export"), ("leads", "release", "X"), ("deliveries", "list"), ("deliveries", "replay", "--all"), ("consent", "show", "X")]


@pytest.mark.parametrize("words", STORE_COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("LEADSITE_DATABASE_URL", "mysql://x/y", "LEADSITE_DATABASE_URL"),
        ("LEADSITE_DATABASE_URL", "sqlite:////proc/nothing/leadsite.db", "LEADSITE_DATABASE_URL"),
        ("LEADSITE_DATABASE_URL", "postgresql://somebody:a-password@127.0.0.1:9/none", "LEADSITE_DATABASE_URL"),
        ("LEADSITE_RATE_PER_MINUTE", "many", "LEADSITE_RATE_PER_MINUTE is 'many'"),
        ("LEADSITE_SECRET_KEY", "short", "LEADSITE_SECRET_KEY is shorter"),
    ],
    ids=["unknown kind", "no such folder", "nobody answers", "not a number", "short key"],
)
def test_a_broken_environment_is_one_clear_error(run: Run, words: tuple[str, ...], name: str, value: str, said: str) -> None:
    heard = bad(run(*words, **{name: value}), 1)
    assert said in heard and "a-password" not in heard


def test_a_file_that_is_no_store_is_one_clear_error(run: Run, tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Dear Sir or Madam, " * 200)
    assert "the store cannot be used" in bad(run("leads", "list", LEADSITE_DATABASE_URL=f"sqlite:///{tmp_path / 'letter.db'}"), 1)


@pytest.mark.parametrize("words", STORE_COMMANDS, ids=" ".join)
def test_a_folder_that_is_no_project_gets_no_store(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    assert "is no project" in bad(run(*words, root=folder), 1)
    assert list(folder.iterdir()) == []


def test_a_folder_that_is_not_there_is_wrong_usage(run: Run, tmp_path: Path) -> None:
    assert run("leads", "list", root=tmp_path / "nowhere").exit_code == 2


def test_the_law_is_explained_field_by_field(run: Run) -> None:
    shown = json.loads(good(run("consent", "explain", "--market", "de", "--residence", "us", "--region", "ca", "--date", "2026-11-21", "--json")))
    assert {"DE", "US-CA"} <= set(shown["applies"])
    assert all({"field", "value", "regime", "citation", "confidence"} <= set(row) for row in shown["rules"])
    plain = good(run("consent", "explain", "--market", "in"))
    assert "not legal advice" in plain.splitlines()[0]
    assert all(len(line.split("\t")) == 5 for line in plain.splitlines()[1:])


def test_what_follows_for_a_visitor_is_explained(run: Run) -> None:
    words = ("--market", "de", "--age", "15", "--language", "de", "--signal", "--org", "--customer", "--seat", "FR", "--date", "2026-11-21")
    shown = json.loads(good(run("consent", "explain", *words, "--json")))
    assert shown["visitor"] | {"age": 15, "gpc": True, "org": True, "customer": True, "seat": "FR", "lang": "de"} == shown["visitor"]
    assert shown["date"] == "2026-11-21" and {"EU", "DE", "FR"} == set(shown["applies"])
    follows = {row["subject"]: row["outcome"] for row in shown["follows"]}
    assert follows["decision, every box ticked"] == "hold_parent" and "UNDER_AGE_16" in follows["email with its box ticked"]
    assert all({"subject", "outcome", "regime", "citation", "confidence"} <= set(row) for row in shown["follows"])


def test_an_entry_in_a_register_is_recorded_and_what_waits_is_listed(run: Run, any_api: Api) -> None:
    lead = any_api.taken("in", "en-IN", "demo", phone="98200 12345", email=f"{uuid.uuid4().hex}@example.com", consent_offers_voice="yes")
    assert any_api.client.post(any_api.link(lead, "confirm")).status_code == 200
    (row,) = json.loads(good(run("consent", "waiting", "--json", api=any_api)))
    assert (row["receipt"], row["use"], row["awaits"], row["overdue"]) == (lead.receipt, "voice", "dlt_consent_recorded", False)
    assert "waiting" in good(run("consent", "waiting", api=any_api)) and good(run("consent", "waiting", "--overdue", api=any_api)) == ""
    assert "no use of this lead" in bad(run("consent", "record", lead.receipt, "--event", "iys_entry", api=any_api), 1)
    assert "future" in bad(run("consent", "record", lead.receipt, "--event", "dlt_digital_consent", "--at", "2999-01-01", api=any_api), 2)
    assert "voice: recorded" in good(run("consent", "record", lead.receipt, "--event", "dlt_digital_consent", "--at", "2026-11-21", api=any_api))
    assert json.loads(good(run("consent", "waiting", "--json", api=any_api))) == []
    assert any_api.lists(lead) == ["calls-in"]


@pytest.mark.parametrize("words", [("--market", "de", "--residence", "Germany"), ("--market", "nowhere"), ("--market", "de", "--date", "soon")])
def test_a_visitor_that_cannot_be_explained_is_wrong_usage(run: Run, words: tuple[str, ...]) -> None:
    result = run("consent", "explain", *words)
    assert result.exit_code == 2 and "Error: " in result.stderr and "Traceback" not in result.stderr


def test_a_case_is_decided_without_a_store(run: Run, tmp_path: Path) -> None:
    case = {"today": "2026-11-21", "market": "DE", "visitor": {"residence": "DE", "lang": "de"}, "answers": {"email": "given", "tick_email": True, "enquiry": True}}
    result = run("consent", "decide", given=json.dumps(case), LEADSITE_DATABASE_URL="mysql://nothing")
    decided = json.loads(good(result))
    assert {"applies", "decision", "pending", "refuse", "show", "never_show", "store", "forward", "because"} <= set(decided)
    assert {"use": "email", "when": "doi_confirmed"} in decided["forward"]


@pytest.mark.parametrize("given", ["", "{", "[]", "null", "7", '"x"', "{}", '{"market": 7}', '{"today": "soon", "market": "DE"}', '{"market": "DE", "answers": []}', "[" * 5000, "\x00"])
def test_a_case_that_cannot_be_read_is_wrong_usage(run: Run, given: str) -> None:
    result = run("consent", "decide", given=given)
    assert result.exit_code == 2, result.output
    assert "Error: " in result.stderr and "Traceback" not in result.stderr and result.stdout == ""


@pytest.mark.parametrize("command", ["api", "worker"])
def test_processes_do_not_start_on_what_is_broken(command: str, example: Path, tmp_path: Path) -> None:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("LEADSITE_")}
    for root, extra, said in ((example, {"LEADSITE_RATE_PER_MINUTE": "many"}, "LEADSITE_RATE_PER_MINUTE is 'many'"), (tmp_path, {}, "there is no folder content/")):
        done = subprocess.run(
            [sys.executable, "-m", "leadsite", command, "--project", str(root)], env={**environ, **extra}, capture_output=True, text=True, timeout=30, check=False
        )
        assert done.returncode == 1
        assert said in done.stderr and "Traceback" not in done.stderr


def test_a_reference_finds_nobody_else(run: Run, api: Api) -> None:
    lead = api.taken("us", "en-US")
    with reading(api.kit.engine) as connection:
        assert store_leads.by_reference(connection, lead.receipt[:5]) is None
        assert store_leads.by_reference(connection, "%") is None
    bad(run("leads", "show", "%", api=api), 1)
