"""Consents that wait for a state register: nothing goes before the operator records the entry, then it goes."""

from __future__ import annotations

import datetime as dt

import pytest

from forms_api.registers import NothingWaits, all_waiting, record, waiting_uses
from forms_api.store.engine import reading, writing
from leadcore.consent.standing import may_use, standings
from leadcore.model.leads import Lead

from ..pages_read import Page
from ..served import KEY, Api


def called(api: Api) -> Lead:
    """An Indian lead that agreed to calls, its address confirmed."""
    lead = api.taken("in", "gu-IN", "demo", phone="+91 98250 12345", consent_offers_voice="yes")
    assert api.client.post(api.link(lead, "confirm")).status_code == 200
    return api.leads()[0]


def enter(api: Api, lead: Lead, register: str, day: dt.date) -> object:
    with writing(api.kit.engine) as connection:
        return record(connection, api.project, lead, register, day, KEY, api.clock())


def test_calls_wait_until_the_operator_records_the_entry(any_api: Api) -> None:
    lead = called(any_api)
    assert [(w.use, w.awaits, w.due) for w in waiting_uses(lead, any_api.events(lead))] == [("voice", "dlt_consent_recorded", None)]
    assert any_api.lists(lead) == []
    done = enter(any_api, lead, "dlt_digital_consent", dt.date(2026, 11, 21))
    assert (done.opened, done.late) == (("voice",), ())  # type: ignore[attr-defined]
    assert any_api.lists(lead) == [r.list for r in any_api.project.markets["in"].routes if r.use == "voice" and r.form == "demo"]
    assert may_use(standings(any_api.events(lead)), "voice")
    with reading(any_api.kit.engine) as connection:
        assert all_waiting(connection) == ()


def test_an_entry_that_nothing_waits_for_is_refused(api: Api) -> None:
    lead = called(api)
    before = api.counts()
    with pytest.raises(NothingWaits):
        enter(api, lead, "iys_entry", dt.date(2026, 11, 21))
    assert api.counts() == before


def test_one_entry_is_recorded_once(api: Api) -> None:
    lead = called(api)
    enter(api, lead, "dlt_digital_consent", dt.date(2026, 11, 21))
    with pytest.raises(NothingWaits):
        enter(api, lead, "dlt_digital_consent", dt.date(2026, 11, 21))
    assert [e.event for e in api.events(lead)] == ["given", "confirmed", "registered"]


def turkish(api: Api) -> Lead:
    """A Turkish lead in a German shop: by phone code, so that the consent waits for the address and the register."""
    first = api.post("de", api.filled("de", "de", "demo", phone="+90 532 123 45 67", consent_news_email="yes"), "demo")
    agreed = {**Page(first.get_data(as_text=True)).sent(), "consent_explicit": "yes", "consent_transfer": "yes"}
    assert api.post("de", agreed, "demo").status_code == 303
    lead = api.leads()[0]
    assert api.client.post(api.link(lead, "confirm")).status_code == 200
    return api.leads()[0]


@pytest.mark.parametrize(("day", "opened", "late"), [(25, ("email",), ()), (26, (), ("email",))])
def test_turkeys_register_has_three_business_days(with_market, day: int, opened: tuple[str, ...], late: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    api = with_market(de=(r"\[privacy\]\n", '[privacy]\ntransfer_assessment = "standard contract of 2026-01-05"\n'))
    api.clock.now = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
    lead = turkish(api)
    (waits,) = [w for w in waiting_uses(lead, api.events(lead)) if w.use == "email"]
    assert waits.due == dt.date(2026, 11, 25)
    assert (waits.overdue(dt.date(2026, 11, 25)), waits.overdue(dt.date(2026, 11, 26))) == (False, True)
    done = enter(api, lead, "iys_entry", dt.date(2026, 11, day))
    assert (done.opened, done.late) == (opened, late)  # type: ignore[attr-defined]
    assert bool(api.lists(lead)) == bool(opened)
    assert may_use(standings(api.events(lead)), "email") == bool(opened)
