"""The questions that the law adds to a form: the visitor's age, and the parent's address where a child needs one.

The age question is neutral (16 CFR 312.2): it names no bound, may be left empty, and nothing hints at another answer.
"""

from __future__ import annotations

import unicodedata
from typing import Any

import wtforms
from wtforms.fields.core import UnboundField

from leadcore.model.forms import Field, FormDefinition
from leadcore.rendering.errors import stop
from leadcore.rendering.field_types import email
from leadcore.rendering.field_types.base import FieldContext, TypedField, clean_line, keywords, validators
from leadcore.rendering.i18n import N_

AGE_LABEL = N_("Your age in years")
AGE_WHY = N_("Some countries have rules of their own for young people.")
PARENT_LABEL = N_("Email address of a parent or guardian")
PARENT_WHY = N_("We ask them whether they agree. Until then we keep only what this mail needs.")

AGE = Field(name="age", type="age", label=AGE_LABEL, why=AGE_WHY, required=False)
PARENT = Field(name="parent_email", type="email", label=PARENT_LABEL, why=PARENT_WHY)
OLDEST_YEARS = 130


def asked_fields(definition: FormDefinition, *, age: bool, parent: bool = False) -> tuple[Field, ...]:
    """The questions added to a form; none that its definition asks already under the same name."""
    own = {field.name for field in definition.fields}
    wanted = ((AGE, age or parent), (PARENT, parent))
    return tuple(field for field, asked in wanted if asked and field.name not in own)


def age_of(typed: str | None) -> int | None:
    """The age in whole years of what was typed, in any script's digits; None where it is none."""
    text = clean_line(typed)
    digits = "".join(str(unicodedata.digit(c)) for c in text if c.isdigit())
    return int(digits) if text and len(digits) == len(text) <= 3 and int(digits) <= OLDEST_YEARS else None


def build_asked(field: Field, context: FieldContext) -> UnboundField:
    """The WTForms field of a question that the law adds."""
    builders: dict[str, Any] = {PARENT.name: _parent, AGE.name: _age}
    made: UnboundField = builders[field.name](field, context)
    return made


def _age(field: Field, context: FieldContext) -> TypedField:
    def check(_form: wtforms.Form, one: wtforms.Field) -> None:
        if age_of(one.data) is None:
            raise stop(context.words, "age_format", example=context.words.number(35))

    return TypedField(  # type: ignore[no-untyped-call]
        label=context.words.gettext(field.label),
        validators=validators(field, context, "age_format", 20, check),
        render_kw=keywords(inputmode="numeric", autocomplete="off"),
    )


def _parent(field: Field, context: FieldContext) -> email.EmailField:
    return email.EmailField(  # type: ignore[no-untyped-call]
        label=context.words.gettext(field.label),
        validators=validators(field, context, "parent_missing", 254, email.address_check(context)),
        render_kw=keywords(autocomplete="off", spellcheck="false", autocapitalize="none", dir="ltr"),
    )
