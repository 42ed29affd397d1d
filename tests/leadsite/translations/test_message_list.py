"""Extraction: what is found, where, and that the lists in the repository are those of its code."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from jinja2 import TemplateSyntaxError

from leadcore.problems import ProjectProblems
from leadcore.reading import read_project
from leadsite.translations.extract import (
    KEYWORDS,
    call_messages,
    extract_messages,
    form_words,
    python_messages,
    template_texts,
    write_templates,
)
from leadsite.translations.pofiles import DOMAINS, template_path

REPOSITORY = Path(__file__).parents[3]


def places(catalog: Catalog, message: str) -> list[str]:
    found = catalog.get(message)
    assert found is not None, f"{message!r} was not found"
    return [path for path, _ in found.locations]


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_message_list_is_up_to_date(domain: str) -> None:
    path = template_path(REPOSITORY, domain)
    stored = path.read_text(encoding="utf-8") if path.exists() else ""
    again = "run: .venv/bin/leadsite translations extract && .venv/bin/leadsite translations update"
    assert stored == template_texts(REPOSITORY)[domain], f"locales/{domain}.pot is not that of the code; {again}"


def test_a_message_of_python_source_is_found() -> None:
    found = [f for f in python_messages("leadcore") if f.message == "Enter your name"]
    assert [f.path for f in found] == ["leadcore/rendering/errors.py"]
    line = (REPOSITORY / found[0].path).read_text(encoding="utf-8").split("\n")[found[0].line - 1]
    assert "Enter your name" in line


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('N_("one")', ["one"]),
        ('_("one")', ["one"]),
        ('gettext("one", name=x)', ["one"]),
        ('words.gettext("one")', ["one"]),
        ('context.words.markup("one {a}", a=b)', ["one {a}"]),
        ('words.ngettext("{n} day", "{n} days", n)', [("{n} day", "{n} days")]),
        ('words.gettext("one" " two")', ["one two"]),
        ('words.gettext("one" if x else "two")', ["one", "two"]),
        ('words.gettext(MESSAGES["code"])', []),
        ('words.gettext(f"one {x}")', []),
        ("words.gettext(text)", []),
        ('words.date("one")', []),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_only_literal_messages_of_marked_calls_are_found(source: str, expected: list[object]) -> None:
    call = ast.parse(source, mode="eval").body
    assert isinstance(call, ast.Call)
    assert [message for message, _ in call_messages(call)] == expected


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ('{{ _("From a call") }}', "From a call"),
        ('{{ _("By {name}", name="x") }}', "By {name}"),
        ('{{ ngettext("{n} hen", "{n} hens", 2) }}', ("{n} hen", "{n} hens")),
        ('{{ words.gettext("On an object") }}', "On an object"),
        ('{{ words.ngettext("{n} cat", "{n} cats", 2) }}', ("{n} cat", "{n} cats")),
        ("{% trans %}In a block{% endtrans %}", "In a block"),
    ],
    ids=["call", "placeholder", "plural", "attribute", "attribute plural", "block"],
)
def test_a_message_of_a_template_is_found_in_its_file(small: Path, template: str, message: str | tuple[str, str]) -> None:
    (small / "site" / "templates" / "deep").mkdir()
    (small / "site" / "templates" / "deep" / "x.html").write_text(f"<p>\n{template}\n", encoding="utf-8")
    catalog = extract_messages(small)["messages"]
    assert places(catalog, message if isinstance(message, str) else message[0]) == ["site/templates/deep/x.html"]
    found = catalog.get(message)
    assert found is not None and found.id == message


def test_a_broken_template_is_named_with_its_line(small: Path) -> None:
    (small / "site" / "templates" / "x.html").write_text("<p>\n{% if %}\n", encoding="utf-8")
    with pytest.raises(TemplateSyntaxError) as caught:
        extract_messages(small)
    assert (caught.value.filename, caught.value.lineno) == ("site/templates/x.html", 2)


def test_a_forms_words_are_found_where_they_stand(small: Path) -> None:
    path = small / "content" / "forms" / "ask.toml"
    text = path.read_text(encoding="utf-8")
    # A word in an inline table has no key of its own to find its line by.
    text += '\n[[fields]]\nname = "topic"\ntype = "choice"\nlabel = "Which topic?"\nchoices = [\n  { value = "a", label = "An inline choice" },\n]\n'
    path.write_text(text, encoding="utf-8")
    catalog = extract_messages(small)["messages"]
    for word in ("Which topic?", "An inline choice"):
        assert places(catalog, word) == ["content/forms/ask.toml"]


def test_every_word_of_every_form_is_found() -> None:
    project, _ = read_project(REPOSITORY)
    assert project is not None and project.forms
    for form in project.forms.values():
        assert {word for _, word in form_words(form)} == set(form.messages())


def test_the_sites_name_is_found(small: Path) -> None:
    project, _ = read_project(small)
    assert project is not None
    found = places(extract_messages(small)["messages"], project.site.name)
    assert [place.partition(":")[0] for place in found] == ["site/site.toml"]


def test_a_form_that_cannot_be_read_stops_the_extraction(small: Path) -> None:
    (small / "content" / "forms" / "ask.toml").write_text("request = ", encoding="utf-8")
    with pytest.raises(ProjectProblems) as caught:
        extract_messages(small)
    assert [p.code for p in caught.value.problems] == ["P003"]


def test_wtforms_messages_are_those_of_the_installed_version() -> None:
    found = {f.message for f in python_messages("wtforms")}
    assert "This field is required." in found
    assert ("Field must be at least %(min)d character long.", "Field must be at least %(min)d characters long.") in found


def test_the_lists_hold_no_time_and_no_path_of_this_machine(small: Path) -> None:
    for text in template_texts(small).values():
        assert "Date" not in text.split("\n\n")[0]
        assert str(small) not in text and sys.prefix not in text


def test_writing_twice_writes_once(small: Path) -> None:
    assert all(one.changed for one in write_templates(small))
    assert not any(one.changed for one in write_templates(small))


def test_the_keywords_are_those_that_translators_offer() -> None:
    from leadcore.rendering import i18n

    offered = {name for name in ("gettext", "ngettext", "markup") if hasattr(i18n.Translator, name)}
    assert offered <= KEYWORDS and "N_" in KEYWORDS
