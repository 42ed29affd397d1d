"""`leadsite consent record` and `consent waiting`: what the operator entered in a state register, and what is still to be."""

from __future__ import annotations

import datetime as dt
import json
import os

import click

from forms_api.commands import now_utc, one_lead, store
from forms_api.registers import REGISTERS, NothingWaits, all_waiting
from forms_api.registers import record as record_entry
from forms_api.settings import Settings
from leadcore.reading import load_project


@click.command("record")
@click.argument("lead", metavar="LEAD")
@click.option("--event", "register", required=True, type=click.Choice(sorted(REGISTERS)), help="Which register it was entered in or checked against.")
@click.option("--at", "at", type=click.DateTime(["%Y-%m-%d"]), default=None, help="The day of the entry; today by default.")
@click.pass_context
def consent_record(ctx: click.Context, lead: str, register: str, at: dt.datetime | None) -> None:
    """Write down that a lead's consent stands in a state register, and let wait no longer what waited for it."""
    now = now_utc()
    day = at.date() if at else now.date()
    if day > now.date():
        raise click.UsageError("--at lies in the future; record an entry once it is made")
    with store(ctx, write=True) as connection:
        found = one_lead(connection, lead)
        key = Settings.from_env(os.environ, ctx.obj["root"]).secret_key
        try:
            done = record_entry(connection, load_project(ctx.obj["root"]), found, register, day, key, now)
        except NothingWaits as error:
            raise click.ClickException(str(error)) from None
    for use in done.opened:
        click.echo(f"{use}: recorded in {register} on {day}")
    for use in done.late:
        click.echo(f"{use}: entered too late on {day}; the consent is void")
    if done.late:
        ctx.exit(1)


@click.command("waiting")
@click.option("--overdue", is_flag=True, help="Only what should have been entered by now.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def consent_waiting(ctx: click.Context, overdue: bool, as_json: bool) -> None:
    """The consents that wait for an entry in a state register, the earliest due first."""
    today = now_utc().date()
    with store(ctx) as connection:
        found = [one for one in all_waiting(connection) if not overdue or one.overdue(today)]
    rows = [
        {
            "receipt": one.lead.receipt, "market": one.lead.market, "use": one.use, "awaits": one.awaits,
            "due": one.due.isoformat() if one.due else None, "overdue": one.overdue(today),
        }
        for one in found
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        state = "OVERDUE" if row["overdue"] else "waiting"
        click.echo("\t".join(str(row[name] or "-") for name in ("receipt", "market", "use", "awaits", "due")) + f"\t{state}")


register_commands = (consent_record, consent_waiting)
