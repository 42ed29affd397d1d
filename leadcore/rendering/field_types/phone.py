"""A phone number as people write it, in any digits; E.164 is kept beside what was typed.

Accepted when libphonenumber finds the number possible, since its list of valid ranges ages (its own FALSEHOODS.md, 5).
"""

from __future__ import annotations

import phonenumbers
import wtforms

from leadcore.model.forms import Field
from leadcore.rendering.errors import stop
from leadcore.rendering.field_types.base import FieldContext, TypedField, clean_line, keywords, validators


class PhoneField(TypedField):
    """`data` is what was typed, cleaned; `e164` the number as `+919820012345` once validated."""

    clean = staticmethod(clean_line)
    widget = wtforms.widgets.TelInput()  # type: ignore[assignment, no-untyped-call]
    e164: str = ""


def to_e164(text: str, region: str) -> str:
    """E.164 of a number as typed in a region. Raises ValueError where no possible number is found."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise ValueError(str(error)) from None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise ValueError("not a possible number that can be called from anywhere")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def example(region: str) -> str:
    """A number of the region in its national writing, to show in the message."""
    number = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    if number is None:
        return "+14155550123"
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def build(field: Field, context: FieldContext) -> PhoneField:
    def check(_form: wtforms.Form, one: PhoneField) -> None:
        try:
            one.e164 = to_e164(one.data, context.phone_region)
        except ValueError:
            raise stop(context.words, "phone_format", example=example(context.phone_region)) from None

    return PhoneField(  # type: ignore[no-untyped-call]
        label=context.words.gettext(field.label),
        validators=validators(field, context, "phone_missing", 60, check),
        render_kw=keywords(autocomplete="tel", dir="ltr"),
    )
