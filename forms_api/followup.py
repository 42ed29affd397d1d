"""What follows from a lead: which lists it joins and which mails it gets, now or after confirmation. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from forms_api.cases import law_of
from forms_api.letters import confirm_mail, deliver_mail, parent_mail, sequence_mails
from forms_api.store.ids import derived_id
from leadcore.consent.terms import may_remind
from leadcore.model.forms import FormDefinition
from leadcore.model.leads import Delivery, Lead
from leadcore.model.markets import Market
from leadcore.model.project import Project

#: Uses that bring a lead to a list; the others (share, transfer, profiling) are permissions, not lists.
_LIST_USES = ("email", "sms", "voice", "chat")


def waits_for_confirmation(market: Market, decision: Mapping[str, Any]) -> bool:
    """Whether nothing may go to a list before the address is confirmed: by the market's choice, or by the regime."""
    if market.double_opt_in == "always" or waits_for_parent(decision):
        return True
    return any(f["use"] == "email" and f["when"] == "doi_confirmed" for f in decision["forward"])


def waits_for_parent(decision: Mapping[str, Any]) -> bool:
    """Whether a child asked, so that the address in the lead is a parent's and the parent has to agree."""
    return bool(decision.get("decision") == "hold_parent")


def allowed_uses(decision: Mapping[str, Any], *, confirmed: bool) -> tuple[str, ...]:
    """The uses whose every awaited event has happened: `now`, and `doi_confirmed` once it is."""
    whens: dict[str, set[str]] = {}
    for entry in decision["forward"]:
        whens.setdefault(entry["use"], set()).add(entry["when"])
    good = {"now", "doi_confirmed"} if confirmed else {"now"}
    if confirmed and waits_for_parent(decision):
        good.add("parent_confirmed")  # The link that confirms the address went to the parent.
    return tuple(use for use in _LIST_USES if whens.get(use) and whens[use] <= good)


def on_submission(
    project: Project,
    market: Market,
    definition: FormDefinition,
    lead: Lead,
    decision: Mapping[str, Any],
    boxes: tuple[str, ...],
    secret_key: str,
    now: dt.datetime,
    *,
    confirm_first: bool = False,
) -> list[Delivery]:
    """The deliveries stored together with the lead. `confirm_first` has the address confirmed where neither market nor
    regime asks for it: somebody with this address had withdrawn."""
    if waits_for_parent(decision):
        return [_mail(lead, "parent", parent_mail(project, market, definition, lead, boxes, secret_key), now, now)]
    if confirm_first or waits_for_confirmation(market, decision):
        reminds = may_remind(law_of(market, lead, now.date()))
        mail = confirm_mail(project, market, definition, lead, boxes, secret_key, reminds=reminds)
        return [_mail(lead, "confirm", mail, now, now)]
    found = [_mail(lead, "deliver", deliver_mail(project, market, definition, lead, secret_key), now, now)]
    return found + consented(project, market, definition, lead, allowed_uses(decision, confirmed=False), secret_key, now)


def consented(
    project: Project,
    market: Market,
    definition: FormDefinition,
    lead: Lead,
    uses: Iterable[str],
    secret_key: str,
    now: dt.datetime,
) -> list[Delivery]:
    """A subscription for each list that a consented use leads to, and the nurture mails where e-mail is among them."""
    uses = tuple(uses)
    found = [
        Delivery(
            id=derived_id(lead.id, f"subscribe/{item.id}"),
            lead_id=lead.id,
            market=market.id,
            kind="list",
            name=item.id,
            destination=item.destination,
            action="subscribe",
            payload={
                "lead_id": lead.id, "receipt": lead.receipt, "market": market.id, "locale": lead.locale, "list": item.id,
                "form": lead.form, "use": use, "email": lead.email, "name": lead.name, "phone": lead.phone_e164,
                "company": lead.company, "answers": dict(lead.answers), "submitted_at": lead.submitted_at.isoformat(),
            },
            due_at=now,
            created_at=now,
        )
        for use, item in {
            item.id: (use, item) for use in uses for item in market.lists_for(definition.id, use, lead.locale)
        }.values()
    ]  # fmt: skip
    if "email" in uses:
        for name, due, payload in sequence_mails(project, market, definition, lead, secret_key, now):
            found.append(_mail(lead, name, payload, due, now))
    return found


def _mail(lead: Lead, name: str, payload: Mapping[str, object], due: dt.datetime, now: dt.datetime) -> Delivery:
    return Delivery(
        id=derived_id(lead.id, f"mail/{name}"),
        lead_id=lead.id,
        market=lead.market,
        kind="mail",
        name=name,
        destination="mail",
        action="send",
        payload=payload,
        due_at=due,
        created_at=now,
    )
