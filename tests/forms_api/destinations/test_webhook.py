"""The webhook against a real server: signed as Standard Webhooks 1.0.0 says, and every fault in its place."""

from __future__ import annotations

import base64
import contextlib
import json
import socket
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from forms_api.destinations.addresses import AddressRefused, is_public, resolve
from forms_api.destinations.base import Accepted, DestinationSpec, Permanent, RetryAt
from forms_api.destinations.webhook import WebhookDestination, open_webhook

OLD = "whsec_" + base64.b64encode(b"o" * 24).decode()
NEW = "whsec_" + base64.b64encode(b"n" * 32).decode()
ENVIRON = {"OLD": OLD, "NEW": NEW, "BOTH": f"{NEW} {OLD}"}


def hook(url, secret="env:NEW", **options):
    spec = DestinationSpec(
        destination="webhook",
        market="in",
        list="newsletter",
        options={"url": url, "secret": secret, "allow_private": True, **options},
    )
    return open_webhook(spec, ENVIRON)


@pytest.fixture
def webhook(receiver):
    destination = hook(receiver.url)
    yield destination
    destination.close()


@pytest.fixture
def impatient(receiver):
    """One that waits a tenth of a second for an answer."""
    destination = WebhookDestination(httpx.URL(receiver.url), (b"n" * 32,), allow_private=True, timeout_seconds=0.1)
    yield destination
    destination.close()


@pytest.fixture
def delivery(make_lead, make_delivery):
    return make_delivery(make_lead())


def test_an_independent_verifier_accepts_what_arrives(webhook, receiver, delivery):
    assert webhook.deliver(delivery, datetime.now(UTC)) == Accepted(detail="204")
    ((path, headers, body),) = receiver.requests
    event = Webhook(NEW).verify(body, headers)
    assert path == "/leads"
    assert headers["host"] == receiver.url.split("/")[2]
    assert event == {
        "type": "lead.subscribed",
        "timestamp": "2026-11-21T12:00:00+00:00",
        "data": {**delivery.payload, "list": "newsletter", "market": "in", "lead_id": delivery.lead_id},
    }
    assert "આશા પટેલ" in body.decode()


def test_a_body_altered_on_the_way_is_noticed(webhook, receiver, delivery):
    webhook.deliver(delivery, datetime.now(UTC))
    ((_, headers, body),) = receiver.requests
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify(body.replace(b"subscribed", b"unsubscribed"), headers)


def test_leaving_is_its_own_event(webhook, receiver, make_lead, make_delivery):
    webhook.deliver(make_delivery(make_lead(), action="unsubscribe"), datetime.now(UTC))
    assert json.loads(receiver.requests[0][2])["type"] == "lead.unsubscribed"


def test_a_retry_keeps_id_and_body_and_changes_the_timestamp(webhook, receiver, answer, delivery, now):
    receiver.answers = [answer(500), answer(200)]
    webhook.deliver(delivery, now)
    webhook.deliver(delivery, now + timedelta(seconds=5))
    (_, first, first_body), (_, second, second_body) = receiver.requests
    assert first["webhook-id"] == second["webhook-id"] == f"msg_{delivery.id}"
    assert "." not in first["webhook-id"]
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 5
    assert first["webhook-timestamp"] == str(int(now.timestamp()))
    assert first["webhook-signature"] != second["webhook-signature"]
    assert first_body == second_body


@pytest.mark.parametrize("secret", [["env:NEW", "env:OLD"], "env:BOTH"])
def test_while_a_secret_changes_both_verify(receiver, delivery, secret):
    destination = hook(receiver.url, secret)
    destination.deliver(delivery, datetime.now(UTC))
    destination.close()
    ((_, headers, body),) = receiver.requests
    assert len(headers["webhook-signature"].split(" ")) == 2
    for accepted in (OLD, NEW):
        assert Webhook(accepted).verify(body, headers)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_is_success(webhook, receiver, answer, delivery, now, status):
    receiver.answers = [answer(status)]
    assert webhook.deliver(delivery, now) == Accepted(detail=str(status))


@pytest.mark.parametrize("status", [400, 401, 404, 500, 502, 503])
def test_a_refusal_is_tried_again(webhook, receiver, answer, delivery, now, status):
    receiver.answers = [answer(status, b"<html>asha1@example.in is broken</html>")]
    assert webhook.deliver(delivery, now) == RetryAt(reason=str(status))


def test_retry_after_is_obeyed(webhook, receiver, answer, delivery, now):
    receiver.answers = [answer(429, retry_after="120")]
    assert webhook.deliver(delivery, now) == RetryAt(reason="429", at=now + timedelta(seconds=120))


