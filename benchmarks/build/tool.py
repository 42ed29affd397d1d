"""What the runner needs to know of a tool: how its site is laid out, built and edited, and where the pages come to lie."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PRODUCT = Path(__file__).resolve().parents[2]
THEMES = Path(__file__).resolve().parent / "themes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """`lay(folder, corpus, reference)` writes the site; `command(folder, cache)` builds it; `source(folder, locale, series,
    stem)` is a post's file; `pages` is where its output lies; `package` names what `peers` installs, nothing for the product.
    """

    name: str
    lay: Callable[..., None]
    command: Callable[[Path, Path], list[str]]
    source: Callable[[Path, str, str, str], Path]
    pages: str
    package: str


def write(path: Path, text: str) -> None:
    """A text file, its folders made as needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def write_json(path: Path, value: Any) -> None:
    write(path, json.dumps(value, ensure_ascii=False, indent=1))


def copy_theme(name: str, folder: Path) -> None:
    """A peer's templates and configuration, as they stand under `themes/`."""
    shutil.copytree(THEMES / name, folder, dirs_exist_ok=True)
