"""Japanese headings end their lines at marks of pause; in no language does a line end after "e-"."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from leadcore.rendering.clauses import clauses


def test_each_clause_keeps_its_mark() -> None:
    made = clauses("ja", "30分で、次の一手を：決める！？")
    assert made == '<span class="clause">30分で、</span><span class="clause">次の一手を：</span><span class="clause">決める！？</span>'
    assert Markup(made).striptags() == "30分で、次の一手を：決める！？"


@pytest.mark.parametrize(("tag", "heading"), [("ja", "一手"), ("ja", "一手、"), ("zh-Hans", "先看看，再决定"), ("en", "One, two: three"), ("ja", Markup("<em>一</em>、二"))])
def test_what_needs_no_cut_is_left_alone(tag: str, heading: str) -> None:
    assert clauses(tag, heading) is heading


@pytest.mark.parametrize(
    ("tag", "heading", "held"),
    [
        ("de", "Ihre neue E-Mail-Adresse", "Ihre neue E\u2011Mail-Adresse"),
        ("pt-BR", Markup("Seu e-mail &amp; mais"), Markup("Seu e\u2011mail &amp; mais")),
        ("uz", "1-qadam: tayyor-tayyor", "1\u2011qadam: tayyor-tayyor"),
        ("en", Markup('<a href="/a-b">a-b</a>'), Markup('<a href="/a-b">a-b</a>')),
    ],
)
def test_no_line_ends_after_a_letter_alone(tag: str, heading: str, held: str) -> None:
    made = clauses(tag, heading)
    assert (made, type(made)) == (held, type(held))


def test_a_heading_that_was_not_escaped_is_escaped() -> None:
    assert clauses("ja", "A & B、C") == '<span class="clause">A &amp; B、</span><span class="clause">C</span>'
    assert clauses("ja", Markup("A &amp; B、C")) == '<span class="clause">A &amp; B、</span><span class="clause">C</span>'
