"""The state or province of countries whose parts have privacy rules of their own (United States, Canada)."""

from __future__ import annotations

from wtforms.fields.choices import SelectChoice

from leadcore.model.forms import Field, FormDefinition
from leadcore.rendering.collation import sort_key
from leadcore.rendering.field_types.base import FieldContext, keywords
from leadcore.rendering.field_types.choice import known_choice
from leadcore.rendering.field_types.country import SelectField
from leadcore.rendering.field_types.postcode import WITHOUT
from leadcore.rendering.i18n import N_


def _pairs(*rows: str) -> tuple[tuple[str, str], ...]:
    """`CA California` as a pair of code and name."""
    return tuple((row[:2], row[3:]) for row in rows)


#: ISO 3166-2 subdivisions by country, under their English names, but for Québec, which has no other.
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

#: Names in other languages that are official there, by the English one. French: Treasury Board of Canada, list of
#: provinces and territories. What stands in no list keeps its English name, and says that it is English.
_OFFICIAL = {
    "fr": {
        "Alberta": "Alberta", "British Columbia": "Colombie-Britannique", "Manitoba": "Manitoba",
        "New Brunswick": "Nouveau-Brunswick", "Newfoundland and Labrador": "Terre-Neuve-et-Labrador",
        "Northwest Territories": "Territoires du Nord-Ouest", "Nova Scotia": "Nouvelle-Écosse", "Nunavut": "Nunavut",
        "Ontario": "Ontario", "Prince Edward Island": "Île-du-Prince-Édouard", "Québec": "Québec",
        "Saskatchewan": "Saskatchewan", "Yukon": "Yukon",
    },
}  # fmt: skip

NOT_SAID = N_("I would rather not say")


def shown_fields(definition: FormDefinition, country: str) -> tuple[Field, ...]:
    """The fields a form asks of somebody in a country: a region only where regions have rules of their own, a postcode
    only where there are postcodes."""
    return tuple(
        f for f in definition.fields if (f.type != "region" or country in REGIONS) and (f.type != "postcode" or country not in WITHOUT)
    )


def region_choices(context: FieldContext) -> list[SelectChoice]:
    """The regions by their names in the locale, as its language sorts them; a name that stays English is marked so."""
    official, english = _OFFICIAL.get(context.words.language, {}), context.words.language == "en"
    order = sort_key(context.words.tag)
    named = sorted(((code, official.get(name, name)) for code, name in context.regions), key=lambda pair: order(pair[1]))
    own = {name for _, name in named} if english else set(official.values())
    return [SelectChoice(code, name, {} if name in own else {"lang": "en", "dir": "ltr"}) for code, name in named]


def build(field: Field, context: FieldContext) -> SelectField:
    return SelectField(  # type: ignore[no-untyped-call]
        label=context.words.gettext(field.label),
        choices=[SelectChoice("", context.words.gettext(NOT_SAID)), *region_choices(context)],
        validators=[known_choice(context, field.required, "region_missing")],
        validate_choice=False,
        render_kw=keywords(autocomplete="address-level1"),
    )
