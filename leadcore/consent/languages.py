"""The languages a notice has to be served in for one visitor, and which of them were not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leadcore.consent.cases import Case
from leadcore.consent.reasons import Reason, because, by_policy
from leadcore.consent.regimes import Regime

_DUTIES = ("required", "all", "parity")


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageFindings:
    """Codes to show (`lang:fr`, `lang_choice:en_plus_22`) and languages that are missing, with their rules."""

    show: tuple[Reason, ...]
    missing: tuple[Reason, ...]


def primary(tag: str) -> str:
    """The primary subtag of a BCP 47 tag: `gu` of `gu-IN`."""
    return tag.replace("_", "-").split("-")[0].lower()


def _served(case: Case) -> frozenset[str] | None:
    langs = case.langs_served if case.langs_served is not None else case.page_langs
    return None if langs is None else frozenset(primary(lang) for lang in langs)


def language_findings(case: Case, chains: Sequence[Regime]) -> LanguageFindings:
    """Duty languages, the chosen one and the page's own; missing are those not served, where the case says what was.

    Source: section 2.2 no. 1 (a union, not a maximum); addenda, combination.
    """
    reasons: dict[str, list[Reason]] = {}
    show: list[Reason] = []
    for chain in chains:
        rule = chain["lang"]
        if rule.data["mode"] in _DUTIES:
            for lang in rule.data["langs"]:
                reasons.setdefault(lang, []).extend(because(f"lang:{lang}", [rule]))
        elif rule.data["mode"] == "choice":
            langs = rule.data["langs"]
            show += because(f"lang_choice:{langs[0]}_plus_{len(langs) - 1}", [rule])
    own = [case.lang_chosen] if case.lang_chosen else []
    for tag in (*own, *(case.page_langs or ())):
        lang = primary(tag)
        if lang not in reasons:
            speaking = [chain["lang"] for chain in chains if chain["lang"].value != "any_clear"]
            reasons[lang] = list(
                because(f"lang:{lang}", speaking)
                or by_policy(f"lang:{lang}", "lang", "the language of the page and the one chosen")
            )
    served = _served(case)
    missing: list[Reason] = []
    for lang, why in reasons.items():
        show += why
        if served is not None and lang not in served:
            missing += [
                Reason(code=f"notice:LANG_MISSING_{lang}", regime=r.regime, field=r.field, cite=r.cite, conf=r.conf)
                for r in why
            ]
    return LanguageFindings(show=tuple(show), missing=tuple(missing))
