"""What a person does by right, for all that came from their address at one controller: withdraw, correct, erase, see.

Each function is one transaction's worth of work. What it adds to the suppression list is given back, to be written to
the list's copy after the commit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.engine import Connection

from forms_api import links as deeds
from forms_api.letters import sequence_mails
from forms_api.store import consents, deliveries, leads, people, requests, rights, suppression
from forms_api.store.ids import derived_id
from forms_api.store.leads import Changed
from forms_api.store.requests import Request
from forms_api.store.suppression import EVERY_USE, Entry
from forms_api.suppression import Suppression, marketing_use
from leadcore.consent.rights import deadline
from leadcore.consent.standing import standings
from leadcore.model.leads import ConsentEvent, Lead
from leadcore.model.project import Project

#: Fields that hold the same of a person whatever form they came from.
_OF_THE_PERSON = ("name", "phone_typed", "phone_e164", "company")
#: What deliveries call the corrected fields.
_PAYLOAD_NAMES = {"name": "name", "phone_e164": "phone", "company": "company", "answers": "answers", "email": "email", "locale": "locale"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The lead that was asked about, whether anything changed for the person, and what is new on the suppression list."""

    lead: Lead
    changed: bool
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where requests are answered. `channel` of a request is how it came: `page`, `mail`, `letter`, `phone`."""

    project: Project
    suppression: Suppression
    secret_key: str

    def markets_of(self, lead: Lead) -> tuple[str, ...]:
        """The markets of the controller that holds the lead; its own market first."""
        own = self.project.markets.get(lead.market)
        same = [m.id for m in self.project.markets.values() if own and m.controller.name == own.controller.name]
        return tuple(dict.fromkeys([lead.market, *same]))

    def leads_of(self, connection: Connection, lead: Lead) -> tuple[Lead, ...]:
        """Every lead of the same address at the same controller, oldest first; at least this one."""
        found = people.leads_of(connection, lead.email, self.markets_of(lead))
        return found if any(one.id == lead.id for one in found) else (*found, lead)

    def held(self, connection: Connection, lead: Lead) -> tuple[Lead, ...]:
        """The same leads as they now are, held until the transaction ends: two clicks at once are one after the other."""
        return leads.hold(connection, [one.id for one in self.leads_of(connection, lead)])

    def confirm(self, connection: Connection, lead: Lead, now: dt.datetime) -> Done:
        """Confirms the address. What is now agreed to lifts earlier withdrawals of the same uses."""
        leads.hold(connection, [lead.id])
        changed = deeds.confirm(connection, self.project, lead, self.secret_key, now)
        entries = self._lift(connection, changed.lead, now) if changed.changed else ()
        return Done(lead=changed.lead, changed=changed.changed, entries=entries)

    def must_confirm(self, connection: Connection, lead: Lead, uses: Iterable[str]) -> bool:
        """Whether a new lead has to confirm its address first, as somebody with it has withdrawn or was erased."""
        return any(self.suppression.of(connection, lead.email, lead.phone_e164, self.markets_of(lead), use).reason for use in uses)

    def withdraw(
        self, connection: Connection, lead: Lead, now: dt.datetime, uses: Collection[str] | None = None, *, channel: str = "page"
    ) -> Done:
        """Ends the person's consent to these uses, or to all, on every lead; destinations reached are told."""
        told: list[str] = []
        changed = False
        group = self.held(connection, lead)
        for one in group:
            before = _delivery_ids(connection, one)
            if self._withdraw_one(connection, one, now, uses):
                changed = True
                told += _delivery_ids(connection, one) - before
        if not changed:
            return Done(lead=leads.by_id(connection, lead.id), changed=False)
        entries: list[Entry] = []
        for one in group:
            entries += self.suppression.entries(one, self.markets_of(lead), uses or [EVERY_USE], "withdrawn", now)
        suppression.add(connection, entries)
        self._record(connection, lead, "withdrawal", now, told, channel)
        return Done(lead=leads.by_id(connection, lead.id), changed=True, entries=tuple(entries))

    def erase(self, connection: Connection, lead: Lead, now: dt.datetime, *, channel: str = "page") -> Done:
        """Erases every lead of the person and keeps the address out; destinations reached are told."""
        group = [one for one in self.held(connection, lead) if not one.erased_at]
        told: list[str] = []
        entries: list[Entry] = []
        for one in group:
            entries += self.suppression.entries(one, self.markets_of(lead), [EVERY_USE], "erased", now)
            before = _delivery_ids(connection, one)
            deeds.erase(connection, one, now)
            told += _delivery_ids(connection, one) - before
        if group:
            suppression.add(connection, entries)
            self._record(connection, lead, "erasure", now, told, channel)
        return Done(lead=leads.by_id(connection, lead.id), changed=bool(group), entries=tuple(entries))

    def correct(self, connection: Connection, lead: Lead, changes: Mapping[str, object], now: dt.datetime, *, channel: str = "page") -> Done:
        """Corrects the lead, and what the person's other leads hold of the same; destinations reached are told."""
        told: list[str] = []
        changed = False
        for one in self.held(connection, lead):
            mine = dict(changes) if one.id == lead.id else {
                name: changes[name] for name in _OF_THE_PERSON
                if name in changes and getattr(lead, name) and getattr(one, name) == getattr(lead, name)
            }  # fmt: skip
            if mine:
                before = _delivery_ids(connection, one)
                changed |= self._correct_one(connection, one, mine, now).changed
                told += _delivery_ids(connection, one) - before
        if changed:
            self._record(connection, lead, "correction", now, told, channel)
        return Done(lead=leads.by_id(connection, lead.id), changed=changed)

    def change_address(self, connection: Connection, lead: Lead, address: str, now: dt.datetime) -> Done:
        """Gives every lead of the person the new address, which has just been confirmed. A block goes with the person."""
        told: list[str] = []
        entries: list[Entry] = []
        changed = False
        for one in self.held(connection, lead):
            before = _delivery_ids(connection, one)
            done = self._correct_one(connection, one, {"email": address, "answers": _with_email(self.project, one, address)}, now)
            changed |= done.changed
            told += _delivery_ids(connection, one) - before
            if one.withdrawn_at:
                entries += self.suppression.entries(replace(one, email=address), self.markets_of(lead), [EVERY_USE], "withdrawn", now)
        if changed:
            suppression.add(connection, entries)
            self._record(connection, lead, "correction", now, told, "page")
        return Done(lead=leads.by_id(connection, lead.id), changed=changed, entries=tuple(entries))

    def enter(self, connection: Connection, lead: Lead, kind: str, received_at: dt.datetime, channel: str) -> Request:
        """A request that came by letter, mail or telephone, with its deadline."""
        request = self._request(lead, kind, received_at, channel)
        requests.add(connection, request)
        return request

    def answered(self, connection: Connection, lead: Lead, kind: str, now: dt.datetime, told: Sequence[str] = ()) -> None:
        """Records a request of this moment, and that it was answered: now, or once these deliveries have arrived."""
        self._record(connection, lead, kind, now, told, "page")

    def _request(self, lead: Lead, kind: str, received_at: dt.datetime, channel: str) -> Request:
        market = self.project.markets.get(lead.market)
        due = deadline(
            kind, received_at, markets=[market.jurisdiction if market else lead.market], residence=lead.residence,
            region=lead.region, phone=lead.phone_e164,
        )  # fmt: skip
        return Request(
            id=derived_id(lead.id, f"request/{kind}/{received_at.isoformat()}"), lead_id=lead.id, kind=kind, channel=channel,
            received_at=received_at, due_at=due.due_at, regimes=due.regimes, cite=due.cite,
        )  # fmt: skip

    def _record(
        self, connection: Connection, lead: Lead, kind: str, now: dt.datetime, told: Sequence[str], channel: str
    ) -> None:
        requests.settle(connection, lead.id, kind, told, now)
        request = self._request(lead, kind, now, channel)
        requests.add(connection, request if told else replace(request, done_at=now), told)

    def _withdraw_one(self, connection: Connection, lead: Lead, now: dt.datetime, uses: Collection[str] | None) -> bool:
        if lead.erased_at or lead.withdrawn_at:
            return False
        record = consents.of_lead(connection, lead.id)
        standing = agreed(record)
        ending = [use for use in standing if uses is None or use in uses]
        if uses is None or (ending and len(ending) == len(standing)):
            return deeds.withdraw(connection, lead, now).changed
        if not ending:
            return False
        given = deeds.given_event(connection, lead.id)
        if given is None:
            return False
        event = replace(
            given,
            id=derived_id(lead.id, f"consent/withdrawn/{'+'.join(sorted(ending))}/{now.isoformat()}"),
            event="withdrawn",
            at=now,
            uses={use: {**given.uses.get(use, {}), "ticked": False} for use in ending},
        )
        if not rights.withdraw(connection, lead.id, now, event, names=self._names(connection, lead, ending)).changed:
            consents.add(connection, event)
        return True

    def _names(self, connection: Connection, lead: Lead, uses: Collection[str]) -> set[str]:
        """The lists and mails that serve these uses. A list that serves another use too is left: nothing of what was
        withdrawn may go on."""
        market = self.project.markets.get(lead.market)
        names = {d.name for d in deliveries.of_lead(connection, lead.id) if marketing_use(d) in uses}
        for use in uses if market else ():
            names |= {item.id for item in market.lists_for(lead.form, use, lead.locale)}  # type: ignore[union-attr]
        return names

    def _correct_one(self, connection: Connection, lead: Lead, changes: Mapping[str, object], now: dt.datetime) -> Changed:
        payload = {_PAYLOAD_NAMES[name]: value for name, value in changes.items() if name in _PAYLOAD_NAMES}
        last = consents.of_lead(connection, lead.id)
        event = None
        if last:
            event = replace(
                last[-1], id=derived_id(lead.id, f"consent/corrected/{now.isoformat()}"), event="corrected", at=now, uses={},
                evidence={"before": {name: getattr(lead, name) for name in changes if name != "answers"}},
            )  # fmt: skip
        changed = rights.correct(connection, lead.id, changes, event, payload=payload, now=now)
        if changed.changed:
            self._readdress(connection, changed.lead, now)
        return changed

    def _readdress(self, connection: Connection, lead: Lead, now: dt.datetime) -> None:
        """Writes the mails that wait anew, with the corrected name and address."""
        market, definition = self.project.markets.get(lead.market), self.project.forms.get(lead.form)
        anew: dict[str, Mapping[str, object]] = {}
        if market and definition and lead.locale in market.locales:
            anew = {name: payload for name, _, payload in sequence_mails(self.project, market, definition, lead, self.secret_key, now)}
        for one in deliveries.of_lead(connection, lead.id):
            if one.kind == "mail" and one.open and one.name not in ("address", "privacy"):
                rights.readdress(connection, one.id, anew.get(one.name, {**one.payload, "to": lead.email}))

    def _lift(self, connection: Connection, lead: Lead, now: dt.datetime) -> tuple[Entry, ...]:
        entries: list[Entry] = []
        for use in agreed(consents.of_lead(connection, lead.id)):
            for market in self.markets_of(lead):
                if self.suppression.of(connection, lead.email, lead.phone_e164, [market], use).withdrawn_at:
                    entries += self.suppression.entries(lead, [market], [use], "lifted", now)
        suppression.add(connection, entries)
        return tuple(entries)


def agreed(record: Iterable[ConsentEvent]) -> dict[str, Mapping[str, object]]:
    """The uses in force or waiting to be, each as its box was shown; nothing is shown of one that a rule lets go ahead."""
    record = tuple(record)
    boxes = {use: one for event in record for use, one in event.uses.items() if one.get("ticked")}
    return {one.use: boxes.get(one.use, {}) for one in standings(record).values() if one.state in ("pending", "given")}


def _with_email(project: Project, lead: Lead, address: str) -> dict[str, object]:
    definition = project.forms.get(lead.form)
    asked = definition.field("email") if definition else None
    name = asked.name if asked else "email"
    return {key: address if key == name else value for key, value in lead.answers.items()}


def _delivery_ids(connection: Connection, lead: Lead) -> set[str]:
    return {one.id for one in deliveries.of_lead(connection, lead.id)}
