"""Until when a person's request has to be answered: the shortest term of the regimes in force. Pure.

Withdrawals follow the field `unsub`, everything else the field `dsr`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from leadcore.consent.applies import applicable
from leadcore.consent.business_days import add_months, add_working_days
from leadcore.consent.combine import unsubscribe_hours
from leadcore.consent.regimes import Regime, Rule

#: What a person may ask for.
KINDS = ("access", "correction", "export", "withdrawal", "erasure")
#: Where no regime in force sets a term: one month, as most of those that set one (policy).
POLICY_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """When the answer is due, and the regimes and sources that say so; both are empty where only our policy does."""

    due_at: datetime
    regimes: tuple[str, ...] = ()
    cite: str = ""


def deadline(
    kind: str, received_at: datetime, *, markets: Iterable[str], residence: str = "", region: str = "", phone: str = ""
) -> Deadline:
    """The deadline of a request received at a time, by the law of that day.

    An extension that a regime allows is left out: it has to be claimed with a reason. Raises ValueError for an
    unknown kind.
    """
    chains = applicable(
        markets=markets, today=received_at.date(), residence=residence, region=region, phone=phone
    )
    return deadline_under(kind, received_at, chains)


def deadline_under(kind: str, received_at: datetime, chains: Iterable[Regime]) -> Deadline:
    """The deadline of a request under chains that are known already. Raises ValueError for an unknown kind."""
    if kind not in KINDS:
        raise ValueError(f"no kind of request {kind!r}; use one of {', '.join(KINDS)}")
    timed = [one for chain in chains if (one := _of_chain(kind, received_at, chain))]
    if not timed:
        return Deadline(due_at=received_at + timedelta(days=POLICY_DAYS))
    first = min(due for due, _ in timed)
    rules = [rule for due, rule in timed if due == first]
    return Deadline(
        due_at=first,
        regimes=tuple(dict.fromkeys(rule.regime for rule in rules)),
        cite="; ".join(dict.fromkeys(rule.cite for rule in rules if rule.cite not in ("", "-"))),
    )


def _of_chain(kind: str, received_at: datetime, chain: Regime) -> tuple[datetime, Rule] | None:
    """The term of one chain, None where it sets none."""
    if kind == "withdrawal":
        rule = chain["unsub"]
        if rule.data["unit"] == "bd":
            return _after(received_at, rule, chain.country), rule
        return received_at + timedelta(hours=unsubscribe_hours(rule)), rule
    rule = chain["dsr"]
    return None if rule.value == "none" else (_after(received_at, rule, chain.country), rule)


def _after(received_at: datetime, rule: Rule, country: str) -> datetime:
    """The time of day is kept: an answer by then is in time in every reading."""
    count, unit = int(rule.data["days"]), rule.data["unit"]
    if unit == "d":
        return received_at + timedelta(days=count)
    day = received_at.date()
    until = add_months(day, count) if unit == "mo" else add_working_days(day, count, country)
    return received_at + (until - day)
