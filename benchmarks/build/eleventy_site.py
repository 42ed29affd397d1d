"""An Eleventy site over the corpus: Nunjucks layouts, collections for series and feeds, pagination for pages per language."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from benchmarks.build.corpus import FEED_ENTRIES, Corpus, make_series, yaml_post, yaml_series
from benchmarks.build.reference import ONCE, Reference
from benchmarks.build.tool import Tool, copy_theme, write, write_json

_POST_DATA = """export default {
  layout: "post.njk",
  kind: "post",
  permalink: data => `/${data.lang}/blog/${data.series}/${data.page.fileSlug.replace(/^\\d+-/, "")}/`,
};
"""


def write_site(folder: Path, corpus: Corpus, reference: Reference) -> None:
    copy_theme("eleventy", folder)
    source = folder / "src"
    first = {tag: make_series(tag, 0).description for tag in corpus.locales}
    write_json(source / "_data" / "shared.json", {**reference.shared(), "first": first, "feed_entries": FEED_ENTRIES or 0})
    write_json(source / "_data" / "languages.json", {tag: reference.language(tag) for tag in corpus.locales})
    once = [
        {"url": f"/{tag}/{ONCE[name]}", "lang": tag, **asdict(page), **({"hidden": "true"} if name == "thanks" else {})}
        for tag in corpus.locales
        for name, page in reference.locales[tag].pages.items()
    ]
    write_json(source / "_data" / "once.json", once)
    for tag in corpus.locales:
        blog = source / tag / "blog"
        write_json(source / tag / f"{tag}.json", {"lang": tag})
        write(blog / "blog.11tydata.js", _POST_DATA)
        for series in corpus.series(tag):
            own = f"series: {series.slug}\nlayout: series.njk\nkind: series\npermalink: /{tag}/blog/{series.slug}/\n"
            write(blog / series.slug / "index.md", yaml_series(series, own))
        for post in corpus.posts(tag):
            write(blog / post.series / f"{post.stem}.md", yaml_post(post, f"series: {post.series}\npart: {post.part}\n"))
    static = folder / "static"
    write(static / reference.icon, reference.icon_svg)
    write(static / reference.script, reference.script_js)
    write(static / "robots.txt", reference.robots)
    for name, page in reference.root.items():
        write(static / f"{name}.html", page)


def _command(folder: Path, cache: Path) -> list[str]:
    # Eleventy resolves its input against the working folder, which the runner sets to the site's.
    return ["node", str(cache / "eleventy" / "node_modules" / "@11ty" / "eleventy" / "cmd.cjs"), "--quiet"]


def _source(folder: Path, locale: str, series: str, stem: str) -> Path:
    return folder / "src" / locale / "blog" / series / f"{stem}.md"


ELEVENTY = Tool(name="Eleventy", lay=write_site, command=_command, source=_source, pages="out", package="eleventy")
