"""Documents that speak of code say what the code says: settings, commands, decisions."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from forms_api.settings import SETTINGS
from leadsite.cli import main

ROOT = Path(__file__).parents[1]
SETTINGS_PAGE = ROOT / "docs" / "settings.md"


def settings_page() -> str:
    """The settings as a page."""
    lines = ["# Settings", "", "Read from the environment. Everything has a default that works on one machine.", ""]
    for one in SETTINGS:
        secret = " A secret: never write it into a file that is committed." if one.secret else ""
        default = one.default.replace("{root}/", "") or "empty"
        lines += [f"## `{one.variable}`", "", f"{one.help}{secret}", "", f"Default: `{default}`", ""]
    lines += ["Secrets of destinations are named in market files as `env:NAME` and read from that variable.", ""]
    return "\n".join(lines)


def test_the_settings_page_is_made_from_the_table(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-docs"):
        SETTINGS_PAGE.write_text(settings_page(), encoding="utf-8")
    assert SETTINGS_PAGE.read_text(encoding="utf-8") == settings_page(), "run: pytest tests/test_docs.py --update-docs"


def commands(group: click.Group, words: tuple[str, ...] = ()) -> dict[tuple[str, ...], click.Command]:
    found: dict[tuple[str, ...], click.Command] = {}
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found[(*words, name)] = command
        if isinstance(command, click.Group):
            found |= commands(command, (*words, name))
    return found


def test_every_command_explains_itself() -> None:
    silent = [" ".join(words) for words, command in commands(main).items() if not command.get_short_help_str()]
    assert silent == []


@pytest.mark.parametrize("page", ["README.md", "docs/content.md", "CHANGELOG.md"])
def test_commands_that_the_pages_name_exist(page: str) -> None:
    known = commands(main)
    text = (ROOT / page).read_text(encoding="utf-8")
    for line in re.findall(r"(?:^|`)leadsite ([a-z][a-z ]*)", text, re.M):
        words = tuple(line.split())
        assert words[:2] in known or words[:1] in known, f"{page}: leadsite {line}"


def test_make_targets_of_the_readme_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    assert set(re.findall(r"^make ([a-z-]+)", (ROOT / "README.md").read_text(), re.M)) <= targets


def outside_code(page: Path) -> str:
    """A page's text without what stands in fences and between backticks."""
    return re.sub(r"^```.*?^```$|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)


@pytest.mark.parametrize("page", [*sorted(ROOT.glob("docs/**/*.md")), ROOT / "README.md"], ids=lambda p: p.name)
def test_links_between_the_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#|page:|series:|post:|complete:|legal:|…)([^)#\s]+)\)", outside_code(page)):
        assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_decisions_are_numbered_without_gaps() -> None:
    names = sorted(p.name for p in (ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(n[:4]) for n in names] == list(range(1, len(names) + 1))
