"""The schedule at work on a store: the dry run is the real run, once each, whoever runs it and however it ends."""

from __future__ import annotations

import datetime as dt
import random
import threading
from dataclasses import replace

import pytest

from forms_api import deeds, schedule
from forms_api.daily import Daily, last_run
from forms_api.schedule import due, run
from forms_api.settings import Settings
from forms_api.store import claims, consents, deliveries, leads, rights
from forms_api.store import schedule as store
from forms_api.store.engine import open_engine, reading, writing
from leadcore.model.leads import Attempt
from leadcore.model.markets import NurtureList, Route

NOW = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)
KEY = "a key of more than thirty-two characters"
MARKETS = ("in", "us", "de", "uz", "bd", "ae")
LOCALES = {"in": "gu-IN", "us": "en-US", "de": "de", "uz": "uz", "bd": "bn-BD", "ae": "ar"}


@pytest.fixture
def keep(engine, make_lead, make_event, make_delivery):
    """Stores a lead of so many days ago with its record and a subscription that arrived."""

    def store_lead(market="us", days=0, *, uses=("email",), decision=None, mails=(), event="given", more=(), **changes):
        at = NOW - dt.timedelta(days=days)
        values = {"market": market, "locale": LOCALES[market], "residence": market.upper(), "region": "", "phone_e164": "", "submitted_at": at}
        lead = make_lead(**{**values, **changes})
        boxes = {use: {"ticked": True, "wording": f"Yes to {use}", "purpose": "news"} for use in uses}
        listed = [make_delivery(lead, name=f"list-{use}", payload={"use": use, "email": lead.email}, created_at=at) for use in uses]
        mails = [make_delivery(lead, kind="mail", name=name, created_at=at, due_at=at) for name in mails]
        given = make_event(lead, event, uses=boxes, decision=decision or {"decision": "accept", "forward": [], "store": []})
        with writing(engine) as connection:
            leads.accept(connection, lead, given, [*listed, *mails])
            for one in listed:
                claims.record(connection, Attempt(delivery_id=one.id, at=at, outcome="accepted"), delivered_at=at)
            for kind, days_ago, extra in more:
                consents.add(connection, make_event(lead, kind, at=NOW - dt.timedelta(days=days_ago), uses=boxes, **extra))
        return lead

    return store_lead


def planned(engine, project, now=NOW, markets=MARKETS):
    with reading(engine) as connection:
        return list(due(connection, project, markets, now.date()))


def done(engine, project, now=NOW, markets=MARKETS, **options):
    found = list(run(engine, project, markets, KEY, now, **options))
    assert all(one.done for one in found)
    return [one.action for one in found]


def record_of(engine, lead):
    with reading(engine) as connection:
        return consents.of_lead(connection, lead.id)


def actions_of(engine, lead):
    with reading(engine) as connection:
        return {(d.name, d.action): d for d in deliveries.of_lead(connection, lead.id)}


def now_of(engine, lead):
    with reading(engine) as connection:
        return leads.by_id(connection, lead.id)


# --- each deed ---------------------------------------------------------------------------------------------------


def test_an_unconfirmed_lead_is_reminded_once_and_then_erased(engine, keep, example_project):
    lead = keep(days=3, mails=["confirm"], form="guide")
    (action,) = done(engine, example_project)
    assert (action.deed, action.reason) == ("remind", "unconfirmed")
    assert [e.event for e in record_of(engine, lead)] == ["given", "requested"]
    mail = actions_of(engine, lead)["remind", "send"]
    assert mail.payload["to"] == lead.email
    assert "/confirm/" in str(mail.payload["text"])
    assert done(engine, example_project, NOW + dt.timedelta(days=20)) == []
    (gone,) = done(engine, example_project, NOW + dt.timedelta(days=28))
    assert (gone.deed, gone.reason) == ("erase", "unconfirmed")
    assert now_of(engine, lead).email == ""


def test_a_confirmed_lead_is_not_taken_for_unconfirmed(engine, keep, example_project):
    keep(days=40, mails=["confirm"], confirmed_at=NOW - dt.timedelta(days=40))
    keep(days=40)
    assert planned(engine, example_project) == []


def test_a_suspect_lead_left_alone_is_erased_and_a_released_one_is_not(engine, keep, example_project):
    left = keep(days=30, quarantine_reason="trap")
    keep(days=30, quarantine_reason="trap", released_at=NOW)
    assert [(a.lead, a.reason) for a in done(engine, example_project)] == [(left.id, "quarantined")]


