"""The command line. Words in, exit codes out: 0 fine, 1 the project has problems, 2 wrong usage."""

from __future__ import annotations

import datetime as dt
import gc
import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leadcore.problems import Problem, ProjectProblems

if TYPE_CHECKING:
    from leadsite.state import Changes, State


class Fault(click.ClickException):
    """What a person can mend, said in one line; exit 1."""

    exit_code = 1


class Commands(click.Group):
    """A group whose commands take --project too, and turn what goes wrong into a message instead of a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ProjectProblems as found:
            if (ctx.find_root().obj or {}).get("debug"):
                raise
            print_problems(found.problems)
            sys.exit(1)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except KeyboardInterrupt:
            sys.exit(130)
        except Exception as error:
            if (ctx.find_root().obj or {}).get("debug"):
                raise
            if type(error).__name__ == "SettingsError":
                raise Fault(str(error)) from None
            from leadsite.template_checks import reason

            raise Fault(f"{reason(error)}\n    fix: run again with --debug before the command to see where") from error

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        if not any(p.name == "project" for p in cmd.params):
            cmd.params.append(_project_option())
        if isinstance(cmd, click.Group) and not isinstance(cmd, Commands):
            for child in cmd.commands.values():
                if not any(p.name == "project" for p in child.params):
                    child.params.append(_project_option())
        super().add_command(cmd, name)


def _set_project(ctx: click.Context, _param: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.ensure_object(dict)["root"] = value.resolve()


def _project_option() -> click.Option:
    return click.Option(
        ["--project"],
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="The project folder; the current one by default.",
        expose_value=False,
        callback=_set_project,
        is_eager=True,
    )


#: Groups that are looked up only when they are called: their modules are heavy, and a build needs none of them.
_ELSEWHERE = {
    "consent": ("leadsite.consent_commands:consent", "What the law asks, what was shown and agreed."),
    "deliveries": ("forms_api.commands:deliveries_group", "The outbox: what is to be brought where."),
    "fonts": ("leadsite.font_commands:fonts", "Web fonts: what the markets chose, and files for site/fonts/."),
    "leads": ("forms_api.commands:leads_group", "The leads: who asked for what, and what became of it."),
    "privacy": ("forms_api.privacy_commands:privacy_group", "What is owed to people, and what time asks for."),
    "translations": ("leadsite.translations.commands:translations", "Translate the project: list its messages, fill the catalogues."),
}


class Program(Commands):
    """The program: its own commands, and the groups that live elsewhere."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*self.commands, *_ELSEWHERE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in _ELSEWHERE and cmd_name not in self.commands:
            module, _, name = _ELSEWHERE[cmd_name][0].partition(":")
            group = getattr(importlib.import_module(module), name)
            if cmd_name == "leads":
                group.add_command(importlib.import_module("forms_api.import_command").import_leads)
            if cmd_name == "consent":
                for command in importlib.import_module("forms_api.commands").consent_store_commands:
                    group.add_command(command)
                for command in importlib.import_module("forms_api.register_commands").register_commands:
                    group.add_command(command)
            self.add_command(group, cmd_name)
        return self.commands.get(cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, command.get_short_help_str(60)) for name, command in self.commands.items() if name not in _ELSEWHERE]
        rows += [(name, words) for name, (_, words) in _ELSEWHERE.items()]
        with formatter.section("Commands"):
            formatter.write_dl(sorted(rows))


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show tracebacks.")
@click.version_option(package_name="leadsite")
@click.pass_context
def main(ctx: click.Context, debug: bool) -> None:
    """Localized lead-capture sites: static pages per market, and a forms API that loses no lead."""
    obj = ctx.ensure_object(dict)
    obj.setdefault("root", Path.cwd())
    obj["debug"] = debug


main.params.append(_project_option())


def root_of(ctx: click.Context) -> Path:
    found: Path = ctx.obj["root"]
    return found


