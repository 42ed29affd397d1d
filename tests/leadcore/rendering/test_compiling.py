"""Templates compiled our way give the bytes that Jinja's own way gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest
from jinja2 import Environment, StrictUndefined, UndefinedError
from jinja2.compiler import CodeGenerator

from leadcore.rendering.templating import environment


class Pair(NamedTuple):
    first: str
    count: int


VALUES: dict[str, Any] = {
    "row": {"title": "A <b>", "items": "not the method", "deep": {"deeper": [1, 2]}},
    "pair": Pair("x & y", 2), "rows": [{"n": 1}, {"n": 2}], "none": None, "_": lambda text, **kw: text.format(**kw), "number": str,
}  # fmt: skip


@pytest.fixture(scope="module")
def both(example: Path) -> tuple[Environment, Environment]:
    ours = environment(example, "en", "US").overlay()
    plain = environment(example, "en", "US").overlay()
    plain.code_generator_class = CodeGenerator
    assert ours.code_generator_class is not CodeGenerator
    return ours, plain


@pytest.mark.parametrize(
    "source",
    [
        "{{ row.title }} {{ row.deep.deeper[1] }} {{ pair.first }} {{ pair.count }}",
        "{{ 'abc'.upper() }} {{ row.deep.keys()|list }} {{ pair.missing is defined }} {{ none.thing is defined }}",
        "{% for one in rows if one.n > 1 %}{{ one.n }}{{ loop.index }}{% endfor %}",
        "{% macro m(number) %}{{ number.first }}{{ caller() }}{% endmacro %}{% call m(pair) %}{{ row.title }}{% endcall %}",
        "{{ _('Part {n} of {all}', n=number(3), all=number(7)) }} {{ _('plain') }} {{ number(row.deep.deeper|length) }}",
        "{% set number = 3 %}{{ number }} {{ row.items is string }}",
    ],
)
def test_the_same_bytes(both: tuple[Environment, Environment], source: str) -> None:
    ours, plain = (env.from_string(source).render(VALUES) for env in both)
    assert ours == plain


@pytest.mark.parametrize("source", ["{{ row.nothing }}", "{{ pair.nothing.more }}", "{{ none.thing }}", "{{ nothing.at_all }}", "{{ _(nothing) }}"])
def test_the_same_complaints(both: tuple[Environment, Environment], source: str) -> None:
    said = []
    for env in both:
        assert env.undefined is StrictUndefined
        with pytest.raises(UndefinedError) as raised:
            env.from_string(source).render(VALUES)
        said.append(str(raised.value))
    assert said[0] == said[1]


def test_the_theme_is_compiled_our_way(example: Path, both: tuple[Environment, Environment]) -> None:
    for path in sorted((example / "site" / "templates").glob("*.*")):
        ours, plain = (env.compile(path.read_text("utf-8"), path.name, str(path), raw=True) for env in both)
        assert "environment.getattr" not in ours and ours.count("\n") == plain.count("\n")
