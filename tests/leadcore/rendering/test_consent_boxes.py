"""Above the boxes stands who will write or call, in the words that the digest covers."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from leadcore.model.project import Project
from leadcore.reading import load_project
from leadcore.rendering.consent_view import TITLE, consent_view
from leadcore.rendering.i18n import forget_catalogs
from leadcore.rendering.templating import environment
from leadcore.rendering.webforms import static_form, static_notices

TODAY = date(2026, 9, 14)


@pytest.fixture(scope="module")
def project(example: Path) -> Project:
    return load_project(example)


def form_html(project: Project, market: str, locale: str, form: str) -> str:
    found = project.markets[market]
    view = static_form(project, found, locale, form, page="guide", today=TODAY)
    env = environment(project.root, locale, found.country)
    return env.from_string('{% from "_form.html" import lead_form with context %}{{ lead_form(view) }}').render(view=view)


@pytest.mark.parametrize(("form", "said"), [("guide", "Sender of these messages: {}"), ("demo", "Messages and calls come from: {}")])
def test_the_sender_is_named_on_the_page_and_in_the_text_that_is_digested(project: Project, form: str, said: str) -> None:
    market = project.markets["us"]
    line = said.format(market.controller.name)
    consent = consent_view(project, market, "en-US", project.forms[form], today=TODAY)
    assert consent.sender == line
    assert f"\n{line}\n[ ] {consent.boxes[0].text}" in consent.text
    html = form_html(project, "us", "en-US", form)
    assert f'</legend>\n<p class="why" id="f-sender">{line}</p>' in html
    assert 'aria-describedby="f-sender"' in html


def test_another_sender_gives_another_digest(project: Project) -> None:
    market = project.markets["us"]
    renamed = replace(market, controller=replace(market.controller, name="Another Sender LLC"))
    form = project.forms["guide"]
    assert consent_view(project, market, "en-US", form, today=TODAY).digest != consent_view(project, renamed, "en-US", form, today=TODAY).digest


def test_without_a_box_for_messages_nobody_is_named(project: Project) -> None:
    form = replace(project.forms["guide"], purposes=())
    consent = consent_view(project, project.markets["us"], "en-US", form, today=TODAY)
    assert (consent.boxes, consent.sender) == ((), "")


def test_living_in_the_markets_own_country_changes_nothing(project: Project) -> None:
    for market in project.markets.values():
        for locale in market.locales:
            for form in map(project.forms.get, market.forms):
                static = consent_view(project, market, locale, form, today=TODAY)
                assert consent_view(project, market, locale, form, today=TODAY, residence=market.country).digest == static.digest


def test_addresses_of_the_notice_are_links_that_read_from_left_to_right(project: Project) -> None:
    market = project.markets["ae"]
    html = form_html(project, "de", "de", "guide")
    email = project.markets["de"].controller.email
    assert f'<a href="mailto:{email}"><bdi dir="ltr">{email}</bdi></a>.' in html
    consent = consent_view(project, market, "ar", project.forms["guide"], today=TODAY, residence="DE")
    assert "<a " not in consent.text
    assert f"\u2066{market.controller.email}\u2069" in consent.text


def test_no_notice_of_a_market_that_keeps_data_at_home_speaks_of_leaving(project: Project) -> None:
    market = project.markets["uz"]
    words = consent_view(project, replace(market, locales=("en",)), "en", project.forms["guide"], today=TODAY).text
    assert "Your data stays in this country and does not leave it: Uzbekistan." in words
    assert "leaves your country" not in words
    assert words.count("Namuna Pochta") == 2  # once in English, once in Uzbek


@pytest.mark.parametrize(("locale", "other"), [("kk", "ru"), ("ru", "kk")])
def test_where_the_law_asks_for_two_languages_both_stand_on_the_page_word_for_word_as_stored(project: Project, locale: str, other: str) -> None:
    market = project.markets["kz"]
    for form in market.forms:
        consent = consent_view(project, market, locale, project.forms[form], today=TODAY)
        mirrored = consent_view(project, market, other, project.forms[form], today=TODAY)
        assert [n.lang for n in consent.notices] == [locale, other] and consent.stale == ()
        assert [[s.text for s in box.also] for box in consent.boxes] == [[box.text] for box in mirrored.boxes]
        assert [s.text for s in consent.sender_also] == [mirrored.sender]
        shown = unescape(re.sub(r"<[^>]+>", "\n", form_html(project, "kz", locale, form)))
        lines = {" ".join(line.removeprefix("[ ] ").split()) for line in consent.text.split("\n")} - {""}
        assert lines <= {" ".join(line.split()) for line in shown.split("\n")} | {" ".join(p.text.split()) for n in consent.notices for p in n.paragraphs}
        html = form_html(project, "kz", locale, form)
        assert f'<span lang="{other}" dir="ltr">{consent.boxes[0].also[0].text}</span></span></label>' in html


def test_the_privacy_page_shows_the_notice_in_every_language_owed(project: Project) -> None:
    (first, *_) = static_notices(project, project.markets["kz"], "kk", today=TODAY)
    assert [n.lang for n in first.notices] == ["kk", "ru"] and first.sender_also and first.boxes[0].also
    (first, *_) = static_notices(project, project.markets["de"], "de", today=TODAY)
    assert [n.lang for n in first.notices] == ["de"] and first.boxes[0].also == ()


def test_a_second_notice_is_written_as_the_market_writes_its_language(project: Project) -> None:
    ca, us = project.markets["ca"], project.markets["us"]
    form = project.forms["guide"]
    assert [n.lang for n in consent_view(project, ca, "en-CA", form, today=TODAY, residence="CA", region="QC").notices] == ["en-CA", "fr-CA"]
    assert [n.lang for n in consent_view(project, us, "en-US", form, today=TODAY, residence="CA", region="QC").notices] == ["en-US", "fr"]


@pytest.mark.parametrize("left", ["", "wording"])
def test_a_language_whose_catalogue_lacks_the_notice_is_missing_and_never_shown_in_english(copy_of_example: Path, left: str) -> None:
    file = copy_of_example / "locales/ru/LC_MESSAGES/messages.po"
    text = file.read_text(encoding="utf-8")
    kept = text[: text.index("\n\n", text.index("Plural-Forms")) + 1]
    file.write_text(kept + ('\nmsgid "Blog"\nmsgstr "Блог"\n' if left else ""), encoding="utf-8")
    forget_catalogs()
    bare = load_project(copy_of_example)
    market, form = replace(bare.markets["kz"], locales=("kk",)), bare.forms["guide"]
    consent = consent_view(bare, market, "kk", form, today=TODAY)
    assert [n.lang for n in consent.notices] == ["kk"] and consent.missing_languages == ("ru",)
    assert ("ru", TITLE) in consent.stale, "the market's own law asks for it: the form is closed"
    elsewhere = consent_view(bare, bare.markets["us"], "en-US", form, today=TODAY, residence="KZ")
    assert "ru" in elsewhere.missing_languages and elsewhere.stale == (), "who lives elsewhere is told so by the decision"
    notices = static_notices(bare, market, "kk", today=TODAY)
    assert [n.lang for n in notices[0].notices] == ["kk"] and not any(b.also for b in notices[0].boxes)
    forget_catalogs()
