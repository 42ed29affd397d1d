"""The commands `leadsite translations …`. They print; the modules beside them do the work.

The command line puts the project's root into `ctx.obj["root"]`.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from jinja2 import TemplateSyntaxError

from leadcore.model.project import Project
from leadcore.problems import ProjectProblems
from leadcore.reading import read_project
from leadsite.translations.extract import write_templates
from leadsite.translations.status import STATES, CatalogueStatus, TextStatus, TranslationStatus, translation_status
from leadsite.translations.update import Update, update_catalogues


@click.group()
def translations() -> None:
    """Translate the project: list its messages, fill the catalogues, see what is missing."""


@translations.command()
@click.pass_context
def extract(ctx: click.Context) -> None:
    """Write locales/messages.pot and locales/wtforms.pot: every message, with the places that use it."""
    with _problems_shown():
        for one in write_templates(_root(ctx)):
            click.echo(f"{one.path}: {one.messages} messages, {'written' if one.changed else 'unchanged'}")


@translations.command()
@click.pass_context
def update(ctx: click.Context) -> None:
    """Merge the message lists into locales/<language>/LC_MESSAGES/*.po. Run extract first."""
    with _problems_shown():
        rows = update_catalogues(_project(ctx))
    heads = ("catalogue", "translated", "missing", "fuzzy", "new", "obsolete", "")
    _print_table("Catalogues", heads, [_update_cells(row) for row in rows])


@translations.command()
@click.option("--json", "as_json", is_flag=True, help="Print every row as JSON.")
@click.pass_context
def status(ctx: click.Context, as_json: bool) -> None:
    """Show what is translated and what is missing, for each market, locale and catalogue."""
    with _problems_shown():
        found = translation_status(_project(ctx))
    if as_json:
        click.echo(json.dumps(found.as_dict(), ensure_ascii=False, indent=2))
        return
    _print_table("Texts", ("market", "locale", *STATES), _text_cells(found))
    heads = ("catalogue", "translated", "missing", "fuzzy")
    _print_table("Catalogues", heads, [_catalogue_cells(row) for row in found.catalogues])
    _print_work(found)


def _root(ctx: click.Context) -> Path:
    root: Path = ctx.obj["root"]
    return root.resolve()


def _project(ctx: click.Context) -> Project:
    """The project as far as it reads: translators go on while an author mends a page."""
    project, problems = read_project(_root(ctx))
    if project is None:
        raise ProjectProblems(problems)
    return project


@contextmanager
def _problems_shown() -> Iterator[None]:
    """Turns problems of the project into lines on stderr and exit code 1."""
    try:
        yield
    except ProjectProblems as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        raise click.exceptions.Exit(1) from error
    except TemplateSyntaxError as error:
        click.echo(f"{error.filename}:{error.lineno}: {error.message}", err=True)
        raise click.exceptions.Exit(1) from error


def _update_cells(row: Update) -> tuple[str, ...]:
    counts = (row.counts.translated, row.counts.missing, row.counts.fuzzy, row.added, row.obsolete)
    return (row.path, *map(str, counts), "written" if row.changed else "unchanged")


def _catalogue_cells(row: CatalogueStatus) -> tuple[str, ...]:
    return (row.path, str(row.translated), str(row.missing), str(row.fuzzy))


def _text_cells(found: TranslationStatus) -> list[tuple[str, ...]]:
    """One line for each market and locale, its texts counted by state."""
    groups: dict[tuple[str, str], Counter[str]] = {}
    for row in found.texts:
        groups.setdefault((row.market, row.locale), Counter())[row.state] += 1
    return [(*place, *(str(states[s]) for s in STATES)) for place, states in groups.items()]


def _print_work(found: TranslationStatus) -> None:
    """The texts that still need a translator."""
    for row in found.texts:
        if row.state != "translated":
            click.echo(f"{row.market}/{row.locale} {row.text}: {row.state}; {_next_step(row)}")


def _next_step(row: TextStatus) -> str:
    if row.state == "partial":
        return f"translate {', '.join(row.lacks)} in {row.target}"
    return f"translate {row.source} as {row.target}"


def _print_table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on a terminal; elsewhere one line per row, its cells parted by tabs."""
    if not sys.stdout.isatty():
        click.echo("\t".join(heads).rstrip())
        for row in rows:
            click.echo("\t".join(row))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for index, head in enumerate(heads):
        table.add_column(head, justify="right" if index and rows and rows[0][index].isdigit() else "left")
    for row in rows:
        table.add_row(*row)
    Console().print(table)
