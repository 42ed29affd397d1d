"""Files that every market's site carries under `assets/`, named by their content so that they may be cached for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=8)
def assets(root: Path) -> Mapping[str, bytes]:
    """Contents by name, `<name>.<hash>.<ext>`: every file of `site/static/` except the style sheet, which is inlined.
    A project whose pages are never built may have none."""
    found = {}
    folder = root / "site" / "static"
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.is_file() and path.suffix != ".css" and not path.name.startswith("."):
            data = path.read_bytes()
            found[f"{path.stem}.{hashlib.sha256(data).hexdigest()[:10]}{path.suffix}"] = data
    return found


def icon_path(root: Path) -> str:
    """The icon's path within a market; empty where the theme has none."""
    return _path(root, "icon.")


def script_path(root: Path) -> str:
    """The path within a market of the script that a page with an open form loads; empty where the theme has none."""
    return _path(root, "form.")


def _path(root: Path, start: str) -> str:
    return next((f"assets/{name}" for name in assets(root) if name.startswith(start)), "")
