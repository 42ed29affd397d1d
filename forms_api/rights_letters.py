"""The mails that answer a person's request: the link that opens the data, and the one that confirms a new address. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from forms_api.letters import WHY_REQUEST, letter_payload
from forms_api.store.ids import derived_id
from forms_api.tokens import SHORT_MINUTES
from leadcore.model.leads import Delivery, Lead
from leadcore.model.markets import Market
from leadcore.model.project import Project
from leadcore.rendering.frame import words_for
from leadcore.rendering.i18n import N_

OPEN_SUBJECT = N_("Your link to what we hold about you")
OPEN_TEXT = N_("You asked to see what we hold about you. This link opens it:")
OPEN_BUTTON = N_("Open my data")
LINK_LIVES = N_("The link works for {minutes} minutes. Do not pass this mail on: whoever has it can open your data.")
NOT_YOU = N_("If you did not ask for this, do nothing. Nobody sees your data without this mail.")
ADDRESS_SUBJECT = N_("Confirm your new email address")
ADDRESS_TEXT = N_("You asked us to write to this address from now on. Press the button to confirm it.")
ADDRESS_BUTTON = N_("Yes, use this address")
ADDRESS_NOT_YOU = N_("If you did not ask for this, do nothing. Then nothing changes.")


def open_mail(
    project: Project, market: Market, lead: Lead, secret_key: str, url: str, now: dt.datetime
) -> Delivery:
    """The mail with the link that opens a person's data, to the address that we hold."""
    words = words_for(project, market, lead.locale)
    lives = words.gettext(LINK_LIVES, minutes=words.number(SHORT_MINUTES))
    name = f"privacy-{now:%Y%m%dT%H%M%S%f}"
    payload = letter_payload(
        project, market, lead, secret_key,
        subject=words.gettext(OPEN_SUBJECT),
        paragraphs=[words.gettext(OPEN_TEXT)],
        button=(words.gettext(OPEN_BUTTON), url),
        after=[lives, words.gettext(NOT_YOU)],
        why=words.gettext(WHY_REQUEST),
        message_key=name,
    )  # fmt: skip
    return _mail(lead, name, payload, now)


def address_mail(
    project: Project, market: Market, lead: Lead, secret_key: str, url: str, new_address: str, delivery_id: str, now: dt.datetime
) -> Delivery:
    """The mail to the new address, which is kept in it alone until it is confirmed. It names nobody: the address may be
    another person's."""
    words = words_for(project, market, lead.locale)
    payload = letter_payload(
        project, market, replace(lead, email=new_address, name=""), secret_key,
        subject=words.gettext(ADDRESS_SUBJECT),
        paragraphs=[words.gettext(ADDRESS_TEXT)],
        button=(words.gettext(ADDRESS_BUTTON), url),
        after=[words.gettext(ADDRESS_NOT_YOU)],
        why=words.gettext(WHY_REQUEST),
        message_key=delivery_id,
    )  # fmt: skip
    return replace(_mail(lead, "address", payload, now), id=delivery_id)


def address_mail_id(lead: Lead, now: dt.datetime) -> str:
    """The id of the mail to a new address asked for at this time."""
    return derived_id(lead.id, f"mail/address/{now.isoformat()}")


def _mail(lead: Lead, name: str, payload: Mapping[str, object], now: dt.datetime) -> Delivery:
    return Delivery(
        id=derived_id(lead.id, f"mail/{name}"),
        lead_id=lead.id,
        market=lead.market,
        kind="mail",
        name=name.partition("-")[0],
        destination="mail",
        action="send",
        payload=payload,
        due_at=now,
        created_at=now,
    )
