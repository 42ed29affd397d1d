"""Notices as pages publish them: the words with their digest, and the very part of the page that shows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from leadcore.model.forms import FormDefinition
from leadcore.model.leads import PublishedNotice
from leadcore.model.markets import Market
from leadcore.model.project import Project
from leadcore.rendering.consent_view import ConsentView, consent_view
from leadcore.rendering.templating import environment
from leadcore.rendering.webforms import form_view, make_form

#: Heading levels of a notice: below a landing page's section, and on a page that is nothing but the form.
IN_A_PAGE, ALONE = 3, 2


def notice_html(
    project: Project, market: Market, locale: str, definition: FormDefinition, consent: ConsentView, *, level: int = IN_A_PAGE
) -> str:
    """The part of a page that shows a form's notice and boxes, byte for byte, nothing ticked."""
    form = make_form(project, market, locale, definition)
    view = form_view(project, market, locale, definition, form, consent, page="", notice_open=level == ALONE)
    template = environment(project.root, locale, market.country).get_template("notice.html")
    return template.render(view=view, level=level)


def shown_notice(
    project: Project,
    market: Market,
    locale: str,
    definition: FormDefinition,
    consent: ConsentView,
    at: dt.datetime,
    *,
    level: int = IN_A_PAGE,
) -> PublishedNotice:
    """The notice of a form as shown from `at` (aware UTC) on; it has no version until it is in the register."""
    return PublishedNotice(
        digest=consent.digest,
        text=consent.text,
        market=market.id,
        locale=locale,
        form=definition.id,
        published_at=at,
        html=notice_html(project, market, locale, definition, consent, level=level),
        boxes=tuple(box.name for box in consent.boxes),
        regimes=consent.requirements.codes,
        purposes=tuple(dict.fromkeys(("request", *(p.id for p in definition.purposes), *(b.purpose for b in consent.boxes)))),
        channels=tuple(dict.fromkeys(box.use for box in consent.boxes)),
    )


def page_notices(project: Project, markets: tuple[str, ...], at: dt.datetime) -> Iterator[PublishedNotice]:
    """The notices that the static pages of some markets, or of all, show at a time. A closed form shows none."""
    for market in project.only(markets).markets.values():
        for locale in market.locales:
            for name in market.forms:
                consent = consent_view(project, market, locale, project.forms[name], today=at.date())
                if not consent.stale:
                    yield shown_notice(project, market, locale, project.forms[name], consent, at)
