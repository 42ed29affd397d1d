"""`leadsite consent explain` and `consent decide`: the law as data, asked from the command line. No store."""

from __future__ import annotations

import datetime as dt
import json
import sys
from dataclasses import asdict
from typing import Any

import click

from leadcore.consent.decide import decide as decide_case
from leadcore.consent.explain import explain as explain_visitor
from leadcore.model.locales import known_territories


@click.group()
def consent() -> None:
    """What the law asks, what was shown and agreed."""


@consent.command()
@click.option("--market", "market", required=True, metavar="COUNTRY", help="Country or market the page is offered to.")
@click.option("--residence", default="", metavar="COUNTRY", help="Declared country of residence.")
@click.option("--region", default="", help="Declared state or province, such as CA or QC.")
@click.option("--phone", default="", help="A phone number; its country code adds a regime.")
@click.option("--date", "on", type=click.DateTime(["%Y-%m-%d"]), default=None, help="The day of the case; today by default.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def explain(ctx: click.Context, market: str, residence: str, region: str, phone: str, on: dt.datetime | None, as_json: bool) -> None:
    """Which regimes apply to a visitor and what follows, field by field, with citations."""
    today = on.date() if on else dt.datetime.now(dt.UTC).date()
    country = market_country(ctx, market)
    for option, code in (("--market", country.split("-")[0]), ("--residence", residence.upper())):
        if code and code != "EU" and code not in known_territories():
            raise click.UsageError(f'{option} "{code}" is no country; use a code such as DE, or a market of the project')
    try:
        found = explain_visitor(country, residence=residence.upper(), region=region.upper(), phone=phone, today=today)
    except (KeyError, ValueError) as error:
        raise click.UsageError(str(error).strip("'\"")) from None
    rows = [asdict(row) for row in found.rows]
    if as_json:
        click.echo(json.dumps({"applies": found.codes, "reviewed": found.reviewed.isoformat(), "rules": rows}, ensure_ascii=False, indent=2))
        return
    click.echo(f"in force: {', '.join(found.codes)}   facts reviewed: {found.reviewed}   engineering facts, not legal advice")
    columns = ("field", "value", "regime", "citation", "confidence")
    if not sys.stdout.isatty():
        for row in rows:
            click.echo("\t".join(row[c] for c in columns))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(*columns)
    for row in rows:
        table.add_row(*(row[c] for c in columns))
    Console().print(table)


def market_country(ctx: click.Context, name: str) -> str:
    """The jurisdiction of a market of the project by its id, or the country code itself."""
    path = ctx.obj["root"] / "content" / "markets" / f"{name}.toml"
    if path.is_file():
        import tomllib

        return str(tomllib.loads(path.read_text("utf-8")).get("jurisdiction", name.upper()))
    return name.upper()


@consent.command()
def decide() -> None:
    """Standard input: a case as JSON. Standard output: the decision as JSON. Pure, no store."""
    text = sys.stdin.read()
    try:
        case: Any = json.loads(text)
        result = decide_case(case)
    except json.JSONDecodeError as error:
        raise click.UsageError(f"standard input is not JSON: line {error.lineno}, column {error.colno}: {error.msg}") from None
    except RecursionError:
        raise click.UsageError("the case cannot be judged: it is nested too deep") from None
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise click.UsageError(f"the case cannot be judged: {str(error).strip(chr(39))}") from None
    click.echo(json.dumps(result, ensure_ascii=False, indent=2, default=str))
