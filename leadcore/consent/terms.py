"""The ends that time sets to one lead: of waiting, of keeping, of each use. From the law in force and the notice. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from leadcore.consent.business_days import add_months
from leadcore.consent.held import Grant, HeldLead
from leadcore.consent.regimes import Regime, Rule

#: How long before an end the person is asked, and how long an answer is waited for. Policy; Indian law asks for a
#: warning 48 hours ahead (DPDP Rules r. 8(2)), which this includes.
ASK_BEFORE = timedelta(days=30)
#: A suspect lead that nobody released: storage limitation, GDPR art. 5(1)(e); the days are policy.
QUARANTINE = timedelta(days=30)
#: A parent who does not answer. "A reasonable time" (16 CFR 312.5(c)(1)); the days are policy.
PARENT = timedelta(days=14)
#: A withdrawn lead stays until every list has heard of it and its sender may have asked back; the days are policy.
WITHDRAWN = timedelta(days=30)
#: The one reminder of a confirmation mail follows after this; policy.
REMIND_AFTER = timedelta(days=3)
#: A term shorter than this is not asked about ahead: the question would come with the welcome.
_SHORTEST_ASKED_MONTHS = 6

#: Days are whole: what may be answered until a day is erased on the next.
_NEXT_DAY = timedelta(days=1)
_STORAGE_LIMITATION = "GDPR art. 5(1)(e)"
_IMPLIED = {"implied_after_inquiry": "inquiry", "implied_after_purchase": "customer"}
_GIVEN = ("tick", "objection")
_ONE_REQUEST = {
    "CA": "CASL s. 1(3): a message that asks for consent is a commercial message",
    "ZA": "POPIA s. 69(2): one approach",
    "VN": "Decree 91/2020: one registration message, silence is refusal",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """Something ends `on` a day: the uses named, or without uses the keeping of the lead.

    `asks`: the person is asked first. `silence` `ends` it on the day, `ends_once_asked` not before the person had time
    to answer, or `keeps` it: then the day is that of the question alone.
    """

    on: date
    reason: str
    regime: str
    cite: str
    uses: tuple[str, ...] = ()
    asks: bool = False
    silence: Literal["ends", "ends_once_asked", "keeps"] = "ends"

    @property
    def ask_on(self) -> date:
        """The day from which the person is asked."""
        return self.on if self.silence == "keeps" else self.on - ASK_BEFORE


def waiting_ends(lead: HeldLead) -> tuple[End, ...]:
    """When a lead that never came to count, or counts no more, is erased."""
    ends: list[End] = []
    if lead.withdrawn is not None:
        ends.append(_policy(lead.withdrawn + WITHDRAWN, "withdrawn", "notice: kept until you withdraw; " + _STORAGE_LIMITATION))
    if lead.waits == "release":
        ends.append(_policy(lead.submitted + QUARANTINE, "quarantined", _STORAGE_LIMITATION))
    elif lead.waits == "parent":
        us = any(chain.root == "US" for chain in lead.chains)
        cite = "16 CFR 312.5(c)(1)" if us else _STORAGE_LIMITATION
        on = lead.submitted + PARENT + _NEXT_DAY
        ends.append(End(on=on, reason="parent_silent", regime="US" if us else "policy", cite=cite))
    elif lead.waits == "confirmation":
        ends.append(_policy(lead.confirm_by + _NEXT_DAY, "unconfirmed", _STORAGE_LIMITATION))
    return tuple(ends)


def reminder(lead: HeldLead, today: date) -> End | None:
    """The reminder of the confirmation mail that is due, None where there is none or the law counts it as a message."""
    on = lead.submitted + REMIND_AFTER
    if lead.waits != "confirmation" or lead.withdrawn or lead.reminded or not lead.reminder_told or not lead.may_write:
        return None
    if not on <= today <= lead.confirm_by - REMIND_AFTER or not may_remind(lead.chains):
        return None
    return _policy(on, "unconfirmed", "no regime in force counts a second request as a message of its own")


def may_remind(chains: Iterable[Regime]) -> bool:
    """Whether an unanswered confirmation mail may be followed by one more.

    Not where asking is itself a message (CA, ZA, VN), nor where courts want the one mail alone (double opt-in de facto:
    BGH I ZR 164/09). Source: section 2.2 nos. 6 and 13 of the fact base.
    """
    return not any(set(chain.codes) & set(_ONE_REQUEST) or chain["doi"].value in ("de_facto", "required") for chain in chains)


def keeping_ends(lead: HeldLead, contact: date, grants: Sequence[Grant], *, writable: bool) -> Iterator[End]:
    """When the lead is erased: by the notice, by a regime's longest use, by silence.

    `contact` is the person's last own act, `grants` the standing uses since the latest consent to each.
    """
    asks = writable and bool(grants)
    if months := lead.retention_months:
        cite = f"notice: kept no longer than {months} months after the last contact"
        yield End(on=add_months(contact, months), reason="retention", regime="market", cite=cite, asks=asks and _asked(months))
    for kind, (months, rule, _) in _shortest(lead.chains).items():
        if kind == "retention":
            # counted from the consent itself: another contact does not lengthen it
            on = add_months(max((g.since for g in grants), default=contact), months)
            yield _by(rule, on, kind, asks=asks and _asked(months))
        elif kind == "inactivity":
            yield _by(rule, add_months(contact, months), kind, asks=asks, silence="ends_once_asked" if asks else "ends")


def use_ends(lead: HeldLead, grants: Sequence[Grant], asked: date | None, *, writable: bool) -> Iterator[End]:
    """When each standing use ends, or has to be asked about. Source: field `expiry` of the regimes in force."""
    for grant in grants:
        for kind, (months, rule, keeps) in _shortest(lead.chains, grant.use).items():
            on, uses = add_months(grant.since, months), (grant.use,)
            given = grant.ground in _GIVEN
            if _IMPLIED.get(kind) == grant.ground or (kind == "phone_consent_without_period" and given):
                yield _by(rule, on, kind, uses=uses)
            elif kind == "reconfirm" and keeps:
                again = add_months(max(grant.since, asked or date.min), months)
                if writable:
                    yield _by(rule, again, kind, uses=uses, asks=True, silence="keeps")
            elif kind == "reconfirm":
                yield _by(rule, on, kind, uses=uses, asks=writable, silence="ends_once_asked" if writable else "ends")
        stated = next((chain["expiry"] for chain in lead.chains if chain["expiry"].value == "as_stated"), None)
        if stated is not None and lead.stated_months and grant.ground in _GIVEN:
            on = add_months(grant.since, lead.stated_months)
            asks = writable and _asked(lead.stated_months)
            yield _by(stated, on, "as_stated", uses=(grant.use,), asks=asks)


def _shortest(chains: Iterable[Regime], use: str = "") -> dict[str, tuple[int, Rule, bool]]:
    """By kind of term the fewest months, the rule that says so, and whether silence keeps the consent.

    Without a use the terms that concern the lead as a whole, else those of the use. Of two equal terms the one that
    ends rules.
    """
    found: dict[str, tuple[int, Rule, bool]] = {}
    for chain in chains:
        for term in chain["expiry"].data.get("terms", ()):
            if use and use not in term.get("uses", (use,)):
                continue
            one = (term["months"], chain["expiry"], term.get("silence") == "keeps")
            best = found.get(term["kind"])
            if best is None or (one[0], one[2]) < (best[0], best[2]):
                found[term["kind"]] = one
    return found


def _asked(months: int) -> bool:
    return months >= _SHORTEST_ASKED_MONTHS


def _policy(on: date, reason: str, cite: str) -> End:
    return End(on=on, reason=reason, regime="policy", cite=cite)


def _by(rule: Rule, on: date, reason: str, **more: Any) -> End:
    return End(on=on, reason=reason, regime=rule.regime, cite=rule.cite, **more)
