"""What a person was shown and agreed to, for whoever has to prove it: as data, as text, and as the page showed it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from leadcore.model.leads import ConsentEvent, Lead, PublishedNotice
from leadcore.model.locales import direction

_STYLE = "body{max-width:44rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 sans-serif}th{text-align:start;padding-inline-end:1rem;vertical-align:top}"
_PAGE = Markup(
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="robots" content="noindex">\n'
    "<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<table>\n{rows}</table>\n<hr>\n"
    '<div lang="{lang}" dir="{dir}">\n{notice}</div>\n</body>\n</html>\n'
)
_ROW = Markup("<tr><th>{}</th><td>{}</td></tr>\n")


def event_proof(event: ConsentEvent, notice: PublishedNotice | None) -> dict[str, Any]:
    """One event as data, its notice with number and markup where the store has them."""
    return {
        "event": event.event,
        "at": event.at,
        "language": event.notice_language,
        "regimes": event.regimes,
        "uses": dict(event.uses),
        "ui_default": event.ui_default,
        "notice_digest": event.notice_digest,
        "notice_version": notice.version if notice else 0,
        "notice_published_at": notice.published_at if notice else None,
        "notice_text": event.notice_text,
        "notice_html": notice.html if notice else "",
        "decision": dict(event.decision),
        "doi_sent_at": event.doi_sent_at,
        "doi_confirmed_at": event.doi_confirmed_at,
        "residence": event.residence,
        "signal_seen": event.signal_seen,
    }


def proof_lines(events: Sequence[ConsentEvent], notices: Mapping[str, PublishedNotice]) -> list[str]:
    """The events as lines for a terminal; each notice once, word for word, below the event that showed it first."""
    lines: list[str] = []
    told: set[str] = set()
    for event in events:
        notice = notices.get(event.notice_digest)
        lines.append(f"{event.event}  {event.at:%Y-%m-%d %H:%M:%S} UTC  language {event.notice_language}  regimes {', '.join(event.regimes)}")
        lines += [f"  [{'x' if one.get('ticked') else ' '}] {use}: {one.get('wording', '')}" for use, one in event.uses.items()]
        lines.append(f"  boxes before the visitor touched them: {event.ui_default}")
        lines.append(f"  notice {event.notice_digest}{_number(notice)}")
        if event.notice_text and event.notice_digest not in told:
            told.add(event.notice_digest)
            lines += ["", "-" * 72, event.notice_text, "-" * 72, ""]
    return lines


def _number(notice: PublishedNotice | None) -> str:
    if notice is None or not notice.version:
        return ""
    return f"  version {notice.version}, published {notice.published_at:%Y-%m-%d}"


def proof_page(lead: Lead, event: ConsentEvent, notice: PublishedNotice | None) -> str:
    """An HTML page with the notice as the person saw it, byte for byte, below the facts of the event."""
    ticked = [str(one.get("wording") or use) for use, one in event.uses.items() if one.get("ticked")]
    rows = [
        ("Receipt", lead.receipt),
        ("Market and form", f"{event.market}, {event.form}"),
        ("Page", event.page),
        ("Answered", f"{event.at:%Y-%m-%d %H:%M:%S} UTC: {event.event}"),
        ("Boxes before", event.ui_default),
        ("Ticked", Markup("<br>").join(ticked) if ticked else "nothing"),
        ("Rules applied", ", ".join(event.regimes)),
        ("Notice", f"{event.notice_digest}{_number(notice)}"),
    ]
    shown = Markup(notice.html) if notice and notice.html else Markup("<pre>{}</pre>\n").format(event.notice_text)
    language = event.notice_language or lead.locale
    return _PAGE.format(
        title=f"What was shown: {lead.receipt}", style=Markup(_STYLE), rows=Markup("").join(_ROW.format(*row) for row in rows),
        lang=language, dir=direction(language), notice=shown,
    )  # fmt: skip
