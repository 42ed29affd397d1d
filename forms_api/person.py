"""Everything kept about one person: read from the store at once, and written out as JSON and CSV for themselves."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from forms_api import links as deeds
from forms_api.store import consents, deliveries, requests
from forms_api.store.export import write_csv
from forms_api.store.requests import Request
from leadcore.model.leads import Attempt, ConsentEvent, Delivery, Lead

#: Columns of the CSV: one row for each thing that is held.
COLUMNS = ("receipt", "what", "name", "value", "at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One lead with its consent record, what was sent on, and each attempt at it."""

    lead: Lead
    record: tuple[ConsentEvent, ...]
    deliveries: tuple[Delivery, ...]
    attempts: dict[str, tuple[Attempt, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Everything that came from one address at one controller, and what the person has asked for since."""

    controller: str
    held: tuple[Held, ...]
    requests: tuple[Request, ...]


def read_person(connection: Connection, controller: str, leads: tuple[Lead, ...]) -> Person:
    """The person with these leads."""
    sent = deliveries.of_leads(connection, [lead.id for lead in leads])
    held = tuple(
        Held(
            lead=lead,
            record=consents.of_lead(connection, lead.id),
            deliveries=sent[lead.id],
            attempts={d.id: deliveries.attempts_of(connection, d.id) for d in sent[lead.id]},
        )
        for lead in leads
        if not lead.erased_at
    )
    asked = tuple(one for lead in leads for one in requests.find(connection, lead_id=lead.id))
    return Person(controller=controller, held=held, requests=asked)


def person_to_json(person: Person, now: datetime) -> str:
    """All of it as JSON: leads with consents, texts shown and destinations; requests."""
    found = {
        "controller": person.controller,
        "made_at": now.isoformat(),
        "leads": [{**deeds.held(one.lead, one.record), "sent": [_delivery(one, d) for d in one.deliveries]} for one in person.held],
        "requests": [_request(one) for one in person.requests],
    }
    return json.dumps(found, ensure_ascii=False, indent=2, default=str) + "\n"


def person_to_csv(person: Person) -> str:
    """All of it as CSV for a spreadsheet (UTF-8 with its mark, so that every one reads it right)."""
    out = io.StringIO(newline="")
    write_csv(out, _rows(person), COLUMNS)
    return "\ufeff" + out.getvalue()


def _rows(person: Person) -> Iterator[dict[str, Any]]:
    for one in person.held:
        lead = one.lead
        for name, value in deeds.held(lead, ()).items():
            if name in ("answers", "consents") or not value:
                continue
            yield _row(lead, "data", name, value)
        for name, value in lead.answers.items():
            yield _row(lead, "answer", name, value)
        for event in one.record:
            for use, box in event.uses.items():
                word = f"{event.event}: {'yes' if box.get('ticked') else 'no'}"
                yield _row(lead, "consent", use, f"{word}: {box.get('wording', '')}", event.at)
            if not event.uses:
                yield _row(lead, "consent", event.event, "", event.at)
        for text, language, at in texts_shown(one.record):
            yield _row(lead, "text shown", language, text, at)
        for delivery in one.deliveries:
            yield _row(lead, "sent", f"{delivery.action} {delivery.name} ({delivery.destination})", _state(delivery), delivery.created_at)
            for attempt in one.attempts[delivery.id]:
                yield _row(lead, "attempt", delivery.name, attempt.outcome, attempt.at)
    for asked in person.requests:
        yield {"receipt": asked.receipt, "what": "request", "name": asked.kind, "value": "done" if asked.done_at else "open", "at": asked.received_at}


def texts_shown(record: tuple[ConsentEvent, ...]) -> list[tuple[str, str, datetime]]:
    """(text, language, first time) of each notice that the person was shown, each once."""
    found: dict[str, tuple[str, str, datetime]] = {}
    for event in record:
        if event.notice_text:
            found.setdefault(event.notice_text, (event.notice_text, event.notice_language, event.at))
    return list(found.values())


def _row(lead: Lead, what: str, name: str, value: object, at: datetime | None = None) -> dict[str, Any]:
    return {"receipt": lead.receipt, "what": what, "name": name, "value": value, "at": at}


def _state(delivery: Delivery) -> str:
    for at, word in ((delivery.delivered_at, "delivered"), (delivery.cancelled_at, "cancelled"), (delivery.failed_at, "failed")):
        if at:
            return f"{word} {at.isoformat()}"
    return "waiting"


def _delivery(one: Held, delivery: Delivery) -> dict[str, Any]:
    return {
        "what": delivery.action,
        "list": delivery.name,
        "destination": delivery.destination,
        "created_at": delivery.created_at.isoformat(),
        "state": _state(delivery),
        "attempts": [{"at": a.at.isoformat(), "outcome": a.outcome} for a in one.attempts[delivery.id]],
    }


def _request(one: Request) -> dict[str, Any]:
    return {
        "kind": one.kind, "channel": one.channel, "received_at": one.received_at.isoformat(), "due_at": one.due_at.isoformat(),
        "done_at": one.done_at.isoformat() if one.done_at else None, "rules": one.cite,
    }  # fmt: skip
