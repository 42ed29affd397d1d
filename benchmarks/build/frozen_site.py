"""A Flask site over the corpus, frozen by stock Frozen-Flask: twice, with comrak and with Python-Markdown."""

from __future__ import annotations

from pathlib import Path

from benchmarks.build.corpus import Corpus, yaml_post, yaml_series
from benchmarks.build.jinja_data import write_data
from benchmarks.build.reference import Reference
from benchmarks.build.tool import Tool, copy_theme, write


def write_site(folder: Path, corpus: Corpus, reference: Reference) -> None:
    copy_theme("frozen", folder)
    write_data(folder, folder / "templates", folder, corpus, reference)
    for tag in corpus.locales:
        content = folder / "content" / tag
        for series in corpus.series(tag):
            write(content / series.slug / "series.md", yaml_series(series))
        for post in corpus.posts(tag):
            write(content / post.series / f"{post.stem}.md", yaml_post(post))


def _command(folder: Path, cache: Path) -> list[str]:
    return [str(cache / "frozen" / "bin" / "python"), str(folder / "app.py"), "comrak"]


def _python_markdown(folder: Path, cache: Path) -> list[str]:
    return [*_command(folder, cache)[:2], "python-markdown"]


def _source(folder: Path, locale: str, series: str, stem: str) -> Path:
    return folder / "content" / locale / series / f"{stem}.md"


FROZEN = Tool(name="Frozen-Flask", lay=write_site, command=_command, source=_source, pages="out", package="frozen")
FROZEN_MARKDOWN = Tool(
    name="Frozen-Flask, Python-Markdown", lay=write_site, command=_python_markdown, source=_source, pages="out", package="frozen"
)
