"""Identifiers: ordered ids for rows, and the short code that a visitor can read out on the phone.

Randomness and time come in as arguments.
"""

from __future__ import annotations

import os
import unicodedata
import uuid
from collections.abc import Callable
from datetime import datetime

#: Crockford's base 32: no I, L, O or U, so no two letters look alike and no word appears.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_DERIVED = uuid.UUID("6f1d0c6e-5a0b-4d0e-9d53-0f6f7a1c2b11")

RandomBytes = Callable[[int], bytes]


def new_id(now: datetime, random_bytes: RandomBytes = os.urandom) -> str:
    """A UUID version 7 as 32 hex digits: sorts by the millisecond it was made in (RFC 9562 section 5.7)."""
    number = int(now.timestamp() * 1000) << 80 | int.from_bytes(random_bytes(10), "big")
    number = number & ~(0xF << 76) | 0x7 << 76
    number = number & ~(0x3 << 62) | 0x2 << 62
    return f"{number:032x}"


def new_receipt(random_bytes: RandomBytes = os.urandom) -> str:
    """Ten letters in two groups, `7K3QF-9M2TZ`: fifty random bits, to be read out and typed in."""
    number = int.from_bytes(random_bytes(7), "big")
    letters = "".join(ALPHABET[number >> 5 * place & 31] for place in range(10))
    return f"{letters[:5]}-{letters[5:]}"


def derived_id(origin_id: str, purpose: str) -> str:
    """The id of what follows from a row, always the same: asking twice inserts once."""
    return uuid.uuid5(_DERIVED, f"{origin_id}/{purpose}").hex


def email_key(email: str) -> str:
    """The address by which a person is known again: NFC, lower case, no space around it.

    A local part may tell case apart (RFC 5321 section 2.4); no provider in use does, and people type both.
    """
    return unicodedata.normalize("NFC", email.strip()).lower()
