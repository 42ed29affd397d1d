"""The ledger: a chain that many writers share, in which nothing can be changed unseen, and an anchor outside of it."""

from __future__ import annotations

import json
import os
import random
import secrets
import sqlite3
import stat
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from forms_api.store import audit, consents, leads, ledger, rights
from forms_api.store.engine import anchor_of, open_engine, reading, writing
from forms_api.store.keys import NoKeys, SealBroken, derive_keys, seal, unseal
from forms_api.store.schema import consent_events, lead_keys
from forms_api.store.writer import Writer

from ..served import KEY

LATER = timedelta(hours=1)


@pytest.fixture
def filled(engine, make_lead, make_event, now):
    """A ledger of 24 rows: eight leads given, confirmed, withdrawn; the second one erased."""
    made = [make_lead() for _ in range(8)]
    for lead in made:
        with writing(engine) as connection:
            leads.accept(connection, lead, make_event(lead, evidence={"ip": "192.0.2.7"}))
    for lead in made:
        with writing(engine) as connection:
            leads.confirm(connection, lead.id, now + LATER, [], make_event(lead, "confirmed", at=now + LATER, doi_confirmed_at=now))
    for lead in made[:7]:
        with writing(engine) as connection:
            rights.withdraw(connection, lead.id, now + 2 * LATER, make_event(lead, "withdrawn", at=now + 2 * LATER))
    with writing(engine) as connection:
        rights.erase(connection, made[1].id, now + 3 * LATER, make_event(made[1], "erased", page="", residence=""))
    return made


def report(engine):
    with reading(engine) as connection:
        return audit.verify(connection, anchor_of(engine))


def change(engine, statement, values=None):
    with engine.begin() as connection:
        connection.execute(sa.text(statement), values or {})


def test_an_honest_ledger_is_whole(engine, filled):
    found = report(engine)
    assert (found.whole, found.rows, found.anchored, found.torn) == (True, 24, 24, 0)


def test_every_column_is_hashed():
    assert {*ledger.HASHED, "link"} == set(consent_events.c.keys())


def test_an_event_comes_back_with_what_was_sealed(engine, make_lead, make_event):
    lead = make_lead()
    event = make_event(lead, evidence={"parent": "parent@example.in"})
    with writing(engine) as connection:
        leads.accept(connection, lead, event)
    with reading(engine) as connection:
        assert consents.of_lead(connection, lead.id) == tuple(consents.every(connection)) == (event,)
        row = repr(connection.execute(sa.select(consent_events)).all())
    assert "parent@example.in" not in row and "utm_source" not in row


@pytest.mark.parametrize(
    ("statement", "row", "what"),
    [
        ("UPDATE consent_events SET event = 'refused' WHERE seq = 5", 5, "edited"),
        ("UPDATE consent_events SET link = 'x' WHERE seq = 5", 5, "edited"),
        ("UPDATE consent_events SET link = '' WHERE seq = 24", 24, "edited"),
        ("UPDATE consent_events SET notice_text = '' WHERE seq = 24", 24, "edited"),
        ("DELETE FROM consent_events WHERE seq = 1", 1, "deleted"),
        ("DELETE FROM consent_events WHERE seq IN (9, 10)", 9, "deleted"),
        ("DELETE FROM consent_events WHERE seq > 20", 21, "truncated"),
        ("DELETE FROM consent_events", 1, "truncated"),
        ("DELETE FROM lead_keys WHERE lead_id = (SELECT lead_id FROM consent_events WHERE seq = 3)", 3, "key_lost"),
        ("UPDATE lead_keys SET wrapped = 'AAAA' WHERE lead_id = (SELECT lead_id FROM consent_events WHERE seq = 3)", 3, "key_changed"),
    ],
)  # fmt: skip
def test_the_first_bad_row_is_named_and_what_is_wrong_with_it(engine, filled, statement, row, what):
    change(engine, statement)
    first = report(engine).findings[0]
    assert (first.row, first.what) == (row, what), first


