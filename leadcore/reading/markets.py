"""Market files to `Market`: one TOML file per market, all values checked against CLDR and the regimes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import phonenumbers
from babel import Locale

from leadcore.model.forms import USES
from leadcore.model.locales import babel_locale, hreflang, known_territories, language_of
from leadcore.model.markets import (
    DOUBLE_OPT_IN,
    MISSING_POLICIES,
    RECIPIENT_ROLES,
    TRANSFER_BASES,
    Controller,
    Market,
    NurtureList,
    PrivacyFacts,
    Recipient,
    Route,
)
from leadcore.problems import Place, ProblemList, did_you_mean
from leadcore.reading.font_choices import read_fonts
from leadcore.reading.market_values import check_filled, is_jurisdiction, is_time_zone, jurisdiction_fix
from leadcore.reading.tables import Table, read_toml

_ID = re.compile(r"^[a-z][a-z0-9-]*$")
_ADDRESS = re.compile(r"^https?://[^\s/]+(/[^\s]*)?$")


def read_markets(root: Path, problems: ProblemList) -> dict[str, Market]:
    """Every market of the project by its id, the file's name."""
    markets = {}
    for path in sorted((root / "content" / "markets").glob("*.toml")):
        table = read_toml(root, path, problems)
        if table is None:
            continue
        if not _ID.match(path.stem):
            problems.add("P008", Place(path=table.path), "the market's id is not lower case letters, digits and hyphens", "rename the file")
            continue
        before = len(problems.found)
        market = _market(path.stem, table, problems)
        if len(problems.found) == before:
            markets[market.id] = market
            check_filled(table.values, table, "")
    return markets


def _market(market_id: str, table: Table, problems: ProblemList) -> Market:
    locales = table.texts("locales", needed=True)
    for tag in locales:
        try:
            babel_locale(tag)
        except ValueError as error:
            table.problem("P101", "locales", str(error), "write a BCP 47 tag")
    if len(set(locales)) != len(locales) or ("locales" in table.values and not locales):
        table.problem("P112", "locales", "the locales are empty or stand twice", "list each locale once")
    _check_clear(table, locales)
    base_url, forms_url = _address(table, "base_url"), _address(table, "forms_url")
    currency = table.text("currency", needed=True)
    if currency and currency not in Locale("en").currencies:
        table.problem("P102", "currency", f'"{currency}" is not an ISO 4217 currency', "write a code such as INR or EUR")
    phone_region = table.text("phone_region", needed=True)
    if phone_region and phone_region not in phonenumbers.SUPPORTED_REGIONS:
        table.problem("P102", "phone_region", f'"{phone_region}" has no telephone plan', "write an ISO 3166 country code such as IN")
    time_zone = table.text("time_zone", needed=True)
    if time_zone and not is_time_zone(time_zone):
        table.problem("P102", "time_zone", f'"{time_zone}" is not an IANA time zone', "write a name such as Asia/Kolkata")
    jurisdiction = table.text("jurisdiction", needed=True)
    if jurisdiction and not is_jurisdiction(jurisdiction):
        table.problem("P102", "jurisdiction", f'"{jurisdiction}" is not a jurisdiction', jurisdiction_fix(jurisdiction))
    pages = table.texts("pages", needed=True)
    home = table.text("home", needed=True)
    if home and pages and home not in pages:
        table.problem("P103", "home", f'the home page "{home}" is not one of the pages', did_you_mean(home, pages))
    lists = _lists(table.table("lists"))
    market = Market(
        id=market_id,
        path=table.path,
        locales=locales,
        base_url=base_url,
        forms_url=forms_url,
        jurisdiction=jurisdiction,
        currency=currency,
        phone_region=phone_region,
        time_zone=time_zone,
        missing_translation=table.text("missing_translation", needed=True, allowed=MISSING_POLICIES),
        double_opt_in=table.text("double_opt_in", "always", allowed=DOUBLE_OPT_IN),
        home=home,
        pages=pages,
        series=table.texts("series"),
        forms=table.texts("forms", needed=True),
        controller=_controller(table.table("controller", needed=True), locales),
        privacy=_privacy(table.table("privacy", needed=True), locales),
        lists=lists,
        routes=_routes(table, lists, locales),
        contact_channels=_channels(table.table("contact_channels")),
        fonts=read_fonts(table.table("fonts"), locales),
        lines=table.lines,
    )
    table.close()
    return market


def _check_clear(table: Table, locales: tuple[str, ...]) -> None:
    """Adds P112 where two locales tell search engines the same language and country."""
    country = str(table.values.get("jurisdiction", "")).split("-")[0]
    by_name: dict[str, list[str]] = {}
    for tag in dict.fromkeys(locales):
        by_name.setdefault(hreflang(tag, country), []).append(tag)
    for name, tags in by_name.items():
        if len(tags) > 1:
            message = f'{" and ".join(tags)} are both "{name}" in this market'
            table.problem("P112", "locales", message, "keep one of them")


