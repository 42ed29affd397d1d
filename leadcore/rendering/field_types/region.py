"""The state or province of countries whose parts have privacy rules of their own (United States, Canada)."""

from __future__ import annotations

from wtforms.fields.choices import SelectChoice

from leadcore.model.forms import Field, FormDefinition
from leadcore.rendering.field_types.base import FieldContext, keywords
from leadcore.rendering.field_types.choice import known_choice
from leadcore.rendering.field_types.country import SelectField
from leadcore.rendering.i18n import N_


def _pairs(*rows: str) -> tuple[tuple[str, str], ...]:
    """`CA California` as a pair of code and name."""
    return tuple((row[:2], row[3:]) for row in rows)


#: ISO 3166-2 subdivisions by country, under the names they give themselves; names are not translated.
REGIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "US": _pairs(
        "AL Alabama", "AK Alaska", "AZ Arizona", "AR Arkansas", "CA California", "CO Colorado", "CT Connecticut",
        "DE Delaware", "DC District of Columbia", "FL Florida", "GA Georgia", "HI Hawaii", "ID Idaho", "IL Illinois",
        "IN Indiana", "IA Iowa", "KS Kansas", "KY Kentucky", "LA Louisiana", "ME Maine", "MD Maryland",
        "MA Massachusetts", "MI Michigan", "MN Minnesota", "MS Mississippi", "MO Missouri", "MT Montana",
        "NE Nebraska", "NV Nevada", "NH New Hampshire", "NJ New Jersey", "NM New Mexico", "NY New York",
        "NC North Carolina", "ND North Dakota", "OH Ohio", "OK Oklahoma", "OR Oregon", "PA Pennsylvania",
        "PR Puerto Rico", "RI Rhode Island", "SC South Carolina", "SD South Dakota", "TN Tennessee", "TX Texas",
        "UT Utah", "VT Vermont", "VA Virginia", "WA Washington", "WV West Virginia", "WI Wisconsin", "WY Wyoming",
    ),
    "CA": _pairs(
        "AB Alberta", "BC British Columbia", "MB Manitoba", "NB New Brunswick", "NL Newfoundland and Labrador",
        "NT Northwest Territories", "NS Nova Scotia", "NU Nunavut", "ON Ontario", "PE Prince Edward Island",
        "QC Québec", "SK Saskatchewan", "YT Yukon",
    ),
}

NOT_SAID = N_("I would rather not say")


def shown_fields(definition: FormDefinition, country: str) -> tuple[Field, ...]:
    """The fields a form asks of somebody in a country: a region only where regions have rules of their own."""
    return tuple(f for f in definition.fields if f.type != "region" or country in REGIONS)


def build(field: Field, context: FieldContext) -> SelectField:
    return SelectField(  # type: ignore[no-untyped-call]
        label=context.words.gettext(field.label),
        choices=[SelectChoice(code, label) for code, label in (("", context.words.gettext(NOT_SAID)), *context.regions)],
        validators=[known_choice(context, field.required, "region_missing")],
        validate_choice=False,
        render_kw=keywords(autocomplete="address-level1"),
    )
