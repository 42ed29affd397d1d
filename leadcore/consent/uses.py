"""One use of one submission: may it go ahead, on which ground, after which events, or why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from leadcore.consent.business_days import add_working_days
from leadcore.consent.cases import Case
from leadcore.consent.combine import MESSAGES, Combined, combine_field, for_organisation, rank
from leadcore.consent.customers import exemption
from leadcore.consent.minors import MinorFindings
from leadcore.consent.page_rules import may_be_prechecked
from leadcore.consent.reasons import Reason, because, by_policy
from leadcore.consent.regimes import Regime, Rule

Ground = Literal["tick", "objection", "customer", "inquiry", "opt_out", "safeguards", "none"]

NEEDS_CONSENT = rank("email", "opt_in_soft")
_IYS_DAYS = 3
_NO_ACT_CITE = "GDPR and UK GDPR art. 4(11)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Await:
    """An event that a use waits for: the pending code's event, and when the use may then be forwarded."""

    event: str
    when: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UseJudgement:
    """The outcome for one use; `ground` is what carries it, `none` where it may not happen."""

    use: str
    ground: Ground
    refuse: tuple[Reason, ...] = ()
    awaits: tuple[Await, ...] = ()
    rules: tuple[Rule, ...] = ()
    soft_failed: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """What all judgements of one case share: the chains, the combined rules and the findings on age."""

    chains: tuple[Regime, ...]
    codes: tuple[str, ...]
    rules: Mapping[str, Combined]
    minors: MinorFindings

    def basis(self, chain: Regime, use: str, case: Case) -> Rule:
        """The basis of a use under one chain, for a person or an organisation."""
        return for_organisation(use, chain) if case.org else chain[use]

    def needs_consent(self, use: str) -> bool:
        """Whether a use needs consent under any chain."""
        return rank(use, self.rules[use].value) >= NEEDS_CONSENT

    def signal_honoured(self, case: Case) -> bool:
        """Whether the browser's opt-out signal was sent and some chain honours it."""
        return case.gpc and self.rules["signal"].value != "ignore"


def _due_for_registry(case: Case) -> str:
    return add_working_days(case.today, _IYS_DAYS, "TR").isoformat()


def _void_for_anybody(case: Case, law: Law, use: str) -> list[Reason]:
    """What bars a use whatever box was ticked: a child's protection, the opt-out signal, profiling on by default."""
    found = list(because(f"{use}:FORBIDDEN_FOR_CHILD", law.minors.forbidden(use)))
    if use in ("share", "profiling") and law.signal_honoured(case):
        found += because(f"{use}:OPT_OUT_SIGNAL", law.rules["signal"].rules)
    if use == "profiling" and case.profiling_default == "on":
        strict = [chain["profiling"] for chain in law.chains if chain["profiling"].data.get("off_by_default")]
        if strict or law.needs_consent("profiling"):
            cite = "CQLR P-39.1 s. 8.1" if strict else ""
            found += because("profiling:DEFAULT_ON", strict or law.rules["profiling"].rules, cite=cite)
    if case.unsubscribed and use in MESSAGES:
        found += because(f"{use}:WITHDRAWN", law.rules["unsub"].rules)
    return found


def _void_ticks(case: Case, law: Law, use: str) -> list[Reason]:
    """What makes a tick void: ticked in advance, inside another document, entered too late in the state system."""
    found: list[Reason] = []
    if case.prechecked:
        if law.rules["prechecked"].value == "invalid":
            found += because(f"{use}:PRECHECKED_INVALID", law.rules["prechecked"].rules)
        elif "US" in law.codes and not may_be_prechecked(use, law.rules, law.codes) and use in ("sms", "voice"):
            rules = [chain["prechecked"] for chain in law.chains if chain.root == "US"]
            found += because(f"{use}:PRECHECKED_INVALID", rules, cite="47 CFR 64.1200(f)(9) with E-SIGN, 15 U.S.C. 7001")
    if case.same_document:
        rules = [chain["split"] for chain in law.chains if "document" in chain["split"].items()]
        found += because(f"{use}:NO_SEPARATE_CONSENT", rules)
    if case.iys_uploaded and case.iys_uploaded.isoformat() > _due_for_registry(case):
        found += because(f"{use}:IYS_LATE", _with_event(law, case, use, "iys_entry"))
    return found


