"""What a form's notice can say: a market's facts in one language, seen from where the visitor lives."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from leadcore.consent.notices import NoticeFacts
from leadcore.consent.page_rules import FormRequirements
from leadcore.consent.regimes import eea_states
from leadcore.model import addresses
from leadcore.model.forms import FormDefinition
from leadcore.model.markets import Market, Recipient
from leadcore.model.project import Project
from leadcore.rendering.field_types.region import shown_fields
from leadcore.rendering.frame import words_for
from leadcore.rendering.i18n import N_, Translator

ANSWERING = N_("giving you what you ask for: {request}")
ROLES = {
    "hosting": N_("{name} ({country}, hosting)"),
    "mail": N_("{name} ({country}, mail delivery)"),
    "crm": N_("{name} ({country}, customer records)"),
    "calls": N_("{name} ({country}, calls)"),
}
BASES = {
    "contract": N_("standard contractual clauses"),
    "adequacy": N_("a decision that data is protected well enough there"),
    "consent": N_("your consent"),
}
#: The bases that protect data abroad, beside allowing it to go there.
SAFEGUARDS = ("contract",)
EEA = N_("European Economic Area")
#: What the GDPR is called under the chains that hold it.
GDPR = {"EU": N_("GDPR"), "GB": N_("UK GDPR")}
#: Items that name the authority of one country; `complaint` would name it a second time in that country's market.
NAMING = {"IN": "complaint_to_board_link", "AR": "complaint_authority_legend"}


def goes_abroad(home: str, storage: str) -> bool:
    """Whether data of someone at home in one country and kept in another leaves its legal area; the EEA is one area."""
    if home == storage:
        return False
    return not (_in_eea(home) and _in_eea(storage))


def _in_eea(country: str) -> bool:
    return country == "EU" or country in eea_states()


def applying_items(needs: FormRequirements, market: Market, residence: str = "") -> tuple[str, ...]:
    """The notice items that have something to say to a visitor who lives here, or in the market's own country."""
    at_home = not goes_abroad(residence or market.country, market.country)
    idle = set()
    if at_home and not market.controller.representative:
        idle.add("representative")
    if at_home and NAMING.get(market.country) in needs.notice_items:
        idle.add("complaint")
    return tuple(item for item in needs.notice_items if item not in idle)


def notice_facts(
    project: Project,
    market: Market,
    locale: str,
    form: FormDefinition,
    *,
    needs: FormRequirements | None = None,
    residence: str = "",
    words: Translator | None = None,
) -> NoticeFacts:
    """What the notice of a form can say in a locale, from the market's file and the form's definition.

    Without a residence the visitor is taken to live in the market's country; without `needs` no law is named.
    `words` are those of the locale, where the caller has them.
    """
    words = words or words_for(project, market, locale)
    language, controller, privacy = words.language, market.controller, market.privacy
    privacy_locale = locale if locale in market.locales else market.locales[0]
    url = addresses.absolute(market, addresses.legal_path(market, privacy_locale, "privacy"))
    home = residence or market.country
    request = words.gettext(ANSWERING, request=words.gettext(form.request))
    purposes = tuple(words.gettext(p.summary) for p in form.purposes)
    labels = _labels(words, form, home, required=False)
    return NoticeFacts(
        controller=controller.name_in(language),
        contact_email=controller.email,
        privacy_url=url,
        purposes=(request, *purposes),
        necessary_purposes=(request,),
        voluntary_purposes=purposes,
        goods_or_services=(words.gettext(form.request),),
        data_categories=labels,
        data_items=labels,
        required_fields=_labels(words, form, home, required=True),
        postal_address=controller.address_in(language),
        phone=controller.phone,
        registration_number=controller.registration_in(language),
        privacy_contact=controller.privacy_contact_in(language),
        dpo_contact=controller.privacy_contact_in(language),
        representative="" if goes_abroad(home, market.country) else controller.representative,
        gdpr=words.join(words.gettext(name) for code, name in GDPR.items() if needs and code in needs.codes),
        recipients=_recipients(words, privacy.recipients),
        overseas_recipients=_recipients(words, (r for r in privacy.recipients if goes_abroad(home, r.country))),
        storage_country=words.territory(privacy.storage_country),
        retention_months=privacy.retention_months,
        retention=words.ngettext("{n} month", "{n} months", privacy.retention_months),
        withdraw_url=url,
        rights_url=url,
        **_places(words, market, home, needs),
        **_authorities(words, market, home, needs),
    )


def _recipients(words: Translator, recipients: Iterable[Recipient]) -> tuple[str, ...]:
    return tuple(
        words.gettext(ROLES[r.role], name=r.name_in(words.language), country=words.territory(r.country)) for r in recipients
    )


def _places(words: Translator, market: Market, home: str, needs: FormRequirements | None) -> dict[str, Any]:
    """Where data is and what allows that. A controller with a representative sits elsewhere, nobody knows where."""
    privacy, seat = market.privacy, market.country
    handed_to = {privacy.storage_country, *(r.country for r in privacy.recipients)}
    everywhere = handed_to | {seat}
    facts: dict[str, Any] = {
        "other_countries": _names(words, everywhere - {privacy.storage_country, "EU"}),
        "transfer_countries": _names(words, {c for c in everywhere if goes_abroad(home, c)}),
    }
    if not facts["transfer_countries"] and not market.controller.representative:
        if everywhere == {home}:
            facts["home_country"] = words.territory(home)
        else:
            facts["home_area"] = words.gettext(EEA)
    asked = needs is not None and needs.uses["transfer"].box and goes_abroad(home, privacy.storage_country)
    basis = privacy.transfer_basis or ("consent" if asked else "")
    if basis in BASES and any(goes_abroad(home, c) for c in handed_to):
        facts["transfer_basis"] = words.gettext(BASES[basis])
        facts["transfer_safeguards"] = words.gettext(BASES[basis]) if basis in SAFEGUARDS else ""
    return facts


def _names(words: Translator, countries: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(words.territory(c) for c in countries))


def _authorities(words: Translator, market: Market, home: str, needs: FormRequirements | None) -> dict[str, Any]:
    """The market's authority as that of the visitor, of the controller's seat, or of the one country an item is about."""
    names, url = market.privacy.authority, market.privacy.authority_url
    # A language the market's file does not serve, shown beside the page's own, keeps the name as it is.
    name = names.get(words.language) or next(iter(names.values()), "")
    if needs and NAMING.get(market.country) in needs.notice_items:
        return {"board_url": url} if market.country == "IN" else {"legend_authority": name, "legend_authority_url": url}
    if goes_abroad(home, market.country):
        return {"seat_authority": name, "seat_authority_url": url}
    return {"authority": name, "authority_url": url}


def _labels(words: Translator, form: FormDefinition, home: str, *, required: bool) -> tuple[str, ...]:
    """The labels of the fields that a form asks of somebody at home in a country."""
    return tuple(
        words.gettext(f.label).rstrip(" ?？؟") for f in shown_fields(form, home) if f.label and (f.required or not required)
    )
