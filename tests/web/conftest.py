"""The example built and served with all its states, once for all proofs in a browser."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from leadcore.reading import load_project

from .hosting import Gallery

NODE = Path(__file__).parent / "node_modules"


@pytest.fixture(scope="session")
def gallery(example: Path, tmp_path_factory: pytest.TempPathFactory, today: dt.date) -> Iterator[Gallery]:
    made = Gallery(load_project(example), tmp_path_factory.mktemp("gallery"), today)
    yield made
    made.close()


@pytest.fixture(scope="module")
def window(browser: Any) -> Iterator[Any]:
    """A page to look through: its size and colours are set by who uses it. Fails where a page asks for something elsewhere."""
    context = browser.new_context(viewport={"width": 320, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    foreign: list[str] = []
    page.on("request", lambda r: None if r.url.startswith(("http://localhost:", "data:")) else foreign.append(r.url))
    yield page
    context.close()
    assert foreign == []
