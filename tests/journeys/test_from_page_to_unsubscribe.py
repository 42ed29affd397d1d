"""The main job, in every market and language: a person with a keyboard, and no JavaScript."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

from leadcore.model.locales import direction
from leadcore.reading import load_project

from .conftest import Site, link_in

ROOT = Path(__file__).parents[2]
PROJECT = load_project(ROOT)
PLACES = [(m.id, locale) for m in PROJECT.markets.values() for locale in m.locales]
NAMES = {"gu": "રમેશ ઓ'નીલ", "mr": "अंजली कुलकर्णी", "bn": "রেহানা ঘোষ", "uz": "Oʻgʻiloy", "de": "Jörg Müßig", "ar": "ليلى", "en": "O"} | {
    "ja": "山本 さくら", "zh": "王小明", "pt": "João Conceição", "fr": "Zoé Lefèvre-O’Neil", "he": "נועה כהן", "ru": "Анна Щёголева", "kk": "Айгүл Әбдіқызы",
}  # fmt: skip
PHONES = {"in": "९८२०० १२३४५", "bd": "০১৭১২-৩৪৫৬৭৮", "uz": "90 123-45-67", "us": "(415) 555-0132", "de": "0731 / 12345-0", "ae": "٠٥٠ ١٢٣ ٤٥٦٧"} | {
    "jp": "０９０－１２３４－５６７８", "cn": "131 2345 6789", "br": "(11) 96123-4567", "ca": "(604) 555-0132", "il": "050-234-5678", "kz": "8 (771) 000 99 98",
}  # fmt: skip
#: English words that no text in another language of the example uses.
_ENGLISH = re.compile(r"\b(the|your|you|with|from|this|that|please|address|have)\b", re.I)

pytestmark = [pytest.mark.browser]


def tab_to(page: Any, selector: str, most: int = 90) -> int:
    """Presses Tab until the focus is on what the selector names; the number of presses."""
    for count in range(1, most + 1):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return count
    raise AssertionError(f"Tab never reached {selector}")


def press_enter(page: Any) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def speaks(page: Any, locale: str) -> None:
    """The page is in its locale: `lang`, `dir`, and no English outside passages that say they are in another language."""
    assert page.get_attribute("html", "lang") == locale
    assert page.get_attribute("html", "dir") == direction(locale)
    if locale.startswith("en"):
        return
    text = page.evaluate(
        """locale => { const copy = document.querySelector('main').cloneNode(true);
        copy.querySelectorAll(`[lang]:not([lang="${locale}"]), bdi, script, style`).forEach(e => e.remove());
        return [document.title, copy.textContent, ...[...document.querySelectorAll('[aria-label]')].map(e => e.ariaLabel)].join('\\n') }""",
        locale,
    )
    no_english(text, locale)


def no_english(text: str, locale: str) -> None:
    text = re.sub(r"\S+@\S+|https?://\S+", "", text)
    found = _ENGLISH.search(text)
    assert not found, f"English in {locale}: …{text[max(0, found.start() - 60) : found.end() + 60]}…" if found else ""


def _list_of(market: str, locale: str) -> str:
    """The list that the guide's leads of a market join; a market may have one for each of its languages."""
    home = load_project(Path(__file__).parents[2]).markets[market]
    (found,) = home.lists_for("guide", "email", locale)
    return found.id


def test_each_language_has_its_own_words_for_every_message() -> None:
    catalogs = sorted((ROOT / "locales").glob("*/LC_MESSAGES/messages.po"))
    assert {path.parts[-3].split("-")[0] for path in catalogs} == {locale.split("-")[0] for _, locale in PLACES} - {"en"}
    for path in catalogs:
        with path.open("rb") as file:
            catalog = read_po(file)
        same = [m.id for m in catalog if m.id and m.id == m.string and re.search(r"[a-z]{3}", str(m.id))]
        assert [s for s in same if s not in ("Karvan", "Blog", "Feed")] == [], path.parts[-3]


