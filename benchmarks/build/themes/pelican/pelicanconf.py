"""Pelican's settings: addresses by language and series, nothing written but what `series.py` and the articles ask for."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from site_words import LANGUAGES, SHARED, json_ld, longdate, xml

SITENAME, SITEURL, TIMEZONE, DEFAULT_LANG = "Karvan", "https://xx.bench.example", "UTC", "zz"
PATH, OUTPUT_PATH, THEME = "content", "out", "theme"
ARTICLE_PATHS, PAGE_PATHS, STATIC_PATHS = ["posts"], ["series"], ["fixed", "assets"]
EXTRA_PATH_METADATA = {f"fixed/{name}": {"path": name} for name in ("index.html", "404.html", "robots.txt")}
READERS = {"html": None}
ARTICLE_URL = ARTICLE_LANG_URL = "{lang}/blog/{series}/{slug}/"
ARTICLE_SAVE_AS = ARTICLE_LANG_SAVE_AS = ARTICLE_URL + "index.html"
PAGE_URL = PAGE_LANG_URL = "{lang}/blog/{slug}/"
PAGE_SAVE_AS = PAGE_LANG_SAVE_AS = PAGE_URL + "index.html"
MARKDOWN = {
    "extensions": ["markdown.extensions.meta", "markdown.extensions.tables", "markdown.extensions.fenced_code", "markdown.extensions.toc"],
    "output_format": "html5",
}
JINJA_ENVIRONMENT = {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True, "extensions": []}
JINJA_GLOBALS = {"shared": SHARED, "json_ld": json_ld, "longdate": longdate, "xml": xml, "languages": LANGUAGES}
TYPOGRIFY, WITH_FUTURE_DATES, DEFAULT_PAGINATION = False, True, False
CACHE_CONTENT, LOAD_CONTENT_CACHE, CHECK_MODIFIED_METHOD = True, True, "mtime"
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
AUTHOR_SAVE_AS = CATEGORY_SAVE_AS = TAG_SAVE_AS = ARCHIVES_SAVE_AS = AUTHORS_SAVE_AS = CATEGORIES_SAVE_AS = TAGS_SAVE_AS = ""
DIRECT_TEMPLATES, DEFAULT_CATEGORY, USE_FOLDER_AS_CATEGORY = [], "blog", False
PLUGIN_PATHS, PLUGINS = ["."], ["series"]
