"""Extraction: every message that visitors and leads may read, with the places that use it.

Python comes from the installed packages and is parsed, never imported; templates and forms come from the project.
"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.ext import babel_extract

from leadcore.model.forms import FormDefinition
from leadcore.problems import ProblemList, ProjectProblems
from leadcore.reading.files import read_text
from leadcore.reading.forms import read_forms
from leadcore.reading.tables import read_toml
from leadsite.translations.pofiles import DOMAINS, catalogue_text, template_path, write_if_changed

#: Packages whose Python marks messages.
PACKAGES = ("leadcore", "forms_api", "leadsite")
#: Names, plain or as an attribute, whose first argument is a message; those of PLURALS take a second one.
KEYWORDS = frozenset({"N_", "_", "gettext", "ngettext", "markup"})
PLURALS = frozenset({"ngettext"})
_SITE = "site/site.toml"
_TEMPLATES = "site/templates"
_HEADERS = {
    "messages": "# The messages of this project. Written by `leadsite translations extract`; edit the .po files instead.",
    "wtforms": "# The messages of WTForms. Written by `leadsite translations extract`; edit the .po files instead.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One use of a message: its text, or (singular, plural). A `line` of 0 stands for the whole file."""

    message: str | tuple[str, str]
    path: str
    line: int

    @property
    def order(self) -> tuple[str, int, str]:
        return self.path, self.line, self.message if isinstance(self.message, str) else self.message[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A list of messages as written to `path` (relative); `changed` says whether the file was another before."""

    domain: str
    path: str
    messages: int
    changed: bool


def extract_messages(root: Path) -> dict[str, Catalog]:
    """The catalogue template of each domain: `messages` of the project, `wtforms` of the installed WTForms.

    Raises ProjectProblems where a form or site.toml cannot be read, TemplateSyntaxError where a template cannot.
    """
    found = [f for package in PACKAGES for f in python_messages(package)]
    found += template_messages(root)
    found += content_messages(root)
    # Lines of WTForms are left out: they move with each of its releases and say nothing to a translator.
    wtforms = [Found(message=f.message, path=f.path, line=0) for f in python_messages("wtforms")]
    return {"messages": _catalog(found), "wtforms": _catalog(wtforms)}


def template_texts(root: Path) -> dict[str, str]:
    """The text of each domain's .pot file, as a fresh extraction writes it."""
    return {d: catalogue_text(c, header_comment=_HEADERS[d]) for d, c in extract_messages(root).items()}


def write_templates(root: Path) -> tuple[Template, ...]:
    """Writes `locales/<domain>.pot` where it differs, and says so."""
    written = []
    catalogs = extract_messages(root)
    for domain in DOMAINS:
        path = template_path(root, domain)
        changed = write_if_changed(path, catalogue_text(catalogs[domain], header_comment=_HEADERS[domain]))
        shown = path.relative_to(root).as_posix()
        written.append(Template(domain=domain, path=shown, messages=len(catalogs[domain]), changed=changed))
    return tuple(written)


def python_messages(package: str) -> Iterator[Found]:
    """Messages marked in an installed package's source; paths start with the package's name."""
    spec = importlib.util.find_spec(package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for path in sorted(Path(folder).rglob("*.py")):
            shown = f"{package}/{path.relative_to(folder).as_posix()}"
            for node in ast.walk(ast.parse(path.read_bytes(), filename=shown)):
                if isinstance(node, ast.Call):
                    yield from (Found(message=m, path=shown, line=n) for m, n in call_messages(node))


def call_messages(call: ast.Call) -> Iterator[tuple[str | tuple[str, str], int]]:
    """The literal messages of a call and their lines; a choice of two literals counts as both."""
    name = call.func.id if isinstance(call.func, ast.Name) else call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if name not in KEYWORDS or not call.args:
        return
    if name not in PLURALS:
        yield from _literals(call.args[0])
    elif len(call.args) > 1:
        for (one, line), (many, _) in zip(_literals(call.args[0]), _literals(call.args[1]), strict=False):
            yield (one, many), line


def _literals(node: ast.expr) -> Iterator[tuple[str, int]]:
    if isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value, node.lineno


def template_messages(root: Path) -> Iterator[Found]:
    """Messages of `site/templates/`: calls, `{% trans %}` blocks, and calls on an object such as `words.gettext`."""
    folder = root / _TEMPLATES
    environment = Environment(extensions=["jinja2.ext.i18n"])
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(".")):
        shown = path.relative_to(root).as_posix()
        try:
            with path.open("rb") as file:
                for line, name, message, _ in babel_extract(file, sorted(KEYWORDS), (), {"silent": "false"}):
                    values = message if isinstance(message, tuple) else (message,)
                    yield from _template_found(name, values, shown, line)
            tree = environment.parse(path.read_text(encoding="utf-8"))
        except TemplateSyntaxError as error:
            raise TemplateSyntaxError(error.message or "cannot be read", error.lineno, shown, shown) from error
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Getattr) and call.node.attr in KEYWORDS:
                values = tuple(a.value if isinstance(a, nodes.Const) else None for a in call.args)
                yield from _template_found(call.node.attr, values, shown, call.lineno)


