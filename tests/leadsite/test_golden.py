"""The small project's site, byte for byte. `pytest tests/leadsite/test_golden.py --update-golden` writes it anew.

Its style sheet is one line, so that only what templates, plan and rendering do shows here; read the difference before
you keep it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

GOLDEN = Path(__file__).parents[1] / "golden"


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_the_small_site_is_as_it_was(small_build: Callable[..., Any], request: pytest.FixtureRequest) -> None:
    built = small_build()
    if request.config.getoption("--update-golden"):
        shutil.rmtree(GOLDEN, ignore_errors=True)
        shutil.copytree(built.out, GOLDEN)
    new, old = tree(built.out), tree(GOLDEN)
    assert sorted(new) == sorted(old)
    changed = [name for name in new if new[name] != old[name]]
    for name in changed[:1]:
        assert new[name].decode().split("\n") == old[name].decode().split("\n"), f"{name} is another; see --update-golden"
    assert changed == []