def test_a_child_whose_parent_is_silent_is_erased_after_the_reasonable_time(engine, keep, example_project):
    held = {"decision": "hold_parent", "forward": [], "store": []}
    silent = keep(days=15, decision=held)
    keep(days=15, decision=held, more=[("parent_confirmed", 2, {})])
    (action,) = done(engine, example_project)
    assert (action.lead, action.reason, action.cite) == (silent.id, "parent_silent", "16 CFR 312.5(c)(1)")
    assert record_of(engine, silent)[-1].event == "erased"


def test_retention_ends_with_an_erasure_that_every_list_hears_of(engine, keep, example_project):
    lead = keep("de", days=740)
    (action,) = done(engine, example_project)
    assert (action.deed, action.reason, action.regime) == ("erase", "retention", "market")
    assert any(name == "list-email" and kind in ("erase", "unsubscribe") for name, kind in actions_of(engine, lead))
    event = record_of(engine, lead)[-1]
    assert (event.event, event.decision["scheduled"]["reason"]) == ("erased", "retention")
    assert now_of(engine, lead).erased_at == NOW


def test_expiry_takes_the_lead_off_the_lists_of_the_ended_use_alone(engine, keep, example_project):
    lead = keep("us", days=95, uses=("email", "voice"), residence="AU", mails=["course/2"], confirmed_at=NOW)
    (action,) = done(engine, example_project)
    assert (action.deed, action.uses, action.regime) == ("expire", ("voice",), "AU")
    found = actions_of(engine, lead)
    assert ("list-voice", "unsubscribe") in found
    assert ("list-email", "unsubscribe") not in found
    assert found["course/2", "send"].open
    event = record_of(engine, lead)[-1]
    assert (event.event, {use: box["ticked"] for use, box in event.uses.items()}) == ("expired", {"voice": False})
    assert now_of(engine, lead).withdrawn_at is None


def test_a_list_that_another_use_still_leads_to_is_not_left(engine, keep, example_project):
    us = example_project.markets["us"]
    shared = (Route(form="guide", use="email", list="list-voice"), Route(form="guide", use="voice", list="list-voice"))
    both = replace(us, routes=shared, lists={"list-voice": NurtureList(id="list-voice", destination="list")})
    project = replace(example_project, markets={**example_project.markets, "us": both})
    lead = keep("us", days=95, uses=("email", "voice"), residence="AU", confirmed_at=NOW)
    (action,) = done(engine, project)
    assert action.uses == ("voice",)
    assert ("list-voice", "unsubscribe") not in actions_of(engine, lead)
    assert record_of(engine, lead)[-1].event == "expired"


def test_a_person_s_leads_in_another_market_count_for_nothing(engine, keep, example_project):
    old = keep("us", days=740, email="ada@example.com")
    keep("de", days=1, email="ada@example.com", confirmed_at=NOW)
    assert [a.lead for a in planned(engine, example_project)] == [old.id]
    assert [a.lead for a in done(engine, example_project)] == [old.id]


def test_implied_consent_ends_with_its_mails(engine, keep, example_project):
    implied = {"decision": "accept", "forward": [{"use": "email", "when": "now"}], "store": ["enquiry", "implied_after_inquiry_due:2026-05-21"]}
    lead = keep("us", days=185, uses=(), decision=implied, event="refused", residence="CA", mails=["course/2"])
    (action,) = done(engine, example_project)
    assert (action.deed, action.reason, action.regime, action.uses) == ("expire", "implied_after_inquiry", "CA", ("email",))
    assert actions_of(engine, lead)["course/2", "send"].cancelled_at == NOW
    assert done(engine, example_project, NOW + dt.timedelta(days=1)) == []


def korean(keep, **changes):
    """A lead of the market bd, whose notice keeps for 24 months, in touch lately, with a consent of two years ago."""
    more = [("corrected", 10, {})]
    return keep("bd", days=731, residence="KR", more=more, **changes)


def test_a_korean_is_asked_and_silence_changes_nothing(engine, keep, example_project):
    lead = korean(keep)
    (action,) = done(engine, example_project)
    assert (action.deed, action.reason, action.regime, action.deadline) == ("ask", "reconfirm", "KR", None)
    mail = actions_of(engine, lead)["reconfirm", "send"]
    assert mail.payload["locale"] == "bn-BD"
    assert "/reconfirm/" in str(mail.payload["text"])
    assert record_of(engine, lead)[-1].event == "reconfirm_asked"
    assert done(engine, example_project, NOW + dt.timedelta(days=200)) == []


