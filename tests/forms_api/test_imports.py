"""`leadsite leads import`: each row with its own proof, kept out where somebody has withdrawn or was erased, once."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from forms_api.destinations.base import Accepted
from forms_api.outbox import Outbox
from leadsite.cli import main

from .served import KEY, Api

GOOD = {
    "email": "ada@example.com", "name": "Ada", "consent_at": "2026-03-01T10:00:00+05:30", "consent_how": "paper form at a fair",
    "consent_text": "Yes, mail me news.", "confirmed_at": "2026-03-02",
}  # fmt: skip
Import = Callable[..., dict[str, Any]]


@pytest.fixture
def run(example: Path, tmp_path: Path, any_api: Api) -> Callable[..., Result]:
    def call(*words: str) -> Result:
        around: dict[str, str | None] = {name: None for name in os.environ if name.startswith("LEADSITE_")}
        around |= {
            "LEADSITE_SECRET_KEY": KEY, "LEADSITE_ANCHOR_FOLDER": str(tmp_path / "anchors"),
            "LEADSITE_SUPPRESSION_FILE": str(any_api.kit.settings.suppression_file), "LEADSITE_DATABASE_URL": any_api.kit.settings.database_url,
        }  # fmt: skip
        return CliRunner().invoke(main, [*words, "--project", str(example)], env=around)

    return call


@pytest.fixture
def imported(run: Callable[..., Result], tmp_path: Path) -> Import:
    """Imports rows into the list guide-in and gives back what the command prints as JSON."""

    def call(rows: list[dict[str, str]], *options: str, kind: str = "csv") -> dict[str, Any]:
        file = tmp_path / f"rows.{kind}"
        if kind == "json":
            file.write_text(json.dumps(rows), encoding="utf-8")
        else:
            with file.open("w", encoding="utf-8-sig", newline="") as out:
                names = list(dict.fromkeys(name for row in rows for name in row))
                writer = csv.DictWriter(out, names)
                writer.writeheader()
                writer.writerows(rows)
        words = ("leads", "import", str(file), "--market", "in", "--form", "guide", "--list", "guide-in", "--consent-source", "fair 2026", "--json")
        result = run(*words, *options)
        assert result.exit_code == 0, result.output
        found: dict[str, Any] = json.loads(result.stdout)
        return found

    return call


def reasons(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["status"], one["reason"]) for one in found["results"]]


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_proved_row_joins_its_list_with_its_proof(any_api: Api, imported: Import, kind: str) -> None:
    found = imported([GOOD], kind=kind)
    assert found["counts"] == {"imported": 1}
    lead = any_api.lead()
    assert (lead.receipt, lead.email, lead.name, lead.status) == (found["results"][0]["receipt"], "ada@example.com", "Ada", "confirmed")
    (event,) = any_api.events(lead)
    assert (event.event, event.notice_text, event.uses["email"]["ticked"]) == ("given", "Yes, mail me news.", True)
    assert event.evidence == {"source": "fair 2026", "how": "paper form at a fair", "consent_at": "2026-03-01T04:30:00+00:00"}
    assert [(d.name, d.action) for d in any_api.deliveries(lead)] == [("guide-in", "subscribe")], "the list, and no mails"


def test_a_file_imported_again_adds_nothing(any_api: Api, imported: Import) -> None:
    imported([GOOD])
    counts = any_api.counts()
    assert reasons(imported([GOOD, {**GOOD, "email": "ADA@Example.COM"}])) == [
        ("present", "imported before"), ("present", "imported before with other content; correct the lead instead"),
    ]  # fmt: skip
    assert any_api.counts() == counts


def test_who_is_on_the_list_by_a_form_is_not_doubled(any_api: Api, imported: Import) -> None:
    lead = any_api.taken("in", "en-IN", email="Ada@example.com", consent_news_email="yes")
    any_api.client.post(any_api.link(lead, "confirm"))
    assert reasons(imported([GOOD])) == [("present", "already on the list")]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"email": "nobody"}, "email is no address"),
        ({"phone": "12"}, "phone is no possible number"),
        ({"locale": "fr"}, "locale is none of the market's"),
        ({"country": "XX"}, "country is no ISO 3166 code"),
        ({"consent_at": ""}, "no proof of consent: consent_at missing"),
        ({"consent_how": ""}, "no proof of consent: consent_how missing"),
        ({"consent_text": ""}, "no proof of consent: consent_text or notice_digest missing"),
        ({"consent_at": "last spring"}, "consent_at is no time"),
        ({"consent_at": "2999-01-01"}, "consent_at or confirmed_at lies in the future"),
        ({"confirmed_at": "2026-02-01"}, "confirmed_at lies before consent_at"),
        ({"notice_digest": "0" * 64}, "notice_digest was never published here"),
        ({"consent_uses": "voice"}, "consent_uses names none that leads to the list"),
        ({"confirmed_at": ""}, "confirmed_at is missing"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_proved_is_refused_with_its_reason(any_api: Api, imported: Import, change: dict[str, str], reason: str) -> None:
    (status, said), (other, _) = reasons(imported([{**GOOD, **change}, {**GOOD, "email": "eve@example.com"}]))
    assert status == "refused" and said.startswith(reason)
    assert other == "imported", "one bad row stops no other"
    assert [lead.email for lead in any_api.leads()] == ["eve@example.com"]


def test_rows_without_proof_may_be_kept_without_marketing(any_api: Api, imported: Import) -> None:
    bare = {"email": "ada@example.com", "name": "Ada"}
    assert reasons(imported([bare], "--without-proof", "no-marketing")) == [("without_marketing", "no proof of consent")]
    lead = any_api.lead()
    assert any_api.deliveries(lead) == () and [e.event for e in any_api.events(lead)] == ["refused"]


def test_a_published_notice_is_proof_of_its_words(any_api: Api, imported: Import) -> None:
    digest = any_api.filled("in", "en-IN")["notice"]
    any_api.taken("in", "en-IN", email="other@example.com")
    row = {**GOOD, "consent_text": "", "notice_digest": digest}
    assert imported([row])["counts"] == {"imported": 1}
    lead = next(one for one in any_api.leads() if one.email == "ada@example.com")
    assert any_api.events(lead)[0].notice_digest == digest and any_api.events(lead)[0].notice_text


def test_a_dry_run_says_what_the_run_does_and_keeps_nothing(any_api: Api, imported: Import) -> None:
    rows = [GOOD, {**GOOD, "email": "no"}, {**GOOD, "email": "eve@example.com"}]
    counts = any_api.counts()
    dry = imported(rows, "--dry-run")
    assert any_api.counts() == counts
    real = imported(rows)
    assert dry["counts"] == real["counts"] == {"imported": 2, "refused": 1} and reasons(dry) == reasons(real)


@pytest.mark.parametrize(("action", "reason"), [("withdraw-all", "withdrawn"), ("erase", "erased")])
def test_who_withdrew_or_was_erased_is_not_imported_again(any_api: Api, imported: Import, action: str, reason: str) -> None:
    lead = any_api.taken("in", "en-IN", email="Ada@example.com", consent_news_email="yes")
    any_api.client.post(any_api.opened(lead), data={"action": action})
    late = {**GOOD, "consent_at": "2026-11-21", "confirmed_at": "2026-11-21"}
    assert reasons(imported([GOOD, late])) == [("suppressed", f"{reason} on 2026-11-21")] * 2
    assert len(any_api.leads()) == 1


def test_what_was_imported_goes_through_the_outbox(any_api: Api, imported: Import) -> None:
    imported([GOOD])

    class Kept:
        def deliver(self, delivery: Any, now: Any) -> Any:
            return Accepted()

        def close(self) -> None: ...

    Outbox(
        any_api.kit.engine, {"list:in/guide-in": Kept()}, worker="w", clock=lambda: dt.datetime.now(dt.UTC) + dt.timedelta(days=1), jitter=lambda: 0.5,
        gate=lambda delivery: any_api.kit.suppression.gate(any_api.kit.engine, delivery),
    ).deliver_due()  # fmt: skip
    assert any_api.deliveries(any_api.lead())[0].delivered_at


@pytest.mark.parametrize(
    "words",
    [("--market", "xx", "--form", "guide", "--list", "guide-in"), ("--market", "in", "--form", "nope", "--list", "guide-in"), ("--market", "in", "--form", "guide", "--list", "nope")],
)
def test_an_unknown_place_is_wrong_usage(run: Callable[..., Result], tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "rows.csv").write_text("email\n", encoding="utf-8")
    assert run("leads", "import", str(tmp_path / "rows.csv"), *words, "--consent-source", "x").exit_code == 2


@pytest.mark.parametrize(("name", "content"), [("rows.json", b"{}"), ("rows.json", b"["), ("rows.csv", b"email\n\xff\xfe")])
def test_a_file_that_cannot_be_read_says_so(run: Callable[..., Result], tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    result = run("leads", "import", str(tmp_path / name), "--market", "in", "--form", "guide", "--list", "guide-in", "--consent-source", "x")
    assert result.exit_code == 1 and "cannot be read" in result.output
