"""The letters that time sends: whether consent still stands, and the one reminder of a confirmation mail. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from forms_api.letters import (
    CONFIRM_BOXES,
    CONFIRM_BUTTON,
    CONFIRM_DO,
    WHY_NEWS,
    WHY_REQUEST,
    confirm_url,
    letter_payload,
)
from forms_api.tokens import make_token
from leadcore.model.forms import FormDefinition
from leadcore.model.leads import Lead
from leadcore.model.markets import Market
from leadcore.model.project import Project
from leadcore.rendering.frame import words_for
from leadcore.rendering.i18n import N_

RECONFIRM_SUBJECT = N_("Do you still want to hear from us?")
RECONFIRM_AGREED = N_("On {date} you agreed to this on our website:")
RECONFIRM_DO = N_("If this is still right for you, press the button. Everything then goes on as before.")
RECONFIRM_KEEPS = N_("You can also do nothing: then your agreement stays as it is.")
RECONFIRM_ENDS = N_("If we hear nothing from you by {date}, your agreement ends and we stop.")
RECONFIRM_ERASES = N_("If we hear nothing from you by {date}, we delete what we hold about you.")
RECONFIRM_STOP = N_("If you want to end it now, use the link at the foot of this mail.")
RECONFIRM_BUTTON = N_("Yes, go on")
REMIND_SUBJECT = N_("A reminder: confirm your email address")
REMIND_TEXT = N_("On {date} somebody, most likely you, asked us for this with your address: {request}. Your confirmation is still missing.")
REMIND_LAST = N_("If it was not you, do nothing. This is our only reminder; without a confirmation we delete what was sent.")


def reconfirm_url(market: Market, secret_key: str, lead: Lead) -> str:
    """Where the person says that consent stands."""
    return f"{market.forms_url}/reconfirm/{make_token(secret_key, 'reconfirm', lead.id)}"


def reconfirm_mail(
    project: Project,
    market: Market,
    lead: Lead,
    secret_key: str,
    *,
    agreed: Sequence[str],
    agreed_on: dt.date,
    asked_on: dt.date,
    deadline: dt.date | None,
    erases: bool,
) -> Mapping[str, object]:
    """The letter that tells what was agreed to and when, and asks whether it stands.

    It names how to keep and how to end it (KR, Decree to the Network Act art. 62-3). `deadline` is the day on which
    silence ends it, or erases the lead, None where silence keeps it.
    """
    words = words_for(project, market, lead.locale)
    if deadline is None:
        silence = words.gettext(RECONFIRM_KEEPS)
    else:
        silence = words.gettext(RECONFIRM_ERASES if erases else RECONFIRM_ENDS, date=words.date(deadline))
    return letter_payload(
        project, market, lead, secret_key,
        subject=words.gettext(RECONFIRM_SUBJECT),
        paragraphs=[
            words.gettext(RECONFIRM_AGREED, date=words.date(agreed_on)),
            *(f"– {text}" for text in agreed),
            words.gettext(RECONFIRM_DO),
        ],
        button=(words.gettext(RECONFIRM_BUTTON), reconfirm_url(market, secret_key, lead)),
        after=[silence, words.gettext(RECONFIRM_STOP)],
        why=words.gettext(WHY_NEWS),
        message_key=f"reconfirm.{asked_on.isoformat()}",
    )  # fmt: skip


def reminder_mail(
    project: Project, market: Market, definition: FormDefinition, lead: Lead, boxes: Sequence[str], secret_key: str
) -> Mapping[str, object]:
    """The one reminder of a confirmation mail. It carries no advertising, like the mail before it."""
    words = words_for(project, market, lead.locale)
    asked_on = words.date(lead.submitted_at.date())
    return letter_payload(
        project, market, lead, secret_key,
        subject=words.gettext(REMIND_SUBJECT),
        paragraphs=[
            words.gettext(REMIND_TEXT, date=asked_on, request=words.gettext(definition.request)),
            *([words.gettext(CONFIRM_BOXES), *(f"– {text}" for text in boxes)] if boxes else []),
            words.gettext(CONFIRM_DO),
        ],
        button=(words.gettext(CONFIRM_BUTTON), confirm_url(market, secret_key, lead)),
        after=[words.gettext(REMIND_LAST)],
        why=words.gettext(WHY_REQUEST),
        message_key="remind",
    )  # fmt: skip
