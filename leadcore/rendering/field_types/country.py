"""The country a visitor declares to live in; the market's own country stands first and is chosen in advance."""

from __future__ import annotations

import wtforms
from wtforms.fields.choices import SelectChoice

from leadcore.model.forms import Field
from leadcore.model.locales import known_territories
from leadcore.rendering.collation import sort_key
from leadcore.rendering.field_types.base import FieldContext, keywords
from leadcore.rendering.field_types.choice import known_choice


class SelectField(wtforms.SelectField):
    """A drop-down list whose unknown values get our own message."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """What was sent, or nothing: the choice made in advance stands for no answer."""
        self.data = valuelist[0] if valuelist else ""

    def pre_validate(self, form: wtforms.Form) -> None:
        """Unknown values are refused by the chain of validators, in the visitor's words."""


#: Territories with an ISO code where nobody lives: they would only make the list longer.
UNINHABITED = frozenset({"AQ", "BV", "GS", "HM", "TF", "UM"})


def countries(context: FieldContext) -> list[tuple[str, str]]:
    """(code, name in the locale), the market's country first and the rest as the language sorts them.

    A market of several countries has none to choose in advance; an empty answer stands first there.
    """
    order = sort_key(context.words.tag)
    names = sorted(
        ((code, context.words.territory(code)) for code in known_territories() - UNINHABITED - {context.country}),
        key=lambda pair: order(pair[1]),
    )
    own = [(context.country, context.words.territory(context.country))] if context.country in known_territories() else [("", "—")]
    return own + names


def build(field: Field, context: FieldContext) -> SelectField:
    return SelectField(  # type: ignore[no-untyped-call]
        label=context.words.gettext(field.label),
        choices=[SelectChoice(code, label) for code, label in countries(context)],
        default=context.country if context.country in known_territories() else "",
        validators=[known_choice(context, field.required, "country_missing")],
        validate_choice=False,
        render_kw=keywords(autocomplete="country"),
    )
