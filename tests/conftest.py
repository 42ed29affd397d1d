"""Fixtures every test may use: the repository's own project, a copy of it, and a tiny project of two markets."""

from __future__ import annotations

import datetime as dt
import os
import random
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

POSTGRESQL_URL = os.environ.get("LEADSITE_TEST_POSTGRESQL_URL", "postgresql://root@127.0.0.1:5432/test")
HERE = Path(__file__).parent
EXAMPLE = HERE.parent
CHROMIUM = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

# Speed is measured in benchmarks/, not by tests, which may have a busy machine.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-docs", action="store_true", help="write the documents that are made from code, instead of comparing them"
    )
    parser.addoption(
        "--update-golden", action="store_true", help="write tests/golden/ anew from what is built now, instead of comparing it"
    )


@pytest.fixture(scope="session")
def example() -> Path:
    """The repository's own project. Read only; take `copy_of_example` to change it."""
    return EXAMPLE


@pytest.fixture
def copy_of_example(tmp_path: Path) -> Path:
    """A copy of the repository's own project, to change at will."""
    root = tmp_path / "example"
    for room in ("site", "content", "locales"):
        shutil.copytree(EXAMPLE / room, root / room)
    pictures = EXAMPLE / "var" / "images"
    if pictures.is_dir():  # Made by the builds before, and named by what they are made of.
        shutil.copytree(pictures, root / "var" / "images")
    return root


@pytest.fixture
def small_project(tmp_path: Path) -> Path:
    """A project without problems: market `us` (en-US, at the root) and `ae` (ar-AE and en), a page, a form, a series of two."""
    root = tmp_path / "small"
    shutil.copytree(HERE / "small_project", root)
    return root


@pytest.fixture
def edit() -> Callable[[Path, str, str], None]:
    """Replaces words in a file; fails when they are not there, or not once."""

    def replace(path: Path, old: str, new: str) -> None:
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{path} holds {old!r} {text.count(old)} times"
        path.write_text(text.replace(old, new), encoding="utf-8")

    return replace


@pytest.fixture(scope="session")
def today() -> dt.date:
    """The day on which the tests take place."""
    return dt.date(2026, 9, 14)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, started once for all tests of a process: Playwright runs one loop in each."""
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("Chromium is not installed (make test installs it where it may)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, headless=True, args=CHROMIUM)
        yield started
        started.close()


@pytest.fixture(scope="session")
def new_postgresql_schema() -> Iterator[Callable[[], str]]:
    """Gives the URL of an empty schema of its own; all are dropped at the end."""
    import sqlalchemy as sa

    from forms_api.store.engine import open_engine

    owner = open_engine(POSTGRESQL_URL)
    try:
        with owner.connect():
            pass
    except sa.exc.OperationalError as error:
        owner.dispose()
        pytest.skip(f"PostgreSQL at {POSTGRESQL_URL} does not answer: {type(error.orig).__name__}")
    made: list[str] = []

    def new() -> str:
        schema = f"leadsite_{uuid.uuid4().hex}"
        with owner.begin() as connection:
            connection.execute(sa.schema.CreateSchema(schema))
        made.append(schema)
        return f"{POSTGRESQL_URL}?options=-csearch_path%3D{schema}"

    yield new
    with owner.begin() as connection:
        for schema in made:
            connection.execute(sa.schema.DropSchema(schema, cascade=True))
    owner.dispose()


@pytest.fixture(scope="session")
def make_font() -> Callable[..., Path]:
    """Writes a font of boxes: a character's box is as wide as its code tells, so that each is drawn otherwise."""
    return _make_font


def _make_font(
    path: Path, family: str, characters: str, *, weight: int = 400, heaviest: int = 0, leans: bool = False, points: int = 4,
    copyright: str = "", flavor: str | None = None,
) -> Path:  # fmt: skip
    """`heaviest`: a variable font up to that weight. `points` of each outline, by chance where there are more than four."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib.tables.TupleVariation import TupleVariation

    names = {ord(sign): f"u{ord(sign):04X}" for sign in sorted(set(characters))}
    dice = random.Random(family)
    glyphs, metrics = {}, {}
    for name, code in ((".notdef", 0), *((name, code) for code, name in names.items())):
        wide = 300 + code % 512
        pen = TTGlyphPen(None)
        outline = [(0, 0), (0, 700), (wide, 700), (wide, 0)]
        outline += [(dice.randrange(-2000, 2000), dice.randrange(-2000, 2000)) for _ in range(points - 4)]
        pen.moveTo(outline[0])
        for point in outline[1:]:
            pen.lineTo(point)
        pen.closePath()
        glyphs[name], metrics[name] = pen.glyph(), (wide + 50, 0)
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap(names)
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(metrics)
    builder.setupHorizontalHeader(ascent=900, descent=-300)
    style = "Bold" if weight >= 700 else "Regular"
    builder.setupNameTable({"familyName": family, "styleName": style, "copyright": copyright or "Made for a test."})
    builder.setupOS2(sTypoAscender=900, sTypoDescender=-300, usWeightClass=weight, fsSelection=1 if leans else 0x40)
    builder.setupPost()
    if heaviest:
        builder.setupFvar([("wght", weight, weight, heaviest, "Weight")], [])
        moved = [(0, 0), (0, 0), (100, 0), (100, 0), (0, 0), (100, 0), (0, 0), (0, 0)]
        builder.setupGvar({name: [TupleVariation({"wght": (0, 1, 1)}, moved)] for name in glyphs})
    path.parent.mkdir(parents=True, exist_ok=True)
    builder.font["head"].created = builder.font["head"].modified = 3_000_000_000
    builder.font.recalcTimestamp = False
    builder.font.flavor = flavor
    builder.save(path)
    return path
