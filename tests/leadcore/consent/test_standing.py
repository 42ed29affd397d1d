"""Standing: every order of events, and that none leads to contact without the confirmation that was asked for."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leadcore.consent.standing import DOUBLE_OPT_IN, PARENT, may_use, standings, with_awaited
from leadcore.model.leads import ConsentEvent

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
NEWS, OFFERS = ("news", "email"), ("offers", "sms")
NUMBERS = itertools.count(1)


def event(kind: str, *keys: tuple[str, str], ticked: bool = True, awaits: Sequence[str] = (), **changes: object) -> ConsentEvent:
    uses = {use: {"purpose": purpose, "ticked": ticked, "awaits": list(awaits)} for purpose, use in keys}
    values: dict[str, object] = {"id": f"e{next(NUMBERS)}", "lead_id": "l", "event": kind, "at": NOW, "market": "de", "locale": "de", "form": "guide"}
    return ConsentEvent(**{**values, "uses": uses, **changes})  # type: ignore[arg-type]


def decided(**whens: str) -> dict[str, object]:
    return {"forward": [{"use": use, "when": when} for use, one in whens.items() for when in one.split("|")]}


DOI = (DOUBLE_OPT_IN,)


@pytest.mark.parametrize(
    ("record", "state"),
    [
        ([event("requested", NEWS)], "requested"),
        ([event("given", NEWS)], "given"),
        ([event("given", NEWS, ticked=False)], "refused"),
        ([event("refused", NEWS, ticked=False)], "refused"),
        ([event("given", NEWS, awaits=DOI)], "pending"),
        ([event("given", NEWS, decision=decided(email="doi_confirmed"))], "pending"),
        ([event("given", NEWS, decision=decided(email="now"))], "given"),
        ([event("given", NEWS, decision=decided(email="never"))], "refused"),
        ([event("given", NEWS, decision=decided(enquiry="now"))], "refused"),
        ([event("given", NEWS, decision=decided(email="2026-11-22T08:00 Europe/Berlin"))], "given"),
        ([event("refused", NEWS, ticked=False, decision=decided(email="now"))], "given"),
        ([event("given", NEWS, awaits=DOI), event("confirmed", NEWS)], "given"),
        ([event("given", NEWS, awaits=DOI), event("confirmed", OFFERS)], "pending"),
        ([event("given", NEWS, awaits=DOI), event("confirmed", ("other", "email"))], "pending"),
        ([event("given", NEWS, awaits=DOI), event("confirmed", NEWS, ticked=False)], "pending"),
        ([event("given", NEWS, awaits=DOI), event("confirmed")], "pending"),
        ([event("given", NEWS, awaits=DOI), event("reconfirmed", NEWS)], "pending"),
        ([event("given", NEWS, awaits=DOI), event("requested", NEWS)], "pending"),
        ([event("confirmed", NEWS), event("given", NEWS, awaits=DOI)], "pending"),
        ([event("given", NEWS, awaits=DOI), event("withdrawn", NEWS, ticked=False), event("confirmed", NEWS)], "withdrawn"),
        ([event("given", NEWS, awaits=(*DOI, "iys_entry_by_2026-11-25")), event("confirmed", NEWS)], "pending"),
        ([event("given", NEWS), event("parent_asked", NEWS)], "pending"),
        ([event("given", NEWS, awaits=(PARENT, *DOI)), event("parent_confirmed", NEWS)], "pending"),
        ([event("given", NEWS, awaits=(PARENT, *DOI)), event("confirmed", NEWS)], "pending"),
        ([event("given", NEWS, awaits=(PARENT, *DOI)), event("parent_confirmed", NEWS, doi_confirmed_at=NOW)], "given"),
        ([event("given", NEWS, awaits=("parent_verified",)), event("parent_confirmed", NEWS)], "pending"),
        ([event("given", NEWS), event("withdrawn", NEWS, ticked=False)], "withdrawn"),
        ([event("given", NEWS), event("withdrawn")], "withdrawn"),
        ([event("given", NEWS), event("withdrawn", ("", "email"), ticked=False)], "withdrawn"),
        ([event("given", NEWS), event("withdrawn", OFFERS, ticked=False)], "given"),
        ([event("given", NEWS), event("objected", NEWS, ticked=False)], "objected"),
        ([event("given", NEWS), event("expired", NEWS, ticked=False)], "expired"),
        ([event("given", NEWS), event("expired", NEWS, ticked=False), event("reconfirmed", NEWS)], "expired"),
        ([event("given", NEWS), event("reconfirm_asked", NEWS)], "given"),
        ([event("given", NEWS), event("reconfirm_asked", NEWS), event("refused", NEWS, ticked=False)], "refused"),
        ([event("given", NEWS), event("withdrawn", NEWS, ticked=False), event("given", NEWS)], "given"),
        ([event("given", NEWS), event("corrected")], "given"),
        ([event("given", NEWS), event("corrected", NEWS, awaits=DOI)], "pending"),
        ([event("given", NEWS), event("erased")], "erased"),
        ([event("given", NEWS), event("erased", NEWS, ticked=False), event("given", NEWS)], "erased"),
    ],
)  # fmt: skip
def test_where_a_purpose_stands_after(record: list[ConsentEvent], state: str) -> None:
    held = standings(record)
    assert held[NEWS].state == state
    assert held[NEWS].may_be_used == (state == "given") == may_use(held, "email") == may_use(held, "email", "news")
    assert not may_use(held, "sms") and not may_use(held, "email", "offers")


def test_a_use_that_a_rule_lets_go_ahead_waits_for_a_confirmation_too() -> None:
    answer = with_awaited(event("refused", NEWS, ticked=False, decision=decided(email="now")), confirm=True)
    assert standings([answer])[NEWS].state == "pending"
    after = standings([answer, event("confirmed", NEWS, ticked=False)])[NEWS]
    assert (after.state, after.basis) == ("given", "rule")


def test_what_an_answer_waits_for_is_written_into_it() -> None:
    answer = with_awaited(event("given", NEWS, OFFERS, decision=decided(email="now|doi_confirmed", sms="now")), confirm=False)
    assert (answer.uses["email"]["awaits"], answer.uses["sms"]["awaits"]) == (["doi_confirmed"], [])
    assert with_awaited(answer, confirm=True).uses["sms"]["awaits"] == ["doi_confirmed"]
    assert with_awaited(answer, confirm=True) == with_awaited(with_awaited(answer, confirm=True), confirm=True)


def test_a_withdrawal_that_leaves_a_box_ticked_leaves_that_purpose() -> None:
    both = event("given", NEWS, OFFERS)
    part = ConsentEvent(**{**{n: getattr(both, n) for n in ConsentEvent.__slots__}, "event": "withdrawn", "uses": {
        "email": {"purpose": "news", "ticked": True}, "sms": {"purpose": "offers", "ticked": False},
    }})  # fmt: skip
    held = standings([both, part])
    assert (held[NEWS].state, held[OFFERS].state) == ("given", "withdrawn")


KINDS = (
    "requested", "given", "confirmed", "refused", "withdrawn", "expired", "reconfirm_asked", "reconfirmed", "parent_asked",
    "parent_confirmed", "registered", "corrected", "erased", "objected",
)  # fmt: skip
KEYS = [NEWS, OFFERS, ("offers", "email")]


@st.composite
def events(draw: st.DrawFn) -> ConsentEvent:
    kind = draw(st.sampled_from(KINDS))
    keys = draw(st.lists(st.sampled_from(KEYS), unique_by=lambda key: key[1], max_size=2))
    made = event(
        kind, *keys, ticked=draw(st.booleans()) if kind != "refused" else False,
        awaits=draw(st.sampled_from([(), DOI, (PARENT,), (*DOI, PARENT)])) if kind in ("given", "corrected") else (),
    )  # fmt: skip
    if kind == "given":
        whens = {use: draw(st.sampled_from(["now", "doi_confirmed", "never", "now|doi_confirmed", PARENT])) for _, use in keys}
        made = ConsentEvent(**{**{n: getattr(made, n) for n in ConsentEvent.__slots__}, "decision": decided(**whens)})
    return made


def asked_of(answer: ConsentEvent, use: str) -> set[str]:
    forward = answer.decision.get("forward", ())
    assert isinstance(forward, (list, tuple))
    return {*answer.uses[use]["awaits"], *(e["when"] for e in forward if e["use"] == use)} - {"now"}  # type: ignore[misc]


def names(one: ConsentEvent, key: tuple[str, str]) -> bool:
    return key[1] in one.uses and one.uses[key[1]]["purpose"] == key[0]


@settings(max_examples=250, deadline=None)
@given(st.lists(events(), max_size=9))
@example([event("given", NEWS, awaits=DOI), event("withdrawn"), event("confirmed", NEWS)])
def test_no_order_of_events_leads_to_contact_without_the_purposes_own_confirmation(record: list[ConsentEvent]) -> None:
    """What must be true of a record in which a use is in force, said over the whole record and not step by step."""
    for key, one in standings(record).items():
        if not one.may_be_used:
            continue
        assert not any(e.event == "erased" for e in record)
        last = max(n for n, e in enumerate(record) if e.event == "given" and names(e, key))
        answer, after = record[last], record[last + 1 :]
        asked = asked_of(answer, key[1])
        assert "never" not in asked
        ended = [e for e in after if e.event in ("withdrawn", "objected", "expired", "refused")]
        assert not [e for e in ended if not e.uses or (names(e, key) and not e.uses[key[1]]["ticked"])]
        if DOUBLE_OPT_IN in asked:
            assert any(e.event == "confirmed" and names(e, key) for e in after)
        if PARENT in asked:
            assert any(e.event == "parent_confirmed" and names(e, key) for e in after)


@settings(max_examples=100, deadline=None)
@given(st.lists(events(), max_size=7), events())
def test_an_event_touches_only_the_purposes_that_it_names(record: list[ConsentEvent], last: ConsentEvent) -> None:
    before, after = standings(record), standings([*record, last])
    for key in KEYS:
        if last.uses and last.event != "erased" and not names(last, key):
            assert before.get(key) == after.get(key)


def test_the_words_of_the_events_are_those_of_the_model() -> None:
    from typing import get_args

    from leadcore.model.leads import ConsentEventKind

    assert set(KINDS) == set(get_args(ConsentEventKind))
