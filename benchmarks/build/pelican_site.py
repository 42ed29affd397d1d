"""A Pelican site over the corpus, its content cache on; a plugin writes the pages that Pelican has no kind for."""

from __future__ import annotations

from pathlib import Path

from benchmarks.build.corpus import AUTHOR, Corpus, Post, Series
from benchmarks.build.jinja_data import write_data
from benchmarks.build.reference import Reference
from benchmarks.build.tool import Tool, copy_theme, write


def write_site(folder: Path, corpus: Corpus, reference: Reference) -> None:
    copy_theme("pelican", folder)
    content = folder / "content"
    write_data(folder, folder / "theme" / "templates", content, corpus, reference)
    for tag in corpus.locales:
        for series in corpus.series(tag):
            write(content / "series" / tag / f"{series.slug}.md", _series(series))
        for post in corpus.posts(tag):
            write(content / "posts" / tag / post.series / f"{post.stem}.md", _post(post))


def _post(post: Post) -> str:
    return (
        f"Title: {post.title}\nDescription: {post.description}\nDate: {post.date}\nAuthor: {AUTHOR}\nTags: {', '.join(post.tags)}\n"
        f"Lang: {post.locale}\nSlug: {post.slug}\nSeries: {post.series}\nPart: {post.part}\nSummary: {post.description}\n\n{post.body}"
    )


def _series(series: Series) -> str:
    return (
        f"Title: {series.title}\nDescription: {series.description}\nLang: {series.locale}\nSlug: {series.slug}\n"
        f"Summary: {series.description}\n\n{series.body}"
    )


def _command(folder: Path, cache: Path) -> list[str]:
    return [str(cache / "pelican" / "bin" / "pelican"), "--quiet", "--settings", str(folder / "pelicanconf.py")]


def _source(folder: Path, locale: str, series: str, stem: str) -> Path:
    return folder / "content" / "posts" / locale / series / f"{stem}.md"


PELICAN = Tool(name="Pelican", lay=write_site, command=_command, source=_source, pages="out", package="pelican")
