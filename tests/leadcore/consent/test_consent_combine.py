"""The strictest rule per field, its exceptions, and that adding a regime never loosens anything."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadcore.consent.combine import DAYS, allowed_windows, combine, combine_field, rank, unsubscribe_hours
from leadcore.consent.decide import decide
from leadcore.consent.regimes import FIELDS, USES, codes, regime, shared

TODAY = date(2026, 11, 23)
LEAVES = [code for code in codes() if code != "EU"]
CHAINS = st.lists(st.sampled_from(LEAVES), min_size=1, max_size=4, unique=True)
RANKED = (*USES, "b2b", "prechecked", "doi", "signal", "residency")
COUNTRIES = [code for code in LEAVES if "-" not in code] + ["DK", "PT", "ZZ"]

# one changed value per field, each of which has to change what comes out
CHANGES = {
    **dict.fromkeys(USES, ("forbidden", {"rank": 7})),
    "soft": ("none", {"list": []}),
    "b2b": ("exempt", {}),
    "prechecked": ("allowed", {}),
    "split": ("document", {"list": ["document"]}),
    "doi": ("required", {}),
    "age": ("21", {"years": 21}),
    "minor": ("parental<21", {"rules": [{"rule": "parental", "under": 21}]}),
    "notice": ("postal", {"list": ["postal"]}),
    "lang": ("required:de", {"mode": "required", "langs": ["de"]}),
    "proof": ("signature", {"list": ["signature"]}),
    "proof_years": ("9", {"years": 9}),
    "expiry": ("1m reconfirm", {"terms": [{"months": 1, "kind": "reconfirm"}]}),
    "unsub": ("immediate", {"unit": "immediate"}),
    "ident": ("postal", {"list": ["postal"]}),
    "quiet": ("sms Mon 09:00-10:00", {"windows": [{"use": "sms", "days": ["Mon"], "from": "09:00", "to": "10:00"}]}),
    "dsr": ("1d", {"days": 1, "unit": "d"}),
    "signal": ("honour_confirm", {}),
    "residency": ("local_only", {}),
    "registries": ("new list", {"list": ["new list"]}),
    "penalty": ("another", {}),
}


@pytest.mark.parametrize("field", FIELDS)
def test_a_changed_value_changes_the_combined_rule(field):
    chain = regime("DE", TODAY)
    value, data = CHANGES[field]
    rule = replace(chain[field], value=value, data=data)
    changed = replace(chain, rules={**chain.rules, field: rule})
    before, after = combine_field(field, [chain]), combine_field(field, [changed])
    assert after.value != before.value
    assert after.rules == (rule,)
    assert after.regimes == (rule.regime,)


def _loosened(small, large):
    """The fields in which `large` asks for less than `small`."""
    one, more = combine(small), combine(large)
    found = [name for name in RANKED if more[name].number < one[name].number]
    found += [name for name in ("age", "proof_years") if more[name].number < one[name].number]
    found += [
        name
        for name in ("split", "notice", "proof", "ident", "registries", "minor")
        if not set(one[name].items) <= set(more[name].items)
    ]
    found += ["soft"] * (one["soft"].value == "none" and more["soft"].value != "none")
    found += ["unsub"] * (more["unsub"].number > one["unsub"].number)
    return found


@given(CHAINS, st.sampled_from(LEAVES))
@settings(deadline=None)
def test_adding_a_regime_never_loosens_a_field(names, added):
    small = [regime(name, TODAY) for name in names]
    large = [*small, regime(added, TODAY)]
    assert _loosened(small, large) == []
    for use in ("email", "sms", "voice", "chat"):
        for day in DAYS:
            few, many = allowed_windows(small, use, day), allowed_windows(large, use, day)
            if few is not None:
                assert many is not None
                assert all(any(a <= start and end <= b for a, b in few) for start, end in many)


TICK = st.sampled_from([True, False, "not_offered"])


@given(
    st.sampled_from(COUNTRIES),
    st.sampled_from(COUNTRIES),
    st.sampled_from(COUNTRIES),
    st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys(("tick_email", "tick_sms", "tick_phone", "tick_chat", "tick_partners", "tick_profiling"), TICK),
            "ui.default": st.sampled_from(["ticked", "empty"]),
            "objection_box": st.sampled_from(["empty", "ticked"]),
            "soft_optout_offered": st.booleans(),
            "part6a_notice_shown": st.booleans(),
            "enquiry": st.booleans(),
            "consent_document": st.sampled_from(["same", "separate"]),
        },
    ),
    st.fixed_dictionaries(
        {},
        optional={
            "age": st.integers(5, 30),
            "org": st.booleans(),
            "existing_customer": st.booleans(),
            "free_account": st.booleans(),
        },
    ),
)
@settings(deadline=None, max_examples=400)
def test_adding_a_country_never_lets_more_go_now(market, residence, hint, answers, visitor):
    case = {"today": TODAY, "market": market, "visitor": {**visitor, "residence": residence}, "answers": answers}
    wider = {**case, "visitor": {**case["visitor"], "ip_country": hint}}

    def free(decision):
        held = {e["use"] for e in decision["forward"] if e["when"] != "now"}
        return {e["use"] for e in decision["forward"] if e["when"] == "now" and e["use"] != "enquiry"} - held

    narrow, wide = decide(case), decide(wider)
    assert set(narrow["applies"]) <= set(wide["applies"])
    assert free(wide) <= free(narrow)
    notices = {code for code in narrow["show"] if code.startswith("notice:")}
    assert notices <= set(wide["show"])


def _combined(field, *names, org=False):
    return combine_field(field, [regime(name, TODAY) for name in names], org=org)


@pytest.mark.parametrize(
    ("field", "names", "value", "givers"),
    [
        ("email", ("US", "DE"), "opt_in_soft", ("DE",)),
        ("email", ("DE", "TR"), "opt_in_filed", ("TR",)),
        ("soft", ("US", "DE"), "own_sale,similar_own,optout_at_collection,optout_each_message", ("EU",)),
        ("soft", ("US", "TH"), "not_needed", ("US", "TH")),
        ("soft", ("DE", "PL"), "none", ("PL",)),
        ("age", ("DE", "AT"), "16", ("DE",)),
        ("minor", ("FR", "US"), "joint<15; parental_verifiable<13", ("FR", "US")),
        ("lang", ("FR", "MY"), "required:fr; all:ms,en", ("FR", "MY")),
        ("lang", ("US", "NZ"), "any_clear", ("US", "NZ")),
        ("proof_years", ("DE", "IL"), "7", ("IL",)),
        ("expiry", ("AU", "IL"), "3m phone_consent_without_period", ("AU",)),
        ("expiry", ("FR", "KR"), "36m inactivity; 24m reconfirm", ("FR", "KR")),
        ("unsub", ("US", "DE"), "asap valid=30d", ("EU", "US")),
        ("unsub", ("CA", "KR"), "asap valid=60d notify=14d", ("KR", "CA")),
        ("unsub", ("VN", "DE"), "immediate", ("VN",)),
        ("unsub", ("TR", "TH"), "3bd", ("TR",)),
        ("dsr", ("DE", "KE"), "7d", ("KE",)),
        ("dsr", ("US", "AE"), "none", ("US", "AE")),
        ("signal", ("US-CA", "US-GPC"), "honour_confirm", ("US-CA",)),
        ("residency", ("DE", "RU"), "local_first", ("RU",)),
        ("prechecked", ("US", "JP"), "unclear", ("JP",)),
        ("doi", ("GB", "IT"), "de_facto", ("IT",)),
    ],
)
def test_fields_combine_as_the_schema_says(field, names, value, givers):
    found = _combined(field, *names)
    assert (found.value, found.regimes) == (value, givers)


def test_the_smallest_window_of_the_exemption_counts():
    assert "window=6m" in _combined("soft", "IE", "KR").items


def test_labels_of_two_regimes_are_kept_in_order():
    labels = [item for item in _combined("ident", "KR", "CN").items if item.startswith("label:")]
    assert labels == ["label:(광고)@subject-start", "label:广告 or AD@subject-start"]


@pytest.mark.parametrize(
    ("names", "basis"),
    [
        (("GB",), "opt_out"),
        (("DE",), "opt_in_soft"),
        (("GB", "DE"), "opt_in_soft"),
        (("TR",), "opt_out"),
        (("US",), "opt_out"),
    ],
)
def test_an_organisation_lowers_only_what_every_regime_lowers(names, basis):
    assert _combined("email", *names, org=True).value == basis


def test_an_organisation_lowers_no_sharing():
    assert _combined("share", "GB", org=True).value == "opt_in_separate"


def test_hours_meet_in_the_middle():
    windows = allowed_windows([regime("AE", TODAY), regime("FR", TODAY)], "voice", "Mon")
    assert [(f"{a:%H:%M}", f"{b:%H:%M}") for a, b in windows] == [("10:00", "13:00"), ("14:00", "18:00")]
    assert allowed_windows([regime("AE", TODAY), regime("FR", TODAY)], "voice", "Sun") == ()
    assert allowed_windows([regime("DE", TODAY)], "voice", "Mon") is None


def test_confidence_is_the_weakest():
    assert _combined("prechecked", "DE", "CL").conf in ("verified", "known", "uncertain")
    assert _combined("email", "DE").conf == "verified"
    assert _combined("quiet", "DE").conf == "uncertain"


def test_no_chain_is_an_error():
    with pytest.raises(ValueError, match="no regime"):
        combine_field("email", [])


def test_every_scale_orders_every_value_in_use():
    for code in codes():
        for name in RANKED:
            assert rank(name, regime(code, TODAY)[name].value) >= 0
    assert unsubscribe_hours(regime("US", TODAY)["unsub"]) == 240
    assert set(shared()["scales"]) >= {"basis", "prechecked", "doi", "b2b", "signal", "residency", "minor"}
