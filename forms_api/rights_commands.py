"""`leadsite privacy due|enter|done`: what persons have asked for, and until when it has to be answered."""

from __future__ import annotations

import datetime as dt
import json
import sys

import click

from forms_api.commands import desk_of, now_utc, one_lead, store
from forms_api.store import requests
from forms_api.store.requests import Request
from leadcore.consent.rights import KINDS


@click.command("due")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def due_command(ctx: click.Context, as_json: bool) -> None:
    """Requests that are open, nearest deadline first. Exit 1 when one is overdue."""
    now = now_utc()
    with store(ctx) as connection:
        found = list(requests.find(connection, only_open=True))
    if as_json:
        click.echo(json.dumps([_row(one, now) for one in found], ensure_ascii=False, indent=2))
    for one in [] if as_json else found:
        waiting = f", {len(one.waiting)} deliveries have not arrived" if one.waiting else ""
        state = "OVERDUE" if one.overdue_at(now) else "open"
        click.echo(f"{one.id}  {state:7}  due {one.due_at:%Y-%m-%d %H:%M}  {one.kind:10} {one.receipt}  {one.market}  {', '.join(one.regimes) or 'policy'}{waiting}")
    if not found and not as_json:
        click.echo("nothing is due")
    sys.exit(1 if any(one.overdue_at(now) for one in found) else 0)


@click.command("enter")
@click.argument("lead")
@click.option("--kind", type=click.Choice(KINDS), required=True)
@click.option("--received", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day on which it arrived (UTC).")
@click.option("--channel", type=click.Choice(["letter", "mail", "phone"]), default="letter", show_default=True, help="How it came.")
@click.pass_context
def enter_command(ctx: click.Context, lead: str, kind: str, received: dt.datetime, channel: str) -> None:
    """Enter a request that came by letter, mail or telephone."""
    received_at = received.replace(tzinfo=dt.UTC)
    if received_at > now_utc():
        raise click.UsageError("--received lies in the future")
    desk = desk_of(ctx)
    with store(ctx, write=True) as connection:
        entered = desk.enter(connection, one_lead(connection, lead), kind, received_at, channel)
    click.echo(f"{entered.id}  due {entered.due_at:%Y-%m-%d}  {entered.cite or 'our own policy'}")


@click.command("done")
@click.argument("request_id", metavar="ID")
@click.pass_context
def done_command(ctx: click.Context, request_id: str) -> None:
    """Mark a request as answered."""
    with store(ctx, write=True) as connection:
        try:
            changed = requests.done(connection, request_id, now_utc())
        except requests.UnknownRequest:
            raise click.ClickException(f'no request "{request_id}"\n    fix: use an id from leadsite privacy due') from None
    click.echo("done" if changed else "was done before")


def _row(one: Request, now: dt.datetime) -> dict[str, object]:
    return {
        "id": one.id, "kind": one.kind, "receipt": one.receipt, "lead": one.lead_id, "market": one.market, "channel": one.channel,
        "received_at": one.received_at.isoformat(), "due_at": one.due_at.isoformat(), "overdue": one.overdue_at(now),
        "regimes": list(one.regimes), "cite": one.cite, "waiting": list(one.waiting), "failed": list(one.failed),
    }  # fmt: skip
