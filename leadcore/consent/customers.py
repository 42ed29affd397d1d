"""The existing-customer exemption: whether a message may go to a customer who ticked nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leadcore.consent.cases import Case
from leadcore.consent.combine import MESSAGES
from leadcore.consent.regimes import Regime, Rule

_OFFERED = frozenset({"optout_at_collection", "told", "optout_offered"})
_NO_MARKETING = "service_change_use_maintenance_only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """Whether the exemption holds under every chain, and the rules that stop it or do not see a sale."""

    holds: bool = False
    given_by: tuple[Rule, ...] = ()
    failing: tuple[Rule, ...] = ()
    not_a_sale: tuple[Rule, ...] = ()


def _conditions_met(rule: Rule, *, optout_offered: bool) -> bool:
    items = set(rule.items())
    if _NO_MARKETING in items:
        return False
    return bool(rule.data.get("any_of")) or optout_offered or not items & _OFFERED


def exemption(case: Case, chains: Sequence[Regime], use: str) -> Exemption:
    """The exemption for one use.

    `similar_own` and `optout_each_message` bind the sender and count as met; alternative grounds (CA, AU, NZ, JP) need
    one. A free account is a sale only where the law reads it so. Source: section 2.2 no. 4; addenda, customer exemption.
    """
    if use not in MESSAGES or not (case.existing_customer or case.free_account):
        return Exemption()
    # a box that was offered and left empty was itself an offer to refuse
    optout = case.optout_offered or case.ticks.get(use) == "no"
    giving: list[Rule] = []
    failing: list[Rule] = []
    not_a_sale: list[Rule] = []
    for chain in chains:
        rule = chain["soft"]
        if rule.value == "not_needed":
            continue
        if rule.value == "none":
            failing.append(rule)
        elif not case.existing_customer and rule.data.get("sale_only"):
            not_a_sale.append(rule)
        elif _conditions_met(rule, optout_offered=optout):
            giving.append(rule)
        else:
            failing.append(rule)
    return Exemption(
        holds=not failing and not not_a_sale and bool(giving),
        given_by=tuple(giving),
        failing=tuple(failing),
        not_a_sale=tuple(not_a_sale),
    )
