"""Where a lead may be kept: the stores that have to exist and the gate before data leaves a country."""

from __future__ import annotations

from collections.abc import Sequence

from leadcore.consent.cases import Case
from leadcore.consent.reasons import Reason, because
from leadcore.consent.regimes import Regime, eea_states

_LOCAL = ("local_first", "local_only")
_NO_FILING = ("", "consent")
"""What is neither a filing nor an exemption: the person's consent does not stand in for it."""


def _place(store: str) -> str:
    """The country of a store such as `DE` or `CA-QC`."""
    return store.split("-")[0]


def _abroad(chain: Regime, store: str) -> bool:
    if chain.root == "EU":
        return _place(store) not in eea_states()
    return _place(store) != chain.country


def _kept_in(case: Case) -> tuple[str, ...]:
    """Every place where the case says that the lead is kept."""
    return tuple(dict.fromkeys((*((case.storage_country,) if case.storage_country else ()), *(case.stores or ()))))


def _local_store(case: Case, chain: Regime, others: frozenset[str]) -> tuple[Reason, ...]:
    """The findings of one chain that wants the data in its country; `others` are countries that want a store too."""
    rule = chain["residency"]
    stores = case.stores if case.stores is not None else ((case.storage_country,) if case.storage_country else None)
    if stores is None:
        return ()
    countries = {_place(store) for store in stores}
    country = chain.country
    kinds = tuple(rule.data.get("local_kinds", ()))
    kept_in = (
        any(kind.lower().startswith(tuple(k.split("_")[0] for k in kinds)) for kind in case.data_kinds)
        if kinds
        else False
    )
    if rule.value == "local_only" or kept_in:
        everywhere = countries | ({_place(case.storage_country)} if case.storage_country else set())
        if country not in countries or everywhere - {country} - others:
            return because(f"residency:{country}_LOCAL_ONLY", [rule])
    elif rule.value == "local_first" and country not in countries:
        code = "PRIMARY_STORE_MISSING" if rule.data.get("first_record") else "STORE_MISSING"
        return because(f"residency:{country}_{code}", [rule])
    return ()


def _gate(case: Case, chain: Regime) -> tuple[Reason, ...]:
    """The findings of one chain on data kept abroad, in the main store or in a copy.

    A basis or an assessment is judged only where the case speaks of it: a caller that stores abroad says so, if empty.
    """
    rule = chain["residency"]
    kept_in = _kept_in(case)
    if chain.code == "CA-QC":
        missing = case.assessment_id == "" and any(place not in ("QC", "CA-QC") for place in kept_in)
        return because("transfer:NO_ASSESSMENT", [rule]) if missing else ()
    if not any(_abroad(chain, place) for place in kept_in):
        return ()
    recorded = (case.assessment_id, case.transfer_basis)
    filed = bool(case.assessment_id) or (case.transfer_basis or "") not in _NO_FILING
    if rule.value == "filing" and "" in recorded and not filed:
        return because("transfer:NO_ASSESSMENT", [rule])
    if rule.value in ("safeguards", "consent") and case.transfer_basis == "":
        return because("transfer:NO_BASIS", [rule])
    return ()


def residency_findings(case: Case, chains: Sequence[Regime]) -> tuple[Reason, ...]:
    """The storage and transfer gates that are not met, each as a `refuse` code with its rule.

    Nothing is judged where the case names no place. Two countries that each want a store are served by two stores,
    never averaged. Source: section 2.2 no. 3; addenda, what refuse codes mean.
    """
    local = frozenset(chain.country for chain in chains if chain["residency"].value in _LOCAL)
    found: dict[tuple[str, str], Reason] = {}
    for chain in chains:
        for reason in (*_local_store(case, chain, local - {chain.country}), *_gate(case, chain)):
            found[reason.code, reason.regime] = reason
    return tuple(found.values())
