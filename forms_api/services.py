"""What the routes work with: project, settings, store, queue, clock. Made once per process, passed to every route."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from limits import RateLimitItemPerMinute
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy.engine import Engine

from forms_api.jobs import Waker
from forms_api.privacy import Desk
from forms_api.restored import restore
from forms_api.settings import Settings
from forms_api.store import notices
from forms_api.store.engine import open_engine, reading, upgrade
from forms_api.store.writer import Writer
from forms_api.suppression import Suppression, suppression_of
from leadcore.model.forms import FormDefinition
from leadcore.model.leads import PublishedNotice
from leadcore.model.markets import Market
from leadcore.model.project import Project
from leadcore.reading.notices import known_digests, read_notice
from leadcore.rendering.published import page_notices


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """`project` is asked for at each request, so that a preview sees edits; `clock` gives aware UTC."""

    project: Callable[[], Project]
    settings: Settings
    engine: Engine
    writer: Writer
    waker: Waker
    limiter: MovingWindowRateLimiter
    clock: Callable[[], dt.datetime]
    #: Digests that the store is known to hold, so that it need not be asked each time.
    stored: set[str] = field(default_factory=set)

    @property
    def suppression(self) -> Suppression:
        return suppression_of(self.settings)

    @property
    def desk(self) -> Desk:
        """Where persons' requests are answered."""
        return Desk(project=self.project(), suppression=self.suppression, secret_key=self.settings.secret_key)

    def market(self, market_id: str) -> Market | None:
        """The market, if this process serves it."""
        project = self.project()
        if self.settings.markets and market_id not in self.settings.markets:
            return None
        return project.markets.get(market_id)

    def wait_seconds(self, market_id: str, address: str) -> int:
        """0 when a submission from this address may go on, else the seconds to wait; counts the submission."""
        if not self.settings.rate_per_minute:
            return 0
        item = RateLimitItemPerMinute(self.settings.rate_per_minute)
        if self.limiter.hit(item, market_id, address):
            return 0
        reset = self.limiter.get_window_stats(item, market_id, address).reset_time
        return max(1, round(reset - self.clock().timestamp()))

    def published(self, market: Market, definition: FormDefinition, digest: str) -> PublishedNotice | None:
        """The notice a page of this form once showed under a digest, or None.

        What the store does not know may have been published by a build since this process started.
        """
        with reading(self.engine) as connection:
            found = notices.by_digest(connection, digest)
        if found is None and (found := read_notice(self.project().root, digest)):
            self.publish([found])
        if found is None or (found.market, found.form) != (market.id, definition.id):
            return None
        return found

    def publish(self, shown: Iterable[PublishedNotice]) -> None:
        """Keeps every notice that is shown, for good."""
        shown = list(shown)
        self.writer.run(lambda connection: notices.publish(connection, shown))
        self.stored.update(notice.digest for notice in shown)

    def knows(self, digest: str) -> bool:
        """Whether the store holds the notice of a digest."""
        if digest not in self.stored:
            with reading(self.engine) as connection:
                if notices.by_digest(connection, digest) is None:
                    return False
            self.stored.add(digest)
        return True


def open_services(
    project: Callable[[], Project],
    settings: Settings,
    clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
) -> Services:
    """The services of a process: opens the store, brings it up to date, and publishes the notices now shown."""
    engine = open_engine(settings.database_url, settings.secret_key, settings.anchor_folder)
    upgrade(engine)
    restore(engine, suppression_of(settings), clock())
    storage = settings.queue_url if settings.queue_url.startswith(("redis://", "rediss://")) else "memory://"
    services = Services(
        project=project,
        settings=settings,
        engine=engine,
        writer=Writer(engine),
        waker=Waker(settings.queue_url),
        limiter=MovingWindowRateLimiter(storage_from_string(storage)),
        clock=clock,
    )
    services.publish(_unknown(engine, project().root))
    services.publish(page_notices(project(), settings.markets, clock()))
    return services


def _unknown(engine: Engine, root: Path) -> list[PublishedNotice]:
    """The notices of the project's register that the store does not hold."""
    with reading(engine) as connection:
        stored = notices.digests(connection)
    found = (read_notice(root, digest) for digest in sorted(known_digests(root) - stored))
    return [notice for notice in found if notice]

