"""What may be wrong in single texts of a project that is sound otherwise: copies (P204) and dead links (P105)."""

from __future__ import annotations

from collections.abc import Iterable

from leadcore.model.markets import Market
from leadcore.model.pages import TextKey
from leadcore.model.project import Project
from leadcore.problems import ProblemList
from leadsite.link_checks import LinkChecker
from leadsite.translation_checks import check_copies


def check_texts(project: Project, keys: Iterable[TextKey], markets: tuple[str, ...], found: ProblemList) -> None:
    """Adds what is wrong in these texts, for these markets or all. Text by text, since what is known of one is at hand only for a while."""
    chosen = project.only(markets).markets.values()
    checkers = [LinkChecker(project, market, locale, found) for market in chosen for locale in market.locales]
    for key in keys:
        check_copies(project, found, key)
        for links in checkers:
            if is_shown(key, links.market) and (document := project.document(key, links.market, links.locale)) is not None:
                links.check(document)


def is_shown(key: TextKey, market: Market) -> bool:
    """Whether a market shows pages and series of this name; mails are every market's."""
    return key.kind == "mail" or (key.name in market.pages if key.kind == "page" else key.group in market.series)
