"""Mail through SMTP. Takes a prepared message from the payload; what it says is written elsewhere.

4xx is tried again and 5xx is not (RFC 5321 section 4.2.1); what goes wrong before the message is the server's
matter, not the message's, and is tried again too.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Mapping
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, parseaddr
from functools import cached_property
from socket import getfqdn
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import idna

from forms_api.destinations.base import Accepted, Permanent, Result, RetryAt
from leadcore.model.leads import Delivery

TIMEOUT_SECONDS = 20.0
#: Headers this module writes; a payload cannot set them.
_OURS = frozenset({"from", "to", "subject", "date", "message-id", "content-language", "mime-version", "bcc", "cc"})
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class MessageRefused(ValueError):
    """The payload cannot become a safe message. The text is a code, without the payload's values."""


class _ExactHeaders(EmailPolicy):
    """Writes headers so that readers see them as given.

    List-* stay on one line: folding would encode a long address, and RFC 8058 readers would not find it. Words
    beyond ASCII are encoded by the older `email.header`, as the policy's own folding loses spaces between lines.
    """

    def fold(self, name: str, value: Any) -> str:
        if name.lower().startswith("list-"):
            return f"{name}: {value}\r\n"
        if self.utf8 or str(value).isascii():
            return str(super().fold(name, value))
        addresses = getattr(value, "addresses", None)
        if addresses is None:
            return f"{name}: {_encoded(str(value), name)}\r\n"
        return f"{name}: " + ",\r\n ".join(_encoded_address(a, name) for a in addresses) + "\r\n"

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("utf-8" if self.utf8 else "ascii", "surrogateescape")


_POLICY = _ExactHeaders(linesep=SMTP.linesep, max_line_length=SMTP.max_line_length)


