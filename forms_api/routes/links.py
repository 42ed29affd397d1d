"""Confirm and unsubscribe, behind the links in mails. GET shows, POST acts: mail scanners follow links and must change nothing."""

from __future__ import annotations

from flask import Blueprint, Response

from forms_api import links as deeds
from forms_api.letters import (
    PARENT_BUTTON,
    PARENT_SUBJECT,
    PARENT_TEXT,
    SOMEBODY,
    apart,
    delivered_url,
    greetable,
    privacy_url,
    receipt_url,
)
from forms_api.pages import Button
from forms_api.receipt_view import TITLE as RECEIPT_TITLE
from forms_api.routes.linked import Visit, left_to_right, linked, settle
from forms_api.routes.submissions import services
from forms_api.store.engine import reading
from leadcore.rendering.i18n import N_

links = Blueprint("links", __name__)

CONFIRM_TITLE = N_("Confirm your email address")
CONFIRM_ASK = N_("Is this your address?")
CONFIRM_BUTTON = N_("Yes, confirm it")
CONFIRMED_TITLE = N_("Thank you, your address is confirmed")
CONFIRMED_TEXT = N_("You asked for: {request}.")
OPEN_IT = N_("Open it now")
EXPIRED_TITLE = N_("This link is too old")
EXPIRED_TEXT = N_("Ask again with the form on our page; a new mail comes at once.")
UNSUBSCRIBE_TITLE = N_("Unsubscribe")
UNSUBSCRIBE_ASK = N_("Shall we stop writing to this address?")
UNSUBSCRIBE_BUTTON = N_("Yes, stop")
UNSUBSCRIBED_TITLE = N_("Done. You get no more mail from us")
UNSUBSCRIBED_TEXT = N_("Every list you were on has been told. You need do nothing more.")
HELD_TITLE = N_("What we hold about you")
RECEIPT = N_("Receipt number")


@links.get("/confirm/<token>")
@linked("confirm")
def show_confirm(visit: Visit) -> Response:
    lead = visit.lead
    if lead.form not in services().project().forms or deeds.expired(lead, services().clock()):
        return visit.closing(EXPIRED_TITLE, EXPIRED_TEXT)
    if lead.confirmed_at:
        return _confirmed(visit)
    words = visit.words
    if deeds.asks_parent(visit.events):
        definition = services().project().forms[lead.form]
        name = apart(words, lead.name) if greetable(lead.name) else words.gettext(SOMEBODY)
        return visit.page(
            title=words.gettext(PARENT_SUBJECT),
            paragraphs=[words.gettext(PARENT_TEXT, name=name, request=words.gettext(definition.request))],
            buttons=[Button(label=words.gettext(PARENT_BUTTON))],
        )
    return visit.page(
        title=words.gettext(CONFIRM_TITLE),
        paragraphs=[words.gettext(CONFIRM_ASK), left_to_right(lead.email)],
        buttons=[Button(label=words.gettext(CONFIRM_BUTTON))],
    )


@links.post("/confirm/<token>")
@linked("confirm")
def do_confirm(visit: Visit) -> Response:
    lead, kit = visit.lead, services()
    now, project = kit.clock(), kit.project()
    # What was asked for by a form that has left the project is no longer given.
    if lead.form not in project.forms or deeds.expired(lead, now):
        return visit.closing(EXPIRED_TITLE, EXPIRED_TEXT)
    visit = visit.now_as(settle(kit.writer.run(lambda c: kit.desk.confirm(c, lead, now))).lead)
    return visit.ended() if visit.lead.withdrawn_at or visit.lead.erased_at else _confirmed(visit)


def _confirmed(visit: Visit) -> Response:
    kit, lead, words = services(), visit.lead, visit.words
    definition = kit.project().forms[lead.form]
    url = delivered_url(kit.project(), visit.market, visit.locale, definition)
    further = [
        (words.gettext(RECEIPT_TITLE), receipt_url(visit.market, kit.settings.secret_key, lead)),
        (words.gettext(HELD_TITLE), privacy_url(visit.market, kit.settings.secret_key, lead)),
    ]
    return visit.page(
        title=words.gettext(CONFIRMED_TITLE), focus=True,
        paragraphs=[words.gettext(CONFIRMED_TEXT, request=words.gettext(definition.request))],
        facts=[(words.gettext(RECEIPT), left_to_right(lead.receipt))],
        action=(words.gettext(OPEN_IT), url) if url else None,
        links=further,
    )  # fmt: skip


@links.get("/unsubscribe/<token>")
@linked("unsubscribe", until=())
def show_unsubscribe(visit: Visit) -> Response:
    kit = services()
    with reading(kit.engine) as connection:
        if all(one.withdrawn_at or one.erased_at for one in kit.desk.leads_of(connection, visit.lead)):
            return visit.ended()
    words = visit.words
    return visit.page(
        title=words.gettext(UNSUBSCRIBE_TITLE),
        paragraphs=[words.gettext(UNSUBSCRIBE_ASK), left_to_right(visit.lead.email)],
        buttons=[Button(label=words.gettext(UNSUBSCRIBE_BUTTON))],
    )


@links.post("/unsubscribe/<token>")
@linked("unsubscribe", until=())
def do_unsubscribe(visit: Visit) -> Response:
    """Ends everything that this address agreed to, from our own page or by RFC 8058's one-click body; 200 without
    redirect or cookie."""
    kit = services()
    now = kit.clock()
    settle(kit.writer.run(lambda c: kit.desk.withdraw(c, visit.lead, now)))
    return visit.closing(UNSUBSCRIBED_TITLE, UNSUBSCRIBED_TEXT)
