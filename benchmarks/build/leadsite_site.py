"""A whole leadsite project over the corpus: one market in ten locales, the product's own theme with the form on every post."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from benchmarks.build.catalogues import write_catalogues
from benchmarks.build.corpus import Corpus, sentence, series_slug, yaml_post, yaml_series
from benchmarks.build.reference import PAGE, Reference
from benchmarks.build.tool import PRODUCT, Tool, write

MARKET = "xx"
BASE_URL = "https://xx.bench.example"
_SITE = 'name = "Karvan"\nsource_locale = "en"\ndefault_market = "xx"\ntheme_color = "#0b5f56"\n'
_MARKET = """locales = [{locales}]
base_url = "{base_url}"
forms_url = "https://forms.bench.example"
jurisdiction = "US"
currency = "USD"
phone_region = "US"
time_zone = "America/New_York"
missing_translation = "none"
double_opt_in = "always"
home = "guide"
pages = ["guide"]
series = [{series}]
forms = ["guide"]

[controller]
name = "Karvan Example Advisory LLC"
address = "100 Example Street, Columbus, OH 43215, USA"
email = "hello@xx.bench.example"
privacy_contact = "privacy@xx.bench.example"
registration = "Ohio entity no. 0000000 (example)"

[privacy]
storage_country = "US"
retention_months = 24

[privacy.authority]
{authority}url = "https://authority.example/"

[[privacy.recipients]]
name = "Example Cloud Ohio"
role = "hosting"
country = "US"

[lists.guide]
destination = "list"

[[routes]]
form = "guide"
use = "email"
list = "guide"
"""
_FORM = """request = "the complete guide"
submit = "Send me the guide"
thanks_title = "One more step: confirm your email address"
thanks_text = "We have sent a mail to the address you gave."

[[fields]]
name = "name"
type = "name"
label = "Your name"
why = "So that we can address you. One name is enough."

[[fields]]
name = "email"
type = "email"
label = "Email address"
why = "We send the link to the guide here."

[[purposes]]
id = "news"
summary = "sending you the follow-up series and news on winning clients"

[purposes.boxes]
email = "Email me the follow-up series and occasional news on winning clients. I can stop at any time."
"""
#: A post shows the form that its context brings; until the context brings one, the form as the product has rendered it.
_POST_FORM = """{% if form is defined and form %}
{% from "_form.html" import lead_form with context %}
{{ lead_form(form) }}
{% else %}
{% include "_bench_form_" ~ lang ~ ".html" %}
{% endif %}
</article>"""


def write_project(folder: Path, corpus: Corpus, reference: Reference | None = None) -> None:
    """The project; without a reference the posts have no form."""
    shutil.copytree(PRODUCT / "site", folder / "site")
    write(folder / "site" / "site.toml", _SITE)
    write_catalogues(PRODUCT, folder)
    quoted = ", ".join(f'"{tag}"' for tag in corpus.locales)
    series = ", ".join(f'"{series_slug(n)}"' for n in range(corpus.series_count))
    authority = "".join(f'{tag} = "{sentence(tag, "authority", 5)}"\n' for tag in corpus.locales)
    content = folder / "content"
    market = _MARKET.format(locales=quoted, base_url=BASE_URL, series=series, authority=authority)
    write(content / "markets" / f"{MARKET}.toml", market)
    write(content / "forms" / "guide.toml", _FORM)
    for locale in corpus.locales:
        write(content / "pages" / f"guide.{locale}.md", _home(locale))
        for one in corpus.series(locale):
            write(content / "blog" / one.slug / f"series.{locale}.md", yaml_series(one))
        for post in corpus.posts(locale):
            write(content / "blog" / post.series / f"{post.stem}.{locale}.md", yaml_post(post))
    if reference is not None:
        _add_form(folder / "site" / "templates", reference)


def _home(locale: str) -> str:
    def words(seed: str, count: int) -> str:
        return sentence(locale, f"home/{seed}", count)

    return (
        f'---\ntitle: "{words("title", 6)[:-1]}"\ndescription: "{words("description", 14)}"\nform: guide\n---\n\n'
        f"::: hero\n# {words('headline', 7)[:-1]}\n\n{words('lead', 40)}\n\n[{words('action', 3)[:-1]}](#form)\n:::\n\n"
        f"::: form\n## {words('form', 5)[:-1]}\n\n{words('form text', 25)}\n:::\n\n"
        f"::: series\n## {words('series', 5)[:-1]}\n\n{words('series text', 12)}\n:::\n"
    )


def _add_form(templates: Path, reference: Reference) -> None:
    """Puts the form into the theme's post, unless the theme has come to do so itself."""
    post = templates / "post.html"
    text = post.read_text(encoding="utf-8")
    if "lead_form" in text:
        return
    if text.count("</article>") != 1:
        raise ValueError("post.html of the product has changed: the form has no place")
    write(post, text.replace("</article>", _POST_FORM))
    for tag, one in reference.locales.items():
        form = "{% raw %}" + one.form.replace(PAGE, "{% endraw %}{{ page.canonical }}{% raw %}") + "{% endraw %}\n"
        write(templates / f"_bench_form_{tag}.html", form)


def _command(folder: Path, _cache: Path) -> list[str]:
    script = Path(sys.executable).with_name("leadsite")
    return [str(script), "build", "--project", str(folder), "--out", str(folder / "out"), "--json"]


def _source(folder: Path, locale: str, series: str, stem: str) -> Path:
    return folder / "content" / "blog" / series / f"{stem}.{locale}.md"


LEADSITE = Tool(name="leadsite", lay=write_project, command=_command, source=_source, pages=f"out/{MARKET}", package="")
