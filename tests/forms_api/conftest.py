"""Shared fixtures: the store on SQLite and PostgreSQL, builders of leads and deliveries, a clock, receivers.

PostgreSQL is the one at LEADSITE_TEST_POSTGRESQL_URL; where none answers, its half is skipped and says so.
"""

from __future__ import annotations

import itertools
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy.engine import Engine

from forms_api.store.engine import open_engine, upgrade
from forms_api.store.schema import metadata
from leadcore.model.leads import ConsentEvent, Delivery, Lead

from .served import KEY, any_api, api, example_project, make_api, served_template, with_market  # noqa: F401

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store of the newest schema, to be copied."""
    file = tmp_path_factory.mktemp("template") / "leadsite.db"
    engine = open_engine(f"sqlite:///{file}")
    upgrade(engine)
    engine.dispose()
    return file


@pytest.fixture(scope="session")
def postgresql_url(new_postgresql_schema: Callable[[], str]) -> str:
    """A schema of this test run, at the newest revision; `store_url` empties it after each test."""
    url = new_postgresql_schema()
    engine = open_engine(url)
    upgrade(engine)
    engine.dispose()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database: every test that uses the store runs on both."""
    return str(request.param)


@pytest.fixture
def empty_url(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The URL of a database without any table."""
    if database == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    return str(request.getfixturevalue("new_postgresql_schema")())


@pytest.fixture
def store_url(database: str, tmp_path: Path, sqlite_template: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an empty store at the newest revision."""
    if database == "sqlite":
        file = tmp_path / "leadsite.db"
        shutil.copy(sqlite_template, file)
        yield f"sqlite:///{file}"
        return
    url = str(request.getfixturevalue("postgresql_url"))
    yield url
    engine = open_engine(url)
    with engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
    engine.dispose()


@pytest.fixture
def engine(store_url: str, tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(store_url, KEY, tmp_path / "anchors")
    yield engine
    engine.dispose()


class ManualClock:
    """A clock that a test moves."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> datetime:
        self.now += timedelta(seconds=seconds)
        return self.now


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def make_lead() -> Callable[..., Lead]:
    """Builds a lead of Gujarati in India; every one has its own id, receipt and fingerprint."""
    numbers = itertools.count(1)

    def make(**changes: Any) -> Lead:
        number = next(numbers)
        values: dict[str, Any] = {
            "id": f"lead{number}",
            "receipt": f"RCPT{number}",
            "submission_id": f"submission-{number}",
            "fingerprint": f"fingerprint-{number}",
            "market": "in",
            "locale": "gu-IN",
            "form": "guide",
            "page": "https://in.example/gu/?utm_source=feed#form",
            "email": f"asha{number}@example.in",
            "name": "આશા પટેલ",
            "phone_typed": "098250 12345",
            "phone_e164": "+919825012345",
            "company": "Patel & Sons",
            "residence": "IN",
            "region": "GJ",
            "answers": {"name": "આશા પટેલ", "message": "Namaste \U0001f64f", "email": f"asha{number}@example.in"},
            "submitted_at": NOW,
        }
        return Lead(**{**values, **changes})

    return make


@pytest.fixture
def make_event() -> Callable[..., ConsentEvent]:
    numbers = itertools.count(1)

    def make(lead: Lead, event: str = "given", **changes: Any) -> ConsentEvent:
        values: dict[str, Any] = {
            "id": f"event{next(numbers)}",
            "lead_id": lead.id,
            "event": event,
            "at": lead.submitted_at,
            "market": lead.market,
            "locale": lead.locale,
            "form": lead.form,
            "page": lead.page,
            "regimes": ("IN-DPDP", "EU-GDPR"),
            "uses": {"email": {"ticked": True, "wording": "હા, ઇમેઇલ મોકલો", "purpose": "news"}},
            "notice_digest": "sha256-abc",
            "notice_text": "અમે તમારું નામ રાખીએ છીએ.",
            "notice_language": "gu",
            "decision": {"decision": "accept", "forward": [{"use": "email", "when": "now"}]},
            "residence": lead.residence,
        }
        return ConsentEvent(**{**values, **changes})

    return make


@pytest.fixture
def make_delivery() -> Callable[..., Delivery]:
    numbers = itertools.count(1)

    def make(lead: Lead, **changes: Any) -> Delivery:
        values: dict[str, Any] = {
            "id": f"delivery{next(numbers)}",
            "lead_id": lead.id,
            "market": lead.market,
            "kind": "list",
            "name": "newsletter",
            "destination": "webhook",
            "action": "subscribe",
            "payload": {"receipt": lead.receipt, "email": lead.email, "name": lead.name, "locale": lead.locale},
            "due_at": NOW,
            "created_at": NOW,
        }
        if changes.get("kind") == "mail":
            values |= {"name": "confirm", "destination": "mail", "action": "send"}
        return Delivery(**{**values, **changes})

    return make


class Receiver:
    """A real HTTP server on this machine. `answers` are given in turn, the last one for ever."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[Callable[[BaseHTTPRequestHandler], None]] = [answer(204)]
        self.release = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", "0")))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.requests.append((self.path, headers, body))
                reply = receiver.answers.pop(0) if len(receiver.answers) > 1 else receiver.answers[0]
                reply(self)

            do_GET = do_POST

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/leads"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.release.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def answer(status: int, body: bytes = b"", **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """An answer with this status; underscores in header names become hyphens."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("content-length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return reply


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture(name="answer")
def answer_fixture() -> Callable[..., Callable[[BaseHTTPRequestHandler], None]]:
    return answer


class SmtpServer:
    """A real SMTP server on this machine. `replies` maps a verb (`RCPT`, `DATA`, `MAIL`) to the answers it gives in
    turn before it accepts."""

    def __init__(self, **options: Any) -> None:
        self.envelopes: list[Any] = []
        self.replies: dict[str, list[str]] = {}
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)
        self._controller.start()
        self.url = f"smtp://127.0.0.1:{self.port}"

    def _reply(self, verb: str, accepted: str) -> str:
        waiting = self.replies.get(verb)
        return waiting.pop(0) if waiting else accepted

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self._reply("MAIL", "250 OK")

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        reply = self._reply("RCPT", "250 OK")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        reply = self._reply("DATA", "250 OK")
        if reply == "drop":  # The message is taken, and the answer lost.
            self.envelopes.append(envelope)
            server.transport.close()
            return "250 OK"
        if reply.startswith("250"):
            self.envelopes.append(envelope)
        return reply

    def close(self) -> None:
        self._controller.stop()


@pytest.fixture
def smtp_server() -> Iterator[SmtpServer]:
    server = SmtpServer(enable_SMTPUTF8=True)
    yield server
    server.close()


@pytest.fixture
def ascii_smtp_server() -> Iterator[SmtpServer]:
    """One that does not offer SMTPUTF8."""
    server = SmtpServer(enable_SMTPUTF8=False)
    yield server
    server.close()
