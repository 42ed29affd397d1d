"""The letters that time sends: whole in every language, with the way to keep, the way to end, and what silence does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from forms_api.letters import confirm_mail
from forms_api.reminders import (
    RECONFIRM_AGREED,
    RECONFIRM_ENDS,
    RECONFIRM_ERASES,
    RECONFIRM_KEEPS,
    REMIND_LAST,
    reconfirm_mail,
    reminder_mail,
)
from leadcore.model.leads import Lead
from leadcore.model.locales import direction
from leadcore.model.project import Project
from leadcore.reading import load_project
from leadcore.rendering.frame import words_for

from .pages_read import Page
from .served import KEY

PROJECT = load_project(Path(__file__).parents[2])
PLACES = [(m.id, locale) for m in PROJECT.markets.values() for locale in m.locales]
every_place = pytest.mark.parametrize(("market", "locale"), PLACES, ids=[f"{m}-{t}" for m, t in PLACES])
AGREED, ASKED, UNTIL = dt.date(2024, 11, 22), dt.date(2026, 10, 23), dt.date(2026, 11, 22)


@pytest.fixture
def question(example_project: Project, make_lead: Callable[..., Lead]) -> Callable[..., dict[str, Any]]:
    def make(market: str, locale: str, **changes: Any) -> dict[str, Any]:
        lead = make_lead(market=market, locale=locale, email="ada@example.com", name="Ada")
        values: dict[str, Any] = {
            "agreed": ["Box one.", "Box two."], "agreed_on": AGREED, "asked_on": ASKED, "deadline": UNTIL, "erases": False,
        }  # fmt: skip
        return dict(reconfirm_mail(example_project, example_project.markets[market], lead, KEY, **{**values, **changes}))

    return make


@every_place
def test_the_question_is_whole_in_every_language(example_project, question, market, locale):
    mail = question(market, locale)
    words = words_for(example_project, example_project.markets[market], locale)
    page = Page(mail["html"])
    assert (page.lang, page.dir, mail["locale"]) == (locale, direction(locale), locale)
    assert {"{", "}"} & set(mail["text"] + mail["subject"]) == set()
    assert words.gettext(RECONFIRM_AGREED, date=words.date(AGREED)) in mail["text"]
    assert "– Box one." in mail["text"] and "– Box two." in mail["text"]
    for purpose in ("reconfirm", "unsubscribe", "privacy"):
        links = [href for href, _ in page.links if f"/{purpose}/" in href]
        assert len(links) == 1 and links[0] in mail["text"]
    if not locale.startswith("en"):
        english = question("us", "en-US")
        assert mail["subject"] != english["subject"]
        assert not set(english["text"].split("\n")) & set(mail["text"].split("\n")) - {"", "-- ", "– Box one.", "– Box two.", "Karvan"}


@pytest.mark.parametrize(
    ("deadline", "erases", "said"), [(None, False, RECONFIRM_KEEPS), (UNTIL, False, RECONFIRM_ENDS), (UNTIL, True, RECONFIRM_ERASES)]
)
def test_the_question_says_what_silence_does(example_project, question, deadline, erases, said):
    words = words_for(example_project, example_project.markets["us"], "en-US")
    mail = question("us", "en-US", deadline=deadline, erases=erases)
    all_said = {one: words.gettext(one, date=words.date(UNTIL)) if "{date}" in one else one for one in (RECONFIRM_KEEPS, RECONFIRM_ENDS, RECONFIRM_ERASES)}
    assert [one for one, text in all_said.items() if text in mail["text"]] == [said]


def test_two_questions_are_two_messages(question):
    first, second = question("us", "en-US"), question("us", "en-US", asked_on=ASKED + dt.timedelta(days=700))
    assert first["message_id"] != second["message_id"]


@every_place
def test_the_reminder_carries_the_confirm_link_and_no_advertisement(example_project, make_lead, market, locale):
    home, form = example_project.markets[market], example_project.forms["guide"]
    lead = make_lead(market=market, locale=locale, email="ada@example.com", name="Visit www.pills.example")
    mail = reminder_mail(example_project, home, form, lead, ("Box one.",), KEY)
    words = words_for(example_project, home, locale)
    page = Page(str(mail["html"]))
    assert len([href for href, _ in page.links if "/confirm/" in href]) == 1
    assert words.gettext(REMIND_LAST) in str(mail["text"])
    assert "pills" not in str(mail["text"])
    assert {"{", "}"} & set(str(mail["text"])) == set()


def test_the_confirmation_mail_tells_whether_a_reminder_follows(example_project, make_lead):
    home, form = example_project.markets["us"], example_project.forms["guide"]
    lead = make_lead(market="us", locale="en-US")
    once = str(confirm_mail(example_project, home, form, lead, (), KEY)["text"])
    twice = str(confirm_mail(example_project, home, form, lead, (), KEY, reminds=True)["text"])
    assert "We write no second time" in once and "We write once more" not in once
    assert "We write once more" in twice and "We write no second time" not in twice
