"""The command line: help, wrong usage, problems, shapes of JSON, and the making of projects and markets."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from leadcore.problems import CODES
from leadcore.rendering.templating import forget_templates
from leadsite.cli import main

Edit = Callable[[Path, str, str], None]


def commands(group: click.Group, before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The words of every command and group."""
    found = [before] if before else []
    for name, command in group.commands.items():
        found += commands(command, (*before, name)) if isinstance(command, click.Group) else [(*before, name)]
    return found


EVERY = commands(main)


def run(*words: str | Path, input: str | None = None) -> Result:
    forget_templates()
    return CliRunner().invoke(main, [str(w) for w in words], input=input)


@pytest.mark.parametrize("words", [(), *EVERY], ids=lambda w: " ".join(w) or "leadsite")
def test_every_command_explains_itself(words: tuple[str, ...]) -> None:
    for flag in ("--help", "-h") if not words else ("--help",):
        done = run(*words, flag)
        assert done.exit_code == 0 and done.output.startswith("Usage:")
        sentence = done.output.split("\n\n")[1].strip() if words else "Localized"
        assert sentence and sentence[0].isupper()


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_every_command_takes_the_project(words: tuple[str, ...]) -> None:
    assert "--project" in run(*words, "--help").output


@pytest.mark.parametrize("words", [(), *EVERY], ids=lambda w: " ".join(w) or "leadsite")
def test_wrong_usage_is_exit_2(words: tuple[str, ...]) -> None:
    done = run(*words, "--no-such-option")
    assert done.exit_code == 2 and "No such option" in done.output and "Traceback" not in done.output


