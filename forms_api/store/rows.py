"""Rows to the model's values and back. Column names equal field names; only tuples need care."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy.engine import RowMapping

from forms_api.store.ids import email_key
from leadcore.model.leads import Attempt, ConsentEvent, Delivery, Lead, ListMember, PublishedNotice

Record = Lead | ConsentEvent | Delivery | Attempt | ListMember | PublishedNotice


_NAMES = {
    kind: tuple(f.name for f in fields(kind))
    for kind in (Lead, ConsentEvent, Delivery, Attempt, ListMember, PublishedNotice)
}


def field_names(kind: type[Record]) -> tuple[str, ...]:
    return _NAMES[kind]


def record_to_row(record: Record) -> dict[str, Any]:
    """The record as column values; a delivery's lane and a lead's address key come along: the database chooses by them."""
    row = {name: getattr(record, name) for name in field_names(type(record))}
    if isinstance(record, Delivery):
        row["lane"] = record.lane
    if isinstance(record, Lead):
        row["email_key"] = email_key(record.email)
    return row


def row_to_lead(row: Mapping[str, Any] | RowMapping) -> Lead:
    return Lead(**{name: row[name] for name in field_names(Lead)})


def row_to_consent_event(row: Mapping[str, Any] | RowMapping, personal: Mapping[str, Any]) -> ConsentEvent:
    """The event with what was sealed of it; `personal` is empty once the lead's key is destroyed."""
    values = {name: row[name] for name in field_names(ConsentEvent) if name in row}
    return ConsentEvent(**{**values, "regimes": tuple(values["regimes"]), **personal})


def row_to_delivery(row: Mapping[str, Any] | RowMapping) -> Delivery:
    return Delivery(**{name: row[name] for name in field_names(Delivery)})


def row_to_attempt(row: Mapping[str, Any] | RowMapping) -> Attempt:
    return Attempt(**{name: row[name] for name in field_names(Attempt)})


def row_to_list_member(row: Mapping[str, Any] | RowMapping) -> ListMember:
    return ListMember(**{name: row[name] for name in field_names(ListMember)})


def row_to_notice(row: Mapping[str, Any] | RowMapping) -> PublishedNotice:
    values: dict[str, Any] = {name: row[name] for name in field_names(PublishedNotice)}
    lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return PublishedNotice(**{**values, **lists})
