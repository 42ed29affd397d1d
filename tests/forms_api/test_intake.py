"""From a submission to a lead or to the form again: pure, so proved without a store."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from forms_api.intake import AskAgain, Submission, Taken, fingerprint, take, unsaved
from leadcore.model.leads import PublishedNotice
from leadcore.model.project import Project
from leadcore.reading import load_project
from leadcore.rendering.webforms import static_form

from .served import NOW


def submission(project: Project, market: str, locale: str, form: str, **answers: str) -> Submission:
    home = project.markets[market]
    view = static_form(project, home, locale, form, page=home.base_url, today=NOW.date())
    usual = {"name": "Ada", "email": "ada@example.com", "country": home.country, "topic": "leads"}
    names = {one.field.name for one in view.fields}
    data = {**dict(view.hidden), **{k: v for k, v in usual.items() if k in names}, **answers}
    return Submission(data=MultiDict(data), locale=locale, page=home.base_url)


def judged(project: Project, market: str, locale: str, form: str, sent: Submission | None = None, **more: Any) -> AskAgain | Taken:
    return take(
        project, project.markets[market], project.forms[form], sent or submission(project, market, locale, form), now=NOW, lead_id="lead1",
        event_id="event1", receipt="RCPT", **more,
    )  # fmt: skip


def test_a_good_submission_is_a_lead_with_its_consent_event(example_project: Project) -> None:
    sent = submission(example_project, "ae", "ar-AE", "demo", name=" ليلى  حسن ", phone="٠٥٠ ١٢٣ ٤٥٦٧", message="a\r\nb")
    taken = judged(example_project, "ae", "ar-AE", "demo", sent)
    assert isinstance(taken, Taken)
    lead = taken.lead
    assert (lead.id, lead.market, lead.locale, lead.submitted_at) == ("lead1", "ae", "ar-AE", NOW)
    assert (lead.name, lead.phone_typed, lead.phone_e164) == ("ليلى حسن", "٠٥٠ ١٢٣ ٤٥٦٧", "+971501234567")
    assert lead.answers["name"] == " ليلى  حسن " and lead.answers["message"] == "a\r\nb", "what was typed stays as it was"
    assert (taken.event.lead_id, taken.event.event, taken.event.notice_digest) == ("lead1", "refused", sent.data["notice"])
    assert taken.boxes == ()


def test_a_form_without_a_country_takes_the_markets_own(small_project: Any) -> None:
    project = load_project(small_project)
    for locale in ("ar-AE", "en"):
        taken = judged(project, "ae", locale, "ask")
        assert isinstance(taken, Taken)
        assert (taken.lead.residence, taken.event.residence) == ("AE", "AE")


def test_a_region_of_another_country_says_nothing(example_project: Project) -> None:
    taken = judged(example_project, "de", "de", "guide", submission(example_project, "de", "de", "guide", region="CA"))
    assert isinstance(taken, Taken)
    assert (taken.lead.residence, taken.lead.region, taken.event.residence) == ("DE", "", "DE")


def test_a_published_notice_is_looked_up_only_when_it_is_not_todays(example_project: Project) -> None:
    asked: list[str] = []

    def published(digest: str) -> PublishedNotice | None:
        asked.append(digest)
        return None

    sent = submission(example_project, "us", "en-US", "guide")
    assert isinstance(judged(example_project, "us", "en-US", "guide", sent, published=published), Taken)
    assert asked == []
    sent.data["notice"] = "c" * 64
    again = judged(example_project, "us", "en-US", "guide", sent, published=published)
    assert isinstance(again, AskAgain) and again.code == "notice" and asked == ["c" * 64]


def test_field_errors_come_before_the_law(example_project: Project) -> None:
    again = judged(example_project, "us", "en-US", "guide", submission(example_project, "us", "en-US", "guide", country="CA", region="QC", email=""))
    assert isinstance(again, AskAgain) and again.code == "fields"
    assert [str(e) for e in again.form["email"].errors] == ["Enter your email address"]


@pytest.mark.parametrize(("country", "region", "code"), [("CA", "QC", "refused"), ("BR", "", "notice"), ("KR", "", "notice"), ("US", "CA", "notice"), ("US", "", "")])
def test_a_residence_decides_whether_more_is_asked_or_all_refused(example_project: Project, country: str, region: str, code: str) -> None:
    found = judged(example_project, "us", "en-US", "guide", submission(example_project, "us", "en-US", "guide", country=country, region=region))
    assert (found.code if isinstance(found, AskAgain) else "") == code


def test_a_signal_of_the_browser_is_part_of_the_decision_and_of_the_proof(example_project: Project) -> None:
    sent = replace(submission(example_project, "us", "en-US", "guide", consent_news_email="yes"), signal=True)
    taken = judged(example_project, "us", "en-US", "guide", sent)
    assert isinstance(taken, Taken)
    assert taken.event.signal_seen == "Sec-GPC: 1" and taken.event.uses["email"]["ticked"] is True
    assert "US-GPC" in taken.event.regimes or taken.decision["applies"] == list(taken.event.regimes)


def test_the_form_not_saved_keeps_answers_and_the_boxes_of_the_residence(example_project: Project) -> None:
    sent = submission(example_project, "us", "en-US", "guide", country="KR", name="Min", consent_transfer="yes")
    again = unsaved(example_project, example_project.markets["us"], example_project.forms["guide"], sent, NOW, "not now")
    assert again.form["name"].data == "Min" and again.form_errors == (("notice-1", "not now"),)
    assert [b.name for b in again.consent.boxes] == ["consent_news_email", "consent_transfer"]


def test_a_fingerprint_is_of_what_was_said_not_of_how_it_came(example_project: Project) -> None:
    market, form = example_project.markets["us"], example_project.forms["guide"]
    sent = submission(example_project, "us", "en-US", "guide")

    def of(**changes: str) -> str:
        return fingerprint(market, form, replace(sent, data=MultiDict({**sent.data.to_dict(), **changes})))

    assert of() == of(elapsed="5", website="x", submission_id="7", utm="z", _="1")
    assert len({of(), of(name="B"), of(country="DE"), of(notice="n"), of(consent_news_email="yes"), of(page="p"), of(locale="de")}) == 7
    assert fingerprint(replace(market, id="de"), form, sent) != of()


def test_the_order_of_fields_makes_no_difference(example_project: Project) -> None:
    market, form = example_project.markets["us"], example_project.forms["guide"]
    sent = submission(example_project, "us", "en-US", "guide")
    turned = replace(sent, data=MultiDict(reversed(list(sent.data.items()))))
    assert fingerprint(market, form, sent) == fingerprint(market, form, turned)
