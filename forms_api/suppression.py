"""The suppression list at work: who is on it, what that keeps from going out, and its copy outside the database.

Addresses are kept as keyed hashes alone. The copy is a file that is only added to; it is read at every start, so that
an old database that was put back forgets no withdrawal and no erasure.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import logging
import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import Connection, Engine

from forms_api.destinations.base import Suppressed
from forms_api.settings import Settings
from forms_api.store import leads, suppression
from forms_api.store.engine import reading, writing
from forms_api.store.ids import email_key
from forms_api.store.suppression import EVERY_USE, Entry, Reason, What
from leadcore.model.leads import Delivery, Lead

#: Uses that reach a person by telephone number.
PHONE_USES = frozenset({"sms", "voice", "chat"})
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the list says of a person and use. `last_at` counts blocks that were lifted since, too."""

    withdrawn_at: datetime | None = None
    erased_at: datetime | None = None
    last_at: datetime | None = None

    @property
    def reason(self) -> Reason | None:
        """What stands now: `erased`, `withdrawn`, or None."""
        return "erased" if self.erased_at else "withdrawn" if self.withdrawn_at else None


def standing(entries: Iterable[Entry], use: str) -> Standing:
    """The standing by entries in order of time."""
    withdrawn_at = erased_at = last_at = None
    for entry in entries:
        if entry.use not in (EVERY_USE, use):
            continue
        if entry.reason == "lifted":
            withdrawn_at = None
            continue
        last_at = entry.at
        if entry.reason == "erased":
            erased_at = entry.at
        else:
            withdrawn_at = entry.at
    return Standing(withdrawn_at=withdrawn_at, erased_at=erased_at, last_at=last_at)


@dataclass(frozen=True, slots=True)
class Suppression:
    """The list with the key of its hashes and the file of its copy."""

    key: str
    file: Path

    def hash_of(self, what: What, value: str) -> str:
        """The keyed hash of an address or number (HMAC-SHA-256)."""
        normal = email_key(value) if what == "email" else value
        return hmac.new(self.key.encode(), f"suppression/{what}:{normal}".encode(), hashlib.sha256).hexdigest()

    def entries(
        self, lead: Lead, markets: Iterable[str], uses: Iterable[str], reason: Reason, at: datetime
    ) -> list[Entry]:
        """What keeps a lead's address, and for uses by telephone its number, out of these markets (or lets it in)."""
        made = []
        for market in markets:
            for use in uses:
                if lead.email:
                    made.append(Entry(key=self.hash_of("email", lead.email), what="email", market=market, use=use, reason=reason, at=at))
                if lead.phone_e164 and (use == EVERY_USE or use in PHONE_USES):
                    made.append(Entry(key=self.hash_of("phone", lead.phone_e164), what="phone", market=market, use=use, reason=reason, at=at))
        return made

    def of(self, connection: Connection, email: str, phone_e164: str, markets: Collection[str], use: str) -> Standing:
        """What the list says of an address, and for uses by telephone of a number, in these markets."""
        keys = [self.hash_of("email", email)] if email else []
        if phone_e164 and use in PHONE_USES:
            keys.append(self.hash_of("phone", phone_e164))
        return standing(suppression.of_keys(connection, keys, markets), use) if keys else Standing()

    def gate(self, engine: Engine, delivery: Delivery) -> Suppressed | None:
        """Why a delivery may not go out, or None. Asked before every attempt.

        What tells a destination to stop always goes, and so do mails that answer a living request. Anything else goes only
        to a person whose consent was confirmed after the last block: a block outlives a replay and an old database.
        """
        use = marketing_use(delivery)
        if use is None and delivery.action != "send":
            return None
        with reading(engine) as connection:
            lead = leads.by_id(connection, delivery.lead_id)
            found = self.of(connection, lead.email, lead.phone_e164, [lead.market], use or "email")
        if found.last_at is None:
            return None
        if use is None:  # To somebody erased not even an answer goes, save to a lead that came later.
            return Suppressed(reason="erased") if found.erased_at and found.erased_at >= lead.submitted_at else None
        if found.last_at >= (lead.confirmed_at or lead.submitted_at) or (found.reason and not lead.confirmed_at):
            return Suppressed(reason=found.reason or "withdrawn")
        return None

    def write(self, entries: Iterable[Entry]) -> None:
        """Adds entries to the copy. What cannot be written now is written at the next start, from the table."""
        lines = [_line(entry) for entry in entries]
        if not lines:
            return
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(handle, "r+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                if (size := file.seek(0, os.SEEK_END)) and os.pread(file.fileno(), 1, size - 1) != b"\n":
                    file.write(b"\n")  # A line that was cut off must not take the next one with it.
                file.write("".join(lines).encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            log.error("suppression list: its copy cannot be written: %s", error.strerror)

    def written(self) -> Iterator[Entry]:
        """The copy's entries. A line that cannot be read is reported and passed over."""
        try:
            text = self.file.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return
        for number, line in enumerate(text.split("\n"), start=1):
            if not line:
                continue
            try:
                row = json.loads(line)
                yield Entry(**{**row, "at": datetime.fromisoformat(row["at"])})
            except (ValueError, TypeError, KeyError):
                log.error("suppression list: line %d of its copy cannot be read", number)

    def restore(self, engine: Engine) -> list[Entry]:
        """The entries that the database had forgotten, now in it again; the copy learns what only the database has."""
        copied = list(self.written())
        with reading(engine) as connection:
            stored = {entry.id: entry for entry in suppression.every(connection)}
        missing = [entry for entry in copied if entry.id not in stored]
        if missing:
            with writing(engine) as connection:
                suppression.add(connection, missing)
            log.warning("suppression list: %d entries put back into the database", len(missing))
        known = {entry.id for entry in copied}
        self.write(entry for name, entry in stored.items() if name not in known)
        return missing


def suppression_of(settings: Settings) -> Suppression:
    """The list of an installation."""
    return Suppression(settings.suppression_key or settings.secret_key, settings.suppression_file)


def marketing_use(delivery: Delivery) -> str | None:
    """The use that a delivery is for; None for what answers a request or tells a destination to stop."""
    if delivery.kind == "list":
        return str(delivery.payload.get("use") or "email") if delivery.action in ("subscribe", "correct") else None
    # Mails of a nurture sequence are named `sequence/mail`; those that answer a request have plain names.
    return "email" if "/" in delivery.name else None


def _line(entry: Entry) -> str:
    return json.dumps({**asdict(entry), "at": entry.at.isoformat()}) + "\n"
