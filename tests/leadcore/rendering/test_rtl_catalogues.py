"""In catalogues of languages written from right to left, addresses and numbers are set apart from the text around."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.pofile import read_po

from leadcore.model.locales import direction
from leadcore.rendering.i18n import catalog_path

#: Places filled with e-mail addresses, phone numbers and URLs, which run left to right.
_PLACE = re.compile(r"(.?)\{(contact_email|email|phone|example|address|domain|url|[a-z_]+_url)\}(.?)", re.S)
#: Places filled with names, which run as their own first letter does.
_NAME = re.compile(r"(.?)\{(name|controller|list)\}(.?)", re.S)


def test_places_for_addresses_and_numbers_stand_in_isolates(example: Path) -> None:
    seen = 0
    for folder in sorted((example / "locales").iterdir()):
        if not folder.is_dir() or direction(folder.name) != "rtl":
            continue
        with catalog_path(example, folder.name, "messages").open("rb") as file:
            catalog = read_po(file)
        for message in catalog:
            texts = [message.string] if isinstance(message.string, str) else message.string
            for opening, place in (("\u2066", _PLACE), ("\u2068", _NAME)):
                for before, name, after in (found for text in texts if message.id for found in place.findall(text)):
                    seen += 1
                    assert (before, after) == (opening, "\u2069"), f"{{{name}}} in {message.id}, {folder.name}"
    assert seen > 40
