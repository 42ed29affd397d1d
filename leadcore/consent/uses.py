"""One use of one submission: may it go ahead, on which ground, after which events, or why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from leadcore.consent.cases import Case
from leadcore.consent.combine import MESSAGES, rank
from leadcore.consent.customers import exemption
from leadcore.consent.events import Await, consent_events, due_for_registry, parent_events, with_event
from leadcore.consent.law import NEEDS_CONSENT, Law
from leadcore.consent.page_rules import may_be_prechecked
from leadcore.consent.reasons import Reason, because, by_policy
from leadcore.consent.regimes import Rule

Ground = Literal["tick", "objection", "customer", "inquiry", "opt_out", "safeguards", "none"]

_NO_ACT_CITE = "GDPR and UK GDPR art. 4(11)"


@dataclass(frozen=True, slots=True, kw_only=True)
class UseJudgement:
    """The outcome for one use; `ground` is what carries it, `none` where it may not happen."""

    use: str
    ground: Ground
    refuse: tuple[Reason, ...] = ()
    awaits: tuple[Await, ...] = ()
    rules: tuple[Rule, ...] = ()


def _void_for_anybody(case: Case, law: Law, use: str) -> list[Reason]:
    """What bars a use whatever box was ticked: a child's protection, the opt-out signal, profiling on by default."""
    found = list(because(f"{use}:FORBIDDEN_FOR_CHILD", law.minors.forbidden(use)))
    if use in ("share", "profiling") and law.signal_honoured(case):
        found += because(f"{use}:OPT_OUT_SIGNAL", law.rules["signal"].rules)
    if use == "profiling":
        found += profiling_by_default(case, law)
    if case.unsubscribed and use in MESSAGES:
        found += because(f"{use}:WITHDRAWN", law.rules["unsub"].rules)
    return found


def profiling_by_default(case: Case, law: Law) -> tuple[Reason, ...]:
    """Why profiling that was on before any choice is void; nothing where it was off, or needs no consent anywhere."""
    if case.profiling_default != "on":
        return ()
    strict = [chain["profiling"] for chain in law.chains if chain["profiling"].data.get("off_by_default")]
    if strict:
        return because("profiling:DEFAULT_ON", strict, cite="CQLR P-39.1 s. 8.1")
    return because("profiling:DEFAULT_ON", law.rules["profiling"].rules) if law.needs_consent("profiling") else ()


def _void_ticks(case: Case, law: Law, use: str) -> list[Reason]:
    """What makes a tick void: ticked in advance, inside another document, entered too late in the state system."""
    found: list[Reason] = []
    if case.prechecked:
        if law.rules["prechecked"].value == "invalid":
            found += because(f"{use}:PRECHECKED_INVALID", law.rules["prechecked"].rules)
        elif "US" in law.codes and not may_be_prechecked(use, law.rules, law.codes) and use in ("sms", "voice"):
            rules = [chain["prechecked"] for chain in law.chains if chain.root == "US"]
            found += because(
                f"{use}:PRECHECKED_INVALID", rules, cite="47 CFR 64.1200(f)(9) with E-SIGN, 15 U.S.C. 7001"
            )
    if case.same_document:
        rules = [chain["split"] for chain in law.chains if "document" in chain["split"].items()]
        found += because(f"{use}:NO_SEPARATE_CONSENT", rules)
    if case.iys_uploaded and case.iys_uploaded.isoformat() > due_for_registry(case):
        found += because(f"{use}:IYS_LATE", with_event(law, case, use, "iys_entry"))
    return found


def _missing_tick(case: Case, law: Law, use: str) -> list[Reason]:
    """The code for a use that needs consent and got none, by the combined basis."""
    combined = law.rules[use]
    special = [rule for chain in law.chains if "missing" in (rule := law.basis(chain, use, case)).data]
    if special:
        return [reason for rule in special for reason in because(f"{use}:{rule.data['missing']}", [rule])]
    code = "NO_SEPARATE_CONSENT" if combined.value == "opt_in_separate" else "NO_CONSENT"
    return list(because(f"{use}:{code}", combined.rules))


