"""What has to be kept to prove a decision later, and the days that fall due from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from leadcore.consent.business_days import add_months
from leadcore.consent.cases import Case
from leadcore.consent.combine import MESSAGES
from leadcore.consent.law import Law
from leadcore.consent.reasons import Reason, because, by_policy
from leadcore.consent.regimes import Rule
from leadcore.consent.rights import deadline_under
from leadcore.consent.uses import UseJudgement

BASE = ("who", "when", "how", "notice_version", "source_page")
_BASE_CITE = "minimal consent record (ISO/IEC TS 27560:2023; GDPR art. 7(1))"
_CONSENT = ("tick", "objection")
_IMPLIED = {"implied_after_inquiry": "inquiry", "implied_after_purchase": "customer"}


def _due(code: str, today: date, months: int, rule: Rule) -> tuple[Reason, ...]:
    return because(f"{code}_due:{add_months(today, months).isoformat()}", [rule])


def _proof(law: Law, granted: Sequence[UseJudgement]) -> list[Reason]:
    """The proof codes of every regime, once a consent is valid.

    `doi_evidence` is the two times of the mail; `signal_seen` is kept where a signal was honoured, not here.
    """
    found: list[Reason] = []
    for chain in law.chains if granted else ():
        rule = chain["proof"]
        for code in rule.items():
            if code not in ("doi_evidence", "signal_seen"):
                found += because(code, [rule])
    if any(j.use == "email" and j.ground == "tick" for j in granted) and law.needs_consent("email"):
        doi = law.rules["doi"]
        asked = [c["proof"] for c in law.chains if "doi_evidence" in c["proof"].items()]
        if doi.value in ("de_facto", "required") or asked:
            rules = asked or doi.rules
            found += because("doi_sent_at", rules) + because("doi_confirmed_at", rules)
    return found


def _terms(case: Case, law: Law, moving: Sequence[UseJudgement]) -> list[Reason]:
    """The due days of every expiry term, the smallest per kind, for uses that were granted or implied."""
    grounds = {j.use: j.ground for j in moving if j.ground in ("tick", "objection", "inquiry", "customer")}
    best: dict[str, tuple[int, Rule]] = {}
    for chain in law.chains:
        for term in chain["expiry"].data.get("terms", ()):
            kind, months = term["kind"], term["months"]
            wanted = _IMPLIED.get(kind)
            hit = {use for use, ground in grounds.items() if wanted is None or ground == wanted}
            hit &= set(term.get("uses", grounds))
            if kind == "no_reask":
                hit = {"share"} if law.signal_honoured(case) else set()
            if hit and months < best.get(kind, (9999, None))[0]:
                best[kind] = (months, chain["expiry"])
    return [reason for kind, (months, rule) in best.items() for reason in _due(kind, case.today, months, rule)]


def _result_notices(case: Case, law: Law, granted: Sequence[UseJudgement]) -> list[Reason]:
    """The day by which the person is told what was recorded (KR, Network Act art. 50(7))."""
    days = [(c["unsub"].data["notify_days"], c["unsub"]) for c in law.chains if "notify_days" in c["unsub"].data]
    spoken = case.unsubscribed or any(j.use in MESSAGES for j in granted)
    if not days or not spoken:
        return []
    count, rule = min(days, key=lambda pair: pair[0])
    return list(because(f"result_notice_due:{(case.today + timedelta(days=count)).isoformat()}", [rule]))


def _grounds(case: Case, moving: Iterable[UseJudgement]) -> list[Reason]:
    found: list[Reason] = []
    for judged in moving:
        if judged.ground in _CONSENT:
            found += because(f"purpose:{judged.use}", judged.rules)
        if judged.ground == "customer":
            found += because("sale_ref" if case.existing_customer else "account_ref", judged.rules)
            if case.optout_offered:
                found += because("soft_optout_offered", judged.rules)
    return found


def _places(case: Case) -> list[Reason]:
    found: list[Reason] = []
    stores = case.stores if case.stores is not None else ((case.storage_country,) if case.storage_country else ())
    for store in stores:
        found += by_policy(f"stored_in:{store}", "residency", "ISO/IEC TS 27560:2023, storage locations")
    if case.transfer_basis:
        found += by_policy(f"transfer_basis:{case.transfer_basis}", "residency", "ISO/IEC TS 27560:2023, transfers")
    if lang := case.lang_chosen or case.lang:
        found += by_policy(f"language:{lang}", "lang", "ISO/IEC TS 27560:2023, language of the notice")
    return found


def signal_evidence(case: Case, law: Law) -> list[Reason]:
    """What is kept where the browser's opt-out signal is honoured."""
    if not law.signal_honoured(case):
        return []
    rule = law.rules["signal"]
    found = list(because("signal_seen", rule.rules))
    if rule.value == "honour_confirm":
        found += because("signal_processed_at", rule.rules, cite="11 CCR 7025(c)(6)")
    return found


def parent_evidence(law: Law) -> list[Reason]:
    """What is kept to reach the parent, and to prove the parent's and the child's own consent."""
    minors = law.minors
    found = list(because("parent_contact", minors.parental))
    found += because("parent_verification_method", minors.verifiable)
    found += because("child_assent", minors.joint)
    return found


def evidence(case: Case, law: Law, moving: Sequence[UseJudgement], *, held: bool) -> tuple[Reason, ...]:
    """Every code to store for a lead; `moving` are the uses that may go ahead now or later.

    While a child's lead is `held` for the parent, only what reaches the parent is kept. Source: section 3 of the fact
    base, minimal record; field `proof` of each regime; addenda, what to show and keep.
    """
    found = [reason for code in BASE for reason in by_policy(code, "proof", _BASE_CITE)]
    if case.age is not None:
        found += because("age_claim", law.rules["minor"].rules)
    found += signal_evidence(case, law)
    found += _places(case)
    if held:
        return (*found, *parent_evidence(law))
    granted = [judged for judged in moving if judged.ground in _CONSENT]
    if case.enquiry:
        found += by_policy("enquiry", "basis", "the person asked for an answer")
    found += _proof(law, granted)
    found += _grounds(case, moving)
    if (case.iys_uploaded or case.dlt_recorded) and granted:
        found += because("registry_ref", [c["proof"] for c in law.chains if "registry_ref" in c["proof"].items()])
    if case.unsubscribed:
        found += because("withdrawal", law.rules["unsub"].rules)
        due = deadline_under("withdrawal", datetime.combine(case.today, time.min, UTC), law.chains)
        rules = [chain["unsub"] for chain in law.chains if chain["unsub"].regime in due.regimes]
        found += because(f"withdrawal_due:{due.due_at.date().isoformat()}", rules)
    found += _terms(case, law, moving)
    found += _result_notices(case, law, granted)
    return tuple(found)
