"""Whether a delivery may still go out: asked of the person's consent record before every attempt."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.engine import Engine

from forms_api.destinations.base import Result, Suppressed
from forms_api.store import consents
from forms_api.store.engine import reading
from forms_api.suppression import marketing_use
from leadcore.consent.standing import may_use, standings
from leadcore.model.leads import Delivery

Gate = Callable[[Delivery], Result | None]


def consent_gate(engine: Engine) -> Gate:
    """A gate that suppresses a delivery whose use is not in force for its lead. What answers a request, and what tells
    a destination to stop, needs no consent."""

    def gate(delivery: Delivery) -> Suppressed | None:
        use = marketing_use(delivery)
        if use is None:
            return None
        with reading(engine) as connection:
            held = standings(consents.outline(connection, delivery.lead_id))
        if may_use(held, use):
            return None
        states = sorted({one.state for (_, on), one in held.items() if on == use})
        return Suppressed(reason=f"no consent: {use} {', '.join(states) or 'never given'}")

    return gate


def first_refusal(*gates: Gate) -> Gate:
    """One gate of many: the first result that any of them gives."""
    return lambda delivery: next((result for gate in gates if (result := gate(delivery)) is not None), None)
