"""No lead is lost: the API is killed at random moments, and what a visitor was thanked for is stored and delivered once.

Real processes: `leadsite api` under gunicorn, `leadsite worker`, a receiver of webhooks, a mail server. Loopback only.
"""

from __future__ import annotations

import base64
import datetime as dt
import http.client
import os
import random
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from forms_api.store import audit
from forms_api.store.engine import anchor_of, open_engine, reading
from forms_api.store.schema import deliveries, leads
from leadcore.reading import load_project
from leadcore.rendering.webforms import static_form

from .conftest import free_port
from .production import Api, Mailbox, Receiver, prepare, worker

CLIENT_THREADS = 4
LONGEST_SECONDS = 350
THANKS = "https://us.karvan.example/thanks/guide/"


@dataclass
class Visitors:
    """Clients that send leads. Every third knows an id for its submission, every third sends the same form again
    until it is thanked, and every third gives up at the first broken connection."""

    port: int
    fields: dict[str, str]
    end: float
    turns: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    thanked: list[str] = field(default_factory=list)
    gave_up: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    broken: Counter[str] = field(default_factory=Counter)

    def go_home(self, count: int) -> None:
        """Nobody waits any longer, whatever went wrong."""
        self.end = 0
        self.turns.release(count)

    def send(self, number: int) -> None:
        self.turns.acquire()
        address = f"visitor{number}@example.com"
        form = {**self.fields, "name": f"Visitor {number}", "email": address, "consent_news_email": "yes"}
        if number % 3 == 0:
            form["submission_id"] = f"run-{number}"
        while time.monotonic() < self.end:
            answer = self._post(form)
            if answer == (303, THANKS):
                self.thanked.append(address)
                return
            if answer is not None and answer[0] != 503:
                self.odd.append(f"{address}: {answer}")
                return
            if number % 3 == 2:
                self.gave_up.append(address)
                return
            time.sleep(0.05)

    def _post(self, form: dict[str, str]) -> tuple[int, str] | None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("POST", "/us/guide", urlencode(form), {"content-type": "application/x-www-form-urlencoded"})
            response = connection.getresponse()
            response.read()
            return response.status, response.headers.get("location", "")
        except (OSError, http.client.HTTPException) as error:
            self.broken[type(error).__name__] += 1
            return None
        finally:
            connection.close()


