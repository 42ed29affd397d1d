"""The mails a lead gets, in its own locale: confirm, here it is, and the nurture sequence. Text and HTML, as payloads.

Pure: a lead and its project go in, payloads for the mail destination come out.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from forms_api.tokens import make_token
from leadcore.model.forms import FormDefinition
from leadcore.model.leads import Lead
from leadcore.model.markets import Market
from leadcore.model.pages import Document
from leadcore.model.project import Project
from leadcore.rendering.frame import make_frame, words_for
from leadcore.rendering.i18n import N_, Translator
from leadcore.rendering.links import link_rewriter
from leadcore.rendering.markdown import markdown_to_html
from leadcore.rendering.plain import plain_text
from leadcore.rendering.templating import environment

_LONGEST_GREETING = 60
_LINK = re.compile(r"://|www\.|\w\.[a-z]{2,}(/|$|\s)", re.I)

CONFIRM_SUBJECT = N_("Confirm your email address")
CONFIRM_TEXT = N_("Somebody, most likely you, asked us for this with your address: {request}.")
CONFIRM_DO = N_("Press the button to confirm that the address is yours. Then we see to your request.")
CONFIRM_BOXES = N_("You also agreed to this:")
CONFIRM_NOT_YOU = N_("If it was not you, do nothing. We write no second time.")
CONFIRM_BUTTON = N_("Confirm my address")
DELIVER_SUBJECT = N_("Here is what you asked for")
DELIVER_TEXT = N_("Here is what you asked for: {request}.")
DELIVER_BUTTON = N_("Open it")
HELLO = N_("Hello {name},")
HELLO_NOBODY = N_("Hello,")
WHY_REQUEST = N_("You get this mail because a form on our website was filled in with your address.")
WHY_NEWS = N_("You get this mail because you agreed to it on our website.")


def privacy_url(market: Market, secret_key: str, lead: Lead) -> str:
    return f"{market.forms_url}/privacy/{make_token(secret_key, 'privacy', lead.id)}"


def unsubscribe_url(market: Market, secret_key: str, lead: Lead) -> str:
    return f"{market.forms_url}/unsubscribe/{make_token(secret_key, 'unsubscribe', lead.id)}"


def confirm_url(market: Market, secret_key: str, lead: Lead) -> str:
    return f"{market.forms_url}/confirm/{make_token(secret_key, 'confirm', lead.id)}"


def delivered_url(project: Project, market: Market, locale: str, definition: FormDefinition) -> str:
    """The address of what the form gives, or an empty string where it gives nothing to open."""
    if not definition.delivers:
        return ""
    found = link_rewriter(project, market, locale, absolute=True)(definition.delivers)
    return "" if found in (None, "#") else str(found)


def confirm_mail(
    project: Project, market: Market, definition: FormDefinition, lead: Lead, boxes: Sequence[str], secret_key: str
) -> Mapping[str, object]:
    """The mail that asks to confirm the address. It carries no advertising (BGH I ZR 164/09; fact base section 2.2, 6)."""
    words = words_for(project, market, lead.locale)
    before = [
        words.gettext(CONFIRM_TEXT, request=words.gettext(definition.request)),
        *([words.gettext(CONFIRM_BOXES), *(f"– {text}" for text in boxes)] if boxes else []),
        words.gettext(CONFIRM_DO),
    ]
    return _payload(
        project, market, lead, secret_key,
        subject=words.gettext(CONFIRM_SUBJECT),
        paragraphs=before,
        button=(words.gettext(CONFIRM_BUTTON), confirm_url(market, secret_key, lead)),
        after=[words.gettext(CONFIRM_NOT_YOU)],
        why=words.gettext(WHY_REQUEST),
        message_key="confirm",
    )  # fmt: skip


def deliver_mail(
    project: Project, market: Market, definition: FormDefinition, lead: Lead, secret_key: str
) -> Mapping[str, object]:
    """The mail that brings what was asked for, where no confirmation has to come first."""
    words = words_for(project, market, lead.locale)
    url = delivered_url(project, market, lead.locale, definition)
    return _payload(
        project, market, lead, secret_key,
        subject=words.gettext(DELIVER_SUBJECT),
        paragraphs=[words.gettext(DELIVER_TEXT, request=words.gettext(definition.request))],
        button=(words.gettext(DELIVER_BUTTON), url) if url else None,
        after=[],
        why=words.gettext(WHY_REQUEST),
        message_key="deliver",
    )  # fmt: skip


def sequence_mails(
    project: Project, market: Market, definition: FormDefinition, lead: Lead, secret_key: str, now: dt.datetime
) -> list[tuple[str, dt.datetime, Mapping[str, object]]]:
    """(name, when due, payload) of each mail of the form's nurture sequence, counted in days from `now`."""
    words = words_for(project, market, lead.locale)
    found = []
    for key in project.sequences.get(definition.sequence, ()):
        document = project.document(key, market, lead.locale)
        if document is None:
            continue
        days = document.meta.get("after_days", 0)
        due = now + dt.timedelta(days=days if isinstance(days, int) else 0)
        name = f"{key.group}/{key.name}"
        found.append((name, due, _document_payload(project, market, lead, secret_key, words, document, name)))
    return found


