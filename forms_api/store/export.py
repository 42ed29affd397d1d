"""Leads as rows for people and programs: the listing of `leads list --json`, and CSV.

CSV opens in spreadsheets, so a value that a spreadsheet would run as a formula is made plain text.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, TextIO

from sqlalchemy.engine import Connection

from forms_api.store import deliveries, leads
from leadcore.model.leads import Delivery, Lead

#: Columns of a lead's CSV row before its answers.
LEAD_COLUMNS = (
    "receipt", "id", "market", "locale", "form", "page", "email", "name", "phone_e164", "phone_typed", "company",
    "residence", "region", "status", "submitted_at", "confirmed_at", "withdrawn_at", "erased_at", "quarantine_reason",
)  # fmt: skip
#: What starts a formula in a spreadsheet (OWASP, "CSV Injection"), with the full-width forms that East Asian ones read.
_FORMULA_START = re.compile(r"\s*[=+\-@\t\r＝＋－＠]")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
#: A telephone number with its groups: no name and no sign that a formula could do more than reckon with.
_PHONE = re.compile(r"[+＋][\d\s()./‐‑–−-]{6,}")
_BATCH = 500


def lead_to_listing(lead: Lead, of_lead: Iterable[Delivery]) -> dict[str, Any]:
    """The lead as `leads list --json` shows it."""
    return {
        "receipt": lead.receipt,
        "market": lead.market,
        "locale": lead.locale,
        "form": lead.form,
        "email": lead.email,
        "submitted_at": _iso(lead.submitted_at),
        "confirmed_at": _iso(lead.confirmed_at),
        "withdrawn_at": _iso(lead.withdrawn_at),
        "erased_at": _iso(lead.erased_at),
        "quarantine_reason": lead.quarantine_reason,
        "deliveries": [delivery_to_listing(d) for d in of_lead],
    }


def delivery_to_listing(delivery: Delivery) -> dict[str, Any]:
    """The delivery as `leads list --json` shows it; `list` is the mail's id for a mail."""
    return {
        "id": delivery.id,
        "list": delivery.name,
        "destination": delivery.destination,
        "action": delivery.action,
        "due_at": _iso(delivery.due_at),
        "delivered_at": _iso(delivery.delivered_at),
        "failed_at": _iso(delivery.failed_at),
        "failed_reason": delivery.failed_reason,
        "cancelled_at": _iso(delivery.cancelled_at),
    }


def listing(connection: Connection, **filters: Any) -> Iterator[dict[str, Any]]:
    """Every lead that matches, with its deliveries. Filters as for `leads.find`."""
    found = leads.find(connection, **filters)
    while batch := list(islice(found, _BATCH)):
        of_lead = deliveries.of_leads(connection, [lead.id for lead in batch])
        for lead in batch:
            yield lead_to_listing(lead, of_lead[lead.id])


def lead_to_row(lead: Lead) -> dict[str, Any]:
    """The lead as one flat row: LEAD_COLUMNS, then each answer under `answer.<field>`."""
    row = {name: getattr(lead, name) for name in LEAD_COLUMNS}
    row = {name: _iso(value) if isinstance(value, datetime) else value for name, value in row.items()}
    return {**row, **{f"answer.{name}": value for name, value in lead.answers.items()}}


def export_rows(connection: Connection, **filters: Any) -> Iterator[dict[str, Any]]:
    """Every lead that matches, as a flat row. Filters as for `leads.find`."""
    for lead in leads.find(connection, **filters):
        yield lead_to_row(lead)


def write_csv(file: TextIO, rows: Iterable[Mapping[str, Any]], columns: Iterable[str] = ()) -> int:
    """How many rows were written. Columns are those named, then any other a row brings, in order of appearance.

    Open the file with `newline=""` and UTF-8.
    """
    held = list(rows)
    names = list(dict.fromkeys([*columns, *(name for row in held for name in row)]))
    writer = csv.writer(file)
    writer.writerow([csv_safe(name) for name in names])
    writer.writerows([csv_safe(row.get(name)) for name in names] for row in held)
    return len(held)


def csv_safe(value: object) -> str:
    """The value as text that a spreadsheet shows and never runs: a leading apostrophe where a formula would start.

    Plain numbers and telephone numbers such as +4930123456 and +49 (0)30 123456 stay as they are.
    """
    text = "" if value is None else _iso(value) or "" if isinstance(value, datetime) else str(value)
    if _FORMULA_START.match(text) and not _PLAIN_NUMBER.fullmatch(text) and not _PHONE.fullmatch(text.strip("\u202a\u202c\u200e\u200f")):
        return "'" + text
    return text


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
