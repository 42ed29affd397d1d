"""The notice at collection: the wording of the items a regime asks for, filled with facts and translated.

The digest covers the exact plain text with its language and the wording of the consent boxes beside it, so that a
consent record can name what was shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from types import MappingProxyType

from leadcore.consent.notice_choices import YOUR_CHOICE, YOUR_COMPLAINTS, YOUR_RIGHTS
from leadcore.consent.notice_data import HOW_HANDLED, HOW_LONG_KEPT, WHAT_DATA, WHY_DATA
from leadcore.consent.notice_parties import APART_FROM_US, WHERE_IT_IS, WHO_ELSE, WHO_WE_ARE
from leadcore.consent.notice_wording import N_, Wording, placeholders

_TABLES = (
    *(WHO_WE_ARE, WHAT_DATA, WHY_DATA, HOW_HANDLED, WHO_ELSE, WHERE_IT_IS),
    *(HOW_LONG_KEPT, YOUR_CHOICE, YOUR_RIGHTS, YOUR_COMPLAINTS),
)

WORDINGS: Mapping[str, Wording] = MappingProxyType({row.item: row for table in _TABLES for row in table})
"""The wording of every notice item, in reading order."""

READING_ORDER: tuple[str, ...] = tuple(WORDINGS)
"""All notice items in the order in which a notice is read."""

# Translators: put between the members of a list, as in "name, email address".
SEPARATOR = N_(", ")

# Items and messages that another item of the same notice says as well, and better.
_SAID_BY_MORE = MappingProxyType(
    {"controller": "controller_and_bin", "withdraw": "withdraw_link", "dpo": "contact_dpo"}
    | {"rights_link": "rights", "rights_means": "rights"}
    | dict.fromkeys(APART_FROM_US, "third_party_transfer")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFacts:
    """What is true of one market's controller, in the language of the notice; empty where there is nothing to say.

    Texts are put into sentences as they stand: lists are joined, URLs are absolute. `retention` is a duration in
    words ("24 months"); without it `retention_months` is said as a number.

    `home_country` or `home_area` is said only where no data leaves it; without either, data goes abroad or may.
    `transfer_countries` are those abroad, `other_countries` all but the country of storage. `transfer_safeguards` are
    what protects data abroad, `transfer_basis` is what allows the transfer. `gdpr` is what the GDPR is called, where
    it is in force. `authority` is the visitor's own, `seat_authority` that of a controller in another legal area.
    """

    controller: str
    contact_email: str
    privacy_url: str
    purposes: tuple[str, ...]
    data_categories: tuple[str, ...]
    postal_address: str = ""
    phone: str = ""
    registration_number: str = ""
    dpo_contact: str = ""
    privacy_contact: str = ""
    representative: str = ""
    on_whose_behalf: str = ""
    subject_name: str = ""
    authority: str = ""
    authority_url: str = ""
    seat_authority: str = ""
    seat_authority_url: str = ""
    board_url: str = ""
    legend_authority: str = ""
    legend_authority_url: str = ""
    gdpr: str = ""
    data_items: tuple[str, ...] = ()
    required_fields: tuple[str, ...] = ()
    sensitive_data: tuple[str, ...] = ()
    source: str = ""
    purposes_by_item: tuple[str, ...] = ()
    necessary_purposes: tuple[str, ...] = ()
    voluntary_purposes: tuple[str, ...] = ()
    goods_or_services: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    frequency: str = ""
    legal_basis: str = ""
    legitimate_interest: str = ""
    law: str = ""
    automated_decisions: str = ""
    recipients: tuple[str, ...] = ()
    recipient_contacts: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    gain: str = ""
    sold_to: tuple[str, ...] = ()
    home_country: str = ""
    home_area: str = ""
    storage_country: str = ""
    other_countries: tuple[str, ...] = ()
    transfer_countries: tuple[str, ...] = ()
    overseas_recipients: tuple[str, ...] = ()
    transfer_basis: str = ""
    transfer_safeguards: str = ""
    security: tuple[str, ...] = ()
    published_in: str = ""
    retention_months: int = 0
    retention: str = ""
    consent_term: str = ""
    withdraw_url: str = ""
    opt_out_url: str = ""
    sensitive_limit_url: str = ""
    rights_url: str = ""
    appeal_url: str = ""

    def __post_init__(self) -> None:
        empty = [name for name in _ALWAYS if not getattr(self, name)]
        if empty:
            raise ValueError(f"a notice needs {', '.join(empty)}")

    def texts(self, separator: str = ", ") -> dict[str, str]:
        """Every known fact as text, lists joined by `separator`; empty facts are left out."""
        found: dict[str, str] = {}
        for entry in fields(self):
            value = getattr(self, entry.name)
            if value:
                found[entry.name] = separator.join(value) if isinstance(value, tuple) else str(value)
        return found


_ALWAYS = ("controller", "contact_email", "privacy_url", "purposes", "data_categories")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeParagraph:
    """The text for one notice item, under its heading."""

    item: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice as shown: paragraphs for the page, the same as plain text, and the digest that names it.

    `digest` is SHA-256 in hex over language, plain text and box wordings. `lang` is the BCP 47 tag of the text.
    """

    lang: str
    paragraphs: tuple[NoticeParagraph, ...]
    text: str
    boxes: tuple[str, ...] = field(default=())
    digest: str


