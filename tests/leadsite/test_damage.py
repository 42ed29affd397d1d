"""Damaged projects: whatever is wrong with a project, `check` and `build` say so in words and never in a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from leadcore.rendering.i18n import forget_catalogs
from leadcore.rendering.templating import forget_templates
from leadsite.cli import main

US, HOME, ASK = "content/markets/us.toml", "content/pages/home.en.md", "content/forms/ask.toml"
PART, SITE, PO = "content/blog/basics/02-next.en.md", "site/site.toml", "locales/ar/LC_MESSAGES/messages.po"
POST = "site/templates/post.html"


def remove(path: Path) -> None:
    if path.is_dir():
        for inner in path.iterdir():
            remove(inner)
        path.rmdir()
    else:
        path.unlink()


def without(name: str) -> Callable[[Path], None]:
    return lambda root: remove(root / name)


def with_bytes(name: str, data: bytes) -> Callable[[Path], None]:
    return lambda root: void((root / name).write_bytes(data))


def void(_: object) -> None:
    """Nothing."""


def with_words(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        text = (root / name).read_text("utf-8")
        assert old in text
        (root / name).write_text(text.replace(old, new), encoding="utf-8")

    return change


def folder_in_place(name: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        (root / name).unlink()
        (root / name).mkdir()

    return change


def loop(name: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        (root / name).unlink(missing_ok=True)
        (root / name).symlink_to(root / name)

    return change


def folder_loop(root: Path) -> None:
    (root / "content/blog/basics/again").symlink_to(root / "content")


def link_to_nowhere(root: Path) -> None:
    (root / HOME).unlink()
    (root / HOME).symlink_to(root / "nowhere.md")


def pipe(root: Path) -> None:
    os.mkfifo(root / "content/pages/pipe.en.md")


#: What is done to the project, and words that its report holds.
DAMAGE: dict[str, tuple[Callable[[Path], None], tuple[str, ...]]] = {
    "no site": (without("site"), ("site/: P001",)),
    "no content": (without("content"), ("content/: P001",)),
    "no locales": (without("locales"), ("locales/: P001",)),
    "no site.toml": (without(SITE), ("site/site.toml: P001",)),
    "no markets": (without("content/markets"), ("content/markets/: P001",)),
    "no pages": (without("content/pages"), ('P103 unknown page "home"',)),
    "no forms": (without("content/forms"), ('P104 unknown form "ask"',)),
    "no blog": (without("content/blog"), ('P103 unknown series "basics"',)),
    "no message list": (without("locales/messages.pot"), ("locales/messages.pot: P001",)),
    "no catalogue": (without(PO), ("P202",)),
    "no templates": (without("site/templates"), ("site/templates",)),
    "no base template": (without("site/templates/base.html"), ("site/templates/base.html",)),
    "no style sheet": (without("site/static"), ("site/static/: P001",)),
    "binary market": (with_bytes(US, b"\x00\xff\xfe" * 50), (f"{US}:1: P002",)),
    "binary page": (with_bytes(HOME, bytes(range(256))), (f"{HOME}:", "P002")),
    "binary form": (with_bytes(ASK, b"\x89PNG\r\n\x1a\n\x00"), (f"{ASK}:1: P002",)),
    "binary catalogue": (with_bytes(PO, b"\x89PNG\r\n\x1a\n\x00" * 9), (f"{PO}:", "P009")),
    "binary message list": (with_bytes("locales/messages.pot", b"\xff\xfe\x00" * 9), ("locales/messages.pot", "P009")),
    "binary template": (with_bytes(POST, b"\xff\xfe\x00" * 9), (f"{POST}:1: P002",)),
    "zeros in a page": (with_bytes(PART, b"---\ntitle: \x00\n---\n\x00"), (f"{PART}:", "P004")),
    "UTF-16 page": (with_bytes(HOME, "---\ntitle: x\n---\n".encode("utf-16")), (f"{HOME}:1: P002",)),
    "empty market": (with_bytes(US, b""), (f'{US}:1: P007 "locales" is missing',)),
    "empty page": (with_bytes(HOME, b""), (f'{HOME}:1: P007 "title" is missing',)),
    "empty form": (with_bytes(ASK, b""), (f'{ASK}:1: P007 "request" is missing',)),
    "empty site.toml": (with_bytes(SITE, b""), (f'{SITE}:1: P007 "name" is missing',)),
    "empty catalogue": (with_bytes(PO, b""), ("P202",)),
    "empty template": (with_bytes(POST, b""), ()),
    "broken TOML": (with_bytes(US, b"locales = [\n"), (f"{US}:", "P003")),
    "deep TOML": (with_bytes(US, b"a = " + b"[" * 5000), (f"{US}:", "P003")),
    "deep YAML": (with_bytes(PART, b"---\ntitle: " + b"[" * 5000 + b"\n---\n"), (f"{PART}:", "P004")),
    "broken YAML": (with_bytes(PART, b"---\ntitle: [a\nb: {\n---\n"), (f"{PART}:", "P004")),
    "aliases in YAML": (with_bytes(PART, b"---\ntitle: &a [*a]\n---\n"), (f"{PART}:", "P004")),
    "YAML that is a list": (with_bytes(PART, b"---\n- a\n---\n"), (f"{PART}:2: P004",)),
    "front matter not closed": (with_bytes(PART, b"---\ntitle: x\n"), (f"{PART}:1: P004",)),
    "broken PO": (with_words(PO, 'msgstr "أرسل"', 'msgstr "أرسل'), (f"{PO}:8: P009",)),
    "PO without heads": (with_bytes(PO, b'msgid "a"\nmsgid "b"\n'), ("P0",)),
    "PO with wrong plurals": (with_words(PO, "nplurals=6; plural=(n==0", "nplurals=6; plural=((((n==0"), ("P009",)),
    "Jinja not closed": (with_words(POST, "{% endblock %}", ""), (POST, "P010")),
    "Jinja misspelt": (with_words(POST, "{% if author %}", "{% iff author %}"), (f"{POST}:", "P010", "iff")),
    "Jinja with an unknown name": (with_words(POST, "{{ body }}", "{{ bodi }}"), (f"{POST}:", "'bodi' is undefined")),
    "Jinja that divides by zero": (with_words(POST, "{{ body }}", "{{ 1 / 0 }}"), (f"{POST}:", "ZeroDivisionError")),
    "Jinja that includes nothing": (with_words(POST, "{{ body }}", "{% include 'gone.html' %}"), ("there is no template site/templates/gone.html",)),
    "every value a number": (with_bytes(US, b"\n".join(b"%s = 1" % k for k in (b"locales", b"base_url", b"jurisdiction", b"pages", b"controller", b"privacy", b"routes", b"lists"))), ("P005",)),
    "every value a list": (with_bytes(ASK, b"request = []\nsubmit = []\nfields = [1]\npurposes = [[]]\n"), ("P005",)),
    "lists of wrong things": (with_words(US, 'pages = ["home"]', "pages = [1, {}]"), (f"{US}:", "P005")),
    "dates of wrong kinds": (with_words(PART, "date: 2026-03-09", "date: soon"), (f"{PART}:", "P005")),
    "a day that is not": (with_words(PART, "date: 2026-03-09", "date: 2026-02-30"), (f"{PART}:", "P004")),
    "a locale that is a number": (with_words(US, '["en-US"]', "[7]"), (f"{US}:", "P005")),
    "a folder for a page": (folder_in_place(HOME), (f"{HOME}: P001",)),
    "a folder for a market": (folder_in_place(US), (f"{US}: P001",)),
    "a folder for a catalogue": (folder_in_place(PO), (PO,)),
    "a page that links to itself": (loop(HOME), (f"{HOME}: P001",)),
    "a market that links to itself": (loop(US), (f"{US}: P001",)),
    "a catalogue that links to itself": (loop(PO), ("P202",)),
    "a folder that holds itself": (folder_loop, ()),
    "a link to nowhere": (link_to_nowhere, (f"{HOME}: P001",)),
    "a pipe among the pages": (pipe, ("content/pages/pipe.en.md: P001",)),
    "a huge page": (with_bytes(PART, b"---\ntitle: Big\ndescription: Big page.\ndate: 2026-03-09\n---\n" + b"word " * 2_000_000), ()),
    "a very long line of marks": (with_bytes(PART, b"---\ntitle: Big\ndescription: Big page.\ndate: 2026-03-09\n---\n" + b"[" * 20_000 + b"*" * 20_000), ()),
}  # fmt: skip


def run(*words: str) -> tuple[int, str]:
    forget_templates()
    forget_catalogs()
    done = CliRunner().invoke(main, list(words))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_told_in_words(name: str, small_site: Path, tmp_path: Path) -> None:
    change, words = DAMAGE[name]
    change(small_site)
    checked, said = run("check", "--project", str(small_site))
    built, more = run("build", "--project", str(small_site), "--out", str(tmp_path / "out"))
    for output in (said, more):
        assert "Traceback" not in output
    assert checked in (0, 1) and built in (0, 1) and built >= checked
    assert built == bool(words), more
    for word in words:
        assert word in said + more, said + more
    if built:
        assert "fix:" in more
        assert not (tmp_path / "out" / "manifest.json").exists()


@pytest.mark.parametrize("name", ["no site", "binary page", "Jinja misspelt", "a page that links to itself"])
def test_damage_is_told_by_every_command_that_reads_a_project(name: str, small_site: Path) -> None:
    DAMAGE[name][0](small_site)
    for words in (("market", "list"), ("market", "add", "fr"), ("translations", "status"), ("translations", "extract"), ("translations", "update")):
        code, said = run(*words, "--project", str(small_site))
        assert code in (0, 1) and "Traceback" not in said, words


def test_a_file_that_may_not_be_read_is_named(small_site: Path) -> None:
    if os.geteuid() == 0:
        # The system administrator may read everything, so the file is read by somebody else.
        import shutil

        if shutil.which("setpriv") is None:
            pytest.skip("needs another user than the system administrator")
    (small_site / HOME).chmod(0)
    for path in (small_site, *small_site.rglob("*")):
        if path != small_site / HOME:
            path.chmod(0o755 if path.is_dir() else 0o644)
    parent = small_site
    while parent != parent.parent and os.geteuid() == 0:
        parent = parent.parent
        if not parent.stat().st_mode & 0o001:
            parent.chmod(parent.stat().st_mode | 0o011)
    command = [sys.executable, "-m", "leadsite", "check", "--project", str(small_site)]
    if os.geteuid() == 0:
        command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
    if "No module named" in done.stderr or "Permission denied: '/" in done.stderr:
        pytest.skip("the other user may not read this installation")
    assert done.returncode == 1 and f"{HOME}: P001 cannot be read: Permission denied" in done.stderr, done.stderr
    assert "Traceback" not in done.stderr