def survive(example: Path, root: Path, database_url: str | None, *, kills: int, count: int) -> None:
    seed = int(os.environ.get("KILL_TEST_SEED", secrets.randbits(32)))
    print(f"KILL_TEST_SEED={seed}")
    chance, end = random.Random(seed), time.monotonic() + LONGEST_SECONDS
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    receiver, mailbox = Receiver(secret), Mailbox()
    root.mkdir()
    prepare(example, root, receiver.url, double_opt_in="regime")
    url = database_url or f"sqlite:///{root / 'var' / 'leadsite.db'}"
    environ = {
        **{k: v for k, v in os.environ.items() if not k.startswith("LEADSITE_")},
        "LEADSITE_DATABASE_URL": url, "LEADSITE_SMTP_URL": f"smtp://127.0.0.1:{mailbox.port}",
        "LEADSITE_RATE_PER_MINUTE": "0", "LEADSITE_SWEEP_SECONDS": "1", "LEADSITE_SECRET_KEY": secrets.token_urlsafe(32),
        "RECEIVER_SECRET": secret, "PYTHONUNBUFFERED": "1", "HOME": str(root),
    }  # fmt: skip
    project = load_project(root)
    view = static_form(project, project.markets["us"], "en-US", "guide", page=THANKS, today=dt.datetime.now(dt.UTC).date())
    api = Api(root, environ, free_port())
    visitors = Visitors(api.port, {**dict(view.hidden), "country": "US"}, end - 30)
    killed_early = 0
    engine = open_engine(url, environ["LEADSITE_SECRET_KEY"], root / "var" / "anchors")
    try:
        api.start()
        assert api.answers(60), (root / "api.log").read_text()[-4000:]
        with worker(root, environ), ThreadPoolExecutor(CLIENT_THREADS) as pool:
            jobs = [pool.submit(visitors.send, number) for number in range(count)]
            try:
                killed_early = _kill_again_and_again(api, visitors, chance, kills, count)
                for job in jobs:
                    job.result(timeout=max(1.0, end - time.monotonic()))
            finally:
                visitors.go_home(count)
            stored = _stored(engine)
            _wait(lambda: len({m["data"]["email"] for _, m in receiver.messages}) >= len(stored) and _open(engine) == 0, end)
            time.sleep(0.5)  # Long enough for a second delivery of the last ones, were there any.
            with reading(engine) as connection:
                ledger = audit.verify(connection, anchor_of(engine))
    finally:
        if api.process is not None:
            api.kill()
        engine.dispose()
        receiver.close()
        mailbox.close()
    print(
        f"{kills + killed_early} kills, {len(visitors.thanked)} thanked, {len(visitors.gave_up)} gave up "
        f"({sum(1 for a in visitors.gave_up if a in stored)} of them stored all the same), broken {dict(visitors.broken)}, "
        f"{len(receiver.messages)} webhooks, {LONGEST_SECONDS - (end - time.monotonic()):.0f} s"
    )
    assert ledger.whole and ledger.rows == len(stored) and ledger.anchored, ledger.findings[:3]
    assert visitors.odd == []
    assert receiver.refused == []
    assert len(visitors.thanked) + len(visitors.gave_up) == count, "every visitor came to an end"
    assert [a for a in visitors.thanked if stored[a] != 1] == [], "who was thanked is in the store, once"
    assert [a for a, times in stored.items() if times > 1] == [], "nobody is there twice"
    delivered = Counter(message["data"]["email"] for _, message in receiver.messages)
    assert delivered == stored, "what is stored was delivered, once"
    assert len({webhook_id for webhook_id, _ in receiver.messages}) == len(receiver.messages)
    assert {message["type"] for _, message in receiver.messages} == {"lead.subscribed"}
    assert {a for a in mailbox.to if mailbox.to[a] == 2} == set(stored), "the guide and the first mail of the series, once each"
    log = (root / "api.log").read_text() + (root / "worker.log").read_text()
    assert "example.com" not in log, "a log holds no visitor's address"


def _kill_again_and_again(api: Api, visitors: Visitors, chance: random.Random, kills: int, count: int) -> int:
    """How many kills came while the API was still starting. Each life is met by its share of the visitors."""
    released = killed_early = 0
    for kill in range(kills):
        share = count * (kill + 1) // kills
        visitors.turns.release(share - released)
        released = share
        time.sleep(chance.uniform(0, 0.25))
        api.kill()
        api.start()
        if chance.random() < 0.2:
            # A migration or the publishing of notices is torn as well.
            time.sleep(chance.uniform(0, 1.5))
            api.kill()
            api.start()
            killed_early += 1
        assert api.answers(60), (api.root / "api.log").read_text()[-4000:]
    return killed_early


def _stored(engine: sa.Engine) -> Counter[str]:
    with reading(engine) as connection:
        return Counter(connection.execute(sa.select(leads.c.email)).scalars())


def _open(engine: sa.Engine) -> int:
    """Deliveries that are due and not made; later mails of the series wait for their day."""
    now = sa.func.coalesce(deliveries.c.delivered_at, deliveries.c.failed_at)
    query = sa.select(sa.func.count()).where(now.is_(None), deliveries.c.due_at == deliveries.c.created_at)
    with reading(engine) as connection:
        return int(connection.execute(query).scalar_one())


def _wait(what: Callable[[], bool], end: float) -> None:
    while not what():
        assert time.monotonic() < end, "not everything was delivered in time"
        time.sleep(0.2)


def test_no_lead_is_lost_when_the_api_is_killed_a_few_times(example: Path, tmp_path: Path) -> None:
    survive(example, tmp_path / "project", None, kills=3, count=30)


@pytest.mark.slow
def test_no_lead_is_lost_in_fifty_kills_on_sqlite(example: Path, tmp_path: Path) -> None:
    survive(example, tmp_path / "project", None, kills=50, count=500)


@pytest.mark.slow
def test_no_lead_is_lost_in_ten_kills_on_postgresql(example: Path, tmp_path: Path, new_postgresql_schema: Callable[[], str]) -> None:
    survive(example, tmp_path / "project", new_postgresql_schema(), kills=10, count=100)
