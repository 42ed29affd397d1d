"""Checks between files, beyond the one example of each code in `tests/problems/`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from leadcore.problems import ProblemList
from leadcore.reading import load_project
from leadcore.rendering.i18n import forget_catalogs
from leadsite.checks import check_project
from leadsite.market_checks import check_facts
from leadsite.notice_checks import check_notices

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
    assert f"{AE}:10: P201 the home page is missing in ar-AE" in said(small_project)


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


START, NEXT_AR = "content/blog/basics/01-start.en.md", "content/blog/basics/02-next.ar.md"


@pytest.mark.parametrize(
    ("file", "old", "new", "problems"),
    [
        # headings and blocks of landing pages
        (HOME, "## What is in it", "## What\n\n### Two parts", []),
        (HOME, "](legal:privacy)", "](#benefits)", []),
        (HOME, "](legal:privacy)", "](#f-email)", []),
        (HOME, "](legal:privacy)", "](#What)", [f'{HOME}:24: P105 no block "What" in this page']),
        # headings of posts; their blocks have no place of their own
        (START, "Begin with", "## A *start*\n\n[up](#a-start) Begin with", []),
        (START, "Begin with", "[up](#a-start) Begin with", [f'{START}:7: P105 no heading "a-start" in this page']),
        (START, "Begin with", "[up](#local) Begin with", [f'{START}:7: P105 no heading "local" in this page']),
        (START, "Begin with", "## ગ્રાહક\n\n[up](#ગ્રાહક) Begin with", []),
        # places in other pages
        (NEXT, "(page:home#form)", "(page:home#benefits)", []),
        (NEXT, "(page:home#form)", "(complete:basics#part-1)", []),
        (NEXT, "(page:home#form)", "(legal:privacy#n-technical)", []),
        (NEXT, "(page:home#form)", "(page:home#prices)",
         [f'{NEXT}:8: P105 the page that "page:home#prices" leads to has no place "prices" in ae/en',
          f'{NEXT}:8: P105 the page that "page:home#prices" leads to has no place "prices" in us/en-US']),
        (NEXT, "(page:home#form)", "(complete:basics#part-3)",
         [f'{NEXT}:8: P105 the page that "complete:basics#part-3" leads to has no place "part-3" in ae/en',
          f'{NEXT}:8: P105 the page that "complete:basics#part-3" leads to has no place "part-3" in us/en-US']),
        (NEXT_AR, "(page:home#form)", "(post:basics/start#x)",
         [f'{NEXT_AR}:6: P105 the page that "post:basics/start#x" leads to has no place "x" in ae/ar-AE']),
        # links by reference and in angle brackets
        (HOME, "Read the [privacy notice](legal:privacy) first.", "Read the [privacy notice][p].\n\n[p]: privacy.html", [f'{HOME}:24: P105 the link "privacy.html" leads nowhere']),
        (HOME, "[privacy notice](legal:privacy)", "<ftp://x.example>", [f'{HOME}:24: P105 the link "ftp://x.example" leads nowhere']),
        (HOME, "[privacy notice](legal:privacy)", "<a@x.example> <https://x.example>", []),
        (HOME, "[Send me the guide](#form)", "[Send me the guide](javascript:x)", [f'{HOME}:12: P105 the link "javascript:x" leads nowhere']),
    ],
)  # fmt: skip
def test_every_place_a_link_names_is_on_the_page(file: str, old: str, new: str, problems: list[str], small_project: Path, edit: Edit) -> None:
    edit(small_project / file, old, new)
    assert said(small_project) == problems


def test_the_fix_for_a_place_names_the_places_of_the_page(small_project: Path, edit: Edit) -> None:
    edit(small_project / HOME, "](legal:privacy)", "](#prices)")
    (problem,) = check_project(small_project, today=dt.date(2026, 9, 14))[2]
    assert problem.fix == "use benefits, form or hero"


def test_a_listed_name_that_does_not_exist_is_not_told_of_every_link_too(small_project: Path, edit: Edit) -> None:
    edit(small_project / US, 'series = ["basics"]', 'series = ["basic"]')
    assert said(small_project) == [f'{US}:12: P103 unknown series "basic"']
    edit(small_project / US, 'series = ["basic"]', "series = []")
    assert said(small_project, "us") == [f'{HOME}:18: P105 the link "post:basics/start" leads nowhere in us/en-US']


@pytest.mark.parametrize(
    ("path", "name", "problem"),
    [
        (START, "start.en.md", "content/blog/basics/start.en.md: P008 the file name has no part number"),
        (START, "01-start.xx.md", 'content/blog/basics/01-start.xx.md: P101 "xx" is not a locale that CLDR knows'),
    ],
)
def test_a_file_that_cannot_be_read_is_not_told_of_every_link_to_it(path: str, name: str, problem: str, small_project: Path) -> None:
    (small_project / path).rename((small_project / path).with_name(name))
    found = said(small_project, "us")
    assert problem in found
    assert not [line for line in found if "P105" in line]


def with_second_market(root: Path, name: str, **changes: str) -> None:
    text = (root / US).read_text(encoding="utf-8")
    for old, new in changes.items():
        text = text.replace(f'"{old}"', f'"{new}"')
    (root / f"content/markets/{name}.toml").write_text(text.replace("news-us", f"news-{name}"), encoding="utf-8")


def test_two_markets_may_not_tell_search_engines_the_same_language_and_country(small_project: Path, edit: Edit) -> None:
    with_second_market(small_project, "west")
    (problem,) = check_project(small_project, today=dt.date(2026, 9, 14))[2]
    assert str(problem) == (
        'content/markets/west.toml:2: P112 the markets us and west are both "en-US" to search engines\n'
        "    en-US: content/markets/us.toml:2\n    en-US: content/markets/west.toml:2\n"
        "    fix: give one of them another locale or jurisdiction, or make one market of them"
    )
    edit(small_project / "content/markets/west.toml", '["en-US"]', '["en-CA"]')
    assert said(small_project) == []


def test_a_market_of_several_countries_speaks_a_bare_language(small_project: Path) -> None:
    with_second_market(small_project, "eu", **{"en-US": "en", "US": "EU", "USD": "EUR"})
    text = (small_project / "content/markets/eu.toml").read_text(encoding="utf-8")
    text = text.replace('phone_region = "EU"', 'phone_region = "IE"').replace('storage_country = "EU"', 'storage_country = "IE"')
    text = text.replace('country = "EU"', 'country = "IE"').replace("[privacy]", 'privacy_contact = "x"\n\n[privacy]')
    (small_project / "content/markets/eu.toml").write_text(text, encoding="utf-8")
    project, plan, problems = check_project(small_project, today=dt.date(2026, 9, 14))
    assert problems == () and project is not None and plan is not None
    assert {project.markets["eu"].hreflang(t) for t in ("en", "de", "en-US")} == {"en", "de", "en-US"}
    home = next(o for o in plan.outputs if o.market == "us" and o.kind == "landing")
    assert dict(plan.alternates(home))["en"] == "https://us.small.example/"


UNTRANSLATED = "the translation of “How we use your data” for uz is missing, and a privacy notice says it"


@pytest.mark.parametrize(
    ("jurisdiction", "problem"),
    [
        ("DE", ':14: P113 the consent notice of DE needs "controller.privacy_contact" (notice item dpo)'),
        ("IN", ':14: P113 the consent notice of IN needs "controller.privacy_contact" (notice item contact_dpo)'),
        ("UZ", ':14: P113 the consent notice of UZ needs "controller.registration" (notice item controller_and_bin)'),
        ("US", ""),
    ],
)
def test_a_notice_asks_for_facts_that_the_market_lacks(jurisdiction: str, problem: str, small_project: Path, edit: Edit) -> None:
    edit(small_project / US, 'jurisdiction = "US"', f'jurisdiction = "{jurisdiction}"')
    found = [line for line in said(small_project) if "transfer_basis" not in line]
    owed = [f"locales/uz/LC_MESSAGES/messages.po:1: P205 {UNTRANSLATED}"] if jurisdiction == "UZ" else []
    assert [line for line in found if "P205" in line] == owed
    found = [line for line in found if "P205" not in line]
    assert found == ([f"{US}{problem}".replace(":14:", ":15:")] if problem else [])


def test_a_notice_of_data_that_leaves_the_country_says_on_what_ground(small_project: Path, edit: Edit) -> None:
    edit(small_project / AE, 'transfer_basis = "contract"\n', "")
    assert said(small_project) == [f'{AE}:24: P113 the consent notice of AE needs "privacy.transfer_basis" (notice item transfers)']
    edit(small_project / AE, 'country = "DE"', 'country = "AE"')
    assert said(small_project) == []


def test_a_complaint_needs_an_authority_in_every_language(small_project: Path) -> None:
    project, _, _ = check_project(small_project, today=dt.date(2026, 9, 14))
    assert project is not None
    market = project.markets["ae"]
    found = ProblemList()
    check_facts(replace(market, jurisdiction="ZA", privacy=replace(market.privacy, authority={"en": "UAE Data Office"})), dt.date(2026, 9, 14), found)
    assert [(p.code, p.message, p.fix) for p in found.found] == [
        ("P113", 'the consent notice of ZA needs "privacy.authority" (notice item complaint)', 'add ar = "…" to [privacy.authority]')
    ]


def test_a_translation_that_repeats_its_source_is_named(small_project: Path, edit: Edit) -> None:
    edit(small_project / HOME_AR, "description: دليل قصير لكسب العملاء.", "description: A short guide to winning clients.")
    text = (small_project / START).read_text(encoding="utf-8").split("---\n", 2)[2]
    path = "content/blog/basics/01-start.ar.md"
    (small_project / path).write_text("---\ntitle: من أين تبدأ\ndescription: انظر\n---\n" + text, encoding="utf-8")
    assert said(small_project) == [
        f"{path}:6: P204 the text reads the same as in en",
        f'{path}:8: P204 the block "local" reads the same as in en',
        f'{HOME_AR}:3: P204 "description" reads the same as in en',
    ]


def test_a_short_text_may_read_the_same_and_a_regional_source_is_no_copy(small_project: Path, edit: Edit) -> None:
    edit(small_project / HOME_AR, "title: اكسب العملاء", "title: Win clients")
    source = (small_project / HOME).read_text(encoding="utf-8")
    (small_project / "content/pages/home.en@us.md").write_text(source, encoding="utf-8")
    assert said(small_project) == []


def test_a_market_with_a_mistake_of_its_own_is_not_called_unknown(small_project: Path, edit: Edit) -> None:
    edit(small_project / US, '"USD"', '"USX"')
    assert said(small_project, "us") == [f'{US}:6: P102 "USX" is not an ISO 4217 currency']


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


def test_a_language_that_the_markets_law_asks_for_and_no_catalogue_has_is_told(copy_of_example: Path) -> None:
    file = copy_of_example / "locales/ru/LC_MESSAGES/messages.po"
    text = file.read_text(encoding="utf-8")
    file.write_text(text[: text.index("\n\n", text.index("Plural-Forms")) + 1], encoding="utf-8")
    forget_catalogs()
    project = load_project(copy_of_example)
    market, found = replace(project.markets["kz"], locales=("kk",)), ProblemList()
    check_notices(project, [market], dt.date(2026, 9, 14), found)
    (problem,) = [p for p in found.found if p.locale == "ru"]
    assert str(problem).startswith("locales/ru/LC_MESSAGES/messages.po:") and "P205 the translation of “How we use your data” for ru is missing" in str(problem)
    assert "closed: guide in kz/kk, demo in kz/kk" in str(problem)
    forget_catalogs()
