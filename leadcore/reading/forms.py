"""Form files to `FormDefinition`: one TOML file per form."""

from __future__ import annotations

import re
from pathlib import Path

from leadcore.model.forms import FIELD_TYPES, USES, Field, FormDefinition, Purpose
from leadcore.problems import Place, ProblemList, did_you_mean
from leadcore.reading.tables import Table, read_toml

_ID = re.compile(r"^[a-z][a-z0-9-]*$")
_NAME = re.compile(r"^[a-z][a-z0-9_]*$")
#: Names the forms API uses itself.
RESERVED = frozenset({"locale", "page", "notice", "submission_id", "website", "elapsed"})


def read_forms(root: Path, problems: ProblemList) -> dict[str, FormDefinition]:
    """Every form of the project by its id, the file's name."""
    forms = {}
    for path in sorted((root / "content" / "forms").glob("*.toml")):
        table = read_toml(root, path, problems)
        if table is None:
            continue
        if not _ID.match(path.stem):
            problems.add("P008", Place(path=table.path), "the form's id is not lower case letters, digits and hyphens", "rename the file")
            continue
        before = len(problems.found)
        form = _form(path.stem, table)
        if len(problems.found) == before:
            forms[form.id] = form
    return forms


def _form(form_id: str, table: Table) -> FormDefinition:
    fields = tuple(_field(one) for one in table.tables("fields"))
    names = [f.name for f in fields]
    for index, field in enumerate(fields):
        if names.index(field.name) != index:
            table.problem("P110", f"fields.{index}.name", f'the field "{field.name}" stands twice', "give it another name")
    if not any(f.type == "email" and f.required for f in fields):
        table.problem("P110", "fields", "the form has no required field of type email", 'add a field with type = "email"')
    for type_ in ("email", "phone", "name", "nickname", "country", "region", "postcode"):
        if sum(f.type == type_ for f in fields) > 1:
            table.problem("P110", "fields", f"the form has two fields of type {type_}", "keep one")
    if any(f.type == "region" for f in fields) and not any(f.type == "country" for f in fields):
        table.problem("P110", "fields", "a region needs a country", 'add a field with type = "country"')
    form = FormDefinition(
        id=form_id,
        place=Place(path=table.path, line=1),
        request=table.text("request", needed=True),
        submit=table.text("submit", needed=True),
        sequence=table.text("sequence"),
        delivers=table.text("delivers"),
        thanks_title=table.text("thanks_title", needed=True),
        thanks_text=table.text("thanks_text", needed=True),
        fields=fields,
        purposes=tuple(_purpose(one) for one in table.tables("purposes")),
        lines=table.lines,
    )
    table.close()
    return form


def _field(table: Table) -> Field:
    name, type_ = table.text("name", needed=True), table.text("type", needed=True)
    if name and (not _NAME.match(name) or name in RESERVED or name.startswith("consent_")):
        table.problem("P110", "name", f'"{name}" cannot name a field', "use lower case letters, digits and _, and no reserved name")
    if type_ and type_ not in FIELD_TYPES:
        table.problem("P110", "type", f'unknown field type "{type_}"', did_you_mean(type_, FIELD_TYPES))
    choices = []
    for one in table.tables("choices"):
        choices.append((one.text("value", needed=True), one.text("label", needed=True)))
        one.close()
    if type_ in FIELD_TYPES and (type_ == "choice") != bool(choices):
        table.problem("P110", "choices", "choices and type = \"choice\" go together", "add [[fields.choices]] with value and label")
    hidden = type_ == "hidden"
    field = Field(
        name=name,
        type=type_,
        label=table.text("label", needed=not hidden),
        why=table.text("why"),
        required=table.get("required", bool, not hidden),
        choices=tuple(choices),
        value=table.text("value", needed=hidden),
        max_length=table.get("max_length", int, 0),
    )
    table.close()
    return field


def _purpose(table: Table) -> Purpose:
    boxes_table = table.table("boxes", needed=True)
    boxes = {}
    for use in boxes_table.values:
        if use not in USES:
            boxes_table.problem("P110", use, f'unknown use "{use}"', did_you_mean(use, USES))
        boxes[use] = boxes_table.text(use, needed=True)
    boxes_table.close()
    purpose = Purpose(id=table.text("id", needed=True), summary=table.text("summary", needed=True), boxes=boxes)
    table.close()
    return purpose
