"""Markets: a country or group of countries with its own site, and all that its file says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from leadcore.model.fonts import FontChoice
from leadcore.model.locales import hreflang, shortest_tags
from leadcore.problems import Place

#: What a market does with a page that its language lacks.
MISSING_POLICIES = ("none", "notice")
#: Whether a ticked e-mail box waits for a confirmation mail always, or only where the regime in force needs it.
DOUBLE_OPT_IN = ("always", "regime")
#: What a recipient of lead data does for the controller; the words shown are in the catalogues.
RECIPIENT_ROLES = ("hosting", "mail", "crm", "calls")

#: What makes it lawful to keep or use data abroad; the words shown are in the catalogues.
TRANSFER_BASES = ("contract", "adequacy", "consent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Controller:
    """Who is responsible for the data. `local` holds what is written otherwise in one language: name, address, registration, privacy_contact."""

    name: str
    address: str
    email: str
    phone: str = ""
    registration: str = ""
    privacy_contact: str = ""
    representative: str = ""
    managers: str = ""
    local: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def name_in(self, language: str) -> str:
        return self.local.get(language, {}).get("name", self.name)

    def address_in(self, language: str) -> str:
        return self.local.get(language, {}).get("address", self.address)

    def registration_in(self, language: str) -> str:
        return self.local.get(language, {}).get("registration", self.registration)

    def privacy_contact_in(self, language: str) -> str:
        return self.local.get(language, {}).get("privacy_contact", self.privacy_contact)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A named recipient of lead data; `country` is ISO 3166-1 alpha-2. `local` holds its name as a language writes it."""

    name: str
    role: str
    country: str
    local: Mapping[str, str] = field(default_factory=dict)

    def name_in(self, language: str) -> str:
        return self.local.get(language, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyFacts:
    """What the notice must be able to say about a market's data. Durations are months.

    `storage_country` is where the market's own store is, `copies` the countries of further ones. `transfer_assessment`
    names the recorded assessment or filing that some laws want before data is kept abroad.
    """

    storage_country: str
    retention_months: int
    recipients: tuple[Recipient, ...]
    authority: Mapping[str, str]
    authority_url: str
    transfer_basis: str = ""
    transfer_assessment: str = ""
    copies: tuple[str, ...] = ()

    @property
    def stores(self) -> tuple[str, ...]:
        """Every country in which data is kept, the main store first."""
        return tuple(dict.fromkeys((self.storage_country, *self.copies)))


@dataclass(frozen=True, slots=True, kw_only=True)
class NurtureList:
    """A nurture list and the destination where it lives. `options` are the destination's own, secrets as `env:NAME`."""

    id: str
    destination: str
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Which list a consented use of a form's purpose goes to; an empty `locale` serves all."""

    form: str
    use: str
    list: str
    locale: str = ""


@dataclass(frozen=True, kw_only=True)
class Market:
    """One market. Addresses carry no trailing slash."""

    id: str
    path: str
    locales: tuple[str, ...]
    base_url: str
    forms_url: str
    jurisdiction: str
    currency: str
    phone_region: str
    time_zone: str
    missing_translation: str
    double_opt_in: str
    home: str
    pages: tuple[str, ...]
    series: tuple[str, ...]
    forms: tuple[str, ...]
    controller: Controller
    privacy: PrivacyFacts
    lists: Mapping[str, NurtureList]
    routes: tuple[Route, ...]
    contact_channels: Mapping[str, str] = field(default_factory=dict)
    fonts: Mapping[str, FontChoice] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)

    def place(self, key: str = "") -> Place:
        """Where a key of the market's file stands."""
        return Place(path=self.path, line=self.lines.get(key, 0))

    @property
    def country(self) -> str:
        """The ISO country of the jurisdiction: `US` of `US-CA`."""
        return self.jurisdiction.split("-")[0]

    @cached_property
    def short_tags(self) -> Mapping[str, str]:
        return shortest_tags(self.locales)

    def prefix(self, locale: str) -> str:
        """The path before a locale's pages: `gu/`, or nothing in a market with one locale."""
        return "" if len(self.locales) == 1 else self.short_tags[locale] + "/"

    def hreflang(self, locale: str) -> str:
        return hreflang(locale, self.country)

    def lists_for(self, form: str, use: str, locale: str) -> tuple[NurtureList, ...]:
        """The lists that a lead of this form and locale joins when it consents to this use."""
        return tuple(
            self.lists[r.list]
            for r in self.routes
            if r.form == form and r.use == use and r.locale in ("", locale) and r.list in self.lists
        )
