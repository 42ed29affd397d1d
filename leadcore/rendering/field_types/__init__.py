"""One module per field type; each gives `build(field, context)`, a WTForms field that cleans, checks and explains."""

from __future__ import annotations

import importlib

from wtforms.fields.core import UnboundField

from leadcore.model.forms import FIELD_TYPES, Field
from leadcore.rendering.field_types.base import FieldContext


def build_field(field: Field, context: FieldContext) -> UnboundField:
    """The WTForms field for a definition's field, in the context's market and locale."""
    if field.type not in FIELD_TYPES:
        raise KeyError(field.type)
    # Looked up when it is built: a phone number's rules are heavy, and few pages have one.
    module = importlib.import_module(f"{__name__}.{field.type}")
    made: UnboundField = module.build(field, context)
    return made


__all__ = ["FieldContext", "build_field"]
