"""What all field types share: their context, and the cleaning of typed text that loses nothing a person meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import wtforms

from leadcore.model.forms import Field
from leadcore.rendering.errors import stop
from leadcore.rendering.i18n import Translator

#: Invisible characters that paste leaves behind: bidi marks, zero-width space, word joiner, byte order mark, soft hyphen.
#: ZWJ and ZWNJ stay: Indic scripts and Persian need them inside words.
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u00ad"))


#: Han characters that NFC would put in the place of another form, which some write their family name with.
_HAN_FORMS = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldContext:
    """Where a field stands: the words, the market's country and phone region, and the regions to choose from.

    `residence` is the country that the visitor lives in, the market's own until they said another. `near` are the
    countries that a page lists by name; all of them where it is empty.
    """

    words: Translator
    country: str
    phone_region: str
    residence: str = ""
    regions: tuple[tuple[str, str], ...] = field(default=())
    near: frozenset[str] = frozenset()


def composed(text: str) -> str:
    """The text in NFC, its Han characters as they were typed."""
    return "".join(part if number % 2 else unicodedata.normalize("NFC", part) for number, part in enumerate(_HAN_FORMS.split(text)))


def clean_line(value: str | None) -> str:
    """One line of typed text in NFC, outer and repeated white space and invisible marks taken away."""
    text = composed((value or "").translate(_INVISIBLE))
    return " ".join(text.split())


def clean_text(value: str | None) -> str:
    """Several lines of typed text in NFC, line ends as `\\n`."""
    text = composed((value or "").replace("\r\n", "\n").replace("\r", "\n"))
    return text.translate(_INVISIBLE).strip()


def needed(context: FieldContext, code: str) -> Callable[[Any, Any], None]:
    """A validator that stops with `code` when nothing is left after cleaning."""

    def check(_form: wtforms.Form, one: wtforms.Field) -> None:
        if not one.data:
            raise stop(context.words, code)

    return check


def optional() -> Callable[[Any, Any], None]:
    """A validator that ends the checks, without an error, when the field was left empty."""

    def check(_form: wtforms.Form, one: wtforms.Field) -> None:
        if not one.data:
            raise wtforms.validators.StopValidation()  # type: ignore[no-untyped-call]

    return check


def no_longer_than(context: FieldContext, limit: int) -> Callable[[Any, Any], None]:
    """A validator for length in characters and for control characters."""

    def check(_form: wtforms.Form, one: wtforms.Field) -> None:
        text = one.data or ""
        if len(text) > limit:
            numbers = {"limit": context.words.number(limit), "length": context.words.number(len(text))}
            raise stop(context.words, "too_long", **numbers)
        # U+FFFD stands where bytes were lost on the way: a damaged name is worse than a question.
        if any((unicodedata.category(c) in ("Cc", "Cs") and c != "\n") or c == "\ufffd" for c in text):
            raise stop(context.words, "control_characters")

    return check


def validators(field: Field, context: FieldContext, code: str, limit: int, *more: Callable[[Any, Any], None]) -> list[Any]:
    """The usual chain: needed or optional, then length, then the type's own checks."""
    first = needed(context, code) if field.required else optional()
    return [first, no_longer_than(context, field.max_length or limit), *more]


class TypedField(wtforms.StringField):
    """A text field that keeps what was typed beside the cleaned value, and shows the typed text again."""

    #: How the typed text becomes `data`.
    clean: Callable[[str | None], str] = staticmethod(clean_line)
    typed: str = ""
    #: A question beside a value that was taken, which may be a slip of the keys; it blocks nothing.
    hint: str = ""

    def process_formdata(self, valuelist: Iterable[str]) -> None:
        values = list(valuelist)
        self.typed = values[0] if values else ""
        self.data = type(self).clean(self.typed)

    def process_data(self, value: Any) -> None:
        super().process_data(value)  # type: ignore[no-untyped-call]
        self.typed = value or ""

    def _value(self) -> str:
        return self.typed


def keywords(**attributes: str) -> dict[str, str]:
    """HTML attributes for `render_kw`, underscores in names as hyphens."""
    return {k.rstrip("_").replace("_", "-"): v for k, v in attributes.items()}
