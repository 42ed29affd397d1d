"""The worker and its queue: woken after a commit, working without a queue, ending cleanly."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from huey.exceptions import ConfigurationError

from forms_api.destinations import DestinationSpec
from forms_api.jobs import Waker, open_queue, run_worker
from forms_api.settings import Settings
from forms_api.store import deliveries, leads, lists
from forms_api.store.engine import reading, writing

ROOT = Path(__file__).resolve().parents[2]
SPECS = (
    DestinationSpec(destination="list", market="in", list="newsletter"),
    DestinationSpec(destination="pigeon", market="in", list="lost"),
    DestinationSpec(destination="list", market="bd", list="newsletter"),
)


@pytest.fixture
def queue_url(database, tmp_path, request):
    """A queue of the same kind as the store."""
    if database == "sqlite":
        return f"sqlite:///{tmp_path}/queue.db"
    return request.getfixturevalue("new_postgresql_schema")()


@pytest.fixture
def make_settings(store_url, queue_url, smtp_server, tmp_path):
    def make(**environ):
        values = {
            "LEADSITE_DATABASE_URL": store_url,
            "LEADSITE_QUEUE_URL": queue_url,
            "LEADSITE_SMTP_URL": smtp_server.url,
            "LEADSITE_MAIL_FROM": "us@example.in",
            "LEADSITE_SWEEP_SECONDS": "600",
        }
        return Settings.from_env({**values, **environ}, tmp_path)

    return make


@pytest.fixture
def start(make_settings):
    """Starts a worker in a thread and waits until it can be woken; stops it at the end."""
    started = []

    def run(settings=None):
        stop, ready = threading.Event(), threading.Event()
        thread = threading.Thread(
            target=run_worker,
            args=(settings or make_settings(), SPECS, stop),
            kwargs={"environ": {}, "on_ready": lambda outbox: ready.set()},
        )
        thread.start()
        started.append((thread, stop))
        assert ready.wait(20)
        return thread, stop

    yield run
    for thread, stop in started:
        stop.set()
        thread.join(20)
        assert not thread.is_alive()


@pytest.fixture
def submit(engine, make_lead, make_event, make_delivery):
    def store(**changes):
        lead = make_lead()
        delivery = make_delivery(lead, **{"destination": "list", **changes})
        with writing(engine) as connection:
            leads.accept(connection, lead, make_event(lead), [delivery])
        return delivery

    return store


def wait_until_delivered(engine, delivery, seconds=20):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with reading(engine) as connection:
            if deliveries.by_id(connection, delivery.id).delivered_at:
                return
        time.sleep(0.02)
    raise AssertionError("not delivered")


def test_a_wake_up_brings_the_delivery_without_waiting_for_the_sweep(engine, start, submit, queue_url, smtp_server):
    start()
    waker = Waker(queue_url)
    to_list, mail = (
        submit(),
        submit(kind="mail", destination="mail", payload={"to": "a@b.in", "subject": "x", "text": "y"}),
    )
    assert waker.wake()
    wait_until_delivered(engine, to_list)
    wait_until_delivered(engine, mail)
    waker.close()
    with reading(engine) as connection:
        assert [m.lead_id for m in lists.members(connection, "newsletter")] == [to_list.lead_id]
    assert len(smtp_server.envelopes) == 1


def test_wake_ups_that_nobody_took_are_one(queue_url):
    waker = Waker(queue_url)
    assert [waker.wake() for _ in range(20)] == [True] * 20
    waker.close()
    queue = open_queue(queue_url)
    assert queue.pending_count() == 1
    queue.storage.close()


def test_a_waker_without_its_queue_fails_nothing(tmp_path, caplog):
    waker = Waker("postgresql://nobody:secret@127.0.0.1:1/none")
    assert not waker.wake()
    assert "sweep" in caplog.text
    assert "secret" not in caplog.text
    waker.close()


def test_a_broken_queue_leaves_the_sweep(engine, start, submit, make_settings, tmp_path):
    folder = tmp_path / "a-folder-is-no-queue"
    folder.mkdir()
    start(make_settings(LEADSITE_QUEUE_URL=f"sqlite:///{folder}", LEADSITE_SWEEP_SECONDS="1"))
    wait_until_delivered(engine, submit())


def test_what_was_due_before_the_start_is_brought(engine, start, submit):
    delivery = submit()
    start()
    wait_until_delivered(engine, delivery)


def test_a_destination_that_cannot_be_opened_is_reported_and_waits(engine, start, submit, caplog):
    lost, fine = submit(name="lost", destination="pigeon"), submit()
    start()
    wait_until_delivered(engine, fine)
    assert "no destination 'pigeon'" in caplog.text
    with reading(engine) as connection:
        assert deliveries.by_id(connection, lost.id).open


def test_only_the_markets_served_are_brought(engine, start, submit, make_settings):
    elsewhere, served = submit(market="bd"), submit()
    start(make_settings(LEADSITE_MARKETS="in"))
    wait_until_delivered(engine, served)
    with reading(engine) as connection:
        assert deliveries.by_id(connection, elsewhere.id).open


def test_two_workers_share_the_work(engine, start, submit):
    start()
    start()
    made = [submit() for _ in range(10)]
    start()
    for delivery in made:
        wait_until_delivered(engine, delivery)
    with reading(engine) as connection:
        assert [len(deliveries.attempts_of(connection, d.id)) for d in made] == [1] * 10


PROCESS = """
import json, os, sys
from pathlib import Path
from forms_api import jobs
from forms_api.destinations import DestinationSpec
from forms_api.settings import Settings

settings = Settings.from_env(json.loads(sys.argv[1]), Path(sys.argv[2]))
real = jobs.run_worker
def announce(settings, specs, stop, **more):
    real(settings, specs, stop, on_ready=lambda outbox: print("ready", flush=True), **more)
jobs.run_worker = announce
jobs.run_worker_process(settings, [DestinationSpec(destination="list", market="in", list="newsletter")])
print("ended", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda n: n.name)
def test_a_worker_process_ends_cleanly(engine, store_url, queue_url, submit, tmp_path, number):
    environ = {"LEADSITE_DATABASE_URL": store_url, "LEADSITE_QUEUE_URL": queue_url}
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", PROCESS, json.dumps(environ), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout.readline() == "ready\n", process.communicate()[1]
        wait_until_delivered(engine, _woken(submit(), queue_url))
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, out) == (0, "ended\n"), err
    assert "Traceback" not in err


def _woken(delivery, queue_url):
    waker = Waker(queue_url)
    waker.wake()
    waker.close()
    return delivery


def test_a_redis_queue_without_its_package_says_what_to_install():
    try:
        import redis  # noqa: F401
    except ImportError:
        with pytest.raises(ConfigurationError, match="pip install redis"):
            open_queue("redis://127.0.0.1:1/0")
    else:
        pytest.skip("redis is installed")
