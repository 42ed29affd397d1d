"""The shape of one item's wording, the marker for translation, and the headings of a notice in reading order.

Message tables live beside this module by subject: parties, data, choices.
"""

from __future__ import annotations

from dataclasses import dataclass
from string import Formatter


def N_(message: str) -> str:  # noqa: N802 - gettext's customary marker
    """The message itself; the call marks it for extraction."""
    return message


WHO = N_("Who we are")
WHAT = N_("What data we use")
WHY = N_("Why we use it")
HOW = N_("How we handle it")
RECIPIENTS = N_("Who else receives it")
WHERE = N_("Where it is kept")
HOW_LONG = N_("How long we keep it")
CHOICE = N_("Your choice")
RIGHTS = N_("Your rights")
COMPLAINTS = N_("Complaints")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a notice says for one item of the vocabulary.

    `variants` run from the richest to the plainest; the first whose facts are all known is said. The last needs only
    facts that every notice has.
    """

    item: str
    heading: str
    variants: tuple[str, ...]


def says(item: str, heading: str, *variants: str) -> Wording:
    """One row of a message table."""
    return Wording(item=item, heading=heading, variants=variants)


def placeholders(message: str) -> frozenset[str]:
    """The names in braces of a message."""
    return frozenset(name for _, name, _, _ in Formatter().parse(message) if name)
