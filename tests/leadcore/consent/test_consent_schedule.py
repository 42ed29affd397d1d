"""What is due on a day, by the regimes in force, the notice and what a lead waits for."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

import pytest

from leadcore.consent import regimes
from leadcore.consent.applies import applicable
from leadcore.consent.business_days import add_months
from leadcore.consent.held import Grant, HeldLead
from leadcore.consent.schedule import Action, _after, plan
from leadcore.consent.terms import may_remind

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)


def held(country: str, given: date, *, uses: tuple[str, ...] = ("email",), ground: str = "tick", today: date = TODAY, **changes: Any) -> HeldLead:
    values: dict[str, Any] = {
        "id": "a", "chains": applicable(markets=[country], today=today, residence=country), "submitted": given,
        "contact": given, "confirm_by": given + timedelta(days=30),
        "grants": tuple(Grant(use=use, ground=ground, since=given) for use in uses),
    }  # fmt: skip
    return HeldLead(**{**values, **changes})


def said(actions: tuple[Action, ...]) -> list[tuple[str, str, str]]:
    return [(one.deed, one.reason, one.regime) for one in actions]


#: country, ground, uses, kind of term, months after which something happens, what
TERMS = [
    ("CA", "inquiry", ("email",), 6, ("expire", "implied_after_inquiry", "CA")),
    ("CA", "customer", ("email",), 24, ("expire", "implied_after_purchase", "CA")),
    ("KR", "tick", ("email",), 24, ("ask", "reconfirm", "KR")),
    ("IT", "tick", ("email",), 24, ("erase", "retention", "IT")),
    ("AU", "tick", ("voice",), 3, ("expire", "phone_consent_without_period", "AU")),
    ("IL", "tick", ("voice",), 12, ("expire", "phone_consent_without_period", "IL")),
]


@pytest.mark.parametrize(("country", "ground", "uses", "months", "what"), TERMS, ids=[f"{t[0]}-{t[4][1]}" for t in TERMS])
def test_a_term_ends_on_its_day_and_not_before(country, ground, uses, months, what):
    given = add_months(TODAY, -months)
    lead = held(country, given, uses=uses, ground=ground, may_write=what[0] == "ask")
    (action,) = plan([lead], TODAY)
    assert (action.deed, action.reason, action.regime) == what
    assert action.due == TODAY
    assert action.cite == regimes.regime(country, TODAY)["expiry"].cite
    assert plan([lead], TODAY - DAY) == ()


@pytest.mark.parametrize("country", ["DE", "CN", "BR", "US", "CH", "GB"])
def test_where_the_law_sets_no_term_the_notice_alone_ends_the_keeping(country):
    given = date(2010, 1, 1)
    assert plan([held(country, given)], TODAY) == ()
    lead = held(country, add_months(TODAY, -24), retention_months=24)
    (action,) = plan([lead], TODAY)
    assert (action.deed, action.reason, action.regime) == ("erase", "retention", "market")
    assert "24 months" in action.cite


def test_express_consent_in_canada_does_not_expire():
    assert plan([held("CA", date(2016, 1, 1))], TODAY) == ()


def test_a_term_of_calls_leaves_mails_alone():
    (action,) = plan([held("AU", add_months(TODAY, -3), uses=("email", "voice"))], TODAY)
    assert action.uses == ("voice",)


def test_in_korea_silence_keeps_the_consent_and_the_question_comes_again_after_two_years():
    given = add_months(TODAY, -24)
    lead = held("KR", given)
    (action,) = plan([lead], TODAY)
    assert (action.deed, action.deadline) == ("ask", None)
    asked = replace(lead, asked=TODAY)
    later = add_months(TODAY, 24)
    assert plan([asked], later - DAY) == ()
    assert said(plan([asked], later)) == [("ask", "reconfirm", "KR")]


def test_silence_keeps_a_consent_however_often_it_is_asked_about():
    (chain,) = applicable(markets=["KR"], today=TODAY, residence="KR")
    monthly = replace(chain["expiry"], data={"terms": [{"months": 1, "kind": "reconfirm", "silence": "keeps"}]})
    often = replace(chain, rules={**chain.rules, "expiry": monthly})
    march = date(2026, 3, 1)
    lead = held("KR", date(2026, 1, 1), chains=(often,), asked=date(2026, 2, 1))
    assert plan([lead], march - DAY) == ()
    assert said(plan([lead], march)) == said(plan([lead], march + timedelta(days=2))) == [("ask", "reconfirm", "KR")]


def test_where_consent_has_to_be_renewed_silence_ends_it_a_month_after_the_question():
    end = add_months(date(2026, 1, 10), 24)
    lead = held("ES", date(2026, 1, 10), uses=("email", "voice"))
    asking = end - timedelta(days=30)
    assert plan([lead], asking - DAY) == ()
    (action,) = plan([lead], asking)
    assert (action.deed, action.uses, action.deadline) == ("ask", ("email", "voice"), end)
    asked = replace(lead, asked=asking)
    assert plan([asked], end - DAY) == ()
    (ended,) = plan([asked], end)
    assert (ended.deed, ended.uses) == ("expire", ("voice",))
    late = replace(lead, asked=end)
    assert plan([late], end + timedelta(days=29)) == ()
    assert said(plan([late], end + timedelta(days=30))) == [("expire", "reconfirm", "ES")]


def test_who_answers_goes_on_for_another_term():
    lead = held("ES", date(2024, 1, 10), uses=("voice",), asked=date(2025, 12, 11))
    answered = replace(lead, contact=date(2025, 12, 20), grants=(Grant(use="voice", ground="tick", since=date(2025, 12, 20)),))
    assert plan([answered], date(2026, 1, 10)) == ()
    assert said(plan([lead], date(2026, 1, 10))) == [("expire", "reconfirm", "ES")]


@pytest.mark.parametrize("country", ["FR", "IN"])
def test_after_three_years_of_silence_a_lead_is_erased_but_only_once_it_was_warned(country):
    end = add_months(date(2024, 3, 1), 36)
    lead = held(country, date(2024, 3, 1), today=end)
    (warned,) = plan([lead], end + timedelta(days=100))
    assert (warned.deed, warned.reason, warned.regime) == ("ask", "inactivity", country)
    assert warned.deadline == end + timedelta(days=130)
    assert said(plan([replace(lead, asked=end - timedelta(days=30))], end)) == [("erase", "inactivity", country)]
    assert plan([replace(lead, contact=end - DAY)], end) == ()


def test_an_enquiry_without_any_consent_is_erased_without_a_question():
    lead = held("FR", add_months(TODAY, -36), uses=())
    assert said(plan([lead], TODAY)) == [("erase", "inactivity", "FR")]


@pytest.mark.parametrize("country", ["RU", "UZ", "KZ"])
def test_consent_ends_when_the_term_that_it_states_is_over(country):
    lead = held(country, add_months(TODAY, -24), stated_months=24)
    assert said(plan([lead], TODAY)) == [("expire", "as_stated", country)]
    near = held(country, add_months(TODAY, -24) + timedelta(days=20), stated_months=24)
    assert said(plan([near], TODAY)) == [("ask", "as_stated", country)]
    assert plan([held(country, add_months(TODAY, -24))], TODAY) == ()


def test_the_stricter_of_two_regimes_sets_the_day():
    given = add_months(TODAY, -24)
    chains = applicable(markets=["KR"], today=TODAY, residence="IT")
    (action,) = plan([held("KR", given, chains=chains)], TODAY)
    assert (action.deed, action.regime) == ("erase", "IT")


# --- what a lead waits for ---------------------------------------------------------------------------------------

WAITING = [
    ("release", 30, "quarantined"), ("parent", 15, "parent_silent"), ("confirmation", 31, "unconfirmed"),
]  # fmt: skip


@pytest.mark.parametrize(("waits", "days", "reason"), WAITING, ids=[w[0] for w in WAITING])
def test_what_waits_in_vain_is_erased(waits, days, reason):
    lead = held("US", TODAY - timedelta(days=days), waits=waits, reminded=True)
    (action,) = plan([lead], TODAY)
    assert (action.deed, action.reason, action.due) == ("erase", reason, TODAY)
    assert plan([lead], TODAY - DAY) == ()


def test_a_silent_parent_is_waited_for_as_long_as_coppa_lets():
    lead = held("US", TODAY - timedelta(days=15), waits="parent")
    (action,) = plan([lead], TODAY)
    assert (action.regime, action.cite) == ("US", "16 CFR 312.5(c)(1)")


def test_a_withdrawn_lead_is_erased_a_month_later():
    lead = held("BD", TODAY - timedelta(days=90), withdrawn=TODAY - timedelta(days=30))
    assert said(plan([lead], TODAY)) == [("erase", "withdrawn", "policy")]
    assert plan([lead], TODAY - DAY) == ()


@pytest.mark.parametrize("country", ["US", "UZ", "BD", "SG", "FR"])
def test_a_confirmation_is_reminded_of_once(country):
    lead = held(country, TODAY - timedelta(days=3), waits="confirmation", reminder_told=True)
    assert [one.deed for one in plan([lead], TODAY)] == ["remind"]
    assert plan([lead], TODAY - DAY) == ()
    assert plan([replace(lead, reminded=True)], TODAY) == ()
    assert plan([replace(lead, reminder_told=False)], TODAY) == ()


@pytest.mark.parametrize("country", ["CA", "CA-QC", "ZA", "VN", "DE", "AT", "IT"])
def test_no_reminder_where_a_second_request_is_a_message_of_its_own(country):
    lead = held(country, TODAY - timedelta(days=3), waits="confirmation", reminder_told=True)
    assert not may_remind(lead.chains)
    assert plan([lead], TODAY) == ()


def test_no_reminder_is_sent_just_before_the_link_ends():
    given = TODAY - timedelta(days=28)
    assert plan([held("US", given, waits="confirmation", reminder_told=True)], TODAY) == ()


# --- one person, several leads -----------------------------------------------------------------------------------


def test_a_later_consent_carries_the_earlier_lead_on():
    old = held("AU", add_months(TODAY, -4), uses=("voice",))
    new = held("AU", TODAY - DAY, uses=("voice",), id="b")
    assert plan([old, new], TODAY) == ()
    assert plan([replace(old, id="z"), new], TODAY) == (), "whatever the order of their ids"
    assert {one.lead for one in plan([old, new], add_months(TODAY - DAY, 3))} == {"a", "b"}


def test_a_contact_on_one_lead_counts_for_the_person_but_not_while_it_is_suspect():
    old = held("US", add_months(TODAY, -24), retention_months=24)
    new = held("US", TODAY - DAY, id="b", retention_months=24)
    assert plan([old, new], TODAY) == ()
    assert [one.lead for one in plan([old, replace(new, waits="release")], TODAY)] == ["a"]


def test_a_person_is_asked_once_on_the_latest_lead():
    old = held("KR", add_months(TODAY, -26), uses=("voice",))
    new = held("KR", add_months(TODAY, -25), id="b")
    (action,) = plan([old, new], TODAY)
    assert (action.lead, action.uses) == ("b", ("email", "voice"))


def test_nobody_is_asked_who_has_no_address():
    given = add_months(TODAY, -24)
    assert plan([held("KR", given, may_write=False)], TODAY) == ()
    assert said(plan([held("ES", given, uses=("voice",), may_write=False)], TODAY)) == [("expire", "reconfirm", "ES")]


def test_a_lead_that_is_erased_is_not_expired_or_asked_before():
    lead = held("KZ", add_months(TODAY, -24), uses=("email", "voice"), stated_months=24, retention_months=24)
    assert said(plan([lead], TODAY)) == [("erase", "retention", "market")]


def test_an_answer_lengthens_no_implied_consent():
    implied = held("CA", add_months(TODAY, -23) - timedelta(days=20), ground="customer", retention_months=24)
    assert plan([implied], TODAY) == ()
    ticked = replace(implied, grants=(*implied.grants, Grant(use="voice", ground="tick", since=implied.submitted)))
    (action,) = plan([ticked], TODAY)
    assert (action.deed, action.uses) == ("ask", ("voice",))


# --- rules that start later --------------------------------------------------------------------------------------


@pytest.fixture
def from_next_month(monkeypatch):
    """China with a term of twelve months that begins next month."""
    table = dict(regimes._read("CN"))
    none = table["expiry"]
    table["expiry"] = {**none, "value": "12m inactivity", "terms": [{"months": 12, "kind": "inactivity"}], "cite": "new rule"}
    table["dated"] = [{"from": date(2026, 12, 22), "before": {"expiry": none}}]
    real = regimes._read

    def read(name: str) -> Mapping[str, Any]:
        return MappingProxyType(table) if name == "CN" else real(name)

    monkeypatch.setattr(regimes, "_read", read)
    for cached in (regimes.regime, regimes.country_regime):
        cached.cache_clear()
    yield
    monkeypatch.undo()
    for cached in (regimes.regime, regimes.country_regime):
        cached.cache_clear()


def test_a_rule_that_starts_next_month_acts_from_its_day(from_next_month):
    given = date(2024, 1, 1)
    before, on = date(2026, 12, 21), date(2026, 12, 22)
    assert plan([held("CN", given, uses=(), today=before)], before) == ()
    (action,) = plan([held("CN", given, uses=(), today=on)], on)
    assert (action.deed, action.reason, action.cite) == ("erase", "inactivity", "new rule")
    assert said(plan([held("CN", given, today=on)], on)) == [("ask", "inactivity", "CN")]


def test_the_reviewed_file_says_that_silence_keeps_a_korean_consent():
    text = regimes.resources.files("leadcore.consent").joinpath("regimes", "KR.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)["expiry"]["terms"] == [{"months": 24, "kind": "reconfirm", "silence": "keeps"}]


# --- any person, any day -----------------------------------------------------------------------------------------


def anybody(seed: int) -> list[HeldLead]:
    draw = random.Random(seed)
    found = []
    for number in range(draw.randint(1, 4)):
        given = TODAY - timedelta(days=draw.choice([0, 3, 14, 30, 31, 90, 183, 365, 700, 730, 731, 1000, 1095, 1100, 2000]))
        country = draw.choice(["CA", "KR", "FR", "IT", "ES", "AU", "UZ", "IN", "DE", "US", "CN", "BR"])
        uses = draw.sample(["email", "sms", "voice", "share"], draw.randint(0, 3))
        found.append(
            held(
                country, given, id=f"lead{number}",
                grants=tuple(Grant(use=u, ground=draw.choice(["tick", "customer", "inquiry", "opt_out"]), since=given) for u in uses),
                contact=given + timedelta(days=draw.choice([0, 0, 5])),
                waits=draw.choice(["", "", "", "release", "parent", "confirmation"]),
                withdrawn=draw.choice([None, None, None, given + timedelta(days=1)]),
                asked=draw.choice([None, None, TODAY, TODAY - timedelta(days=29), TODAY - timedelta(days=31), TODAY - timedelta(days=700)]),
                reminded=draw.random() < 0.3, reminder_told=draw.random() < 0.7, may_write=draw.random() < 0.8,
                retention_months=draw.choice([0, 6, 24]), stated_months=draw.choice([0, 24]),
            )
        )  # fmt: skip
    return found


@pytest.mark.parametrize("block", range(10))
def test_after_a_plan_is_carried_out_nothing_is_left_to_do_on_that_day(block):
    for seed in range(block * 300, block * 300 + 300):
        person = anybody(seed)
        actions = plan(person, TODAY)
        left = person
        for action in actions:
            left = [after for lead in left if (after := _after(lead, [action], TODAY)) is not None]
        assert plan(left, TODAY) == (), seed
        assert len(set(actions)) == len(actions), seed
        assert all(action.due <= TODAY for action in actions), seed
        assert plan(list(reversed(person)), TODAY) == actions, seed
