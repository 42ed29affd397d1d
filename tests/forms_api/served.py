"""The forms API of the example project, served within the test's own process, with a clock that a test moves."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from werkzeug.test import TestResponse

from forms_api.app import create_app
from forms_api.jobs import Waker
from forms_api.services import Services, open_services
from forms_api.settings import Settings
from forms_api.store import consents, deliveries, leads
from forms_api.store.engine import open_engine, reading
from forms_api.store.writer import Writer
from leadcore.model.leads import ConsentEvent, Delivery, Lead
from leadcore.model.project import Project
from leadcore.reading import load_project
from leadcore.rendering.webforms import static_form

NOW = dt.datetime(2026, 11, 21, 12, 0, tzinfo=dt.UTC)
KEY = "a key of more than thirty-two characters"


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += dt.timedelta(**by)


class Api:
    """The application with a client, and its store looked into from the side."""

    def __init__(self, kit: Services, clock: Clock) -> None:
        self.kit, self.clock, self.app = kit, clock, create_app(kit=kit)
        self.client = self.app.test_client()
        self._numbers = itertools.count(1)

    @property
    def project(self) -> Project:
        return self.kit.project()

    def filled(self, market: str, locale: str, form: str = "guide", **answers: str) -> dict[str, str]:
        """A form of a static page as an honest visitor fills it in; `None`-like answers are left out by the caller."""
        home = self.project.markets[market]
        view = static_form(self.project, home, locale, form, page=home.base_url + "/p/?utm_source=x", today=NOW.date())
        names = {one.field.name for one in view.fields}
        usual = {"name": "Ada", "email": f"ada{next(self._numbers)}@example.com", "country": home.country, "topic": "leads", "age": ""}
        return {**dict(view.hidden), **{k: v for k, v in usual.items() if k in names}, **answers}

    def post(self, market: str, data: Any, form: str = "guide", **headers: str) -> TestResponse:
        return self.client.post(f"/{market}/{form}", data=data, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def post_json(self, market: str, data: Any, form: str = "guide", **headers: str) -> TestResponse:
        return self.client.post(f"/{market}/{form}", json=data, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def taken(self, market: str, locale: str, form: str = "guide", **answers: str) -> Lead:
        """The lead of a submission that was thanked for."""
        data = self.filled(market, locale, form, **answers)
        answer = self.post(market, data, form)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return next(one for one in self.leads() if one.answers.get("email") == data["email"])

    def leads(self) -> list[Lead]:
        with reading(self.kit.engine) as connection:
            return list(leads.find(connection))

    def lead(self) -> Lead:
        found = self.leads()
        assert len(found) == 1, f"{len(found)} leads"
        return found[0]

    def events(self, lead: Lead) -> tuple[ConsentEvent, ...]:
        with reading(self.kit.engine) as connection:
            return consents.of_lead(connection, lead.id)

    def deliveries(self, lead: Lead) -> tuple[Delivery, ...]:
        with reading(self.kit.engine) as connection:
            return deliveries.of_lead(connection, lead.id)

    def lists(self, lead: Lead) -> list[str]:
        return [d.name for d in self.deliveries(lead) if d.kind == "list" and d.action == "subscribe"]

    def mails(self, lead: Lead) -> list[str]:
        return [d.name for d in self.deliveries(lead) if d.kind == "mail"]

    def link(self, lead: Lead, purpose: str) -> str:
        """The path of a link in the lead's first mail."""
        mail = next(d for d in self.deliveries(lead) if d.kind == "mail")
        found = re.search(rf"https://[^/\s]+(/{purpose}/\S+)", str(mail.payload["text"]))
        assert found, mail.payload["text"]
        return found[1]

    def opened(self, lead: Lead) -> str:
        """The path of a fresh link that opens the lead's data, asked for on the page behind the link in a mail."""
        assert self.client.post(self.link(lead, "privacy"), data={"action": "send"}).status_code == 200
        mail = [d for d in self.deliveries(lead) if d.name == "privacy"][-1]
        urls = re.findall(r"https://[^/\s]+(/privacy/\S+)", str(mail.payload["text"]))
        return next(url for url in urls if url != self.link(lead, "privacy"))

    def counts(self) -> Counter[str]:
        """Rows by table."""
        from forms_api.store.schema import metadata

        with reading(self.kit.engine) as connection:
            return Counter({t.name: len(connection.execute(t.select()).all()) for t in metadata.sorted_tables})

    def close(self) -> None:
        self.kit.writer.close()
        self.kit.waker.close()
        self.kit.engine.dispose()


