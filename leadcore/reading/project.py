"""Reads a whole project folder into one `Project`, collecting every problem on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from leadcore.model.forms import FormDefinition
from leadcore.model.locales import babel_locale
from leadcore.model.markets import Market
from leadcore.model.project import Project, Site
from leadcore.problems import Place, Problem, ProblemList, ProjectProblems
from leadcore.reading.content import Texts, begin_texts
from leadcore.reading.facts import Facts
from leadcore.reading.forms import read_forms
from leadcore.reading.markets import read_markets
from leadcore.reading.tables import read_toml

_ROOMS = ("site", "content", "locales")


def load_project(root: Path) -> Project:
    """The project in a folder.

    Raises ProjectProblems with every problem of reading when there is one; relations between files are checked
    later, by `leadsite check` and before each build.
    """
    project, problems = read_project(root)
    if project is None or problems:
        raise ProjectProblems(problems)
    return project


def read_project(
    root: Path, begun: Callable[[ProblemList], Texts] | None = None, *, known: Mapping[str, Facts] | None = None
) -> tuple[Project | None, tuple[Problem, ...]]:
    """The project as far as it reads, with the problems; None where not even its frame stands.

    Content files whose facts are `known` from before are not read again; none is where `begin_texts` has `begun`.
    """
    problems = ProblemList()
    root = root.resolve()
    for room in _ROOMS:
        if not (root / room).is_dir():
            problems.add("P001", Place(path=room + "/"), f"there is no folder {room}/ in {root}", "run the command in a project, or name one with --project DIR; leadsite new DIR makes one")
    if problems.found:
        if begun is not None:
            begun(ProblemList())
        return None, problems.sorted()
    begun = begun or begin_texts(root, known)
    frame = read_frame(root, problems)
    texts = begun(problems)
    if not any((root / "content" / "markets").glob("*.toml")):
        problems.add("P001", Place(path="content/markets/"), "there is no market", "run leadsite market add de, or write content/markets/<market>.toml")
    if frame is None:
        return None, problems.sorted()
    site, markets = frame.site, frame.markets
    if site.default_market not in markets and (root / "content" / "markets" / f"{site.default_market}.toml").exists() is False:
        problems.add("P103", Place(path="site/site.toml"), f'unknown market "{site.default_market}"', "name one of " + ", ".join(sorted(markets)))
    project = Project(root=root, site=site, markets=markets, forms=frame.forms, texts=texts.by_key, facts=texts.facts)
    return project, problems.sorted()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFrame:
    """What a project is beside its texts."""

    site: Site
    markets: Mapping[str, Market]
    forms: Mapping[str, FormDefinition]


def read_frame(root: Path, problems: ProblemList) -> ProjectFrame | None:
    """Site, markets and forms of a project; None where it has no site or no market that reads."""
    site, markets, forms = _site(root, problems), read_markets(root, problems), read_forms(root, problems)
    return ProjectFrame(site=site, markets=markets, forms=forms) if site is not None and markets else None


def _site(root: Path, problems: ProblemList) -> Site | None:
    table = read_toml(root, root / "site" / "site.toml", problems)
    if table is None:
        return None
    source_locale = table.text("source_locale", needed=True)
    if source_locale:
        try:
            babel_locale(source_locale)
        except ValueError as error:
            table.problem("P101", "source_locale", str(error), "write a BCP 47 tag such as en")
    site = Site(
        name=table.text("name", needed=True),
        source_locale=source_locale or "en",
        default_market=table.text("default_market", needed=True),
        theme_color=table.text("theme_color", "#0b6b5d"),
        social_images=bool(table.get("social_images", bool, False)),
    )
    table.close()
    return site
