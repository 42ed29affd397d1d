"""Mail against a real SMTP server: what arrives, and which refusal means later and which never."""

from __future__ import annotations

from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import default

import pytest

from forms_api.destinations.base import Accepted, Permanent, RetryAt
from forms_api.destinations.mail import MailDestination, MessageRefused, payload_to_message

FROM = "भारत में लीडसाइट की बहुत लंबे नाम वाली संपादकीय टीम <post@news.example.in>"
LINK = "https://forms.in.example/unsubscribe/" + "aVeryLongSignedToken" * 12


@pytest.fixture
def make_mail(make_lead, make_delivery):
    def make(**payload):
        lead = make_lead()
        values = {
            "to": lead.email,
            "subject": "તમારું ઇમેઇલ સરનામું ખાતરી કરો: " + "લાંબો વિષય, " * 12 + "!",
            "text": "નમસ્તે આશા,\n\n" + "x" * 1200,
            "html": "<p>નમસ્તે</p>",
            "locale": "gu-IN",
            "headers": {"List-Unsubscribe": f"<{LINK}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
        }
        return make_delivery(lead, kind="mail", payload={**values, **payload})

    return make


@pytest.fixture
def mail(smtp_server):
    return MailDestination(smtp_server.url, FROM, timeout_seconds=5)


def received(server):
    return message_from_bytes(server.envelopes[-1].content, policy=default)


def test_what_was_prepared_arrives(mail, smtp_server, make_mail, now):
    delivery = make_mail()
    assert mail.deliver(delivery, now) == Accepted(detail="250")
    message = received(smtp_server)
    assert smtp_server.envelopes[0].rcpt_tos == [delivery.payload["to"]]
    assert smtp_server.envelopes[0].mail_from == "post@news.example.in"
    # Read by email.header: the newer parser of Python 3.11 keeps spaces between encoded words of a name (RFC 2047 6.2).
    sender = message_from_bytes(smtp_server.envelopes[0].content)["From"]
    assert str(make_header(decode_header(sender))) == FROM
    assert message["Subject"] == delivery.payload["subject"]
    assert message["Content-Language"] == "gu-IN"
    assert message["Message-ID"] == f"<{delivery.id}@news.example.in>"
    assert message["Date"].datetime == delivery.created_at
    assert message.get_body(("plain",)).get_content().splitlines()[0] == "નમસ્તે આશા,"
    assert message.get_body(("html",)).get_content().strip() == "<p>નમસ્તે</p>"


def test_one_click_headers_stay_on_one_plain_line(mail, smtp_server, make_mail, now):
    mail.deliver(make_mail(), now)
    lines = smtp_server.envelopes[0].content.split(b"\r\n")
    assert f"List-Unsubscribe: <{LINK}>".encode() in lines
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
    assert max(len(line) for line in lines) <= 998
    assert all(len(line) <= 77 for line in lines if b"=?utf-8?" in line)


def test_the_message_id_is_the_same_on_every_attempt(mail, smtp_server, make_mail, now):
    delivery = make_mail()
    mail.deliver(delivery, now)
    mail.deliver(delivery, now)
    first, second = (message_from_bytes(e.content)["Message-ID"] for e in smtp_server.envelopes)
    assert first == second
    mail.deliver(make_mail(message_id="<own@example.in>"), now)
    assert received(smtp_server)["Message-ID"] == "<own@example.in>"


@pytest.mark.parametrize(
    ("verb", "reply", "result"),
    [
        ("RCPT", "451 4.7.1 greylisted asha1@example.in", RetryAt(reason="451 4.7.1")),
        ("RCPT", "452 4.2.2 mailbox full", RetryAt(reason="452 4.2.2")),
        ("RCPT", "550 5.1.1 unknown asha1@example.in", Permanent(code="refused", detail="550 5.1.1")),
        ("RCPT", "553 no", Permanent(code="refused", detail="553")),
        ("MAIL", "530 5.7.0 log in first", RetryAt(reason="authentication: 530 5.7.0")),
        ("MAIL", "550 5.7.1 sender refused", Permanent(code="refused", detail="550 5.7.1")),
        ("DATA", "451 4.3.0 later", RetryAt(reason="451 4.3.0")),
        ("DATA", "552 5.3.4 too big", Permanent(code="refused", detail="552 5.3.4")),
        ("DATA", "554 5.7.1 policy", Permanent(code="refused", detail="554 5.7.1")),
    ],
)
def test_4xx_is_later_and_5xx_is_never(mail, smtp_server, make_mail, now, verb, reply, result):
    smtp_server.replies = {verb: [reply]}
    assert mail.deliver(make_mail(), now) == result


def test_greylisting_then_success(mail, smtp_server, make_mail, now):
    smtp_server.replies = {"RCPT": ["451 4.7.1 greylisted"]}
    delivery = make_mail()
    assert isinstance(mail.deliver(delivery, now), RetryAt)
    assert mail.deliver(delivery, now) == Accepted(detail="250")


def test_a_connection_lost_after_the_final_dot_may_have_happened(mail, smtp_server, make_mail, now):
    smtp_server.replies = {"DATA": ["drop"]}
    result = mail.deliver(make_mail(), now)
    assert isinstance(result, RetryAt)
    assert result.may_have_happened


def test_an_address_beyond_ascii_uses_smtputf8(mail, smtp_server, make_mail, now):
    delivery = make_mail(to="અશોક@ઉદાહરણ.example")
    assert mail.deliver(delivery, now) == Accepted(detail="250")
    envelope = smtp_server.envelopes[0]
    assert envelope.rcpt_tos == ["અશોક@xn--odc6ci4b4b3a.example"]
    assert "SMTPUTF8" in envelope.mail_options
    message = received(smtp_server)
    assert (message["From"], message["Subject"]) == (FROM, delivery.payload["subject"])


def test_without_smtputf8_only_the_domain_may_leave_ascii(ascii_smtp_server, make_mail, now):
    mail = MailDestination(ascii_smtp_server.url, FROM, timeout_seconds=5)
    assert mail.deliver(make_mail(to="ashok@bücher.example"), now) == Accepted(detail="250")
    assert ascii_smtp_server.envelopes[0].rcpt_tos == ["ashok@xn--bcher-kva.example"]
    refused = mail.deliver(make_mail(to="અશોક@example.in"), now)
    assert isinstance(refused, Permanent)
    assert refused.code == "smtputf8_not_offered"


def test_a_password_is_never_sent_without_tls(smtp_server, make_mail, now):
    mail = MailDestination(f"smtp://user:secret@127.0.0.1:{smtp_server.port}", FROM, timeout_seconds=5)
    assert mail.deliver(make_mail(), now) == RetryAt(reason="not connected: SMTPNotSupportedError")
    assert smtp_server.envelopes == []


@pytest.mark.parametrize(
    "payload",
    [
        {"to": "a@example.in\r\nBcc: all@example.in"},
        {"subject": "Hello\nBcc: all@example.in"},
        {"locale": "gu\r\nX: y"},
        {"headers": {"X-Form": "guide\r\nBcc: all@example.in"}},
        {"headers": {"X-Form\r\nBcc": "all@example.in"}},
        {"headers": {"Bcc": "all@example.in"}},
        {"headers": {"From": "boss@example.in"}},
        {"message_id": "<a@b>\r\nBcc: all@example.in"},
        {"from": "x@example.in\nBcc: all@example.in"},
        {"to": ""},
        {"to": "nobody"},
        {"to": "a@"},
        {"to": "a@\u0ac0.example"},
        {"subject": None},
        {"text": None},
        {"to": ["a@example.in"]},
    ],
)
def test_nothing_typed_can_add_a_header_or_recipient(mail, smtp_server, make_mail, now, payload):
    delivery = make_mail(**payload)
    result = mail.deliver(delivery, now)
    assert isinstance(result, Permanent)
    assert result.code == "message_refused"
    assert "all@example.in" not in result.detail
    assert smtp_server.envelopes == []


def test_a_mail_without_any_sender_is_refused(make_mail):
    with pytest.raises(MessageRefused, match="from"):
        payload_to_message(make_mail(), "")