MakeApi = Callable[..., Api]


def settings(root: Path, folder: Path, url: str, **environ: str) -> Settings:
    around = {
        "LEADSITE_DATABASE_URL": url, "LEADSITE_QUEUE_URL": f"sqlite:///{folder / 'queue.db'}",
        "LEADSITE_SUPPRESSION_FILE": str(folder / "suppressions.jsonl"),
        "LEADSITE_SECRET_KEY": KEY, "LEADSITE_ANCHOR_FOLDER": str(folder / "anchors"), "LEADSITE_RATE_PER_MINUTE": "0", **environ,
    }  # fmt: skip
    return Settings.from_env(around, root)


@pytest.fixture(scope="session")
def example_project(example: Path) -> Project:
    return load_project(example)


@pytest.fixture(scope="session")
def served_template(example_project: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which the notices of the example are published, to be copied."""
    folder = tmp_path_factory.mktemp("served")
    kit = open_services(lambda: example_project, settings(example_project.root, folder, f"sqlite:///{folder / 'store.db'}"), Clock())
    kit.writer.close()
    kit.engine.dispose()
    return folder / "store.db"


@pytest.fixture
def make_api(example_project: Project, served_template: Path, tmp_path: Path) -> Iterator[MakeApi]:
    """Makes an API on SQLite: of the example, or of another project; environment variables as named arguments."""
    made: list[Api] = []

    def make(project: Project | None = None, **environ: str) -> Api:
        clock, file = Clock(), tmp_path / f"served{len(made)}.db"
        of = project or example_project
        chosen = settings(of.root, tmp_path, f"sqlite:///{file}", **environ)
        if project is not None:
            made.append(Api(open_services(lambda: of, chosen, clock), clock))
            return made[-1]
        shutil.copy(served_template, file)
        engine = open_engine(chosen.database_url, chosen.secret_key, chosen.anchor_folder)
        kit = Services(
            project=lambda: of, settings=chosen, engine=engine, writer=Writer(engine), waker=Waker(chosen.queue_url),
            limiter=MovingWindowRateLimiter(MemoryStorage()), clock=clock,
        )  # fmt: skip
        made.append(Api(kit, clock))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def api(make_api: MakeApi) -> Api:
    return make_api()


@pytest.fixture
def any_api(example_project: Project, store_url: str, tmp_path: Path) -> Iterator[Api]:
    """The API on SQLite and on PostgreSQL."""
    clock = Clock()
    chosen = settings(example_project.root, tmp_path, store_url)
    made = Api(open_services(lambda: example_project, chosen, clock), clock)
    yield made
    made.close()


@pytest.fixture
def with_market(copy_of_example: Path, make_api: MakeApi) -> Callable[..., Api]:
    """Makes an API of a copy of the example in which words of market files are replaced: `us=(old, new)`."""

    def make(**changes: tuple[str, str]) -> Api:
        for market, (old, new) in changes.items():
            file = copy_of_example / "content" / "markets" / f"{market}.toml"
            text, count = re.subn(old, new, file.read_text(encoding="utf-8"))
            assert count == 1, f"{file.name} holds {old!r} {count} times"
            file.write_text(text, encoding="utf-8")
        return make_api(load_project(copy_of_example))

    return make
