"""The writer: jobs share a commit and fail alone; success is heard after the commit."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from forms_api.store import leads
from forms_api.store.engine import reading
from forms_api.store.schema import leads as leads_table
from forms_api.store.writer import Closed, Writer


@pytest.fixture
def writer(engine):
    writer = Writer(engine)
    yield writer
    writer.close()


def test_what_the_writer_reports_is_committed(engine, writer, make_lead, make_event):
    def submit(lead):
        writer.run(lambda connection: leads.accept(connection, lead, make_event(lead)))
        with reading(engine) as connection:
            seen.append(leads.by_id(connection, lead.id) == lead)

    seen: list[bool] = []
    made = [make_lead() for _ in range(40)]
    threads = [threading.Thread(target=submit, args=(lead,)) for lead in made]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert seen == [True] * 40


def test_a_failing_job_takes_no_other_with_it(engine, writer, make_lead, make_event):
    taken = make_lead()
    writer.run(lambda connection: leads.accept(connection, taken, make_event(taken)))
    gate = threading.Event()
    outcomes: dict[str, object] = {}

    def submit(name, job):
        try:
            outcomes[name] = writer.run(job)
        except Exception as error:
            outcomes[name] = error

    good, half = make_lead(), make_lead()

    def fails_halfway(connection):
        leads.accept(connection, half, make_event(half))
        connection.execute(sa.text("INSERT INTO leads (id) VALUES ('x')"))

    jobs = {
        "first": lambda connection: gate.wait(5),  # Holds the writer, so that the others share the next commit.
        "half": fails_halfway,
        "good": lambda connection: leads.accept(connection, good, make_event(good)),
    }
    threads = [threading.Thread(target=submit, args=item) for item in jobs.items()]
    [thread.start() for thread in threads]
    gate.set()
    [thread.join() for thread in threads]
    assert isinstance(outcomes["half"], sa.exc.IntegrityError)
    assert outcomes["good"].created
    with reading(engine) as connection:
        stored = set(connection.execute(sa.select(leads_table.c.id)).scalars())
    assert stored == {taken.id, good.id}


def test_a_closed_writer_refuses(engine):
    writer = Writer(engine)
    assert writer.run(lambda connection: connection.execute(sa.text("SELECT 1")).scalar_one()) == 1
    writer.close()
    writer.close()
    with pytest.raises(Closed):
        writer.run(lambda connection: None)