def swap(connection, one, other):
    """Gives two rows each other's place."""
    for old, new in ((one, -1), (other, one), (-1, other)):
        connection.execute(consent_events.update().where(consent_events.c.seq == old).values(seq=new))


def insert_between(connection, number, **changes):
    """A copy of a row under a number of its own, all that follow moved up by one."""
    rows = connection.execute(sa.select(consent_events).order_by(consent_events.c.seq.desc())).mappings().all()
    for row in rows:
        if row["seq"] >= number:
            connection.execute(consent_events.update().where(consent_events.c.seq == row["seq"]).values(seq=row["seq"] + 1))
    connection.execute(consent_events.insert(), {**next(r for r in rows if r["seq"] == min(number, rows[0]["seq"])), "id": f"forged-{number}", "seq": number, **changes})


def test_two_rows_that_changed_places_are_named(engine, filled):
    with engine.begin() as connection:
        swap(connection, 4, 9)
    first = report(engine).findings[0]
    assert (first.row, first.what) == (4, "reordered")
    assert "written as row 9" in first.text


@pytest.mark.parametrize(("number", "what"), [(1, "inserted"), (7, "inserted"), (25, "edited")])
def test_a_row_put_in_by_hand_is_named(engine, filled, number, what):
    with engine.begin() as connection:
        insert_between(connection, number)
    first = report(engine).findings[0]
    assert (first.row, first.what, first.event) == (number, what, f"forged-{number}")


def test_an_end_written_anew_by_who_knows_the_key_is_found_by_the_anchor(engine, filled, make_event):
    with engine.begin() as connection:
        connection.execute(consent_events.delete().where(consent_events.c.seq > 22))
        consents.add(connection, make_event(filled[0], "given"))
        consents.add(connection, make_event(filled[0], "confirmed"))
        consents.add(connection, make_event(filled[0], "confirmed"))
    first = report(engine).findings[0]
    assert (first.row, first.what) == (23, "truncated")


def mutate(connection, chance):
    """One random change to the ledger; its description."""
    count = connection.execute(sa.select(sa.func.count()).select_from(consent_events)).scalar_one()
    seq, other = chance.sample(range(1, count + 1), 2)
    kind = chance.choice(["edit", "edit", "edit", "edit", "delete", "insert", "swap", "cut", "copy", "key"])
    here = consent_events.update().where(consent_events.c.seq == seq)
    if kind == "edit":
        name = chance.choice([*ledger.HASHED, "link"])
        column = consent_events.c[name]
        before = connection.execute(sa.select(column).where(consent_events.c.seq == seq)).scalar_one()
        connection.execute(here.values({name: changed(before, name, chance, connection, count)}))
        return f"edit {name} of {seq}"
    if kind == "delete":
        connection.execute(consent_events.delete().where(consent_events.c.seq == seq))
    elif kind == "insert":
        insert_between(connection, chance.randint(1, count + 1), **({"event": "given"} if chance.random() < 0.5 else {}))
    elif kind == "swap":
        swap(connection, seq, other)
    elif kind == "cut":
        connection.execute(consent_events.delete().where(consent_events.c.seq > seq - 1))
    elif kind == "copy":
        row = connection.execute(sa.select(consent_events).where(consent_events.c.seq == other)).mappings().one()
        connection.execute(here.values({k: v for k, v in row.items() if k not in ("seq", "id")}))
    else:
        ids = connection.execute(sa.select(lead_keys.c.lead_id)).scalars().all()
        one = lead_keys.c.lead_id == chance.choice(ids)
        if chance.random() < 0.5:
            connection.execute(lead_keys.delete().where(one))
        else:
            wrapped = connection.execute(sa.select(lead_keys.c.wrapped).where(one)).scalar_one()
            connection.execute(lead_keys.update().where(one).values(wrapped=one_letter_off(wrapped, chance)))
    return f"{kind} {seq} {other}"


