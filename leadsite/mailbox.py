"""The preview's mail catcher: mails kept in memory, as data and as plain pages to read them."""

from __future__ import annotations

import email
import email.policy
import threading
from dataclasses import dataclass, field
from email.message import EmailMessage

from markupsafe import Markup, escape

from leadsite.status_page import frame

LARGEST_MAILBOX = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class CaughtMail:
    """One mail as it came in. `html` is empty for a mail without that part."""

    number: int
    to: str
    subject: str
    locale: str
    headers: dict[str, str]
    text: str
    html: str

    def as_dict(self) -> dict[str, object]:
        """The shape of /mailbox.json."""
        return {name: getattr(self, name) for name in ("to", "subject", "locale", "headers", "text", "html")}


@dataclass(slots=True)
class Mailbox:
    """The last mails, oldest first."""

    _mails: list[CaughtMail] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _count: int = 0

    def add(self, data: bytes) -> None:
        message = email.message_from_bytes(data, policy=email.policy.default)
        with self._lock:
            self._count += 1
            self._mails.append(_caught(self._count, message))
            del self._mails[:-LARGEST_MAILBOX]

    def mails(self) -> tuple[CaughtMail, ...]:
        with self._lock:
            return tuple(self._mails)

    def by_number(self, number: int) -> CaughtMail | None:
        return next((m for m in self.mails() if m.number == number), None)


def _caught(number: int, message: EmailMessage) -> CaughtMail:
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    return CaughtMail(
        number=number,
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        locale=str(message["Content-Language"] or ""),
        headers={name: str(value) for name, value in message.items()},
        text=text.get_content() if text else "",
        html=html.get_content() if html else "",
    )


def mailbox_page(mailbox: Mailbox) -> str:
    """The mails, newest first."""
    rows = Markup("").join(
        Markup('<tr><td><a href="/mailbox/{}"><bdi>{}</bdi></a></td><td><bdi dir="ltr">{}</bdi></td><td>{}</td></tr>').format(
            m.number, m.subject, m.to, m.locale
        )
        for m in reversed(mailbox.mails())
    )
    table = Markup("<table><thead><tr><th>Subject</th><th>To</th><th>Language</th></tr></thead><tbody>{}</tbody></table>").format(rows)
    return frame("Mailbox", table if rows else Markup("<p>No mail yet. Send a form and look again.</p>"))


def mail_page(mail: CaughtMail) -> str:
    """One mail: its headers, the HTML part as a reader shows it, the text part."""
    heads = Markup("").join(Markup("<tr><th>{}</th><td><bdi>{}</bdi></td></tr>").format(n, v) for n, v in mail.headers.items())
    shown = Markup('<iframe title="HTML part" sandbox="allow-top-navigation-by-user-activation allow-popups" srcdoc="{}"></iframe>').format(
        mail.html.replace("<head>", '<head><base target="_top">', 1)
    )
    body = Markup('{}<details><summary>Text part</summary><pre dir="auto">{}</pre></details><details><summary>Headers</summary><table>{}</table></details>')
    return frame(mail.subject, body.format(shown if mail.html else "", escape(mail.text), heads))
