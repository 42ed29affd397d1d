"""An e-mail address, internationalised ones included (RFC 6531, RFC 5891); checked for form, never by asking the network."""

from __future__ import annotations

import re

import wtforms
from email_validator import EmailNotValidError, validate_email

from leadcore.model.forms import Field
from leadcore.rendering.errors import stop
from leadcore.rendering.field_types.base import FieldContext, TypedField, clean_line, keywords, validators

_AT = re.compile(r" ?@ ?")
#: The end of a domain that no name has: `a@1.2.3.4` would write to a machine.
_NUMBER = re.compile(r"^[0-9]+$")


def clean_address(value: str | None) -> str:
    """The address without white space around it and around its @, and without a leading mailto:.

    White space elsewhere stays: it may stand for a sign that was lost, and guessing would send mail to somebody else.
    """
    text = clean_line(value)
    text = text[7:].lstrip() if text.lower().startswith("mailto:") else text
    return _AT.sub("@", text)


class EmailField(TypedField):
    """`data` is the normalised address: domain in lower case Unicode, local part untouched."""

    clean = staticmethod(clean_address)
    widget = wtforms.widgets.EmailInput()  # type: ignore[assignment, no-untyped-call]


def build(field: Field, context: FieldContext) -> EmailField:
    def check(_form: wtforms.Form, one: wtforms.Field) -> None:
        try:
            found = validate_email(
                one.data, allow_smtputf8=True, check_deliverability=False, test_environment=True, globally_deliverable=False
            )
        except EmailNotValidError:
            raise stop(context.words, "email_format") from None
        _, dot, last = found.ascii_domain.rpartition(".")
        if not dot or _NUMBER.match(last):
            raise stop(context.words, "email_format")
        one.data = found.normalized

    return EmailField(  # type: ignore[no-untyped-call]
        label=context.words.gettext(field.label),
        validators=validators(field, context, "email_missing", 254, check),
        render_kw=keywords(autocomplete="email", spellcheck="false", autocapitalize="none", dir="ltr"),
    )
