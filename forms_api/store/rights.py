"""What a person may ask for: withdraw, correct, erase. Each is one transaction's worth of statements.

Withdrawal cancels what has not gone and undoes what has; erasure keeps the proof without the person. Every destination
that was or may have been reached is told by a delivery of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from forms_api.store import consents, deliveries, leads
from forms_api.store.ids import derived_id, email_key
from forms_api.store.leads import Changed
from forms_api.store.rows import row_to_delivery
from forms_api.store.schema import attempts, list_members
from forms_api.store.schema import deliveries as deliveries_table
from forms_api.store.schema import leads as leads_table
from leadcore.model.leads import ConsentEvent, Delivery, DeliveryAction

#: What a correction may change.
CORRECTABLE = frozenset(
    {"email", "name", "phone_typed", "phone_e164", "company", "residence", "region", "locale", "answers"}
)
#: What tells a destination to stop; a withdrawal never cancels it.
ENDING = ("unsubscribe", "erase")
#: What a delivery may still carry once the person is erased.
_IMPERSONAL = ("lead_id", "receipt", "market", "list", "locale")


class NotCorrectable(ValueError):
    """The field is not a person's to change."""


def withdraw(
    connection: Connection,
    lead_id: str,
    now: datetime,
    consent_event: ConsentEvent,
    names: Collection[str] | None = None,
) -> Changed:
    """Ends the lead's consent: for everything, or only for these lists and mails (then `withdrawn_at` stays empty).

    Cancels deliveries not yet made and adds an unsubscribe for every destination that was or may have been
    reached. A second withdrawal changes nothing. Raises UnknownLead.
    """
    lead = leads.by_id(connection, lead_id)
    if lead.erased_at or lead.withdrawn_at:
        return Changed(lead=lead, changed=False)
    if names is None:
        done = connection.execute(
            leads_table.update()
            .where(leads_table.c.id == lead_id, leads_table.c.withdrawn_at.is_(None), leads_table.c.erased_at.is_(None))
            .values(withdrawn_at=now)
        )
        if not done.rowcount:  # Another transaction withdrew or erased it while we waited for the row.
            return Changed(lead=leads.by_id(connection, lead_id), changed=False)
    undone = _undo(connection, lead_id, now, names, reason="withdrawn")
    if names is not None and not undone:
        return Changed(lead=lead, changed=False)
    consents.add(connection, consent_event)
    return Changed(lead=leads.by_id(connection, lead_id), changed=True)


def erase(connection: Connection, lead_id: str, now: datetime, consent_event: ConsentEvent | None = None) -> Changed:
    """Empties every personal value of the lead, its list memberships, deliveries and attempts, and destroys the key that
    seals those of its consent events.

    What stays: ids, times, market, locale, form, the notice shown, what was ticked, the decision. Destinations
    that were reached, even those told to stop before, get an `erase` that carries no personal value. Raises
    UnknownLead.
    """
    done = connection.execute(
        leads_table.update()
        .where(leads_table.c.id == lead_id, leads_table.c.erased_at.is_(None))
        .values(
            erased_at=now, fingerprint="", page=consents.without_query(leads.by_id(connection, lead_id).page), email="",
            email_key="", name="", phone_typed="", phone_e164="", company="", residence="", region="", answers={},
        )
    )  # fmt: skip
    if not done.rowcount:
        return Changed(lead=leads.by_id(connection, lead_id), changed=False)
    _cancel(connection, lead_id, now, None)
    reached = _reached(connection, lead_id, None, even_left=True)
    deliveries.add(connection, [_follow_up(one, "erase", now, {**one.payload, "reason": "erased"}) for one in reached])
    consents.close(connection, lead_id, now, consent_event)
    connection.execute(
        list_members.update()
        .where(list_members.c.lead_id == lead_id)
        .values(
            email="", name="", phone_e164="", company="", left_at=sa.func.coalesce(list_members.c.left_at, now)
        )
    )  # fmt: skip
    for delivery in deliveries.of_lead(connection, lead_id):
        bare = {key: delivery.payload[key] for key in _IMPERSONAL if key in delivery.payload}
        if delivery.action in ENDING:
            bare["reason"] = "erased"
        connection.execute(deliveries_table.update().where(deliveries_table.c.id == delivery.id).values(payload=bare))
        connection.execute(attempts.update().where(attempts.c.delivery_id == delivery.id).values(detail=""))
    return Changed(lead=leads.by_id(connection, lead_id), changed=True)


