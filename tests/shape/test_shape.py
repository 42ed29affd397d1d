"""The rules of the house hold for every module, now and for those written later."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("leadcore", "forms_api", "leadsite")
DATA_ROOMS = ("site", "content", "locales", "build")
#: Folders that are not project text: tools, caches, output.
NOT_OURS = {"venv", "node_modules", "build", "dist", "__pycache__"}
_TEXT = {".py", ".md", ".toml", ".html", ".css", ".js", ".po", ".pot", ".txt", ".xml", ".yml", ".yaml", ".sh", ".json", ".svg", ".cfg", ""}
# Put together, so that this file may hold them.
_FORBIDDEN = {
    "a path of somebody's machine": re.compile("(?<![A-Za-z0-9._~-])/wo" + "rk/"),
    "a note to oneself": re.compile(r"\b(?:TO" + "DO|FIX" + r"ME|XX" + r"X)\b"),
}


@cache
def modules() -> dict[str, Path]:
    """Every module of the three floors by its dotted name."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def source_of(name: str) -> str:
    return modules()[name].read_text(encoding="utf-8")


def imports_of(rules: ModuleType, name: str) -> list:
    return rules.imports(name, ast.parse(source_of(name)), modules(), package=modules()[name].name == "__init__.py")


def graph(rules: ModuleType) -> dict[str, list[str]]:
    return {name: [one.target for one in imports_of(rules, name) if one.target in modules()] for name in modules()}


every_module = pytest.mark.parametrize("name", sorted(modules()))
leadcore_module = pytest.mark.parametrize("name", sorted(n for n in modules() if n.partition(".")[0] == "leadcore"))


def test_there_are_modules_to_look_at() -> None:
    assert {"leadcore.problems", "forms_api.settings", "leadsite.plan"} <= modules().keys()


@every_module
def test_imports_go_down(name: str, rules: ModuleType) -> None:
    assert rules.upward(name, imports_of(rules, name)) == []


def test_imports_go_in_no_circle(rules: ModuleType) -> None:
    assert rules.circle(graph(rules)) == []


def test_the_rooms_of_a_floor_import_in_no_circle(rules: ModuleType) -> None:
    rooms: dict[str, set[str]] = {}
    for name, targets in graph(rules).items():
        if name.count(".") == 0:
            continue
        room = ".".join(name.split(".")[:2])
        others = {".".join(target.split(".")[:2]) for target in targets if target.count(".")}
        rooms.setdefault(room, set()).update(others - {room})
    assert rules.circle(rooms) == []


@leadcore_module
def test_the_first_floor_knows_no_framework_database_or_network(name: str, rules: ModuleType) -> None:
    assert rules.outer_world(name, imports_of(rules, name)) == []


def test_the_first_floor_runs_without_framework_database_or_http() -> None:
    """By what really gets loaded, libraries of libraries included."""
    names = [n for n in modules() if n.partition(".")[0] == "leadcore"]
    code = f"import importlib, sys\nfor n in {names!r}: importlib.import_module(n)\nprint(*sorted(sys.modules))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    loaded = set(run.stdout.split())
    assert "leadcore.model.project" in loaded
    assert loaded & {"flask", "flask_frozen", "sqlalchemy", "httpx", "requests", "huey", "psycopg", "sqlite3"} == set()


@every_module
def test_flask_stays_in_its_rooms(name: str, rules: ModuleType) -> None:
    assert rules.flask_outside(name, imports_of(rules, name)) == []


@pytest.mark.parametrize("name", sorted(n for n in modules() if n.partition(".")[0] in ("leadcore", "forms_api")))
def test_time_and_chance_come_in_as_arguments(name: str, rules: ModuleType) -> None:
    assert rules.clock_and_chance(name, ast.parse(source_of(name))) == []


@every_module
def test_a_module_is_short_and_says_what_it_holds(name: str, rules: ModuleType) -> None:
    assert rules.form(name, source_of(name)) == []


@pytest.mark.parametrize("room", DATA_ROOMS)
def test_data_rooms_hold_no_python(room: str) -> None:
    found = [p.relative_to(ROOT).as_posix() for p in (ROOT / room).rglob("*") if p.suffix in (".py", ".pyc", ".pyi")]
    assert found == []


def project_texts() -> list[Path]:
    found = []
    for folder, folders, files in os.walk(ROOT):
        folders[:] = sorted(d for d in folders if d not in NOT_OURS and not d.endswith(".egg-info") and (d == ".github" or not d.startswith(".")))
        # In a linked worktree `.git` is a file of git's own, with the place of the repository.
        found += [Path(folder) / file for file in sorted(files) if Path(file).suffix in _TEXT and file != ".git"]
    return found


def forbidden_in(text: str) -> list[str]:
    return [
        f"line {text.count(chr(10), 0, match.start()) + 1}: {what}: {match[0]}"
        for what, pattern in _FORBIDDEN.items()
        for match in pattern.finditer(text)
    ]


def test_project_text_is_fit_to_be_read_by_others() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): wrong
        for path in project_texts()
        if (wrong := forbidden_in(path.read_text(encoding="utf-8", errors="replace")))
    }
    assert found == {}


# Each rule fails where it should: a bad source, and what is said of it.


