"""The corpus: the same posts for every tool. A locale and a number alone decide a post, so any size is a prefix of the next."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.build.vocabulary import FULL_STOP, VOCABULARY

LOCALES = tuple(VOCABULARY)
SERIES_LENGTH = 7
AUTHOR = "Karvan"
#: How many of the newest posts a feed holds; as many as the product's feeds (`LONGEST_FEED`).
FEED_ENTRIES: int | None = 50
_FIRST_DAY = dt.date(2012, 1, 2)
_TAGS = ("pricing", "guides", "rental", "finance", "health", "travel", "energy", "repair", "legal", "garden", "food", "safety")
_CODE = """```python
def quote(area, rate=3.5):
    total = area * rate
    if total > 100 and rate < 9:
        total -= 10
    return {"total": total}
```"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A series in one locale: title, description, introduction."""

    locale: str
    number: int
    title: str
    description: str
    body: str

    @property
    def slug(self) -> str:
        return series_slug(self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post in one locale. `number` counts within the locale from 0, `part` within its series from 1."""

    locale: str
    number: int
    title: str
    description: str
    date: dt.date
    tags: tuple[str, ...]
    body: str

    @property
    def series(self) -> str:
        return series_slug(self.number // SERIES_LENGTH)

    @property
    def part(self) -> int:
        return self.number % SERIES_LENGTH + 1

    @property
    def slug(self) -> str:
        return f"post-{self.number:05}"

    @property
    def stem(self) -> str:
        """The name of its file without locale and ending: `03-post-00016`."""
        return f"{self.part:02}-{self.slug}"


@dataclass(frozen=True)
class Corpus:
    """So many posts, spread evenly over the locales; at least one each."""

    total: int
    locales: tuple[str, ...] = LOCALES

    @property
    def per_locale(self) -> int:
        return max(1, self.total // len(self.locales))

    @property
    def series_count(self) -> int:
        return -(-self.per_locale // SERIES_LENGTH)

    def posts(self, locale: str) -> Iterator[Post]:
        return (make_post(locale, number) for number in range(self.per_locale))

    def series(self, locale: str) -> Iterator[Series]:
        return (make_series(locale, number) for number in range(self.series_count))


def series_slug(number: int) -> str:
    return f"series-{number:04}"


def make_post(locale: str, number: int) -> Post:
    """The post of a number in a locale; date and tags are the same in all locales."""
    own, shared = random.Random(f"{locale}/{number}"), random.Random(f"tags/{number}")
    return Post(
        locale=locale,
        number=number,
        title=_heading(own, locale, 6),
        description=_sentence(own, locale, 14),
        date=_FIRST_DAY + dt.timedelta(days=number),
        tags=tuple(shared.sample(_TAGS, 3)),
        body=_body(own, locale),
    )


def make_series(locale: str, number: int) -> Series:
    own = random.Random(f"{locale}/series/{number}")
    return Series(
        locale=locale,
        number=number,
        title=_heading(own, locale, 4),
        description=_sentence(own, locale, 14),
        body=_paragraph(own, locale, 40) + "\n",
    )


def sentence(locale: str, seed: str, words: int = 10) -> str:
    """A sentence that the seed decides, for edits and catalogues."""
    return _sentence(random.Random(f"{locale}/{seed}"), locale, words)


def yaml_post(post: Post, more: str = "") -> str:
    """The post with YAML front matter, as leadsite, Hugo, Eleventy and the Flask site read it; `more` are lines of it."""
    tags = ", ".join(post.tags)
    return (
        f'---\ntitle: "{post.title}"\ndescription: "{post.description}"\ndate: {post.date}\nauthor: {AUTHOR}\n'
        f"tags: [{tags}]\n{more}---\n\n{post.body}"
    )


def yaml_series(series: Series, more: str = "") -> str:
    return f'---\ntitle: "{series.title}"\ndescription: "{series.description}"\n{more}---\n\n{series.body}'


def with_new_title(text: str, title: str) -> str:
    """A source file with another title, in YAML or in a `Title:` line."""
    head, found, rest = text.partition("itle: ")
    if not found:
        raise ValueError("the file has no title")
    old, _, rest = rest.partition("\n")
    return f'{head}itle: "{title}"\n{rest}' if old.startswith('"') else f"{head}itle: {title}\n{rest}"


def with_longer_body(text: str, sentence: str) -> str:
    """A source file with one more paragraph."""
    return f"{text.rstrip()}\n\n{sentence}\n"


def _words(own: random.Random, locale: str, count: int) -> list[str]:
    """Frequent words come more often than rare ones."""
    words = VOCABULARY[locale]
    return [words[int(own.random() ** 1.5 * len(words))] for _ in range(count)]


def _heading(own: random.Random, locale: str, count: int) -> str:
    text = " ".join(_words(own, locale, count))
    return text[:1].upper() + text[1:]


def _sentence(own: random.Random, locale: str, count: int) -> str:
    return _heading(own, locale, count) + FULL_STOP[locale]


def _paragraph(own: random.Random, locale: str, least: int) -> str:
    """Sentences until there are so many words, with emphasis, code and links now and then."""
    found: list[str] = []
    count = 0
    while count < least:
        words = _heading(own, locale, own.randint(7, 16)).split()
        count += len(words)
        chance = own.random()
        if chance < 0.15:
            words[2] = f"**{words[2]}**"
        elif chance < 0.30:
            words[3] = f"*{words[3]}*"
        elif chance < 0.42:
            words[1] = f"[{words[1]} {words[4]}](https://example.org/{own.randint(1, 9999)})"
        elif chance < 0.47:
            words[2] = f"`code_{own.randint(1, 99)}`"
        found.append(" ".join(words) + FULL_STOP[locale])
    return " ".join(found)


def _body(own: random.Random, locale: str) -> str:
    """About 830 words: headings of two levels, lists, a table, code, a quotation."""

    def text(least: int) -> str:
        return _paragraph(own, locale, least)

    table = ["| " + " | ".join(_words(own, locale, 4)) + " |", "|---|:--:|--:|---|"]
    table += ["| " + " | ".join([*_words(own, locale, 3), str(own.randint(1, 999))]) + " |" for _ in range(6)]
    parts = [
        text(75), f"## {_heading(own, locale, 4)}", text(95), text(65), "\n".join(f"- {text(10)}" for _ in range(5)),
        f"## {_heading(own, locale, 5)}", text(85), "\n".join(table), f"### {_heading(own, locale, 3)}", text(65), _CODE,
        "\n".join(f"{n}. {text(9)}" for n in range(1, 5)), f"> {text(25)}", f"## {_heading(own, locale, 4)}", text(95), text(55),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"
