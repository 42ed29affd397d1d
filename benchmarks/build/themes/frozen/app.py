"""The plain way with Flask: read all posts, one view per kind of page, url_for and gettext-like words in the templates, freeze."""

import re
import sys
from functools import cached_property
from pathlib import Path

import comrak
import markdown
import yaml
from flask import Flask, Response, g, render_template, send_from_directory, url_for
from flask_frozen import Freezer
from site_words import DATA, LANGUAGES, ONCE, SHARED, json_ld, longdate, minutes, xml

ROOT = Path(__file__).parent
OPTIONS = comrak.ExtensionOptions()
OPTIONS.table = OPTIONS.strikethrough = True
OPTIONS.header_id_prefix = ""
ANCHOR = re.compile(r'<a href="#[^>]*class="anchor"></a>')


def to_html(text):
    if sys.argv[1:] == ["python-markdown"]:
        return markdown.markdown(text, extensions=["tables", "fenced_code", "toc"])
    return ANCHOR.sub("", comrak.render_markdown(text, extension_options=OPTIONS))


class Text:
    """A file with front matter; its markdown is rendered once."""

    def __init__(self, path, lang):
        _, head, self.body = path.read_text(encoding="utf-8").split("---\n", 2)
        self.__dict__.update(yaml.safe_load(head))
        self.lang, self.series = lang, path.parent.name
        number, _, slug = path.stem.partition("-")
        self.slug = slug if number.isdigit() else self.series
        self.part = int(number) if number.isdigit() else 0
        self.published = getattr(self, "date", None)

    @cached_property
    def minutes(self):
        return minutes(self.body, self.lang)

    @cached_property
    def html(self):
        return to_html(self.body)


HEADS, PARTS, POSTS = {}, {}, {}
for lang in LANGUAGES:
    POSTS[lang] = []
    for folder in sorted((ROOT / "content" / lang).iterdir()):
        texts = [Text(path, lang) for path in sorted(folder.glob("*.md"))]
        HEADS[lang, folder.name] = next(t for t in texts if not t.part)
        PARTS[lang, folder.name] = [t for t in texts if t.part]
        POSTS[lang] += PARTS[lang, folder.name]

app = Flask("bench", root_path=str(ROOT), static_folder=None)
app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
app.config.update(FREEZER_DESTINATION=str(ROOT / "out"), FREEZER_IGNORE_MIMETYPE_WARNINGS=True)


def link(kind, item=None):
    if kind in ("home", "once"):
        return url_for("once", lang=g.lang, name=item or "")
    if kind == "post":
        return url_for("post", lang=g.lang, group=item.series, slug=item.slug)
    if kind == "series":
        return url_for("series", lang=g.lang, group=item.slug)
    return url_for(kind, lang=g.lang)


app.jinja_env.globals.update(shared=SHARED, json_ld=json_ld, longdate=longdate, link=link, xml=xml)
app.jinja_env.globals["t"] = lambda name, **values: LANGUAGES[g.lang]["words"][name].format(**values)


@app.url_value_preprocessor
def language(endpoint, values):
    if values and "lang" in values:
        g.lang = values["lang"]


def page(template, **values):
    values.setdefault("heading", values.get("title"))
    return render_template(template, lang=g.lang, l=LANGUAGES[g.lang], **values)


@app.get("/<lang>/blog/<group>/<slug>/")
def post(lang, group, slug):
    parts = PARTS[lang, group]
    one = next(p for p in parts if p.slug == slug)
    return page("post.html", kind="post", title=one.title, description=one.description, tail=f"blog/{group}/{slug}/", part=one.part,
                parts=parts, head=HEADS[lang, group], published=one.published, html=one.html)  # fmt: skip


@app.get("/<lang>/blog/<group>/")
def series(lang, group):
    head = HEADS[lang, group]
    return page("series.html", kind="series", title=head.title, description=head.description, tail=f"blog/{group}/", html=head.html,
                parts=PARTS[lang, group])  # fmt: skip


@app.get("/<lang>/blog/", endpoint="list")
def all_series(lang):
    rows = [(head, PARTS[key]) for key, head in HEADS.items() if key[0] == lang]
    return page("list.html", kind="list", title=LANGUAGES[lang]["words"]["blog"], description=rows[0][0].description, tail="blog/", series=rows)


@app.get("/<lang>/", defaults={"name": ""})
@app.get("/<lang>/<path:name>")
def once(lang, name):
    one = next(o for o in ONCE if o["lang"] == lang and o["tail"] == name)
    return page("once.html", kind="once", title=one["heading"], description=one["description"], tail=name, body_class=one["body_class"],
                hidden=one["hidden"], html=one["main"], css=one["css"])  # fmt: skip


@app.get("/<lang>/feed.xml")
def feed(lang):
    newest = POSTS[lang][::-1][: DATA["feed_entries"]]
    return Response(page("feed.xml", posts=newest), mimetype="application/atom+xml")


@app.get("/sitemap.xml")
def sitemap():
    indexed = [(o["lang"], o["tail"]) for o in ONCE if not o["hidden"]]
    for (lang, group), parts in PARTS.items():
        indexed += [(lang, f"blog/{group}/"), *((lang, f"blog/{group}/{p.slug}/") for p in parts)]
    indexed += [(lang, "blog/") for lang in LANGUAGES]
    return Response(render_template("sitemap.xml", indexed=indexed), mimetype="application/xml")


ASSETS = (SHARED["icon"], SHARED["script"])


@app.get("/", defaults={"name": "index.html"})
@app.get("/404.html", defaults={"name": "404.html"})
@app.get("/robots.txt", defaults={"name": "robots.txt"})
@app.get("/assets/<path:name>")
def fixed(name):
    return send_from_directory(ROOT / ("assets" if f"assets/{name}" in ASSETS else "fixed"), name)


freezer = Freezer(app, with_no_argument_rules=False)


@freezer.register_generator
def everything():
    yield "sitemap", {}
    for name in ("index.html", "404.html", "robots.txt", *(asset.removeprefix("assets/") for asset in ASSETS)):
        yield "fixed", {"name": name}
    for one in ONCE:
        yield "once", {"lang": one["lang"], "name": one["tail"]}
    for lang in LANGUAGES:
        yield "list", {"lang": lang}
        yield "feed", {"lang": lang}
    for (lang, group), parts in PARTS.items():
        yield "series", {"lang": lang, "group": group}
        for one in parts:
            yield "post", {"lang": lang, "group": group, "slug": one.slug}


if __name__ == "__main__":
    freezer.freeze()