@pytest.mark.parametrize(
    ("name", "source", "said"),
    [
        ("leadcore.model.x", "import leadsite.plan", ["leadcore.model.x:1 imports leadsite.plan"]),
        ("leadcore.x", "def f():\n    from forms_api import store", ["leadcore.x:2 imports forms_api"]),
        ("forms_api.x", "from leadsite.plan import Plan", ["forms_api.x:1 imports leadsite.plan"]),
        ("leadsite.feeds", "import forms_api.app", ["leadsite.feeds:1 imports forms_api.app"]),
        ("leadsite.cli", "import forms_api.app", []),
        ("leadsite.preview", "from forms_api.app import make_app", []),
        ("forms_api.x", "from leadcore.model import leads", []),
        ("leadcore.x", "if TYPE_CHECKING:\n    from leadsite.plan import Plan", []),
    ],
)
def test_the_rule_of_floors_can_fail(name: str, source: str, said: list[str], rules: ModuleType) -> None:
    assert rules.upward(name, rules.imports(name, ast.parse(source))) == said


@pytest.mark.parametrize(
    "source",
    ["import flask", "from flask import g", "import sqlalchemy.orm", "import httpx", "import socket", "from urllib import request",
     "from urllib.request import urlopen", "def f():\n    import sqlite3"],
)  # fmt: skip
def test_the_rule_of_the_first_floor_can_fail(source: str, rules: ModuleType) -> None:
    assert len(rules.outer_world("leadcore.x", rules.imports("leadcore.x", ast.parse(source)))) == 1


@pytest.mark.parametrize("source", ["from urllib.parse import quote", "import flaskless", "import http"])
def test_the_rule_of_the_first_floor_lets_others_in(source: str, rules: ModuleType) -> None:
    assert rules.outer_world("leadcore.x", rules.imports("leadcore.x", ast.parse(source))) == []


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("leadsite.context", 1), ("forms_api.intake", 1), ("leadsite.app", 0), ("forms_api.routes", 0), ("leadsite.freeze", 0), ("forms_api.routes.links", 0), ("forms_api.store.app", 1)],
)
def test_the_rule_of_flask_can_fail(name: str, wrong: int, rules: ModuleType) -> None:
    assert len(rules.flask_outside(name, rules.imports(name, ast.parse("from flask import current_app")))) == wrong


def test_the_rule_of_circles_can_fail(rules: ModuleType) -> None:
    assert rules.circle({"a": ["b"], "b": ["c"], "c": ["b"]}) == ["b", "c", "b"]
    assert rules.circle({"a": ["b", "c"], "b": ["c"], "c": []}) == []


def test_relative_imports_are_resolved(rules: ModuleType) -> None:
    found = rules.imports("leadcore.model.pages", ast.parse("from ..reading import texts"), ["leadcore.reading.texts"])
    assert [one.target for one in found] == ["leadcore.reading.texts"]
    assert rules.imports("leadcore.model", ast.parse("from .pages import Text"), package=True)[0].target == "leadcore.model.pages"


@pytest.mark.parametrize(
    ("source", "called"),
    [
        ("import datetime as dt\ndt.datetime.now(dt.UTC)", "datetime.datetime.now"),
        ("from datetime import datetime\ndatetime.utcnow()", "datetime.datetime.utcnow"),
        ("from datetime import date as day\nday.today()", "datetime.date.today"),
        ("import time\ntime.time()", "time.time"),
        ("from time import time\ntime()", "time.time"),
        ("import random\nrandom.choice([1])", "random.choice"),
        ("from secrets import token_hex\ntoken_hex(8)", "secrets.token_hex"),
        ("import os\nos.urandom(8)", "os.urandom"),
        ("import uuid\nuuid.uuid4()", "uuid.uuid4"),
    ],
)
def test_the_rule_of_the_clock_can_fail(source: str, called: str, rules: ModuleType) -> None:
    tree = ast.parse(source)
    assert rules.clock_and_chance("leadcore.x", tree) == [f"leadcore.x:2 calls {called}"]
    assert rules.clock_and_chance("forms_api.intake", tree) == [f"forms_api.intake:2 calls {called}"]
    assert rules.clock_and_chance("forms_api.jobs", tree) == []


def test_a_clock_handed_over_is_no_call(rules: ModuleType) -> None:
    source = "import os\nfrom datetime import datetime\ndef f(now: datetime, dice=os.urandom): return now.timestamp(), dice(8)"
    assert rules.clock_and_chance("leadcore.x", ast.parse(source)) == []
    later, at_once = "from time import time\ndef f(clock=lambda: time()): ...", "from time import time\ndef f(now=time()): ..."
    assert rules.clock_and_chance("leadcore.x", ast.parse(later)) == []
    assert rules.clock_and_chance("leadcore.x", ast.parse(at_once)) == ["leadcore.x:2 calls time.time"]


def test_the_rule_of_form_can_fail(rules: ModuleType) -> None:
    assert rules.form("leadcore.utils", "x = 1\n" * 401) == [
        "leadcore.utils has no docstring",
        "leadcore.utils has 401 lines",
        "leadcore.utils says nothing by its name",
    ]
    assert rules.form("leadcore.dates", '"""Dates."""\n' * 400) == []


@pytest.mark.parametrize("text", ["see /wo" + "rk/main/x", "root = '/wo" + "rk/site'", "# TO" + "DO later", "FIX" + "ME"])
def test_the_rule_of_texts_can_fail(text: str) -> None:
    assert len(forbidden_in("first\n" + text)) == 1


@pytest.mark.parametrize("text", ["https://x.example/wo" + "rk/", "frame/wo" + "rk/x", "METODO", "/workshop/"])
def test_the_rule_of_texts_lets_others_in(text: str) -> None:
    assert forbidden_in(text) == []
