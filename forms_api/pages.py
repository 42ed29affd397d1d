"""HTML answers of the forms API, from the project's templates: the form again, and plain message pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.datastructures import LanguageAccept

from forms_api.corrections import CorrectView
from forms_api.person_view import PersonView
from forms_api.receipt_view import ReceiptView
from leadcore.model import addresses
from leadcore.model.forms import FormDefinition
from leadcore.model.markets import Market
from leadcore.model.project import Project
from leadcore.rendering.assets import icon_path
from leadcore.rendering.frame import Page, language_link, make_frame, words_for
from leadcore.rendering.i18n import N_
from leadcore.rendering.templating import environment
from leadcore.rendering.webforms import FormView

NOT_SAVED = N_("We could not save this just now. Nothing you typed is lost: send the form again in a moment.")
FOREIGN_TITLE = N_("This form came from another website")
FOREIGN_TEXT = N_("For your safety we only take forms that were sent from our own pages. Open our page and send the form there.")
TOO_MANY_TITLE = N_("That was very often")
TOO_MANY_TEXT = N_("We have had many forms from your connection. Wait a minute, go back, and send the form again.")
TOO_LARGE_TITLE = N_("That was too long")
TOO_LARGE_TEXT = N_("The form was larger than we can take. Go back, shorten the long text, and send it again.")
UNREADABLE_TITLE = N_("We could not read this form")
UNREADABLE_TEXT = N_("Open the page again and send the form from there.")
BACK = N_("Back to the page")
NOTHING_TITLE = N_("This link leads nowhere")
NOTHING_TEXT = N_("It may have been cut off in the mail. Copy the whole link, or fill in the form again.")
TROUBLE_TITLE = N_("Something went wrong on our side")
TROUBLE_TEXT = N_("Try again in a moment. Nothing you sent before is lost.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A form with one button and nothing else."""

    label: str
    action: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    quiet: bool = False


def form_page(project: Project, market: Market, locale: str, definition: FormDefinition, view: FormView) -> str:
    """The form again, its errors on top."""
    words = words_for(project, market, locale)
    title = words.gettext(definition.submit)
    return _render(project, market, locale, "form_page.html", title, view=view)


def message_page(
    project: Project,
    market: Market,
    locale: str,
    *,
    title: str,
    paragraphs: Sequence[str] = (),
    facts: Sequence[tuple[str, object]] = (),
    buttons: Sequence[Button] = (),
    action: tuple[str, str] | None = None,
    links: Sequence[tuple[str, str]] = (),
    focus: bool = False,
    other_languages: bool = True,
) -> str:
    """A heading, some sentences, and what can be done next: `action` is the link that matters most."""
    return _render(
        project, market, locale, "message.html", title,
        other_languages=other_languages, paragraphs=paragraphs, facts=facts, buttons=buttons,
        action=action, links=links, focus=focus,
    )  # fmt: skip


def receipt_page(project: Project, market: Market, locale: str, view: ReceiptView) -> str:
    """The page of a consent receipt."""
    return _render(project, market, locale, "receipt.html", view.title, view=view)


def person_page(
    project: Project, market: Market, locale: str, title: str, view: PersonView, *, said: str, use_error: str,
    address: str, address_error: str,
) -> str:
    """What is held about a person. `said` tells what was just done; `address` is a new one as typed; errors stand at their fields."""
    fields = [*((f"use-{use}", use_error) for use, _ in view.uses[:1]), ("email", address_error)]
    errors = [(field, error) for field, error in fields if error]
    return _render(
        project, market, locale, "held.html", title, view=view, said=said, errors=errors, use_error=use_error,
        address=address, address_error=address_error,
    )  # fmt: skip


def correct_page(project: Project, market: Market, locale: str, title: str, view: CorrectView) -> str:
    """The form in which a person corrects a lead."""
    # It has a field for the language that mails are written in; two ways to choose one would confuse.
    return _render(project, market, locale, "correct.html", title, other_languages=False, view=view)


def problem_page(
    project: Project, market: Market, locale: str, title: str, text: str, *, link: bool = True, other_languages: bool = True
) -> str:
    """A message page for what went wrong, with the way back to the market's first page."""
    words = words_for(project, market, locale)
    home = addresses.absolute(market, market.prefix(locale))
    links = [(words.gettext(BACK), home)] if link else []
    return message_page(
        project, market, locale, title=words.gettext(title), paragraphs=[words.gettext(text)], links=links, focus=True,
        other_languages=other_languages,
    )  # fmt: skip


def nowhere_page(project: Project, wanted: LanguageAccept | None = None) -> str:
    """The page of a link that names no lead, in the language the browser asks for among those we have."""
    return _anybody(project, wanted, NOTHING_TITLE, NOTHING_TEXT)


def trouble_page(project: Project, wanted: LanguageAccept | None = None) -> str:
    """The page of a fault of ours."""
    return _anybody(project, wanted, TROUBLE_TITLE, TROUBLE_TEXT)


def _anybody(project: Project, wanted: LanguageAccept | None, title: str, text: str) -> str:
    first = project.markets.get(project.site.default_market) or next(iter(project.markets.values()))
    places = {tag: m for m in reversed(list(project.markets.values())) for tag in m.locales}
    places.update(dict.fromkeys(first.locales, first))
    locale = (wanted.best_match(list(places)) if wanted else None) or first.locales[0]
    return problem_page(project, places[locale], locale, title, text, other_languages=False)


def _render(
    project: Project, market: Market, locale: str, template: str, heading: str, *, other_languages: bool = True, **values: object
) -> str:
    """A page of a template. Every address that answers with one also does so to GET, in the language of `?locale=`."""
    tags = market.locales if other_languages else (locale,)
    languages = tuple(language_link(market, tag, "" if tag == locale else f"?locale={tag}") for tag in tags)
    frame = make_frame(project, market, locale, absolute=True, languages=languages)
    page = Page(
        title=f"{heading} · {frame.brand}",
        heading=heading,
        icon=addresses.absolute(market, icon_path(project.root)),
    )
    env = environment(project.root, locale, market.country)
    return env.get_template(template).render(frame=frame, page=page, **values)
