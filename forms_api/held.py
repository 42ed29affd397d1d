"""From a stored lead and its record to what time asks about it: the law in force, what it waits for, what stands. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from forms_api.cases import law_of
from forms_api.links import CONFIRM_DAYS
from forms_api.store.ids import derived_id
from forms_api.store.schedule import Kept
from leadcore.consent.held import Grant, HeldLead, Waiting
from leadcore.consent.regimes import USES
from leadcore.consent.standing import standings
from leadcore.consent.terms import may_remind
from leadcore.model.leads import ConsentEvent, Lead
from leadcore.model.project import Project

#: Events that are the person's own act, and so a contact. A mail of ours is none, nor is its being opened.
_OWN_ACTS = frozenset({"given", "refused", "confirmed", "reconfirmed", "corrected"})
#: Events that hold what was answered in the form.
_ANSWERS = frozenset({"given", "refused"})
#: The marks in a decision that tell on which ground a use goes ahead without a tick.
_GROUNDS = (("sale_ref", "customer"), ("account_ref", "customer"), ("implied_after_inquiry_due:", "inquiry"))


def held_leads(project: Project, person: Iterable[Kept], today: dt.date) -> list[HeldLead]:
    """The leads of one person as the schedule sees them; leads of markets that have left the project are left out."""
    return [held_lead(project, kept, today) for kept in person if kept.lead.market in project.markets]


def held_lead(project: Project, kept: Kept, today: dt.date) -> HeldLead:
    """One lead as the schedule sees it on a day. Raises KeyError for a market that is not in the project."""
    lead, market = kept.lead, project.markets[kept.lead.market]
    submitted, waits = lead.submitted_at.date(), _waits(kept)
    return HeldLead(
        id=lead.id,
        chains=law_of(market, lead, today),
        submitted=submitted,
        contact=max((one.at.date() for one in kept.record if one.event in _OWN_ACTS), default=submitted),
        confirm_by=submitted + dt.timedelta(days=CONFIRM_DAYS),
        waits=waits,
        withdrawn=lead.withdrawn_at.date() if lead.withdrawn_at else None,
        grants=tuple(standing_grants(kept.record)),
        asked=max((one.at.date() for one in kept.record if one.event == "reconfirm_asked"), default=None),
        reminded=any(one.id == reminded_id(lead) for one in kept.record),
        reminder_told=waits == "confirmation" and may_remind(law_of(market, lead, submitted)),
        # The reminder names what was asked for, which a form that has left the project no longer tells.
        may_write=bool(lead.email) and (waits != "confirmation" or lead.form in project.forms),
        retention_months=market.privacy.retention_months,
        stated_months=market.privacy.retention_months,
    )


def standing_grants(record: Iterable[ConsentEvent]) -> Iterator[Grant]:
    """The uses in force after everything that happened, each since it was given or last confirmed anew."""
    record = tuple(record)
    grounds = {use: ground for one in record if one.event in _ANSWERS for use, ground in _without_tick(one.decision)}
    grants: dict[str, Grant] = {}
    for one in standings(record).values():
        if one.may_be_used and (one.use not in grants or grants[one.use].since < one.since.date()):
            ground = "tick" if one.basis == "tick" else grounds.get(one.use, "opt_out")
            grants[one.use] = Grant(use=one.use, ground=ground, since=one.since.date())
    yield from grants.values()


def _without_tick(decision: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The uses that a decision lets go ahead though no box was ticked, with the ground."""
    codes = [str(code) for code in decision.get("store", ())]
    ground = next((ground for mark, ground in _GROUNDS if any(code.startswith(mark) for code in codes)), "opt_out")
    whens: dict[str, set[str]] = {}
    for entry in decision.get("forward", ()):
        whens.setdefault(entry["use"], set()).add(entry["when"])
    return ((use, ground) for use, when in whens.items() if use in USES and "never" not in when)


def _waits(kept: Kept) -> Waiting:
    lead = kept.lead
    if lead.quarantined:
        return "release"
    events = {one.event for one in kept.record}
    held = any(one.decision.get("decision") == "hold_parent" for one in kept.record if one.event in _ANSWERS)
    if held and "parent_confirmed" not in events:
        return "parent"
    return "confirmation" if kept.asked_to_confirm and lead.confirmed_at is None else ""


def reminded_id(lead: Lead) -> str:
    """The id of the event of the lead's one reminder."""
    return derived_id(lead.id, "consent/reminded")
