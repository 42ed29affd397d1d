"""The words of the interface: the product's catalogues where it has a language, and made-up ones for the rest.

A made-up catalogue holds words of the language in the number of the source, with the source's placeholders: enough to
weigh what a translation weighs.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.build.corpus import AUTHOR, LOCALES, sentence

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

_PLACEHOLDER = re.compile(r"\{[^{}]*\}|%\([^)]+\)[sd]|%[sd]")
_DOMAINS = ("messages", "wtforms")

#: What the templates of every tool say. Plural messages are named by their singular.
MESSAGES = {
    "skip": "Skip to the content",
    "languages": "Languages",
    "legal": "Legal and more",
    "blog": "Blog",
    "privacy": "Privacy notice",
    "imprint": "Imprint",
    "part": "Part {number}",
    "part_of": "Part {number} of {total}",
    "minutes": "{n} minute to read",
    "parts": "{n} part",
    "before_after": "Before and after",
    "previous": "Previous part",
    "next": "Next part",
    "all_parts": "All parts of this series",
    "contents": "Contents",
    "feed": "Feed",
    "series": "Series",
    "complete": "{series}: the complete guide",
    "call": "Send me the guide",
    "author": AUTHOR,
}


def write_catalogues(product: Path, project: Path) -> None:
    """The product's catalogues, and one for each locale of the corpus that it lacks."""
    from babel.messages.pofile import read_po, write_po

    shutil.copytree(product / "locales", project / "locales", dirs_exist_ok=True)
    for locale in LOCALES:
        folder = project / "locales" / locale / "LC_MESSAGES"
        if locale == "en" or folder.is_dir():
            continue
        folder.mkdir(parents=True)
        for domain in _DOMAINS:
            template = project / "locales" / f"{domain}.pot"
            if template.is_file():
                with template.open("rb") as source, (folder / f"{domain}.po").open("wb") as target:
                    write_po(target, _made_up(read_po(source), locale), width=0)


def _made_up(template: Catalog, locale: str) -> Catalog:
    from babel.messages.catalog import Catalog

    made = Catalog(locale=locale)
    for message in template:
        if message.id:
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            text = _translation(ids[-1], locale)
            string = text if len(ids) == 1 else (text,) * made.num_plurals
            made.add(message.id, string, flags=message.flags, context=message.context)
    return made


def _translation(message: str, locale: str) -> str:
    """Words of the language in the number of the message's own, then its placeholders."""
    words = _PLACEHOLDER.sub(" ", message).split()
    text = sentence(locale, message, len(words))[:-1] if words else ""
    return " ".join([text, *_PLACEHOLDER.findall(message)]).strip()


def interface_words(project: Path, locale: str) -> dict[str, str]:
    """`MESSAGES` in a locale; of plural messages the form for many."""
    from babel.messages.pofile import read_po

    path = project / "locales" / locale / "LC_MESSAGES" / "messages.po"
    catalog = None
    if path.is_file():
        with path.open("rb") as file:
            catalog = read_po(file, locale=locale)
    found = {}
    for name, message in MESSAGES.items():
        entry = catalog.get(message) if catalog else None
        text = entry.string if entry else ""
        text = text[-1] if isinstance(text, tuple | list) else text
        found[name] = text or (message.replace("minute", "minutes") if name == "minutes" else message)
    found["parts"] = "{n} parts" if found["parts"] == "{n} part" else found["parts"]
    return found
