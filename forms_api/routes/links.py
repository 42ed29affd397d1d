"""Routes behind the links in mails. GET shows, POST acts: mail scanners follow links and must change nothing."""

from __future__ import annotations

import json
from dataclasses import replace

from flask import Blueprint, Response, make_response, request
from markupsafe import Markup

from forms_api import links as deeds
from forms_api.letters import delivered_url, privacy_url
from forms_api.pages import Button, message_page
from forms_api.routes.submissions import nowhere, services
from forms_api.store import consents, leads
from forms_api.store.engine import reading
from forms_api.tokens import BadToken, Purpose, read_token
from leadcore.model import addresses
from leadcore.model.leads import ConsentEvent, Lead
from leadcore.model.markets import Market
from leadcore.rendering.frame import words_for
from leadcore.rendering.i18n import N_, Translator

links = Blueprint("links", __name__)

CONFIRM_TITLE = N_("Confirm your email address")
CONFIRM_ASK = N_("Is this your address?")
CONFIRM_BUTTON = N_("Yes, confirm it")
CONFIRMED_TITLE = N_("Thank you, your address is confirmed")
CONFIRMED_TEXT = N_("You asked for: {request}.")
OPEN_IT = N_("Open it now")
EXPIRED_TITLE = N_("This link is too old")
EXPIRED_TEXT = N_("Ask again with the form on our page; a new mail comes at once.")
WITHDRAWN_TITLE = N_("You have unsubscribed")
WITHDRAWN_TEXT = N_("We send you nothing more. If you change your mind, fill in the form again.")
UNSUBSCRIBE_TITLE = N_("Unsubscribe")
UNSUBSCRIBE_ASK = N_("Shall we stop writing to this address?")
UNSUBSCRIBE_BUTTON = N_("Yes, stop")
UNSUBSCRIBED_TITLE = N_("Done. You get no more mail from us")
UNSUBSCRIBED_TEXT = N_("Every list you were on has been told. You need do nothing more.")
HELD_TITLE = N_("What we hold about you")
HELD_TEXT = N_("This is all that we keep about you from this form.")
EXPORT = N_("Download all of it")
ERASE = N_("Erase all of it")
ERASED_TITLE = N_("Erased")
ERASED_TEXT = N_("We no longer hold your data. What stays is the proof of what was agreed, without your name and address.")
RECEIVED_ON = N_("Received")
CONFIRMED_ON = N_("Confirmed")
AGREED = N_("You agreed to")
NOT_AGREED = N_("Nothing beyond your request")
RECEIPT = N_("Receipt number")
BACK = N_("Back to the page")


def _lead(purpose: Purpose, token: str) -> tuple[Lead, tuple[ConsentEvent, ...], Market] | None:
    kit = services()
    try:
        lead_id = read_token(kit.settings.secret_key, purpose, token)
        with reading(kit.engine) as connection:
            lead = leads.by_id(connection, lead_id)
            events = consents.of_lead(connection, lead_id)
    except (BadToken, leads.UnknownLead):
        return None
    market = kit.market(lead.market)
    return (_spoken(market, lead), events, market) if market else None


def _spoken(market: Market, lead: Lead) -> Lead:
    """The lead in a locale that the market still has: mails outlive edits of the project."""
    return lead if lead.locale in market.locales else replace(lead, locale=market.locales[0])


def _address(lead: Lead) -> Markup:
    return Markup('<bdi dir="ltr">{}</bdi>').format(lead.email)


def _words(market: Market, lead: Lead) -> Translator:
    return words_for(services().project(), market, lead.locale)


def _page(market: Market, lead: Lead, **parts: object) -> Response:
    return make_response(message_page(services().project(), market, lead.locale, **parts))  # type: ignore[arg-type]


