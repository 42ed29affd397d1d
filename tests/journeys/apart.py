"""A site and its forms API on two origins, as in production; the API can be taken down and brought up again."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from forms_api.app import create_app
from forms_api.services import open_services
from forms_api.settings import Settings
from forms_api.store import leads
from forms_api.store.engine import reading
from leadcore.model.leads import Lead
from leadcore.reading import load_project
from leadsite.app import create_site_app
from leadsite.plan import make_plan


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        pass


def served(port: int, app: Any) -> BaseWSGIServer:
    """The application at a port, answering in a thread of its own."""
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class Apart:
    """`site` and `forms` are the two origins; `requests` holds every submission that reached the API, as its fields."""

    def __init__(self, root: Path, folder: Path, free_port: Callable[[], int]) -> None:
        self.forms_port = free_port()
        self.forms = f"http://localhost:{self.forms_port}"
        site_port = free_port()
        self.site = f"http://127.0.0.1:{site_port}"
        loaded = load_project(root).with_addresses(self.site)
        self.project = replace(loaded, markets={m.id: replace(m, forms_url=self.forms) for m in loaded.markets.values()})
        environ = {
            "LEADSITE_DATABASE_URL": f"sqlite:///{folder / 'store.db'}", "LEADSITE_QUEUE_URL": f"sqlite:///{folder / 'queue.db'}",
            "LEADSITE_SUPPRESSION_FILE": str(folder / "suppressions.jsonl"), "LEADSITE_ANCHOR_FOLDER": str(folder / "anchors"),
            "LEADSITE_SECRET_KEY": "a key of more than thirty-two characters", "LEADSITE_RATE_PER_MINUTE": "0",
        }  # fmt: skip
        self.kit = open_services(lambda: self.project, Settings.from_env(environ, root))
        plan = make_plan(self.project, dt.datetime.now(dt.UTC).date())
        self._app = create_app(kit=self.kit)
        self._site = served(site_port, create_site_app(lambda: plan))
        self._api: BaseWSGIServer | None = None
        self.up()

    def up(self) -> None:
        if self._api is None:
            self._api = served(self.forms_port, self._app)

    def down(self) -> None:
        """Nothing listens at the API's address any more."""
        if self._api is not None:
            self._api.shutdown()
            self._api.server_close()
            self._api = None

    def page(self, market: str, locale: str) -> str:
        return f"{self.site}/{market}/{self.project.markets[market].prefix(locale)}"

    def leads(self, address: str) -> list[Lead]:
        with reading(self.kit.engine) as connection:
            return [one for one in leads.find(connection) if one.email == address]

    def close(self) -> None:
        self.down()
        self._site.shutdown()
        self._site.server_close()
        self.kit.writer.close()
        self.kit.waker.close()
        self.kit.engine.dispose()
