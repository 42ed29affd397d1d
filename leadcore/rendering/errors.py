"""Field errors: a code for programs and a sentence for the visitor, saying what to do."""

from __future__ import annotations

from wtforms.validators import StopValidation

from leadcore.rendering.i18n import N_, Translator

#: Code -> message id. No "please", no "invalid", no blame.
MESSAGES: dict[str, str] = {
    "name_missing": N_("Enter your name"),
    "nickname_missing": N_("Enter what we should call you"),
    "email_missing": N_("Enter your email address"),
    "email_format": N_("Enter an email address like name@example.com"),
    "phone_missing": N_("Enter your phone number"),
    "phone_format": N_("Enter a phone number with its area code, like {example}"),
    "company_missing": N_("Enter the name of your company"),
    "choice_missing": N_("Choose one of the answers"),
    "choice_unknown": N_("Choose one of the answers in the list"),
    "country_missing": N_("Choose the country you live in"),
    "region_missing": N_("Choose your state or province"),
    "age_format": N_("Enter your age as a number, like {example}, or leave this empty"),
    "parent_missing": N_("Enter the email address of a parent or guardian"),
    "parent_asked": N_("A parent or guardian has to agree to this first. Enter their email address, and we ask them"),
    "postcode_missing": N_("Enter your postcode"),
    "postcode_format": N_("Enter a postcode like {example}"),
    "text_missing": N_("Write a few words here"),
    "too_long": N_("Shorten this to {limit} characters; it has {length} now"),
    "control_characters": N_("Remove the characters that cannot be shown"),
    "consent_required": N_("Tick this box if you agree; without it we may not keep your data"),
    "notice_changed": N_("Read the privacy notice again, it has changed, and send the form once more"),
    "notice_more": N_("Where you live ({place}), the rules ask us to tell you more: read the notice again and send the form once more"),
}


class CodedMessage(str):
    """A message in the visitor's language that remembers its code."""

    code: str

    def __new__(cls, text: str, code: str) -> CodedMessage:
        made = super().__new__(cls, text)
        made.code = code
        return made


def coded(words: Translator, code: str, **values: object) -> CodedMessage:
    """The message of a code in the translator's language."""
    return CodedMessage(words.gettext(MESSAGES[code], **values), code)


def stop(words: Translator, code: str, **values: object) -> StopValidation:
    """The exception that ends a field's validation with this error."""
    return StopValidation(coded(words, code, **values))  # type: ignore[no-untyped-call]
