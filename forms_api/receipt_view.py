"""A consent receipt as its page shows it, in the visitor's language: the same facts as the JSON-LD. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from leadcore.consent.notice_wording import COMPLAINTS, HOW_LONG, RECIPIENTS, RIGHTS, WHAT, WHERE, WHO
from leadcore.consent.records import ConsentRecord, State
from leadcore.model.forms import FormDefinition
from leadcore.model.leads import ConsentEvent, Lead
from leadcore.model.locales import direction
from leadcore.model.markets import Market
from leadcore.rendering.autolinks import linked
from leadcore.rendering.i18n import N_, Translator
from leadcore.rendering.minor_fields import AGE, PARENT
from leadcore.rendering.notice_facts import ROLES

TITLE = N_("Your consent receipt")
INTRO = N_("This is your proof of what you agreed to, when, and in which words. Download it, or keep the address of this page.")
NUMBER = N_("Receipt number")
RULES = N_("Whose rules apply")
DIGEST = N_("Digest of the notice")
NOTHING = N_("Nothing beyond your request")
AGREED = N_("You agreed to")
SHOWN = N_("What you were shown")
DOWNLOAD = N_("Download the receipt")
WITHDRAW = N_("Withdraw your consent")
STATES: dict[State, str] = {
    "requested": N_("You ticked this box; it counts once it is confirmed"),
    "given": N_("You agreed"),
    "renewed": N_("You agreed again"),
    "refused": N_("You did not agree"),
    "expired": N_("Your consent ran out"),
    "withdrawn": N_("You withdrew your consent"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentLine:
    """One consent: its wording, and what became of it as (when, what)."""

    wording: str
    history: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptView:
    """What the page of a receipt shows. `facts` are (label, value); `shown` are the lines of the notice, in `shown_lang`."""

    title: str
    intro: str
    agreed: str
    nothing: str
    consents: tuple[ConsentLine, ...]
    facts: tuple[tuple[str, object], ...]
    shown_title: str
    shown: tuple[str, ...]
    shown_lang: str
    shown_dir: str
    links: tuple[tuple[str, str], ...]


def receipt_view(
    words: Translator,
    market: Market,
    lead: Lead,
    definition: FormDefinition | None,
    events: Sequence[ConsentEvent],
    records: Sequence[ConsentRecord],
    *,
    download_url: str,
    withdraw_url: str,
) -> ReceiptView:
    """The page of a lead's receipt. Without a record nothing was agreed to, and there is nothing to download or withdraw."""
    first = next((e for e in events if e.notice_text), None)
    links = [(words.gettext(DOWNLOAD), download_url)] if records else []
    if any(record.state in ("given", "renewed", "requested") for record in records):
        links.append((words.gettext(WITHDRAW), withdraw_url))
    language = (first.notice_language if first else "") or lead.locale
    return ReceiptView(
        title=words.gettext(TITLE),
        intro=words.gettext(INTRO),
        agreed=words.gettext(AGREED),
        nothing=words.gettext(NOTHING),
        consents=tuple(_line(words, market, record) for record in records),
        facts=tuple(_facts(words, market, lead, definition, first)),
        shown_title=words.gettext(SHOWN),
        shown=tuple(first.notice_text.split("\n")) if first else (),
        shown_lang=language,
        shown_dir=direction(language),
        links=tuple(links),
    )


def _line(words: Translator, market: Market, record: ConsentRecord) -> ConsentLine:
    events = sorted(record.events, key=lambda event: event.at)
    history = ((words.datetime(e.at, market.time_zone), words.gettext(STATES[e.state])) for e in events if e.state in STATES)
    return ConsentLine(wording=record.purpose, history=tuple(history))


def _facts(
    words: Translator, market: Market, lead: Lead, definition: FormDefinition | None, first: ConsentEvent | None
) -> list[tuple[str, object]]:
    controller, privacy, language = market.controller, market.privacy, words.language
    added = [field for field in (AGE, PARENT) if field.name in lead.answers]
    labels = (words.gettext(f.label).rstrip(" ?？؟") for f in (*definition.fields, *added) if f.label) if definition else ()
    facts: list[tuple[str, object]] = [
        (words.gettext(NUMBER), Markup('<bdi dir="ltr">{}</bdi>').format(lead.receipt)),
        (words.gettext(WHO), Markup("{}<br>{}<br>{}").format(controller.name_in(language), controller.address_in(language), linked(controller.email))),
        (words.gettext(WHAT), words.join(labels)),
        (words.gettext(WHERE), words.territory(privacy.storage_country)),
        (words.gettext(HOW_LONG), words.ngettext("{n} month", "{n} months", privacy.retention_months)),
    ]
    if privacy.recipients:
        names = (words.gettext(ROLES[r.role], name=r.name_in(language), country=words.territory(r.country)) for r in privacy.recipients)
        facts.append((words.gettext(RECIPIENTS), words.join(names)))
    facts.append((words.gettext(RIGHTS), linked(controller.privacy_contact_in(language) or controller.email)))
    if authority := privacy.authority.get(language):
        facts.append((words.gettext(COMPLAINTS), linked(f"{authority} {privacy.authority_url}".strip())))
    if first:
        facts.append((words.gettext(RULES), words.join(_place(words, code) for code in first.regimes)))
        facts.append((words.gettext(DIGEST), Markup('<bdi dir="ltr" class="code">{}</bdi>').format(first.notice_digest)))
    return [fact for fact in facts if fact[1]]


def _place(words: Translator, code: str) -> str:
    """The name of the country whose rules a code stands for, the code itself where it is a part of one."""
    country, _, part = code.partition("-")
    return f"{words.territory(country)} ({code})" if part else words.territory(country)
