"""Two at work on one person at the same time: both come to their end, one after the other, and the record is whole."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from forms_api.links import given_event
from forms_api.privacy import Desk
from forms_api.store import consents, leads
from forms_api.store.audit import verify
from forms_api.store.engine import anchor_of, reading, writing
from leadcore.consent.standing import standings
from leadcore.model.leads import Lead

from .served import Api

Deed = Callable[[Desk, Connection, Lead, Any], Any]
DEEDS: dict[str, Deed] = {
    "withdraw": lambda desk, connection, lead, now: desk.withdraw(connection, lead, now),
    "withdraw-one-use": lambda desk, connection, lead, now: desk.withdraw(connection, lead, now, {"email"}),
    "erase": lambda desk, connection, lead, now: desk.erase(connection, lead, now),
    "correct": lambda desk, connection, lead, now: desk.correct(connection, lead, {"name": "Grace"}, now),
    "address": lambda desk, connection, lead, now: desk.change_address(connection, lead, "grace@example.com", now),
}


def person(api: Api, address: str) -> tuple[Lead, Lead]:
    """Two leads of one address."""
    answers = {"name": "Ada", "email": address, "consent_news_email": "yes", "consent_offers_voice": "yes", "phone": "(415) 555-0132"}
    for form in ("guide", "demo"):
        assert api.post("us", api.filled("us", "en-US", form, **answers), form).status_code == 303
    first, second = (one for one in api.leads() if one.email == address)
    return first, second


def wait_for_the_other(connection: Connection, errors: list[Exception]) -> None:
    """Until another transaction waits for this one."""
    blocked = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))")
    end = time.monotonic() + 10
    while not connection.execute(blocked).scalar_one():
        assert errors == []
        assert time.monotonic() < end, "nobody came"
        time.sleep(0.01)


@pytest.mark.parametrize("database", ["postgresql"])
@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("held", [0, 1], ids=["first-lead", "second-lead"])
def test_a_deed_on_all_leads_and_an_event_on_one_of_them_do_not_wait_for_each_other(any_api: Api, deed: str, held: int) -> None:
    both = person(any_api, "ada@example.com")
    engine, desk, now = any_api.kit.engine, any_api.kit.desk, any_api.clock()
    errors: list[Exception] = []

    def other() -> None:
        try:
            with writing(engine) as connection:
                assert DEEDS[deed](desk, connection, both[0], now).changed
        except Exception as error:
            errors.append(error)

    thread = threading.Thread(target=other)
    with writing(engine) as connection:
        leads.hold(connection, [both[held].id])
        thread.start()
        wait_for_the_other(connection, errors)
        given = given_event(connection, both[held].id)
        assert given is not None
        consents.add(connection, replace(given, id="meanwhile", event="confirmed", at=now))
    thread.join(20)
    assert errors == []
    with reading(engine) as connection:
        assert verify(connection, anchor_of(engine)).findings == ()


@pytest.mark.parametrize("database", ["postgresql"])
def test_one_that_waited_sees_what_the_other_did(any_api: Api) -> None:
    both = person(any_api, "ada@example.com")
    engine, desk, now = any_api.kit.engine, any_api.kit.desk, any_api.clock()
    found: list[bool] = []

    def other() -> None:
        with writing(engine) as connection:
            found.append(desk.withdraw(connection, both[1], now).changed)

    thread = threading.Thread(target=other)
    with writing(engine) as connection:
        assert desk.withdraw(connection, both[0], now).changed
        thread.start()
        wait_for_the_other(connection, [])
    thread.join(20)
    assert found == [False]
    for lead in both:
        assert [event.event for event in any_api.events(lead)] == ["given", "withdrawn"]


def test_whatever_comes_at_once_the_record_is_whole_and_nobody_is_turned_away(any_api: Api) -> None:
    people = [person(any_api, f"ada{n}@example.com") for n in range(3)]
    kit, desk, now = any_api.kit, any_api.kit.desk, any_api.clock()
    errors: list[Exception] = []

    def work(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(6):
            lead, deed = chance.choice(chance.choice(people)), chance.choice(["confirm", "withdraw", "withdraw-one-use", "correct"])
            try:
                if deed == "confirm":
                    kit.writer.run(lambda c, lead=lead: desk.confirm(c, lead, now))
                else:
                    kit.writer.run(lambda c, lead=lead, deed=deed: DEEDS[deed](desk, c, lead, now))
            except Exception as error:
                errors.append(error)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert errors == []
    with reading(kit.engine) as connection:
        assert verify(connection, anchor_of(kit.engine)).findings == ()
        for lead in (one for both in people for one in both):
            if leads.by_id(connection, lead.id).withdrawn_at:
                assert not any(one.may_be_used for one in standings(consents.outline(connection, lead.id)).values())