def one_letter_off(text, chance):
    place = chance.randrange(len(text) + 1)
    how = chance.choice(["add", "change", "drop"]) if text else "add"
    if how == "add":
        return text[:place] + chance.choice("aZ0 \n") + text[place:]
    place = min(place, len(text) - 1)
    return text[:place] + ("" if how == "drop" else chr(ord(text[place]) ^ 1)) + text[place + 1 :]


def changed(before, name, chance, connection, count):
    if name == "seq":
        return count + chance.randint(1, 5)
    if name == "lead_id":
        ids = connection.execute(sa.select(lead_keys.c.lead_id)).scalars().all()
        return chance.choice([one for one in ids if one != before])
    if name == "id":
        return f"{before}z"
    if isinstance(before, str):
        return one_letter_off(before, chance)
    if isinstance(before, (dict, list)):
        return {**before, "x": chance.random()} if isinstance(before, dict) else [*before, "XX"]
    if before is None:
        return ledger.datetime(2026, 1, 1, tzinfo=ledger.UTC)
    return before + timedelta(microseconds=chance.choice([-1, 1, 3_600_000_000]))


def find_mutations(engine, count):
    seed = int(os.environ.get("LEDGER_TEST_SEED", secrets.randbits(32)))
    print(f"LEDGER_TEST_SEED={seed}")
    chance, missed = random.Random(seed), []
    for _ in range(count):
        with engine.connect() as connection, connection.begin() as transaction:
            done = mutate(connection, chance)
            if audit.verify(connection, anchor_of(engine)).whole:
                missed.append(done)
            transaction.rollback()
    assert missed == []
    assert report(engine).whole, "every change was taken back"


def test_150_random_mutations_are_found(engine, filled):
    find_mutations(engine, 150)


@pytest.mark.slow
def test_1000_random_mutations_are_found(engine, filled):
    find_mutations(engine, 1000)


@pytest.mark.parametrize("value", ["x'ff00'", "CAST(x'ff' AS TEXT)", "7.5", "'{'", "''"])
@pytest.mark.parametrize("column", ["at", "decision", "notice_text", "link", "sealed", "doi_sent_at"])
def test_no_value_of_sqlite_stops_the_audit(engine, database, filled, column, value):
    if database != "sqlite":
        pytest.skip("PostgreSQL's columns hold nothing but their type")
    change(engine, f"UPDATE consent_events SET {column} = {value} WHERE seq = 6")
    first = report(engine).findings[0]
    assert (first.row, first.what) == (6, "edited")


def test_another_secret_is_told_apart_from_tampering(store_url, tmp_path, engine, filled):
    other = open_engine(store_url, "another key of more than thirty-two characters", tmp_path / "anchors")
    found = report(other)
    other.dispose()
    assert [f.what for f in found.findings] == ["wrong_secret"]


def test_without_the_secret_nothing_is_read_or_added(store_url, engine, filled, make_event):
    bare = open_engine(store_url)
    with writing(bare) as connection:
        with pytest.raises(NoKeys):
            consents.of_lead(connection, filled[0].id)
        with pytest.raises(NoKeys):
            consents.add(connection, make_event(filled[0]))
    bare.dispose()


def test_jobs_that_fail_leave_no_gap_and_no_anchor(engine, make_lead, make_event):
    writer, errors = Writer(engine), []

    def submit(number):
        lead = make_lead()

        def job(connection):
            leads.accept(connection, lead, make_event(lead))
            if number % 3 == 0:
                raise RuntimeError

        try:
            writer.run(job)
        except RuntimeError:
            errors.append(number)

    threads = [threading.Thread(target=submit, args=(number,)) for number in range(30)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    writer.close()
    found = report(engine)
    assert (len(errors), found.whole, found.rows, found.anchored) == (10, True, 20, 20)


def test_processes_that_add_at_once_make_one_chain(store_url, tmp_path, engine, make_lead, make_event):
    """Engines that share nothing but the database, as processes do."""
    engines, errors = [open_engine(store_url, KEY, tmp_path / "anchors") for _ in range(4)], []

    def work(mine):
        try:
            for _ in range(10):
                lead = make_lead()
                with writing(mine) as connection:
                    leads.accept(connection, lead, make_event(lead))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(one,)) for one in engines]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    [one.dispose() for one in engines]
    assert errors == []
    found = report(engine)
    assert (found.whole, found.rows, found.anchored) == (True, 40, 40)


