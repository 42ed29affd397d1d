"""What a form shows about consent: the notice in every language owed, the boxes, and the digest over all of it.

The page and the API build it from the same regimes, market facts and words, so they cannot disagree.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from leadcore.consent.notices import NoticeParagraph, notice_digest, render_notice
from leadcore.consent.page_rules import FormRequirements, requirements
from leadcore.model.forms import FormDefinition
from leadcore.model.locales import direction, language_of
from leadcore.model.markets import Market
from leadcore.model.project import Project
from leadcore.rendering.frame import words_for
from leadcore.rendering.i18n import N_, Translator, Watching
from leadcore.rendering.notice_facts import applying_items, goes_abroad, notice_facts

TITLE = N_("How we use your data")
SUMMARY = N_("{controller} uses what you enter to answer your request. We do nothing else with it unless you tick a box.")
MORE = N_("Read the whole privacy notice")
TRANSFER_BOX = N_("I agree that my data is kept in another country, where other data protection rules apply: {country}.")
SENDER = N_("Sender of these messages: {controller}")
SENDER_AND_CALLER = N_("Messages and calls come from: {controller}")
EXPLICIT_BOX = N_("I give my explicit consent to the use of my data as this notice describes it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The same words in another language that the law asks for beside the page's own."""

    lang: str
    dir: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One unticked box. `needed` boxes are consents without which the data may not be kept; `also` is its text in the
    other languages of the notice."""

    name: str
    use: str
    purpose: str
    text: str
    needed: bool = False
    also: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """The notice in one language."""

    lang: str
    dir: str
    title: str
    summary: str
    more: str
    paragraphs: tuple[NoticeParagraph, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentView:
    """All that a form shows about consent. `missing_languages` are owed, but no catalogue has the notice in them.

    `sender` names who will write or call, above the boxes, `sender_also` in the other languages; both are empty where no
    box allows that. `stale` holds the language and the source text of each message that has no translation of its own,
    or only one of an older source, and the title in a language that the market's own law asks for and that is missing:
    where there is one, the form is closed in this locale.
    """

    requirements: FormRequirements
    notices: tuple[NoticeView, ...]
    boxes: tuple[Box, ...]
    text: str
    digest: str
    missing_languages: tuple[str, ...]
    sender: str = ""
    sender_also: tuple[Said, ...] = ()
    stale: tuple[tuple[str, str], ...] = ()


def consent_view(
    project: Project,
    market: Market,
    locale: str,
    form: FormDefinition,
    *,
    today: dt.date,
    residence: str = "",
    region: str = "",
    phone: str = "",
    ip_country: str = "",
) -> ConsentView:
    """The consent part of a form for a visitor as far as known; without residence, as the static page shows it."""
    needs = requirements(market.jurisdiction, residence or None, region or None, phone or None, today=today, ip_country=ip_country)
    languages, missing = _languages(project, market, locale, needs)
    notices, texts, senders = [], [], []
    stale = [] if residence else [(tag, TITLE) for tag in missing]
    boxes: list[tuple[Box, ...]] = []
    for tag in languages:
        words = words_for(project, market, tag)
        if language_of(tag) != language_of(project.site.source_locale):
            words = Watching(words)
        shown = _boxes(words, market, form, needs, residence)
        facts = notice_facts(project, market, tag, form, needs=needs, residence=residence, words=words)
        notice = render_notice(applying_items(needs, market, residence), facts, words.gettext, lang=tag, boxes=())
        summary = words.gettext(SUMMARY, controller=market.controller.name_in(words.language))
        title = words.gettext(TITLE)
        notices.append(
            NoticeView(lang=tag, dir=direction(tag), title=title, summary=summary, more=words.gettext(MORE), paragraphs=notice.paragraphs)
        )
        names_sender = _sender(words, market, shown)
        box_lines = [*([names_sender] if names_sender else []), *(f"[ ] {b.text}" for b in shown)]
        texts.append("\n".join([title, summary, "", notice.text, *([""] if box_lines else []), *box_lines]))
        boxes.append(shown)
        senders.append(Said(lang=tag, dir=direction(tag), text=names_sender))
        if isinstance(words, Watching):
            stale += [(tag, message) for message in words.untranslated]
    text = "\n\n".join(texts)
    return ConsentView(
        requirements=needs,
        notices=tuple(notices),
        boxes=_in_all_languages(boxes, languages),
        text=text,
        digest=notice_digest(text, locale, [b.name for b in boxes[0]]),
        missing_languages=missing,
        sender=senders[0].text,
        sender_also=tuple(said for said in senders[1:] if said.text),
        stale=tuple(stale),
    )


def _languages(project: Project, market: Market, locale: str, needs: FormRequirements) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The page's own locale, then those owed beside it, as the market writes them; and the languages owed that no catalogue serves.

    A catalogue serves a language when it has the notice's own heading: one that is empty would say it in English.
    """
    shown, missing = [locale], []
    for language in needs.languages.shown:
        if language == language_of(locale):
            continue
        tag = next((own for own in market.locales if language_of(own) == language), language)
        if language_of(project.site.source_locale) == language or words_for(project, market, tag).has(TITLE):
            shown.append(tag)
        else:
            missing.append(language)
    return tuple(shown), tuple(missing)


def _in_all_languages(boxes: Sequence[tuple[Box, ...]], languages: Sequence[str]) -> tuple[Box, ...]:
    """The boxes in the page's own language, each with its text in the others; `boxes` are in the order of `languages`."""
    first, *others = boxes
    return tuple(
        replace(box, also=tuple(Said(lang=tag, dir=direction(tag), text=row[n].text) for tag, row in zip(languages[1:], others, strict=True)))
        for n, box in enumerate(first)
    )


def _boxes(
    words: Translator, market: Market, form: FormDefinition, needs: FormRequirements, residence: str
) -> tuple[Box, ...]:
    boxes = [
        Box(name=purpose.box_name(use), use=use, purpose=purpose.id, text=words.gettext(message))
        for purpose in form.purposes
        for use, message in purpose.boxes.items()
        if needs.uses[use].basis != "forbidden"
    ]
    if needs.uses["transfer"].box and goes_abroad(residence or market.country, market.privacy.storage_country):
        country = words.territory(market.privacy.storage_country)
        boxes.append(
            Box(name="consent_transfer", use="transfer", purpose="transfer", text=words.gettext(TRANSFER_BOX, country=country), needed=True)
        )
    if "box:explicit_consent:empty" in needs.show:
        boxes.append(
            Box(name="consent_explicit", use="explicit_consent", purpose="explicit", text=words.gettext(EXPLICIT_BOX), needed=True)
        )
    return tuple(boxes)


def _sender(words: Translator, market: Market, boxes: Sequence[Box]) -> str:
    uses = {b.use for b in boxes}
    if not uses & {"email", "sms", "chat", "voice"}:
        return ""
    return words.gettext(SENDER_AND_CALLER if "voice" in uses else SENDER, controller=market.controller.name_in(words.language))
