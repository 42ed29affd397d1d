"""A lead's whole way, computed from its rows: from the submission to the last attempt, in order of time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.engine import Connection

from forms_api.store import consents, deliveries, leads, lists
from leadcore.model.leads import ConsentEvent, Delivery, Lead


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that happened. `what` is a stable code such as `lead.submitted`; `detail` holds ids and codes,
    never a lead's values."""

    at: datetime
    what: str
    detail: Mapping[str, object] = field(default_factory=dict)


def trace(connection: Connection, lead_id: str) -> tuple[Step, ...]:
    """Every step of the lead, first to last. Raises UnknownLead."""
    lead = leads.by_id(connection, lead_id)
    steps = [*_of_lead(lead)]
    for event in consents.of_lead(connection, lead_id):
        steps.append(_of_consent(event))
    for delivery in deliveries.of_lead(connection, lead_id):
        steps.extend(_of_delivery(connection, delivery))
    for member in lists.of_lead(connection, lead_id):
        steps.append(Step(at=member.joined_at, what="list.joined", detail={"list": member.list}))
        if member.left_at:
            steps.append(Step(at=member.left_at, what="list.left", detail={"list": member.list}))
    return tuple(sorted(steps, key=lambda step: step.at))  # Stable: equal times keep the order above.


def _of_lead(lead: Lead) -> Iterator[Step]:
    where = {"market": lead.market, "locale": lead.locale, "form": lead.form, "page": lead.page}
    yield Step(at=lead.submitted_at, what="lead.submitted", detail={**where, "receipt": lead.receipt})
    if lead.quarantine_reason is not None:
        yield Step(at=lead.submitted_at, what="lead.quarantined", detail={"reason": lead.quarantine_reason})
    for at, what in (
        (lead.released_at, "lead.released"),
        (lead.confirmed_at, "lead.confirmed"),
        (lead.withdrawn_at, "lead.withdrawn"),
        (lead.erased_at, "lead.erased"),
    ):
        if at is not None:
            yield Step(at=at, what=what)


def _of_consent(event: ConsentEvent) -> Step:
    ticked = sorted(use for use, answer in event.uses.items() if answer.get("ticked"))
    detail = {
        "consent_event": event.id,
        "ticked": ticked,
        "regimes": list(event.regimes),
        "notice_digest": event.notice_digest,
        "notice_language": event.notice_language,
    }
    return Step(at=event.at, what=f"consent.{event.event}", detail=detail)


def _of_delivery(connection: Connection, delivery: Delivery) -> Iterator[Step]:
    which = {
        "delivery": delivery.id,
        "action": delivery.action,
        delivery.kind: delivery.name,
        "destination": delivery.destination,
    }
    yield Step(at=delivery.created_at, what="delivery.created", detail={**which, "due_at": delivery.due_at.isoformat()})
    for attempt in deliveries.attempts_of(connection, delivery.id):
        outcome = {"outcome": attempt.outcome, "detail": attempt.detail, "duration_ms": attempt.duration_ms}
        yield Step(at=attempt.at, what="delivery.attempted", detail={**which, **outcome})
    if delivery.delivered_at:
        yield Step(at=delivery.delivered_at, what="delivery.delivered", detail=which)
    if delivery.failed_at:
        yield Step(at=delivery.failed_at, what="delivery.failed", detail={**which, "reason": delivery.failed_reason})
    if delivery.cancelled_at:
        yield Step(at=delivery.cancelled_at, what="delivery.cancelled", detail=which)
