"""A preview of the example project in a process of its own, and a browser in front of it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest


@dataclass(frozen=True, slots=True)
class Site:
    """A running preview: where it answers, and the project with its store."""

    origin: str
    root: Path
    environ: dict[str, str]

    def command(self, *words: str) -> str:
        """What `leadsite …` prints, run on the project."""
        done = subprocess.run(
            [sys.executable, "-m", "leadsite", *words, "--project", str(self.root)],
            env=self.environ, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def mails(self, address: str) -> list[dict[str, Any]]:
        return [m for m in httpx.get(f"{self.origin}/mailbox.json").json() if m["to"] == address]

    def lead(self, address: str) -> dict[str, Any]:
        rows = json.loads(self.command("leads", "list", "--email", address, "--json"))
        assert len(rows) == 1, rows
        found: dict[str, Any] = rows[0]
        return found

    def wait(self, what: Callable[[], Any], seconds: float = 20) -> Any:
        """The first true value that `what` gives."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := what():
                return found
            time.sleep(0.2)
        raise AssertionError(f"nothing came in {seconds} s")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def link_in(mail: dict[str, Any], purpose: str) -> str:
    found = re.search(rf"(http\S+/{purpose}/\S+)", mail["text"])
    assert found, mail["text"]
    return found[1]


@pytest.fixture(scope="session")
def site(example: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    root = tmp_path_factory.mktemp("journeys")
    for room in ("site", "content", "locales"):
        shutil.copytree(example / room, root / room)
    port = free_port()
    environ = {**os.environ, "LEADSITE_RATE_PER_MINUTE": "0", "PYTHONUNBUFFERED": "1"}
    for name in ("LEADSITE_DATABASE_URL", "LEADSITE_QUEUE_URL", "LEADSITE_SMTP_URL"):
        environ.pop(name, None)
    with (root / "preview.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "leadsite", "preview", "--port", str(port), "--project", str(root)],
            env=environ, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
    found = Site(f"http://localhost:{port}", root, environ)

    def answers() -> bool:
        assert process.poll() is None, (root / "preview.log").read_text()
        try:
            return httpx.get(found.origin + "/version").status_code == 200
        except httpx.TransportError:
            return False

    found.wait(answers, 60)
    yield found
    process.send_signal(signal.SIGINT)
    process.wait(20)
    said = (root / "preview.log").read_text()
    assert said.rstrip().endswith("stopped"), said
    assert "Traceback" not in said, said
