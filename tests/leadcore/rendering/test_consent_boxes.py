"""Above the boxes stands who will write or call, in the words that the digest covers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from leadcore.model.project import Project
from leadcore.reading import load_project
from leadcore.rendering.consent_view import consent_view
from leadcore.rendering.templating import environment
from leadcore.rendering.webforms import static_form

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
