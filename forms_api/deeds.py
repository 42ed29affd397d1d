"""The deeds of the schedule, each as one transaction's worth of statements: erase, expire, ask, remind, hear the answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.engine import Connection

from forms_api.held import held_leads, reminded_id, standing_grants
from forms_api.reminders import reconfirm_mail, reminder_mail
from forms_api.store import consents, deliveries, rights
from forms_api.store import schedule as store
from forms_api.store.ids import derived_id
from forms_api.store.schedule import Kept
from leadcore.consent.applies import codes_in_force
from leadcore.consent.held import HeldLead
from leadcore.consent.schedule import Action, plan
from leadcore.model.leads import ConsentEvent, ConsentEventKind, Delivery, Lead
from leadcore.model.markets import Market
from leadcore.model.project import Project

Uses = dict[str, dict[str, object]]


def carry_out(connection: Connection, project: Project, secret_key: str, action: Action, now: dt.datetime) -> bool:
    """Whether the action was still due, and so was done. Holds the person's leads until the transaction ends."""
    person = store.lock_person(connection, action.lead)
    held = {lead.id: lead for lead in held_leads(project, person, now.date())}
    if action not in plan(held.values(), now.date()):
        return False
    kept = next(one for one in person if one.lead.id == action.lead)
    lead, law = kept.lead, held[action.lead]
    boxes = agreed_boxes(person)
    if action.deed == "erase":
        rights.erase(connection, lead.id, now, _event(connection, lead, law, action, "erased", _uses(kept, ticked=False), now))
    elif action.deed == "expire":
        ending: Uses = {use: {**boxes.get(use, {}), "ticked": False} for use in action.uses}
        event = _event(connection, lead, law, action, "expired", ending, now)
        _expire(connection, project.markets[lead.market], kept, action, now, event)
    elif action.deed == "ask":
        asked: Uses = {use: {**boxes.get(use, {}), "ticked": True} for use in action.uses}
        consents.add(connection, _event(connection, lead, law, action, "reconfirm_asked", asked, now))
        deliveries.add(connection, [_question(project, secret_key, kept, person, action, now)])
    else:
        event = _event(connection, lead, law, action, "requested", _uses(kept, ticked=True), now)
        consents.add(connection, replace(event, id=reminded_id(lead)))
        deliveries.add(connection, [_reminder(project, secret_key, kept, now)])
    return True


def agreed_boxes(person: Iterable[Kept]) -> Uses:
    """By use the box that was ticked last, with its wording."""
    happened = sorted((one for kept in person for one in kept.record), key=lambda one: one.at)
    return {use: dict(box) for one in happened for use, box in one.uses.items() if box.get("ticked")}


def open_question(person: Sequence[Kept], lead: Lead, today: dt.date) -> ConsentEvent | None:
    """The question that the lead was last asked, None where it was answered, is too old or asks about nothing that stands."""
    kept = next((one for one in person if one.lead.id == lead.id), None)
    asked = [one for one in kept.record if one.event in ("reconfirm_asked", "reconfirmed")] if kept else []
    if not asked or asked[-1].event == "reconfirmed" or lead.withdrawn_at or lead.erased_at:
        return None
    scheduled = asked[-1].decision.get("scheduled")
    deadline = scheduled.get("deadline") if isinstance(scheduled, Mapping) else None
    if deadline and today >= dt.date.fromisoformat(str(deadline)):
        return None
    standing = {grant.use for one in person for grant in standing_grants(one.record)}
    return asked[-1] if standing & set(asked[-1].uses) else None


def reconfirm(connection: Connection, lead: Lead, now: dt.datetime) -> bool:
    """Whether the person's answer was written down: what was asked about stands, as of now."""
    person = store.lock_person(connection, lead.id)
    asked = open_question(person, lead, now.date())
    if asked is None:
        return False
    events = {event.id: event for event in consents.of_lead(connection, lead.id)}
    standing = {grant.use for one in person for grant in standing_grants(one.record)}
    answered = replace(
        events[asked.id],
        id=derived_id(asked.id, "reconfirmed"),
        event="reconfirmed",
        at=now,
        uses={use: box for use, box in events[asked.id].uses.items() if use in standing},
        decision={"answer_to": asked.id},
    )
    consents.add(connection, answered)
    return True


