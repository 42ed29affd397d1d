"""In catalogues of languages written from right to left, addresses and numbers are set apart from the text around."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.pofile import read_po

from leadcore.model.locales import direction
from leadcore.rendering.i18n import catalog_path

#: Places filled with e-mail addresses, phone numbers and URLs.
_PLACE = re.compile(r"(.?)\{(contact_email|phone|example|address|[a-z_]+_url)\}(.?)", re.S)


def test_places_for_addresses_and_numbers_stand_in_isolates(example: Path) -> None:
    seen = 0
    for folder in sorted((example / "locales").iterdir()):
        if not folder.is_dir() or direction(folder.name) != "rtl":
            continue
        with catalog_path(example, folder.name, "messages").open("rb") as file:
            catalog = read_po(file)
        for message in catalog:
            texts = [message.string] if isinstance(message.string, str) else message.string
            for before, name, after in (found for text in texts if message.id for found in _PLACE.findall(text)):
                seen += 1
                assert (before, after) == ("\u2066", "\u2069"), f"{{{name}}} in {message.id}"
    assert seen > 20
