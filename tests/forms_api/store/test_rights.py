"""Withdrawal, correction and erasure, and the trace that remains."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from forms_api.store import claims, consents, deliveries, leads, lists, rights
from forms_api.store.engine import reading, writing
from forms_api.store.schema import metadata
from forms_api.store.trace import trace
from leadcore.model.leads import Attempt, ListMember


@pytest.fixture
def stored(engine, make_lead, make_event, make_delivery):
    """A lead with a delivered list, a list that was tried, a list untouched, a waiting mail."""
    lead = make_lead()
    reached = make_delivery(lead, name="reached")
    tried = make_delivery(lead, name="tried")
    untouched = make_delivery(lead, name="untouched")
    mail = make_delivery(lead, kind="mail", due_at=lead.submitted_at + timedelta(days=3))
    with writing(engine) as connection:
        leads.accept(connection, lead, make_event(lead), [reached, tried, untouched, mail])
        arrived = Attempt(delivery_id=reached.id, at=lead.submitted_at, outcome="accepted", detail="201")
        claims.record(connection, arrived, delivered_at=lead.submitted_at)
        lost = Attempt(delivery_id=tried.id, at=lead.submitted_at, outcome="retryat", detail="ReadTimeout")
        claims.record(connection, lost, due_at=lead.submitted_at + timedelta(seconds=5))
    return lead


def of(connection, lead):
    return {(d.name, d.action): d for d in deliveries.of_lead(connection, lead.id)}


def test_withdrawal_cancels_what_waits_and_undoes_what_went(engine, stored, make_event, now):
    later = now + timedelta(hours=1)
    with writing(engine) as connection:
        withdrawn = rights.withdraw(connection, stored.id, later, make_event(stored, "withdrawn", at=later))
        found = of(connection, stored)
        record = consents.of_lead(connection, stored.id)
    assert withdrawn.changed
    assert withdrawn.lead.withdrawn_at == later
    assert {key for key, d in found.items() if d.cancelled_at == later} == {
        ("tried", "subscribe"), ("untouched", "subscribe"), ("confirm", "send"),
    }  # fmt: skip
    unsubscribes = {name for name, action in found if action == "unsubscribe"}
    assert unsubscribes == {"reached", "tried"}
    assert found["reached", "unsubscribe"].payload["reason"] == "withdrawn"
    assert found["reached", "unsubscribe"].due_at == later
    assert [event.event for event in record] == ["given", "withdrawn"]


def test_a_second_withdrawal_changes_nothing(engine, stored, make_event, now):
    with writing(engine) as connection:
        rights.withdraw(connection, stored.id, now, make_event(stored, "withdrawn"))
        before = deliveries.of_lead(connection, stored.id)
        again = rights.withdraw(connection, stored.id, now + timedelta(days=1), make_event(stored, "withdrawn"))
        assert not again.changed
        assert again.lead.withdrawn_at == now
        assert deliveries.of_lead(connection, stored.id) == before
        assert len(consents.of_lead(connection, stored.id)) == 2


def test_a_withdrawal_for_one_list_leaves_the_others(engine, stored, make_event, now):
    with writing(engine) as connection:
        changed = rights.withdraw(connection, stored.id, now, make_event(stored, "withdrawn"), names=["reached"])
        again = rights.withdraw(connection, stored.id, now, make_event(stored, "withdrawn"), names=["reached"])
        found = of(connection, stored)
    assert (changed.changed, again.changed) == (True, False)
    assert changed.lead.withdrawn_at is None
    assert {key for key, d in found.items() if d.open} == {
        ("tried", "subscribe"), ("untouched", "subscribe"), ("confirm", "send"), ("reached", "unsubscribe"),
    }  # fmt: skip


def test_a_withdrawal_may_name_mails_too(engine, stored, make_event, now):
    with writing(engine) as connection:
        rights.withdraw(connection, stored.id, now, make_event(stored, "withdrawn"), names=["untouched", "confirm"])
        found = of(connection, stored)
    assert {key for key, d in found.items() if d.cancelled_at} == {("untouched", "subscribe"), ("confirm", "send")}


def test_a_delivery_in_a_workers_hands_is_undone_too(engine, make_lead, make_event, make_delivery, now):
    lead = make_lead()
    subscribe = make_delivery(lead)
    with writing(engine) as connection:
        leads.accept(connection, lead, make_event(lead), [subscribe])
        assert claims.claim(connection, subscribe.lane, "w", now, limit=1, lease_seconds=60)
        rights.withdraw(connection, lead.id, now, make_event(lead, "withdrawn"))
    with writing(engine) as connection:
        # Not before the subscribe has landed:
        assert claims.claim(connection, subscribe.lane, "v", now, limit=5, lease_seconds=60) == ()
        arrived = Attempt(delivery_id=subscribe.id, at=now, outcome="accepted")
        claims.record(connection, arrived, delivered_at=now)
        claimed = claims.claim(connection, subscribe.lane, "v", now, limit=5, lease_seconds=60)
    assert [d.action for d in claimed] == ["unsubscribe"]


def everything_stored(engine):
    with reading(engine) as connection:
        return repr([connection.execute(sa.select(table)).all() for table in metadata.sorted_tables])


def test_erasure_leaves_the_proof_and_nobody_in_it(engine, stored, make_event, now):
    later = now + timedelta(days=1)
    with writing(engine) as connection:
        member = ListMember(
            list="reached", lead_id=stored.id, market="in", locale="gu-IN", email=stored.email, name=stored.name,
            phone_e164=stored.phone_e164, company=stored.company, joined_at=now,
        )  # fmt: skip
        lists.join(connection, member)
        connection.execute(metadata.tables["attempts"].update().values(detail=f"550 {stored.email} unknown"))
    personal = [stored.email, stored.name, stored.phone_typed, stored.phone_e164, stored.company, "utm_source"]
    personal += [stored.fingerprint, "\U0001f64f"]
    before = everything_stored(engine)
    assert all(value in before for value in personal)
    with writing(engine) as connection:
        erased = rights.erase(connection, stored.id, later, make_event(stored, "erased", page="", residence=""))
        again = rights.erase(connection, stored.id, later + timedelta(days=1))
        found = of(connection, stored)
        given, _ = consents.of_lead(connection, stored.id)
    after = everything_stored(engine)
    assert [value for value in personal if value in after] == []
    assert (erased.changed, again.changed) == (True, False)
    assert (erased.lead.erased_at, erased.lead.receipt, erased.lead.market) == (later, stored.receipt, "in")
    assert (given.notice_text, given.uses["email"]["ticked"], given.page) == (
        "અમે તમારું નામ રાખીએ છીએ.", True, "https://in.example/gu/",
    )  # fmt: skip
    assert {name for name, action in found if action == "erase"} == {"reached", "tried"}
    assert found["reached", "erase"].payload == {
        "receipt": stored.receipt, "locale": "gu-IN", "reason": "erased",
    }  # fmt: skip
    assert not found["untouched", "subscribe"].open


def test_a_correction_reaches_the_lists_too(engine, stored, make_event, now):
    with writing(engine) as connection:
        lists.join(
            connection,
            ListMember(list="reached", lead_id=stored.id, market="in", locale="gu-IN", email="x", joined_at=now),
        )
        changed = rights.correct(connection, stored.id, {"email": "new@example.in", "region": "MH"})
        assert changed.changed
        assert (changed.lead.email, changed.lead.region) == ("new@example.in", "MH")
        assert lists.of_lead(connection, stored.id)[0].email == "new@example.in"
        assert not rights.correct(connection, stored.id, {"region": "MH"}).changed
        with pytest.raises(rights.NotCorrectable, match="receipt"):
            rights.correct(connection, stored.id, {"receipt": "X"})


def test_the_trace_tells_every_step_in_order_without_values(engine, stored, make_event, now):
    with writing(engine) as connection:
        rights.withdraw(
            connection,
            stored.id,
            now + timedelta(hours=1),
            make_event(stored, "withdrawn", at=now + timedelta(hours=1)),
        )
        steps = trace(connection, stored.id)
    assert [s.at for s in steps] == sorted(s.at for s in steps)
    what = [s.what for s in steps]
    assert what[:2] == ["lead.submitted", "consent.given"]
    assert what.count("delivery.created") == 6
    assert what.count("delivery.attempted") == 2
    assert what.count("delivery.delivered") == 1
    assert what.count("delivery.cancelled") == 3
    assert "lead.withdrawn" in what
    assert "consent.withdrawn" in what
    told = repr(steps)
    assert stored.email not in told
    assert stored.name not in told