def _document_payload(
    project: Project, market: Market, lead: Lead, secret_key: str, words: Translator, document: Document, name: str
) -> Mapping[str, object]:
    rewrite = link_rewriter(project, market, lead.locale, absolute=True)
    markdown = "\n\n".join(b.markdown for b in document.blocks)
    return _payload(
        project, market, lead, secret_key,
        subject=document.title,
        preheader=str(document.meta.get("preheader", "")),
        paragraphs=[],
        body_html=markdown_to_html(markdown, rewrite),
        body_text=plain_text(markdown, rewrite),
        button=None,
        after=[],
        why=words.gettext(WHY_NEWS),
        message_key=name.replace("/", "."),
    )  # fmt: skip


def _payload(
    project: Project,
    market: Market,
    lead: Lead,
    secret_key: str,
    *,
    subject: str,
    paragraphs: Sequence[str],
    button: tuple[str, str] | None,
    after: Sequence[str],
    why: str,
    message_key: str,
    preheader: str = "",
    body_html: Markup | None = None,
    body_text: str = "",
) -> Mapping[str, object]:
    words = words_for(project, market, lead.locale)
    unsubscribe = unsubscribe_url(market, secret_key, lead)
    values = {
        "frame": make_frame(project, market, lead.locale, absolute=True),
        "subject": subject,
        "preheader": preheader,
        "greeting": words.gettext(HELLO, name=lead.name) if greetable(lead.name) else words.gettext(HELLO_NOBODY),
        "paragraphs": paragraphs,
        "body_html": body_html or "",
        "body_text": body_text,
        "button": button,
        "after": after,
        "why": why,
        "unsubscribe_url": unsubscribe,
        "privacy_url": privacy_url(market, secret_key, lead),
        "contact": market.controller.email,
    }
    env = environment(project.root, lead.locale, market.country)
    host = market.controller.email.rpartition("@")[2]
    return {
        "from": _sender(values["frame"].brand, market.controller.email),  # type: ignore[attr-defined]
        "to": lead.email,
        "subject": subject,
        "text": env.get_template("mail.txt").render(**values),
        "html": env.get_template("mail.html").render(**values),
        "locale": lead.locale,
        "message_id": f"<{lead.id}.{message_key}@{host}>",
        "headers": {
            "List-Unsubscribe": f"<{unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    }


def greetable(name: str) -> bool:
    """Whether a name may stand in a mail to an address that nobody has confirmed: no link, no advertisement's length."""
    return bool(name) and len(name) <= _LONGEST_GREETING and not _LINK.search(name)


def _sender(brand: str, address: str) -> str:
    quoted = brand.replace("\\", "").replace('"', "")
    return f'"{quoted}" <{address}>'
