"""Form definitions: the fields a form asks for and the purposes it asks consent for.

Words in a definition are message ids in the project's source language; the catalogues hold their translations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from leadcore.problems import Place

#: Field types a definition may use; each has its module in `leadcore.rendering.field_types`.
FIELD_TYPES = ("name", "nickname", "email", "phone", "company", "choice", "country", "region", "postcode", "longtext", "hidden")
#: Uses that a box can ask consent for, as `leadcore.consent` names them.
USES = ("email", "sms", "voice", "chat", "profiling", "share")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question. `why` says why it is asked; `choices` are (value, label) pairs."""

    name: str
    type: str
    label: str
    why: str = ""
    required: bool = True
    choices: tuple[tuple[str, str], ...] = ()
    value: str = ""
    max_length: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """A purpose beyond answering the request; `boxes` maps each use to the sentence beside its box."""

    id: str
    summary: str
    boxes: Mapping[str, str]

    def box_name(self, use: str) -> str:
        return f"consent_{self.id}_{use}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormDefinition:
    """A form. `request` says in a noun phrase what the visitor asks for; `sequence` names the mails after confirmation."""

    id: str
    place: Place
    request: str
    submit: str
    fields: tuple[Field, ...]
    purposes: tuple[Purpose, ...]
    sequence: str = ""
    delivers: str = ""
    thanks_title: str = ""
    thanks_text: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)

    def field(self, type_: str) -> Field | None:
        """The first field of a type, or None."""
        return next((f for f in self.fields if f.type == type_), None)

    def messages(self) -> tuple[str, ...]:
        """Every message id of the definition, for extraction."""
        words = [self.request, self.submit, self.thanks_title, self.thanks_text]
        for f in self.fields:
            words += [f.label, f.why, *(label for _, label in f.choices)]
        for p in self.purposes:
            words += [p.summary, *p.boxes.values()]
        return tuple(dict.fromkeys(w for w in words if w))
