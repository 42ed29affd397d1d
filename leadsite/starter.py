"""New projects and new markets: copies of the project this package was made with, and market files to complete."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from babel.core import get_global
from babel.numbers import get_territory_currencies

from leadcore.model.locales import babel_locale, known_territories, language_of

_ROOMS = ("site", "content", "locales")
_README = """# {name}

A leadsite project. `leadsite preview` shows it at http://localhost:8000 while you edit, `leadsite check` names every
mistake, `leadsite build` writes one finished site per market into `build/`.

- `content/markets/` one file per market · `content/forms/` one per form
- `content/pages/`, `content/blog/`, `content/mail/` what the site says, one file per language
- `locales/` the words of forms, buttons and notices · `site/` how pages look
- `notices/` every privacy notice that a page has shown, written by each build: keep it under version control
"""
_IGNORE = "/build/\n/var/\n__pycache__/\n"


class FolderInUse(ValueError):
    """Something stands where the new project or market should."""


def starter_root() -> Path:
    """The folder that holds the starter's site/, content/ and locales/: inside the package, or the repository itself."""
    packaged = Path(__file__).parent / "starter_project"
    return packaged if packaged.is_dir() else Path(__file__).parent.parent


def create_project(folder: Path) -> int:
    """The number of files copied. Raises FolderInUse for a folder that holds anything."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderInUse(f"{folder} is not empty")
    folder.mkdir(parents=True, exist_ok=True)
    for room in _ROOMS:
        shutil.copytree(starter_root() / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "README.md").write_text(_README.format(name=folder.resolve().name), encoding="utf-8")
    (folder / ".gitignore").write_text(_IGNORE, encoding="utf-8")
    return sum(1 for path in folder.rglob("*") if path.is_file())


_MARKET = """# {country_name}: complete the values in <angle brackets>, then run leadsite check --market {id}.
locales = [{locales}]
base_url = "https://{id}.example.com"
forms_url = "https://forms.example.com"
jurisdiction = "{country}"
currency = "{currency}"
phone_region = "{country}"
time_zone = "{time_zone}"
missing_translation = "none"
double_opt_in = "always"
home = "{home}"
pages = [{pages}]
series = [{series}]
forms = [{forms}]

[controller]
name = "<who is responsible>"
address = "<street, town, country>"
email = "<privacy@example.com>"
privacy_contact = "<who answers questions about data>"
registration = "<register and tax number>"

[privacy]
storage_country = "{country}"
retention_months = 24

[privacy.authority]
{authority}
url = "<https://address.of.the.authority>"

[lists.guide-{id}]
destination = "list"
"""


def create_market(root: Path, market_id: str, locales: tuple[str, ...]) -> Path:
    """The path of the new market file. Raises FolderInUse when it exists, ValueError for an id or locale that cannot be."""
    from leadcore.reading import load_project

    if not re.match(r"^[a-z][a-z0-9-]*$", market_id):
        raise ValueError(f'"{market_id}" cannot name a market')
    path = root / "content" / "markets" / f"{market_id}.toml"
    if path.exists():
        raise FolderInUse(f"{path.relative_to(root)} exists")
    country = market_id[:2].upper()
    if country not in known_territories():
        raise ValueError(f'"{market_id}" does not start with a country code')
    project = load_project(root)
    locales = locales or (_main_language(country),)
    for tag in locales:
        babel_locale(tag)
    forms = [f'form = "{f.id}"\nuse = "{use}"' for f in project.forms.values() for p in f.purposes for use in p.boxes]
    languages = dict.fromkeys(language_of(tag) for tag in locales)
    text = _MARKET.format(
        id=market_id,
        country=country,
        country_name=babel_locale("en").territories[country],
        locales=_quoted(locales),
        currency=(get_territory_currencies(country) or ["EUR"])[0],
        time_zone=_time_zone(country),
        home=next(iter(project.markets.values())).home if project.markets else "home",
        pages=_quoted(k.name for k in project.texts if k.kind == "page"),
        series=_quoted(dict.fromkeys(k.group for k in project.texts if k.kind == "series")),
        forms=_quoted(project.forms),
        authority="\n".join(f'{language} = "<the data protection authority>"' for language in languages),
    )
    for route in dict.fromkeys(forms):
        text += f'\n[[routes]]\n{route}\nlist = "guide-{market_id}"\n'
    path.write_text(text, encoding="utf-8")
    return path


def _quoted(words: object) -> str:
    return ", ".join(f'"{w}"' for w in words)  # type: ignore[attr-defined]


def _main_language(country: str) -> str:
    tag = get_global("likely_subtags").get(f"und_{country}", "en")
    return str(tag).split("_")[0]


def _time_zone(country: str) -> str:
    return str((get_global("territory_zones").get(country) or ["UTC"])[0])
