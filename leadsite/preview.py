"""The preview: every market live, the forms API, the worker and a mail catcher in one process on one port.

With `forms_api` it joins two applications that are never one: the site app at /<market>/, the forms app at /forms.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from flask import Flask, Response, jsonify
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from forms_api.app import create_app
from forms_api.destinations import specs_of
from forms_api.jobs import run_worker
from forms_api.settings import Settings
from leadcore.problems import ProjectProblems
from leadsite.app import create_site_app
from leadsite.live import LiveProject
from leadsite.mailbox import Mailbox, mail_page, mailbox_page
from leadsite.plan import Plan
from leadsite.status_page import problems_page, status_page
from leadsite.translations.status import translation_status

_RELOAD = b"<script>(s=>setInterval(async()=>{try{let t=await(await fetch('/version')).text();if(s&&t!==s)location.reload();s=t}catch{}},1000))('')</script></body>"


class _QuietHandler(WSGIRequestHandler):
    """Says nothing of each request: addresses in mails carry tokens, and a terminal is for problems."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


class _Handler:
    """Takes every mail that reaches the catcher."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.mailbox.add(envelope.original_content or envelope.content)
        return "250 caught"


def start_catcher(mailbox: Mailbox) -> Controller:
    """An SMTP server on a free port of this machine that keeps what it is sent."""
    for _ in range(5):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        catcher = Controller(_Handler(mailbox), hostname="127.0.0.1", port=port, enable_SMTPUTF8=True)
        try:
            catcher.start()
        except OSError:  # Somebody took the port in between.
            continue
        return catcher
    raise OSError("no free port for the mail catcher")


def create_preview_app(live: LiveProject, mailbox: Mailbox, forms: Flask) -> Any:
    """The WSGI application: sites, forms, mailbox, status."""
    site = create_site_app(live.plan)

    @site.get("/")
    def front() -> str:
        return status_page(live)

    @site.get("/version")
    def version() -> Response:
        return Response(live.version(), mimetype="text/plain")

    @site.get("/status")
    def status() -> str:
        return status_page(live, translation_status(live.project()))

    @site.get("/mailbox")
    def mailbox_list() -> str:
        return mailbox_page(mailbox)

    @site.get("/mailbox.json")
    def mailbox_json() -> Response:
        return jsonify([m.as_dict() for m in mailbox.mails()])

    @site.get("/mailbox/<int:number>")
    def one_mail(number: int) -> Response | tuple[str, int]:
        found = mailbox.by_number(number)
        return Response(mail_page(found)) if found else ("no such mail\n", 404)

    @site.errorhandler(ProjectProblems)
    def broken(found: ProjectProblems) -> tuple[str, int]:
        return problems_page(found.problems), 500

    @site.after_request
    def reloading(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        if response.mimetype == "text/html" and not response.direct_passthrough:
            response.set_data(response.get_data().replace(b"</body>", _RELOAD))
        return response

    return DispatcherMiddleware(site, {"/forms": forms})


def run_preview(
    root: Path, *, host: str, port: int, say: Callable[[str], object], stop: threading.Event | None = None
) -> None:
    """Serves until Ctrl-C, SIGTERM or `stop`. Raises ProjectProblems when the project does not stand at the start."""
    stop = stop or threading.Event()
    origin = f"http://{'localhost' if host in ('127.0.0.1', '0.0.0.0', '::') else host}:{port}"
    live = LiveProject(root, origin)
    live.plan()
    mailbox = Mailbox()
    catcher = start_catcher(mailbox)
    settings = Settings.from_env(os.environ, root)
    if not os.environ.get("LEADSITE_SMTP_URL"):
        settings = replace(settings, smtp_url=f"smtp://127.0.0.1:{catcher.port}")
    settings = replace(settings, sweep_seconds=min(settings.sweep_seconds, 2))
    forms = create_app(project=live.project, settings=settings)
    kit = forms.extensions["leadsite"]
    worker = threading.Thread(
        target=run_worker, args=(settings, specs_of(live.project().markets.values()), stop),
        kwargs={"project": live.project}, name="worker", daemon=True,
    )  # fmt: skip
    worker.start()
    try:
        server = make_server(
            host, port, create_preview_app(live, mailbox, forms), threaded=True, request_handler=_QuietHandler
        )
    except OSError as error:
        stop.set()
        raise OSError(f"port {port} cannot be used: {error.strerror}; choose another with --port") from None
    _serve(server, stop, live.plan(), origin, say)
    stop.set()
    worker.join(timeout=15)
    catcher.stop()
    kit.writer.close()
    kit.waker.close()
    kit.engine.dispose()
    say("stopped")


def _serve(server: BaseWSGIServer, stop: threading.Event, plan: Plan, origin: str, say: Callable[[str], object]) -> None:
    serving = threading.Thread(target=server.serve_forever, name="http", daemon=True)
    serving.start()
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
    for line in welcome(plan, origin):
        say(line)
    while not stop.wait(0.5):
        pass
    server.shutdown()
    server.server_close()


def welcome(plan: Plan, origin: str) -> list[str]:
    """What to open and what to try: one address per market, each in another language where there is one."""
    lines = ["", f"leadsite preview: {origin}", ""]
    seen = {plan.project.site.source_locale.split("-")[0]}
    for market in plan.project.markets.values():
        locale = next((t for t in market.locales if t.split("-")[0] not in seen), market.locales[0])
        seen.add(locale.split("-")[0])
        lines.append(f"  {origin}/{market.id}/{market.prefix(locale)}")
    return [
        *lines, "",
        "Try: open a page, send the form empty, then right; read the mail at",
        f"  {origin}/mailbox", "press its button, and see the lead with", "  leadsite leads list",
        f"Translations and problems: {origin}/status     Ctrl-C stops.", "",
    ]  # fmt: skip