def test_where_silence_ends_it_the_use_expires_a_month_after_the_question(engine, keep, example_project):
    lead = keep("us", days=731, uses=("voice",), residence="ES", more=[("corrected", 10, {})])
    (asked,) = done(engine, example_project)
    assert (asked.deed, asked.deadline) == ("ask", NOW.date() + dt.timedelta(days=30))
    assert done(engine, example_project, NOW + dt.timedelta(days=29)) == []
    (ended,) = done(engine, example_project, NOW + dt.timedelta(days=30))
    assert (ended.deed, ended.uses) == ("expire", ("voice",))
    assert ("list-voice", "unsubscribe") in actions_of(engine, lead)


def test_an_answer_in_time_keeps_the_use(engine, keep, example_project):
    lead = keep("us", days=731, uses=("voice",), residence="ES", more=[("corrected", 10, {})])
    done(engine, example_project)
    with writing(engine) as connection:
        assert deeds.reconfirm(connection, lead, NOW + dt.timedelta(days=5))
        assert not deeds.reconfirm(connection, lead, NOW + dt.timedelta(days=6))
    assert done(engine, example_project, NOW + dt.timedelta(days=31)) == []
    assert [e.event for e in record_of(engine, lead)][-1] == "reconfirmed"


def test_an_answer_after_the_deadline_gives_nothing_back(engine, keep, example_project):
    lead = keep("us", days=731, uses=("voice",), residence="ES", more=[("corrected", 10, {})])
    done(engine, example_project)
    with writing(engine) as connection:
        assert not deeds.reconfirm(connection, lead, NOW + dt.timedelta(days=30))


def test_a_market_that_is_not_served_is_left_alone(engine, keep, example_project):
    keep("de", days=740)
    assert planned(engine, example_project, markets=("us",)) == []
    assert done(engine, example_project, markets=("us",)) == []


# --- the dry run is the real run ---------------------------------------------------------------------------------


def random_store(draw, keep, engine, make_event):
    emails = [f"person{n}@example.com" for n in range(4)]
    for _ in range(draw.randint(3, 9)):
        implied = draw.random() < 0.3
        forward = [{"use": "email", "when": draw.choice(["now", "never"])}] if implied else []
        lead = keep(
            draw.choice(MARKETS),
            draw.choice([0, 3, 4, 14, 30, 31, 95, 183, 190, 365, 700, 705, 730, 735, 1096, 1500]),
            uses=() if implied else tuple(draw.sample(["email", "voice", "sms", "share"], draw.randint(0, 3))),
            decision={
                "decision": draw.choice(["accept", "accept", "accept_pending", "hold_parent"]), "forward": forward,
                "store": draw.choice([[], ["sale_ref"], ["implied_after_inquiry_due:2026-01-01"]]),
            },
            mails=draw.choice([(), ("confirm",), ("course/1",)]),
            residence=draw.choice(["CA", "KR", "FR", "IT", "ES", "AU", "IN", "DE", "US", "UZ", "CN", "BR"]),
            email=draw.choice([*emails, ""]),
            quarantine_reason=draw.choice([None, None, None, "trap"]),
            confirmed_at=draw.choice([None, NOW]),
            more=draw.choice([[], [], [("reconfirm_asked", 29, {})], [("reconfirm_asked", 35, {})], [("corrected", 100, {})]]),
        )  # fmt: skip
        if draw.random() < 0.2:
            with writing(engine) as connection:
                at = lead.submitted_at + dt.timedelta(days=1)
                rights.withdraw(connection, lead.id, at, make_event(lead, "withdrawn", at=at))


@pytest.mark.parametrize("seed", range(12))
def test_the_dry_run_lists_what_the_real_run_then_does_and_the_second_run_does_nothing(
    engine, keep, example_project, make_event, monkeypatch, seed
):
    draw = random.Random(seed)
    monkeypatch.setattr(store, "PAGE", draw.choice([1, 2, 500]))
    random_store(draw, keep, engine, make_event)
    for days in (0, 1, 30, 200):
        now = NOW + dt.timedelta(days=days)
        shown = planned(engine, example_project, now)
        assert done(engine, example_project, now) == shown
        assert planned(engine, example_project, now) == []
        assert done(engine, example_project, now) == []


def test_a_run_that_is_killed_is_taken_up_where_it_ended(engine, keep, example_project):
    for _ in range(6):
        keep("de", days=740)
    shown = planned(engine, example_project)
    first = run(engine, example_project, MARKETS, KEY, NOW)
    begun = [next(first).action, next(first).action]
    first.close()
    assert begun + done(engine, example_project) == shown


