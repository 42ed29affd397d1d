"""Leads from elsewhere: each row with its own proof of consent, judged by the same decision as a form, kept out where the
suppression list says so. The same file twice adds nothing twice."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy.engine import Connection

from forms_api.cases import TICK_KEYS, case_of
from forms_api.followup import allowed_uses, consented, waits_for_confirmation
from forms_api.privacy import Desk
from forms_api.store import deliveries, leads, ledger, notices, people
from forms_api.store.ids import derived_id, email_key, new_id, new_receipt
from leadcore.consent.decide import decide
from leadcore.consent.standing import with_awaited
from leadcore.model.forms import FormDefinition
from leadcore.model.leads import ConsentEvent, Lead
from leadcore.model.locales import known_territories
from leadcore.model.markets import Market
from leadcore.rendering.field_types.email import normal_address
from leadcore.rendering.field_types.phone import to_e164

Status = Literal["imported", "without_marketing", "present", "refused", "suppressed"]


class Refused(ValueError):
    """A row that is not taken; the text says why and names no value."""


class FileUnreadable(ValueError):
    """The file is neither a CSV with a header nor a JSON list of objects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """Where the rows go and where they come from. `source` names it in the proof. `keep_unproved` takes rows without
    proof of consent as leads that nothing is sent to."""

    desk: Desk
    market: Market
    definition: FormDefinition
    list: str
    source: str
    keep_unproved: bool = False

    @property
    def uses(self) -> tuple[str, ...]:
        """The uses that lead from this form to the list."""
        return tuple(dict.fromkeys(r.use for r in self.market.routes if r.form == self.definition.id and r.list == self.list))


@dataclass(frozen=True, slots=True, kw_only=True)
class RowResult:
    """What became of a row, counted from 1 without the header."""

    row: int
    status: Status
    reason: str = ""
    receipt: str = ""


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows as text by column in lower case. Raises FileUnreadable, OSError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix.lower() == ".json":
            found = json.loads(text)
            if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
                raise FileUnreadable("the file holds no list of objects")
        else:
            found = list(csv.DictReader(text.splitlines(), strict=True))
    except (UnicodeDecodeError, ValueError, csv.Error) as error:
        raise FileUnreadable(str(error)) from None
    return [{str(k).strip().lower(): "" if v is None else str(v).strip() for k, v in one.items()} for one in found]


def import_rows(
    connection: Connection, into: Import, rows: Sequence[Mapping[str, str]], now: dt.datetime,
    random_bytes: Callable[[int], bytes] = os.urandom, *, first: int = 1,
) -> list[RowResult]:  # fmt: skip
    """What becomes of each row; those imported are stored with their deliveries. `first` is the number of the first row.

    Nobody else stores a lead until the transaction ends: bring a long file in steps.
    """
    ledger.hold(connection)
    results = []
    for number, row in enumerate(rows, start=first):
        try:
            results.append(_import_row(connection, into, number, row, now, random_bytes))
        except Refused as refusal:
            results.append(RowResult(row=number, status="refused", reason=str(refusal)))
    return results


def _import_row(
    connection: Connection, into: Import, number: int, row: Mapping[str, str], now: dt.datetime, random_bytes: Callable[[int], bytes]
) -> RowResult:
    lead = _lead(into, row, now, random_bytes)
    for use in into.uses or ("email",):
        markets = into.desk.markets_of(lead)
        blocked = into.desk.suppression.of(connection, lead.email, lead.phone_e164, markets, use)
        if blocked.reason:
            at = blocked.erased_at or blocked.withdrawn_at
            return RowResult(row=number, status="suppressed", reason=f"{blocked.reason} on {at:%Y-%m-%d}")
    if _is_present(connection, into, lead):
        return RowResult(row=number, status="present", reason="already on the list")
    try:
        event, uses = _consent(connection, into, row, lead, now)
    except Refused:
        if not into.keep_unproved:
            raise
        event, uses = _no_consent(into, lead, now), ()
    name = into.desk.project
    wanted = consented(name, into.market, into.definition, lead, uses, into.desk.secret_key, now)
    pending = [d for d in wanted if d.kind == "list" and d.name == into.list]
    accepted = leads.accept(connection, lead, event, pending)
    if not accepted.created:
        reason = "imported before" if accepted.identical else "imported before with other content; correct the lead instead"
        return RowResult(row=number, status="present", reason=reason, receipt=accepted.lead.receipt)
    status: Status = "imported" if uses else "without_marketing"
    return RowResult(row=number, status=status, reason="" if uses else "no proof of consent", receipt=lead.receipt)