def _template_found(name: str, values: tuple[object, ...], path: str, line: int) -> Iterator[Found]:
    """The message of a call in a template, where it is literal text; other arguments come as None."""
    match values:
        case (str(one), str(many), *_) if name in PLURALS and one and many:
            yield Found(message=(one, many), path=path, line=line)
        case (str(text), *_) if name not in PLURALS and text:
            yield Found(message=text, path=path, line=line)


def content_messages(root: Path) -> Iterator[Found]:
    """The site's name and the words of every form."""
    problems = ProblemList()
    site = read_toml(root, root / _SITE, problems)
    forms = read_forms(root, problems)
    if problems.found:
        raise ProjectProblems(problems.sorted())
    if site is not None and (name := site.text("name")):
        yield Found(message=name, path=_SITE, line=_line_of(site.lines, "name"))
    for form in forms.values():
        text = (read_text(root, root / form.place.path, problems) or "").split("\n")
        for key, word in form_words(form):
            start = _line_of(form.lines, key)
            # Words inside an inline table have no key of their own in `lines`; the text itself is looked for.
            line = next((n for n, row in enumerate(text[start - 1 :], start) if word in row), start)
            yield Found(message=word, path=form.place.path, line=line)


def form_words(form: FormDefinition) -> tuple[tuple[str, str], ...]:
    """(key, message) of every word of a form, the key as in the file: `fields.0.label`."""
    words = [("request", form.request), ("submit", form.submit)]
    words += [("thanks_title", form.thanks_title), ("thanks_text", form.thanks_text)]
    for index, field in enumerate(form.fields):
        key = f"fields.{index}"
        words += [(f"{key}.label", field.label), (f"{key}.why", field.why)]
        words += [(f"{key}.choices.{i}.label", label) for i, (_, label) in enumerate(field.choices)]
    for index, purpose in enumerate(form.purposes):
        key = f"purposes.{index}"
        words.append((f"{key}.summary", purpose.summary))
        words += [(f"{key}.boxes.{use}", text) for use, text in purpose.boxes.items()]
    return tuple((key, word) for key, word in words if word)


def _line_of(lines: Mapping[str, int], key: str) -> int:
    """The line of a key, or of the nearest table around it."""
    while key and key not in lines:
        key = key.rpartition(".")[0]
    return lines.get(key, 1)


def _catalog(found: Iterable[Found]) -> Catalog:
    catalog = Catalog()
    for one in sorted(found, key=lambda f: f.order):
        catalog.add(one.message, locations=[(one.path, None)])  # type: ignore[list-item]
    return catalog
