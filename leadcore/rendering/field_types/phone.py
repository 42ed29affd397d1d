"""A phone number as people write it, in any digits; E.164 is kept beside what was typed.

Accepted when libphonenumber finds the number possible, since its list of valid ranges ages (its own FALSEHOODS.md, 5).
"""

from __future__ import annotations

import re

import phonenumbers
import wtforms

from leadcore.model.forms import Field
from leadcore.rendering.errors import stop
from leadcore.rendering.field_types.base import FieldContext, TypedField, clean_line, keywords, validators

#: Signs between groups of digits that libphonenumber does not know as such.
_BETWEEN = str.maketrans("•·∙‧・_", "      ")
#: The digits up to the first letter, and what comes after: an extension, or a note such as "(WhatsApp)".
_NOTED = re.compile(r"^(?P<number>\D*\d(?:[\d\W_ー])*)(?P<note>[^\W\d_].*)$", re.S)
#: More digits than this after a letter are another number, not an extension or a time of day.
_NOTE_DIGITS = 5


class PhoneField(TypedField):
    """`data` is what was typed, cleaned; `e164` the number as `+919820012345` once validated."""

    clean = staticmethod(clean_line)
    widget = wtforms.widgets.TelInput()  # type: ignore[assignment, no-untyped-call]
    e164: str = ""


def to_e164(text: str, region: str) -> str:
    """E.164 of a number as typed in a region, without its extension. Raises ValueError where no possible number is found.

    Letters are read as those of a keypad only where the digits before them are no number ("1-800-FLOWERS").
    """
    text = text.translate(_BETWEEN)
    noted = _NOTED.match(text)
    if noted and sum(c.isdigit() for c in noted["note"]) <= _NOTE_DIGITS and (found := _number(noted["number"], region)):
        return found
    if found := _number(text, region):
        return found
    raise ValueError("not a possible number that can be called from anywhere")


def _number(text: str, region: str) -> str:
    """E.164 of a possible number, empty where it is none."""
    with_code = _with_code(text, region)
    try:
        number = with_code or phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return ""
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _with_code(text: str, region: str) -> phonenumbers.PhoneNumber | None:
    """The number read as international where its + was left out: "49171…" is a mobile phone of Germany, not of Leer."""
    digits = phonenumbers.normalize_digits_only(text)
    if "+" in text or "＋" in text or not digits.startswith(str(phonenumbers.country_code_for_region(region))):
        return None
    try:
        number = phonenumbers.parse(f"+{digits}", region)
    except phonenumbers.NumberParseException:
        return None
    mobile = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
    return number if mobile and phonenumbers.region_code_for_number(number) == region else None


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