def in_reading_order(items: Iterable[str]) -> tuple[str, ...]:
    """The items sorted as a notice is read, each once.

    Raises KeyError for an item outside the vocabulary.
    """
    wanted = set(items)
    if unknown := wanted - set(WORDINGS):
        raise KeyError(f"no wording for the notice items {sorted(unknown)}")
    return tuple(item for item in READING_ORDER if item in wanted)


def _message(wording: Wording, values: Mapping[str, str]) -> str:
    return next((v for v in wording.variants if placeholders(v) <= values.keys()), wording.variants[-1])


def notice_digest(text: str, lang: str, boxes: Sequence[str]) -> str:
    """SHA-256 in hex over the language, the plain text and each box wording, unambiguously joined."""
    parts = (lang, text, *boxes)
    return hashlib.sha256("".join(f"{len(part)}:{part}" for part in parts).encode()).hexdigest()


def _plain_text(paragraphs: Sequence[NoticeParagraph]) -> str:
    lines: list[str] = []
    heading = None
    for paragraph in paragraphs:
        if paragraph.heading != heading:
            heading = paragraph.heading
            lines += ([""] if lines else []) + [heading]
        lines.append(paragraph.text)
    return "\n".join(lines)


def render_notice(
    items: Iterable[str],
    facts: NoticeFacts,
    gettext: Callable[[str], str],
    *,
    lang: str = "en",
    boxes: Sequence[str] = (),
) -> Notice:
    """The notice for a set of items, in reading order, in the language of `gettext` and `lang`.

    An item whose sentence another item already says in full is not said twice. Raises KeyError for an item outside
    the vocabulary, or for a translation with an unknown placeholder.
    """
    ordered = in_reading_order(items)
    values = facts.texts(gettext(SEPARATOR))
    said: set[str] = set()
    paragraphs: list[NoticeParagraph] = []
    for item in ordered:
        wording = WORDINGS[item]
        message = _message(wording, values)
        text = gettext(message).format_map(values)
        if text in said or {_SAID_BY_MORE.get(item), _SAID_BY_MORE.get(message)} & set(ordered):
            continue
        said.add(text)
        paragraphs.append(NoticeParagraph(item=item, heading=gettext(wording.heading), text=text))
    plain = _plain_text(paragraphs)
    shown = tuple(boxes)
    return Notice(
        lang=lang, paragraphs=tuple(paragraphs), text=plain, boxes=shown, digest=notice_digest(plain, lang, shown)
    )
