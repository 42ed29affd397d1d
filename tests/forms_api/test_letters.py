"""Mails as they are stored to be sent: in the lead's language, safe whatever was typed, and easy to leave."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.headerregistry import Address
from pathlib import Path
from typing import Any

import pytest

from forms_api.letters import confirm_mail, deliver_mail, greetable, sequence_mails
from leadcore.model.leads import Lead
from leadcore.model.locales import direction
from leadcore.model.project import Project
from leadcore.reading import load_project

from .pages_read import Page
from .served import KEY, NOW

PROJECT = load_project(Path(__file__).parents[2])
PLACES = [(m.id, locale) for m in PROJECT.markets.values() for locale in m.locales]
Mails = dict[str, dict[str, Any]]


@pytest.fixture
def mails_of(example_project: Project, make_lead: Callable[..., Lead]) -> Callable[..., Mails]:
    def make(market: str, locale: str, **changes: Any) -> Mails:
        home, form = example_project.markets[market], example_project.forms["guide"]
        lead = make_lead(**{"market": market, "locale": locale, "email": "ada@example.com", "name": "Ada", **changes})
        found = {
            "confirm": confirm_mail(example_project, home, form, lead, ("Box one.",), KEY),
            "deliver": deliver_mail(example_project, home, form, lead, KEY),
            **{name: payload for name, _, payload in sequence_mails(example_project, home, form, lead, KEY, NOW)},
        }
        return {name: dict(payload) for name, payload in found.items()}

    return make


@pytest.mark.parametrize(("market", "locale"), PLACES, ids=[f"{m}-{t}" for m, t in PLACES])
def test_every_mail_is_whole_in_every_language(mails_of: Callable[..., Mails], market: str, locale: str) -> None:
    found = mails_of(market, locale)
    assert list(found) == ["confirm", "deliver", "guide/welcome", "guide/first-step"]
    for name, mail in found.items():
        page = Page(mail["html"])
        assert (page.lang, page.dir, mail["locale"]) == (locale, direction(locale), locale), name
        assert page.title == mail["subject"] and mail["subject"].strip() == mail["subject"]
        assert {"{", "}"} & set(mail["text"] + mail["subject"]) == set(), "no placeholder is left open"
        for purpose in ("unsubscribe", "privacy"):
            links = [href for href, _ in page.links if f"/{purpose}/" in href]
            assert len(links) == 1 and links[0] in mail["text"]
        assert all(href.startswith("https://") for href, text in page.links) and all(text for _, text in page.links)
        assert "Ada" in mail["text"]
        assert mail["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert mail["headers"]["Auto-Submitted"] == "auto-generated"


def test_only_the_mail_that_asks_to_confirm_carries_a_confirm_link(mails_of: Callable[..., Mails]) -> None:
    for name, mail in mails_of("de", "de").items():
        assert ("/confirm/" in mail["text"]) is ("/confirm/" in mail["html"]) is (name == "confirm")


def test_the_confirm_mail_says_what_was_agreed_and_sells_nothing(mails_of: Callable[..., Mails]) -> None:
    mail = mails_of("de", "de")["confirm"]
    assert "Box one." in mail["text"]
    assert len(re.findall(r"https://", mail["text"])) == 3, "confirm, unsubscribe, privacy: nothing to shop for"


@pytest.mark.parametrize("name", ['<script>alert(1)</script>', "A\r\nBcc: x@example.com", "{locale} %s {{7*7}}", "\u202eevil", '"; DROP TABLE leads; --'])
def test_a_name_is_only_ever_text(mails_of: Callable[..., Mails], name: str) -> None:
    for mail in mails_of("us", "en-US", name=name).values():
        page = Page(mail["html"])
        assert "script" not in page.tags
        assert all("\r" not in str(v) and "\n" not in str(v) for v in (mail["subject"], mail["to"], mail["from"], *mail["headers"].values()))
        assert "49" not in mail["text"].split("http")[0]


def test_ids_of_messages_are_stable_and_different(mails_of: Callable[..., Mails]) -> None:
    first, second = (mails_of("us", "en-US", id="lead1") for _ in range(2))
    ids = [mail["message_id"] for mail in first.values()]
    assert ids == [mail["message_id"] for mail in second.values()] and len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"<[^<>\s]+@[^<>\s]+>", one) for one in ids)


def test_the_sender_is_the_markets_controller(mails_of: Callable[..., Mails]) -> None:
    for market, locale in PLACES:
        mail = mails_of(market, locale)["confirm"]
        shown, address = re.fullmatch(r'"([^"]+)" <(\S+)>', mail["from"]).groups()  # type: ignore[union-attr]
        assert Address(shown, addr_spec=address).addr_spec == PROJECT.markets[market].controller.email


def test_nobody_is_greeted_by_an_empty_name(mails_of: Callable[..., Mails]) -> None:
    assert mails_of("us", "en-US", name="")["confirm"]["text"].lstrip().startswith("Hello,")


@pytest.mark.parametrize(
    ("name", "greeted"),
    [
        ("રમેશ", True), ("J. R. Müller", True), ("Oʻgʻiloy", True), ("St. John", True), ("O", True), ("", False),
        ("Win at http://x.example", False), ("www.evil.example", False), ("click evil.example/x", False), ("x" * 61, False),
    ],
)  # fmt: skip
def test_a_name_that_is_an_advertisement_is_not_mailed_to_a_stranger(name: str, greeted: bool) -> None:
    assert greetable(name) is greeted


@pytest.mark.parametrize(
    ("market", "locale", "font", "colon", "listed"),
    [
        ("jp", "ja", "Noto Sans JP", "：", "、"), ("cn", "zh-Hans", "Noto Sans SC", "：", "、"), ("il", "he", "Noto Sans Hebrew", ": ", ", "),
        ("ca", "fr-CA", "Noto Sans", "\u00a0: ", ", "), ("in", "gu-IN", "Noto Sans Gujarati", ": ", ", "),
    ],
)  # fmt: skip
def test_a_mail_is_set_in_the_fonts_and_signs_of_its_language(
    mails_of: Callable[..., Mails], market: str, locale: str, font: str, colon: str, listed: str
) -> None:
    mail, home = mails_of(market, locale)["guide/welcome"], PROJECT.markets[market]
    assert f'"{font}"' in re.findall(r"font-family:([^;]+);", mail["html"])[0]
    language = locale.split("-")[0]
    name, address = home.controller.name_in(language), home.controller.address_in(language)
    plain = re.sub("[\u2066-\u2069]", "", mail["text"])
    assert f"\n{name}{listed}{address}{listed}{home.controller.email}" in plain
    assert re.search(rf"\n[^\n]+{re.escape(colon)}https://[^\n]*/unsubscribe/", mail["text"])
    assert re.search(rf"{re.escape(colon.rstrip())}\nhttps://", mail["text"])


@pytest.mark.parametrize(("market", "locale"), [("us", "en-US"), ("jp", "ja"), ("il", "he")])
def test_what_a_mail_asks_for_is_a_button(mails_of: Callable[..., Mails], market: str, locale: str) -> None:
    for name, mail in mails_of(market, locale).items():
        assert mail["html"].count('<a class="button"') == 1, name


@pytest.mark.parametrize(("market", "locale", "label"), [("cn", "zh-Hans", "广告 "), ("il", "he", "פרסומת ")])
def test_the_label_of_the_law_stands_once_before_each_mail_of_a_series(mails_of: Callable[..., Mails], market: str, locale: str, label: str) -> None:
    for name, mail in mails_of(market, locale).items():
        assert mail["subject"].count(label.strip()) == mail["subject"].startswith(label) == ("/" in name)
