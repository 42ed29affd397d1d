"""What the product's own pages say, read from a small site that it builds: the parts that the peers take over as they are.

The form, the style sheet and the few pages that exist once per language are the same text in every tool's site. The peers
get them ready made, which spares them the work that the product does for them.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

from benchmarks.build.catalogues import interface_words
from benchmarks.build.corpus import SERIES_LENGTH, Corpus

#: Stands in the form for the address of the page.
PAGE = "@@page@@"
#: Pages that every language has once: name of the page -> its path within the language.
ONCE = {"home": "", "thanks": "thanks/guide/", "privacy": "privacy/", "imprint": "imprint/"}
_FORM = re.compile(r'<form class="lead".*?</form>', re.S)
_PAGE_FIELD = re.compile(r'(name="page" value=")[^"]*(")')
_MAIN = re.compile(r'<main id="main"[^>]*>\n(.*)\n</main>', re.S)


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedPage:
    """A page whose content is the product's: heading, description, class of the body, what stands in `main`, and its styles where
    it does not carry all of them."""

    heading: str
    description: str
    body_class: str
    main: str
    css: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LocaleReference:
    """A language: attributes, words of the interface, form, pages that exist once."""

    hreflang: str
    dir: str
    autonym: str
    brand: str
    words: dict[str, str]
    form: str
    pages: dict[str, FixedPage]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """The whole site: style sheet, drawings, addresses, languages, the two pages of the site's root whole."""

    base_url: str
    css: str
    logo: str
    dunes: str
    icon: str
    icon_svg: str
    script: str
    script_js: str
    robots: str
    controller: str
    address: str
    email: str
    locales: dict[str, LocaleReference]
    root: dict[str, str]

    def shared(self) -> dict[str, Any]:
        """What is the same in all languages, for templates; languages in the order of their hreflang."""
        names = ("base_url", "css", "logo", "dunes", "icon", "script", "controller", "address", "email")
        languages = [
            {"tag": tag, "hreflang": one.hreflang, "dir": one.dir, "autonym": one.autonym}
            for tag, one in self.locales.items()
        ]
        ordered = sorted(languages, key=lambda one: one["hreflang"])
        return {**{name: getattr(self, name) for name in names}, "languages": languages, "alternates": ordered}

    def language(self, tag: str) -> dict[str, Any]:
        """A language for templates: the form is in two halves, between which stands the page's address."""
        one = self.locales[tag]
        head, _, tail = one.form.partition(PAGE)
        fields = ("hreflang", "dir", "autonym", "brand", "words")
        return {"tag": tag, **{name: getattr(one, name) for name in fields}, "form_head": head, "form_tail": tail}


def read_reference() -> Reference:
    """Builds a site of one series with the product and reads it."""
    from benchmarks.build.leadsite_site import BASE_URL, LEADSITE, write_project

    corpus = Corpus(total=SERIES_LENGTH * len(Corpus(0).locales))
    with tempfile.TemporaryDirectory(prefix="leadsite-bench-") as name:
        project = Path(name) / "project"
        write_project(project, corpus)
        done = subprocess.run(LEADSITE.command(project, project), capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"leadsite cannot build the reference site\n{done.stderr[-3000:]}")
        return _read(project, project / LEADSITE.pages, BASE_URL, corpus.locales)


def _read(project: Path, pages: Path, base_url: str, locales: Iterable[str]) -> Reference:
    home = _text(pages / "en" / "index.html")
    css = _style(_text(next((pages / "en" / "blog").glob("*/*/index.html"))))
    icon, script = (next((pages / "assets").glob(name)) for name in ("icon.*", "form.*"))
    return Reference(
        base_url=base_url,
        css=css,
        logo=_one(r'<a class="brand"[^>]*>(<svg.*?</svg>)', home),
        dunes=_one(r'(<svg class="dunes".*?</svg>)', home),
        icon=f"assets/{icon.name}",
        icon_svg=icon.read_text(encoding="utf-8"),
        script=f"assets/{script.name}",
        script_js=script.read_text(encoding="utf-8"),
        robots=_text(pages / "robots.txt"),
        controller=unescape(_one(r"<footer.*?<strong>(.*?)</strong>", home)),
        address=unescape(_one(r"<footer.*?</strong><br>(.*?)</p>", home)),
        email=_one(r'"email":\s*"([^"]+)"', home),
        locales={tag: _locale(project, pages / tag, tag, css) for tag in locales},
        root={name: _text(pages / f"{name}.html") for name in ("index", "404")},
    )


def _locale(project: Path, folder: Path, tag: str, css: str) -> LocaleReference:
    home = _text(folder / "index.html")
    form = _FORM.search(home)
    if form is None:
        raise ValueError(f"the home page in {tag} has no form")
    return LocaleReference(
        hreflang=_one(r'"inLanguage":\s*"([^"]+)"', home),
        dir=_one(r'<html [^>]*dir="(\w+)"', home),
        autonym=unescape(_one(r'<span aria-current="true"[^>]*>(.*?)</span>', home)),
        brand=unescape(_one(r'property="og:site_name" content="([^"]+)"', home)),
        words=interface_words(project, tag),
        form=_PAGE_FIELD.sub(rf"\g<1>{PAGE}\g<2>", form[0]),
        pages={name: _page(_text(folder / path / "index.html"), css) for name, path in ONCE.items()},
    )


def _page(html: str, css: str) -> FixedPage:
    title = unescape(_one(r"<title>(.*?)</title>", html))
    description = re.search(r'<meta name="description" content="([^"]*)"', html)
    return FixedPage(
        heading=title.rpartition(" · ")[0] or title,
        description=unescape(description[1]) if description else "",
        body_class=_one(r'<body class="([^"]*)"', html),
        main=_one(_MAIN.pattern, html),
        css="" if (own := _style(html)) == css else own,
    )


def _style(html: str) -> str:
    return _one(r"<style>(.*?)</style>", html)


def _one(pattern: str, text: str) -> str:
    found = re.search(pattern, text, re.S)
    if found is None:
        raise ValueError(f"a page of the product has nothing like {pattern}")
    return found[1]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
