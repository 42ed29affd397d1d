"""The form in which a person corrects a lead: the fields that its form asked, filled in, without the address. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import wtforms
from werkzeug.datastructures import MultiDict

from leadcore.model.forms import FormDefinition
from leadcore.model.leads import Lead
from leadcore.model.locales import autonym
from leadcore.model.markets import Market
from leadcore.model.project import Project
from leadcore.rendering.field_types.region import REGIONS
from leadcore.rendering.frame import words_for
from leadcore.rendering.webforms import FieldView, make_form

#: What is not corrected here: the address changes only once it is confirmed, hidden values are none of the visitor's.
_LEFT_OUT = ("email", "hidden")


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectView:
    """The form to show. `errors` are (field name, message); `locales` are (tag, own name) of the market's languages."""

    fields: tuple[FieldView, ...]
    errors: tuple[tuple[str, str], ...]
    locale: str
    locales: tuple[tuple[str, str], ...]
    back: str


def correction_form(
    project: Project, market: Market, lead: Lead, definition: FormDefinition, typed: MultiDict[str, str] | None = None
) -> wtforms.Form:
    """The form with what is held, or with what was typed."""
    values = MultiDict({name: str(value) for name, value in lead.answers.items()})
    if typed is not None:
        values.update({f.name: "" for f in definition.fields if f.name in values and f.type not in _LEFT_OUT})
        for field in definition.fields:
            if field.type not in _LEFT_OUT:
                values[field.name] = typed.get(field.name, "")
    asked = definition.field("email")
    if asked:
        values[asked.name] = lead.email
    country = definition.field("country")
    residence = values.get(country.name, "") if country else lead.residence
    return make_form(project, market, lead.locale, definition, country=residence or market.country, data=values)


def correct_view(
    project: Project, market: Market, lead: Lead, definition: FormDefinition, form: wtforms.Form, back: str
) -> CorrectView:
    """The form as its page shows it."""
    words = words_for(project, market, lead.locale)
    shown = [f for f in definition.fields if f.type not in _LEFT_OUT and f.name in form]
    return CorrectView(
        fields=tuple(
            FieldView(field=form[f.name], type=f.type, why=words.gettext(f.why) if f.why else "", required=f.required) for f in shown
        ),
        errors=tuple((f.name, str(form[f.name].errors[0])) for f in shown if form[f.name].errors),
        locale=lead.locale,
        locales=tuple((tag, autonym(tag)) for tag in market.locales),
        back=back,
    )


def changes_of(lead: Lead, market: Market, definition: FormDefinition, form: wtforms.Form, locale: str) -> dict[str, object]:
    """What differs from what is held, as fields of the lead. The form has to be validated before."""
    answers = dict(lead.answers)
    found: dict[str, object] = {}
    for field in definition.fields:
        if field.type in _LEFT_OUT or field.name not in form:
            continue
        one = form[field.name]
        answers[field.name] = str(getattr(one, "typed", "") or one.data or "")
        value = str(one.data or "")
        if field.type in ("name", "company"):
            found[field.type] = value
        elif field.type == "phone":
            found |= {"phone_typed": str(getattr(one, "typed", "") or value), "phone_e164": str(getattr(one, "e164", "") or "")}
        elif field.type == "country":
            found["residence"] = value
    region, residence = definition.field("region"), str(found.get("residence", lead.residence))
    if region is not None:
        value = str(form[region.name].data or "") if region.name in form else ""
        known = any(code == value for code, _ in REGIONS.get(residence, ()))
        found["region"] = value if known else ""
        if not known:
            answers.pop(region.name, None)
    if locale in market.locales:
        found["locale"] = locale
    found["answers"] = answers
    return {name: value for name, value in found.items() if value != getattr(lead, name)}
