"""The country a visitor declares to live in; the market's own country stands first and is chosen in advance."""

from __future__ import annotations

import wtforms
from wtforms.fields.choices import Choice, SelectChoice

from leadcore.model.forms import Field
from leadcore.model.locales import known_territories
from leadcore.rendering.collation import sort_key
from leadcore.rendering.field_types.base import FieldContext, keywords
from leadcore.rendering.field_types.choice import known_choice
from leadcore.rendering.i18n import N_


class SelectField(wtforms.SelectField):
    """A drop-down list whose unknown values get our own message."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """What was sent, or nothing: the choice made in advance stands for no answer."""
        self.data = valuelist[0] if valuelist else ""

    def pre_validate(self, form: wtforms.Form) -> None:
        """Unknown values are refused by the chain of validators, in the visitor's words."""


#: What a short list sends for a country that is not in it; the form then comes back with the whole list.
ELSEWHERE = "other"
ELSEWHERE_LABEL = N_("Another country")


class CountryField(SelectField):
    """A list of countries. Without an answer it stands on an empty line, never on a country that nobody chose."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.data = "" if self.data == ELSEWHERE else self.data

    def iter_choices(self) -> list[Choice]:
        empty = [Choice("", "—", True, {})] if self.default and not self.data else []
        return [*empty, *super().iter_choices()]  # type: ignore[no-untyped-call]


#: Territories with an ISO code where nobody lives: they would only make the list longer.
UNINHABITED = frozenset({"AQ", "BV", "GS", "HM", "TF", "UM"})


def countries(context: FieldContext) -> list[tuple[str, str]]:
    """(code, name in the locale), the market's country first and the rest as the language sorts them.

    A market of several countries has none to choose in advance; an empty answer stands first there. Where only some
    countries are `near`, the others are one answer.
    """
    order = sort_key(context.words.tag)
    known = context.near & known_territories() if context.near else known_territories() - UNINHABITED
    names = sorted(((code, context.words.territory(code)) for code in known - {context.country}), key=lambda pair: order(pair[1]))
    names += [(ELSEWHERE, context.words.gettext(ELSEWHERE_LABEL))] if context.near else []
    own = [(context.country, context.words.territory(context.country))] if context.country in known_territories() else [("", "—")]
    return own + names


def build(field: Field, context: FieldContext) -> CountryField:
    return CountryField(  # type: ignore[no-untyped-call]
        label=context.words.gettext(field.label),
        choices=[SelectChoice(code, label) for code, label in countries(context)],
        default=context.country if context.country in known_territories() else "",
        validators=[known_choice(context, field.required, "country_missing")],
        validate_choice=False,
        render_kw=keywords(autocomplete="country"),
    )
