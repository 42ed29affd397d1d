"""Forgery is refused by origin; a suspect is kept in quarantine with its reason, thanked all the same, and can be released."""

from __future__ import annotations

import pytest

from forms_api.outbox import Outbox
from forms_api.store import leads
from forms_api.store.engine import writing

from ..pages_read import Page
from ..served import Api


@pytest.mark.parametrize("origin", ["https://us.karvan.example", "https://forms.karvan.example", "http://localhost", None])
def test_our_own_pages_and_programs_without_origin_may_send(api: Api, origin: str | None) -> None:
    answer = api.client.post("/us/guide", data=api.filled("us", "en-US"), headers={"Origin": origin} if origin else {})
    assert answer.status_code == 303
    assert api.lead().quarantine_reason is None


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://us.karvan.example", "https://us.karvan.example:8443", "https://us.karvan.example.evil.example", "https://de.karvan.example", "file://", "nonsense"]
)
def test_a_foreign_origin_is_refused_in_the_visitors_language(api: Api, origin: str) -> None:
    answer = api.post("us", api.filled("us", "en-US"), Origin=origin)
    page = Page(answer.get_data(as_text=True))
    assert (answer.status_code, page.lang, page.focused) == (403, "en-US", ["h1"])
    assert "https://us.karvan.example/" in [href for href, _ in page.links]
    assert api.leads() == []


@pytest.mark.parametrize(
    ("answers", "headers", "reason"),
    [
        ({"website": "https://spam.example"}, {}, "honeypot"),
        ({"elapsed": "300"}, {}, "too_fast"),
        ({"message": "http://a.example " * 5}, {}, "links"),
        ({}, {"Origin": "null"}, "origin_hidden"),
    ],
    ids=["honeypot", "too_fast", "links", "origin_hidden"],
)
def test_a_suspect_is_thanked_kept_and_delivered_nowhere_until_released(
    any_api: Api, answers: dict[str, str], headers: dict[str, str], reason: str
) -> None:
    answer = any_api.post("us", any_api.filled("us", "en-US", "demo", **answers), "demo", **headers)
    assert (answer.status_code, answer.headers["Location"]) == (303, "https://us.karvan.example/thanks/demo/")
    lead = any_api.lead()
    assert (lead.quarantine_reason, lead.quarantined, any_api.mails(lead)) == (reason, True, ["confirm"])
    sent: list[str] = []

    class Kept:
        def deliver(self, delivery, now):  # type: ignore[no-untyped-def]
            from forms_api.destinations.base import Accepted

            sent.append(delivery.name)
            return Accepted()

        def close(self) -> None: ...

    outbox = Outbox(any_api.kit.engine, {"mail": Kept()}, worker="w", clock=any_api.clock, jitter=lambda: 0.5)
    assert (outbox.deliver_due(), sent) == (0, [])
    with writing(any_api.kit.engine) as connection:
        assert leads.release(connection, lead.id, any_api.clock()).changed
    assert (outbox.deliver_due(), sent) == (1, ["confirm"])


@pytest.mark.parametrize("elapsed", ["", "1500", "60000", "-300", "3e2", "NaN", "9" * 5000])
def test_time_that_a_person_needs_and_time_not_measured_are_no_suspicion(api: Api, elapsed: str) -> None:
    assert api.post("us", api.filled("us", "en-US", elapsed=elapsed)).status_code == 303
    assert api.lead().quarantine_reason is None


def test_the_trap_is_in_the_form_and_nobody_falls_into_it_by_keyboard(api: Api) -> None:
    page = Page(api.client.get("/us/guide").get_data(as_text=True))
    assert page.control("website").value == page.control("elapsed").value == ""
    assert ("input.tabindex", "-1") in page.attributes and ("div.aria-hidden", "true") in page.attributes
