"""`leadsite leads import`: rows of a file as leads, with a reason for each row that was not taken."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import click

from forms_api.commands import desk_of, now_utc, opened
from forms_api.imports import FileUnreadable, Import, RowResult, import_rows, read_rows
from forms_api.store.engine import writing

#: So many rows are stored at once; visitors' leads come in between.
STEP = 100


class _NotReally(Exception):
    """Ends a dry run: everything was tried, nothing is kept."""


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--market", "market_id", required=True, metavar="M")
@click.option("--form", "form_id", required=True, metavar="F", help="The form whose purposes the rows agreed to.")
@click.option("--list", "list_id", required=True, metavar="L", help="The nurture list that they join.")
@click.option("--consent-source", required=True, help="Where the consents come from, as it stands in the proof.")
@click.option("--without-proof", type=click.Choice(["refuse", "no-marketing"]), default="refuse", show_default=True, help="What becomes of rows without proof of consent.")
@click.option("--dry-run", is_flag=True, help="Do all of it, and keep nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def import_leads(
    ctx: click.Context, file: Path, market_id: str, form_id: str, list_id: str, consent_source: str, without_proof: str, dry_run: bool, as_json: bool
) -> None:
    """Leads from a CSV (with a header) or JSON file.

    Columns: email, and name, phone, company, country, region, locale where known; as proof consent_at, consent_how, and
    consent_text or notice_digest; confirmed_at where the address was confirmed; consent_uses where not all of the list's.
    """
    desk = desk_of(ctx)
    market = desk.project.markets.get(market_id)
    if market is None or form_id not in market.forms or list_id not in market.lists:
        raise click.UsageError("no such market, or no such form or list in it; see content/markets/")
    into = Import(
        desk=desk, market=market, definition=desk.project.forms[form_id], list=list_id, source=consent_source,
        keep_unproved=without_proof == "no-marketing",
    )  # fmt: skip
    if not into.uses:
        raise click.UsageError(f'no route leads from the form "{form_id}" to the list "{list_id}"')
    try:
        rows = read_rows(file)
    except (FileUnreadable, OSError) as error:
        raise click.ClickException(f"{file} cannot be read: {error}\n    fix: give a CSV with a header, or a JSON list of objects, in UTF-8") from None
    results: list[RowResult] = []
    with opened(ctx) as engine:
        # A dry run is one step: what it found present, an earlier row may have brought.
        step = max(1, len(rows)) if dry_run else STEP
        for start in range(0, len(rows), step):
            with suppress(_NotReally), writing(engine) as connection:
                results += import_rows(connection, into, rows[start : start + step], now_utc(), first=start + 1)
                if dry_run:
                    raise _NotReally
    _say(results, dry_run=dry_run, as_json=as_json)


def _say(results: list[RowResult], *, dry_run: bool, as_json: bool) -> None:
    counts = Counter(one.status for one in results)
    if dry_run:  # Receipts of a dry run are nobody's.
        results = [RowResult(row=one.row, status=one.status, reason=one.reason) for one in results]
    if as_json:
        click.echo(json.dumps({"dry_run": dry_run, "rows": len(results), "counts": dict(counts), "results": [asdict(one) for one in results]}, ensure_ascii=False, indent=2))
        return
    for one in results:
        if one.status not in ("imported",):
            click.echo(f"row {one.row}: {one.status}: {one.reason}")
    told = ", ".join(f"{count} {status.replace('_', ' ')}" for status, count in sorted(counts.items())) or "nothing"
    click.echo(f"{len(results)} rows: {told}{' (dry run, nothing kept)' if dry_run else ''}")
