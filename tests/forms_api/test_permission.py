"""The consent gate: what is no longer in force does not go out, however it came to be in the outbox."""

from __future__ import annotations

import pytest

from forms_api.destinations.base import Accepted, Suppressed
from forms_api.outbox import Outbox
from forms_api.permission import consent_gate, first_refusal
from forms_api.store import consents, deliveries, leads
from forms_api.store.engine import reading, writing


class Kept:
    def __init__(self):
        self.brought = []

    def deliver(self, delivery, now):
        self.brought.append((delivery.kind, delivery.action, delivery.name))
        return Accepted()

    def close(self):
        pass


@pytest.fixture
def bring(engine, clock, make_lead, make_event, make_delivery):
    """What reaches its destination of all that a lead may have waiting, after these events; and the deliveries."""

    def run(*kinds, **given):
        lead = make_lead()
        list_ = {"use": "email", "email": lead.email}
        waiting = [
            make_delivery(lead, payload=list_), make_delivery(lead, name="calls", payload={**list_, "use": "voice"}),
            make_delivery(lead, kind="mail", name="confirm"), make_delivery(lead, kind="mail", name="series/01-welcome"),
            make_delivery(lead, name="other", action="unsubscribe", payload=list_),
        ]  # fmt: skip
        with writing(engine) as connection:
            leads.accept(connection, lead, make_event(lead, **given), waiting)
            for kind in kinds:
                consents.add(connection, make_event(lead, kind, uses=given.get("uses", USES)))
        kept = Kept()
        outbox = Outbox(
            engine, {one.lane: kept for one in waiting}, worker="w", clock=clock, jitter=lambda: 0.0, gate=consent_gate(engine)
        )
        outbox.deliver_due()
        with reading(engine) as connection:
            return {name for _, _, name in kept.brought}, {d.name: d for d in deliveries.of_lead(connection, lead.id)}

    return run


USES = {"email": {"ticked": True, "wording": "", "purpose": "news"}}
ALWAYS = {"confirm", "other"}
WAITING = {"email": {"ticked": True, "wording": "", "purpose": "news", "awaits": ["doi_confirmed"]}}


@pytest.mark.parametrize(
    ("kinds", "given", "brought"),
    [
        ((), {}, {"newsletter", "series/01-welcome"}),
        ((), {"uses": WAITING}, set()),
        (("confirmed",), {"uses": WAITING}, {"newsletter", "series/01-welcome"}),
        (("withdrawn",), {}, set()),
        (("objected",), {}, set()),
        (("expired",), {}, set()),
        (("withdrawn", "confirmed"), {}, set()),
        ((), {"event": "refused", "decision": {}}, set()),
    ],
)
def test_only_what_is_in_force_goes_out(bring, kinds, given, brought):
    reached, stored = bring(*kinds, **given)
    assert reached == brought | ALWAYS
    assert stored["calls"].failed_reason == "suppressed: no consent: voice never given"
    assert {name for name, d in stored.items() if d.failed_at} == set(stored) - reached


def test_the_first_gate_that_refuses_counts(make_lead, make_delivery):
    delivery, no, later = make_delivery(make_lead()), Suppressed(reason="no"), Suppressed(reason="later")
    assert first_refusal(lambda d: None, lambda d: no, lambda d: later)(delivery) is no
    assert first_refusal(lambda d: None)(delivery) is None