@pytest.mark.parametrize(
    "words",
    [("nonsense",), ("market", "nonsense"), ("new",), ("market", "add"), ("build", "--jobs", "0"), ("build", "--jobs", "many"),
     ("preview", "--port", "70000"), ("check", "extra"), ("check", "--project", "no-such-folder"), ("check", "--project", __file__)],
    ids=" ".join,
)  # fmt: skip
def test_words_that_cannot_be_are_exit_2(words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2


def test_a_project_without_problems_is_exit_0(small_project: Path) -> None:
    done = run("check", "--project", small_project)
    assert (done.exit_code, done.output) == (0, "no problems\n")
    done = run("check", "--json", "--project", small_project)
    assert (done.exit_code, json.loads(done.output)) == (0, [])


def test_problems_are_exit_1_and_on_the_error_stream(small_project: Path, edit: Edit) -> None:
    edit(small_project / "content/markets/us.toml", '"USD"', '"USX"')
    done = run("check", "--project", small_project)
    assert done.exit_code == 1 and done.stdout == ""
    assert re.fullmatch(r"content/markets/us\.toml:6: P102 .*\n    fix: .*\n1 problem\n", done.stderr)
    for words in (("build",), ("market", "list")):
        again = run(*words, "--project", small_project)
        assert again.exit_code == 1 and "P102" in again.stderr and "Traceback" not in again.output


def test_problems_as_json_have_one_shape(small_project: Path, edit: Edit) -> None:
    edit(small_project / "content/markets/us.toml", '"USD"', '"USX"')
    (small_project / "content/pages/home.ar.md").unlink()
    done = run("check", "--json", "--project", small_project)
    rows = json.loads(done.stdout)
    assert done.exit_code == 1 and len(rows) == 2 and done.stderr == ""
    for row in rows:
        assert list(row) == ["code", "path", "line", "col", "message", "fix", "market", "locale"]
        assert row["code"] in CODES and row["message"] and row["fix"]
        assert isinstance(row["line"], int) and isinstance(row["col"], int)
        assert (small_project / row["path"]).exists()
    assert {(r["market"], r["locale"]) for r in rows} == {(None, None), ("ae", "ar-AE")}


def test_one_market_is_checked_or_an_unknown_one_named(small_project: Path) -> None:
    (small_project / "content/pages/home.ar.md").unlink()
    assert run("check", "--market", "us", "--project", small_project).exit_code == 0
    assert run("check", "--market", "us", "--market", "ae", "--project", small_project).exit_code == 1
    done = run("check", "--market", "xx", "--project", small_project)
    assert done.exit_code == 1 and 'P103 unknown market "xx"' in done.stderr


def test_the_project_may_stand_before_or_after_the_command(small_project: Path) -> None:
    assert run("--project", small_project, "check").exit_code == 0
    assert run("market", "--project", small_project, "list").exit_code == 0


def test_outside_a_project_a_command_says_what_to_do(tmp_path: Path) -> None:
    for words in (("check",), ("build",), ("market", "list"), ("market", "add", "fr")):
        done = run(*words, "--project", tmp_path)
        assert done.exit_code == 1 and "P001" in done.stderr and "leadsite new DIR makes one" in done.stderr


def test_build_says_what_it_did(small_site: Path, tmp_path: Path) -> None:
    done = run("build", "--out", tmp_path / "out", "--project", small_site)
    assert done.exit_code == 0, done.output
    assert re.fullmatch(r"2 markets, \d+ pages: \d+ written, 0 unchanged, 0 removed, \d+\.\d\d s\n", done.stdout)
    done = run("build", "--out", tmp_path / "out", "--json", "--market", "us", "--project", small_site)
    said = json.loads(done.stdout)
    assert set(said) == {"pages", "written", "unchanged", "removed", "seconds", "markets"}
    assert (said["written"], said["removed"], said["markets"]) == (0, 0, ["us"]) and said["unchanged"] > 10


def process(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """The command line as a process of its own."""
    return subprocess.run([sys.executable, "-m", "leadsite", *map(str, words)], capture_output=True, text=True, timeout=120)


def test_a_process_that_ends_at_once_has_said_everything(small_site: Path) -> None:
    for told, aside in (("pages: ", "3 notices published: keep notices/ with the project\n"), (" 0 written", "")):
        done = process("build", "--project", small_site)
        assert (done.returncode, done.stderr) == (0, aside) and told in done.stdout and done.stdout.endswith(" s\n")
    (small_site / "content/markets/us.toml").write_text("nothing", "utf-8")
    done = process("build", "--project", small_site)
    assert (done.returncode, done.stdout) == (1, "") and done.stderr.endswith(("problem\n", "problems\n"))
    assert process("build", "--nonsense", "--project", small_site).returncode == 2


def test_nobody_who_listens_is_told_so(small_site: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([sys.executable, "-m", "leadsite", "build", "--project", small_site], stdout=writer, stderr=subprocess.PIPE, timeout=120)
    os.close(writer)
    assert done.returncode != 0 and b"Traceback" not in done.stderr


def test_build_goes_into_the_projects_own_folder(small_site: Path) -> None:
    assert run("build", "--project", small_site).exit_code == 0
    assert (small_site / "build/us/index.html").is_file() and (small_site / "build/manifest.json").is_file()


def test_a_new_project_stands_in_an_empty_folder_only(tmp_path: Path) -> None:
    done = run("new", tmp_path / "mine")
    assert done.exit_code == 0 and "leadsite preview" in done.stdout
    assert run("check", "--market", "us", "--project", tmp_path / "mine").exit_code == 0
    before = set((tmp_path / "mine").rglob("*"))
    done = run("new", tmp_path / "mine")
    assert done.exit_code == 1 and "is not empty" in done.output and "fix:" in done.output
    assert set((tmp_path / "mine").rglob("*")) == before
    (tmp_path / "file").touch()
    assert run("new", tmp_path / "file").exit_code == 1
    (tmp_path / "empty").mkdir()
    assert run("new", tmp_path / "empty").exit_code == 0
    assert not [p for p in (tmp_path / "mine").rglob("*") if p.suffix in (".py", ".pyc") or p.name == "__pycache__"]


def test_markets_are_listed(small_project: Path) -> None:
    rows = json.loads(run("market", "list", "--json", "--project", small_project).stdout)
    assert [list(r) for r in rows] == [["id", "locales", "base_url", "forms_url", "jurisdiction"]] * 2
    assert run("market", "list", "--project", small_project).stdout.startswith("ae ")


def test_a_new_market_says_what_is_still_to_be_written(small_project: Path) -> None:
    done = run("market", "add", "fr", "--project", small_project)
    path = small_project / "content/markets/fr.toml"
    assert done.exit_code == 0 and path.is_file()
    lines = path.read_text("utf-8").split("\n")
    blanks = [f"content/markets/fr.toml:{n}" for n, line in enumerate(lines, 1) if '"<' in line]
    told = [line.split(": ")[0] for line in done.output.split("\n") if "P007" in line and "still to be filled in" in line]
    assert told == blanks and len(blanks) > 5
    assert "unknown market" not in done.output and "P201" in done.output


def test_a_new_market_filled_in_and_translated_builds(small_site: Path, tmp_path: Path) -> None:
    assert run("market", "add", "gb", "--locale", "en-GB", "--project", small_site).exit_code == 0
    path = small_site / "content/markets/gb.toml"
    path.write_text(re.sub(r'"<[^"]*>"', '"https://x.example/"', path.read_text("utf-8")), encoding="utf-8")
    done = run("check", "--market", "gb", "--project", small_site)
    assert done.exit_code == 0, done.output
    assert run("build", "--out", tmp_path / "out", "--project", small_site).exit_code == 0
    assert (tmp_path / "out/gb/index.html").is_file()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("us",), "exists"), (("zz",), "country code"), (("Fr",), "cannot name"), (("../x",), "cannot name"),
        (("fr", "--locale", "xx"), "not a locale"), (("fr", "--locale", "fr_FR"), "not a locale"), (("",), "cannot name"),
    ],
)  # fmt: skip
def test_a_market_that_cannot_be_is_refused(words: tuple[str, ...], said: str, small_project: Path) -> None:
    before = {p: p.read_bytes() for p in small_project.rglob("*") if p.is_file()}
    done = run("market", "add", *words, "--project", small_project)
    assert done.exit_code == 1 and said in done.output and "fix:" in done.output
    assert {p: p.read_bytes() for p in small_project.rglob("*") if p.is_file()} == before


def test_debug_shows_where_and_nothing_else_does(small_site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("the reason")

    monkeypatch.setattr("leadsite.checks.check_project", fail)
    done = run("check", "--project", small_site)
    assert done.exit_code == 1 and "RuntimeError: the reason" in done.output and "--debug" in done.output
    assert "Traceback" not in done.output
    assert isinstance(run("--debug", "check", "--project", small_site).exception, RuntimeError)


def test_the_version_is_told() -> None:
    assert re.search(r"\d+\.\d+", run("--version").output)
