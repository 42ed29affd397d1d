"""What the routes work with: project, settings, store, queue, clock. Made once per process, passed to every route."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from limits import RateLimitItemPerMinute
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy.engine import Engine

from forms_api.jobs import Waker
from forms_api.settings import Settings
from forms_api.store import notices
from forms_api.store.engine import open_engine, reading, upgrade
from forms_api.store.writer import Writer
from leadcore.model.forms import FormDefinition
from leadcore.model.leads import PublishedNotice
from leadcore.model.markets import Market
from leadcore.model.project import Project
from leadcore.rendering.consent_view import ConsentView, consent_view


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
        """The notice a page of this form once showed under a digest, or None."""
        with reading(self.engine) as connection:
            found = notices.by_digest(connection, digest)
        if found is None or (found.market, found.form) != (market.id, definition.id):
            return None
        return found

    def publish(self, shown: Iterable[PublishedNotice]) -> None:
        """Keeps every notice that is shown, for good."""
        shown = list(shown)
        self.writer.run(lambda connection: notices.publish(connection, shown))


def open_services(
    project: Callable[[], Project],
    settings: Settings,
    clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
) -> Services:
    """The services of a process: opens the store, brings it up to date, and publishes the notices now shown."""
    engine = open_engine(settings.database_url)
    upgrade(engine)
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
    services.publish(page_notices(project(), settings.markets, clock()))
    return services


def page_notices(project: Project, markets: tuple[str, ...], now: dt.datetime) -> list[PublishedNotice]:
    """The notices that the static pages of the served markets show today."""
    return [
        shown_notice(market, locale, project.forms[form], consent_view(project, market, locale, project.forms[form], today=now.date()), now)
        for market in project.only(markets).markets.values()
        for locale in market.locales
        for form in market.forms
    ]


def shown_notice(
    market: Market, locale: str, definition: FormDefinition, consent: ConsentView, now: dt.datetime
) -> PublishedNotice:
    return PublishedNotice(
        digest=consent.digest, text=consent.text, market=market.id, locale=locale, form=definition.id, published_at=now
    )