def test_a_deed_that_fails_half_way_leaves_nothing_and_holds_up_nobody(engine, keep, example_project, monkeypatch):
    bad, good = keep("de", days=740), keep("de", days=740)
    real = rights.erase

    def half(connection, lead_id, now, event):
        changed = real(connection, lead_id, now, event)
        if lead_id == bad.id:
            raise RuntimeError("the power went")
        return changed

    monkeypatch.setattr(rights, "erase", half)
    found = {one.action.lead: one.done for one in run(engine, example_project, MARKETS, KEY, NOW)}
    assert found == {bad.id: False, good.id: True}
    assert now_of(engine, bad).email == bad.email
    assert [e.event for e in record_of(engine, bad)] == ["given"]
    monkeypatch.undo()
    assert [a.lead for a in done(engine, example_project)] == [bad.id]


def test_two_workers_share_the_work_and_do_nothing_twice(store_url, engine, keep, example_project, tmp_path):
    for number in range(8):
        keep("de", days=740)
        korean(keep, email=f"kim{number}@example.kr")
    shown = planned(engine, example_project)
    assert len(shown) == 16
    found, barrier = [], threading.Barrier(2)

    def work():
        mine = open_engine(store_url, KEY, tmp_path / "anchors")
        barrier.wait()
        found.extend(done(mine, example_project))
        mine.dispose()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(60)
    assert sorted(found, key=lambda a: a.lead) == sorted(shown, key=lambda a: a.lead)
    with reading(engine) as connection:
        mails = [d for d in deliveries.find(connection, now=NOW) if d.name == "reconfirm"]
        events = [e.event for e in consents.every(connection)]
    assert len(mails) == 8
    assert (events.count("erased"), events.count("reconfirm_asked")) == (8, 8)


def test_what_was_done_between_plan_and_deed_is_not_done_again(engine, keep, example_project, make_event, monkeypatch):
    lead = korean(keep)
    real = schedule.plan

    def withdrawn_meanwhile(person, today):
        found = real(person, today)
        with writing(engine) as connection:
            rights.withdraw(connection, lead.id, NOW, make_event(lead, "withdrawn", at=NOW))
        return found

    monkeypatch.setattr(schedule, "plan", withdrawn_meanwhile)
    assert done(engine, example_project) == []
    assert ("reconfirm", "send") not in actions_of(engine, lead)


# --- once a day --------------------------------------------------------------------------------------------------


@pytest.fixture
def make_daily(store_url, engine, example_project, tmp_path):
    def make(clock):
        environ = {"LEADSITE_DATABASE_URL": store_url, "LEADSITE_SECRET_KEY": KEY}
        settings = Settings.from_env(environ, tmp_path)
        return Daily(engine=engine, project=lambda: example_project, settings=settings, clock=clock, wake=lambda: woken.append(1))

    woken: list[int] = []
    make.woken = woken
    return make


def test_a_day_is_run_by_one_worker_and_counted(engine, keep, make_daily):
    keep("de", days=740)
    one, other = make_daily(lambda: NOW), make_daily(lambda: NOW)
    stop = threading.Event()
    assert [one.run_if_due(stop), other.run_if_due(stop), one.run_if_due(stop)] == [True, False, False]
    with reading(engine) as connection:
        ran = last_run(connection, one.settings)
    assert (ran.day, ran.finished_at, ran.done, ran.left) == (NOW.date(), NOW, {"erase": 1}, 0)
    assert make_daily.woken
    assert make_daily(lambda: NOW + dt.timedelta(days=1)).run_if_due(stop)


def test_a_day_whose_worker_died_is_taken_up_after_its_lease(engine, keep, make_daily):
    keep("de", days=740)
    stop = threading.Event()
    dying = make_daily(lambda: NOW)
    with writing(engine) as connection:
        assert store.claim_day(connection, NOW.date(), "", NOW, lease_seconds=900)
    assert not dying.run_if_due(stop)
    assert make_daily(lambda: NOW + dt.timedelta(seconds=901)).run_if_due(stop)


def test_a_stopped_run_is_not_counted_as_the_day_s(engine, keep, make_daily):
    keep("de", days=740)
    stop = threading.Event()
    stop.set()
    daily = make_daily(lambda: NOW)
    daily.run_if_due(stop)
    with reading(engine) as connection:
        assert last_run(connection, daily.settings) is None


def test_what_failed_is_told_as_overdue(engine, keep, make_daily, monkeypatch):
    keep("de", days=740)

    def broken(*_args):
        raise RuntimeError

    monkeypatch.setattr(rights, "erase", broken)
    daily = make_daily(lambda: NOW)
    daily.run_if_due(threading.Event())
    with reading(engine) as connection:
        assert last_run(connection, daily.settings).left == 1
