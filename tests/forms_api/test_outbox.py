"""The outbox: claimed once by many, in order, isolated by lane, retried, replayed, and safe against a kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from forms_api.destinations import DestinationSpec, Surroundings, open_destination
from forms_api.destinations.base import Accepted, Permanent, RetryAt, Suppressed
from forms_api.outbox import Outbox
from forms_api.store import claims, deliveries, leads, lists, rights
from forms_api.store.engine import reading, writing

ROOT = Path(__file__).resolve().parents[2]
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
LANE = "webhook:in/newsletter"


class Scripted:
    """A destination that gives the results it was told, then accepts; remembers what came in what order."""

    def __init__(self, *results):
        self.results = list(results)
        self.seen = []
        self.hold = None
        self.started = 0

    def deliver(self, delivery, now):
        self.started += 1
        if self.hold:
            self.hold.wait(10)
        self.seen.append((delivery.id, delivery.action))
        result = self.results.pop(0) if self.results else Accepted()
        if isinstance(result, Exception):
            raise result
        return result

    def close(self):
        pass


@pytest.fixture
def make_outbox(engine, clock):
    def make(destinations, **options):
        return Outbox(
            engine, destinations, worker=options.pop("worker", "w1"), clock=clock, jitter=lambda: 0.0, **options
        )

    return make


@pytest.fixture
def store(engine, make_lead, make_event, make_delivery):
    """Stores a lead with one delivery per change set; gives back both."""

    def stored(*changes, **of_lead):
        lead = make_lead(**of_lead)
        made = [make_delivery(lead, **change) for change in changes or ({},)]
        with writing(engine) as connection:
            leads.accept(connection, lead, make_event(lead), made)
        return lead, *made

    return stored


def read(engine, delivery):
    with reading(engine) as connection:
        return deliveries.by_id(connection, delivery.id)


def attempts(engine, delivery):
    with reading(engine) as connection:
        return deliveries.attempts_of(connection, delivery.id)


def claim(engine, now, worker="w1", limit=10, lane=LANE):
    with writing(engine) as connection:
        return claims.claim(connection, lane, worker, now, limit=limit, lease_seconds=60)


def test_a_due_delivery_is_brought_and_recorded(engine, make_outbox, store, now):
    _, delivery = store()
    destination = Scripted()
    assert make_outbox({LANE: destination}).deliver_due() == 1
    done = read(engine, delivery)
    assert destination.seen == [(delivery.id, "subscribe")]
    assert (done.delivered_at >= now, done.attempts_count, done.open) == (True, 1, False)
    (attempt,) = attempts(engine, delivery)
    assert (attempt.at, attempt.outcome) == (now, "accepted")
    assert make_outbox({LANE: destination}).deliver_due() == 0


def test_what_is_not_due_waits(engine, make_outbox, store, clock, now):
    store({"due_at": now + timedelta(minutes=1)})
    outbox = make_outbox({LANE: Scripted()})
    assert outbox.deliver_due() == 0
    with reading(engine) as connection:
        assert claims.next_due_at(connection, now) == now + timedelta(minutes=1)
    clock.advance(60)
    assert outbox.deliver_due() == 1


def test_a_temporary_failure_follows_the_schedule_to_its_end(engine, make_outbox, store, clock, now):
    _, delivery = store()
    destination = Scripted(*[RetryAt(reason="503")] * 10)
    outbox = make_outbox({LANE: destination})
    while read(engine, delivery).open:
        clock.now = max(clock.now, read(engine, delivery).due_at)
        assert outbox.deliver_due() == 1
    failed = read(engine, delivery)
    assert (len(attempts(engine, delivery)), failed.failed_reason) == (10, "gave up: 503")
    assert timedelta(hours=72) < failed.failed_at - now < timedelta(hours=80)


def test_a_defect_in_a_destination_loses_nothing(engine, make_outbox, store):
    _, delivery = store()
    make_outbox({LANE: Scripted(ZeroDivisionError("asha@example.in"))}).deliver_due()
    (attempt,) = attempts(engine, delivery)
    assert read(engine, delivery).open
    assert attempt.detail == "defect: ZeroDivisionError (may have happened)"


def test_logs_carry_ids_and_no_values(engine, make_outbox, store, caplog):
    caplog.set_level("DEBUG")
    lead, delivery = store()
    results = [RuntimeError("asha"), RetryAt(reason="500"), Permanent(code="gone", destination_gone=True)]
    outbox = make_outbox({LANE: Scripted(*results)})
    for _ in results:
        outbox.bring(delivery)
    assert delivery.id in caplog.text
    assert "destination webhook:in/newsletter is gone" in caplog.text
    for value in (lead.email, lead.name, lead.phone_e164, "asha"):
        assert value not in caplog.text


def test_a_gone_destination_is_failed_and_reported(engine, make_outbox, store, now):
    _, delivery = store()
    make_outbox({LANE: Scripted(Permanent(code="gone", detail="410", destination_gone=True))}).deliver_due()
    failed = read(engine, delivery)
    assert (failed.failed_reason, failed.open) == ("gone: 410", False)
    with reading(engine) as connection:
        (report,) = deliveries.report(connection, now)
    assert (report.lane, report.open, report.failed, report.gone_at) == (LANE, 0, 1, failed.failed_at)


@pytest.mark.parametrize("workers", [8])
def test_many_workers_claim_each_delivery_once(engine, store, now, workers):
    made = {store()[1].id for _ in range(40)}
    taken, barrier = [], threading.Barrier(workers)

    def work(name):
        barrier.wait()
        while claimed := claim(engine, now, worker=name, limit=3):
            taken.extend(d.id for d in claimed)

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(workers)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    for delivery in claim(engine, now):  # SKIP LOCKED may leave a row that another worker looked at.
        taken.append(delivery.id)
    assert sorted(taken) == sorted(made)


def test_a_dead_workers_delivery_is_free_after_its_lease(engine, store, now):
    _, delivery = store()
    assert [d.id for d in claim(engine, now)] == [delivery.id]
    assert claim(engine, now + timedelta(seconds=59), worker="w2") == ()
    with reading(engine) as connection:
        assert claims.next_due_at(connection, now) == now + timedelta(seconds=60)
    assert [d.id for d in claim(engine, now + timedelta(seconds=60), worker="w2")] == [delivery.id]


def test_an_unsubscribe_never_overtakes_its_subscribe(engine, make_outbox, store, clock, make_event, now):
    _, subscribe = store()
    destination = Scripted(RetryAt(reason="timeout", may_have_happened=True))
    outbox = make_outbox({LANE: destination})
    with writing(engine) as connection:
        unsubscribe = replace(subscribe, id="later", action="unsubscribe")
        deliveries.add(connection, [unsubscribe])
    assert outbox.deliver_due() == 1
    assert destination.seen == [(subscribe.id, "subscribe")]
    clock.advance(5)
    assert outbox.deliver_due() == 2
    assert [action for _, action in destination.seen] == ["subscribe", "subscribe", "unsubscribe"]


def test_leads_do_not_wait_for_each_other(engine, make_outbox, store):
    _, failing = store()
    _, other = store()
    destination = Scripted(RetryAt(reason="500"))
    make_outbox({LANE: destination}).deliver_due()
    assert read(engine, failing).open
    assert read(engine, other).delivered_at


def test_quarantine_holds_deliveries_until_release(engine, make_outbox, store, now):
    lead, _ = store(quarantine_reason="honeypot")
    outbox = make_outbox({LANE: Scripted()})
    assert outbox.deliver_due() == 0
    with writing(engine) as connection:
        leads.release(connection, lead.id, now)
    assert outbox.deliver_due() == 1


def test_a_lane_nobody_serves_waits(engine, make_outbox, store):
    _, delivery = store()
    assert make_outbox({"webhook:bd/newsletter": Scripted()}).deliver_due() == 0
    assert read(engine, delivery).open


def test_a_slow_destination_holds_up_no_other(engine, make_outbox, store):
    for _ in range(5):
        store({"name": "slow"}, {"name": "fast"})
    slow, fast = Scripted(), Scripted()
    slow.hold = threading.Event()
    outbox = make_outbox({"webhook:in/slow": slow, "webhook:in/fast": fast}, lane_concurrency=2)
    stop = threading.Event()
    thread = threading.Thread(target=outbox.run, args=(stop, 20))
    thread.start()
    try:
        wait_for(lambda: len(fast.seen) == 5)
        assert slow.seen == []
        wait_for(lambda: slow.started == 2)
        outbox.wake()
        with reading(engine) as connection:
            waiting = list(deliveries.find(connection, name="slow", status="open", now=outbox._clock()))
        assert (len(waiting), slow.started) == (5, 2)
        slow.hold.set()
        wait_for(lambda: len(slow.seen) == 5)
    finally:
        slow.hold.set()
        stop.set()
        thread.join(10)
    assert not thread.is_alive()


def test_a_stop_finishes_and_records_what_is_under_way(engine, make_outbox, store):
    _, delivery = store()
    slow = Scripted()
    slow.hold = threading.Event()
    outbox = make_outbox({LANE: slow})
    stop = threading.Event()
    thread = threading.Thread(target=outbox.run, args=(stop, 20))
    thread.start()
    wait_for(lambda: outbox._running[LANE] == 1)
    stop.set()
    slow.hold.set()
    thread.join(10)
    assert not thread.is_alive()
    assert read(engine, delivery).delivered_at


def wait_for(condition, seconds=10):
    ended = threading.Event()
    for _ in range(int(seconds / 0.01)):
        if condition():
            return
        ended.wait(0.01)
    raise AssertionError("it did not happen")


def test_replay_brings_failed_deliveries_again(engine, make_outbox, store, clock, now):
    _, first = store()
    _, second = store({"name": "other", "destination": "console"})
    refused = {LANE: Scripted(Permanent(code="refused")), "console:in/other": Scripted(Permanent(code="refused"))}
    make_outbox(refused).deliver_due()
    clock.advance(3600)

    def replay(**choice):
        with writing(engine) as connection:
            return deliveries.replay(connection, clock.now, **choice)

    assert replay(ids=["nobody"]) == ()
    assert replay(since=clock.now) == ()
    assert replay(destination="console") == (second.id,)
    assert replay(lane=LANE, since=now) == (first.id,)
    assert replay() == ()
    again = read(engine, first)
    assert (again.failed_at, again.failed_reason, again.attempts_count, again.due_at) == (None, None, 0, clock.now)
    assert make_outbox({LANE: Scripted(), "console:in/other": Scripted()}).deliver_due() == 2
    assert len(attempts(engine, first)) == 2


def test_a_replay_puts_nobody_back_on_a_list(engine, make_outbox, store, make_event, make_delivery, now):
    withdrawn, _ = store()
    overtaken, _ = store()
    store()
    results = [Permanent(code="refused"), Permanent(code="refused"), Suppressed(reason="opted out there")]
    make_outbox({LANE: Scripted(*results)}).deliver_due()
    with writing(engine) as connection:
        rights.withdraw(connection, withdrawn.id, now, make_event(withdrawn, "withdrawn"))
        deliveries.add(connection, [make_delivery(overtaken, action="unsubscribe")])
        assert deliveries.replay(connection, now) == ()


def test_a_cancelled_delivery_that_still_arrived_shows_as_delivered(engine, make_outbox, store, make_event, now):
    lead, delivery = store()
    (held,) = claim(engine, now)
    with writing(engine) as connection:
        rights.withdraw(connection, lead.id, now, make_event(lead, "withdrawn"))
    destination = Scripted()
    outbox = make_outbox({LANE: destination})
    assert outbox.deliver_due() == 0
    outbox.bring(held)
    assert read(engine, delivery).status_at(now) == "delivered"
    assert outbox.deliver_due() == 1
    assert [action for _, action in destination.seen] == ["subscribe", "unsubscribe"]


def test_an_erased_person_is_not_written_back_by_a_delivery_on_its_way(engine, make_outbox, store, now):
    lead, _ = store({"destination": "list"})
    (held,) = claim(engine, now, lane="list:in/newsletter")
    with writing(engine) as connection:
        rights.erase(connection, lead.id, now)
    spec = DestinationSpec(destination="list", market="in", list="newsletter")
    own = open_destination(spec, Surroundings(engine=engine, environ={}))
    outbox = make_outbox({"list:in/newsletter": own})
    assert outbox.bring(held) == Suppressed(reason="erased")
    outbox.deliver_due()
    with reading(engine) as connection:
        assert lists.of_lead(connection, lead.id) == ()


@pytest.mark.parametrize("status", ["delivered", "due", "waiting", "failed", "cancelled"])
def test_the_status_filter_agrees_with_the_computed_status(engine, store, now, status):
    store(
        {"delivered_at": now},
        {"name": "b"},
        {"name": "c", "due_at": now + timedelta(hours=1)},
        {"name": "d", "failed_at": now, "failed_reason": "gone"},
        {"name": "e", "cancelled_at": now, "failed_at": now, "failed_reason": "gone"},
    )
    with reading(engine) as connection:
        found = list(deliveries.find(connection, status=status, now=now))
    assert [d.status_at(now) for d in found] == [status]


KILLED = """
import json, os, signal, sys
from datetime import datetime
from forms_api.store import claims, leads
from forms_api.store.engine import open_engine, writing
from leadcore.model.leads import ConsentEvent, Delivery, Lead