@pytest.mark.parametrize(("market", "locale"), PLACES, ids=[f"{m}-{t}" for m, t in PLACES])
def test_page_error_thanks_mail_confirm_list_unsubscribe(site: Site, browser: Any, market: str, locale: str) -> None:
    home = PROJECT.markets[market]
    language = locale.split("-")[0]
    address = f"{market}.{locale.lower()}@example.com"
    context = browser.new_context(java_script_enabled=False, locale="fr-FR", viewport={"width": 360, "height": 740})
    page = context.new_page()
    foreign: list[str] = []
    page.on("request", lambda r: foreign.append(r.url) if not r.url.startswith((site.origin, "data:")) else None)

    page.goto(f"{site.origin}/{market}/{home.prefix(locale)}")
    speaks(page, locale)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.locator("input[type=checkbox]:checked").count() == 0

    tab_to(page, "form.lead button[type=submit]")
    press_enter(page)
    speaks(page, locale)
    assert page.evaluate("document.activeElement.matches('.summary[role=alert]')"), "the error summary has the focus"
    title, plain = page.title(), page.locator("h1").inner_text()
    assert plain in title and not title.startswith(plain), "the title says first that there is an error"
    summary = page.locator(".summary li").all_inner_texts()
    assert summary == [e for e in page.locator(".error").all_inner_texts() if e]
    assert len(summary) == 2

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "f-name"
    page.keyboard.type(NAMES[language])
    tab_to(page, "#f-email")
    page.keyboard.type("nobody")
    tab_to(page, "button[type=submit]")
    press_enter(page)
    speaks(page, locale)
    assert page.input_value("#f-name") == NAMES[language], "what was typed is kept"
    assert page.input_value("#f-email") == "nobody"

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+A")
    page.keyboard.type(address)
    tab_to(page, "input[type=checkbox]")
    page.keyboard.press("Space")
    tab_to(page, "button[type=submit]")
    press_enter(page)
    assert page.url.endswith(f"/{market}/{home.prefix(locale)}thanks/guide/")
    speaks(page, locale)

    mail = site.wait(lambda: site.mails(address))[0]
    assert mail["locale"] == locale
    assert f'lang="{locale}" dir="{direction(locale)}"' in mail["html"]
    assert NAMES[language] in mail["text"]
    if language != "en":
        no_english(mail["text"] + mail["subject"], locale)
    assert site.lead(address)["deliveries"] == [], "nothing goes to a list before the address is confirmed"

    page.goto(link_in(mail, "confirm"))
    speaks(page, locale)
    assert site.lead(address)["confirmed_at"] is None, "following the link changes nothing"
    tab_to(page, "button[type=submit]")
    press_enter(page)
    speaks(page, locale)
    delivered = site.wait(lambda: [d for d in site.lead(address)["deliveries"] if d["delivered_at"]])
    assert [d["list"] for d in delivered] == [_list_of(market, locale)]
    assert address in site.command("leads", "export", "--list", _list_of(market, locale))
    page.goto(page.locator("main a").first.get_attribute("href"))
    speaks(page, locale)
    written = {path.name[:2] for tag in (locale, language) for path in (ROOT / "content" / "blog").glob(f"*/[0-9]*.{tag}.md")}
    assert page.locator(".chapter").count() >= max(1, len(written)), "the link on the page leads to the complete guide"

    welcome = site.wait(lambda: site.mails(address)[1:])[0]
    assert welcome["locale"] == locale
    if language != "en":
        no_english(welcome["text"] + welcome["subject"], locale)
    page.goto(link_in(welcome, "privacy"))
    speaks(page, locale)
    page.goto(link_in(welcome, "unsubscribe"))
    speaks(page, locale)
    assert site.lead(address)["withdrawn_at"] is None
    tab_to(page, "button[type=submit]")
    press_enter(page)
    speaks(page, locale)
    assert site.lead(address)["withdrawn_at"]
    site.wait(lambda: address not in site.command("leads", "export", "--list", _list_of(market, locale)))
    assert foreign == [], "nothing was asked of another server"
    assert context.cookies() == []
    context.close()


@pytest.mark.parametrize("market", sorted(PROJECT.markets))
def test_a_call_is_booked_with_a_phone_number_in_native_digits(site: Site, browser: Any, market: str) -> None:
    home = PROJECT.markets[market]
    locale = home.locales[0]
    address = f"call.{market}@example.com"
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.origin}/{market}/{home.prefix(locale)}demo/")
    page.fill("#f-name", NAMES[locale.split("-")[0]])
    page.fill("#f-email", address)
    page.fill("#f-phone", PHONES[market])
    page.check("input[name=topic] >> nth=1")
    page.check("input[name=consent_news_email]")
    page.check("input[name=consent_offers_voice]")
    with page.expect_navigation():
        page.click("button[type=submit]")
    assert page.url.endswith("/thanks/demo/"), page.locator("main").inner_text()
    mail = site.wait(lambda: site.mails(address))[0]
    page.goto(link_in(mail, "confirm"))
    with page.expect_navigation():
        page.click("button[type=submit]")
    shown = site.command("leads", "show", site.lead(address)["receipt"])
    assert PHONES[market] in shown, "the number stands as it was typed"
    assert re.search(r"phone_e164\s+\+\d{9,}", shown), "and in E.164 beside it"
    context.close()
