"""One submission is one lead: by its id in the field or the header, or by identical content within ten minutes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from ..pages_read import Page
from ..served import Api


def test_the_id_in_the_field_makes_a_repeat_the_same_lead(any_api: Api) -> None:
    data = any_api.filled("us", "en-US", submission_id="abc")
    first, second = (any_api.post_json("us", data) for _ in range(2))
    any_api.clock.advance(days=3)
    third = any_api.post_json("us", data)
    assert first.json == second.json == third.json == {"receipt": any_api.lead().receipt}
    assert any_api.counts()["deliveries"] == any_api.counts()["consent_events"] == 1


@pytest.mark.parametrize("header", ["Submission-Id", "Idempotency-Key"])
def test_the_id_in_a_header_does_the_same(any_api: Api, header: str) -> None:
    data = any_api.filled("us", "en-US")
    for _ in range(2):
        assert any_api.client.post("/us/guide", data=data, headers={header: "abc"}).status_code == 303
        any_api.clock.advance(days=1)
    assert any_api.lead().submission_id == "abc"


def test_without_an_id_identical_content_is_one_lead_for_ten_minutes(any_api: Api) -> None:
    data = any_api.filled("us", "en-US")
    for elapsed in ("4000", "9000"):  # What the page measured is no content.
        any_api.post("us", {**data, "elapsed": elapsed})
        any_api.clock.advance(minutes=9, seconds=59)
    assert len(any_api.leads()) == 1
    any_api.clock.advance(seconds=2)
    any_api.post("us", data)
    assert len(any_api.leads()) == 2


@pytest.mark.parametrize("changed", [{"name": "Ada L"}, {"email": "ada.l@example.com"}, {"consent_news_email": "yes"}, {"region": "AL"}])
def test_other_content_is_another_lead(api: Api, changed: dict[str, str]) -> None:
    data = api.filled("us", "en-US")
    api.post("us", data)
    api.post("us", {**data, **changed})
    assert len(api.leads()) == 2


def test_fields_the_form_does_not_have_make_no_difference(api: Api) -> None:
    data = api.filled("us", "en-US")
    api.post("us", {**data, "sent_at": "1"})
    api.post("us", {**data, "sent_at": "2"})
    assert len(api.leads()) == 1


def test_an_id_used_for_other_content_is_not_answered_with_thanks(any_api: Api) -> None:
    """A program that always sends the same id would otherwise lose every lead after its first."""
    any_api.post("us", any_api.filled("us", "en-US", email="first@example.com", submission_id="1"))
    answer = any_api.post_json("us", any_api.filled("us", "en-US", email="second@example.com", submission_id="1"))
    assert answer.status_code == 422
    assert [(e["field"], e["code"]) for e in answer.json["errors"]] == [("submission_id", "submission_id_reused")]
    page = Page(any_api.post("us", any_api.filled("us", "en-US", email="second@example.com", submission_id="1")).get_data(as_text=True))
    assert page.summary and "submission_id" not in page.sent()
    assert any_api.post("us", page.sent()).status_code == 303
    assert sorted(lead.email for lead in any_api.leads()) == ["first@example.com", "second@example.com"]


def test_an_id_that_met_an_error_is_free_for_the_mended_form(api: Api) -> None:
    data = api.filled("us", "en-US", email="x", submission_id="abc")
    page = Page(api.post("us", data).get_data(as_text=True))
    assert api.post("us", {**page.sent(), "email": "ada@example.com"}).status_code == 303
    assert api.lead().submission_id == "abc"


@pytest.mark.parametrize("identified", [True, False], ids=["by id", "by content"])
def test_fifty_at_the_same_moment_are_one_lead_one_mail_one_receipt(any_api: Api, identified: bool) -> None:
    data = any_api.filled("us", "en-US", **({"submission_id": "one"} if identified else {}))
    together = Barrier(10)

    def send(_: int) -> list[tuple[int, str]]:
        together.wait(30)
        with any_api.app.test_client() as client:
            answers = [client.post("/us/guide", json=data) for _ in range(5)]
        return [(a.status_code, a.json["receipt"]) for a in answers]

    with ThreadPoolExecutor(10) as pool:
        answers = [one for some in pool.map(send, range(10)) for one in some]
    assert len(answers) == 50
    assert set(answers) == {(201, any_api.lead().receipt)}
    assert any_api.mails(any_api.lead()) == ["confirm"]
    assert any_api.counts()["consent_events"] == 1


def test_who_withdrew_can_ask_again_at_once(any_api: Api) -> None:
    data = any_api.filled("us", "en-US", email="ada@example.com")
    any_api.post("us", data)
    any_api.client.post(any_api.link(any_api.lead(), "unsubscribe"))
    assert any_api.post("us", data).status_code == 303
    assert sorted(lead.status for lead in any_api.leads()) == ["received", "withdrawn"]