def _with_event(law: Law, case: Case, use: str, event: str) -> list[Rule]:
    bases = (law.basis(chain, use, case) for chain in law.chains)
    return [rule for rule in bases if rule.data.get("event") == event]


def _consent_events(case: Case, law: Law, use: str) -> tuple[list[Await], list[Reason]]:
    """The events a ticked consent waits for, and the `refuse` codes that go with them."""
    awaits: list[Await] = []
    refuse: list[Reason] = []
    doi = law.rules["doi"]
    if use == "email" and doi.value in ("de_facto", "required") and law.needs_consent(use) and not case.doi_confirmed:
        awaits.append(Await(event="double_opt_in", when="doi_confirmed", reasons=because("email:double_opt_in", doi.rules)))
    if dlt := _with_event(law, case, use, "dlt_digital_consent"):
        pending = because(f"{use}:dlt_digital_consent", dlt)
        awaits.append(Await(event="dlt_digital_consent", when="dlt_consent_recorded", reasons=pending))
        refuse += because(f"{use}:NOT_IN_DLT_CONSENT_REGISTER", dlt, cite="TCCCPR 2018 (am. 12 Feb 2025)")
    if not case.iys_uploaded and (iys := _with_event(law, case, use, "iys_entry")):
        when = f"iys_entry_by_{_due_for_registry(case)}"
        awaits.append(Await(event="iys_entry", when=when, reasons=because(f"{use}:iys_entry", iys)))
    return awaits, refuse


def _parent_events(law: Law, use: str) -> tuple[list[Await], list[Reason]]:
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


def _missing_tick(case: Case, law: Law, use: str) -> list[Reason]:
    """The code for a use that needs consent and got none, by the combined basis."""
    combined = law.rules[use]
    special = [rule for chain in law.chains if "missing" in (rule := law.basis(chain, use, case)).data]
    if special:
        return [reason for rule in special for reason in because(f"{use}:{rule.data['missing']}", [rule])]
    code = "NO_SEPARATE_CONSENT" if combined.value == "opt_in_separate" else "NO_CONSENT"
    return list(because(f"{use}:{code}", combined.rules))


def _soft_codes(case: Case, law: Law, use: str) -> tuple[list[Reason], tuple[Rule, ...]]:
    """The codes beside NO_CONSENT that tell why a customer's exemption does not help."""
    found = exemption(case, law.chains, use)
    codes = list(because(f"{use}:SOFT_OPT_IN_UNAVAILABLE", found.failing))
    codes += because(f"{use}:SOFT_OPT_IN_NOT_A_SALE", found.not_a_sale)
    return codes, found.failing + found.not_a_sale


def _by_inquiry(case: Case, law: Law, use: str) -> UseJudgement | None:
    """Consent inferred from an enquiry (CASL s. 10(10)(e)), or why another regime in force does not infer it."""
    inferring = [c for c in law.chains if any(t["kind"] == "implied_after_inquiry" for t in c["expiry"].data.get("terms", ()))]
    if not case.enquiry or use not in ("email", "sms", "chat") or not inferring:
        return None
    others = [c for c in law.chains if c not in inferring and rank(use, law.basis(c, use, case).value) >= NEEDS_CONSENT]
    if others:
        codes = [r for c in others for r in because(f"{use}:NO_CONSENT_{c.country}_INQUIRY_ONLY", [law.basis(c, use, case)])]
        return UseJudgement(use=use, ground="none", refuse=tuple(codes))
    return UseJudgement(use=use, ground="inquiry", rules=tuple(c["expiry"] for c in inferring))


