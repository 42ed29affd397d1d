"""Signs that a submission was not sent by a person. A suspect is quarantined with its reason, never discarded.

Pure: values in, reason out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

#: Less time than this between the page's first paint and the submission, in milliseconds, is no person's typing.
FASTEST_MS = 1500
#: More links than this in free text is an advertisement.
MOST_LINKS = 4
_LINK = re.compile(r"\[url[=\]]?(?:https?://)?(?:www\.)?|https?://(?:www\.)?|www\.", re.I)
#: Longer than this is a number that no page measured; reading it would cost time.
_LONGEST_ELAPSED = 12


def quarantine_reason(
    *, trap: str, elapsed: str, texts: Mapping[str, str], origin_known: bool = True
) -> str | None:
    """Why a submission is held back, or None: `honeypot`, `too_fast`, `links` or `origin_hidden`.

    `trap` is the field people do not see, `elapsed` what the page measured in milliseconds (empty without JavaScript),
    `texts` the answers as typed.
    """
    if trap.strip():
        return "honeypot"
    if len(elapsed) <= _LONGEST_ELAPSED and elapsed.isascii() and elapsed.isdigit() and int(elapsed) < FASTEST_MS:
        return "too_fast"
    if sum(len(_LINK.findall(text)) for text in texts.values()) > MOST_LINKS:
        return "links"
    if not origin_known:
        return "origin_hidden"
    return None