def test_an_anchor_that_cannot_be_written_costs_no_lead(engine, filled, make_lead, make_event):
    anchor = anchor_of(engine)
    anchor.file.unlink()
    anchor.file.mkdir()
    lead = make_lead()
    with writing(engine) as connection:
        leads.accept(connection, lead, make_event(lead))
    with reading(engine) as connection:
        assert leads.by_id(connection, lead.id) == lead
    assert anchor.trouble == "Is a directory"
    anchor.file.rmdir()
    again = make_lead()
    with writing(engine) as connection:
        leads.accept(connection, again, make_event(again))
    assert anchor.trouble == ""
    assert stat.S_IMODE(anchor.file.stat().st_mode) == 0o600
    assert report(engine).anchored == 26


def test_a_torn_line_of_the_anchor_is_no_alarm_and_a_forged_one_is(engine, filled):
    file = anchor_of(engine).file
    lines = file.read_text().splitlines()
    file.write_text("\n".join([*lines[:3], lines[3][:40], *lines[4:]]) + "\n")
    assert (report(engine).whole, report(engine).torn) == (True, 1)
    file.write_text("\n".join([*lines[:3], lines[3].replace("4 ", "5 ", 1), *lines[4:]]) + "\n")
    (found,) = report(engine).findings
    assert found.what == "anchor_forged" and "line 4" in found.text


def test_two_stores_have_two_anchors_and_a_moved_project_keeps_its_own(tmp_path):
    from forms_api.store.anchor import anchor_file

    here, there = tmp_path / "here" / "var", tmp_path / "there" / "var"
    first = anchor_file(here / "anchors", f"sqlite:///{here}/leadsite.db")
    assert first.name == anchor_file(there / "anchors", f"sqlite:///{there}/leadsite.db").name
    assert first.name != anchor_file(here / "anchors", f"sqlite:///{here}/eu/leadsite.db").name
    urls = ["postgresql://u:p@a/db", "postgresql://u:p@b/db", "postgresql://u:p@a/db2", "postgresql://u:p@a:5433/db"]
    assert len({anchor_file(here, url) for url in urls}) == 4
    assert anchor_file(here, "postgresql://u:p@a/db") == anchor_file(here, "postgresql+psycopg://v:q@a:5432/db")


def test_what_one_key_seals_no_other_key_and_no_other_place_opens():
    keys = derive_keys(KEY)
    sealed = seal(keys.wrap, "event1", b"secret")
    assert unseal(keys.wrap, "event1", sealed) == b"secret"
    for key, place, text in ((keys.chain, "event1", sealed), (keys.wrap, "event2", sealed), (keys.wrap, "event1", sealed[:-4]), (keys.wrap, "event1", "é")):
        with pytest.raises(SealBroken):
            unseal(key, place, text)
    assert KEY not in repr(keys) and keys.chain.hex() not in repr(keys)
    assert len({keys.chain, keys.wrap, keys.anchor}) == 3


