"""A person's name in one field: any script, any number of words, one letter or many (W3C, personal names)."""

from leadcore.model.forms import Field
from leadcore.rendering.field_types.base import FieldContext, TypedField, keywords, validators


def build(field: Field, context: FieldContext) -> TypedField:
    return TypedField(  # type: ignore[no-untyped-call]
        label=context.words.gettext(field.label),
        validators=validators(field, context, "name_missing", 200),
        render_kw=keywords(autocomplete="name", spellcheck="false", dir="auto"),
    )