def _address(table: Table, key: str) -> str:
    value = table.text(key, needed=True).rstrip("/")
    if value and not _ADDRESS.match(value):
        table.problem("P005", key, f'"{value}" is not an address', "write it with https:// and a host")
    return value


def _controller(table: Table, locales: tuple[str, ...]) -> Controller:
    local: dict[str, dict[str, str]] = {}
    local_table = table.table("local")
    languages = {language_of(tag) for tag in locales}
    for language in local_table.values:
        if language not in languages:
            local_table.problem("P101", language, f'"{language}" is not a language of this market', did_you_mean(language, languages))
        one = local_table.table(language)
        local[language] = {k: one.text(k) for k in ("name", "address", "registration", "privacy_contact") if k in one.values}
        one.close()
    controller = Controller(
        name=table.text("name", needed=True),
        address=table.text("address", needed=True),
        email=table.text("email", needed=True),
        phone=table.text("phone"),
        registration=table.text("registration"),
        privacy_contact=table.text("privacy_contact"),
        representative=table.text("representative"),
        managers=table.text("managers"),
        local=local,
    )
    table.close()
    return controller


def _privacy(table: Table, locales: tuple[str, ...]) -> PrivacyFacts:
    recipients = []
    for one in table.tables("recipients"):
        role = one.text("role", needed=True, allowed=RECIPIENT_ROLES)
        names = one.table("local")
        recipients.append(
            Recipient(
                name=one.text("name", needed=True),
                role=role,
                country=_country(one, "country"),
                local={language: names.text(language) for language in names.values},
            )
        )
        one.close()
    authority_table = table.table("authority", needed=True)
    languages = tuple(dict.fromkeys(language_of(tag) for tag in locales))
    authority = {language: authority_table.text(language, needed=True) for language in languages}
    authority_url = authority_table.text("url", needed=True)
    if locales:
        authority_table.close()
    months = table.get("retention_months", int, 1, needed=True)
    if months < 1:
        table.problem("P005", "retention_months", f'"privacy.retention_months" is {months}', "write for how many months data is kept, at least 1")
    facts = PrivacyFacts(
        storage_country=_country(table, "storage_country"),
        retention_months=months,
        recipients=tuple(recipients),
        authority=authority,
        authority_url=authority_url,
        transfer_basis=table.text("transfer_basis", allowed=TRANSFER_BASES),
        transfer_assessment=table.text("transfer_assessment"),
        copies=_copies(table),
    )
    table.close()
    return facts


def _country(table: Table, key: str) -> str:
    value = table.text(key, needed=True)
    if value and value not in known_territories():
        table.problem("P102", key, f'"{value}" is not an ISO 3166 country code', "write two capital letters, such as DE")
    return value


def _copies(table: Table) -> tuple[str, ...]:
    copies = table.texts("copies")
    for code in copies:
        if code not in known_territories():
            table.problem("P102", "copies", f'"{code}" is not an ISO 3166 country code', "write two capital letters, such as DE")
    return copies


def _lists(table: Table) -> dict[str, NurtureList]:
    lists = {}
    for name in table.values:
        one = table.table(name)
        destination = one.text("destination", needed=True, allowed=("list", "webhook", "console"))
        one.asked.update(one.values)
        options: dict[str, Any] = {k: v for k, v in one.values.items() if k != "destination"}
        for key, value in options.items():
            if "secret" in key and not str(value).startswith("env:"):
                one.problem("P005", key, f'"{key}" holds a secret', 'name the environment variable instead: "env:NAME"')
        if destination == "webhook" and not {"url", "secret"} <= options.keys():
            one.problem("P111", "destination", "a webhook needs url and secret", 'add url = "https://…" and secret = "env:NAME"')
        lists[name] = NurtureList(id=name, destination=destination, options=options)
    return lists


def _routes(table: Table, lists: dict[str, NurtureList], locales: tuple[str, ...]) -> tuple[Route, ...]:
    routes = []
    for one in table.tables("routes"):
        name = one.text("list", needed=True)
        if name and name not in lists:
            one.problem("P111", "list", f'unknown list "{name}"', did_you_mean(name, lists))
        locale = one.text("locale")
        if locale and locale not in locales:
            one.problem("P101", "locale", f'"{locale}" is not a locale of this market', did_you_mean(locale, locales))
        use = one.text("use", needed=True, allowed=USES)
        routes.append(Route(form=one.text("form", needed=True), use=use, list=name, locale=locale))
        one.close()
    return tuple(routes)


def _channels(table: Table) -> dict[str, str]:
    table.asked.update(table.values)
    return {name: table.text(name) for name in table.values}