@links.get("/confirm/<token>")
def show_confirm(token: str) -> Response:
    found = _lead("confirm", token)
    if found is None:
        return nowhere()
    lead, _, market = found
    if lead.withdrawn_at or lead.erased_at:
        return _ended(market, lead)
    if lead.form not in services().project().forms or deeds.expired(lead, services().clock()):
        return _too_old(market, lead)
    if lead.confirmed_at:
        return _confirmed(market, lead)
    words = _words(market, lead)
    return _page(
        market, lead, title=words.gettext(CONFIRM_TITLE),
        paragraphs=[words.gettext(CONFIRM_ASK), _address(lead)],
        buttons=[Button(label=words.gettext(CONFIRM_BUTTON))],
    )  # fmt: skip


@links.post("/confirm/<token>")
def do_confirm(token: str) -> Response:
    found = _lead("confirm", token)
    if found is None:
        return nowhere()
    lead, _, market = found
    kit = services()
    now = kit.clock()
    if lead.withdrawn_at or lead.erased_at:
        return _ended(market, lead)
    if deeds.expired(lead, now):
        return _too_old(market, lead)
    project = kit.project()
    if lead.form not in project.forms:  # What was asked for is no longer given.
        return _too_old(market, lead)
    changed = kit.writer.run(lambda c: deeds.confirm(c, project, lead, kit.settings.secret_key, now))
    if changed.changed:
        kit.waker.wake()
    lead = _spoken(market, changed.lead)
    return _ended(market, lead) if lead.withdrawn_at or lead.erased_at else _confirmed(market, lead)


def _confirmed(market: Market, lead: Lead) -> Response:
    project, words = services().project(), _words(market, lead)
    definition = project.forms[lead.form]
    url = delivered_url(project, market, lead.locale, definition)
    further = [(words.gettext(OPEN_IT), url)] if url else []
    further.append((words.gettext(HELD_TITLE), privacy_url(market, services().settings.secret_key, lead)))
    return _page(
        market, lead, title=words.gettext(CONFIRMED_TITLE), focus=True,
        paragraphs=[words.gettext(CONFIRMED_TEXT, request=words.gettext(definition.request))],
        facts=[(words.gettext(RECEIPT), Markup('<bdi dir="ltr">{}</bdi>').format(lead.receipt))],
        links=further,
    )  # fmt: skip


def _too_old(market: Market, lead: Lead) -> Response:
    return _closing(market, lead, EXPIRED_TITLE, EXPIRED_TEXT)


def _ended(market: Market, lead: Lead) -> Response:
    if lead.erased_at:
        return _closing(market, lead, ERASED_TITLE, ERASED_TEXT)
    return _closing(market, lead, WITHDRAWN_TITLE, WITHDRAWN_TEXT)


def _closing(market: Market, lead: Lead, title: str, text: str) -> Response:
    words = _words(market, lead)
    home = addresses.absolute(market, market.prefix(lead.locale))
    return _page(
        market, lead, title=words.gettext(title), paragraphs=[words.gettext(text)],
        links=[(words.gettext(BACK), home)], focus=True,
    )  # fmt: skip


@links.get("/unsubscribe/<token>")
def show_unsubscribe(token: str) -> Response:
    found = _lead("unsubscribe", token)
    if found is None:
        return nowhere()
    lead, _, market = found
    if lead.withdrawn_at or lead.erased_at:
        return _ended(market, lead)
    words = _words(market, lead)
    return _page(
        market, lead, title=words.gettext(UNSUBSCRIBE_TITLE),
        paragraphs=[words.gettext(UNSUBSCRIBE_ASK), _address(lead)],
        buttons=[Button(label=words.gettext(UNSUBSCRIBE_BUTTON))],
    )  # fmt: skip


@links.post("/unsubscribe/<token>")
def do_unsubscribe(token: str) -> Response:
    """Withdraws, from our own page or by RFC 8058's one-click body; 200 without redirect or cookie."""
    found = _lead("unsubscribe", token)
    if found is None:
        return nowhere()
    lead, _, market = found
    return _withdraw(market, lead)


