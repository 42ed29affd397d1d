"""The mails a lead gets, in its own locale: confirm, here it is, and the nurture sequence. Text and HTML, as payloads.

Pure: a lead and its project go in, payloads for the mail destination come out.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace

from markupsafe import Markup

from forms_api.recipients import allowed_at, marks_of
from forms_api.tokens import make_token
from leadcore.consent.identification import Identification
from leadcore.consent.terms import PARENT
from leadcore.model import addresses
from leadcore.model.forms import FormDefinition
from leadcore.model.leads import Lead
from leadcore.model.markets import Market
from leadcore.model.pages import Document
from leadcore.model.project import Project
from leadcore.rendering.field_types.base import clean_line
from leadcore.rendering.frame import make_frame, words_for
from leadcore.rendering.i18n import N_, Translator
from leadcore.rendering.links import link_rewriter
from leadcore.rendering.markdown import markdown_to_html
from leadcore.rendering.plain import plain_text
from leadcore.rendering.templating import environment

_LONGEST_GREETING = 60
_LONE_LINK = re.compile(r'<p><a (href="[^"]*")>([^<]*)</a></p>')
_LINK = re.compile(r"://|www\.|\w\.[a-z]{2,}(/|$|\s)", re.I)

CONFIRM_SUBJECT = N_("Confirm your email address")
CONFIRM_TEXT = N_("Somebody, most likely you, asked us for this with your address: {request}.")
CONFIRM_DO = N_("Press the button to confirm that the address is yours. Then we see to your request.")
CONFIRM_BOXES = N_("You also agreed to this:")
CONFIRM_NOT_YOU = N_("If it was not you, do nothing. We write no second time.")
CONFIRM_NOT_YOU_REMINDED = N_("If it was not you, do nothing. We write once more, then we delete what was sent.")
CONFIRM_BUTTON = N_("Confirm my address")
PARENT_SUBJECT = N_("A young person asks for your agreement")
PARENT_TEXT = N_("{name} asked us for this and gave us your address as that of a parent or guardian: {request}.")
PARENT_BOXES = N_("This would also be agreed to, for messages to your address:")
PARENT_DO = N_("Press the button if you agree. Then we send it to you, to pass on.")
PARENT_NOT = N_("If you do not agree, do nothing. We write no second time, and after {days} days we delete what was sent.")
PARENT_BUTTON = N_("Yes, I agree as a parent or guardian")
WHY_PARENT = N_("You get this mail because a young person named you as a parent or guardian in a form on our website.")
SOMEBODY = N_("Somebody")
DELIVER_SUBJECT = N_("Here is what you asked for")
DELIVER_TEXT = N_("Here is what you asked for: {request}.")
DELIVER_BUTTON = N_("Open it")
HELLO = N_("Hello {name},")
HELLO_NOBODY = N_("Hello,")
ADVERTISEMENT = N_("Advertisement")
FOOT_ADVERTISING = N_("This is advertising from {controller}.")
FOOT_FREE = N_("You can stop these messages at any time, free of charge, with the link below.")
FOOT_IMPRINT = N_("Imprint: {url}")
WHY_REQUEST = N_("You get this mail because a form on our website was filled in with your address.")
WHY_NEWS = N_("You get this mail because you agreed to it on our website.")


def privacy_url(market: Market, secret_key: str, lead: Lead) -> str:
    return f"{market.forms_url}/privacy/{make_token(secret_key, 'privacy', lead.id)}"


def unsubscribe_url(market: Market, secret_key: str, lead: Lead) -> str:
    return f"{market.forms_url}/unsubscribe/{make_token(secret_key, 'unsubscribe', lead.id)}"


def confirm_url(market: Market, secret_key: str, lead: Lead) -> str:
    return f"{market.forms_url}/confirm/{make_token(secret_key, 'confirm', lead.id)}"


def receipt_url(market: Market, secret_key: str, lead: Lead) -> str:
    return f"{market.forms_url}/receipt/{make_token(secret_key, 'receipt', lead.id)}"


def delivered_url(project: Project, market: Market, locale: str, definition: FormDefinition) -> str:
    """The address of what the form gives, or an empty string where it gives nothing to open."""
    if not definition.delivers:
        return ""
    found = link_rewriter(project, market, locale, absolute=True)(definition.delivers)
    return "" if found in (None, "#") else str(found)


def confirm_mail(
    project: Project,
    market: Market,
    definition: FormDefinition,
    lead: Lead,
    boxes: Sequence[str],
    secret_key: str,
    *,
    reminds: bool = False,
) -> Mapping[str, object]:
    """The mail that asks to confirm the address. It carries no advertising (BGH I ZR 164/09; fact base section 2.2, 6).

    `reminds` when one reminder may follow: the mail then says so.
    """
    words = words_for(project, market, lead.locale)
    before = [
        words.gettext(CONFIRM_TEXT, request=words.gettext(definition.request)),
        *([words.gettext(CONFIRM_BOXES), *(f"– {text}" for text in boxes)] if boxes else []),
        words.gettext(CONFIRM_DO),
    ]
    return letter_payload(
        project, market, lead, secret_key,
        subject=words.gettext(CONFIRM_SUBJECT),
        paragraphs=before,
        button=(words.gettext(CONFIRM_BUTTON), confirm_url(market, secret_key, lead)),
        after=[words.gettext(CONFIRM_NOT_YOU_REMINDED if reminds else CONFIRM_NOT_YOU)],
        why=words.gettext(WHY_REQUEST),
        message_key="confirm",
    )  # fmt: skip


def parent_mail(
    project: Project, market: Market, definition: FormDefinition, lead: Lead, boxes: Sequence[str], secret_key: str
) -> Mapping[str, object]:
    """The mail that asks a parent, at the address a child gave, for the agreement (GDPR art. 8(2)). No advertising."""
    words = words_for(project, market, lead.locale)
    name = apart(words, lead.name) if greetable(lead.name) else words.gettext(SOMEBODY)
    before = [
        words.gettext(PARENT_TEXT, name=name, request=words.gettext(definition.request)),
        *([words.gettext(PARENT_BOXES), *(f"– {text}" for text in boxes)] if boxes else []),
        words.gettext(PARENT_DO),
    ]
    return letter_payload(
        project, market, replace(lead, name="", answers={}), secret_key,
        subject=words.gettext(PARENT_SUBJECT),
        paragraphs=before,
        button=(words.gettext(PARENT_BUTTON), confirm_url(market, secret_key, lead)),
        after=[words.gettext(PARENT_NOT, days=words.number(PARENT.days))],
        why=words.gettext(WHY_PARENT),
        message_key="parent",
    )  # fmt: skip


def deliver_mail(
    project: Project, market: Market, definition: FormDefinition, lead: Lead, secret_key: str
) -> Mapping[str, object]:
    """The mail that brings what was asked for, where no confirmation has to come first."""
    words = words_for(project, market, lead.locale)
    url = delivered_url(project, market, lead.locale, definition)
    return letter_payload(
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
        wanted = now + dt.timedelta(days=days if isinstance(days, int) else 0)
        due = allowed_at(market, lead, "email", wanted) or wanted
        name = f"{key.group}/{key.name}"
        found.append((name, due, _document_payload(project, market, lead, secret_key, words, document, name, now.date())))
    return found


def _document_payload(
    project: Project, market: Market, lead: Lead, secret_key: str, words: Translator, document: Document, name: str, day: dt.date
) -> Mapping[str, object]:
    rewrite = link_rewriter(project, market, lead.locale, absolute=True)
    markdown = "\n\n".join(b.markdown for b in document.blocks)
    marks = marks_of(market, lead, day)
    return letter_payload(
        project, market, lead, secret_key,
        subject=marks.subject(document.title, words.gettext(ADVERTISEMENT), words.colon),
        preheader=str(document.meta.get("preheader", "")),
        paragraphs=marks.message_labels,
        foot=_foot(market, lead, words, marks),
        body_html=_with_button(markdown_to_html(markdown, rewrite)),
        body_text=plain_text(markdown, rewrite, colon=words.colon.rstrip()),
        button=None,
        after=[],
        why=words.gettext(WHY_NEWS),
        message_key=name.replace("/", "."),
    )  # fmt: skip


def _with_button(html: Markup) -> Markup:
    """The text of a mail; its first link that stands alone in a paragraph is what the mail asks for, and a button."""
    return Markup(_LONE_LINK.sub(r'<p><a class="button" \1>\2</a></p>', str(html), count=1))


def _foot(market: Market, lead: Lead, words: Translator, marks: Identification) -> tuple[str, ...]:
    """What the recipient's law has an advertising message say about itself and its sender."""
    controller, lines = market.controller, []
    if marks.says_advertising or marks.marks_subject:
        lines.append(words.gettext(FOOT_ADVERTISING, controller=controller.name_in(words.language)))
    if marks.says_free_optout:
        lines.append(words.gettext(FOOT_FREE))
    if marks.names_register and controller.registration_in(words.language):
        lines.append(controller.registration_in(words.language))
    if marks.links_imprint:
        lines.append(words.gettext(FOOT_IMPRINT, url=addresses.absolute(market, addresses.legal_path(market, lead.locale, "imprint"))))
    return tuple(lines)


