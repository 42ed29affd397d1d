"""A person has had enough: one click ends it everywhere, and what is erased is nowhere in what the product keeps.

Real processes, a receiver of webhooks, a list kept in the store, a mail server.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
import re
import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import sqlalchemy as sa

from forms_api.store import deliveries, leads, requests
from forms_api.store.engine import open_engine, reading
from forms_api.store.schema import list_members, metadata
from leadcore.model.leads import Lead
from leadcore.reading import load_project
from leadcore.rendering.webforms import static_form

from .conftest import free_port
from .production import Api, Mailbox, Receiver, prepare, worker

BUTTON = {"List-Unsubscribe": "One-Click"}
#: What mail scanners and browsers send that only look.
LOOKS = [("GET", {}), ("HEAD", {}), ("OPTIONS", {}), ("GET", {"Purpose": "prefetch", "Sec-Purpose": "prefetch;prerender", "X-Moz": "prefetch"})]


@dataclass
class Plant:
    """The product at work, with what it writes to and what it sends to."""

    root: Path
    environ: dict[str, str]
    engine: sa.Engine
    client: httpx.Client
    receiver: Receiver
    mailbox: Mailbox

    def submit(self, form: str, **answers: str) -> None:
        project = load_project(self.root)
        page = f"https://us.karvan.example/?email={answers['email']}"
        view = static_form(project, project.markets["us"], "en-US", form, page=page, today=dt.datetime.now(dt.UTC).date())
        names = {one.field.name for one in view.fields}
        usual = {k: v for k, v in {"country": "US", "topic": "leads"}.items() if k in names}
        answer = self.client.post(f"/us/{form}", data={**dict(view.hidden), **usual, "consent_news_email": "yes", **answers})
        assert answer.status_code == 303, answer.text

    def mails(self, address: str, *, link: str) -> list[str]:
        """The paths behind a kind of link in the mails to an address, oldest first."""
        mails = [text_of(mail) for to, mail in list(self.mailbox.mails) if to == address]
        return [path for text in mails for path in re.findall(rf"https://[^/\s]+(/{link}/\S+)", text)]

    def leads(self, address: str) -> list[Lead]:
        with reading(self.engine) as connection:
            return list(leads.find(connection, email=address))

    def rows(self) -> dict[str, list[Any]]:
        with reading(self.engine) as connection:
            return {t.name: connection.execute(sa.select(t).order_by(*t.primary_key)).all() for t in metadata.sorted_tables}

    def quiet(self) -> bool:
        """Whether nothing that is due waits to be brought."""
        with reading(self.engine) as connection:
            return not list(deliveries.find(connection, status="due", now=dt.datetime.now(dt.UTC), limit=1))

    def command(self, *words: str) -> str:
        run = [sys.executable, "-m", "leadsite", *words, "--project", str(self.root)]
        done = subprocess.run(run, env=self.environ, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def wait(what: Callable[[], Any], seconds: float = 30) -> Any:
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end, f"nothing came in {seconds} s"
        time.sleep(0.1)
    return found


@contextmanager
def plant(example: Path, root: Path, database_url: str = "") -> Iterator[Plant]:
    root.mkdir()
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    receiver, mailbox = Receiver(secret), Mailbox()
    prepare(example, root, receiver.url)
    environ = {
        **{k: v for k, v in os.environ.items() if not k.startswith("LEADSITE_")},
        "LEADSITE_DATABASE_URL": database_url or f"sqlite:///{root / 'var' / 'leadsite.db'}", "LEADSITE_SMTP_URL": f"smtp://127.0.0.1:{mailbox.port}",
        "LEADSITE_RATE_PER_MINUTE": "0", "LEADSITE_SWEEP_SECONDS": "1", "LEADSITE_SECRET_KEY": secrets.token_urlsafe(32),
        "RECEIVER_SECRET": secret, "PYTHONUNBUFFERED": "1", "HOME": str(root), "TMPDIR": str(root),
    }  # fmt: skip
    api = Api(root, environ, free_port())
    engine = open_engine(environ["LEADSITE_DATABASE_URL"], environ["LEADSITE_SECRET_KEY"], root / "var" / "anchors")
    try:
        api.start()
        assert api.answers(60), (root / "api.log").read_text()[-4000:]
        with worker(root, environ), httpx.Client(base_url=f"http://127.0.0.1:{api.port}", timeout=30) as client:
            yield Plant(root, environ, engine, client, receiver, mailbox)
    finally:
        if api.process is not None:
            api.kill()
        engine.dispose()
        receiver.close()
        mailbox.close()


def test_one_click_in_a_mail_tells_every_destination_of_every_lead_and_keeps_the_proof(example: Path, tmp_path: Path) -> None:
    with plant(example, tmp_path / "project") as at:
        at.submit("guide", name="Ada", email="ada@example.com")
        at.submit("demo", name="Ada", email="Ada@example.com", phone="(415) 555-0132", consent_offers_voice="yes")
        at.submit("guide", name="Eve", email="eve@example.com")
        for address in ("ada@example.com", "Ada@example.com", "eve@example.com"):
            (path,) = wait(lambda to=address: at.mails(to, link="confirm"))
            assert at.client.post(path).status_code == 200
        wait(lambda: len(at.receiver.messages) == 3 and at.quiet())
        mine = {lead.id for lead in at.leads("ada@example.com")}
        assert len(mine) == 2
        subscribed = Counter(m["type"] for _, m in at.receiver.messages)
        assert subscribed == {"lead.subscribed": 3}
        with reading(at.engine) as connection:
            listed = connection.execute(sa.select(list_members.c.lead_id, list_members.c.list)).all()
        assert [row.list for row in listed] == ["calls-us"] and listed[0].lead_id in mine

        welcome = next(mail for to, mail in at.mailbox.mails if to == "ada@example.com" and mail["List-Unsubscribe"] and "/confirm/" not in text_of(mail))
        assert welcome["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        click = re.sub(r"^<https://[^/]+|>$", "", welcome["List-Unsubscribe"])
        links = {click, *(path for kind in ("confirm", "privacy", "unsubscribe") for path in at.mails("ada@example.com", link=kind))}
        assert len(links) >= 3
        before, sent = at.rows(), len(at.mailbox.mails)
        for method, headers in LOOKS:
            for path in sorted(links):
                for address in (path, f"{path}?List-Unsubscribe=One-Click&action=erase"):
                    answer = at.client.request(method, address, headers=headers)
                    assert (answer.status_code, "set-cookie" in answer.headers) == (200, False), (method, address)
        time.sleep(1.5)  # A sweep of the worker.
        assert at.rows() == before, "looking changes nothing"

        answer = at.client.post(click, data=BUTTON)
        assert (answer.status_code, "set-cookie" in answer.headers, answer.history) == (200, False, [])
        wait(lambda: len(at.receiver.messages) == 5 and at.quiet())
        told = [m for _, m in at.receiver.messages[3:]]
        assert {(m["type"], m["data"]["lead_id"]) for m in told} == {("lead.unsubscribed", lead) for lead in mine}
        with reading(at.engine) as connection:
            (member,) = connection.execute(sa.select(list_members)).all()
            assert member.left_at is not None and (member.email, member.name, member.phone_e164) == ("", "", "")
            ends = [one for lead in mine for one in deliveries.of_lead(connection, lead) if one.action == "unsubscribe"]
            assert sorted(one.name for one in ends) == ["calls-us", "guide-us", "guide-us"]
            for one in ends:
                assert one.delivered_at is not None
                assert [a.outcome for a in deliveries.attempts_of(connection, one.id)] == ["accepted"], "each destination's own answer is the proof"
            waiting = [one for lead in mine for one in deliveries.of_lead(connection, lead) if one.open]
            assert waiting == [], "no mail of the series is left"
            asked = [one for lead in mine for one in requests.find(connection, lead_id=lead)]
            assert [(one.kind, one.done_at is not None, one.waiting) for one in asked] == [("withdrawal", True, ())]
        assert {lead.id: lead.withdrawn_at is not None for lead in at.leads("ada@example.com")} == dict.fromkeys(mine, True)
        assert at.leads("eve@example.com")[0].withdrawn_at is None, "nobody else"
        assert len(at.mailbox.mails) == sent
        after = at.rows()
        at.client.post(click, data=BUTTON)
        assert at.rows() == after, "the second click finds nothing left to do"
        for lead in mine:
            shown = json.loads(at.command("leads", "trace", lead, "--json"))
            assert [s["what"] for s in shown].count("lead.withdrawn") == 1
        at.command("consent", "verify")


def personal(number: int) -> dict[str, str]:
    """What a visitor types, every word of it found nowhere else."""
    token = secrets.token_hex(5)
    digits = f"{secrets.randbelow(10**4):04}"
    return {
        "email": f"visitor{number}.{token}@example.com", "name": f"Zoë{token[::-1]} Müßig", "phone": f"(415) 55{number % 10}-{digits}",
        "company": f"Works {secrets.token_hex(5)}",
    }  # fmt: skip


def written(value: str) -> set[bytes]:
    """The ways in which a value may stand in a file."""
    return {
        value.encode(), value.encode("utf-16-le"), value.lower().encode(), json.dumps(value)[1:-1].encode(), quote(value).encode(),
        base64.b64encode(value.encode())[:-4], quote(value, safe="").encode(),
    }  # fmt: skip


def erase_some(at: Plant, count: int) -> None:
    people = [personal(number) for number in range(count)]
    for number, one in enumerate(people):
        asked = {"name": one["name"], "email": one["email"]}
        if number % 2:
            at.submit("demo", **asked, phone=one["phone"], company=one["company"], consent_offers_voice="yes")
        else:
            at.submit("guide", **asked)
    for one in people:
        (path,) = wait(lambda to=one["email"]: at.mails(to, link="confirm"))
        assert at.client.post(path).status_code == 200
    wait(lambda: len(at.receiver.messages) == count and at.quiet(), 60)
    gone, kept = people[: count * 2 // 3], people[count * 2 // 3 :]
    for one in gone:
        before = set(at.mails(one["email"], link="privacy"))
        assert at.client.post(min(before), data={"action": "send"}).status_code == 200
        (opened,) = wait(lambda to=one["email"], known=before: set(at.mails(to, link="privacy")) - known)
        answer = at.client.post(opened, data={"action": "erase"})
        assert answer.status_code == 200 and "Erased" in answer.text, answer.text[-600:]
    wait(lambda: Counter(m["type"] for _, m in at.receiver.messages)["lead.erased"] == len(gone) and at.quiet(), 60)
    at.command("consent", "verify")

    def held() -> dict[str, bytes]:
        files = {str(p.relative_to(at.root)): p.read_bytes() for p in at.root.rglob("*") if p.is_file() and p.parts[len(at.root.parts)] not in ("site", "content", "locales")}
        tables = {f"table {name}": repr(rows).encode() for name, rows in at.rows().items()}
        return {**files, **tables}

    content = held()
    assert {"var/queue.db", "api.log", "worker.log"} <= content.keys(), sorted(content)
    if at.engine.dialect.name == "sqlite":
        assert {"var/leadsite.db", "var/leadsite.db-wal"} <= content.keys(), "the log beside the database is searched too"
    found = [(name, value) for one in gone for value in one.values() for way in written(value) for name, text in content.items() if way in text]
    assert found == []
    assert all(any(one["email"].encode() in text for text in content.values()) for one in kept), "the search finds who is still there"
    assert at.leads(kept[0]["email"])[0].erased_at is None


def test_what_was_erased_is_nowhere_in_database_queue_logs_and_mails(example: Path, tmp_path: Path) -> None:
    with plant(example, tmp_path / "project") as at:
        erase_some(at, 9)


@pytest.mark.slow
def test_a_hundred_erased_are_nowhere(example: Path, tmp_path: Path) -> None:
    with plant(example, tmp_path / "project") as at:
        erase_some(at, 150)


@pytest.mark.slow
def test_what_was_erased_is_nowhere_on_postgresql(example: Path, tmp_path: Path, new_postgresql_schema: Callable[[], str]) -> None:
    with plant(example, tmp_path / "project", new_postgresql_schema()) as at:
        erase_some(at, 30)
