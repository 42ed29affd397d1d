"""What follows from a visitor's age: who has to agree besides the child, and what is forbidden to a child whoever agrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leadcore.consent.cases import Case
from leadcore.consent.combine import combine_field
from leadcore.consent.regimes import Regime, Rule, scale

_PARENTAL = ("parental", "joint", "parental_verifiable", "parental_sensitive")
_SENSITIVE = ("health", "biometric", "genetic", "sensitive", "religion", "political", "sexual", "ethnic", "union")


@dataclass(frozen=True, slots=True, kw_only=True)
class MinorFindings:
    """What the minor rules say of one visitor; each tuple holds the rules that say it.

    `parental`: a parent has to agree. `joint`: the child too. `third_party`: disclosure needs a parental consent of
    its own. `forbidden`: by use, the rules that forbid it. `own_tick`: by use, the rules that ask for the own tick.
    `gdpr`: the ages under the GDPR that are not reached. `threshold`: the highest age over the chains, or the highest
    bound of a parental rule where that is above the ages (CL: sensitive data below 16).
    """

    parental: tuple[Rule, ...] = ()
    joint: tuple[Rule, ...] = ()
    verifiable: tuple[Rule, ...] = ()
    coppa: tuple[Rule, ...] = ()
    third_party: tuple[Rule, ...] = ()
    forbidden_profiling: tuple[Rule, ...] = ()
    forbidden_share: tuple[Rule, ...] = ()
    no_targeting: tuple[Rule, ...] = ()
    own_tick_share: tuple[Rule, ...] = ()
    own_tick_profiling: tuple[Rule, ...] = ()
    gdpr: tuple[Rule, ...] = ()
    threshold: int = 0

    @property
    def event(self) -> str:
        """The event of the parent that is awaited, the strictest over the regimes; "" where none is."""
        if not self.parental:
            return ""
        return "parent_verified" if self.verifiable else "parent_confirmed"

    def forbidden(self, use: str) -> tuple[Rule, ...]:
        """The rules that forbid a use to this child."""
        return {"profiling": self.forbidden_profiling, "share": self.forbidden_share}.get(use, ())

    def own_tick(self, use: str) -> tuple[Rule, ...]:
        """The rules that ask for the minor's own tick before a use."""
        return {"profiling": self.own_tick_profiling, "share": self.own_tick_share}.get(use, ())


def _applies(entry: dict, case: Case) -> bool:  # type: ignore[type-arg]
    if entry["rule"] == "parental_sensitive" and not any(k.lower().startswith(_SENSITIVE) for k in case.data_kinds):
        return False
    return "under" in entry and case.age is not None and case.age < entry["under"]


def _banned_in_state(rule: Rule, case: Case, states: frozenset[str]) -> bool:
    return any(ban["state"] in states and (case.age or 0) < ban["under"] for ban in rule.data.get("state_bans", ()))


def minor_findings(case: Case, chains: Sequence[Regime], states: frozenset[str] = frozenset()) -> MinorFindings:
    """What the age of the visitor asks for under the chains; nothing where no age is known. `states` are the US states in play.

    Source: field `minor` of each regime; section 2.2 no. 12 and the addenda on minors.
    """
    threshold = combine_field("age", chains).number
    if case.age is None:
        return MinorFindings(threshold=threshold)
    found: dict[str, list[Rule]] = {
        name: [] for name in (*scale("minor"), "coppa", "third_party", "banned", "restricted")
    }
    for chain in chains:
        rule = chain["minor"]
        for entry in rule.data["rules"]:
            if not _applies(entry, case):
                continue
            found[entry["rule"]].append(rule)
            if entry["rule"] in _PARENTAL and case.age >= threshold:
                threshold = entry["under"]
            if entry["rule"] == "parental_verifiable" and chain.root == "US":
                found["coppa"].append(rule)
                if rule.data.get("third_party_consent"):
                    found["third_party"].append(rule)
            if entry["rule"] == "restricted_sale_and_ads":
                found["banned" if _banned_in_state(rule, case, states) else "restricted"].append(rule)
    gdpr = (chain["age"] for chain in chains if chain.root in ("EU", "GB") and case.age < chain["age"].data["years"])
    barred = tuple(found["no_targeting"] + found["banned"])
    return MinorFindings(
        parental=tuple(rule for name in _PARENTAL for rule in found[name]),
        joint=tuple(found["joint"]),
        verifiable=tuple(found["parental_verifiable"]),
        coppa=tuple(found["coppa"]),
        third_party=tuple(found["third_party"]),
        forbidden_profiling=barred,
        forbidden_share=barred,
        no_targeting=tuple(found["no_targeting"]),
        own_tick_share=tuple(found["own_opt_in_for_sale"] + found["restricted"]),
        own_tick_profiling=tuple(found["restricted"]),
        gdpr=tuple(gdpr),
        threshold=threshold,
    )
