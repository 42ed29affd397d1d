"""A built site to look at: the example frozen once, its pages parsed with the standard library's parser."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from leadcore.model.project import Project
from leadcore.reading import load_project
from leadsite.freeze import freeze
from leadsite.plan import Plan, make_plan

_VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "path", "circle", "rect"])


@dataclass(slots=True, eq=False)
class Element:
    """One element of a page; `words` are its own text, in order with its children's when read by `text`."""

    tag: str
    attrs: dict[str, str]
    parent: Element | None
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(c if isinstance(c, str) else c.text for c in self.children).split())

    def walk(self) -> Iterator[Element]:
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def all(self, tag: str, **attrs: str) -> list[Element]:
        wanted = {k.rstrip("_").replace("_", "-"): v for k, v in attrs.items()}
        return [e for e in self.walk() if e.tag == tag and wanted.items() <= e.attrs.items()]

    def near(self, name: str) -> str:
        """An attribute of this element or of the nearest one around it."""
        one: Element | None = self
        while one is not None and name not in one.attrs:
            one = one.parent
        return one.attrs[name] if one else ""


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.top = self.root = Element("", {}, None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {k: v or "" for k, v in attrs}, self.top)
        self.top.children.append(made)
        if tag not in _VOID:
            self.top = made

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.top.children.append(Element(tag, {k: v or "" for k, v in attrs}, self.top))

    def handle_endtag(self, tag: str) -> None:
        one: Element | None = self.top
        while one is not None and one.tag != tag:
            one = one.parent
        if one is not None and one.parent is not None:
            self.top = one.parent

    def handle_data(self, data: str) -> None:
        self.top.children.append(data)


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """An HTML file of the built site with its entry in the manifest."""

    entry: dict[str, Any]
    source: str
    root: Element

    @property
    def name(self) -> str:
        return str(self.entry["file"])

    @property
    def kind(self) -> str:
        return str(self.entry["kind"])

    @property
    def url(self) -> str:
        return str(self.entry["url"])

    @property
    def is_fallback(self) -> bool:
        return str(self.entry["content_locale"]).split("-")[0] != str(self.entry["locale"]).split("-")[0]

    def all(self, tag: str, **attrs: str) -> list[Element]:
        return self.root.all(tag, **attrs)

    def one(self, tag: str, **attrs: str) -> Element:
        (found,) = self.all(tag, **attrs)
        return found

    @property
    def alternates(self) -> dict[str, str]:
        return {e.attrs["hreflang"]: e.attrs["href"] for e in self.all("link", rel="alternate") if "hreflang" in e.attrs}

    @property
    def canonical(self) -> str:
        return next((e.attrs["href"] for e in self.all("link", rel="canonical")), "")

    @property
    def robots(self) -> str:
        return next((e.attrs["content"] for e in self.all("meta", name="robots")), "")


@dataclass(frozen=True, eq=False)
class Built:
    """A finished build: its folder, its plan, its manifest and its pages."""

    out: Path
    plan: Plan
    manifest: list[dict[str, Any]]
    pages: tuple[Page, ...]

    def file_of(self, page: str, href: str) -> str | None:
        """The file under the output folder that a link on a page leads to; None for another site."""
        base = self.by_file[page]["url"]
        target = urljoin(base, href)
        for market in self.plan.project.markets.values():
            if target.partition("#")[0] == market.base_url or target.startswith(market.base_url + "/"):
                path = unquote(urlsplit(target).path)[len(urlsplit(market.base_url).path) + 1 :]
                return f"{market.id}/{path}" + ("index.html" if path.endswith("/") or not path else "")
        return None

    @cached_property
    def by_file(self) -> dict[str, dict[str, Any]]:
        return {entry["file"]: entry for entry in self.manifest}


def parse(source: str) -> Element:
    tree = _Tree()
    tree.feed(source)
    tree.close()
    return tree.root


def build_of(project: Project, out: Path, today: dt.date) -> Built:
    plan = make_plan(project, today)
    freeze(plan, out)
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["pages"]
    pages = []
    for entry in manifest:
        if entry["file"].endswith(".html"):
            source = (out / entry["file"]).read_text(encoding="utf-8")
            pages.append(Page(entry, source, parse(source)))
    return Built(out, plan, manifest, tuple(pages))


@pytest.fixture(scope="session")
def built(example: Path, tmp_path_factory: pytest.TempPathFactory, today: dt.date) -> Built:
    """The example, built. Read only."""
    return build_of(load_project(example), tmp_path_factory.mktemp("built") / "build", today)


@pytest.fixture
def small_site(small_project: Path, example: Path) -> Path:
    """The small project with the example's templates and a style sheet of one line: it can be built."""
    shutil.copytree(example / "site" / "templates", small_project / "site" / "templates")
    (small_project / "site" / "static").mkdir()
    (small_project / "site" / "static" / "theme.css").write_text("body { margin: 0 }\n", encoding="utf-8")
    shutil.copy(example / "site" / "static" / "icon.svg", small_project / "site" / "static" / "icon.svg")
    return small_project


@pytest.fixture
def small_build(small_site: Path, tmp_path: Path, today: dt.date) -> Callable[..., Built]:
    """Builds the small project as it stands now."""
    return lambda name="build": build_of(load_project(small_site), tmp_path / name, today)
