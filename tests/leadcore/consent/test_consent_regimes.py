"""The jurisdiction files: complete, sourced, inherited as a chain, switched by date."""

import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest

from leadcore.consent.regimes import (
    FIELDS,
    HOUSE,
    codes,
    country_regime,
    eea_states,
    last_switch,
    regime,
    scale,
    shared,
)

VALUES = tomllib.loads(Path(__file__).with_name("values.toml").read_text(encoding="utf-8"))
LATER = date(2028, 1, 1)
TODAY = date(2026, 11, 22)
SETS = ("soft", "split", "notice", "proof")

SWITCHES = [
    ("FR", "voice", date(2026, 8, 11), "opt_out_registry", "opt_in"),
    ("NL", "voice", date(2026, 7, 1), "opt_in_soft", "opt_in"),
    ("UZ", "residency", date(2026, 3, 26), "local_only", "safeguards"),
    ("RU", "split", date(2025, 9, 1), "terms,purpose", "terms,purpose,document,partner"),
    ("BD", "residency", date(2026, 2, 5), "local_first", "safeguards"),
    ("IN", "age", date(2027, 5, 13), "0", "18"),
    ("IN", "email", date(2027, 5, 13), "opt_out", "opt_in"),
    ("IN", "minor", date(2027, 5, 13), "capacity", "parental_verifiable<18; no_targeting<18"),
    ("IN", "dsr", date(2027, 5, 13), "1mo", "90d"),
    ("CL", "prechecked", date(2026, 12, 1), "unclear", "invalid"),
    ("CL", "age", date(2026, 12, 1), "0", "14"),
    ("GB", "penalty", date(2026, 2, 5), "GBP 500,000 under PECR", VALUES["penalty"]["GB"]),
    ("US-CA", "signal", date(2026, 1, 1), "honour", "honour_confirm"),
    ("AE", "minor", date(2027, 1, 1), "capacity", "parental_verifiable<13; no_targeting<13"),
    ("VN", "share", date(2026, 1, 1), "opt_in", "opt_in_separate"),
]


def test_there_are_fifty_two_jurisdictions():
    assert len(codes()) == 52


@pytest.mark.parametrize("field", FIELDS)
def test_a_rule_has_the_value_that_was_reviewed(field):
    found = {code: regime(code, LATER)[field] for code in codes()}
    own = {code: rule.value for code, rule in found.items() if rule.regime == code}
    assert own == VALUES[field]


@pytest.mark.parametrize("code", codes())
def test_a_jurisdiction_answers_every_field_with_a_source(code):
    for day in (date(2023, 1, 1), TODAY, LATER):
        chain = regime(code, day)
        assert set(chain.rules) == set(FIELDS)
        for rule in chain.rules.values():
            assert rule.cite and rule.value
            assert rule.conf in scale("conf")
            assert rule.regime in chain.codes
    assert chain.name and chain.status and chain.reviewed == date(2026, 11, 21)
    assert all(source.startswith("http") for source in chain.sources)


@pytest.mark.parametrize("code", [*codes(), HOUSE])
def test_parsed_values_agree_with_the_value_as_text(code):
    chain = regime(code, TODAY)
    for name in SETS:
        rule = chain[name]
        assert rule.items() == (() if rule.value in ("none", "not_needed") else tuple(rule.value.split(",")))
        vocabulary = shared()["vocabulary"][name]
        assert {item.split("=")[0] for item in rule.items()} <= set(vocabulary)
    assert chain["age"].data["years"] == int(chain["age"].value)
    assert chain["proof_years"].data["years"] == int(chain["proof_years"].value)
    bounds = [f"{r['rule']}<{r['under']}" if "under" in r else r["rule"] for r in chain["minor"].data["rules"]]
    assert "; ".join(bounds) == chain["minor"].value
    mode, _, langs = chain["lang"].value.partition(":")
    assert (mode, langs.replace("+", ",")) == (chain["lang"].data["mode"], ",".join(chain["lang"].data["langs"]))
    terms = [f"{term['months']}m {term['kind']}" for term in chain["expiry"].data["terms"]]
    assert "; ".join(terms) == chain["expiry"].value.removeprefix("none").removeprefix("as_stated")
    for use in FIELDS[:7]:
        assert scale("basis")[chain[use].data["rank"]] == chain[use].value


@pytest.mark.parametrize(
    ("code", "field", "day", "before", "after"), SWITCHES, ids=[f"{s[0]}-{s[1]}" for s in SWITCHES]
)
def test_a_switch_turns_on_its_day(code, field, day, before, after):
    assert regime(code, day - timedelta(days=1))[field].value == before
    assert regime(code, day)[field].value == after


def test_a_child_replaces_single_fields_of_its_parent():
    germany, union = regime("DE", TODAY), regime("EU", TODAY)
    assert germany.codes == ("EU", "DE")
    assert germany["voice"].regime == "DE"
    assert germany["share"] is union["share"]


def test_quebec_keeps_the_federal_notice_items():
    assert set(regime("CA", TODAY)["notice"].items()) <= set(regime("CA-QC", TODAY)["notice"].items())


@pytest.mark.parametrize("country", sorted(eea_states() - set(codes())))
def test_a_member_state_without_a_file_is_the_union_with_its_own_age(country):
    chain = country_regime(country, TODAY)
    years = shared()["digital_age_eea"][country]["age"]
    assert chain.code == "EU" and chain.country == country
    assert chain["age"].data["years"] == years
    assert chain["minor"].value == f"parental<{years}"
    assert chain["email"] is regime("EU", TODAY)["email"]


def test_an_unknown_country_is_the_house_default():
    chain = country_regime("ZZ", TODAY)
    assert chain.code == HOUSE
    assert (chain["email"].value, chain["prechecked"].value, chain["age"].value) == ("opt_in", "invalid", "18")
    assert chain["split"].value == "terms,purpose,channel"


def test_a_code_without_a_file_is_an_error():
    with pytest.raises(KeyError, match="XX"):
        regime("XX", TODAY)


def test_the_last_switch_includes_the_parents():
    assert last_switch("IN") == date(2027, 5, 13)
    assert last_switch("US-CA") == date(2027, 1, 31)
    assert last_switch("EU") is None
