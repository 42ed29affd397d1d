"""What every destination is: takes one delivery, gives back one of five results. No result is an exception.

Temporary and permanent failure are types, so that nobody can mistake one for the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from leadcore.model.leads import Delivery, list_lane


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The destination took it. `detail` is its status or id, never a lead's value."""

    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """The destination had it already; counts as delivered."""

    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryAt:
    """Not now. `at` is the time the destination asked for, None when it named none.

    `may_have_happened` tells a lost answer from a refused connection.
    """

    reason: str
    at: datetime | None = None
    may_have_happened: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Permanent:
    """Never, as it stands: a person must look. `destination_gone` means every delivery there will fail."""

    code: str
    detail: str = ""
    destination_gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressed:
    """The person is opted out or erased. A legal fact, not an error: never retried, never worked round."""

    reason: str


Result = Accepted | Duplicate | RetryAt | Permanent | Suppressed


class Destination(Protocol):
    """A place that deliveries of one lane are brought to. Called from several threads at once."""

    def deliver(self, delivery: Delivery, now: datetime) -> Result:
        """The result of one attempt. Ends in bounded time; the same delivery twice does no harm."""

    def close(self) -> None:
        """Gives back connections. Nothing is delivered afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationSpec:
    """A market's list and where it lives, as its market file says. Secrets in options are named `env:NAME`."""

    destination: str
    market: str
    list: str
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def lane(self) -> str:
        return list_lane(self.destination, self.market, self.list)


class DestinationError(ValueError):
    """A destination cannot be opened as configured. The message says what to change."""


#: The event type that each action on a list is called towards other systems.
EVENT_TYPES = {
    "subscribe": "lead.subscribed",
    "correct": "lead.corrected",
    "unsubscribe": "lead.unsubscribed",
    "erase": "lead.erased",
}


def only_options(spec: DestinationSpec, known: frozenset[str]) -> None:
    """Raises DestinationError for an option that this kind of destination does not have."""
    if unknown := sorted(set(spec.options) - known):
        allowed = ", ".join(sorted(known)) or "none"
        raise DestinationError(f"{spec.lane}: no option {', '.join(unknown)}; use {allowed}")


def secret_from(spec: DestinationSpec, reference: object, environ: Mapping[str, str]) -> str:
    """The secret that `env:NAME` names. Raises DestinationError when it is written out or not set."""
    if not isinstance(reference, str) or not reference.startswith("env:"):
        raise DestinationError(f"{spec.lane}: name secrets as env:NAME, never write them in the market file")
    name = reference.removeprefix("env:")
    value = environ.get(name, "").strip()
    if not value:
        raise DestinationError(f"{spec.lane}: set the environment variable {name}")
    return value
