"""Notices kept for ever, lists kept here, rows for people: listing and CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest

from forms_api.destinations.list import export_list
from forms_api.store import leads, lists, notices
from forms_api.store.engine import reading, writing
from forms_api.store.export import LEAD_COLUMNS, csv_safe, export_rows, listing, write_csv
from forms_api.store.ids import derived_id, new_id, new_receipt
from leadcore.model.leads import ListMember, PublishedNotice


def test_a_digest_stays_as_first_published(engine, now):
    first = PublishedNotice(digest="sha256-1", text="અમે …", market="in", locale="gu-IN", form="guide", published_at=now)
    again = replace(first, text="other", published_at=now + timedelta(days=400))
    with writing(engine) as connection:
        assert notices.publish(connection, [first]) == 1
        assert notices.publish(connection, [again, replace(first, digest="sha256-2")]) == 1
        assert notices.by_digest(connection, "sha256-1") == first
        assert notices.by_digest(connection, "sha256-9") is None
        assert notices.digests(connection) == {"sha256-1", "sha256-2"}


@pytest.fixture
def member(engine, make_lead, make_event, now):
    lead = make_lead()
    with writing(engine) as connection:
        leads.accept(connection, lead, make_event(lead))
    return ListMember(
        list="news", lead_id=lead.id, market="in", locale="gu-IN", email=lead.email, name='=HYPERLINK("x")',
        phone_e164=lead.phone_e164, company="@acme", joined_at=now,
    )  # fmt: skip


def test_joining_twice_is_joining_once(engine, member, now):
    with writing(engine) as connection:
        assert lists.join(connection, member)
        assert not lists.join(connection, replace(member, joined_at=now + timedelta(days=1)))
        assert list(lists.members(connection, "news")) == [member]


def test_who_left_is_off_the_list_and_may_come_back(engine, member, now):
    later = now + timedelta(days=1)
    with writing(engine) as connection:
        lists.join(connection, member)
        assert lists.leave(connection, "news", member.lead_id, later)
        assert not lists.leave(connection, "news", member.lead_id, later)
        assert list(lists.members(connection, "news")) == []
        (gone,) = lists.members(connection, "news", left=True)
        assert (gone.left_at, gone.email) == (later, "")
        back = replace(member, joined_at=later)
        assert lists.join(connection, back)
        assert list(lists.members(connection, "news", market="in")) == [back]


def test_a_list_is_exported_without_formulas(engine, member):
    file = io.StringIO(newline="")
    with writing(engine) as connection:
        lists.join(connection, member)
        assert export_list(connection, "news", file) == 1
    (row,) = csv.DictReader(io.StringIO(file.getvalue()))
    assert row["name"] == '\'=HYPERLINK("x")'
    assert row["company"] == "'@acme"
    assert row["phone_e164"] == member.phone_e164
    assert row["email"] == member.email


@pytest.mark.parametrize(
    ("value", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        (" =1", "' =1"),
        ("＝1", "'＝1"),
        ("+919825012345", "+919825012345"),
        ("+49 (0)30 123456", "+49 (0)30 123456"),
        ("＋٩٧١ ٥٠-١٢٣ ٤٥٦٧", "＋٩٧١ ٥٠-١٢٣ ٤٥٦٧"),
        ("+1*(2) 3456", "'+1*(2) 3456"),
        ("+49 30 A1", "'+49 30 A1"),
        ("-12.50", "-12.50"),
        ("આશા", "આશા"),
        (None, ""),
        (True, "True"),
    ],
)
def test_csv_values_cannot_run(value, safe):
    assert csv_safe(value) == safe


def test_the_listing_has_the_shape_of_the_contract(engine, make_lead, make_event, make_delivery):
    lead = make_lead()
    with writing(engine) as connection:
        leads.accept(connection, lead, make_event(lead), [make_delivery(lead)])
    with reading(engine) as connection:
        (row,) = listing(connection, market="in")
    assert row["receipt"] == lead.receipt
    assert row["submitted_at"] == "2026-11-21T12:00:00+00:00"
    assert {
        "receipt", "market", "locale", "form", "email", "submitted_at", "confirmed_at", "withdrawn_at", "erased_at",
        "quarantine_reason", "deliveries",
    } == set(row)  # fmt: skip
    assert {"list", "destination", "due_at", "delivered_at", "failed_at"} <= set(row["deliveries"][0])


def test_rows_for_csv_hold_every_answer(engine, make_lead, make_event):
    lead = make_lead(answers={"budget": "-1", "message": "=cmd()"})
    with writing(engine) as connection:
        leads.accept(connection, lead, make_event(lead))
    file = io.StringIO(newline="")
    with reading(engine) as connection:
        write_csv(file, export_rows(connection), LEAD_COLUMNS)
    (row,) = csv.DictReader(io.StringIO(file.getvalue()))
    assert row["status"] == "received"
    assert row["answer.message"] == "'=cmd()"
    assert row["answer.budget"] == "-1"


def test_ids_sort_by_time_and_receipts_can_be_read_out(now):
    ids = [new_id(now + timedelta(milliseconds=n)) for n in range(50)]
    assert ids == sorted(ids)
    assert all(i[12] == "7" and i[16] in "89ab" and len(i) == 32 for i in ids)
    assert new_receipt(lambda count: b"\x00" * count) == "00000-00000"
    assert new_receipt(lambda count: b"\xff" * count) == "ZZZZZ-ZZZZZ"
    assert len({new_receipt() for _ in range(1000)}) == 1000
    assert derived_id("a", "unsubscribe") == derived_id("a", "unsubscribe") != derived_id("b", "unsubscribe")
