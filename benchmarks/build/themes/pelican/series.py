"""The plugin: groups articles into series, writes the pages that Pelican has no kind for."""

from collections import defaultdict
from functools import cached_property

from pelican import generators, signals
from site_words import DATA, LANGUAGES, ONCE, minutes


class Item:
    """A post or the head of a series, under the names that the templates use."""

    def __init__(self, content):
        self.content, self.lang, self.slug = content, content.lang, content.slug
        self.title, self.description = content.title, content.description
        self.part = int(getattr(content, "part", 0))
        self.published = content.date.date() if self.part else None
        self.series = getattr(content, "series", content.slug)

    @cached_property
    def minutes(self):
        # The words of the page, since Pelican's cache keeps no source.
        return minutes(self.content.content, self.lang)

    @property
    def html(self):
        return self.content.content


def link_in(lang):
    def link(kind, item=None):
        if kind == "post":
            return f"/{lang}/blog/{item.series}/{item.slug}/"
        if kind == "series":
            return f"/{lang}/blog/{item.slug}/"
        return f"/{lang}/" + {"list": "blog/", "feed": "feed.xml"}.get(kind, item or "")

    return link


def words_in(lang):
    words = LANGUAGES[lang]["words"]
    return lambda name, **values: words[name].format(**values)


LINKS = {lang: link_in(lang) for lang in LANGUAGES}
WORDS = {lang: words_in(lang) for lang in LANGUAGES}
PARTS, HEADS, POSTS = defaultdict(list), {}, defaultdict(list)


def values_of(lang):
    return {"lang": lang, "l": LANGUAGES[lang], "link": LINKS[lang], "t": WORDS[lang]}


def take_articles(generator):
    for article in sorted([*generator.articles, *generator.translations], key=lambda a: a.date):
        item = Item(article)
        POSTS[item.lang].append(item)
        PARTS[item.lang, item.series].append(item)


def take_pages(generator):
    for page in sorted([*generator.pages, *generator.translations], key=lambda p: p.slug):
        HEADS[page.lang, page.slug] = Item(page)


def prepare(_generators):
    """What each article's and page's template sees beside Pelican's own names."""
    for key, head in HEADS.items():
        posts = PARTS[key]
        head.content.bench = dict(
            values_of(head.lang), kind="series", title=head.title, heading=head.title, description=head.description,
            tail=f"blog/{head.slug}/", parts=posts,
        )  # fmt: skip
        for post in posts:
            post.content.bench = dict(
                values_of(post.lang), kind="post", title=post.title, heading=post.title, description=post.description,
                tail=f"blog/{post.series}/{post.slug}/", part=post.part, parts=posts, head=head, published=post.published,
            )  # fmt: skip


class Rest(generators.Generator):
    """Lists, pages that exist once, feeds, sitemap."""

    def generate_output(self, writer):
        def write(path, template, **values):
            name = template + (".xml" if path.endswith(".xml") else ".html")
            writer.write_file(path, self.env.get_template(name), self.context, relative_urls=False, **values)

        indexed = [(o["lang"], o["tail"]) for o in ONCE if not o["hidden"]]
        for one in ONCE:
            write(f"{one['lang']}/{one['tail']}index.html", "once", **values_of(one["lang"]), kind="once", title=one["heading"],
                  heading=one["heading"], html=one["main"], **{k: one[k] for k in ("tail", "description", "body_class", "hidden", "css")})  # fmt: skip
        for lang, slug in HEADS:
            parts = PARTS[lang, slug]
            indexed += [(lang, f"blog/{slug}/"), *((lang, f"blog/{slug}/{p.slug}/") for p in parts)]
        for lang in LANGUAGES:
            rows = [(head, PARTS[key]) for key, head in HEADS.items() if key[0] == lang]
            title = LANGUAGES[lang]["words"]["blog"]
            write(f"{lang}/blog/index.html", "list", **values_of(lang), kind="list", title=title, heading=title,
                  description=rows[0][0].description, tail="blog/", series=rows)  # fmt: skip
            write(f"{lang}/feed.xml", "feed", **values_of(lang), posts=POSTS[lang][::-1][: DATA["feed_entries"]])
            indexed.append((lang, "blog/"))
        write("sitemap.xml", "sitemap", indexed=indexed)


def rest(_pelican):
    return Rest


def register():
    signals.article_generator_finalized.connect(take_articles)
    signals.page_generator_finalized.connect(take_pages)
    signals.all_generators_finalized.connect(prepare)
    signals.get_generators.connect(rest)