url, now, moment = sys.argv[1], datetime.fromisoformat(sys.argv[2]), sys.argv[3]
engine = open_engine(url, "a key of more than thirty-two characters")
here = {"market": "in", "locale": "gu-IN", "form": "guide"}
lead = Lead(id="l1", receipt="R1", fingerprint="f", email="asha@example.in", submitted_at=now, **here)
event = ConsentEvent(id="e1", lead_id="l1", event="given", at=now, **here)
delivery = Delivery(
    id="d1", lead_id="l1", market="in", kind="list", name="newsletter", destination="webhook", action="subscribe",
    payload={"email": lead.email}, due_at=now, created_at=now,
)
with writing(engine) as connection:
    leads.accept(connection, lead, event, [delivery])
    if moment == "before the commit":
        os.kill(os.getpid(), signal.SIGKILL)
if moment == "after the claim":
    with writing(engine) as connection:
        assert claims.claim(connection, delivery.lane, "killed", now, limit=1, lease_seconds=120)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize(
    ("moment", "arrivals"), [("before the commit", 0), ("after the commit", 1), ("after the claim", 1)]
)
def test_a_stored_lead_survives_a_kill_and_is_delivered_once(
    engine, store_url, make_outbox, receiver, clock, now, moment, arrivals
):
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", KILLED, store_url, now.isoformat(), moment]
    ended = subprocess.run(command, env=environ, capture_output=True, timeout=60, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    spec = DestinationSpec(
        destination="webhook",
        market="in",
        list="newsletter",
        options={"url": receiver.url, "secret": "env:S", "allow_private": True},
    )
    webhook = open_destination(spec, Surroundings(engine=engine, environ={"S": SECRET}))
    outbox = make_outbox({LANE: webhook})
    outbox.deliver_due()
    clock.advance(120)
    outbox.deliver_due()
    outbox.deliver_due()
    webhook.close()
    assert len(receiver.requests) == arrivals
    for _, headers, body in receiver.requests:
        assert headers["webhook-id"] == "msg_d1"
        assert json.loads(body)["data"]["email"] == "asha@example.in"
