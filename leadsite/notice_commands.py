"""`leadsite consent notices`, `publish` and `review`: the notices of a project, their versions, and who reviewed them."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable
from typing import Any

import click

from leadcore.problems import ProjectProblems, stopping
from leadcore.reading import load_project
from leadsite.checks import check_project
from leadsite.notices import NoticeRow, add_reviews, list_notices, publish_notices

_COLUMNS = ("market", "form", "locale", "version", "published", "reviewed", "digest", "state")


def _today(clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)) -> dt.date:
    return clock().date()


def _filters(function: Any) -> Any:
    for option in (
        click.option("--channel", default=None, help="Only notices about this use: email, sms, voice, chat, profiling, share, transfer."),
        click.option("--purpose", default=None, help="Only notices of this purpose."),
        click.option("--regime", default=None, help="Only notices under this regime, such as EU or IN."),
        click.option("--locale", default=None),
        click.option("--form", default=None),
        click.option("--market", default=None),
    ):
        function = option(function)
    return function


def _chosen(rows: tuple[NoticeRow, ...], filters: dict[str, Any]) -> list[NoticeRow]:
    """The rows that every given filter names."""
    lists = {"regime": "regimes", "purpose": "purposes", "channel": "channels"}

    def fits(row: NoticeRow, name: str, value: str) -> bool:
        return value in getattr(row, lists[name]) if name in lists else getattr(row, name) == value

    return [row for row in rows if all(fits(row, name, value) for name, value in filters.items() if value is not None)]


@click.command()
@_filters
@click.option("--all", "every", is_flag=True, help="Earlier versions too.")
@click.option("--strict", is_flag=True, help="Exit with 1 where a notice of today is not published, not reviewed or stale.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def notices(ctx: click.Context, /, every: bool, strict: bool, as_json: bool, **filters: Any) -> None:
    """The notices that pages show: version, digest, reviewed by whom and when."""
    rows = _chosen(list_notices(load_project(ctx.obj["root"]), _today(), every=every), filters)
    if as_json:
        click.echo(json.dumps([row.as_dict() for row in rows], ensure_ascii=False, indent=2))
    else:
        _print([_cells(row) for row in rows])
    if strict and not all(row.ready for row in rows if row.current):
        sys.exit(1)


def _cells(row: NoticeRow) -> tuple[str, ...]:
    reviewed = f"{row.review.by}, {row.review.on}" if row.review else "no"
    state = "stale: form closed" if row.stale else "shown" if row.current else "earlier"
    published = row.published_on.isoformat() if row.published_on else "no"
    return (row.market, row.form, row.locale, str(row.version or "-"), published, reviewed, row.digest[:12], state)


def _print(rows: list[tuple[str, ...]]) -> None:
    """A table on a terminal; elsewhere one line per row, its cells parted by tabs."""
    if not sys.stdout.isatty():
        for row in (_COLUMNS, *rows):
            click.echo("\t".join(row))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(*_COLUMNS)
    for row in rows:
        table.add_row(*row)
    Console().print(table)


@click.command()
@click.pass_context
def publish(ctx: click.Context) -> None:
    """Keep every notice that pages show today in notices/; a build does so too."""
    root = ctx.obj["root"]
    _, plan, problems = check_project(root, today=_today())
    if stopping(problems) or plan is None:
        raise ProjectProblems(problems)
    for notice in publish_notices(plan):
        click.echo(f"{notice.market}/{notice.locale} {notice.form} version {notice.version}: {notice.digest}")


@click.command()
@_filters
@click.option("--digest", default=None, help="The notice with this digest, or its beginning.")
@click.option("--by", required=True, help="Who reviewed them.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), default=None, help="On which day; today by default.")
@click.pass_context
def review(ctx: click.Context, /, digest: str | None, by: str, on: dt.datetime | None, **filters: Any) -> None:
    """Note that somebody reviewed the published notices of today that the options name."""
    root = ctx.obj["root"]
    if not by.strip():
        raise click.UsageError("--by names nobody")
    rows = _chosen(list_notices(load_project(root), _today()), filters)
    chosen = [row.digest for row in rows if row.version and row.digest.startswith(digest or "")]
    if not chosen:
        raise click.ClickException("no published notice is named so\n    fix: run leadsite build or leadsite consent publish first, and see leadsite consent notices")
    count = add_reviews(root, chosen, by.strip(), on.date() if on else _today())
    click.echo(f"{count} noted as reviewed by {by.strip()}")


notice_commands = (notices, publish, review)