def correct(
    connection: Connection,
    lead_id: str,
    changes: Mapping[str, object],
    consent_event: ConsentEvent | None = None,
    *,
    payload: Mapping[str, object] | None = None,
    now: datetime | None = None,
) -> Changed:
    """The lead with the person's corrections, also on the lists kept here.

    `payload` holds the corrected values as deliveries carry them: it goes into subscriptions not yet brought, and at
    `now` to every destination that was or may have been reached. Raises UnknownLead, and NotCorrectable for a field
    outside CORRECTABLE.
    """
    if wrong := set(changes) - CORRECTABLE:
        raise NotCorrectable(", ".join(sorted(wrong)))
    lead = leads.by_id(connection, lead_id)
    if lead.erased_at or all(getattr(lead, name) == value for name, value in changes.items()):
        return Changed(lead=lead, changed=False)
    values = dict(changes)
    if "email" in values:
        values["email_key"] = email_key(str(values["email"]))
    connection.execute(leads_table.update().where(leads_table.c.id == lead_id).values(values))
    listed = {name: value for name, value in changes.items() if name in list_members.c}
    if listed:
        connection.execute(
            list_members.update()
            .where(list_members.c.lead_id == lead_id, list_members.c.left_at.is_(None))
            .values(listed)
        )
    if payload and now is not None:
        _bring_up_to_date(connection, lead_id, payload)
        reached = _reached(connection, lead_id, None)
        deliveries.add(connection, [_follow_up(one, "correct", now, {**one.payload, **payload}) for one in reached])
    if consent_event is not None:
        consents.add(connection, consent_event)
    return Changed(lead=leads.by_id(connection, lead_id), changed=True)


def readdress(connection: Connection, delivery_id: str, payload: Mapping[str, object]) -> None:
    """Gives a mail that is still to be sent another payload."""
    connection.execute(
        deliveries_table.update().where(deliveries_table.c.id == delivery_id, deliveries.OPEN).values(payload=dict(payload))
    )


def _bring_up_to_date(connection: Connection, lead_id: str, payload: Mapping[str, object]) -> None:
    for one in deliveries.of_lead(connection, lead_id):
        if one.open and one.action in ("subscribe", "correct"):
            readdress(connection, one.id, {**one.payload, **payload})


def _undo(connection: Connection, lead_id: str, now: datetime, names: Collection[str] | None, *, reason: str) -> bool:
    """Whether anything was left to cancel or to unsubscribe from."""
    count = _cancel(connection, lead_id, now, names)
    reached = _reached(connection, lead_id, names)
    deliveries.add(connection, [_follow_up(one, "unsubscribe", now, {**one.payload, "reason": reason}) for one in reached])
    return bool(count or reached)


def _cancel(connection: Connection, lead_id: str, now: datetime, names: Collection[str] | None) -> int:
    """How many deliveries will not be made: all but those that tell a destination to stop."""
    cancelled = (
        deliveries_table.update()
        .where(deliveries_table.c.lead_id == lead_id, deliveries_table.c.action.not_in(ENDING))
        .where(deliveries_table.c.delivered_at.is_(None), deliveries_table.c.cancelled_at.is_(None))
    )
    if names is not None:
        cancelled = cancelled.where(deliveries_table.c.name.in_(names))
    return connection.execute(cancelled.values(cancelled_at=now)).rowcount


def _reached(
    connection: Connection, lead_id: str, names: Collection[str] | None, *, even_left: bool = False
) -> tuple[Delivery, ...]:
    """The last thing brought to each lane, if the destination may know the lead; without those told to stop since,
    unless `even_left`.

    It may when the delivery arrived, was tried (an answer can be lost after the write), or is now in a worker's hands.
    """
    rows = connection.execute(
        sa.select(deliveries_table)
        .where(deliveries_table.c.lead_id == lead_id, deliveries_table.c.kind == "list")
        .order_by(deliveries_table.c.seq)
    ).mappings()
    last: dict[str, Delivery] = {}
    for row in rows:
        delivery = row_to_delivery(row)
        if names is not None and delivery.name not in names:
            continue
        if delivery.action in ENDING:
            if not even_left:
                last.pop(delivery.lane, None)
        elif delivery.delivered_at or row["claimed_by"] or _was_tried(connection, delivery.id):
            last[delivery.lane] = delivery
    return tuple(last.values())


def _was_tried(connection: Connection, delivery_id: str) -> bool:
    return bool(deliveries.attempts_of(connection, delivery_id))


def _follow_up(after: Delivery, action: DeliveryAction, now: datetime, payload: Mapping[str, object]) -> Delivery:
    # A destination may be corrected many times, but is told to stop once.
    purpose = f"{action}/{now.isoformat()}" if action == "correct" else action
    return replace(
        after,
        id=derived_id(after.id, purpose),
        action=action,
        payload=payload,
        due_at=now,
        created_at=now,
        delivered_at=None,
        failed_at=None,
        failed_reason=None,
        cancelled_at=None,
        attempts_count=0,
    )
