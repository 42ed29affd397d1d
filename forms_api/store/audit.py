"""The audit of the ledger: what was done to it since it was written, in plain words, the first bad row first.

Reads every row, every lead's key and the anchor file; changes nothing and never stops at a value it cannot read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy.engine import Connection

from forms_api.store import ledger
from forms_api.store.anchor import Anchor, AnchorLine
from forms_api.store.keys import Keys, SealBroken, keys_of, unseal_values, unwrap
from forms_api.store.ledger import GENESIS, StoredRow

What = Literal["edited", "inserted", "deleted", "reordered", "truncated", "key_lost", "key_changed", "anchor_forged", "wrong_secret"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong. `row` is the number of the row, 0 where it is about none; `event` and `lead` are ids."""

    row: int
    what: What
    text: str
    event: str = ""
    lead: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcome. `anchored` is the highest row the anchor tells of, None without an anchor; `torn` counts its lines
    that cannot be read."""

    rows: int
    head: str
    anchored: int | None
    torn: int
    findings: tuple[Finding, ...]

    @property
    def whole(self) -> bool:
        return not self.findings


@dataclass(slots=True)
class _Look:
    """What one pass over the rows gathers."""

    rows: int = 0
    link: Any = GENESIS
    bad: int | None = None
    chain: list[Finding] = field(default_factory=list)
    broken: list[Finding] = field(default_factory=list)
    lost: dict[str, Finding] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    at_anchor: dict[int, Any] = field(default_factory=dict)
    highest: int = 0
    opened: int = 0


def verify(connection: Connection, anchor: Anchor | None) -> Report:
    """What the ledger's rows, the leads' keys and the anchor say of each other. Raises NoKeys."""
    # The anchor first: a row is committed before its line is written, so rows added meanwhile only add.
    lines, torn = anchor.lines() if anchor else ((), 0)
    keys = keys_of(connection)
    look = _look(connection, keys, {line.head.seq for line in lines})
    anchored = max((line.head.seq for line in lines if line.genuine), default=None)
    findings = [*look.chain, *_against_anchor(look, lines), *look.broken]
    findings += [finding for lead, finding in look.lost.items() if lead not in look.erased]
    if look.bad == 1 and look.broken and not look.opened and anchored is None:
        text = "row 1 does not fit, and nothing else does: was this ledger written with another LEADSITE_SECRET_KEY?"
        findings = [Finding(row=1, what="wrong_secret", text=text)]
    return Report(rows=look.rows, head=str(look.link), anchored=anchored, torn=torn, findings=tuple(findings))


def _look(connection: Connection, keys: Keys, anchored: set[int]) -> _Look:
    look = _Look()
    for row in ledger.stored_rows(connection):
        look.rows += 1
        number = row.values["seq"]
        if look.bad is None and not _follows(keys, look, row):
            look.bad = number
            look.chain.append(_name(connection, keys, look.rows, look.link, row))
        _check_seal(keys, look, row)
        if number in anchored:
            look.at_anchor[number] = row.link
        look.link, look.highest = row.link, number
    return look


def _follows(keys: Keys, look: _Look, row: StoredRow) -> bool:
    link = ledger.link_after(keys.chain, str(look.link), list(row.values.values()))
    return bool(row.values["seq"] == look.rows and row.link == link)


def _name(connection: Connection, keys: Keys, expected: int, before: Any, bad: StoredRow) -> Finding:
    """What happened at the first row that does not follow from the one before."""
    number = bad.values["seq"]
    ids = {"event": str(bad.values["id"]), "lead": str(bad.values["lead_id"])}
    if number > expected:
        gone = f"row {expected} is" if number == expected + 1 else f"rows {expected} to {number - 1} are"
        return Finding(row=expected, what="deleted", text=f"{gone} missing; the next row is {number}")
    if number < expected:
        return Finding(row=number, what="inserted", text=f"row {number} was added outside the ledger", **ids)
    place, following = _elsewhere(connection, keys, expected, before, bad)
    if place:
        return Finding(row=number, what="reordered", text=f"row {number} holds what was written as row {place}", **ids)
    if following == "next":
        return Finding(row=number, what="edited", text=f"row {number} was changed after it was written", **ids)
    if following == "moved":
        return Finding(row=number, what="inserted", text=f"row {number} was put between rows that followed each other", **ids)
    if following == "none":
        return Finding(row=number, what="edited", text=f"row {number}, the last one, was changed or added outside the ledger", **ids)
    return Finding(row=number, what="edited", text=f"row {number} or its hash was changed after it was written", **ids)


def _elsewhere(connection: Connection, keys: Keys, expected: int, before: Any, bad: StoredRow) -> tuple[int, str]:
    """The number under which the bad row was written, 0 where none fits; and how the row after it follows: `next` from
    the bad row's own hash, `moved` from the row before the bad one, `other`, or `none` where there is none."""
    following, previous, place = "none", GENESIS, 0
    values = list(bad.values.values())
    for number, row in enumerate(ledger.stored_rows(connection), start=1):
        if number != expected and bad.link == ledger.link_after(keys.chain, previous, [number, *values[1:]]):
            place = number
        if number == expected + 1:
            after = list(row.values.values())
            if row.link == ledger.link_after(keys.chain, str(bad.link), after):
                following = "next"
            elif row.link == ledger.link_after(keys.chain, str(before), [expected, *after[1:]]):
                following = "moved"
            else:
                following = "other"
        previous = str(row.link)
    return place, following


def _check_seal(keys: Keys, look: _Look, row: StoredRow) -> None:
    """Whether what is sealed can still be opened, unless the lead was erased."""
    number, event, lead = row.values["seq"], str(row.values["id"]), str(row.values["lead_id"])
    if row.values["event"] == "erased":
        look.erased.add(lead)
    if not row.values["sealed"]:
        return
    if row.wrapped is None:
        text = f"the key of row {number}'s lead is gone, and no event says that the lead was erased"
        look.lost.setdefault(lead, Finding(row=number, what="key_lost", text=text, event=event, lead=lead))
        return
    try:
        unseal_values(unwrap(keys, lead, str(row.wrapped)), event, str(row.values["sealed"]))
    except SealBroken:
        text = f"what is sealed in row {number} does not open with its lead's key"
        look.broken.append(Finding(row=number, what="key_changed", text=text, event=event, lead=lead))
    else:
        look.opened += 1


def _against_anchor(look: _Look, lines: Sequence[AnchorLine]) -> list[Finding]:
    """What the anchor's lines say against the rows: forged lines, a cut end, and the first row that is another one."""
    found = [
        Finding(row=0, what="anchor_forged", text=f"line {line.number} of the anchor file was not written by this ledger")
        for line in lines
        if not line.genuine
    ]
    genuine = [line for line in lines if line.genuine]
    last = max(genuine, key=lambda line: line.head.seq, default=None)
    if last is not None and last.head.seq > look.highest:
        text = f"the ledger ends at row {look.highest}; at {last.at} it had {last.count} rows"
        found.append(Finding(row=look.highest + 1, what="truncated", text=text))
    # Where the chain itself is broken, what comes after it says nothing more.
    held = {number: link for number, link in look.at_anchor.items() if look.bad is None or number < look.bad}
    other = [line for line in genuine if held.get(line.head.seq, line.head.link) != line.head.link]
    if other:
        first = min(other, key=lambda line: line.head.seq)
        text = f"row {first.head.seq} is another one than at {first.at}: the end was cut and written anew"
        found.append(Finding(row=first.head.seq, what="truncated", text=text))
    return found