def _by_objection_box(case: Case, law: Law, use: str) -> UseJudgement | None:
    """What an objection box that was left empty is worth, where it was the only control."""
    if case.objection != "empty" or use not in MESSAGES:
        return None
    bases = [(chain, law.basis(chain, use, case)) for chain in law.chains]
    needing = [(chain, rule) for chain, rule in bases if rank(use, rule.value) >= NEEDS_CONSENT]
    if law.rules["prechecked"].value == "invalid":
        rules = law.rules["prechecked"].rules
        codes = because(f"{use}:NO_AFFIRMATIVE_ACT", rules, cite=_NO_ACT_CITE if {"EU", "GB"} & set(law.codes) else "")
        return UseJudgement(use=use, ground="none", refuse=codes)
    unmet = [rule for _, rule in needing if not (rule.data.get("objection_box") and case.part6a_shown)]
    if unmet:
        return None
    return UseJudgement(use=use, ground="objection", rules=tuple(rule for _, rule in needing))


def _without_tick(case: Case, law: Law, use: str) -> UseJudgement:
    """A use that is wanted though the page offered no box for it."""
    rules = law.rules[use]
    if use == "transfer" and case.transfer_basis and "CN" not in law.codes:
        return UseJudgement(use=use, ground="safeguards", rules=rules.rules)
    if case.objection == "ticked" and use != "transfer":
        return UseJudgement(use=use, ground="none", refuse=because(f"{use}:NO_CONSENT", rules.rules))
    if own := law.minors.own_tick(use):
        return UseJudgement(use=use, ground="none", refuse=because(f"{use}:NO_CONSENT", own))
    if not law.needs_consent(use):
        awaits: tuple[Await, ...] = ()
        if rules.value == "opt_out_registry":
            pending = because(f"{use}:registry_check", rules.rules)
            awaits = (Await(event="registry_check", when="registry_checked", reasons=pending),)
        return UseJudgement(use=use, ground="opt_out", awaits=awaits, rules=rules.rules)
    if rules.value == "opt_in_soft" and (given := exemption(case, law.chains, use)).holds:
        return UseJudgement(use=use, ground="customer", rules=given.given_by)
    if judged := _by_objection_box(case, law, use) or _by_inquiry(case, law, use):
        return judged
    refuse = _missing_tick(case, law, use)
    failed: tuple[Rule, ...] = ()
    if any(reason.code == f"{use}:NO_CONSENT" for reason in refuse):
        soft, failed = _soft_codes(case, law, use)
        refuse += soft
    return UseJudgement(use=use, ground="none", refuse=tuple(refuse), soft_failed=failed)


def judge_use(case: Case, law: Law, use: str) -> UseJudgement:
    """The outcome for a use in play.

    Void ticks are struck out first; an offered box left empty is an answer on every basis; a child's use waits for
    the parent. Source: the language of consent cases and its addenda, order of the decision.
    """
    tick = case.ticks[use]
    void = _void_for_anybody(case, law, use)
    if tick == "no":
        if not law.minors.forbidden(use):
            void += by_policy(f"{use}:NO_CONSENT", use, "an offered box left empty is an answer")
            void += _soft_codes(case, law, use)[0] if law.needs_consent(use) else []
        return UseJudgement(use=use, ground="none", refuse=tuple(void))
    if tick == "yes":
        void += _void_ticks(case, law, use)
    if void:
        return UseJudgement(use=use, ground="none", refuse=tuple(void))
    if tick == "yes":
        events, refuse = _consent_events(case, law, use)
        judged = UseJudgement(use=use, ground="tick", refuse=tuple(refuse), awaits=tuple(events), rules=law.rules[use].rules)
    else:
        judged = _without_tick(case, law, use)
    if judged.ground == "none":
        return judged
    parent, why = _parent_events(law, use)
    return UseJudgement(
        use=use,
        ground=judged.ground,
        refuse=(*why, *judged.refuse),
        awaits=(*parent, *judged.awaits),
        rules=judged.rules,
    )