def test_a_hundred_erasures_leave_a_whole_ledger_and_no_trace(engine, database, tmp_path, make_lead, make_event, make_delivery, now):
    chance = random.Random(7)
    made = [
        make_lead(
            email=f"person.{n}.{chance.getrandbits(40):x}@example.net", name=f"Name{n}q{chance.getrandbits(40):x}",
            phone_typed=f"0{chance.randrange(10**9, 10**10)}", phone_e164=f"+91{chance.randrange(10**9, 10**10)}",
        )
        for n in range(150)
    ]  # fmt: skip
    made = [replace(m, page=f"https://in.example/gu/?email={m.email}", answers={"name": m.name, "email": m.email, "phone": m.phone_typed}) for m in made]
    writer = Writer(engine)
    for lead in made:
        event = make_event(lead, evidence={"address": lead.email, "phone": lead.phone_e164})
        payload = {"email": lead.email, "name": lead.name, "phone": lead.phone_e164}
        writer.run(lambda c, lead=lead, event=event, payload=payload: leads.accept(c, lead, event, [make_delivery(lead, payload=payload)]))
        writer.run(lambda c, lead=lead: leads.confirm(c, lead.id, now, [], make_event(lead, "confirmed")))
    gone = made[:]
    chance.shuffle(gone)
    gone, kept = gone[:100], gone[100:]
    for lead in gone:
        writer.run(lambda c, lead=lead: rights.erase(c, lead.id, now, make_event(lead, "erased", page="", residence="")))
    writer.close()
    found = report(engine)
    assert (found.whole, found.rows) == (True, 400)
    personal = [value.encode() for m in gone for value in (m.email, m.name, m.phone_typed, m.phone_e164)]
    if database == "sqlite":
        # With the engine still open: the log next to the file is searched too.
        held = {file.name: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
        assert any(name.endswith("-wal") for name in held)
    else:
        with reading(engine) as connection:
            held = {t.name: repr(connection.execute(sa.select(t)).all()).encode() for t in consent_events.metadata.sorted_tables}
    assert [(name, value) for name, content in held.items() for value in personal if value in content] == []
    assert all(any(m.email.encode() in content for content in held.values()) for m in kept)
    with reading(engine) as connection:
        given, confirmed, erased = consents.of_lead(connection, gone[0].id)
    assert (given.page, given.residence, given.evidence, erased.event) == ("https://in.example/gu/", "", {}, "erased")
    assert given.uses["email"]["ticked"] and given.notice_text and confirmed.event == "confirmed"


def test_a_reader_only_delays_the_emptying_of_the_log(engine, database, tmp_path, filled, make_event, make_lead, now):
    if database != "sqlite":
        pytest.skip("PostgreSQL keeps its log itself")
    lead = filled[7]
    with reading(engine) as connection:
        assert leads.by_id(connection, lead.id).email == lead.email
        with writing(engine) as other:
            rights.erase(other, lead.id, now)
        wal = tmp_path / "leadsite.db-wal"
        assert lead.email.encode() in wal.read_bytes() + (tmp_path / "leadsite.db").read_bytes()
    with writing(engine) as connection:
        consents.add(connection, make_event(filled[0], "withdrawn"))
    assert lead.email.encode() not in wal.read_bytes() + (tmp_path / "leadsite.db").read_bytes()


def test_an_erasure_without_an_event_writes_one(engine, filled, now):
    with writing(engine) as connection:
        rights.erase(connection, filled[7].id, now)
        assert [e.event for e in consents.of_lead(connection, filled[7].id)] == ["given", "confirmed", "erased"]
    assert report(engine).whole


def test_deleted_bytes_are_zeroed_in_every_connection(engine, database):
    if database == "sqlite":
        with reading(engine) as connection:
            assert connection.exec_driver_sql("PRAGMA secure_delete").scalar_one() == 1
        assert sqlite3.sqlite_version_info >= (3, 35)


def test_the_hash_goes_over_the_text_as_stored(engine, database, filled):
    """Other spacing in a document is another document."""
    with reading(engine) as connection:
        text = str(connection.execute(sa.text("SELECT CAST(regimes AS TEXT) FROM consent_events WHERE seq = 2")).scalar_one())
    assert json.loads(text) == ["IN-DPDP", "EU-GDPR"]
    change(engine, "UPDATE consent_events SET regimes = CAST(:text AS JSON) WHERE seq = 2" if database == "postgresql" else "UPDATE consent_events SET regimes = :text WHERE seq = 2", {"text": text.replace(" ", "")})
    assert report(engine).findings[0].row == 2
