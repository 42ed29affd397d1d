"""What to call a person in mails: any word they choose, where the whole name would be too much or too formal."""

from leadcore.model.forms import Field
from leadcore.rendering.field_types.base import FieldContext, TypedField, keywords, validators


def build(field: Field, context: FieldContext) -> TypedField:
    return TypedField(  # type: ignore[no-untyped-call]
        label=context.words.gettext(field.label),
        validators=validators(field, context, "nickname_missing", 60),
        render_kw=keywords(autocomplete="nickname", spellcheck="false", dir="auto"),
    )
