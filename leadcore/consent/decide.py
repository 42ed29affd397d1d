"""From one consent case to one decision: what is in force, what may happen now, later or never, and why.

Pure: no store, no clock, no network. The shapes are those of the language of consent cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from leadcore.consent.cases import Case, read_case
from leadcore.consent.evidence import evidence
from leadcore.consent.hours import hours_findings
from leadcore.consent.languages import language_findings
from leadcore.consent.law import Law, law_for
from leadcore.consent.reasons import Reason, because
from leadcore.consent.residency import residency_findings
from leadcore.consent.screen import never_to_show, to_show
from leadcore.consent.uses import UseJudgement, judge_use, profiling_by_default

Forward = list[dict[str, str]]


def _codes(reasons: Iterable[Reason]) -> list[str]:
    return list(dict.fromkeys(reason.code for reason in reasons))


def _verdict(gates: Sequence[Reason], law: Law, judged: Sequence[UseJudgement]) -> str:
    """The decision, in the order of the addenda: refuse, hold, pending, accept, no marketing."""
    if gates:
        return "refuse"
    if law.minors.event:
        return "hold_parent"
    if any(j.ground == "tick" and j.awaits for j in judged):
        return "accept_pending"
    if any(j.ground != "none" and j.use != "transfer" for j in judged):
        return "accept"
    return "accept_no_marketing"


def _timed(case: Case, law: Law, judged: UseJudgement) -> tuple[Forward, list[Reason]]:
    """The forward entries of one use, and the refusals of the moment that move it to a later hour."""
    use = judged.use
    if judged.ground == "none":
        return [{"use": use, "when": "never"}], []
    entries = [{"use": use, "when": awaited.when} for awaited in judged.awaits]
    if entries and use not in case.planned:
        return entries, []
    hours = hours_findings(case, law.chains, use)
    refused = list(because(f"{use}:OUTSIDE_HOURS", hours.outside))
    refused += because(f"{use}:NIGHT_WITHOUT_CONSENT", hours.night, cite="Network Act art. 50(3)")
    if not entries or refused:
        entries.append({"use": use, "when": hours.when})
    return entries, refused


def _forward(case: Case, law: Law, decision: str, judged: Sequence[UseJudgement]) -> tuple[Forward, list[Reason]]:
    """Every forward entry, one per use in play and event, and the refusals of the moment."""
    entries: Forward = []
    refused: list[Reason] = []
    for judgement in judged:
        if decision == "refuse":
            entries.append({"use": judgement.use, "when": "never"})
            continue
        mine, later = _timed(case, law, judgement)
        entries += mine
        refused += later
    for use in ("profiling", "share"):
        void = law.minors.forbidden(use) or (use == "profiling" and profiling_by_default(case, law))
        if void and use not in case.ticks:
            entries.append({"use": use, "when": "never"})
    waiting = {"refuse": "never", "hold_parent": law.minors.event}.get(decision, "now")
    if case.enquiry:
        entries.append({"use": "enquiry", "when": waiting})
    elif not judged and waiting != "now":
        entries.append({"use": "any", "when": waiting})
    return entries, refused


def _void_without_play(case: Case, law: Law) -> list[Reason]:
    """What is refused in play or not: uses forbidden to a child, and profiling that was on by default."""
    found = list(profiling_by_default(case, law))
    found += because("profiling:FORBIDDEN_FOR_CHILD", law.minors.forbidden("profiling"))
    banned = [rule for rule in law.minors.forbidden("share") if rule not in law.minors.no_targeting]
    return [*found, *because("share:FORBIDDEN_FOR_CHILD", banned)]


def decide(case: Mapping[str, Any], *, market_countries: Mapping[str, Sequence[str]] | None = None) -> dict[str, Any]:
    """The decision on a case: `applies, decision, pending, refuse, show, never_show, store, forward, because`.

    `market_countries` names the countries of market ids that are not country codes. Raises CaseError (a ValueError)
    for a case that cannot be read. Source: the language of consent cases and its addenda.
    """
    read = read_case(case)
    law = law_for(read, market_countries)
    languages = language_findings(read, law.chains)
    gates = (*languages.missing, *residency_findings(read, law.chains))
    judged = [judge_use(read, law, use) for use in read.ticks]
    decision = _verdict(gates, law, judged)
    forward, later = _forward(read, law, decision, judged)
    moving = [j for j in judged if j.ground != "none"]
    refuse = (*gates, *_void_without_play(read, law), *(r for j in judged for r in j.refuse), *later)
    pending: tuple[Reason, ...] = ()
    store: tuple[Reason, ...] = ()
    if decision != "refuse":
        pending = tuple(r for j in judged for awaited in j.awaits for r in awaited.reasons)
        store = evidence(read, law, moving, held=decision == "hold_parent")
    show = to_show(read, law, languages)
    never = never_to_show(read, law)
    reasons = dict.fromkeys((*pending, *refuse, *show, *never, *store))
    return {
        "applies": list(law.codes),
        "decision": decision,
        "pending": _codes(pending),
        "refuse": _codes(refuse),
        "show": _codes(show),
        "never_show": _codes(never),
        "store": _codes(store),
        "forward": forward,
        "because": [reason.as_dict() for reason in reasons],
    }
