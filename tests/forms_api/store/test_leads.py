"""Leads: accepted once whatever arrives twice, confirmed once, released, found."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from forms_api.store import consents, deliveries, leads, rights
from forms_api.store.engine import reading, writing
from forms_api.store.schema import consent_events, metadata
from forms_api.store.schema import deliveries as deliveries_table
from forms_api.store.schema import leads as leads_table


def counts(engine):
    with reading(engine) as connection:
        return {
            table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in (leads_table, consent_events, deliveries_table)
        }


def accept(engine, lead, event, pending=()):
    with writing(engine) as connection:
        return leads.accept(connection, lead, event, pending)


def in_parallel(number, work):
    barrier, results = threading.Barrier(number), []

    def run() -> None:
        barrier.wait()
        try:
            results.append(work())
        except Exception as error:
            results.append(error)

    threads = [threading.Thread(target=run) for _ in range(number)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return results


def test_an_accepted_lead_comes_back_as_it_was(engine, make_lead, make_event, make_delivery):
    lead = make_lead(quarantine_reason="honeypot")
    event, delivery = make_event(lead), make_delivery(lead)
    accepted = accept(engine, lead, event, [delivery])
    assert (accepted.created, accepted.identical) == (True, True)
    with reading(engine) as connection:
        assert leads.by_id(connection, lead.id) == lead
        assert list(leads.by_id(connection, lead.id).answers) == list(lead.answers)
        assert consents.of_lead(connection, lead.id) == (event,)
        assert deliveries.of_lead(connection, lead.id) == (delivery,)


def test_the_same_submission_id_gives_the_first_lead(engine, make_lead, make_event, make_delivery):
    first = make_lead()
    again = replace(make_lead(), submission_id=first.submission_id, fingerprint=first.fingerprint)
    accept(engine, first, make_event(first), [make_delivery(first)])
    repeat = accept(engine, again, make_event(again), [make_delivery(again)])
    assert (repeat.lead, repeat.created, repeat.identical) == (first, False, True)
    assert counts(engine) == {"leads": 1, "consent_events": 1, "deliveries": 1}


def test_the_same_submission_id_with_other_content_is_told_apart(engine, make_lead, make_event):
    first = make_lead()
    corrected = replace(make_lead(email="right@example.in"), submission_id=first.submission_id)
    accept(engine, first, make_event(first))
    repeat = accept(engine, corrected, make_event(corrected))
    assert (repeat.lead, repeat.created, repeat.identical) == (first, False, False)


@pytest.mark.parametrize("change", [{"market": "bd"}, {"form": "demo"}])
def test_a_submission_id_counts_per_market_and_form(engine, make_lead, make_event, change):
    first = make_lead()
    other = replace(make_lead(), submission_id=first.submission_id, **change)
    accept(engine, first, make_event(first))
    assert accept(engine, other, make_event(other)).created


@pytest.mark.parametrize(("seconds", "created"), [(0, False), (599, False), (600, True), (3600, True)])
def test_identical_submissions_within_ten_minutes_are_one_lead(engine, make_lead, make_event, now, seconds, created):
    first = make_lead(submission_id=None)
    again = make_lead(submission_id=None, fingerprint=first.fingerprint, submitted_at=now + timedelta(seconds=seconds))
    accept(engine, first, make_event(first))
    assert accept(engine, again, make_event(again)).created is created


def test_who_withdrew_and_signs_up_again_at_once_is_a_new_lead(engine, make_lead, make_event, now):
    first = make_lead(submission_id=None)
    again = make_lead(submission_id=None, fingerprint=first.fingerprint)
    accept(engine, first, make_event(first))
    with writing(engine) as connection:
        rights.withdraw(connection, first.id, now, make_event(first, "withdrawn"))
    assert accept(engine, again, make_event(again)).created


@pytest.mark.parametrize("submission_id", ["the-same", None], ids=["submission_id", "fingerprint"])
def test_fifty_parallel_identical_calls_give_one_lead(engine, make_lead, make_event, make_delivery, submission_id):
    def call():
        lead = make_lead(submission_id=submission_id, fingerprint="the-same")
        return accept(engine, lead, make_event(lead), [make_delivery(lead)])

    results = in_parallel(50, call)
    assert [r for r in results if isinstance(r, Exception)] == []
    assert sum(r.created for r in results) == 1
    assert len({r.lead.id for r in results}) == 1
    assert counts(engine) == {"leads": 1, "consent_events": 1, "deliveries": 1}


def test_a_receipt_already_given_is_refused(engine, make_lead, make_event):
    first = make_lead()
    accept(engine, first, make_event(first))
    second = make_lead(receipt=first.receipt)
    with pytest.raises(leads.ReceiptTaken):
        accept(engine, second, make_event(second))
    assert counts(engine)["leads"] == 1


def test_a_failing_delivery_row_stores_nothing(engine, make_lead, make_event, make_delivery):
    lead = make_lead()
    broken = make_delivery(lead, lead_id="nobody")
    with pytest.raises(sa.exc.IntegrityError):
        accept(engine, lead, make_event(lead), [make_delivery(lead), broken])
    assert counts(engine) == {"leads": 0, "consent_events": 0, "deliveries": 0}


def test_confirming_adds_deliveries_once(engine, make_lead, make_event, make_delivery, now):
    lead = make_lead()
    accept(engine, lead, make_event(lead))

    def confirm():
        event = make_event(lead, "confirmed", doi_sent_at=now, doi_confirmed_at=now)
        with writing(engine) as connection:
            return leads.confirm(connection, lead.id, now, [make_delivery(lead)], event)

    results = in_parallel(10, confirm)
    assert sorted(r.changed for r in results) == [False] * 9 + [True]
    assert all(r.lead.confirmed_at == now for r in results)
    assert counts(engine) == {"leads": 1, "consent_events": 2, "deliveries": 1}


@pytest.mark.parametrize("end", ["withdraw", "erase"])
def test_an_old_confirmation_link_gives_no_consent_back(engine, make_lead, make_event, make_delivery, now, end):
    lead = make_lead()
    accept(engine, lead, make_event(lead))
    with writing(engine) as connection:
        if end == "withdraw":
            rights.withdraw(connection, lead.id, now, make_event(lead, "withdrawn"))
        else:
            rights.erase(connection, lead.id, now)
        confirmed = leads.confirm(connection, lead.id, now, [make_delivery(lead)], make_event(lead, "confirmed"))
    assert not confirmed.changed
    assert confirmed.lead.confirmed_at is None
    assert counts(engine)["deliveries"] == 0


def test_an_unknown_lead_is_an_error(engine, make_lead, make_event, now):
    event = make_event(make_lead())
    with writing(engine) as connection:
        for act in (
            lambda: leads.by_id(connection, "nobody"),
            lambda: leads.confirm(connection, "nobody", now, [], event),
            lambda: leads.release(connection, "nobody", now),
            lambda: rights.withdraw(connection, "nobody", now, event),
            lambda: rights.erase(connection, "nobody", now),
        ):
            with pytest.raises(leads.UnknownLead):
                act()


def test_release_ends_the_quarantine_once(engine, make_lead, make_event, now):
    held, free = make_lead(quarantine_reason="too fast"), make_lead()
    accept(engine, held, make_event(held))
    accept(engine, free, make_event(free))
    with writing(engine) as connection:
        assert leads.release(connection, held.id, now).changed
        assert not leads.release(connection, held.id, now + timedelta(hours=1)).changed
        assert not leads.release(connection, free.id, now).changed
        assert leads.by_id(connection, held.id).released_at == now


def test_a_lead_is_found_by_receipt_as_typed_or_by_id(engine, make_lead, make_event):
    lead = make_lead(receipt="7K3QF-9M2TZ")
    accept(engine, lead, make_event(lead))
    with reading(engine) as connection:
        assert leads.by_reference(connection, " 7k3qf-9m2tz ") == lead
        assert leads.by_reference(connection, lead.id) == lead
        assert leads.by_reference(connection, "AAAAA-AAAAA") is None


@pytest.fixture
def every_status(engine, make_lead, make_event, now):
    made = [
        make_lead(email="Received@Example.in"),
        make_lead(confirmed_at=now),
        make_lead(quarantine_reason="spam"),
        make_lead(quarantine_reason="spam", released_at=now, confirmed_at=now, market="bd", locale="bn-BD"),
        make_lead(withdrawn_at=now, confirmed_at=now),
        make_lead(erased_at=now, withdrawn_at=now),
        make_lead(submitted_at=now - timedelta(days=2), form="demo"),
    ]
    for lead in made:
        accept(engine, lead, make_event(lead))
    return made


@pytest.mark.parametrize("status", ["received", "confirmed", "quarantined", "withdrawn", "erased"])
def test_the_status_filter_agrees_with_the_computed_status(engine, every_status, status):
    with reading(engine) as connection:
        found = {lead.id for lead in leads.find(connection, status=status)}
    assert found == {lead.id for lead in every_status if lead.status == status}
    assert found


def test_leads_are_filtered_newest_first(engine, every_status, now):
    def ids(**filters):
        with reading(engine) as connection:
            return [lead.id for lead in leads.find(connection, **filters)]

    assert len(ids()) == 7
    assert ids()[-1] == every_status[-1].id
    assert ids(market="bd") == ids(locale="bn-BD") == [every_status[3].id]
    assert ids(form="demo") == ids(until=now) == [every_status[-1].id]
    assert len(ids(since=now)) == 6
    assert ids(email="received@example.IN") == [every_status[0].id]
    assert ids(limit=1) == ids()[:1]
    with pytest.raises(ValueError, match="no lead status"):
        ids(status="new")


def test_every_table_is_covered_by_the_count_of_tables():
    held = {"leads", "consent_events", "lead_keys", "notices", "deliveries", "attempts", "list_members"}
    assert held | {"suppressions", "rights_requests", "rights_deliveries", "scheduled_runs"} == set(metadata.tables)
