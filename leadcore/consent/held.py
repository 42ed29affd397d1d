"""What is held about a person as time sees it: leads and the uses that stand on them, without a personal value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from leadcore.consent.regimes import Regime

#: What a lead waits for before it counts: nothing, its release from quarantine, the parent, the confirmed address.
Waiting = Literal["", "release", "parent", "confirmation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A use that stands, since the day it was given or last confirmed.

    `ground` is `tick`, `customer`, `inquiry` or `opt_out`, as the decision found it.
    """

    use: str
    ground: str
    since: date

    @property
    def implied(self) -> bool:
        """Inferred from what the person did: no answer to a letter makes it last longer."""
        return self.ground in ("customer", "inquiry")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLead:
    """One lead; `chains` is the law in force on the day of the plan.

    `contact` is the person's last own act on this lead; our mails are none (CNIL, référentiel gestion commerciale).
    `confirm_by` is the last day of the confirmation link; `reminder_told` whether its mail spoke of a reminder.
    `asked` is the day of the last letter that asked whether consent stands. `may_write` says whether a letter can be
    made and sent. `retention_months` and `stated_months` are what the notice says; 0 where it says nothing.
    """

    id: str
    chains: tuple[Regime, ...]
    submitted: date
    contact: date
    confirm_by: date
    waits: Waiting = ""
    withdrawn: date | None = None
    grants: tuple[Grant, ...] = ()
    asked: date | None = None
    reminded: bool = False
    reminder_told: bool = False
    may_write: bool = True
    retention_months: int = 0
    stated_months: int = 0

    @property
    def counts(self) -> bool:
        """Whether the lead is the person's own act beyond doubt, and has not been taken back."""
        return not self.waits and self.withdrawn is None
