"""Behind the link of the letter that asks whether consent stands. GET shows, POST answers."""

from __future__ import annotations

from flask import Blueprint, Response

from forms_api.deeds import open_question, reconfirm
from forms_api.letters import privacy_url, unsubscribe_url
from forms_api.pages import Button
from forms_api.reminders import RECONFIRM_BUTTON, RECONFIRM_SUBJECT
from forms_api.routes.linked import Visit, left_to_right, linked
from forms_api.routes.links import EXPIRED_TITLE, HELD_TITLE, UNSUBSCRIBE_TITLE
from forms_api.routes.submissions import services
from forms_api.store import schedule as store
from forms_api.store.engine import reading
from leadcore.rendering.i18n import N_

reconfirmation = Blueprint("reconfirmation", __name__)

ASK_TEXT = N_("You agreed to this on our website:")
ASK_ADDRESS = N_("This is about your address:")
THANKS_TITLE = N_("Thank you. Everything goes on as before")
THANKS_TEXT = N_("You can end it at any time with the link in every mail.")
TOO_OLD_TEXT = N_("What you agreed to has ended. If you want it again, fill in the form on our page.")


@reconfirmation.get("/reconfirm/<token>")
@linked("reconfirm")
def show_reconfirm(visit: Visit) -> Response:
    kit, words = services(), visit.words
    if visit.events and _answered(visit):
        return _thanks(visit)
    with reading(kit.engine) as connection:
        person = store.person_of(connection, visit.lead.id)
    asked = open_question(person, visit.lead, kit.clock().date())
    if asked is None:
        return visit.closing(EXPIRED_TITLE, TOO_OLD_TEXT)
    agreed = [str(box["wording"]) for box in asked.uses.values() if box.get("wording")]
    return visit.page(
        title=words.gettext(RECONFIRM_SUBJECT),
        paragraphs=[
            *([words.gettext(ASK_TEXT), *(f"– {text}" for text in agreed)] if agreed else []),
            words.gettext(ASK_ADDRESS),
            left_to_right(visit.lead.email),
        ],
        buttons=[Button(label=words.gettext(RECONFIRM_BUTTON))],
        links=[(words.gettext(UNSUBSCRIBE_TITLE), unsubscribe_url(visit.market, kit.settings.secret_key, visit.lead))],
    )


@reconfirmation.post("/reconfirm/<token>")
@linked("reconfirm")
def do_reconfirm(visit: Visit) -> Response:
    kit, lead = services(), visit.lead
    now = kit.clock()
    if kit.writer.run(lambda connection: reconfirm(connection, lead, now)) or _answered(visit):
        return _thanks(visit)
    return visit.closing(EXPIRED_TITLE, TOO_OLD_TEXT)


def _answered(visit: Visit) -> bool:
    """Whether the last question was answered, and nothing has ended since."""
    kinds = [e.event for e in visit.events if e.event in ("reconfirm_asked", "reconfirmed", "expired", "withdrawn")]
    return bool(kinds) and kinds[-1] == "reconfirmed"


def _thanks(visit: Visit) -> Response:
    words = visit.words
    held = privacy_url(visit.market, services().settings.secret_key, visit.lead)
    return visit.page(
        title=words.gettext(THANKS_TITLE),
        paragraphs=[words.gettext(THANKS_TEXT)],
        links=[(words.gettext(HELD_TITLE), held)],
        focus=True,
    )
