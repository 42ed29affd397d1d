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
from leadsite.notice_commands import notice_commands


@click.group()
def consent() -> None:
    """What the law asks, what was shown and agreed."""


@consent.command()
@click.option("--market", "market", required=True, metavar="COUNTRY", help="Country or market the page is offered to.")
@click.option("--residence", default="", metavar="COUNTRY", help="Declared country of residence.")
@click.option("--region", default="", help="Declared state or province, such as CA or QC.")
@click.option("--phone", default="", help="A phone number; its country code adds a regime.")
@click.option("--seat", default="", metavar="COUNTRY", help="Country where the controller is established.")
@click.option("--age", type=click.IntRange(0, 130), default=None, help="Age in years, where it is known.")
@click.option("--language", "--lang", "lang", default="", metavar="CODE", help="Language chosen for the notice, such as gu.")
@click.option("--signal", "--gpc", "gpc", is_flag=True, help="The browser sends Sec-GPC: 1.")
@click.option("--org", is_flag=True, help="The visitor acts for an organisation.")
@click.option("--customer", is_flag=True, help="The visitor is a customer who was offered to refuse.")
@click.option("--date", "on", type=click.DateTime(["%Y-%m-%d"]), default=None, help="The day of the case; today by default.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def explain(ctx: click.Context, /, market: str, on: dt.datetime | None, as_json: bool, **visitor: Any) -> None:
    """Which regimes apply to a visitor and what follows, field by field, with citations."""
    today = on.date() if on else dt.datetime.now(dt.UTC).date()
    country = market_country(ctx, market)
    visitor = {name: value.upper() if name in ("residence", "region", "seat") else value for name, value in visitor.items()}
    named = (("--market", country), ("--residence", visitor["residence"]), ("--seat", visitor["seat"]))
    for option, code in named:
        code = code.split("-")[0]
        if code and code != "EU" and code not in known_territories():
            raise click.UsageError(f'{option} "{code}" is no country; use a code such as DE, or a market of the project')
    try:
        found = explain_visitor(country, today=today, **visitor)
    except (KeyError, ValueError) as error:
        raise click.UsageError(str(error).strip("'\"")) from None
    rows, follows = ([asdict(row) for row in part] for part in (found.rows, found.follows))
    if as_json:
        answer = {
            "applies": found.codes,
            "reviewed": found.reviewed.isoformat(),
            "date": today.isoformat(),
            "visitor": {"market": country, **visitor},
            "rules": rows,
            "follows": follows,
        }
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    click.echo(f"in force: {', '.join(found.codes)}   facts reviewed: {found.reviewed}   engineering facts, not legal advice")
    _print_table(("field", "value", "regime", "citation", "confidence"), rows)
    columns = ("what follows for this visitor", "outcome", "regime", "citation", "confidence")
    if not sys.stdout.isatty():
        click.echo("\t".join(columns))
    _print_table(columns, [{columns[0]: row["subject"], **row} for row in follows])


def _print_table(columns: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    """Rows as a table on a terminal, as lines with tabs elsewhere."""
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
    if _is_market(ctx, name):
        import tomllib

        path = ctx.obj["root"] / "content" / "markets" / f"{name}.toml"
        return str(tomllib.loads(path.read_text("utf-8")).get("jurisdiction", name.upper()))
    return name.upper()


def _is_market(ctx: click.Context, name: object) -> bool:
    """Whether the project has a market of this id; ids are lower case, so `DE` is always the country."""
    plain = isinstance(name, str) and name.replace("-", "").isalnum() and name.islower()
    return plain and (ctx.obj["root"] / "content" / "markets" / f"{name}.toml").is_file()


@consent.command()
@click.pass_context
def decide(ctx: click.Context) -> None:
    """Standard input: a case as JSON. Standard output: the decision as JSON. Pure, no store."""
    text = sys.stdin.read()
    try:
        case: Any = json.loads(text)
        named = case.get("market") or ()
        markets = [named] if isinstance(named, str) else named
        result = decide_case(case, market_countries={name: [market_country(ctx, name)] for name in markets if _is_market(ctx, name)})
    except json.JSONDecodeError as error:
        raise click.UsageError(f"standard input is not JSON: line {error.lineno}, column {error.colno}: {error.msg}") from None
    except RecursionError:
        raise click.UsageError("the case cannot be judged: it is nested too deep") from None
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise click.UsageError(f"the case cannot be judged: {str(error).strip(chr(39))}") from None
    click.echo(json.dumps(result, ensure_ascii=False, indent=2, default=str))


for _command in notice_commands:
    consent.add_command(_command)
