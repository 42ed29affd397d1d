"""Checks between files, beyond the one example of each code in `tests/problems/`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from leadsite.checks import check_project

Edit = Callable[[Path, str, str], None]
US, AE, ASK = "content/markets/us.toml", "content/markets/ae.toml", "content/forms/ask.toml"
HOME, HOME_AR = "content/pages/home.en.md", "content/pages/home.ar.md"
NEXT = "content/blog/basics/02-next.en.md"


def said(root: Path, *markets: str) -> list[str]:
    return [str(p).split("\n")[0] for p in check_project(root, markets, today=dt.date(2026, 9, 14))[2]]


@pytest.mark.parametrize(
    ("file", "old", "new", "problems"),
    [
        (US, 'pages = ["home"]', 'pages = ["home", "demo"]', [f'{US}:11: P103 unknown page "demo"']),
        (US, 'forms = ["ask"]', 'forms = ["ask", "demo"]', [f'{US}:13: P104 unknown form "demo"']),
        (US, 'form = "ask"', 'form = "demo"', [f'{US}:13: P111 no list takes the leads that form "ask" wins for email',
                                               f'{US}:37: P104 a route names form "demo", which the market does not offer']),
        (US, 'use = "email"', 'use = "sms"', [f'{US}:13: P111 no list takes the leads that form "ask" wins for email']),
        (ASK, 'submit =', 'sequence = "guide"\nsubmit =', [f'{ASK}:1: P103 unknown sequence "guide"']),
        (HOME, "description: A short guide to winning clients.\n", "", [f'{HOME}:1: P007 "description" is missing']),
        (HOME_AR, "description: دليل قصير لكسب العملاء.\n", "", [f'{HOME_AR}:1: P201 "description" is not translated into ar-AE']),
        (NEXT, "date: 2026-03-09\n", "", [f'{NEXT}:1: P007 "date" is missing']),
        (HOME, "](#form)", "](#from)", [f'{HOME}:12: P105 no block "from" in this page']),
        (HOME, "(legal:privacy)", "(legal:terms)", [f'{HOME}:24: P105 the link "legal:terms" leads nowhere in ae/en',
                                                    f'{HOME}:24: P105 the link "legal:terms" leads nowhere in us/en-US']),
        (HOME, "(legal:privacy)", "(privacy.html)", [f'{HOME}:24: P105 the link "privacy.html" leads nowhere']),
        (HOME, "(legal:privacy)", "(javascript:alert)", [f'{HOME}:24: P105 the link "javascript:alert" leads nowhere']),
        (HOME, "(legal:privacy)", "(https://x.example)", []),
        (HOME, "(legal:privacy)", "(mailto:a@x.example)", []),
    ],
)  # fmt: skip
def test_a_mistake_between_files_is_named(file: str, old: str, new: str, problems: list[str], small_project: Path, edit: Edit) -> None:
    edit(small_project / file, old, new)
    assert said(small_project) == problems


def test_a_form_the_market_does_not_offer_cannot_stand_on_its_page(small_project: Path, edit: Edit) -> None:
    edit(small_project / US, 'forms = ["ask"]', "forms = []")
    assert said(small_project) == [
        f'{US}:37: P104 a route names form "ask", which the market does not offer',
        f'{HOME}:1: P104 market us does not offer the form "ask" of this page',
    ]


def test_a_landing_page_that_is_not_translated_is_not_shown_in_another_language(small_project: Path, edit: Edit) -> None:
    (small_project / HOME_AR).unlink()
    assert said(small_project) == [f'{HOME}:1: P201 "home" is not translated into ar-AE']
    edit(small_project / AE, '"notice"', '"none"')
    assert f"{AE}:11: P201 the home page is missing in ar-AE" in said(small_project)


def test_a_mail_is_in_the_leads_own_language(small_project: Path, edit: Edit) -> None:
    mail = small_project / "content/mail/guide/01-welcome.en.md"
    mail.parent.mkdir(parents=True)
    mail.write_text("---\nsubject: Welcome\n---\nHello.\n", encoding="utf-8")
    edit(small_project / ASK, "submit =", 'sequence = "guide"\nsubmit =')
    path = "content/mail/guide/01-welcome.en.md"
    assert said(small_project) == [f'{path}: P201 the mail "welcome" is not translated into ar-AE, a lead\'s own language']
    mail.with_name("01-welcome.ar.md").write_text("---\nsubject: أهلًا\n---\nأهلًا.\n", encoding="utf-8")
    assert said(small_project) == []


def test_a_link_is_checked_in_every_market_that_shows_it(small_project: Path, edit: Edit) -> None:
    (small_project / "content/blog/basics/01-start.ar.md").unlink()
    edit(small_project / AE, '"notice"', '"none"')
    assert said(small_project) == [f'{HOME_AR}:17: P105 the link "post:basics/start" leads nowhere in ae/ar-AE']


def test_a_change_for_a_market_without_its_text_is_named(small_project: Path) -> None:
    path = "content/blog/basics/03-more.en@us.md"
    (small_project / path).write_text("---\ntitle: M\ndescription: D\ndate: 2026-04-01\n---\nText.\n", encoding="utf-8")
    assert said(small_project) == [f"{path}:1: P103 this changes a text that does not exist"]


def test_the_mistake_in_a_form_is_not_told_of_all_that_names_it(small_project: Path, edit: Edit) -> None:
    edit(small_project / ASK, 'submit = "Send it"\n', "")
    assert said(small_project) == [f'{ASK}:1: P007 "submit" is missing']


def test_the_mistake_in_a_market_is_not_told_of_the_texts_made_for_it(small_project: Path, edit: Edit) -> None:
    edit(small_project / US, '"USD"', '"USX"')
    (small_project / "content/pages/home.en@us.md").write_text("::: benefits\n## For America\n:::\n", encoding="utf-8")
    assert said(small_project) == [f'{US}:6: P102 "USX" is not an ISO 4217 currency']


def test_one_market_may_be_checked_alone(small_project: Path, edit: Edit) -> None:
    (small_project / HOME_AR).unlink()
    assert said(small_project, "us") == []
    assert len(said(small_project, "ae")) == 1
    assert said(small_project, "uk") == ['content/markets/: P103 unknown market "uk"']


def test_without_a_frame_there_is_no_project(tmp_path: Path) -> None:
    project, plan, problems = check_project(tmp_path, today=dt.date(2026, 9, 14))
    assert (project, plan, {p.code for p in problems}, len(problems)) == (None, None, {"P001"}, 3)


def test_the_example_reads_without_a_problem_of_its_content(example: Path) -> None:
    """Its catalogues are checked by the tests of the translations."""
    found = [line for line in said(example) if not line.startswith("locales/")]
    assert found == []
