"""What an advertising message has to show about itself: labels with their place, and what its foot has to say. Pure.

From the field `ident` of every regime in force for the recipient; labels of the residence stand first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from leadcore.consent.combine import combine_field
from leadcore.consent.regimes import Regime

_SUBJECT_START, _SUBJECT, _MESSAGE_START = "subject-start", "subject", "message-start"
_ADVERTISING = frozenset({"commercial_nature", "purpose", "purpose_marketing"})
_FREE = frozenset({"free_optout", "optout_notice", "optout_means", "optout_text", "optout_command", "optout_email"})
#: Brackets that a label may stand in: （广告）, 【广告】, [AD].
_BRACKETS = "()[]{}<>（）［］【】〔〕「」『』"
_REGISTERED = frozenset({"mersis_or_tax_no"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Identification:
    """The marks of one message. `items` are the codes of the field `ident`; labels come as the law writes them.

    `says_advertising`: a sentence tells that it is advertising. `marks_subject`: the subject itself shows it, in words
    where no label does. `says_free_optout`: a sentence tells that refusing is free. `names_register`: the number in the
    company register is given. `links_imprint`: the imprint is linked.
    """

    items: tuple[str, ...]
    subject_labels: tuple[str, ...]
    message_labels: tuple[str, ...]
    says_advertising: bool
    marks_subject: bool
    says_free_optout: bool
    names_register: bool
    links_imprint: bool

    def subject(self, text: str, advertisement: str, colon: str = ": ") -> str:
        """The subject with its labels in front; `advertisement` is the word where the law asks for one and names none.

        A mark that the subject begins with already, in whatever brackets, is not put there twice.
        """
        marks = self.subject_labels or ((advertisement,) if self.marks_subject else ())
        missing = [mark for mark in marks if not _begins_with(text, mark)]
        return (" " if self.subject_labels else colon).join((*missing, text))


def identification(chains: Sequence[Regime], *, home: str = "", language: str = "") -> Identification:
    """The marks of an advertising message to a recipient in `home`, written in `language` (a primary subtag).

    Of a label with two forms (`[QC] or [AD]`) the national one is used in the regime's own language, else the other.
    """
    rule = combine_field("ident", chains, home=home)
    items = tuple(item for item in rule.items if not item.startswith("label:"))
    labels = [_label(item, language) for item in rule.items if item.startswith("label:")]
    found = set(items)
    return Identification(
        items=items,
        subject_labels=tuple(text for text, place in labels if place in (_SUBJECT_START, _SUBJECT)),
        message_labels=tuple(text for text, place in labels if place == _MESSAGE_START),
        says_advertising=bool(found & _ADVERTISING),
        marks_subject="subject_marks_commercial" in found,
        says_free_optout=bool(found & _FREE),
        names_register=bool(found & _REGISTERED),
        links_imprint="imprint" in found,
    )


def _begins_with(text: str, mark: str) -> bool:
    """Whether a subject shows a mark in front: the whole word, with or without brackets."""
    word = re.escape(mark.strip(_BRACKETS))
    return bool(re.match(rf"[\s{re.escape(_BRACKETS)}]*{word}(?!\w)", text, re.I))


_NATIONAL = {"广告": "zh", "[QC]": "vi"}


def _label(item: str, language: str) -> tuple[str, str]:
    """The text of `label:text@place`, and its place."""
    text, _, place = item.removeprefix("label:").rpartition("@")
    first, _, second = text.partition(" or ")
    return (first if not second or _NATIONAL.get(first) == language else second), place
