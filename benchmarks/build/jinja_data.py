"""The data that the two sites with Jinja templates, Pelican's and Frozen-Flask's, read."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from pathlib import Path

from benchmarks.build.corpus import FEED_ENTRIES, Corpus
from benchmarks.build.reference import ONCE, Reference
from benchmarks.build.tool import THEMES, write, write_json


def write_data(folder: Path, templates: Path, fixed: Path, corpus: Corpus, reference: Reference) -> None:
    """Templates, `data.json` with the module that reads it, and the files that are the same in every site."""
    templates.mkdir(parents=True, exist_ok=True)
    for path in (THEMES / "jinja").iterdir():
        if path.suffix in (".html", ".xml"):
            shutil.copy(path, templates / path.name)
    shutil.copy(THEMES / "jinja" / "site_words.py", folder / "site_words.py")
    once = [
        {"lang": tag, "tail": ONCE[name], "hidden": name == "thanks", **asdict(page)}
        for tag in corpus.locales
        for name, page in reference.locales[tag].pages.items()
    ]
    languages = {tag: reference.language(tag) for tag in corpus.locales}
    data = {"shared": reference.shared(), "languages": languages, "once": once, "feed_entries": FEED_ENTRIES}
    write_json(folder / "data.json", data)
    write(fixed / reference.icon, reference.icon_svg)
    write(fixed / reference.script, reference.script_js)
    write(fixed / "fixed" / "robots.txt", reference.robots)
    for name, page in reference.root.items():
        write(fixed / "fixed" / f"{name}.html", page)
