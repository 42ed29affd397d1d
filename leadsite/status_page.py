"""Pages of the preview for the people who make the site: where to go, what is translated, what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from leadcore.model.locales import autonym
from leadcore.problems import Problem

if TYPE_CHECKING:
    from leadsite.live import LiveProject

_STYLE = """
:root{color-scheme:light dark;font:1rem/1.6 system-ui,"Noto Sans","Noto Sans Gujarati","Noto Sans Devanagari","Noto Sans Bengali","Noto Sans Arabic",sans-serif}
body{max-width:64rem;margin:0 auto;padding:1rem}
nav a{margin-inline-end:1rem}
table{border-collapse:collapse;width:100%}
td,th{border-block-end:1px solid #8886;padding:.35rem .6rem;text-align:start;vertical-align:top}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#8881;padding:1rem;border-radius:.4rem}
iframe{width:100%;height:36rem;border:1px solid #8886;border-radius:.4rem;background:#fff}
"""


def frame(title: str, body: Markup) -> str:
    """A page of the preview's own, in English, for the project's authors."""
    return Markup(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<title>{title}</title><style>{style}</style></head><body>"
        '<nav aria-label="Preview"><a href="/">Preview</a><a href="/mailbox">Mailbox</a><a href="/status">Status</a></nav>'
        "<main><h1><bdi>{title}</bdi></h1>{body}</main></body></html>"
    ).format(title=title, style=Markup(_STYLE), body=body)


def problems_page(problems: tuple[Problem, ...]) -> str:
    """Every problem, in place of the page that it keeps from being shown."""
    shown = "\n\n".join(str(p) for p in problems)
    return frame(f"{len(problems)} problem(s)", Markup("<p>Mend these and save; the page comes back by itself.</p><pre>{}</pre>").format(shown))


def status_page(live: LiveProject, translations: Any = None) -> str:
    """The markets with their languages; problems; and the state of each translation where it is given."""
    project = live.project()
    rows = Markup("")
    for market in project.markets.values():
        links = Markup(" · ").join(
            Markup('<a href="/{}/{}" lang="{}">{}</a>').format(market.id, market.prefix(tag), tag, autonym(tag))
            for tag in market.locales
        )
        rows += Markup("<tr><th>{}</th><td>{}</td><td>{}</td></tr>").format(market.id, market.jurisdiction, links)
    body = Markup("<table><thead><tr><th>Market</th><th>Jurisdiction</th><th>Languages</th></tr></thead><tbody>{}</tbody></table>").format(rows)
    problems = live.problems()
    if problems:
        body += Markup("<h2>Problems</h2><pre>{}</pre>").format("\n\n".join(str(p) for p in problems))
    if translations is not None:
        body += _translations(translations)
    return frame("Preview", body)


def _translations(status: Any) -> Markup:
    rows = Markup("")
    for one in status.texts:
        row = one.as_dict()
        if row.get("state") in ("translated", None):
            continue
        cells = (", ".join(v) if isinstance(v := row[k], list) else v for k in ("market", "locale", "text", "state", "lacks", "target"))
        rows += Markup("<tr>{}</tr>").format(Markup("").join(Markup("<td>{}</td>").format(c) for c in cells))
    heads = Markup("").join(Markup("<th>{}</th>").format(h) for h in ("Market", "Locale", "Text", "State", "Lacks", "File"))
    table = Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(heads, rows)
    return Markup("<h2>Texts that are not fully translated</h2>{}").format(table if rows else Markup("<p>None.</p>"))