def _lead(into: Import, row: Mapping[str, str], now: dt.datetime, random_bytes: Callable[[int], bytes]) -> Lead:
    email = normal_address(row.get("email"))
    if not email:
        raise Refused("email is no address")
    phone = ""
    if row.get("phone"):
        try:
            phone = to_e164(row["phone"], into.market.phone_region)
        except ValueError:
            raise Refused("phone is no possible number") from None
    locale = row.get("locale") or into.market.locales[0]
    if locale not in into.market.locales:
        raise Refused(f"locale is none of the market's: {', '.join(into.market.locales)}")
    residence = (row.get("country") or into.market.country).upper()
    if residence not in known_territories():
        raise Refused("country is no ISO 3166 code")
    key = hashlib.sha256(f"{into.list}/{email_key(email)}".encode()).hexdigest()
    answers = {f.name: row[f.name] for f in into.definition.fields if row.get(f.name)}
    return Lead(
        id=new_id(now, random_bytes),
        receipt=new_receipt(random_bytes),
        submission_id=f"import:{key}",
        fingerprint=hashlib.sha256(json.dumps(sorted(row.items()), ensure_ascii=False).encode()).hexdigest(),
        market=into.market.id,
        locale=locale,
        form=into.definition.id,
        email=email,
        name=row.get("name", ""),
        phone_typed=row.get("phone", ""),
        phone_e164=phone,
        company=row.get("company", ""),
        residence=residence,
        region=row.get("region", "").upper(),
        answers={**answers, "email": email},
        submitted_at=_time(row, "consent_at") or now,
        confirmed_at=_time(row, "confirmed_at"),
    )


def _time(row: Mapping[str, str], name: str) -> dt.datetime | None:
    if not row.get(name):
        return None
    try:
        at = dt.datetime.fromisoformat(row[name])
    except ValueError:
        raise Refused(f"{name} is no time such as 2026-05-31T14:00:00+02:00") from None
    return at.astimezone(dt.UTC) if at.tzinfo else at.replace(tzinfo=dt.UTC)


def _is_present(connection: Connection, into: Import, lead: Lead) -> bool:
    """Whether the address is on the list already, by a lead that still stands."""
    for one in people.leads_of(connection, lead.email, [into.market.id]):
        if one.withdrawn_at or one.submission_id == lead.submission_id:
            continue
        if any(d.name == into.list and d.action == "subscribe" and not d.cancelled_at for d in deliveries.of_lead(connection, one.id)):
            return True
    return False


def _consent(
    connection: Connection, into: Import, row: Mapping[str, str], lead: Lead, now: dt.datetime
) -> tuple[ConsentEvent, tuple[str, ...]]:
    """The consent event of a row and the uses that it allows now. Raises Refused without proof, or by the decision."""
    at, how = _time(row, "consent_at"), row.get("consent_how", "")
    wording, digest = row.get("consent_text", ""), row.get("notice_digest", "")
    missing = [name for name, value in (("consent_at", at), ("consent_how", how), ("consent_text or notice_digest", wording or digest)) if not value]
    if at is None or missing:
        raise Refused(f"no proof of consent: {', '.join(missing)} missing")
    if max(at, lead.confirmed_at or at) > now:
        raise Refused("consent_at or confirmed_at lies in the future")
    if lead.confirmed_at and lead.confirmed_at < at:
        raise Refused("confirmed_at lies before consent_at")
    shown = notices.by_digest(connection, digest) if digest else None
    if digest and shown is None:
        raise Refused("notice_digest was never published here")
    text = shown.text if shown else wording
    named = tuple(part.strip() for part in row.get("consent_uses", "").split(",") if part.strip())
    agreed = tuple(use for use in (named or into.uses) if use in into.uses)
    if not agreed:
        raise Refused(f"consent_uses names none that leads to the list: {', '.join(into.uses)}")
    language = shown.locale if shown else lead.locale
    decision = decide(case_of(
        into.market, locale=lead.locale, languages=(language,), ticks={TICK_KEYS[use]: True for use in agreed},
        residence=lead.residence, region=lead.region, phone=lead.phone_e164, signal=False, today=at.date(),
        confirmed=lead.confirmed_at is not None,
    ))  # fmt: skip
    allowed = tuple(use for use in allowed_uses(decision, confirmed=lead.confirmed_at is not None) if use in agreed)
    must_confirm = waits_for_confirmation(into.market, decision)
    if must_confirm and not lead.confirmed_at:
        raise Refused("confirmed_at is missing: this market confirms addresses first")
    if not allowed:
        raise Refused(f"the rules do not allow it: {', '.join(decision['refuse'] or decision['pending']) or decision['decision']}")
    purposes = {use: p.id for p in into.definition.purposes for use in p.boxes}
    event = ConsentEvent(
        id=derived_id(lead.id, "consent/given"), lead_id=lead.id, event="given", at=now, market=into.market.id, locale=lead.locale,
        form=into.definition.id, regimes=tuple(decision["applies"]),
        uses={use: {"ticked": use in agreed, "wording": wording, "purpose": purposes.get(use, "")} for use in agreed},
        ui_default="imported", notice_digest=digest or hashlib.sha256(wording.encode()).hexdigest(), notice_text=text,
        notice_language=language, decision=decision, doi_confirmed_at=lead.confirmed_at,
        residence=f"{lead.residence}-{lead.region}" if lead.region else lead.residence,
        evidence={"source": into.source, "how": how, "consent_at": at.isoformat()},
    )  # fmt: skip
    return with_awaited(event, confirm=False), allowed


def _no_consent(into: Import, lead: Lead, now: dt.datetime) -> ConsentEvent:
    return ConsentEvent(
        id=derived_id(lead.id, "consent/refused"), lead_id=lead.id, event="refused", at=now, market=into.market.id,
        locale=lead.locale, form=into.definition.id, ui_default="imported", notice_language=lead.locale,
        evidence={"source": into.source},
    )  # fmt: skip
