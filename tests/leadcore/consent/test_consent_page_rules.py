"""What a form has to show per market, and whether an answer makes it show more."""

from dataclasses import replace
from datetime import date

import pytest

from leadcore.consent.notices import READING_ORDER
from leadcore.consent.page_rules import asks_more, requirements
from leadcore.consent.regimes import codes

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("market", "boxes", "double_opt_in", "age", "shown", "documents"),
    [
        ("DE", {"email", "sms", "voice", "chat", "share", "transfer"}, True, 16, (), ()),
        ("GB", {"email", "sms", "chat", "share", "transfer"}, False, 13, (), ()),
        ("US", {"sms"}, False, 13, (), ()),
        ("IN", {"email", "sms", "voice", "chat", "profiling", "share"}, False, 0, (), ("notice_standalone",)),
        ("UZ", {"email", "sms", "voice", "chat", "profiling", "share", "transfer"}, False, 18, ("uz",), ()),
        ("BD", {"email", "sms", "voice", "chat", "profiling", "share", "transfer"}, False, 18, (), ()),
        ("AE", {"email", "sms", "voice", "chat", "profiling", "share", "transfer"}, False, 18, (), ()),
        ("KZ", {"email", "sms", "voice", "chat", "profiling", "share", "transfer"}, False, 18, ("kk", "ru"), ()),
        (
            "RU",
            {"email", "sms", "voice", "chat", "profiling", "share", "transfer"},
            True,
            18,
            ("ru",),
            ("consent_as_own_document",),
        ),
    ],
)
def test_a_market_asks_for_its_boxes(market, boxes, double_opt_in, age, shown, documents):
    need = requirements(market, today=TODAY)
    assert set(need.boxes) == boxes
    assert (need.double_opt_in, need.age_threshold) == (double_opt_in, age)
    assert (need.languages.shown, need.documents) == (shown, documents)


@pytest.mark.parametrize("code", codes())
def test_every_jurisdiction_has_requirements_in_reading_order(code):
    need = requirements(code, today=TODAY)
    assert need.notice_items
    assert list(need.notice_items) == sorted(need.notice_items, key=READING_ORDER.index)
    assert need.proof and need.unsubscribe
    assert all(use.cite for use in need.uses.values())


def test_the_form_switches_early_and_the_age_does_not():
    early, literal = requirements("IN", today=TODAY), requirements("IN", today=TODAY, early=False)
    assert "withdraw_link" in early.notice_items and "withdraw_link" not in literal.notice_items
    assert len(early.languages.choice) == 23 and literal.languages.choice == ()
    assert early.age_threshold == literal.age_threshold == 0
    assert requirements("IN", today=date(2027, 5, 13)).age_threshold == 18


def test_quebec_wants_french_at_least_as_well_placed():
    need = requirements("CA", "CA", "QC", today=TODAY)
    assert need.languages.shown == need.languages.parity == ("fr",)
    assert "english_better_placed_than_french" in need.never_show


def test_us_calls_and_texts_are_never_pre_ticked():
    need = requirements("US", today=TODAY)
    assert [use for use, rule in need.uses.items() if not rule.may_be_prechecked] == ["sms", "voice"]
    assert need.age_question == "age_question_neutral"
    assert "tcpa_not_condition_of_purchase" in need.split


@pytest.mark.parametrize(("market", "hours"), [("US", 240), ("DE", 24), ("VN", 0), ("TH", 168), (["US", "DE"], 24)])
def test_the_shortest_unsubscribe_deadline_counts(market, hours):
    assert requirements(market, today=TODAY).unsubscribe_hours == hours


@pytest.mark.parametrize(
    ("market", "residence", "region", "phone", "more"),
    [
        ("DE", "DE", None, None, False),
        ("DE", "AT", None, None, False),
        ("DE", "FR", None, None, True),
        ("DE", None, None, "+33 6 12 34 56 78", True),
        ("DE", "US", None, None, True),
        ("US", "DE", None, None, True),
        ("US", "US", "CA", None, True),
        ("FR", "DE", None, None, False),
        ("CA", "CA", "QC", None, True),
        ("CA", "CA", "ON", None, False),
        ("GB", "IN", None, None, True),
    ],
)
def test_a_visitor_from_elsewhere_may_have_to_see_more(market, residence, region, phone, more):
    base = requirements(market, today=TODAY)
    assert asks_more(base, requirements(market, residence, region, phone, today=TODAY)) is more
    assert not asks_more(base, base)


def test_a_standalone_document_is_more_even_where_all_else_is_equal():
    base = requirements("DE", today=TODAY)
    assert asks_more(base, replace(base, documents=("notice_standalone",)))
