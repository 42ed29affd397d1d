"""The commands `leadsite fonts …`: what the markets' web fonts weigh, and fonts of this machine brought into the project."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import click

from leadcore.problems import ProjectProblems
from leadcore.reading import load_project
from leadcore.rendering.font_files import BOLD, REGULAR, ROOM, FontFile, installed_family
from leadsite.font_checks import MOST_BYTES
from leadsite.fonts import page_fonts
from leadsite.plan import make_plan

_ROLES = {"W": "text", "H": "headings"}


@click.group()
def fonts() -> None:
    """Web fonts: what the markets chose, and files for site/fonts/."""


@fonts.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print every row as JSON.")
@click.pass_context
def list_fonts(ctx: click.Context, as_json: bool) -> None:
    """The web fonts of each market and locale, with their weight."""
    rows = _rows(ctx.obj["root"].resolve())
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        size = f"{row['bytes'] / 1000:.1f} KB"
        click.echo(f"{row['market']:6} {row['locale']:10} {row['role']:9} {row['family']:28} {row['weights']:8} {size:>9}  {row['characters']} characters")
    if not rows:
        click.echo("no market chose web fonts; see docs/fonts.md")


def _rows(root: Path) -> list[dict[str, Any]]:
    """One row for each font file of each market and locale. Raises ProjectProblems where one cannot be made."""
    from leadsite.checks import check_project

    try:
        project = load_project(root)
        plan = make_plan(project, dt.datetime.now(dt.UTC).date())
        found = [(m, locale, page_fonts(plan, m, locale)) for m in project.markets.values() for locale in m.locales]
    except Exception:
        # Said in the words of the checks, with file, line and fix.
        problems = check_project(root, today=dt.datetime.now(dt.UTC).date())[2]
        if problems:
            raise ProjectProblems(problems) from None
        raise
    return [
        {
            "market": market.id, "locale": locale, "role": _ROLES[face.family], "family": face.source.family, "file": face.name,
            "weights": str(face.lightest) if face.lightest == face.boldest else f"{face.lightest}-{face.boldest}",
            "bytes": len(face.data), "most_bytes": MOST_BYTES, "characters": len(face.characters),
        }
        for market, locale, chosen in found
        for face in (chosen.faces if chosen is not None else ())
    ]  # fmt: skip


@fonts.command("add")
@click.argument("family")
@click.pass_context
def add_font(ctx: click.Context, family: str) -> None:
    """Copy a family that is installed here into site/fonts/, so that builds on other machines have it too."""
    from leadcore.rendering.font_subset import licence_of, pack

    root: Path = ctx.obj["root"].resolve()
    found: dict[str, FontFile] = {}
    for style, weight in (("Regular", REGULAR), ("Bold", BOLD)):
        font = installed_family(family, weight)
        if font is not None and all((font.path, font.index) != (other.path, other.index) for other in found.values()):
            found[style] = font
    if not found:
        raise click.ClickException(f'the family "{family}" is not installed here\n    fix: fc-list : family names those that are; or put TTF, OTF or WOFF2 files into {ROOM}/')
    (root / ROOM).mkdir(parents=True, exist_ok=True)
    for style, font in found.items():
        path = root / ROOM / f"{font.family.replace(' ', '')}-{style}.woff2"
        path.write_bytes(pack(font))
        click.echo(f"wrote {path.relative_to(root)}")
    licence = next((said for font in found.values() if (said := licence_of(font))), "it names none: find it out before you publish")
    click.echo(f'licence: {licence}\nchoose it in content/markets/<market>.toml:\n\n[fonts]\n<language> = "{next(iter(found.values())).family}"')
