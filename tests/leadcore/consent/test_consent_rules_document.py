"""`docs/rules.md`: every rule field of the schema, and the modules that read it."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

import pytest

from leadcore.consent.regimes import FIELDS, USES, regime, shared

ROOT = Path(__file__).parents[3]
ROWS = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \| (.+?) \|$", (ROOT / "docs" / "rules.md").read_text("utf-8"), re.M)
TODAY = date(2026, 11, 23)


def test_the_document_names_the_fields_of_the_schema_in_their_order():
    schema = [key for field in shared()["field"] for key in field.get("keys", [field["id"]])]
    assert [row[0] for row in ROWS] == [*schema, "penalty"] == list(FIELDS)


@pytest.mark.parametrize(("field", "modules"), [(row[0], re.findall(r"`([^`]+\.py)`", row[2])) for row in ROWS])
def test_a_module_named_for_a_field_reads_it(field, modules):
    assert modules
    for name in modules:
        source = (ROOT / name).read_text("utf-8")
        by_name = re.search(rf'(\[|")"?{field}"?(\]|")', source)
        by_use = field in USES and re.search(r"(rules|page|chain|uses)\[(use|field)\]|law\.basis\(", source)
        by_all = field == "penalty" and "law.rules.items()" in source
        assert by_name or by_use or by_all, f"{name} never reads {field}"


@pytest.mark.parametrize("field", FIELDS)
def test_an_explanation_shows_a_changed_value(field, monkeypatch):
    """What the law says of a field reaches the reader, whatever it says."""
    from leadcore.consent import applies
    from leadcore.consent.explain import explain

    from .test_consent_combine import CHANGES

    chain = regime("DE", TODAY)
    value, data = CHANGES[field]
    rule = replace(chain[field], value=value, data={**chain[field].data, **data}, cite="a changed source")
    changed = replace(chain, rules=MappingProxyType({**chain.rules, field: rule}))
    monkeypatch.setattr(applies, "country_chains", lambda *_: (changed,))
    row = next(row for row in explain("DE", today=TODAY).rows if row.field == field)
    assert "a changed source" in row.citation and row.value != chain[field].value
