"""What every page behind a link in a mail shares: the lead of its token, the lead's market and words, and the closing pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import update_wrapper

from flask import Response, make_response, request
from markupsafe import Markup

from forms_api.pages import BACK, message_page
from forms_api.privacy import Done
from forms_api.routes.submissions import nowhere, services
from forms_api.store import consents, leads
from forms_api.store.engine import reading
from forms_api.tokens import BadToken, Purpose, read_token
from leadcore.model import addresses
from leadcore.model.leads import ConsentEvent, Lead
from leadcore.model.markets import Market
from leadcore.rendering.frame import words_for
from leadcore.rendering.i18n import N_, Translator

WITHDRAWN_TITLE = N_("You have unsubscribed")
WITHDRAWN_TEXT = N_("We send you nothing more. If you change your mind, fill in the form again.")
ERASED_TITLE = N_("Erased")
ERASED_TEXT = N_("We no longer hold your data. What stays is the proof of what was agreed, without your name and address.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Whose link was opened: the lead in a locale its market still has, its consent record, its market.

    `asked` is the locale that the visitor chose above the page, empty for the lead's own.
    """

    lead: Lead
    events: tuple[ConsentEvent, ...]
    market: Market
    asked: str = ""

    @property
    def locale(self) -> str:
        """The locale that the page speaks. What is mailed keeps the lead's."""
        return self.asked or self.lead.locale

    @property
    def words(self) -> Translator:
        return words_for(services().project(), self.market, self.locale)

    def now_as(self, lead: Lead) -> Visit:
        """The same visit after the lead has changed."""
        return replace(self, lead=spoken(self.market, lead))

    def page(self, **parts: object) -> Response:
        """A message page in the visitor's locale."""
        return make_response(message_page(services().project(), self.market, self.locale, **parts))  # type: ignore[arg-type]

    def closing(self, title: str, text: str) -> Response:
        """A page after which nothing is left to do; `title` and `text` are message ids."""
        words = self.words
        home = addresses.absolute(self.market, self.market.prefix(self.locale))
        return self.page(
            title=words.gettext(title), paragraphs=[words.gettext(text)], links=[(words.gettext(BACK), home)], focus=True
        )

    def ended(self) -> Response:
        """The page of a lead that was erased or has withdrawn."""
        if self.lead.erased_at:
            return self.closing(ERASED_TITLE, ERASED_TEXT)
        return self.closing(WITHDRAWN_TITLE, WITHDRAWN_TEXT)


def linked(
    purpose: Purpose, *, until: tuple[str, ...] = ("erased_at", "withdrawn_at")
) -> Callable[[Callable[[Visit], Response]], Callable[[str], Response]]:
    """Makes a view of a visit a route of a token: 404 for a token that opens nothing, the closing page once one of
    the lead's times in `until` is set."""

    def of(view: Callable[[Visit], Response]) -> Callable[[str], Response]:
        def route(token: str) -> Response:
            try:
                visit = visit_to(read_token(services().settings.secret_key, purpose, token))
            except BadToken:
                visit = None
            if visit is None:
                return nowhere()
            if any(getattr(visit.lead, name) for name in until):
                return visit.ended()
            return view(visit)

        return update_wrapper(route, view)

    return of


def settle(done: Done) -> Done:
    """What follows a committed change: the suppression list's copy, and the worker's waking."""
    kit = services()
    kit.suppression.write(done.entries)
    if done.changed:
        kit.waker.wake()
    return done


def visit_to(lead_id: str) -> Visit | None:
    """The visit to a lead, or None where there is no such lead or this process does not serve its market."""
    kit = services()
    with reading(kit.engine) as connection:
        try:
            lead = leads.by_id(connection, lead_id)
        except leads.UnknownLead:
            return None
        events = consents.of_lead(connection, lead_id)
    market = kit.market(lead.market)
    if market is None:
        return None
    asked = request.args.get("locale", "")
    return Visit(lead=spoken(market, lead), events=events, market=market, asked=asked if asked in market.locales else "")


def spoken(market: Market, lead: Lead) -> Lead:
    """The lead in a locale that the market still has: mails outlive edits of the project."""
    return lead if lead.locale in market.locales else replace(lead, locale=market.locales[0])


def left_to_right(text: str) -> Markup:
    """An address, number or code that keeps its direction in text of any language."""
    return Markup('<bdi dir="ltr">{}</bdi>').format(text)
