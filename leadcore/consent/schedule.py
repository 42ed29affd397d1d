"""What time does to what is held about one person: which consents end, who is asked again, what is erased. Pure.

No clock, no store: the day and what is held come in, the actions due on that day come out. Carrying them out on the
day leaves nothing more to do on it, so a plan and its run are the same list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from leadcore.consent.held import HeldLead
from leadcore.consent.terms import ASK_BEFORE, End, keeping_ends, reminder, use_ends, waiting_ends

Deed = Literal["erase", "expire", "ask", "remind"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing due: `deed` on a lead since `due`, for `reason`, by the rule of `regime` and its source.

    `uses` are those that end or are asked about, none where the lead is erased or reminded. `deadline` is the day on
    which silence has its effect, None where it has none.
    """

    lead: str
    deed: Deed
    reason: str
    due: date
    regime: str
    cite: str
    uses: tuple[str, ...] = ()
    deadline: date | None = None

    def as_dict(self) -> dict[str, Any]:
        """The action in JSON's own types."""
        return {
            "lead": self.lead,
            "deed": self.deed,
            "reason": self.reason,
            "due": self.due.isoformat(),
            "regime": self.regime,
            "cite": self.cite,
            "uses": list(self.uses),
            "deadline": self.deadline.isoformat() if self.deadline else None,
        }


def plan(person: Iterable[HeldLead], today: date) -> tuple[Action, ...]:
    """Everything due today for the leads of one person at one controller, in the order it is to be done.

    Ends come before questions: nobody is asked about a consent that is over. What follows from other actions of the
    same day is in the plan, so planning again after it gives nothing.
    """
    held = tuple(sorted(person, key=lambda lead: lead.id))
    actions: list[Action] = []
    while found := _round(held, today):
        actions += found
        held = tuple(left for lead in held if (left := _after(lead, found, today)) is not None)
    return tuple(actions)


def _round(held: Sequence[HeldLead], today: date) -> list[Action]:
    counting = [lead for lead in held if lead.counts]
    contact = max((lead.contact for lead in counting), default=date.min)
    asked = max((lead.asked for lead in held if lead.asked is not None), default=None)
    since: dict[str, date] = {}
    for grant in (grant for lead in counting for grant in lead.grants):
        since[grant.use] = max(grant.since, since.get(grant.use, date.min))
    told = {grant.use for lead in counting for grant in lead.grants if not grant.implied}
    writable = [lead for lead in counting if lead.may_write and any(grant.use in told for grant in lead.grants)]
    ends: list[tuple[HeldLead, End]] = []
    for lead in held:
        mine = waiting_ends(lead)
        if lead.counts:
            grants = [replace(grant, since=since[grant.use]) for grant in lead.grants]
            mine += (*keeping_ends(lead, contact, grants, writable=bool(writable)),)
            mine += (*use_ends(lead, grants, asked, writable=bool(writable)),)
        ends += [(lead, end) for end in mine]
    due = [(lead, end, falls) for lead, end in ends if (falls := _falls(end, asked)) <= today]
    if over := _erasures(due) or _expiries(due):
        return over
    reminders = [_action(lead, "remind", end, end.on) for lead in held if (end := reminder(lead, today)) is not None]
    return _question(ends, asked, writable, tuple(sorted(told)), today) + reminders


def _recently(end: End, asked: date | None) -> date | None:
    """When the person was asked about this end, None where that was before it came near."""
    return asked if asked is not None and asked >= end.ask_on - ASK_BEFORE else None


def _falls(end: End, asked: date | None) -> date:
    """The day of the effect; the last of days where there is none yet, or none at all."""
    if end.silence == "ends":
        return end.on
    when = _recently(end, asked)
    return date.max if end.silence == "keeps" or when is None else max(end.on, when + ASK_BEFORE)


def _erasures(due: Sequence[tuple[HeldLead, End, date]]) -> list[Action]:
    """The erasure of each lead whose keeping is over, by the end that came first."""
    found: dict[str, Action] = {}
    for lead, end, falls in sorted(due, key=lambda one: (one[0].id, one[2], one[1].reason)):
        if not end.uses:
            found.setdefault(lead.id, _action(lead, "erase", end, falls))
    return list(found.values())


def _expiries(due: Sequence[tuple[HeldLead, End, date]]) -> list[Action]:
    """One action per lead and reason, each use under the end that came first."""
    seen: set[tuple[str, str]] = set()
    found: dict[tuple[str, str, str, date], Action] = {}
    for lead, end, falls in sorted(due, key=lambda one: (one[0].id, one[2], one[1].reason, one[1].uses)):
        for use in end.uses:
            if (lead.id, use) in seen:
                continue
            seen.add((lead.id, use))
            key = (lead.id, end.reason, end.regime, falls)
            action = found.get(key) or replace(_action(lead, "expire", end, falls), uses=())
            found[key] = replace(action, uses=(*action.uses, use))
    return list(found.values())


def _question(
    ends: Sequence[tuple[HeldLead, End]],
    asked: date | None,
    writable: Sequence[HeldLead],
    uses: tuple[str, ...],
    today: date,
) -> list[Action]:
    """The one letter that asks the person about every standing use, on the latest lead that can be written to."""
    # Where silence keeps a consent its day is counted from the last question already.
    near = [
        end
        for _, end in ends
        if end.asks and end.ask_on <= today and (end.silence == "keeps" or _recently(end, asked) is None)
    ]
    if not near or not writable:
        return []
    end = min(near, key=lambda one: (one.ask_on, one.reason, one.regime))
    lead = max(writable, key=lambda one: (one.submitted, one.id))
    effects = [one.on if one.silence == "ends" else max(one.on, today + ASK_BEFORE) for one in near if one.silence != "keeps"]
    deadline = min(effects, default=None)
    return [replace(_action(lead, "ask", end, end.ask_on), uses=uses, deadline=deadline)]


def _action(lead: HeldLead, deed: Deed, end: End, due: date) -> Action:
    return Action(lead=lead.id, deed=deed, reason=end.reason, due=due, regime=end.regime, cite=end.cite, uses=end.uses)


def _after(lead: HeldLead, done: Sequence[Action], today: date) -> HeldLead | None:
    """The lead once the actions are carried out, None when it is erased."""
    for action in done:
        if action.lead != lead.id:
            continue
        if action.deed == "erase":
            return None
        if action.deed == "expire":
            lead = replace(lead, grants=tuple(grant for grant in lead.grants if grant.use not in action.uses))
        elif action.deed == "ask":
            lead = replace(lead, asked=today)
        else:
            lead = replace(lead, reminded=True)
    return lead
