"""The product as it runs in production, in processes of its own, and what stands around it: webhooks and a mail server.

`leadsite api` under gunicorn and `leadsite worker`. Loopback only.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from standardwebhooks.webhooks import Webhook

from .conftest import free_port


class Receiver:
    """Takes webhooks as Standard Webhooks 1.0.0 says: what is not signed with our secret is refused."""

    def __init__(self, secret: str) -> None:
        self.messages: list[tuple[str, dict[str, Any]]] = []
        self.refused: list[str] = []
        check, receiver = Webhook(secret), self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                try:
                    check.verify(body, {name.lower(): value for name, value in self.headers.items()})
                    receiver.messages.append((self.headers["webhook-id"], json.loads(body)))
                    status = 204
                except Exception as error:  # The verifier raises its own and the JSON reader's errors.
                    receiver.refused.append(repr(error))
                    status = 401
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/leads"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class Mailbox:
    """A mail server that counts what it took, by recipient, and keeps it."""

    def __init__(self) -> None:
        self.to: Counter[str] = Counter()
        self.mails: list[tuple[str, EmailMessage]] = []
        self.port = free_port()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.to.update(envelope.rcpt_tos)
        mail = message_from_bytes(envelope.original_content, policy=default)
        self.mails += [(to, mail) for to in envelope.rcpt_tos]
        return "250 OK"

    def close(self) -> None:
        self.controller.stop()


@dataclass
class Api:
    """`leadsite api` in a process group of its own, on one port for all its lives."""

    root: Path
    environ: dict[str, str]
    port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.root / "api.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "leadsite", "api", "--port", str(self.port), "--workers", "1", "--project", str(self.root)],
                env=self.environ, stdout=log, stderr=subprocess.STDOUT, start_new_session=True, cwd=self.root,
            )  # fmt: skip

    def answers(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            try:
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return True
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)
            finally:
                connection.close()
        return False

    def kill(self) -> None:
        """SIGKILL to gunicorn and its worker at the same moment; nobody gets to say goodbye."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)
        self.process = None


def prepare(example: Path, root: Path, url: str, double_opt_in: str = "always") -> None:
    """A copy of the example whose US market brings its list of mails to a webhook; that of calls is kept in the store."""
    for room in ("site", "content", "locales"):
        shutil.copytree(example / room, root / room)
    file = root / "content" / "markets" / "us.toml"
    text = file.read_text(encoding="utf-8")
    text, changed = re.subn(r'(?m)^double_opt_in = ".*"$', f'double_opt_in = "{double_opt_in}"', text)
    assert changed == 1
    old = '[lists.guide-us]\ndestination = "list"\n'
    assert text.count(old) == 1
    new = f'[lists.guide-us]\ndestination = "webhook"\nurl = "{url}"\nsecret = "env:RECEIVER_SECRET"\nallow_private = true\n'
    file.write_text(text.replace(old, new), encoding="utf-8")


@contextmanager
def worker(root: Path, environ: dict[str, str]) -> Iterator[None]:
    with (root / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "leadsite", "worker", "--project", str(root)], env=environ, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        yield
        assert process.poll() is None, (root / "worker.log").read_text()
    finally:
        process.terminate()
        process.wait(40)
    assert process.returncode == 0
    assert "Traceback" not in (root / "worker.log").read_text()
