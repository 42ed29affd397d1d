"""Every jurisdiction and every signal state can be explained field by field."""

from datetime import date

import pytest

from leadcore.consent.explain import explain
from leadcore.consent.regimes import FIELDS, codes, eea_states, scale, shared

TODAY = date(2026, 11, 22)


def _complete(explanation):
    assert tuple(row.field for row in explanation.rows) == FIELDS
    for row in explanation.rows:
        assert row.value and row.regime
        assert row.confidence in scale("conf")
        assert set(row.regime.split(", ")) <= set(explanation.codes)


@pytest.mark.parametrize("code", codes())
def test_a_jurisdiction_is_explained(code):
    explanation = explain(code, today=TODAY)
    assert code in explanation.codes
    _complete(explanation)


@pytest.mark.parametrize("state", sorted(shared()["gpc_states"]))
def test_a_signal_state_is_explained(state):
    explanation = explain("US", residence="US", region=state, today=TODAY)
    _complete(explanation)
    signal = next(row for row in explanation.rows if row.field == "signal")
    assert signal.value == ("honour_confirm" if state == "CA" else "honour")
    assert signal.citation


@pytest.mark.parametrize("country", sorted(eea_states()))
def test_a_member_state_is_explained_with_its_age(country):
    explanation = explain(country, today=TODAY)
    _complete(explanation)
    age = next(row for row in explanation.rows if row.field == "age")
    assert age.value == str(shared()["digital_age_eea"][country]["age"])


def test_an_explanation_names_the_regime_that_was_strictest():
    rows = {row.field: row for row in explain("US", residence="DE", phone="+90 532 123 45 67", today=TODAY).rows}
    assert (rows["email"].value, rows["email"].regime) == ("opt_in_filed", "TR")
    assert "6563" in rows["email"].citation
    assert rows["age"].regime == "TR"
