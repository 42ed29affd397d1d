"""State registers that a consent waits for: what an operator recorded there, what follows, and what is still to be entered.

A web tick alone does not open these uses: India's consent register for calls and texts (TCCCPR 2018), Turkey's message
system within three business days, and do-not-call lists where calls need no consent. No Flask here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy.engine import Connection

from forms_api.followup import allowed_uses, consented
from forms_api.links import decision_case, given_event
from forms_api.store import consents, deliveries, leads
from forms_api.store.ids import derived_id
from leadcore.consent.decide import decide
from leadcore.consent.standing import standings
from leadcore.model.leads import ConsentEvent, Lead
from leadcore.model.project import Project

#: Event as pending codes and the command name it -> key of the case that tells its day.
REGISTERS = {
    "iys_entry": "iys_uploaded_at",
    "dlt_digital_consent": "dlt_recorded_at",
    "registry_check": "registry_checked_at",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What an entry came to: the uses it opened, and those it came too late for."""

    opened: tuple[str, ...]
    late: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A use of a lead that waits for a register. `due` is the last day for the entry, None where the law names none."""

    lead: Lead
    use: str
    awaits: str
    due: dt.date | None

    def overdue(self, today: dt.date) -> bool:
        """Whether the last day has passed."""
        return self.due is not None and today > self.due


class NothingWaits(ValueError):
    """No use of the lead waits for that register."""


def record(
    connection: Connection, project: Project, lead: Lead, register: str, at: dt.date, secret_key: str, now: dt.datetime
) -> Recorded:
    """Writes down that the lead's consent was entered in a register on a day, and adds the deliveries that this opens.

    Raises NothingWaits, and UnknownLead where the lead left no answer.
    """
    leads.hold(connection, [lead.id])
    given = given_event(connection, lead.id)
    if given is None:
        raise leads.UnknownLead(lead.id)
    uses = sorted({one.use for one in waiting_uses(lead, consents.of_lead(connection, lead.id)) if _is(register, one.awaits)})
    if not uses:
        raise NothingWaits(f"no use of this lead waits for {register}")
    market = project.markets[lead.market]
    case = decision_case(market, lead, given)
    decision = decide({**case, "answers": {**case["answers"], REGISTERS[register]: at.isoformat()}})
    late = tuple(use for use in uses if f"{use}:IYS_LATE" in decision["refuse"])
    opened = tuple(use for use in uses if use not in late)
    for kind, named in (("registered", opened), ("expired", late)):
        if named:
            told = {use: {**given.uses.get(use, {}), "registered": register, "ticked": kind == "registered"} for use in named}
            consents.add(connection, _event(given, lead, kind, register, told, decision, now))
    allowed = [use for use in allowed_uses(decision, confirmed=lead.confirmed_at is not None) if use in opened]
    definition = project.forms.get(lead.form)
    if definition is not None:
        deliveries.add(connection, consented(project, market, definition, lead, allowed, secret_key, now))
    return Recorded(opened=opened, late=late)


def _event(
    given: ConsentEvent, lead: Lead, kind: str, register: str, uses: object, decision: object, now: dt.datetime
) -> ConsentEvent:
    changes = {"id": derived_id(lead.id, f"consent/{kind}/{register}"), "event": kind, "uses": uses, "decision": decision, "at": now}
    return replace(given, **changes)  # type: ignore[arg-type]


def waiting_uses(lead: Lead, record_of: Iterable[ConsentEvent]) -> tuple[Waiting, ...]:
    """The uses of one lead that wait for a register."""
    found = []
    for one in standings(record_of).values():
        for awaited in sorted(one.awaits):
            if one.state == "pending" and any(_is(register, awaited) for register in REGISTERS):
                found.append(Waiting(lead=lead, use=one.use, awaits=awaited, due=_due(awaited)))
    return tuple(found)


def all_waiting(connection: Connection) -> tuple[Waiting, ...]:
    """Every use in the store that waits for a register, the earliest due first."""
    found = [
        one
        for lead in list(leads.find(connection))
        if not (lead.erased_at or lead.withdrawn_at)
        for one in waiting_uses(lead, consents.of_lead(connection, lead.id))
    ]
    return tuple(sorted(found, key=lambda one: (one.due or dt.date.max, one.lead.submitted_at)))


_WHENS = {"iys_entry": "iys_entry_by_", "dlt_digital_consent": "dlt_consent_recorded", "registry_check": "registry_checked"}


def _is(register: str, awaited: str) -> bool:
    """Whether an awaited event of a decision (`iys_entry_by_2026-11-25`) is that of a register."""
    return awaited.startswith(_WHENS[register])


def _due(awaited: str) -> dt.date | None:
    _, by, day = awaited.partition("_by_")
    return dt.date.fromisoformat(day) if by else None
