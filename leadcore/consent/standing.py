"""Where a person stands on each purpose and channel, computed from what happened. Pure: no store, no clock.

A use is in force from an answer that carried it until an event that ends it, and only once everything has happened that
the answer had to wait for. Nothing but a new answer brings back what has ended; nothing at all what was erased.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from leadcore.consent.regimes import USES
from leadcore.model.leads import ConsentEvent

State = Literal["requested", "pending", "given", "refused", "withdrawn", "objected", "expired", "erased"]
#: What carries a use: the person's own tick, or a rule that lets it go ahead without one.
Basis = Literal["tick", "rule", "none"]
#: A purpose's id as the form definition has it, and a channel (`email`, `sms`, …).
Key = tuple[str, str]
Standings = Mapping[Key, "Standing"]

#: What a use waits for where double opt-in is asked; ends with the event `confirmed`.
DOUBLE_OPT_IN = "doi_confirmed"
PARENT = "parent_confirmed"
#: State registers by the name of their entry -> how the awaited event begins.
_REGISTERED = {"iys_entry": "iys_entry_by_", "dlt_digital_consent": "dlt_consent_recorded", "registry_check": "registry_checked"}
_ENDS: Mapping[str, State] = {"withdrawn": "withdrawn", "objected": "objected", "expired": "expired", "refused": "refused"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One purpose on one channel: its state since `since`, and the events it still waits for."""

    purpose: str
    use: str
    state: State
    since: datetime
    basis: Basis = "none"
    awaits: frozenset[str] = frozenset()

    @property
    def may_be_used(self) -> bool:
        """Whether the person may be contacted, or the use go ahead, on this ground."""
        return self.state == "given"


def standings(record: Iterable[ConsentEvent]) -> dict[Key, Standing]:
    """By purpose and channel where the person stands, after the events of one lead in the order they were written."""
    held: dict[Key, Standing] = {}
    for event in record:
        if event.event == "erased":
            return {key: replace(one, state="erased", since=event.at, awaits=frozenset()) for key, one in held.items()}
        for key in _named(event, held):
            after = _after(held.get(key), event, key)
            if after is not None:
                held[key] = after
    return held


def may_use(held: Standings, use: str, purpose: str | None = None) -> bool:
    """Whether a channel is in force, for one purpose or for any."""
    return any(one.may_be_used for (of, on), one in held.items() if on == use and purpose in (None, of))


def ended_uses(held: Standings) -> frozenset[str]:
    """The channels that the person has taken back, or that ran out, for every purpose."""
    open_ = {use for (_, use), one in held.items() if one.state in ("pending", "given")}
    return frozenset(use for (_, use), one in held.items() if one.state in ("withdrawn", "objected", "expired")) - open_


def with_awaited(event: ConsentEvent, *, confirm: bool) -> ConsentEvent:
    """The answer with what each of its uses waits for written into it; `confirm` where the address has to be confirmed
    first whatever the regimes ask."""
    uses = {}
    for use, one in event.uses.items():
        awaited = _awaited(event, use) | ({DOUBLE_OPT_IN} if confirm else set())
        uses[use] = {**one, "awaits": sorted(awaited)}
    return replace(event, uses=uses)


def _named(event: ConsentEvent, held: Standings) -> list[Key]:
    """The keys that an event speaks of; an end that names none ends all."""
    named = {(str(one.get("purpose", "")), use) for use, one in event.uses.items()}
    if event.event in ("given", "refused"):
        listed = {use for _, use in named}
        named |= {("", use) for use in _whens(event.decision) if use in USES and use not in listed}
    if event.event in _ENDS or event.event == "parent_asked":
        # Where boxes are named, those that are no longer ticked are meant; without any such, all that are named.
        off = {key for key in named if not event.uses.get(key[1], {}).get("ticked")}
        meant = off or named or set(held)
        # An old record may not have told the purpose.
        meant |= {key for key in held for purpose, use in meant if not purpose and key[1] == use}
        return sorted(meant if event.event == "refused" else meant & set(held))
    return sorted(named)


def _after(before: Standing | None, event: ConsentEvent, key: Key) -> Standing | None:
    purpose, use = key
    now = Standing(purpose=purpose, use=use, state="requested", since=event.at)
    if event.event in ("given", "refused"):
        return _answered(now, event, use)
    if event.event in _ENDS:
        return replace(now, state=_ENDS[event.event])
    if event.event == "requested":
        return before or now
    if before is None or before.state not in ("pending", "given"):
        return before
    return _moved(before, event, use)


def _answered(now: Standing, event: ConsentEvent, use: str) -> Standing:
    """What an answer in a form comes to."""
    ticked = bool(event.uses.get(use, {}).get("ticked")) and event.event == "given"
    whens = _whens(event.decision).get(use)
    allowed = ticked if whens is None and not event.decision.get("forward") else bool(whens) and "never" not in (whens or ())
    if not allowed:
        return replace(now, state="refused")
    awaits = frozenset(_awaited(event, use))
    return replace(now, state="pending" if awaits else "given", basis="tick" if ticked else "rule", awaits=awaits)


def _moved(before: Standing, event: ConsentEvent, use: str) -> Standing:
    """What an event does to a use that is in force or waits to be."""
    one = event.uses.get(use, {})
    own = bool(one.get("ticked")) or before.basis == "rule"
    if own and event.event == "registered":
        happened = {name for name in before.awaits if name.startswith(_REGISTERED.get(str(one.get("registered")), " "))}
        awaits = before.awaits - happened
        return replace(before, awaits=awaits, state="pending" if awaits else "given", since=event.at) if happened else before
    if own and (happened := _fulfilled(event)):
        awaits = before.awaits - happened
        if awaits == before.awaits:
            return before
        return replace(before, awaits=awaits, state="pending" if awaits else "given", since=event.at)
    if event.event == "reconfirmed" and own and before.state == "given":
        return replace(before, since=event.at)
    if event.event == "parent_asked":
        return replace(before, awaits=before.awaits | {PARENT}, state="pending")
    if event.event == "corrected" and (again := {str(name) for name in _list(one.get("awaits"))}):
        # The address it was confirmed with is another one now.
        return replace(before, awaits=before.awaits | again, state="pending", since=event.at)
    return before


def _fulfilled(event: ConsentEvent) -> set[str]:
    """The awaited events that an event of the record is. A parent's link may have confirmed the address as well."""
    if event.event == "parent_confirmed":
        return {PARENT, DOUBLE_OPT_IN} if event.doi_confirmed_at else {PARENT}
    return {DOUBLE_OPT_IN} if event.event == "confirmed" else set()


def _awaited(event: ConsentEvent, use: str) -> set[str]:
    """The events that the use waits for, by its decision and as written with the answer. Hours are no events."""
    named = {str(name) for name in _list(event.uses.get(use, {}).get("awaits"))}
    named |= {when for when in _whens(event.decision).get(use, ()) if not when[:1].isdigit()}
    return named - {"now", "never"}


def _whens(decision: Mapping[str, Any]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for entry in _list(decision.get("forward")):
        found.setdefault(str(entry["use"]), set()).add(str(entry["when"]))
    return found


def _list(value: object) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else []
