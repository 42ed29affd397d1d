"""A Hugo site over the corpus: a content folder per language, words in `i18n/`, nested sections for the series."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.build.corpus import FEED_ENTRIES, Corpus, make_series, yaml_post, yaml_series
from benchmarks.build.reference import ONCE, FixedPage, Reference
from benchmarks.build.tool import Tool, copy_theme, write, write_json

_HIDDEN = frozenset({"thanks"})


def write_site(folder: Path, corpus: Corpus, reference: Reference) -> None:
    copy_theme("hugo", folder)
    write_json(folder / "data" / "shared.json", {**reference.shared(), "feed_entries": FEED_ENTRIES or 0})
    config = folder / "hugo.toml"
    languages = []
    for weight, tag in enumerate(corpus.locales, 1):
        direction = reference.locales[tag].dir
        languages.append(f'[languages.{tag}]\ncontentDir = "content/{tag}"\ndirection = "{direction}"\nweight = {weight}\n')
        data = reference.language(tag)
        words = data.pop("words")
        write_json(folder / "data" / "languages" / f"{tag}.json", data)
        write(folder / "i18n" / f"{tag}.toml", "".join(f"{name} = {json.dumps(_message(text), ensure_ascii=False)}\n" for name, text in words.items()))
        _write_language(folder / "content" / tag, tag, corpus, reference)
    write(config, config.read_text(encoding="utf-8") + "".join(languages))
    static = folder / "static"
    write(static / reference.icon, reference.icon_svg)
    write(static / reference.script, reference.script_js)
    write(static / "robots.txt", reference.robots)
    for name, page in reference.root.items():
        write(static / f"{name}.html", page)


def _write_language(content: Path, tag: str, corpus: Corpus, reference: Reference) -> None:
    one = reference.locales[tag]
    for name, path in ONCE.items():
        target = content / ("_index.md" if not path else f"{path.rstrip('/')}.md")
        write(target, _fixed(one.pages[name], name))
    write(content / "thanks" / "_index.md", "---\nbuild: {render: never, list: never}\n---\n")
    blog = {"title": one.words["blog"], "description": make_series(tag, 0).description}
    write(content / "blog" / "_index.md", json.dumps(blog, ensure_ascii=False) + "\n")
    for series in corpus.series(tag):
        folder = content / "blog" / series.slug
        write(folder / "_index.md", yaml_series(series, f"layout: series\nnumber: {series.number}\n"))
    for post in corpus.posts(tag):
        write(content / "blog" / post.series / f"{post.slug}.md", yaml_post(post, f"weight: {post.part}\n"))


def _fixed(page: FixedPage, name: str) -> str:
    head = {"title": page.heading, "description": page.description, "class": page.body_class, "main": page.main, "css": page.css}
    layout = {} if name == "home" else {"layout": "once"}
    return json.dumps({**head, **layout, **({"hidden": True} if name in _HIDDEN else {})}, ensure_ascii=False, indent=1) + "\n"


def _message(text: str) -> str:
    """`{n}` as Hugo's translations write it."""
    for name in ("number", "total", "n", "series"):
        text = text.replace(f"{{{name}}}", f"{{{{ .{name} }}}}")
    return text


def _command(folder: Path, cache: Path) -> list[str]:
    # The package's own launcher is a Python script; the binary beside it is started straight.
    binary = next((cache / "hugo" / "lib").glob("python*/site-packages/hugo/binaries/hugo"))
    return [str(binary), "--quiet", "--source", str(folder), "--destination", str(folder / "out")]


def _source(folder: Path, locale: str, series: str, stem: str) -> Path:
    return folder / "content" / locale / "blog" / series / f"{stem.partition('-')[2]}.md"


HUGO = Tool(name="Hugo", lay=write_site, command=_command, source=_source, pages="out", package="hugo")
