"""What a form shows about consent: the notice in every language owed, the boxes, and the digest over all of it.

The page and the API build it from the same regimes, market facts and words, so they cannot disagree.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from leadcore.consent.notices import NoticeFacts, NoticeParagraph, notice_digest, render_notice
from leadcore.consent.page_rules import FormRequirements, requirements
from leadcore.consent.regimes import eea_states
from leadcore.model import addresses
from leadcore.model.forms import FormDefinition
from leadcore.model.locales import direction, language_of
from leadcore.model.markets import Market
from leadcore.model.project import Project
from leadcore.rendering.frame import words_for
from leadcore.rendering.i18n import N_, Translator, catalog_path

TITLE = N_("How we use your data")
SUMMARY = N_("{controller} uses what you enter to answer your request. We do nothing else with it unless you tick a box.")
MORE = N_("Read the whole privacy notice")
ANSWERING = N_("giving you what you ask for: {request}")
ROLES = {
    "hosting": N_("{name} ({country}): runs the computers"),
    "mail": N_("{name} ({country}): delivers our mail"),
    "crm": N_("{name} ({country}): keeps our customer records"),
    "calls": N_("{name} ({country}): makes calls for us"),
}
BASES = {
    "contract": N_("standard contractual clauses"),
    "adequacy": N_("a decision that data is protected well enough there"),
    "consent": N_("your consent"),
}
TRANSFER_BOX = N_("I agree that my data is kept in another country, where other data protection rules apply: {country}.")
EXPLICIT_BOX = N_("I give my explicit consent to the use of my data as this notice describes it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One unticked box. `needed` boxes are consents without which the data may not be kept."""

    name: str
    use: str
    purpose: str
    text: str
    needed: bool = False


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
    """All that a form shows about consent. `missing_languages` are owed, but the project does not have them."""

    requirements: FormRequirements
    notices: tuple[NoticeView, ...]
    boxes: tuple[Box, ...]
    text: str
    digest: str
    missing_languages: tuple[str, ...]


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
) -> ConsentView:
    """The consent part of a form for a visitor as far as known; without residence, as the static page shows it."""
    needs = requirements(market.jurisdiction, residence or None, region or None, phone or None, today=today)
    boxes = _boxes(project, market, locale, form, needs, residence)
    languages, missing = _languages(project, locale, needs)
    notices, texts = [], []
    for tag in languages:
        words = words_for(project, market, tag)
        shown = boxes if tag == locale else _boxes(project, market, tag, form, needs, residence)
        notice = render_notice(needs.notice_items, notice_facts(project, market, tag, form), words.gettext, lang=tag, boxes=())
        summary = words.gettext(SUMMARY, controller=market.controller.name_in(words.language))
        title = words.gettext(TITLE)
        notices.append(
            NoticeView(lang=tag, dir=direction(tag), title=title, summary=summary, more=words.gettext(MORE), paragraphs=notice.paragraphs)
        )
        box_lines = [f"[ ] {b.text}" for b in shown]
        texts.append("\n".join([title, summary, "", notice.text, *([""] if box_lines else []), *box_lines]))
    text = "\n\n".join(texts)
    return ConsentView(
        requirements=needs,
        notices=tuple(notices),
        boxes=boxes,
        text=text,
        digest=notice_digest(text, locale, [b.name for b in boxes]),
        missing_languages=missing,
    )


def _languages(project: Project, locale: str, needs: FormRequirements) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The page's own language, then those owed beside it; and those owed that no catalogue serves."""
    shown, missing = [locale], []
    for tag in needs.languages.shown:
        if language_of(tag) == language_of(locale):
            continue
        source = language_of(project.site.source_locale) == tag
        if source or catalog_path(project.root, tag, "messages").is_file():
            shown.append(tag)
        else:
            missing.append(tag)
    return tuple(shown), tuple(missing)


def _boxes(
    project: Project, market: Market, locale: str, form: FormDefinition, needs: FormRequirements, residence: str
) -> tuple[Box, ...]:
    words = words_for(project, market, locale)
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


def goes_abroad(home: str, storage: str) -> bool:
    """Whether data of someone at home in one country and kept in another leaves its legal area; the EEA is one area."""
    if home == storage:
        return False
    return not (_in_eea(home) and _in_eea(storage))


def _in_eea(country: str) -> bool:
    return country == "EU" or country in eea_states()


def notice_facts(project: Project, market: Market, locale: str, form: FormDefinition) -> NoticeFacts:
    """What the notice of a form can say in a locale, from the market's file and the form's definition."""
    words = words_for(project, market, locale)
    language, controller, privacy = words.language, market.controller, market.privacy
    privacy_locale = locale if locale in market.locales else market.locales[0]
    url = addresses.absolute(market, addresses.legal_path(market, privacy_locale, "privacy"))
    recipients = tuple(
        words.gettext(ROLES[r.role], name=r.name_in(language), country=words.territory(r.country)) for r in privacy.recipients
    )
    abroad = tuple(sorted({words.territory(r.country) for r in privacy.recipients if goes_abroad(market.country, r.country)}))
    request = words.gettext(ANSWERING, request=words.gettext(form.request))
    labels = _labels(words, form, required=False)
    return NoticeFacts(
        controller=controller.name_in(language),
        contact_email=controller.email,
        privacy_url=url,
        purposes=(request, *(words.gettext(p.summary) for p in form.purposes)),
        necessary_purposes=(request,),
        voluntary_purposes=tuple(words.gettext(p.summary) for p in form.purposes),
        goods_or_services=(words.gettext(form.request),),
        data_categories=labels,
        data_items=labels,
        required_fields=_labels(words, form, required=True),
        postal_address=controller.address_in(language),
        phone=controller.phone,
        registration_number=controller.registration_in(language),
        privacy_contact=controller.privacy_contact_in(language),
        dpo_contact=controller.privacy_contact_in(language),
        representative=controller.representative,
        authority=privacy.authority.get(language, ""),
        authority_url=privacy.authority_url,
        recipients=recipients,
        overseas_recipients=tuple(
            words.gettext(ROLES[r.role], name=r.name_in(language), country=words.territory(r.country))
            for r in privacy.recipients
            if goes_abroad(market.country, r.country)
        ),
        transfer_countries=abroad,
        transfer_safeguards=words.gettext(BASES[privacy.transfer_basis]) if privacy.transfer_basis in BASES else "",
        storage_country=words.territory(privacy.storage_country),
        retention_months=privacy.retention_months,
        retention=words.ngettext("{n} month", "{n} months", privacy.retention_months),
        withdraw_url=url,
        rights_url=url,
    )


def _labels(words: Translator, form: FormDefinition, *, required: bool) -> tuple[str, ...]:
    return tuple(
        words.gettext(f.label).rstrip(" ?？؟") for f in form.fields if f.label and (f.required or not required)
    )


def box_texts(boxes: Sequence[Box]) -> tuple[str, ...]:
    return tuple(b.text for b in boxes)
