"""`leadsite privacy run`: what time asks for, done by hand or only shown."""

from __future__ import annotations

import datetime as dt
import json
import os
import threading
from collections.abc import Callable, Iterator

import click

from forms_api.commands import now_utc, opened, store
from forms_api.daily import Daily, served
from forms_api.jobs import Waker
from forms_api.schedule import due
from forms_api.settings import Settings
from leadcore.consent.schedule import Action
from leadcore.model.project import Project
from leadcore.reading import load_project


@click.command("run")
@click.option("--dry-run", is_flag=True, help="Show what is due and change nothing.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Act as on this day (UTC) instead of today.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def run_command(ctx: click.Context, dry_run: bool, today: dt.datetime | None, as_json: bool) -> None:
    """Do what is due today: end consents, ask again, remind, erase. The worker does the same once a day."""
    project = load_project(ctx.obj["root"])
    settings = Settings.from_env(os.environ, ctx.obj["root"])
    now = _clock(today)
    failed: list[Action] = []
    actions = _due(ctx, project, settings, now().date()) if dry_run else _run(ctx, project, settings, now, failed)
    if as_json:
        click.echo(json.dumps([action.as_dict() for action in actions], ensure_ascii=False, indent=2))
    else:
        for action in actions:
            click.echo(_line(action))
    if failed:
        raise click.ClickException(
            f"{len(failed)} of the actions failed\n    fix: see the log, and run the command again"
        )


def _clock(today: dt.datetime | None) -> Callable[[], dt.datetime]:
    """The real time of day, on the day asked for."""

    def now() -> dt.datetime:
        real = now_utc()
        return dt.datetime.combine(today.date(), real.timetz()) if today else real

    return now


def _due(ctx: click.Context, project: Project, settings: Settings, today: dt.date) -> list[Action]:
    with store(ctx) as connection:
        return list(due(connection, project, served(project, settings), today))


def _run(
    ctx: click.Context, project: Project, settings: Settings, clock: Callable[[], dt.datetime], failed: list[Action]
) -> Iterator[Action]:
    with opened(ctx) as engine:
        waker = Waker(settings.queue_url)
        try:
            daily = Daily(engine=engine, project=lambda: project, settings=settings, clock=clock, wake=waker.wake)
            for one in daily.run_now(threading.Event()):
                if one.done:
                    yield one.action
                else:
                    failed.append(one.action)
        finally:
            waker.close()


def _line(action: Action) -> str:
    """One action for people: since when, what, on which lead, why, by which rule."""
    uses = f" {','.join(action.uses)}" if action.uses else ""
    until = f" until {action.deadline.isoformat()}" if action.deadline else ""
    return f"{action.due.isoformat()}  {action.deed:6}  {action.lead}  {action.reason}{uses}{until}  {action.regime}: {action.cite}"
