"""A fixed value that travels with the form; what was posted in its place is not believed."""

from __future__ import annotations

from collections.abc import Iterable

import wtforms

from leadcore.model.forms import Field
from leadcore.rendering.field_types.base import FieldContext


class FixedField(wtforms.HiddenField):
    def process_formdata(self, valuelist: Iterable[str]) -> None:
        self.data = self.default


def build(field: Field, context: FieldContext) -> FixedField:
    return FixedField(default=field.value)  # type: ignore[no-untyped-call]
