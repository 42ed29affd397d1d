"""The country a visitor declares to live in; the market's own country stands first and is chosen in advance."""

from __future__ import annotations

import unicodedata

import wtforms
from wtforms.fields.choices import SelectChoice

from leadcore.model.forms import Field
from leadcore.model.locales import known_territories
from leadcore.rendering.field_types.base import FieldContext, keywords
from leadcore.rendering.field_types.choice import known_choice


class SelectField(wtforms.SelectField):
    """A drop-down list whose unknown values get our own message."""

    def pre_validate(self, form: wtforms.Form) -> None:
        """Unknown values are refused by the chain of validators, in the visitor's words."""


def countries(context: FieldContext) -> list[tuple[str, str]]:
    """(code, name in the locale), the market's country first and the rest by name."""
    names = sorted(
        ((code, context.words.territory(code)) for code in known_territories() if code != context.country),
        key=lambda pair: unicodedata.normalize("NFKD", pair[1]).casefold(),
    )
    own = [(context.country, context.words.territory(context.country))] if context.country in known_territories() else []
    return own + names


def build(field: Field, context: FieldContext) -> SelectField:
    return SelectField(
        label=context.words.gettext(field.label),
        choices=[SelectChoice(code, label) for code, label in countries(context)],
        default=context.country,
        validators=[known_choice(context, field.required, "country_missing")],
        validate_choice=False,
        render_kw=keywords(autocomplete="country"),
    )
