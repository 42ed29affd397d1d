"""The events a use waits for: the confirmation mail, the state registers, the parent."""

from __future__ import annotations

from dataclasses import dataclass

from leadcore.consent.business_days import add_working_days
from leadcore.consent.cases import Case
from leadcore.consent.combine import combine_field
from leadcore.consent.law import Law
from leadcore.consent.reasons import Reason, because
from leadcore.consent.regimes import Rule

_IYS_DAYS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Await:
    """An event that a use waits for: the pending code's event, and when the use may then be forwarded."""

    event: str
    when: str
    reasons: tuple[Reason, ...]


def due_for_registry(case: Case) -> str:
    """The last day on which a Turkish consent may be entered in the state system (ISO 8601)."""
    return add_working_days(case.today, _IYS_DAYS, "TR").isoformat()


def with_event(law: Law, case: Case, use: str, event: str) -> list[Rule]:
    """The bases of a use, over the chains, that wait for one event of a state system."""
    bases = (law.basis(chain, use, case) for chain in law.chains)
    return [rule for rule in bases if rule.data.get("event") == event]


def consent_events(case: Case, law: Law, use: str) -> tuple[list[Await], list[Reason]]:
    """The events a ticked consent waits for, and the `refuse` codes that go with them."""
    awaits: list[Await] = []
    refuse: list[Reason] = []
    doi = law.rules["doi"]
    if use == "email" and doi.value in ("de_facto", "required") and law.needs_consent(use) and not case.doi_confirmed:
        awaits.append(
            Await(event="double_opt_in", when="doi_confirmed", reasons=because("email:double_opt_in", doi.rules))
        )
    if not case.dlt_recorded and (dlt := with_event(law, case, use, "dlt_digital_consent")):
        pending = because(f"{use}:dlt_digital_consent", dlt)
        awaits.append(Await(event="dlt_digital_consent", when="dlt_consent_recorded", reasons=pending))
        refuse += because(f"{use}:NOT_IN_DLT_CONSENT_REGISTER", dlt, cite="TCCCPR 2018 (am. 12 Feb 2025)")
    if not case.iys_uploaded and (iys := with_event(law, case, use, "iys_entry")):
        when = f"iys_entry_by_{due_for_registry(case)}"
        awaits.append(Await(event="iys_entry", when=when, reasons=because(f"{use}:iys_entry", iys)))
    return awaits, refuse


def parent_events(law: Law, use: str) -> tuple[list[Await], list[Reason]]:
    """The parent's events that a child's use waits for, and the `refuse` codes that say why."""
    minors = law.minors
    if not minors.event:
        return [], []
    awaits = [Await(event=minors.event, when=minors.event, reasons=because(f"{use}:{minors.event}", minors.parental))]
    refuse: list[Reason] = []
    if minors.threshold != 13 or not minors.coppa:
        rules = combine_field("age", law.chains).rules
        refuse += because(f"{use}:UNDER_AGE_{minors.threshold}", rules)
    refuse += because(f"{use}:COPPA_UNDER_13", minors.coppa, cite="15 U.S.C. 6502; 16 CFR 312.5")
    if use == "share" and minors.third_party:
        cite = "16 CFR 312.5(a)(2)"
        refuse += because("share:COPPA_SEPARATE_CONSENT", minors.third_party, cite=cite)
        event = "parent_verified_third_party"
        awaits.append(Await(event=event, when=event, reasons=because(f"share:{event}", minors.third_party, cite=cite)))
    return awaits, refuse