def _withdraw(market: Market, lead: Lead) -> Response:
    kit = services()
    now = kit.clock()
    changed = kit.writer.run(lambda c: deeds.withdraw(c, lead, now))
    if changed.changed:
        kit.waker.wake()
    return _closing(market, _spoken(market, changed.lead), UNSUBSCRIBED_TITLE, UNSUBSCRIBED_TEXT)


@links.get("/privacy/<token>")
def show_privacy(token: str) -> Response:
    found = _lead("privacy", token)
    if found is None:
        return nowhere()
    lead, events, market = found
    if lead.erased_at:
        return _ended(market, lead)
    words = _words(market, lead)
    buttons = [Button(label=words.gettext(EXPORT), hidden=(("action", "export"),), quiet=True)]
    if not lead.withdrawn_at:
        buttons.append(Button(label=words.gettext(UNSUBSCRIBE_TITLE), hidden=(("action", "withdraw"),), quiet=True))
    buttons.append(Button(label=words.gettext(ERASE), hidden=(("action", "erase"),), quiet=True))
    return _page(
        market, lead, title=words.gettext(HELD_TITLE), paragraphs=[words.gettext(HELD_TEXT)],
        facts=_facts(market, lead, events, words), buttons=buttons,
    )  # fmt: skip


def _facts(
    market: Market, lead: Lead, events: tuple[ConsentEvent, ...], words: Translator
) -> list[tuple[str, object]]:
    """(label, value) of all that is held. A field that has left its form is shown under its name."""
    facts: list[tuple[str, object]] = []
    definition = services().project().forms.get(lead.form)
    kinds = {f.name: f for f in definition.fields} if definition else {}
    boxes = {use: text for p in definition.purposes for use, text in p.boxes.items()} if definition else {}
    for name, value in lead.answers.items():
        if not value or (name in kinds and not kinds[name].label):
            continue
        shown = str(value)
        if name not in kinds:
            facts.append((name, Markup("<bdi>{}</bdi>").format(shown)))
            continue
        if kinds[name].type == "country":
            shown = words.territory(shown)
        elif kinds[name].type == "choice":
            shown = words.gettext(dict(kinds[name].choices).get(shown, shown))
        mark = '<bdi dir="ltr">{}</bdi>' if kinds[name].type in ("email", "phone") else "<bdi>{}</bdi>"
        facts.append((words.gettext(kinds[name].label), Markup(mark).format(shown)))
    facts.append((words.gettext(RECEIVED_ON), words.datetime(lead.submitted_at, market.time_zone)))
    if lead.confirmed_at:
        facts.append((words.gettext(CONFIRMED_ON), words.datetime(lead.confirmed_at, market.time_zone)))
    last = events[-1] if events else None
    ticked = [(use, one) for use, one in last.uses.items() if one.get("ticked")] if last else []
    agreed = [str(one.get("wording") or words.gettext(boxes.get(use, use))) for use, one in ticked]
    items = Markup("<br>").join(agreed) if agreed and not lead.withdrawn_at else words.gettext(NOT_AGREED)
    facts.append((words.gettext(AGREED), items))
    facts.append((words.gettext(RECEIPT), Markup('<bdi dir="ltr">{}</bdi>').format(lead.receipt)))
    return facts


@links.post("/privacy/<token>")
def do_privacy(token: str) -> Response:
    found = _lead("privacy", token)
    if found is None:
        return nowhere()
    lead, events, market = found
    action = request.form.get("action", "")
    if lead.erased_at:
        return _ended(market, lead)
    if action == "export":
        text = json.dumps(deeds.held(lead, events), ensure_ascii=False, indent=2)
        response = Response(text + "\n", mimetype="application/json")
        response.headers["Content-Disposition"] = f'attachment; filename="{lead.receipt}.json"'
        return response
    if action == "withdraw":
        return _withdraw(market, lead)
    if action == "erase":
        kit = services()
        now = kit.clock()
        changed = kit.writer.run(lambda c: deeds.erase(c, lead, now))
        if changed.changed:
            kit.waker.wake()
        return _ended(market, _spoken(market, changed.lead))
    return show_privacy(token)
