"""The explanation of a visitor's rules: every jurisdiction, every signal state, every field, and what follows."""

import itertools
from datetime import date

import pytest

from leadcore.consent.explain import explain
from leadcore.consent.regimes import FIELDS, USES, codes, eea_states, shared

TODAY = date(2026, 11, 22)
STATES = sorted(shared()["gpc_states"])


def _complete(explanation):
    assert [row.field for row in explanation.rows] == list(FIELDS)
    for row in explanation.rows:
        assert row.value and row.regime and row.citation and row.meaning
        assert row.confidence in ("verified", "known", "uncertain")
    assert explanation.reviewed == date(2026, 11, 21)
    subjects = [row.subject for row in explanation.follows]
    for use in USES:
        assert f"{use} with its box ticked" in subjects and f"{use} without a box" in subjects
    for row in explanation.follows[1:]:
        assert row.outcome and row.regime and row.citation and row.confidence, row


def _row(explanation, field):
    return next(row for row in explanation.rows if row.field == field)


def _outcome(explanation, subject):
    return next(row.outcome for row in explanation.follows if row.subject == subject)


@pytest.mark.parametrize("code", codes())
def test_a_jurisdiction_is_explained_for_a_resident_of_every_signal_state(code):
    country, _, region = code.partition("-")
    alone = explain(country, residence=country, region=region, today=TODAY)
    assert code in alone.codes
    _complete(alone)
    for state in STATES:
        explanation = explain(code, residence="US", region=state, gpc=True, today=TODAY)
        assert {code, "US", "US-GPC"} <= set(explanation.codes) or code == "US-CA"
        assert ("US-CA" in explanation.codes) == (state == "CA" or code == "US-CA")
        _complete(explanation)
        assert _row(explanation, "signal").value == ("honour_confirm" if "US-CA" in explanation.codes else "honour")
        assert "OPT_OUT_SIGNAL" in _outcome(explanation, "share with its box ticked")


def test_there_are_fifty_two_jurisdictions_and_twelve_signal_states():
    assert (len(codes()), len(STATES)) == (52, 12)


@pytest.mark.parametrize("country", sorted(eea_states()))
def test_a_member_state_is_explained_with_its_age(country):
    explanation = explain(country, today=TODAY)
    _complete(explanation)
    assert _row(explanation, "age").value == str(shared()["digital_age_eea"][country]["age"])


def test_an_explanation_names_the_regime_that_was_strictest():
    rows = {row.field: row for row in explain("US", residence="DE", phone="+90 532 123 45 67", today=TODAY).rows}
    assert (rows["email"].value, rows["email"].regime) == ("opt_in_filed", "TR")
    assert "6563" in rows["email"].citation
    assert rows["age"].regime == "TR"


def test_the_label_of_the_residence_stands_first():
    value = _row(explain("CN", residence="KR", today=TODAY), "ident").value
    assert value.index("(광고)") < value.index("广告")


@pytest.mark.parametrize(
    ("visitor", "subject", "outcome"),
    [
        ({"age": 15}, "decision, every box ticked", "hold_parent"),
        ({"age": 16}, "decision, every box ticked", "accept_pending"),
        ({"age": 15}, "email with its box ticked", "parent_confirmed and doi_confirmed (parent_confirmed, double_opt_in, UNDER_AGE_16)"),
        ({"customer": True}, "email without a box", "now"),
        ({"residence": "GB", "org": True}, "email without a box", "never (NO_CONSENT)"),
        ({"lang": "de"}, "the page shows", "lang:de"),
        ({"seat": "TR"}, "email with its box ticked", "doi_confirmed and iys_entry_by_2026-11-25 (double_opt_in, iys_entry)"),
    ],
)
def test_what_follows_depends_on_the_visitor(visitor, subject, outcome):
    follows = explain("DE", today=TODAY, **visitor).follows
    assert outcome in [row.outcome for row in follows if row.subject == subject]


def test_without_a_visitor_nothing_of_a_child_or_a_signal_is_said():
    outcomes = {row.outcome for row in explain("DE", today=TODAY).follows}
    assert not outcomes & {"age_claim", "parent_contact", "signal_seen", "gpc_status:honoured"}


def test_the_day_decides():
    before, after = (explain("FR", today=day) for day in (date(2026, 8, 10), date(2026, 8, 11)))
    assert (_row(before, "voice").value, _row(after, "voice").value) == ("opt_out_registry", "opt_in")


@pytest.mark.parametrize(("age", "region"), list(itertools.product((12, 14, 15, 17), ("MD", "OR"))))
def test_a_state_bans_ads_to_its_minors_from_a_market_of_its_own_too(age, region):
    explanation = explain(f"US-{region}", age=age, today=TODAY)
    banned = age < {"MD": 18, "OR": 16}[region]
    assert ("FORBIDDEN_FOR_CHILD" in _outcome(explanation, "profiling with its box ticked")) == banned
