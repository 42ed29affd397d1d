"""An e-mail address, internationalised ones included (RFC 6531, RFC 5891); checked for form, never by asking the network."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import wtforms
from email_validator import EmailNotValidError, validate_email

from leadcore.model.forms import Field
from leadcore.rendering.errors import stop
from leadcore.rendering.field_types.base import FieldContext, TypedField, clean_line, keywords, validators
from leadcore.rendering.i18n import N_
from leadcore.rendering.mail_providers import meant_domain

DID_YOU_MEAN = N_("Did you mean {address}?")

#: Letters, digits and signs as wide as a Han character, which East Asian keyboards write, and the plain ones they stand for.
_PLAIN_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
_AT = re.compile(r" ?@ ?")
#: The end of the sentence or list that an address was copied from; a name's own final dot changes nothing either.
_AFTER = re.compile(r"[\s.,;:!?。｡、،؛।]+$")
#: The end of a domain that no name has: `a@1.2.3.4` would write to a machine.
_NUMBER = re.compile(r"^[0-9]+$")


def clean_address(value: str | None) -> str:
    """The address without what stands around it and around its @, without a leading mailto:, and in signs of plain width.

    White space elsewhere stays: it may stand for a sign that was lost, and guessing would send mail to somebody else.
    """
    text = clean_line(value).translate(_PLAIN_WIDTH)
    text = text[7:].lstrip() if text.lower().startswith("mailto:") else text
    return _AFTER.sub("", _AT.sub("@", text))


def normal_address(value: str | None) -> str:
    """The normalised address of what was typed, empty where it is none."""
    try:
        found = validate_email(
            clean_address(value), allow_smtputf8=True, check_deliverability=False, test_environment=True, globally_deliverable=False
        )
    except EmailNotValidError:
        return ""
    _, dot, last = found.ascii_domain.rpartition(".")
    return found.normalized if dot and not _NUMBER.match(last) else ""


class EmailField(TypedField):
    """`data` is the normalised address: domain in lower case Unicode, local part untouched."""

    clean = staticmethod(clean_address)
    widget = wtforms.widgets.EmailInput()  # type: ignore[assignment, no-untyped-call]


def address_check(context: FieldContext) -> Callable[[Any, Any], None]:
    """A validator for the form of an address; `data` becomes the normalised one."""

    def check(_form: wtforms.Form, one: wtforms.Field) -> None:
        found = normal_address(one.data)
        if not found:
            raise stop(context.words, "email_format")
        one.data = found
        if meant := meant_domain(found, context.country):
            one.hint = context.words.gettext(DID_YOU_MEAN, address=f"{found.rpartition('@')[0]}@{meant}")  # type: ignore[attr-defined]

    return check


def build(field: Field, context: FieldContext) -> EmailField:
    return EmailField(  # type: ignore[no-untyped-call]
        label=context.words.gettext(field.label),
        validators=validators(field, context, "email_missing", 254, address_check(context)),
        render_kw=keywords(autocomplete="email", spellcheck="false", autocapitalize="none", dir="ltr"),
    )
