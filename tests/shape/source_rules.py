"""Rules of the house as functions from a module's name and source to what breaks them.

Nothing here knows the tree; `test_shape.py` feeds it, and proves on small bad sources that each rule can fail.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

FLOORS = {"leadcore": 1, "forms_api": 2, "leadsite": 3}
#: Modules of the third floor that may use the second.
MAY_USE_FORMS_API = frozenset({"leadsite.cli", "leadsite.preview"})
FLASK_ROOMS = frozenset({"app", "routes", "preview", "freeze", "freezer"})
CLOCK_ROOMS = frozenset({"app", "routes", "jobs", "settings"})
OUTER_WORLD = frozenset(
    {"flask", "flask_frozen", "sqlalchemy", "alembic", "sqlite3", "psycopg", "huey", "httpx", "requests"}
    | {"socket", "urllib.request", "http.client", "smtplib", "ssl"}
)
EMPTY_NAMES = frozenset({"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"})
_CLOCK_CALLS = frozenset(
    {"datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today"}
    | {"time.time", "time.time_ns", "time.localtime", "time.gmtime"}
)
_CHANCE_CALLS = frozenset({"os.urandom", "uuid.uuid1", "uuid.uuid4"})
_CHANCE_MODULES = ("random.", "secrets.")


@dataclass(frozen=True)
class Import:
    """An import of `target`, the name as it was resolved, at a line."""

    target: str
    line: int


def imports(name: str, tree: ast.Module, modules: Iterable[str] = (), *, package: bool = False) -> list[Import]:
    """Every import of a module but those for type checkers. `from a import b` is `a.b` where that is a module, else `a`."""
    known = frozenset(modules)
    found = []
    for node in _running(tree):
        if isinstance(node, ast.Import):
            found += [Import(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = name.split(".")
                kept = parents[: len(parents) - node.level + (1 if package else 0)]
                base = ".".join([*kept, *([node.module] if node.module else [])])
            for alias in node.names:
                full = f"{base}.{alias.name}"
                found.append(Import(full if full in known or base == "urllib" else base, node.lineno))
    return found


def _running(tree: ast.AST) -> Iterable[ast.AST]:
    """The nodes of a tree, without what stands under `if TYPE_CHECKING`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        yield from _running(node)


def upward(name: str, found: Iterable[Import]) -> list[str]:
    """Imports of a higher floor, or of the floor beside by a module that may not."""
    floor = name.partition(".")[0]
    wrong = []
    for one in found:
        other = one.target.partition(".")[0]
        if other not in FLOORS or other == floor:
            continue
        if FLOORS[other] > FLOORS[floor] or (other == "forms_api" and name not in MAY_USE_FORMS_API):
            wrong.append(f"{name}:{one.line} imports {one.target}")
    return wrong


def outer_world(name: str, found: Iterable[Import]) -> list[str]:
    """Imports of web frameworks, databases and the network."""
    return [f"{name}:{one.line} imports {one.target}" for one in found if _is_in(one.target, OUTER_WORLD)]


def flask_outside(name: str, found: Iterable[Import]) -> list[str]:
    """Imports of Flask by a module that is not, nor stands in, one of its rooms."""
    if FLASK_ROOMS.intersection(name.split(".")[1:2]):
        return []
    return [f"{name}:{one.line} imports {one.target}" for one in found if _is_in(one.target, {"flask", "flask_frozen"})]


def _is_in(target: str, names: Iterable[str]) -> bool:
    return any(target == name or target.startswith(name + ".") for name in names)


def circle(graph: Mapping[str, Iterable[str]]) -> list[str]:
    """The modules of one circle of imports, the first one again at the end; empty where there is none."""
    done: set[str] = set()
    path: list[str] = []

    def visit(name: str) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done:
            return []
        path.append(name)
        for other in sorted(set(graph.get(name, ()))):
            if found := visit(other):
                return found
        path.pop()
        done.add(name)
        return []

    for name in sorted(graph):
        if found := visit(name):
            return found
    return []


def clock_and_chance(name: str, tree: ast.Module) -> list[str]:
    """Calls that ask the clock or throw dice, where both should come in as arguments."""
    if name.startswith("forms_api.") and name.rpartition(".")[2] in CLOCK_ROOMS:
        return []
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names[alias.asname or alias.name.partition(".")[0]] = alias.name if alias.asname else alias.name.partition(".")[0]
        elif isinstance(node, ast.ImportFrom):
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    handed_over = _within_defaults(tree)
    wrong = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node not in handed_over:
            first, dot, rest = ast.unparse(node.func).partition(".")
            called = names.get(first, first) + dot + rest
            if called in _CLOCK_CALLS | _CHANCE_CALLS or called.startswith(_CHANCE_MODULES):
                wrong.append(f"{name}:{node.lineno} calls {called}")
    return wrong


def _within_defaults(tree: ast.Module) -> set[ast.AST]:
    """What stands in a lambda that is a parameter's default: a clock that a caller may replace."""
    defaults: list[ast.expr] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.arguments):
            defaults += [default for default in (*node.defaults, *node.kw_defaults) if default is not None]
    return {inner for default in defaults if isinstance(default, ast.Lambda) for inner in ast.walk(default)}


def form(name: str, source: str, limit: int = 400) -> list[str]:
    """A module without a docstring, too long, or named after nothing."""
    wrong = []
    if not ast.get_docstring(ast.parse(source)):
        wrong.append(f"{name} has no docstring")
    length = source.count("\n") + (not source.endswith("\n"))
    if length > limit:
        wrong.append(f"{name} has {length} lines")
    if name.rpartition(".")[2] in EMPTY_NAMES:
        wrong.append(f"{name} says nothing by its name")
    return wrong
