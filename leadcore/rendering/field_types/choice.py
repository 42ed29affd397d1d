"""One answer out of a list, as radio buttons."""

from __future__ import annotations

from typing import Any

import wtforms
from wtforms.fields.choices import SelectChoice

from leadcore.model.forms import Field
from leadcore.rendering.errors import stop
from leadcore.rendering.field_types.base import FieldContext


class ChoiceField(wtforms.RadioField):
    """A radio group without an answer in advance; unknown answers get our own message."""

    def pre_validate(self, form: wtforms.Form) -> None:
        """Unknown values are refused by the chain of validators, in the visitor's words."""


def known_choice(context: FieldContext, required: bool, missing: str) -> Any:
    """A validator: the answer is one of the choices, or absent where that is allowed."""

    def check(_form: wtforms.Form, one: Any) -> None:
        values = [str(choice.value) for choice in one.iter_choices()]
        if not one.data or one.data == "None":
            if required:
                raise stop(context.words, missing)
            one.data = ""
        elif one.data not in values:
            raise stop(context.words, "choice_unknown")

    return check


def build(field: Field, context: FieldContext) -> ChoiceField:
    return ChoiceField(  # type: ignore[no-untyped-call]
        label=context.words.gettext(field.label),
        choices=[SelectChoice(value, context.words.gettext(label)) for value, label in field.choices],
        validators=[known_choice(context, field.required, "choice_missing")],
        validate_choice=False,
    )
