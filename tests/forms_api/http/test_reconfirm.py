"""The letter that asks whether consent stands, and the page behind its link."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from forms_api import deeds
from forms_api.schedule import run
from forms_api.tokens import make_token

from ..served import KEY, Api

MARKETS = {"us": "en-US", "de": "de", "in": "gu-IN", "bd": "bn-BD", "ae": "ar", "uz": "uz"}


def asked(api: Api, market: str, **answers: str):
    """A lead with a consent in force that a run of the schedule has asked, shortly before its keeping ends."""
    lead = api.taken(market, MARKETS[market], **{"consent_news_email": "yes", **answers})
    mails = api.mails(lead)
    if "confirm" in mails:
        assert api.client.post(api.link(lead, "confirm")).status_code == 200
    api.clock.advance(days=705)
    actions = [one.action for one in run(api.kit.engine, api.project, MARKETS, KEY, api.clock())]
    assert [action.deed for action in actions] == ["ask"]
    return lead


def link_of(api: Api, lead) -> str:
    mail = next(d for d in api.deliveries(lead) if d.name == "reconfirm")
    found = re.search(r"https://[^/\s]+(/reconfirm/\S+)", str(mail.payload["text"]))
    assert found
    return found[1]


def kinds(api: Api, lead) -> list[str]:
    return [e.event for e in api.events(lead)]


@pytest.mark.parametrize("market", list(MARKETS))
def test_the_letter_and_the_page_speak_the_lead_s_language(api: Api, market: str) -> None:
    lead = asked(api, market)
    mail = next(d for d in api.deliveries(lead) if d.name == "reconfirm")
    assert mail.payload["locale"] == MARKETS[market]
    page = api.client.get(link_of(api, lead))
    assert page.status_code == 200
    html = page.get_data(as_text=True)
    assert f'lang="{MARKETS[market]}' in html or f'lang="{MARKETS[market].split("-")[0]}' in html
    assert lead.email in html
    assert kinds(api, lead)[-1] == "reconfirm_asked"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_opening_the_link_changes_nothing(api: Api, method: str) -> None:
    lead = asked(api, "us")
    before = api.counts()
    assert api.client.open(link_of(api, lead), method=method).status_code == 200
    assert api.counts() == before


def test_the_button_keeps_the_consent_once(api: Api) -> None:
    lead = asked(api, "us")
    link = link_of(api, lead)
    assert "Everything goes on as before" in api.client.post(link).get_data(as_text=True)
    before = api.counts()
    assert "Everything goes on as before" in api.client.post(link).get_data(as_text=True)
    assert "Everything goes on as before" in api.client.get(link).get_data(as_text=True)
    assert api.counts() == before
    assert kinds(api, lead)[-1] == "reconfirmed"
    api.clock.advance(days=60)
    assert [one.action for one in run(api.kit.engine, api.project, MARKETS, KEY, api.clock())] == []


def test_an_answer_after_the_deadline_is_too_late(api: Api) -> None:
    lead = asked(api, "us")
    link = link_of(api, lead)
    api.clock.advance(days=40)
    assert "too old" in api.client.post(link).get_data(as_text=True)
    assert kinds(api, lead)[-1] == "reconfirm_asked"


def test_who_unsubscribes_instead_is_gone_for_good(api: Api) -> None:
    lead = asked(api, "us")
    link = link_of(api, lead)
    api.client.post(re.sub("/reconfirm/.*", "", link) + f"/unsubscribe/{make_token(KEY, 'unsubscribe', lead.id)}")
    assert "unsubscribed" in api.client.post(link).get_data(as_text=True)
    assert "reconfirmed" not in kinds(api, lead)


def test_a_link_that_was_never_sent_opens_nothing_to_confirm(api: Api) -> None:
    lead = api.taken("us", "en-US")
    link = f"/reconfirm/{make_token(KEY, 'reconfirm', lead.id)}"
    assert "too old" in api.client.get(link).get_data(as_text=True)
    assert api.client.post(link).status_code == 200
    assert "reconfirmed" not in kinds(api, lead)
    assert api.client.get("/reconfirm/x").status_code == 404
    assert api.client.get(f"/reconfirm/{make_token(KEY, 'confirm', lead.id)}").status_code == 404


def test_a_question_is_closed_when_nothing_it_asked_about_stands(api: Api) -> None:
    lead = asked(api, "us")
    with api.kit.engine.connect() as connection:
        person = deeds.store.person_of(connection, lead.id)
        assert deeds.open_question(person, person[0].lead, api.clock().date())
        later = api.clock().date() + dt.timedelta(days=400)
        assert deeds.open_question(person, person[0].lead, later) is None
