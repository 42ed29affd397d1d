"""The table of cases beside this file, each with its citation, against `decide`."""

import json
import tomllib
from datetime import date
from pathlib import Path

import pytest

from leadcore.consent.cases import CaseError
from leadcore.consent.decide import decide
from leadcore.consent.explain import explain
from leadcore.consent.regimes import FIELDS

TABLE = tomllib.loads(Path(__file__).with_name("cases.toml").read_text(encoding="utf-8"))
CASES, EXPLAINED = TABLE["case"], TABLE["explain"]
EXACT = ("applies", "decision", "pending", "refuse")
THERE = ("show", "never_show", "store")


def _decided(case):
    return decide({key: case[key] for key in ("today", "market", "visitor", "answers") if key in case})


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_case_is_decided_as_its_citation_says(case):
    decision = _decided(case)
    expect = case["expect"]
    for key in EXACT:
        if key in expect:
            found = decision[key] if isinstance(decision[key], str) else sorted(decision[key])
            wanted = expect[key] if isinstance(expect[key], str) else sorted(expect[key])
            assert found == wanted, (key, case["cite"])
    assert sorted(f"{entry['use']} {entry['when']}" for entry in decision["forward"]) == sorted(expect["forward"])
    for key in THERE:
        assert set(expect.get(key, ())) <= set(decision[key]), key
        assert not set(expect.get(f"no_{key}", ())) & set(decision[key]), key


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_every_code_has_a_reason_and_the_decision_is_json(case):
    decision = _decided(case)
    json.dumps(decision)
    reasons = {reason["code"] for reason in decision["because"]}
    for key in ("pending", "refuse", "show", "never_show", "store"):
        assert set(decision[key]) <= reasons, key
        assert len(decision[key]) == len(set(decision[key]))
    assert all(reason["regime"] and reason["field"] and reason["cite"] for reason in decision["because"])


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_each_use_in_play_is_forwarded_exactly_where_it_was_not_refused(case):
    decision = _decided(case)
    stopped = {entry["use"] for entry in decision["forward"] if entry["when"] == "never"}
    if decision["decision"] != "refuse":
        assert (
            not {code.removeprefix("purpose:") for code in decision["store"] if code.startswith("purpose:")} & stopped
        )
    else:
        assert decision["store"] == [] and decision["pending"] == []


def test_the_table_cites_every_case_and_holds_at_least_sixty():
    assert len(CASES) >= 60
    assert len({case["id"] for case in CASES}) == len(CASES)
    assert all(case["cite"] for case in CASES)


@pytest.mark.parametrize("case", EXPLAINED, ids=[case["field"] for case in EXPLAINED])
def test_a_field_is_explained_as_its_citation_says(case):
    rows = explain(case["market"], today=case.get("today", date(2026, 11, 21)), **case.get("visitor", {})).rows
    row = next(row for row in rows if row.field == case["field"])
    assert (row.value, row.regime) == (case["value"], case["regime"]), case["cite"]


def test_the_table_speaks_of_every_field():
    decided = {reason["field"] for case in CASES for reason in _decided(case)["because"]}
    assert decided | {case["field"] for case in EXPLAINED} >= set(FIELDS)


@pytest.mark.parametrize(
    ("broken", "key"),
    [
        ({"market": "DE"}, "today"),
        ({"today": "soon", "market": "DE"}, "today"),
        ({"today": "2026-11-21", "answers": {"tick_email": "maybe"}}, "tick_email"),
        ({"today": "2026-11-21", "visitor": {"age": "young"}}, "visitor.age"),
        (
            {"today": "2026-11-21", "market": "KR", "answers": {"tick_sms": True, "planned_sms_at": "late"}},
            "planned time",
        ),
    ],
    ids=["no-day", "bad-day", "bad-tick", "bad-age", "bad-time"],
)
def test_a_case_that_cannot_be_read_names_its_key(broken, key):
    with pytest.raises(CaseError, match=key):
        decide(broken)


def test_a_market_id_stands_for_its_countries():
    case = {"today": "2026-11-21", "market": "dach-shop", "answers": {"tick_email": True}}
    assert decide(case, market_countries={"dach-shop": ["DE", "AT", "CH"]})["applies"] == ["EU", "DE", "AT", "CH"]