def _expire(
    connection: Connection, market: Market, kept: Kept, action: Action, now: dt.datetime, event: ConsentEvent
) -> None:
    """Takes the lead off the lists that only the ended uses led to, and cancels its mails where e-mail is among them."""
    lead = kept.lead
    remaining = {grant.use for grant in standing_grants(kept.record)} - set(action.uses)
    stays = {item.id for use in remaining for item in market.lists_for(lead.form, use, lead.locale)}
    names: set[str] = set()
    for delivery in deliveries.of_lead(connection, lead.id):
        use = "email" if delivery.kind == "mail" else str(delivery.payload.get("use", "email"))
        if use in action.uses and (delivery.kind == "mail" or delivery.name not in stays):
            names.add(delivery.name)
    if not names or not rights.withdraw(connection, lead.id, now, event, names=names).changed:
        consents.add(connection, event)


def _uses(kept: Kept, *, ticked: bool) -> Uses:
    """The boxes of the lead's own form: as they were answered, or all of them ended."""
    first = next((one for one in kept.record if one.event in ("given", "refused")), None)
    if first is None:
        return {}
    return {use: {**box, "ticked": ticked and bool(box.get("ticked"))} for use, box in first.uses.items()}


def _event(
    connection: Connection,
    lead: Lead,
    law: HeldLead,
    action: Action,
    kind: ConsentEventKind,
    uses: Mapping[str, Mapping[str, object]],
    now: dt.datetime,
) -> ConsentEvent:
    """The record of an action: on the lead's own notice, with the rule that asked for it as its decision."""
    shown = next((e for e in consents.of_lead(connection, lead.id) if e.event in ("given", "refused")), None)
    fresh = ConsentEvent(id="", lead_id=lead.id, event=kind, at=now, market=lead.market, locale=lead.locale, form=lead.form)
    why: dict[str, Any] = action.as_dict()
    return replace(
        shown or fresh,
        id=derived_id(lead.id, f"consent/{kind}/{action.reason}/{action.regime}/{action.due.isoformat()}"),
        event=kind,
        at=now,
        regimes=codes_in_force(law.chains),
        uses=uses,
        decision={"scheduled": why},
    )


def _question(
    project: Project, secret_key: str, kept: Kept, person: Sequence[Kept], action: Action, now: dt.datetime
) -> Delivery:
    lead = kept.lead
    market = project.markets[lead.market]
    boxes = agreed_boxes(person)
    spoken = lead if lead.locale in market.locales else replace(lead, locale=market.locales[0])
    payload = reconfirm_mail(
        project, market, spoken, secret_key,
        agreed=[str(boxes[use]["wording"]) for use in action.uses if boxes.get(use, {}).get("wording")],
        agreed_on=max(grant.since for one in person for grant in standing_grants(one.record) if grant.use in action.uses),
        asked_on=now.date(),
        deadline=action.deadline,
        erases=action.reason in ("inactivity", "retention"),
    )  # fmt: skip
    return _mail(lead, "reconfirm", f"mail/reconfirm/{now.date().isoformat()}", payload, now)


def _reminder(project: Project, secret_key: str, kept: Kept, now: dt.datetime) -> Delivery:
    lead = kept.lead
    market = project.markets[lead.market]
    spoken = lead if lead.locale in market.locales else replace(lead, locale=market.locales[0])
    boxes = [str(box.get("wording", "")) for box in _uses(kept, ticked=True).values() if box["ticked"]]
    payload = reminder_mail(project, market, project.forms[lead.form], spoken, [text for text in boxes if text], secret_key)
    return _mail(lead, "remind", "mail/remind", payload, now)


def _mail(lead: Lead, name: str, purpose: str, payload: Mapping[str, object], now: dt.datetime) -> Delivery:
    return Delivery(
        id=derived_id(lead.id, purpose), lead_id=lead.id, market=lead.market, kind="mail", name=name,
        destination="mail", action="send", payload=payload, due_at=now, created_at=now,
    )  # fmt: skip
