"""One module per field type; each gives `build(field, context)`, a WTForms field that cleans, checks and explains."""

from __future__ import annotations

from wtforms.fields.core import UnboundField

from leadcore.model.forms import FIELD_TYPES, Field
from leadcore.rendering.field_types import choice, company, country, email, hidden, longtext, name, phone, region
from leadcore.rendering.field_types.base import FieldContext

_MODULES = {
    "name": name,
    "email": email,
    "phone": phone,
    "company": company,
    "choice": choice,
    "country": country,
    "region": region,
    "longtext": longtext,
    "hidden": hidden,
}
if set(_MODULES) != set(FIELD_TYPES):
    raise RuntimeError("every field type of the model has its module")


def build_field(field: Field, context: FieldContext) -> UnboundField:
    """The WTForms field for a definition's field, in the context's market and locale."""
    made: UnboundField = _MODULES[field.type].build(field, context)
    return made


__all__ = ["FieldContext", "build_field"]
