"""What every destination promises, held by one test for all kinds: results, never exceptions; twice does no harm."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from forms_api.destinations import KINDS, DestinationSpec, Surroundings, open_destination, open_destinations, specs_of
from forms_api.destinations.base import Accepted, DestinationError, Duplicate, Permanent, RetryAt
from forms_api.destinations.mail import MailDestination
from forms_api.store import leads
from forms_api.store.engine import open_engine, writing

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ENVIRON = {"HOOK_SECRET": SECRET}


@pytest.fixture(params=["list", "webhook", "console", "mail"])
def kind(request):
    return request.param


@pytest.fixture
def opened(kind, engine, receiver, request):
    """The destination, working; closed afterwards."""
    if kind == "mail":
        destination = MailDestination(request.getfixturevalue("smtp_server").url, "us@example.in")
    else:
        options = {"webhook": {"url": receiver.url, "secret": "env:HOOK_SECRET", "allow_private": True}}
        spec = DestinationSpec(destination=kind, market="in", list="newsletter", options=options.get(kind, {}))
        destination = open_destination(spec, Surroundings(engine=engine, environ=ENVIRON, stream=io.StringIO()))
    yield destination
    destination.close()


@pytest.fixture
def broken(kind, tmp_path):
    """The destination with the place behind it out of order."""
    if kind == "mail":
        return MailDestination("smtp://127.0.0.1:1", "us@example.in")
    if kind == "list":
        pytest.skip("a list without its store raises, which the outbox turns into RetryAt")
    stream = io.StringIO()
    stream.close()
    options = {"webhook": {"url": "http://127.0.0.1:1/", "secret": "env:HOOK_SECRET", "allow_private": True}}
    spec = DestinationSpec(destination=kind, market="in", list="newsletter", options=options.get(kind, {}))
    engine = open_engine(f"sqlite:///{tmp_path}/none.db")
    return open_destination(spec, Surroundings(engine=engine, environ=ENVIRON, stream=stream))


def actions(kind, make_delivery, lead):
    if kind == "mail":
        yield make_delivery(lead, kind="mail", payload={"to": lead.email, "subject": "હેલો", "text": "નમસ્તે"})
        return
    yield make_delivery(lead, destination=kind)
    yield make_delivery(lead, destination=kind, action="unsubscribe")


def test_every_action_is_accepted_and_twice_does_no_harm(
    kind, opened, engine, make_lead, make_event, make_delivery, now
):
    lead = make_lead()
    with writing(engine) as connection:
        leads.accept(connection, lead, make_event(lead))
    for delivery in actions(kind, make_delivery, lead):
        assert isinstance(opened.deliver(delivery, now), Accepted)
        assert isinstance(opened.deliver(delivery, now), (Accepted, Duplicate))


def test_out_of_order_means_later(kind, broken, make_lead, make_delivery, now):
    lead = make_lead()
    for delivery in actions(kind, make_delivery, lead):
        result = broken.deliver(delivery, now)
        assert isinstance(result, RetryAt)
        assert not result.may_have_happened
        assert lead.email not in result.reason
    broken.close()


def test_an_erased_payload_never_raises(kind, opened, engine, make_lead, make_event, make_delivery, now):
    lead = make_lead()
    with writing(engine) as connection:
        leads.accept(connection, lead, make_event(lead))
    for delivery in actions(kind, make_delivery, lead):
        result = opened.deliver(replace(delivery, payload={}), now)
        assert isinstance(result, (Accepted, Permanent))


def spec(destination="webhook", **options):
    return DestinationSpec(destination=destination, market="in", list="newsletter", options=options)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (spec("pigeon"), "no destination 'pigeon'; use one of list, webhook, console"),
        (spec("list", url="x"), "no option url; use none"),
        (spec("console", colour=1), "no option colour"),
        (spec(), "url is needed"),
        (spec(url="https://example.com/", hook=1), "no option hook"),
        (spec(url="ftp://example.com/"), "url is needed"),
        (spec(url="http://example.com/", secret="env:HOOK_SECRET"), "use https"),
        (spec(url="https://u:p@example.com/", secret="env:HOOK_SECRET"), "no password in url"),
        (spec(url="https://example.com/"), "name secrets as env:NAME"),
        (spec(url="https://example.com/", secret=SECRET), "name secrets as env:NAME"),
        (spec(url="https://example.com/", secret="env:UNSET"), "set the environment variable UNSET"),
        (spec(url="https://example.com/", secret="env:SHORT"), "24 to 64 random bytes"),
        (spec(url="https://example.com/", secret="env:HOOK_SECRET", allow_private="yes"), "true or false"),
    ],
)
def test_what_cannot_be_opened_says_what_to_change(wrong, says):
    around = Surroundings(engine=None, environ={**ENVIRON, "SHORT": "whsec_c2hvcnQ="})
    with pytest.raises(DestinationError) as error:
        open_destination(wrong, around)
    assert says in str(error.value)
    assert wrong.lane in str(error.value)
    assert SECRET not in str(error.value)


def test_a_broken_destination_stops_no_other():
    opened = open_destinations([spec("pigeon"), spec("console")], Surroundings(engine=None, environ={}))
    assert set(opened.by_lane) == {"console:in/newsletter"}
    assert len(opened.errors) == 1


def test_specs_come_from_the_market_files_lists():
    class Market:
        id = "in"

        class _List:
            id, destination, options = "newsletter", "webhook", {"url": "https://example.com/"}

        lists = {"newsletter": _List}  # noqa: RUF012

    assert specs_of([Market]) == (spec(url="https://example.com/"),)


def test_a_kind_without_a_contract_test_is_noticed():
    assert set(KINDS) == {"list", "webhook", "console"}
