"""Why a decision holds a code: the regime, the field and the source behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from leadcore.consent.regimes import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One code of a decision with one rule that asks for it."""

    code: str
    regime: str
    field: str
    cite: str
    conf: str

    def as_dict(self) -> dict[str, str]:
        """The reason as the case language writes it."""
        return {"code": self.code, "regime": self.regime, "field": self.field, "cite": self.cite, "conf": self.conf}


POLICY = "POLICY"
"""The regime of a code that rests on engineering policy, not on a statute."""


def because(code: str, rules: Iterable[Rule], *, cite: str = "") -> tuple[Reason, ...]:
    """One reason per regime and field; `cite` replaces the rule's own source where the code has a closer one."""
    found = {
        (rule.regime, rule.field): Reason(
            code=code, regime=rule.regime, field=rule.field, cite=cite or rule.cite, conf=rule.conf
        )
        for rule in rules
    }
    return tuple(found.values())


def by_policy(code: str, field: str, cite: str) -> tuple[Reason, ...]:
    """A reason that rests on the house's own rules."""
    return (Reason(code=code, regime=POLICY, field=field, cite=cite, conf="known"),)
