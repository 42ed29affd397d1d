"""The name of an organisation, as it writes itself."""

from leadcore.model.forms import Field
from leadcore.rendering.field_types.base import FieldContext, TypedField, keywords, validators


def build(field: Field, context: FieldContext) -> TypedField:
    return TypedField(  # type: ignore[no-untyped-call]
        label=context.words.gettext(field.label),
        validators=validators(field, context, "company_missing", 200),
        render_kw=keywords(autocomplete="organization", spellcheck="false", dir="auto"),
    )