def print_problems(problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        click.echo(str(problem), err=True)
    count = len(problems)
    click.echo(f"{count} problem{'s' if count != 1 else ''}", err=True)


def _echo_json(value: Any, indent: int | None = None) -> None:
    import json  # An unchanged build does without it.

    click.echo(json.dumps(value, ensure_ascii=False, indent=indent))


def today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()


_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_market = click.option("--market", "markets", multiple=True, metavar="M", help="Only this market; may be given again.")


@main.command()
@_market
@_json
@click.pass_context
def check(ctx: click.Context, markets: tuple[str, ...], as_json: bool) -> None:
    """Every problem of the project: file, line, fix."""
    from leadsite.build import known_at
    from leadsite.checks import check_project
    from leadsite.notices import unreviewed

    root = root_of(ctx)
    known, sound = known_at(root, root / "build")
    _, _, problems = check_project(root, markets, today=today(), known=known, sound=sound)
    if as_json:
        _echo_json([p.as_dict() for p in problems], indent=2)
    elif problems:
        print_problems(problems)
    else:
        click.echo("no problems")
    if not as_json and (count := unreviewed(root)):
        click.echo(f"{count} published notice{'s' if count != 1 else ''} not reviewed: see leadsite consent notices", err=True)
    sys.exit(1 if problems else 0)


@main.command()
@_market
@click.option("--out", type=click.Path(path_type=Path), default=None, help="Where to build; build/ in the project by default.")
@click.option("--jobs", type=click.IntRange(1), default=None, help="How many processes render; as many as there are cores by default.")
@click.option("--explain", "page", metavar="PAGE", help="Say why this page was rendered, or was not; its address, or its file in the output folder.")
@_json
@click.pass_context
def build(ctx: click.Context, markets: tuple[str, ...], out: Path | None, jobs: int | None, page: str | None, as_json: bool) -> None:
    """Build every market into build/<market>/. A build that fails leaves the last one in place."""
    import time

    from leadsite.build import build_site, current
    from leadsite.state import read_state

    started = time.monotonic()
    root = root_of(ctx)
    out = out or root / "build"
    ctx.find_root().obj["dropped"] = True
    # A build makes many small values that live to its end: collecting among them costs a quarter of its time.
    gc.disable()
    state, changes = current(root, out, markets, today())
    if state is not None and changes is not None and not changes:
        _say_built(state.pages, 0, len(state.output_files), 0, state.markets, time.monotonic() - started, as_json)
        _explain(out, page, state, changes, state, ())
        return
    with _Progress("building") as progress:
        report = build_site(
            root, out, markets, today=today(), jobs=jobs or len(os.sched_getaffinity(0)), progress=progress, state=state, changes=changes
        )
    _say_notices(report.closing, report.notices)
    for tag in report.undrawn:
        fix = "install fonts (Debian: fonts-noto-core, fonts-noto-cjk) and libfribidi0, or put a font into site/fonts/"
        click.echo(f"pages in {tag} have no preview picture: no font draws the language, or Pillow cannot shape it\n    fix: {fix}", err=True)
    _say_built(report.pages, report.written, report.unchanged, report.removed, report.markets, time.monotonic() - started, as_json)
    _explain(out, page, state, changes, read_state(root, out), report.rendered)


def _explain(out: Path, page: str | None, before: State | None, changes: Changes | None, after: State | None, rendered: tuple[str, ...]) -> None:
    if page is None:
        return
    from leadsite.explain import explain

    if after is None:
        raise Fault("nothing can be said of the page: the build's state could not be kept in var/\n    fix: make the project's folder writable")
    try:
        click.echo(explain(out, page, before, changes, after, rendered), err=True)
    except LookupError as error:
        raise Fault(f"{error}\n    fix: give its address, or its file as {out.name}/manifest.json names it") from None


def _say_notices(problems: tuple[Problem, ...], new: int) -> None:
    """What the build has to say of notices, on standard error: forms that it closed, and what is to be kept."""
    if problems:
        print_problems(problems)
    if new:
        click.echo(f"{new} notice{'s' if new != 1 else ''} published: keep notices/ with the project", err=True)


def _say_built(pages: int, written: int, unchanged: int, removed: int, markets: tuple[str, ...], seconds: float, as_json: bool) -> None:
    if as_json:
        numbers = {"pages": pages, "written": written, "unchanged": unchanged, "removed": removed, "seconds": round(seconds, 3), "markets": markets}
        _echo_json(numbers)
        return
    click.echo(
        f"{len(markets)} markets, {pages} pages: {written} written, {unchanged} unchanged, {removed} removed, {seconds:.2f} s"
    )


class _Progress:
    """A progress bar on a terminal, nothing elsewhere. Called with (done, total)."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.bar: Any = None
        self.task: Any = None

    def __enter__(self) -> Callable[[int, int], None]:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import Progress

            self.bar = Progress(console=Console(stderr=True), transient=True)
            self.bar.start()
            self.task = self.bar.add_task(self.label)
        return self.update

    def update(self, done: int, total: int) -> None:
        if self.bar is not None:
            self.bar.update(self.task, completed=done, total=total)

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.stop()


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def new(folder: Path) -> None:
    """A working project in a new folder, from the starter."""
    from leadsite.starter import FolderInUse, create_project

    try:
        files = create_project(folder)
    except FolderInUse as error:
        raise Fault(f"{error}\n    fix: name a folder that does not exist or is empty") from None
    click.echo(f"{files} files in {folder}\nnext: cd {folder} && leadsite preview")


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.pass_context
def preview(ctx: click.Context, port: int, host: str) -> None:
    """Every market live with reload, the forms API, the worker, a mail catcher: one process."""
    from leadsite.preview import run_preview

    run_preview(root_of(ctx), host=host, port=port, say=click.echo)


@main.group(cls=Commands)
def market() -> None:
    """The markets of the project."""


@market.command("list")
@_json
@click.pass_context
def market_list(ctx: click.Context, as_json: bool) -> None:
    """The markets with their locales and addresses."""
    from leadcore.reading import load_project

    rows = [
        {"id": m.id, "locales": list(m.locales), "base_url": m.base_url, "forms_url": m.forms_url, "jurisdiction": m.jurisdiction}
        for m in load_project(root_of(ctx)).markets.values()
    ]
    if as_json:
        _echo_json(rows, indent=2)
    for row in [] if as_json else rows:
        click.echo(f"{row['id']:6} {row['jurisdiction']:6} {', '.join(row['locales']):32} {row['base_url']}")


@market.command("add")
@click.argument("market_id", metavar="M")
@click.option("--locale", "locales", multiple=True, help="A locale of the market; may be given again.")
@click.pass_context
def market_add(ctx: click.Context, market_id: str, locales: tuple[str, ...]) -> None:
    """A new market file, and what is still missing for it to build."""
    from leadsite.starter import FolderInUse, create_market

    root = root_of(ctx)
    try:
        path = create_market(root, market_id, locales)
    except (FolderInUse, ValueError) as error:
        raise Fault(f"{error}\n    fix: use a country code such as fr, and locales such as --locale fr") from None
    click.echo(f"wrote {path.relative_to(root)}")
    from leadsite.checks import check_project

    _, _, problems = check_project(root, (market_id,), today=today())
    print_problems(problems)


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8001, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--workers", type=click.IntRange(1), default=2, show_default=True)
@click.option("--threads", type=click.IntRange(1), default=8, show_default=True)
@click.pass_context
def api(ctx: click.Context, port: int, host: str, workers: int, threads: int) -> None:
    """The forms API for production, under gunicorn."""
    from forms_api.serve import serve

    serve(root_of(ctx), host=host, port=port, workers=workers, threads=threads)


@main.command()
@click.pass_context
def worker(ctx: click.Context) -> None:
    """The worker for production: brings deliveries to their destinations until it is told to stop."""
    import os

    from forms_api.destinations import specs_of
    from forms_api.jobs import run_worker_process
    from forms_api.settings import Settings
    from leadcore.reading import load_project

    root = root_of(ctx)
    settings = Settings.from_env(os.environ, root)
    project = load_project(root)
    run_worker_process(settings, specs_of(project.markets.values()), project=lambda: project)
