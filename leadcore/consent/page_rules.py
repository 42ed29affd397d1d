"""What a form has to show before anybody has answered: boxes, notice, languages, age, proof.

Answers for the page; `decide` answers for one visitor with the same chains.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from leadcore.consent.applies import applicable, codes_in_force
from leadcore.consent.combine import Combined, combine, rank, unsubscribe_hours
from leadcore.consent.notices import in_reading_order
from leadcore.consent.regimes import HOUSE, USES, Regime, country_regime, last_switch, regime

TRANSFER_ITEMS = frozenset(
    ("transfers", "transfers_countries", "overseas_recipient", "cross_border_transfer", "outside_quebec", "risks_of_transfer", "safeguards")
)
"""Notice items that tell where data goes."""

_PARENTAL = ("parental", "joint", "parental_verifiable")
_DOCUMENTS = ("notice_standalone", "consent_as_own_document", "notice_before_and_apart_from_consent")
_NEEDS_CONSENT = rank("email", "opt_in_soft")


@dataclass(frozen=True, slots=True, kw_only=True)
class UseRequirement:
    """What one use needs: its combined basis, whether a box has to be offered, and whether that box may come ticked."""

    use: str
    basis: str
    box: bool
    may_be_prechecked: bool
    regimes: tuple[str, ...]
    cite: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageDuties:
    """Languages of notice and consent text, as primary subtags (`fr`).

    `shown`: each has to be on the page. `choice`: each has to be selectable. `parity`: no other version may be better
    placed. `page_language`: the notice also has to be in the language of the page.
    """

    shown: tuple[str, ...]
    choice: tuple[str, ...]
    parity: tuple[str, ...]
    page_language: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRequirements:
    """Everything a form has to show or keep under the chains in force.

    `age_threshold` is the age from which own consent counts (years, 0 = none fixed); `parental_under` is the bound
    below which a parent has to agree (0 = nowhere). `unsubscribe_hours` is 0 for "before the next message".
    `documents` are the standalone documents; `show` and `never_show` are the codes that regimes add for the page.
    """

    codes: tuple[str, ...]
    today: date
    uses: Mapping[str, UseRequirement]
    prechecked: str
    doi: str
    double_opt_in: bool
    age_threshold: int
    parental_under: int
    age_question: str
    notice_items: tuple[str, ...]
    languages: LanguageDuties
    split: frozenset[str]
    documents: tuple[str, ...]
    proof: tuple[str, ...]
    proof_years: int
    unsubscribe: str
    unsubscribe_hours: int
    show: tuple[str, ...]
    never_show: tuple[str, ...]
    rules: Mapping[str, Combined]

    @property
    def boxes(self) -> tuple[str, ...]:
        """The uses for which a box has to be offered."""
        return tuple(use for use, need in self.uses.items() if need.box)


def languages(rules: Combined) -> LanguageDuties:
    """The language duties of a combined `lang` rule."""
    sets: dict[str, list[str]] = {"shown": [], "choice": [], "parity": []}
    modes = set()
    for rule in rules.rules:
        mode, langs = rule.data["mode"], rule.data["langs"]
        modes.add(mode)
        if mode in ("required", "all", "parity"):
            sets["shown"] += langs
        if mode in ("choice", "parity"):
            sets[mode] += langs
    return LanguageDuties(
        shown=tuple(dict.fromkeys(sets["shown"])),
        choice=tuple(dict.fromkeys(sets["choice"])),
        parity=tuple(dict.fromkeys(sets["parity"])),
        page_language=bool(modes & {"audience", "offer_languages"}),
    )


def may_be_prechecked(use: str, rules: Mapping[str, Combined], codes: Iterable[str]) -> bool:
    """Whether a box for this use may come ticked: never where that is invalid, nor for US calls and texts (E-SIGN)."""
    return rules["prechecked"].value == "allowed" and not (use in ("sms", "voice") and "US" in codes)


def _announced(chains: tuple[Regime, ...], today: date) -> tuple[Regime, ...]:
    """The chains with those of the day after their last announced switch, for a form that switches early."""
    later = []
    for chain in chains:
        switch = None if chain.code == HOUSE else last_switch(chain.code)
        if switch and switch > today:
            later.append(regime(chain.code, switch) if chain.code != "EU" else country_regime(chain.country, switch))
    return chains + tuple(later)


def requirements(
    market_country: str | Iterable[str],
    residence: str | None = None,
    region: str | None = None,
    phone: str | None = None,
    *,
    today: date,
    ip_country: str = "",
    seat: str = "",
    early: bool = True,
) -> FormRequirements:
    """What the form of a market has to show on `today`, for the residence, region and phone number known so far.

    `market_country` is one country (or market id) or several. With `early`, boxes, notice, languages, split and proof
    already follow rules that are announced for a later day; age, double opt-in and deadlines follow `today`. Source:
    fact base section 2.1 and 2.2 (a form may switch early, the API enforces from the day).
    """
    markets = (market_country,) if isinstance(market_country, str) else tuple(market_country)
    chains = applicable(
        markets=markets,
        today=today,
        residence=residence or "",
        region=region or "",
        phone=phone or "",
        ip_country=ip_country,
        seat=seat,
    )
    now = combine(chains)
    page = combine(_announced(chains, today)) if early else now
    codes = codes_in_force(chains)
    bounds = [r["under"] for c in chains for r in c["minor"].data["rules"] if r["rule"] in _PARENTAL]
    screens = tuple(dict.fromkeys((s.side, s.code) for chain in chains for s in chain.screens))
    show = tuple(code for side, code in screens if side == "show")
    uses = {
        use: UseRequirement(
            use=use,
            basis=page[use].value,
            box=rank(use, page[use].value) >= _NEEDS_CONSENT,
            may_be_prechecked=may_be_prechecked(use, page, codes),
            regimes=page[use].regimes,
            cite=page[use].cite,
        )
        for use in USES
    }
    return FormRequirements(
        codes=codes,
        today=today,
        uses=MappingProxyType(uses),
        prechecked=page["prechecked"].value,
        doi=now["doi"].value,
        double_opt_in=now["doi"].value in ("de_facto", "required"),
        age_threshold=now["age"].number,
        parental_under=max(bounds, default=0),
        age_question="" if not bounds else "age_question_neutral" if "US" in codes else "age_question",
        notice_items=in_reading_order(page["notice"].items),
        languages=languages(page["lang"]),
        split=frozenset(page["split"].items),
        documents=tuple(code for code in _DOCUMENTS if code in show),
        proof=page["proof"].items,
        proof_years=page["proof_years"].number,
        unsubscribe=now["unsub"].value,
        unsubscribe_hours=min(unsubscribe_hours(chain["unsub"]) for chain in chains),
        show=show,
        never_show=tuple(code for side, code in screens if side == "never"),
        rules=page,
    )


def asks_more(base: FormRequirements, other: FormRequirements) -> bool:
    """Whether `other` demands a box, a notice item, a language or a standalone document that `base` did not show."""
    wanted = (
        (other.boxes, base.boxes),
        (other.notice_items, base.notice_items),
        (other.languages.shown, base.languages.shown + base.languages.choice),
        (other.languages.choice, base.languages.choice),
        (other.languages.parity, base.languages.parity),
        (other.documents, base.documents),
    )
    return any(not set(more) <= set(shown) for more, shown in wanted)
