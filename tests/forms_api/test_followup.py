"""What follows from a lead: lists and mails now, after confirmation, or never."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from forms_api.followup import allowed_uses, consented, on_submission, waits_for_confirmation
from leadcore.model.leads import Delivery, Lead
from leadcore.model.project import Project

from .served import KEY, NOW

Decision = dict[str, Any]


def decided(*pairs: tuple[str, str]) -> Decision:
    return {"forward": [{"use": use, "when": when} for use, when in pairs]}


@pytest.mark.parametrize(
    ("pairs", "before", "after"),
    [
        ([("email", "now")], ("email",), ("email",)),
        ([("email", "doi_confirmed")], (), ("email",)),
        ([("email", "never")], (), ()),
        ([("voice", "dlt_recorded")], (), ()),
        ([("voice", "doi_confirmed"), ("voice", "dlt_recorded")], (), ()),
        ([("email", "now"), ("voice", "dlt_recorded")], ("email",), ("email",)),
        ([("email", "now"), ("email", "never")], (), ()),
        ([("share", "now"), ("transfer", "now"), ("profiling", "now"), ("enquiry", "now")], (), ()),
        ([], (), ()),
    ],
)
def test_a_use_is_allowed_once_everything_it_awaits_has_happened(pairs: list[tuple[str, str]], before: tuple[str, ...], after: tuple[str, ...]) -> None:
    assert allowed_uses(decided(*pairs), confirmed=False) == before
    assert allowed_uses(decided(*pairs), confirmed=True) == after


@pytest.mark.parametrize(
    ("mode", "pairs", "waits"),
    [
        ("always", [], True), ("always", [("email", "now")], True), ("regime", [], False), ("regime", [("email", "now")], False),
        ("regime", [("email", "doi_confirmed")], True), ("regime", [("voice", "doi_confirmed")], False),
    ],
)  # fmt: skip
def test_the_address_is_confirmed_first_by_the_markets_choice_or_the_law(
    example_project: Project, mode: str, pairs: list[tuple[str, str]], waits: bool
) -> None:
    assert waits_for_confirmation(replace(example_project.markets["us"], double_opt_in=mode), decided(*pairs)) is waits


@pytest.fixture
def after(example_project: Project, make_lead: Callable[..., Lead]) -> Callable[..., list[Delivery]]:
    def make(decision: Decision, *, mode: str = "regime", form: str = "demo", boxes: tuple[str, ...] = ()) -> list[Delivery]:
        market = replace(example_project.markets["us"], double_opt_in=mode)
        lead = make_lead(id="lead1", market="us", locale="en-US", form=form)
        return on_submission(example_project, market, example_project.forms[form], lead, decision, boxes, KEY, NOW)

    return make


def test_while_confirmation_is_awaited_one_mail_goes_out_and_nothing_else(after: Callable[..., list[Delivery]]) -> None:
    found = after(decided(("email", "now")), mode="always", boxes=("Send me <news>.",))
    assert [(d.kind, d.name, d.destination, d.action, d.due_at) for d in found] == [("mail", "confirm", "mail", "send", NOW)]
    assert "Send me <news>." in str(found[0].payload["text"]) and "Send me &lt;news&gt;." in str(found[0].payload["html"])


def test_without_waiting_the_request_is_answered_and_consented_lists_are_joined(after: Callable[..., list[Delivery]]) -> None:
    found = after(decided(("email", "now"), ("voice", "now")))
    assert [(d.kind, d.name) for d in found] == [("mail", "deliver"), ("list", "guide-us"), ("list", "calls-us")]
    assert [(d.payload["use"], d.payload["list"]) for d in found[1:]] == [("email", "guide-us"), ("voice", "calls-us")]
    assert {d.lane for d in found} == {"mail", "list:us/guide-us", "list:us/calls-us"}


def test_the_mails_of_the_series_come_on_their_days(after: Callable[..., list[Delivery]]) -> None:
    found = [d for d in after(decided(("email", "now")), form="guide") if d.name.startswith("guide/")]
    assert [(d.name, (d.due_at - NOW).days) for d in found] == [("guide/welcome", 0), ("guide/first-step", 3)]


def test_a_lead_of_another_use_gets_no_series(after: Callable[..., list[Delivery]]) -> None:
    assert [d.name for d in after(decided(("voice", "now")), form="guide")] == ["deliver"]


def test_two_uses_that_lead_to_one_list_subscribe_once(example_project: Project, make_lead: Callable[..., Lead]) -> None:
    market = example_project.markets["us"]
    routes = tuple(replace(r, list="guide-us") for r in market.routes)
    lead = make_lead(market="us", locale="en-US", form="demo")
    found = consented(example_project, replace(market, routes=routes), example_project.forms["demo"], lead, ("email", "voice"), KEY, NOW)
    assert [d.name for d in found if d.kind == "list"] == ["guide-us"]


def test_what_follows_has_the_same_ids_each_time(after: Callable[..., list[Delivery]]) -> None:
    first, second = (after(decided(("email", "now")), form="guide") for _ in range(2))
    assert [d.id for d in first] == [d.id for d in second]
    assert len({d.id for d in first}) == len(first)