def letter_payload(
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
    foot: Sequence[str] = (),
) -> Mapping[str, object]:
    """A mail in the lead's locale as payload, with the links that every mail carries. `button` is its label and address."""
    words = words_for(project, market, lead.locale)
    unsubscribe = unsubscribe_url(market, secret_key, lead)
    name = called(project, lead)
    values = {
        "frame": make_frame(project, market, lead.locale, absolute=True),
        "subject": subject,
        "preheader": preheader,
        "greeting": words.gettext(HELLO, name=apart(words, name)) if greetable(name) else words.gettext(HELLO_NOBODY),
        "paragraphs": paragraphs,
        "body_html": body_html or "",
        "body_text": body_text,
        "button": button,
        "after": after,
        "why": why,
        "foot": foot,
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


def called(project: Project, lead: Lead) -> str:
    """What the person wants to be called, where a form asked, or else the name."""
    definition = project.forms.get(lead.form)
    field = definition.field("nickname") if definition else None
    return clean_line(str(lead.answers.get(field.name, ""))) or lead.name if field else lead.name


def apart(words: Translator, name: str) -> str:
    """The name in an isolate where it runs against the text. Catalogues of right-to-left languages hold isolates themselves."""
    against = words.direction == "ltr" and any(unicodedata.bidirectional(c) in ("R", "AL") for c in name)
    return f"\u2068{name}\u2069" if against else name


def greetable(name: str) -> bool:
    """Whether a name may stand in a mail to an address that nobody has confirmed: no link, no advertisement's length."""
    return bool(name) and len(name) <= _LONGEST_GREETING and not _LINK.search(name)


def _sender(brand: str, address: str) -> str:
    quoted = brand.replace("\\", "").replace('"', "")
    return f'"{quoted}" <{address}>'
