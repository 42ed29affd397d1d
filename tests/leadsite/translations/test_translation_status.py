"""Status: each text and catalogue counted as it stands; and the three commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from leadcore.reading import read_project
from leadsite.translations.commands import translations
from leadsite.translations.status import STATES, TextStatus, TranslationStatus, translation_status

HOME = "content/pages/home.ar.md"


def status_of(root: Path) -> TranslationStatus:
    project, _ = read_project(root)
    assert project is not None
    return translation_status(project)


def row_of(root: Path, text: str, market: str = "ae", locale: str = "ar-AE") -> TextStatus:
    rows = [r for r in status_of(root).texts if (r.market, r.locale, r.text) == (market, locale, text)]
    assert len(rows) == 1
    return rows[0]


def run(root: Path, *args: str) -> Result:
    return CliRunner().invoke(translations, args, obj={"root": root})


def replace_in(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_text_with_all_its_parts_is_translated(small: Path) -> None:
    row = row_of(small, "page:home")
    assert (row.state, row.lacks, row.target) == ("translated", (), HOME)


def test_a_text_that_lacks_a_block_is_partial_and_names_it(small: Path) -> None:
    source = small / "content" / "pages" / "home.en.md"
    source.write_text(source.read_text(encoding="utf-8") + "\n::: proof\n## Proof\n\nText.\n:::\n", encoding="utf-8")
    row = row_of(small, "page:home")
    assert (row.state, row.lacks) == ("partial", ("proof",))


def test_a_text_that_lacks_a_key_is_partial_and_names_it(small: Path) -> None:
    path = small / HOME
    lines = path.read_text(encoding="utf-8").split("\n")
    path.write_text("\n".join(line for line in lines if not line.startswith("title:")), encoding="utf-8")
    row = row_of(small, "page:home")
    assert (row.state, row.lacks) == ("partial", ("title",))


@pytest.mark.parametrize(("policy", "state"), [("notice", "fallback"), ("none", "missing")])
def test_a_text_without_translation_is_what_the_markets_policy_makes_of_it(small: Path, policy: str, state: str) -> None:
    (small / HOME).unlink()
    replace_in(small / "content" / "markets" / "ae.toml", 'missing_translation = "notice"', f'missing_translation = "{policy}"')
    row = row_of(small, "page:home")
    assert (row.state, row.source, row.target) == (state, "content/pages/home.en.md", HOME)


def test_the_source_language_lacks_nothing(small: Path) -> None:
    assert {r.state for r in status_of(small).texts if r.locale.startswith("en")} == {"translated"}


def test_a_catalogue_is_counted_against_its_message_list(small: Path) -> None:
    locales = small / "locales"
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    (locales / "messages.pot").write_text(head + "".join(f'msgid "{m}"\nmsgstr ""\n\n' for m in "abcd"), encoding="utf-8")
    body = 'msgid "a"\nmsgstr "أ"\n\n#, fuzzy\nmsgid "b"\nmsgstr "ب"\n\nmsgid "c"\nmsgstr ""\n\nmsgid "old"\nmsgstr "ق"\n'
    (locales / "ar" / "LC_MESSAGES" / "messages.po").write_text(head + body, encoding="utf-8")
    rows = [c for c in status_of(small).catalogues if c.domain == "messages"]
    assert [(c.tag, c.translated, c.missing, c.fuzzy) for c in rows] == [("ar", 1, 2, 1)]


def test_the_commands_run_one_after_the_other(small: Path) -> None:
    for command in ("extract", "update", "status"):
        result = run(small, command)
        assert result.exit_code == 0, result.output
    assert "locales/ar/LC_MESSAGES/messages.po\t" in result.output
    assert (small / "locales" / "ar" / "LC_MESSAGES" / "wtforms.po").is_file()


def test_status_as_json_holds_every_row(small: Path) -> None:
    result = run(small, "status", "--json")
    assert result.exit_code == 0
    printed = json.loads(result.stdout)
    assert printed == status_of(small).as_dict()
    assert {t["state"] for t in printed["texts"]} <= set(STATES)


def test_status_says_which_file_to_write(small: Path) -> None:
    (small / HOME).unlink()
    assert f"translate content/pages/home.en.md as {HOME}" in run(small, "status").output


def test_problems_of_the_project_end_a_command_with_exit_code_1(small: Path) -> None:
    (small / "content" / "forms" / "ask.toml").write_text("request = ", encoding="utf-8")
    result = run(small, "extract")
    assert result.exit_code == 1
    assert result.stderr.startswith("content/forms/ask.toml:1") and "P003" in result.stderr


def test_a_table_is_drawn_on_a_terminal(small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    with pytest.raises(SystemExit) as caught:
        translations(["status"], obj={"root": small})
    assert not caught.value.code
    printed = capsys.readouterr().out
    assert "Texts" in printed and "Catalogues" in printed and "\t" not in printed
