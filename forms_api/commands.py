"""`leadsite leads …`, `deliveries …` and `consent show|receipt`: the store, asked from the command line."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from forms_api import links
from forms_api.destinations.list import export_list
from forms_api.privacy import Desk
from forms_api.proof import event_proof, proof_lines, proof_page
from forms_api.receipts import receipts
from forms_api.restored import restore
from forms_api.settings import Settings, SettingsError
from forms_api.store import audit, consents, deliveries, export, leads, notices
from forms_api.store.engine import anchor_of, open_engine, reading, upgrade, writing
from forms_api.store.trace import trace as trace_lead
from forms_api.suppression import suppression_of
from leadcore.model.leads import Lead
from leadcore.reading import load_project

_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_FORMATS = click.Choice(["csv", "json"])


@contextmanager
def opened(ctx: click.Context) -> Iterator[Engine]:
    """The project's store, brought up to date. Ends with a message where it cannot be reached."""
    if not (ctx.obj["root"] / "content" / "markets").is_dir():
        # A store made here by mistake would only show that it is empty.
        raise click.ClickException(f"{ctx.obj['root']} is no project\n    fix: run the command in a project, or name one with --project DIR")
    try:
        settings = Settings.from_env(os.environ, ctx.obj["root"])
        engine = open_engine(settings.database_url, settings.secret_key, settings.anchor_folder)
    except (SettingsError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"the store cannot be used: {error.strerror}\n    fix: check LEADSITE_DATABASE_URL") from None
    try:
        upgrade(engine)
        restore(engine, suppression_of(settings), now_utc())
        yield engine
    except SQLAlchemyError as error:
        text = str(getattr(error, "orig", error)).split("\n")[0]
        raise click.ClickException(f"the store cannot be used: {text}\n    fix: check LEADSITE_DATABASE_URL") from None
    finally:
        engine.dispose()


@contextmanager
def store(ctx: click.Context, *, write: bool = False) -> Iterator[Connection]:
    """A connection to the project's store. Ends with a message where it cannot be reached."""
    with opened(ctx) as engine, writing(engine) if write else reading(engine) as connection:
        yield connection


def one_lead(connection: Connection, reference: str) -> Lead:
    """The lead with this id or receipt. Ends with a message where there is none."""
    found = leads.by_reference(connection, reference)
    if found is None:
        raise click.ClickException(f'no lead "{reference}"\n    fix: use a receipt or id from leadsite leads list')
    return found


def desk_of(ctx: click.Context) -> Desk:
    """Where persons' requests are answered, for this project."""
    settings = Settings.from_env(os.environ, ctx.obj["root"])
    return Desk(project=load_project(ctx.obj["root"]), suppression=suppression_of(settings), secret_key=settings.secret_key)


def now_utc(clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)) -> dt.datetime:
    """The time of this command."""
    return clock()