class MailDestination:
    """Hands each mail to one SMTP server.

    `url` is smtp:// or smtps://, with user, password and port as needed. `mail_from` is the sender of messages
    that name none.
    """

    def __init__(self, url: str, mail_from: str, *, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._server = urlsplit(url)
        self._mail_from = mail_from
        self._timeout_seconds = timeout_seconds

    def deliver(self, delivery: Delivery, now: datetime) -> Result:
        try:
            message = payload_to_message(delivery, self._mail_from)
        except MessageRefused as refusal:
            return Permanent(code="message_refused", detail=str(refusal))
        try:
            client = self._connect()
        except smtplib.SMTPResponseException as error:
            return RetryAt(reason=f"server not ready: {error.smtp_code}")
        except (OSError, smtplib.SMTPException) as error:
            return RetryAt(reason=f"not connected: {type(error).__name__}")
        try:
            return self._send(client, message)
        finally:
            _quit(client)

    def close(self) -> None:
        """Nothing to give back: each mail has its own connection."""

    def _send(self, client: smtplib.SMTP, message: EmailMessage) -> Result:
        try:
            client.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            return _code_to_result(*next(iter(error.recipients.values())))
        except smtplib.SMTPNotSupportedError:
            return Permanent(code="smtputf8_not_offered", detail="the mail server takes ASCII addresses only")
        except smtplib.SMTPResponseException as error:
            return _code_to_result(error.smtp_code, error.smtp_error)
        except (OSError, smtplib.SMTPException) as error:
            # After the final dot the server may have taken it: the same Message-ID lets it see the second copy.
            return RetryAt(reason=f"no answer: {type(error).__name__}", may_have_happened=True)
        return Accepted(detail="250")

    def _connect(self) -> smtplib.SMTP:
        host, user = self._server.hostname or "127.0.0.1", unquote(self._server.username or "")
        options: dict[str, Any] = {"timeout": self._timeout_seconds, "local_hostname": self._own_name}
        if self._server.scheme == "smtps":
            context = ssl.create_default_context()
            client: smtplib.SMTP = smtplib.SMTP_SSL(host, self._server.port or 465, context=context, **options)
        else:
            client = smtplib.SMTP(host, self._server.port or (587 if user else 25), **options)
        try:
            if self._server.scheme == "smtp":
                _start_tls(client, self._server)
            if user:
                client.login(user, unquote(self._server.password or ""))
        except BaseException:
            client.close()
            raise
        return client

    @cached_property
    def _own_name(self) -> str:
        """Our name for EHLO, asked for once: it can take seconds where DNS is slow. A bare name is no domain."""
        name = getfqdn()
        return name if "." in name else "[127.0.0.1]"


def payload_to_message(delivery: Delivery, mail_from: str) -> EmailMessage:
    """The message in a delivery's payload: `to`, `subject`, `text`, and optionally `html`, `headers`, `locale`,
    `message_id`, `from`. The same delivery always gives the same Message-ID and Date.

    Raises MessageRefused for a missing part, or a header that carries a line break.
    """
    payload = delivery.payload
    sender = _header_value(payload.get("from") or mail_from, "from")
    message = EmailMessage(policy=_POLICY)
    try:
        message["From"] = _with_ascii_domain(sender)
        message["To"] = _with_ascii_domain(_header_value(payload.get("to"), "to"))
        message["Subject"] = _header_value(payload.get("subject"), "subject")
        message["Date"] = format_datetime(delivery.created_at)
        message["Message-ID"] = _message_id(payload, delivery.id, message["From"].addresses[0].domain)
        headers = payload.get("headers") or {}
        for name, value in headers.items() if isinstance(headers, Mapping) else ():
            if not _HEADER_NAME.fullmatch(name) or name.lower() in _OURS:
                raise MessageRefused(f"header {name[:40]!r} is not allowed")
            message[name] = _header_value(value, "header")
        message.set_content(_text(payload, "text"))
        if payload.get("html"):
            message.add_alternative(_text(payload, "html"), subtype="html")
        # Last: the mail package moves earlier Content-* headers into the first part.
        if locale := payload.get("locale"):
            message["Content-Language"] = _header_value(locale, "locale")
    except MessageRefused:
        raise
    except (ValueError, IndexError, AttributeError) as error:
        # Whatever the mail package refuses; its text may quote an address.
        raise MessageRefused(f"not a message: {type(error).__name__}") from None
    return message


def _encoded(words: str, name: str) -> str:
    """The words as RFC 2047 encoded words, each at most 75 characters, one a line."""
    return Header(words, "utf-8", maxlinelen=76, header_name=name).encode(linesep="\r\n")


def _encoded_address(address: Any, name: str) -> str:
    if not address.display_name:
        return str(address.addr_spec)
    return f"{_encoded(address.display_name, name)}\r\n <{address.addr_spec}>"


def _header_value(value: object, name: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise MessageRefused(f"{name} is missing")
    if _CONTROL.search(value):
        raise MessageRefused(f"{name} holds a line break or control character")
    return value


def _text(payload: Mapping[str, object], name: str) -> str:
    value = payload.get(name)
    if not isinstance(value, str):
        raise MessageRefused(f"{name} is missing")
    return value


def _message_id(payload: Mapping[str, object], delivery_id: str, domain: str) -> str:
    given = payload.get("message_id")
    return _header_value(given, "message_id") if given else f"<{delivery_id}@{domain}>"


def _with_ascii_domain(address: str) -> str:
    """The address with its domain in ASCII, so that only a non-ASCII local part needs SMTPUTF8 (RFC 6531)."""
    _, plain = parseaddr(address)
    local, at, domain = plain.rpartition("@")
    if not at or not local or not domain:
        raise MessageRefused("an address is not an address")
    if domain.isascii():
        return address
    try:
        encoded = idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        raise MessageRefused("an address has a domain that cannot be written") from None
    return address.replace(f"@{domain}", f"@{encoded}")


def _start_tls(client: smtplib.SMTP, server: SplitResult) -> None:
    """TLS when the server offers it. Required, and its certificate checked, when a password goes over the line
    or the URL ends in `?tls=required`; otherwise any certificate is better than none (RFC 7435)."""
    required = bool(server.password) or parse_qs(server.query).get("tls") == ["required"]
    client.ehlo_or_helo_if_needed()
    if client.has_extn("starttls"):
        context = ssl.create_default_context()
        if not required:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        client.starttls(context=context)
        client.ehlo()
    elif required:
        raise smtplib.SMTPNotSupportedError("STARTTLS is required and not offered")


def _code_to_result(code: int, answer: bytes | str) -> Result:
    """A refusal as a result, with its enhanced status (RFC 3463) and not the server's words: those quote addresses."""
    words = answer.decode("ascii", "replace") if isinstance(answer, bytes) else answer
    status = re.match(r"[245]\.\d{1,3}\.\d{1,3}", words)
    detail = f"{code} {status.group()}" if status else str(code)
    if code in (530, 534, 535, 538):  # The server wants us to log in differently; the message is not to blame.
        return RetryAt(reason=f"authentication: {detail}")
    return Permanent(code="refused", detail=detail) if 500 <= code < 600 else RetryAt(reason=detail)


def _quit(client: smtplib.SMTP) -> None:
    try:
        client.quit()
    except (OSError, smtplib.SMTPException):
        client.close()
