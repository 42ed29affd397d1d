"""Destinations: where nurture lists live and mails go. This module opens them by the kind a market file names.

A destination that cannot be opened stops no other: its lane waits, and the error is reported.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TextIO

from sqlalchemy.engine import Engine

from forms_api.destinations.base import Destination, DestinationError, DestinationSpec
from forms_api.destinations.console import open_console
from forms_api.destinations.list import open_list
from forms_api.destinations.webhook import open_webhook
from leadcore.model.markets import Market

__all__ = [
    "KINDS", "Destination", "DestinationError", "DestinationSpec", "Opened", "Surroundings", "open_destination",
    "open_destinations", "specs_of",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What destinations may reach: the store, the environment with its secrets, a stream to write on."""

    engine: Engine
    environ: Mapping[str, str]
    stream: TextIO = sys.stdout


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Destinations by lane, and an error for each that could not be opened."""

    by_lane: Mapping[str, Destination]
    errors: tuple[DestinationError, ...] = ()


#: Every kind of destination a market file may name.
KINDS: Mapping[str, Callable[[DestinationSpec, Surroundings], Destination]] = {
    "list": lambda spec, around: open_list(spec, around.engine),
    "webhook": lambda spec, around: open_webhook(spec, around.environ),
    "console": lambda spec, around: open_console(spec, around.stream),
}


def specs_of(markets: Iterable[Market]) -> tuple[DestinationSpec, ...]:
    """Every list of every market, with where it lives."""
    return tuple(
        DestinationSpec(destination=item.destination, market=market.id, list=item.id, options=item.options)
        for market in markets
        for item in market.lists.values()
    )


def open_destinations(specs: Iterable[DestinationSpec], around: Surroundings) -> Opened:
    """The destinations that can be opened, and why the others cannot."""
    by_lane: dict[str, Destination] = {}
    errors: dict[str, DestinationError] = {}
    for spec in specs:
        try:
            by_lane[spec.lane] = open_destination(spec, around)
        except DestinationError as error:
            errors[spec.lane] = error
    return Opened(by_lane=by_lane, errors=tuple(errors.values()))


def open_destination(spec: DestinationSpec, around: Surroundings) -> Destination:
    """The destination. Raises DestinationError for an unknown kind, a wrong option or a missing secret."""
    if spec.destination not in KINDS:
        raise DestinationError(f"{spec.lane}: no destination {spec.destination!r}; use one of {', '.join(KINDS)}")
    return KINDS[spec.destination](spec, around)
