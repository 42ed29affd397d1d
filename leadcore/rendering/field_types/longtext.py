"""Free text over several lines."""

import wtforms

from leadcore.model.forms import Field
from leadcore.rendering.field_types.base import FieldContext, TypedField, clean_text, keywords, validators


class LongTextField(TypedField):
    clean = staticmethod(clean_text)
    widget = wtforms.widgets.TextArea()  # type: ignore[assignment]


def build(field: Field, context: FieldContext) -> LongTextField:
    return LongTextField(  # type: ignore[no-untyped-call]
        label=context.words.gettext(field.label),
        validators=validators(field, context, "text_missing", 5000),
        render_kw=keywords(rows="4", dir="auto"),
    )