def test_gone_is_for_good(webhook, receiver, answer, delivery, now):
    receiver.answers = [answer(410)]
    assert webhook.deliver(delivery, now) == Permanent(code="gone", detail="410", destination_gone=True)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(webhook, receiver, answer, delivery, now, status):
    receiver.answers = [answer(status, location=receiver.url + "/elsewhere")]
    assert webhook.deliver(delivery, now) == RetryAt(reason=str(status))
    assert len(receiver.requests) == 1


def test_a_server_that_hangs_is_left(impatient, receiver, delivery, now):
    receiver.answers = [lambda handler: receiver.release.wait(10)]
    assert impatient.deliver(delivery, now) == RetryAt(reason="no answer: ReadTimeout", may_have_happened=True)


def test_a_connection_dropped_after_the_body_may_have_happened(webhook, receiver, delivery, now):
    receiver.answers = [lambda handler: handler.connection.shutdown(socket.SHUT_RDWR)]
    result = webhook.deliver(delivery, now)
    assert isinstance(result, RetryAt)
    assert result.may_have_happened
    assert len(receiver.requests) == 1


def test_a_body_without_end_is_not_read(impatient, receiver, delivery, now):
    def drip(handler):
        handler.send_response(200)
        handler.send_header("content-length", "1000000")
        handler.end_headers()
        while not receiver.release.wait(0.02):
            handler.wfile.write(b"x")

    def reply(handler):
        with contextlib.suppress(OSError):
            drip(handler)

    receiver.answers = [reply]
    assert impatient.deliver(delivery, now) == Accepted(detail="200")


def test_a_refused_connection_did_not_happen(delivery, now):
    destination = hook("http://127.0.0.1:1/")
    assert destination.deliver(delivery, now) == RetryAt(reason="not connected: ConnectError")
    destination.close()


def test_a_name_that_does_not_resolve_is_tried_again(delivery, now):
    destination = hook("https://nowhere.invalid/")
    assert destination.deliver(delivery, now) == RetryAt(reason="name not resolved")
    destination.close()


def test_a_receiver_without_tls_on_https_is_tried_again(receiver, delivery, now):
    destination = hook(receiver.url.replace("http:", "https:"))
    result = destination.deliver(delivery, now)
    destination.close()
    assert isinstance(result, RetryAt)


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://169.254.169.254/"]
)
def test_our_own_network_is_refused(delivery, now, url):
    destination = hook(url, allow_private=False)
    result = destination.deliver(delivery, now)
    destination.close()
    assert isinstance(result, Permanent)
    assert result.code == "private_address"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True), ("2001:4860:4860::8888", True),
        ("10.1.2.3", False), ("172.16.0.1", False), ("192.168.1.1", False), ("127.0.0.1", False), ("0.0.0.0", False),
        ("169.254.169.254", False), ("100.64.0.1", False), ("224.0.0.1", False), ("255.255.255.255", False),
        ("192.0.2.1", False), ("::1", False), ("::", False), ("fc00::1", False), ("fe80::1", False), ("ff02::1", False),
        ("::ffff:127.0.0.1", False), ("::ffff:8.8.8.8", True), ("::127.0.0.1", False), ("64:ff9b::7f00:1", False),
        ("64:ff9b::808:808", True), ("2002:7f00:1::", False), ("2001:0:4136:e378:8000:63bf:3fff:fdd2", False),
    ],
)  # fmt: skip
def test_public_addresses_are_told_from_private_ones(address, public):
    import ipaddress

    assert is_public(ipaddress.ip_address(address)) is public


def test_one_private_address_among_public_ones_is_enough(monkeypatch):
    found = [(0, 0, 0, "", (address, 443)) for address in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(AddressRefused):
        resolve("example.com", 443, allow_private=False)
    assert resolve("example.com", 443, allow_private=True) == ("8.8.8.8", "10.0.0.1")


def test_the_checked_address_is_the_one_connected_to(receiver, delivery, monkeypatch):
    """A name that answers otherwise the second time leads nowhere else."""
    port = int(receiver.url.rsplit(":", 1)[1].split("/")[0])
    asked = []

    def answer_once(host, *_, **__):
        asked.append(host)
        address = host if host[0].isdigit() else "127.0.0.1" if len(asked) == 1 else "127.0.0.2"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr("forms_api.destinations.addresses.socket.getaddrinfo", answer_once)
    destination = hook(f"http://receiver.example:{port}/leads")
    assert destination.deliver(delivery, datetime.now(UTC)) == Accepted(detail="204")
    destination.close()
    assert asked[0] == "receiver.example"
    assert set(asked[1:]) <= {"127.0.0.1"}
    assert receiver.requests[0][1]["host"] == f"receiver.example:{port}"
