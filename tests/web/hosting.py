"""A built project and its states at one address, as a web server in production gives them: compressed, typed, cacheable."""

from __future__ import annotations

import datetime as dt
import gzip
import mimetypes
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from leadcore.model.project import Project
from leadsite.freeze import freeze
from leadsite.plan import make_plan

from .states import ONCE, form_states, one_of_each

#: Where the states of forms and the mails are; no market has such a name.
STATES_AT = "/~states"
#: What is not compressed already.
_TEXT = ("text/", "application/json", "application/xml", "application/atom+xml", "image/svg+xml")


class Host:
    """`origin` is the address; `add` puts a file there."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[str, bytes, bool]] = {}
        host = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                path = unquote(urlsplit(self.path).path)
                path += "index.html" if path.endswith("/") else ""
                status = 200 if path in host._files else 404
                if status == 404:
                    path = f"/{path.split('/')[1]}/404.html"
                kind, body, packed = host._files.get(path, ("text/plain; charset=utf-8", b"not found\n", False))
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Cache-Control", "public, max-age=31536000, immutable" if "/assets/" in path else "no-cache")
                if packed:
                    self.send_header("Content-Encoding", "gzip")
                    self.send_header("Vary", "Accept-Encoding")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.origin = f"http://localhost:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def add(self, path: str, data: bytes) -> None:
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        kind = "application/atom+xml" if path.endswith("feed.xml") else kind
        packed = kind.startswith(_TEXT) or kind.endswith("javascript")
        typed = f"{kind}; charset=utf-8" if packed else kind
        self._files[path] = (typed, gzip.compress(data, 9, mtime=0) if packed else data, packed)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Gallery:
    """A project built and served, and every page and state of it by name: `url("il/he/form-errors")`."""

    def __init__(self, project: Project, folder: Path, today: dt.date) -> None:
        self.host = Host()
        at_home = project.with_addresses(self.host.origin)
        self.project = replace(
            at_home, markets={m.id: replace(m, forms_url=f"{self.host.origin}{STATES_AT}/api") for m in at_home.markets.values()}
        )
        plan = make_plan(self.project, today)
        self.out = folder / "build"
        freeze(plan, self.out)
        for file in sorted(self.out.rglob("*")):
            if file.is_file():
                self.host.add(f"/{file.relative_to(self.out).as_posix()}", file.read_bytes())
        self.paths = {name: f"/{output.market}/{output.path}" for name, output in one_of_each(plan).items()}
        self.states: dict[str, str] = {}
        for name, html in form_states(self.project, folder):
            self.states[name] = html
            self.paths[name] = f"{STATES_AT}/{name}.html"
            self.host.add(self.paths[name], html.encode())

    @property
    def places(self) -> list[tuple[str, str]]:
        return [(m.id, locale) for m in self.project.markets.values() for locale in m.locales]

    def url(self, name: str) -> str:
        return self.host.origin + self.paths[name]

    def named(self, kind: str, places: list[tuple[str, str]]) -> list[str]:
        """The names of a template or state in these places; of one that a market has once, that of the market."""
        wanted = {f"{market}/{locale}/{kind}" for market, locale in places}
        if kind in ONCE:
            return [n for n in self.paths if n.endswith(f"/{kind}") and n.split("/")[0] in {market for market, _ in places}]
        return [name for name in self.paths if name in wanted]

    def close(self) -> None:
        self.host.close()


def settle(page: Any) -> None:
    """Opens what is folded, and waits for fonts."""
    page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true); document.fonts.ready")