def _soft_codes(case: Case, law: Law, use: str) -> list[Reason]:
    """The codes beside NO_CONSENT that tell why a customer's exemption does not help."""
    found = exemption(case, law.chains, use)
    codes = list(because(f"{use}:SOFT_OPT_IN_UNAVAILABLE", found.failing))
    codes += because(f"{use}:SOFT_OPT_IN_NOT_A_SALE", found.not_a_sale)
    return codes


def _by_inquiry(case: Case, law: Law, use: str) -> UseJudgement | None:
    """Consent inferred from an enquiry (CASL s. 10(10)(e)), or why another regime in force does not infer it."""
    inferring = [
        c for c in law.chains if any(t["kind"] == "implied_after_inquiry" for t in c["expiry"].data.get("terms", ()))
    ]
    if not case.enquiry or use not in ("email", "sms", "chat") or not inferring:
        return None
    others = [c for c in law.chains if c not in inferring and rank(use, law.basis(c, use, case).value) >= NEEDS_CONSENT]
    if others:
        codes = [
            r for c in others for r in because(f"{use}:NO_CONSENT_{c.country}_INQUIRY_ONLY", [law.basis(c, use, case)])
        ]
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
        if rules.value == "opt_out_registry" and not case.registry_checked:
            screened = [c["registries"] for c in law.chains if c["registries"].items() and law.basis(c, use, case) in rules.rules]
            pending = (*because(f"{use}:registry_check", rules.rules), *because(f"{use}:registry_check", screened))
            awaits = (Await(event="registry_check", when="registry_checked", reasons=pending),)
        return UseJudgement(use=use, ground="opt_out", awaits=awaits, rules=rules.rules)
    if rules.value == "opt_in_soft" and (given := exemption(case, law.chains, use)).holds:
        return UseJudgement(use=use, ground="customer", rules=given.given_by)
    if judged := _by_objection_box(case, law, use) or _by_inquiry(case, law, use):
        return judged
    refuse = _missing_tick(case, law, use)
    if any(reason.code == f"{use}:NO_CONSENT" for reason in refuse):
        refuse += _soft_codes(case, law, use)
    return UseJudgement(use=use, ground="none", refuse=tuple(refuse))


def judge_use(case: Case, law: Law, use: str) -> UseJudgement:
    """The outcome for a use in play.

    Void ticks are struck out first; an offered box left empty is an answer on every basis; a child's use waits for
    the parent. Source: the language of consent cases and its addenda, order of the decision.
    """
    tick = case.ticks[use]
    void = _void_for_anybody(case, law, use)
    if tick == "no":
        if not law.minors.forbidden(use):
            if law.needs_consent(use):
                void += [*because(f"{use}:NO_CONSENT", law.rules[use].rules), *_soft_codes(case, law, use)]
            else:
                void += by_policy(f"{use}:NO_CONSENT", use, "an offered box left empty is an answer")
        return UseJudgement(use=use, ground="none", refuse=tuple(void))
    if tick == "yes":
        void += _void_ticks(case, law, use)
    if void:
        return UseJudgement(use=use, ground="none", refuse=tuple(void))
    if tick == "yes":
        events, refuse = consent_events(case, law, use)
        judged = UseJudgement(
            use=use, ground="tick", refuse=tuple(refuse), awaits=tuple(events), rules=law.rules[use].rules
        )
    else:
        judged = _without_tick(case, law, use)
    if judged.ground == "none":
        return judged
    parent, why = parent_events(law, use)
    return UseJudgement(
        use=use,
        ground=judged.ground,
        refuse=(*why, *judged.refuse),
        awaits=(*parent, *judged.awaits),
        rules=judged.rules,
    )
