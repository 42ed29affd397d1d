"""What the page in front of one visitor has to show, and what it must never show."""

from __future__ import annotations

from collections.abc import Iterable

from leadcore.consent.cases import Case
from leadcore.consent.combine import MESSAGES
from leadcore.consent.customers import exemption
from leadcore.consent.languages import LanguageFindings
from leadcore.consent.law import Law
from leadcore.consent.page_rules import may_be_prechecked
from leadcore.consent.reasons import Reason, because, by_policy
from leadcore.consent.regimes import Rule

_BOX_NAMES = {"voice": ("voice", "phone"), "share": ("share", "partners")}
"""Boxes that go by two names: that of the use, and that of the question on the page."""


def _box(use: str, state: str, rules: Iterable[Rule], *, cite: str = "") -> list[Reason]:
    """The codes of a use's box, under each of its names."""
    kept = tuple(rules)
    return [r for name in _BOX_NAMES.get(use, (use,)) for r in because(f"box:{name}:{state}", kept, cite=cite)]


def _boxes(case: Case, law: Law) -> list[Reason]:
    """An empty box for each use in play that needs consent or the minor's own tick; none for a forbidden use."""
    found: list[Reason] = []
    for use in case.ticks:
        if law.minors.forbidden(use):
            continue
        if own := law.minors.own_tick(use):
            found += _box(use, "empty", own)
        elif law.needs_consent(use):
            found += _box(use, "empty", law.rules[use].rules)
    off = [c["profiling"] for c in law.chains if c["profiling"].data.get("off_by_default")]
    if off and (case.profiling_default or "profiling" in case.ticks):
        found += because("box:profiling:off", off, cite="CQLR P-39.1 s. 8.1")
    night = [c["quiet"] for c in law.chains if c["quiet"].data.get("night_consent")]
    if night and (case.night is not None or set(case.planned) & {"sms", "voice", "chat"}):
        found += because("box:night:empty", night)
    return found


def _age_screen(case: Case, law: Law) -> list[Reason]:
    """The age question, and what a child and its parent have to see."""
    if case.age is None:
        return []
    minors = law.minors
    found: list[Reason] = []
    asking = [c["minor"] for c in law.chains if any("under" in entry for entry in c["minor"].data["rules"])]
    neutral = [c["minor"] for c in law.chains if c.root == "US"]
    if neutral:
        found += because("age_question_neutral", neutral, cite="16 CFR 312.2")
    elif asking:
        found += because("age_question", asking)
    if minors.event:
        found += because("parent_contact", minors.parental)
    if minors.coppa:
        found += because("coppa_notice_to_parent", minors.coppa, cite="16 CFR 312.4(b)-(c)")
        found += because("box:parent_collection:empty", minors.coppa, cite="16 CFR 312.5(a)(1)")
    if minors.third_party and "share" in case.ticks:
        found += because("box:parent_third_party:empty", minors.third_party, cite="16 CFR 312.5(a)(2)")
    if minors.gdpr:
        found += because("notice:child_language", minors.gdpr, cite="GDPR art. 12(1), rec. 58")
    return found


def to_show(case: Case, law: Law, languages: LanguageFindings) -> tuple[Reason, ...]:
    """The codes the page has to show. Source: fields `notice`, `lang`, `split` and the addenda, what to show and keep."""
    found = _boxes(case, law)
    for chain in law.chains:
        for item in chain["notice"].items():
            found += because(f"notice:{item}", [chain["notice"]])
    found += languages.show
    found += _age_screen(case, law)
    rule = law.rules["signal"]
    if law.signal_honoured(case) and rule.value == "honour_confirm":
        found += because("gpc_status:honoured", rule.rules, cite="11 CCR 7025(c)(6)")
    found += _regime_screens(law, "show")
    return tuple(found)


def _regime_screens(law: Law, side: str) -> list[Reason]:
    return [
        Reason(code=screen.code, regime=screen.regime, field=screen.field, cite=screen.cite, conf="verified")
        for chain in law.chains
        for screen in chain.screens
        if screen.side == side
    ]


def _split_screens(case: Case, law: Law) -> list[Reason]:
    """What bundling each `split` code forbids."""
    found: list[Reason] = []
    forbidden = {
        "terms": ("consent_inside_terms",),
        "purpose": ("one_box_for_everything",),
        "channel": ("one_box_for_email_and_phone",),
        "document": ("notice_inside_terms",),
    }
    for chain in law.chains:
        rule = chain["split"]
        for item in rule.items():
            for code in forbidden.get(item, ()):
                found += because(code, [rule])
    return found


def _consent_screens(case: Case, law: Law) -> list[Reason]:
    """What would spoil the consent of the uses in play."""
    found: list[Reason] = []
    for use in case.ticks:
        if law.rules["prechecked"].value == "invalid":
            found += _box(use, "ticked", law.rules["prechecked"].rules)
        elif "US" in law.codes and use in ("sms", "voice") and not may_be_prechecked(use, law.rules, law.codes):
            found += _box(use, "ticked", law.rules[use].rules, cite="47 CFR 64.1200(f)(9) with E-SIGN")
        elif law.minors.own_tick(use):
            found += _box(use, "ticked", law.minors.own_tick(use))
    needing: list[Rule] = [r for use in case.ticks if law.needs_consent(use) for r in law.rules[use].rules]
    if needing:
        found += because("marketing_box_as_required_field", needing)
    if law.rules["prechecked"].value == "invalid" and any(law.needs_consent(u) for u in case.ticks if u in MESSAGES):
        found += because("objection_box_as_only_control", law.rules["prechecked"].rules)
    barred = [c["soft"] for c in law.chains if c["soft"].value == "none"]
    for use in case.ticks:
        if use in MESSAGES and law.needs_consent(use):
            unmet = exemption(case, law.chains, use)
            found += because("soft_opt_in_text", [*barred, *unmet.failing, *unmet.not_a_sale])
    return found


def never_to_show(case: Case, law: Law) -> tuple[Reason, ...]:
    """The codes the page must not show. Source: fields `prechecked`, `split`, `soft`, `signal`, `minor`; the addenda."""
    found = _consent_screens(case, law) + _split_screens(case, law) + _regime_screens(law, "never")
    if law.signal_honoured(case):
        rules = law.rules["signal"].rules
        found += because("ad_pixel", rules) + because("popup_asking_to_undo_gpc", rules)
    if law.minors.forbidden_profiling:
        found += because("ad_pixel", law.minors.forbidden_profiling)
        for use in ("profiling", "share"):
            found += _box(use, "empty", law.minors.forbidden(use))
    if law.minors.coppa:
        found += because("ad_pixel", law.minors.coppa, cite="16 CFR 312.2 (persistent identifiers), 312.5")
    if case.age is not None:
        found += by_policy(
            "hint_to_change_age", "age", "16 CFR 312.2 (neutral age question); WP29 guidance on consent of children"
        )
    return tuple(found)