def _print(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


@click.group("leads")
def leads_group() -> None:
    """The leads: who asked for what, and what became of it."""


def _filters(function: Any) -> Any:
    for option in (
        click.option("--since", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Submitted on this day or later (UTC)."),
        click.option("--status", type=click.Choice(["received", "confirmed", "quarantined", "withdrawn", "erased"]), default=None),
        click.option("--email", default=None),
        click.option("--form", default=None),
        click.option("--market", default=None),
    ):
        function = option(function)
    return function


def _given(**filters: Any) -> dict[str, Any]:
    since = filters.pop("since", None)
    found = {k: v for k, v in filters.items() if v is not None}
    if since is not None:
        found["since"] = since.replace(tzinfo=dt.UTC)
    return found


@leads_group.command("list")
@_filters
@_json
@click.pass_context
def list_leads(ctx: click.Context, /, as_json: bool, **filters: Any) -> None:
    """The leads, newest first, with their deliveries. Mails are left to `leads trace`."""
    with store(ctx) as connection:
        rows = list(export.listing(connection, **_given(**filters)))
    for row in rows:
        row["deliveries"] = [d for d in row["deliveries"] if d["destination"] != "mail"]
    if as_json:
        _print(rows)
        return
    for row in rows:
        reached = ", ".join(f"{d['list']}{'' if d['delivered_at'] else '…'}" for d in row["deliveries"])
        click.echo(f"{row['receipt']}  {row['submitted_at'][:16]}  {row['market']}/{row['locale']:6} {row['form']:8} {_state(row):12} {row['email']}  {reached}")


def _state(row: dict[str, Any]) -> str:
    for key, word in (("erased_at", "erased"), ("withdrawn_at", "withdrawn")):
        if row[key]:
            return word
    if row["quarantine_reason"]:
        return f"quarantined: {row['quarantine_reason']}"
    return "confirmed" if row["confirmed_at"] else "received"


@leads_group.command()
@click.argument("lead")
@_json
@click.pass_context
def show(ctx: click.Context, lead: str, as_json: bool) -> None:
    """Everything kept about one lead."""
    with store(ctx) as connection:
        found = one_lead(connection, lead)
        held = links.held(found, consents.of_lead(connection, found.id))
    if as_json:
        _print(held)
        return
    for key, value in held.items():
        if key == "consents":
            for event in value:
                ticked = [use for use, one in event["uses"].items() if one.get("ticked")]
                click.echo(f"consent    {event['event']} {event['at']} {', '.join(ticked) or 'nothing'} ({', '.join(event['regimes'])})")
        elif value:
            click.echo(f"{key:14} {value}")


@leads_group.command()
@click.argument("lead")
@_json
@click.pass_context
def trace(ctx: click.Context, lead: str, as_json: bool) -> None:
    """Every step of one lead, from submission to each delivery's attempts."""
    with store(ctx) as connection:
        steps = trace_lead(connection, one_lead(connection, lead).id)
    if as_json:
        _print([{"at": s.at.isoformat(), "what": s.what, "detail": dict(s.detail)} for s in steps])
        return
    for step in steps:
        detail = " ".join(f"{k}={v}" for k, v in step.detail.items() if v not in ("", None, [], {}))
        click.echo(f"{step.at:%Y-%m-%d %H:%M:%S}  {step.what:24} {detail}")


@leads_group.command("export")
@_filters
@click.option("--format", "form_of", type=_FORMATS, default="csv", show_default=True)
@click.option("--list", "list_name", default=None, help="The members of this nurture list instead of leads.")
@click.pass_context
def export_leads(ctx: click.Context, /, form_of: str, list_name: str | None, **filters: Any) -> None:
    """The leads, or one list's members, on standard output."""
    sys.stdout.reconfigure(newline="")  # type: ignore[union-attr]
    with store(ctx) as connection:
        if list_name:
            if not export_list(connection, list_name, sys.stdout, market=filters.get("market")):
                click.echo(f'nobody is on a list "{list_name}"', err=True)
            return
        rows = list(export.export_rows(connection, **_given(**filters)))
    if form_of == "json":
        _print(rows)
    else:
        export.write_csv(sys.stdout, rows, export.LEAD_COLUMNS)


@leads_group.command()
@click.argument("lead")
@click.pass_context
def release(ctx: click.Context, lead: str) -> None:
    """End the quarantine of a lead; what was held back goes out."""
    with store(ctx, write=True) as connection:
        changed = leads.release(connection, one_lead(connection, lead).id, now_utc())
    click.echo("released" if changed.changed else "was not in quarantine")


@leads_group.command()
@click.argument("lead")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def erase(ctx: click.Context, lead: str, yes: bool) -> None:
    """Erase the personal values of a lead and of every other from its address; the proof of consent stays without them."""
    if not yes:
        click.confirm("This cannot be undone. Erase?", abort=True)
    desk = desk_of(ctx)
    with store(ctx, write=True) as connection:
        done = desk.erase(connection, one_lead(connection, lead), now_utc(), channel="letter")
    desk.suppression.write(done.entries)
    click.echo("erased" if done.changed else "was erased before")


@click.group("deliveries")
def deliveries_group() -> None:
    """The outbox: what is to be brought where."""


@deliveries_group.command("list")
@click.option("--market", default=None)
@click.option("--destination", default=None, help="list, webhook, console or mail.")
@click.option("--status", type=click.Choice(["waiting", "due", "delivered", "failed", "cancelled", "open"]), default=None)
@_json
@click.pass_context
def list_deliveries(ctx: click.Context, market: str | None, destination: str | None, status: str | None, as_json: bool) -> None:
    """The deliveries, newest first."""
    now = now_utc()
    with store(ctx) as connection:
        found = list(deliveries.find(connection, market=market, destination=destination, status=status, now=now))
        if as_json:
            _print([{**export.delivery_to_listing(d), "lead": d.lead_id, "market": d.market, "status": d.status_at(now), "attempts": d.attempts_count} for d in found])
            return
    for one in found:
        click.echo(f"{one.id}  {one.status_at(now):9} {one.lane:28} {one.action:11} {one.name:20} due {one.due_at:%Y-%m-%d %H:%M}  {one.failed_reason or ''}")


@deliveries_group.command()
@click.argument("ids", nargs=-1)
@click.option("--destination", default=None, help="All failed ones of this kind of destination.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), default=None, help="Failed at this time (UTC) or later.")
@click.option("--all", "every", is_flag=True, help="All failed ones.")
@click.pass_context
def replay(ctx: click.Context, ids: tuple[str, ...], destination: str | None, since: dt.datetime | None, every: bool) -> None:
    """Make failed deliveries due again."""
    if not (ids or destination or since or every):
        raise click.UsageError("name deliveries by id, or use --destination, --since or --all")
    with store(ctx, write=True) as connection:
        done = deliveries.replay(
            connection, now_utc(), ids=ids or None, destination=destination, since=since.replace(tzinfo=dt.UTC) if since else None
        )
    click.echo(f"{len(done)} made due again")


@click.command("show")
@click.argument("lead")
@click.option("--html", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write the notice to this file, as the page showed it.")
@_json
@click.pass_context
def consent_show(ctx: click.Context, lead: str, file: Path | None, as_json: bool) -> None:
    """What a person was shown, word for word, and agreed to."""
    with store(ctx) as connection:
        found = one_lead(connection, lead)
        events = consents.of_lead(connection, found.id)
        shown = {digest: notice for digest in {e.notice_digest for e in events} if (notice := notices.by_digest(connection, digest))}
    if file is not None:
        if not events:
            raise click.ClickException("this lead has no consent record")
        event = next((e for e in events if e.notice_digest), events[0])
        file.write_text(proof_page(found, event, shown.get(event.notice_digest)), encoding="utf-8")
    if as_json:
        _print([event_proof(event, shown.get(event.notice_digest)) for event in events])
    elif file is None:
        for line in proof_lines(events, shown):
            click.echo(line)


@click.command("receipt")
@click.argument("lead")
@click.pass_context
def consent_receipt(ctx: click.Context, lead: str) -> None:
    """The consent receipt as JSON-LD (ISO/IEC TS 27560 fields in W3C DPV terms)."""
    project = load_project(ctx.obj["root"])
    with store(ctx) as connection:
        found = one_lead(connection, lead)
        events = consents.of_lead(connection, found.id)
        notice = notices.by_digest(connection, next((e.notice_digest for e in events if e.notice_digest), ""))
    if not events:
        raise click.ClickException("this lead has no consent record")
    key = Settings.from_env(os.environ, ctx.obj["root"]).secret_key
    version = notice.version if notice else 0
    made = receipts(found, events, project.markets[found.market], project.forms.get(found.form), key, version=version, now=now_utc())
    if not made:
        raise click.ClickException("this lead agreed to nothing beyond its request; there is no consent to receipt")
    _print(made[0] if len(made) == 1 else made)


@click.command("verify")
@_json
@click.pass_context
def consent_verify(ctx: click.Context, as_json: bool) -> None:
    """Whether the ledger of consents is whole: nothing edited, deleted, inserted, reordered or cut off."""
    with store(ctx) as connection:
        report = audit.verify(connection, anchor_of(connection))
    if as_json:
        _print({"whole": report.whole, **asdict(report)})
    else:
        for found in report.findings:
            about = f"  (event {found.event}, lead {found.lead})" if found.event else ""
            click.echo(f"{found.what}: {found.text}{about}")
        anchored = "no anchor file to compare with" if report.anchored is None else f"anchored to row {report.anchored}"
        unread = f", {report.torn} lines of the anchor file cannot be read" if report.torn else ""
        click.echo(f"{'whole' if report.whole else 'NOT WHOLE'}: {report.rows} events, {anchored}{unread}")
    if not report.whole:
        ctx.exit(1)


consent_store_commands = (consent_show, consent_receipt, consent_verify)
