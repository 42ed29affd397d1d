"""Signed tokens for the links in mails. One purpose each: a confirm token opens no privacy page."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from itsdangerous import BadSignature, URLSafeSerializer

Purpose = Literal["confirm", "unsubscribe", "privacy", "receipt", "reconfirm"]

#: Purposes of the tokens that live for minutes: to open the data, to take a new address.
ShortPurpose = Literal["opened", "address"]
#: How long such a token opens something.
SHORT_MINUTES = 60


class TokenExpired(ValueError):
    """The token was made here, too long ago. `parts` are what it stands for."""

    def __init__(self, parts: tuple[str, ...]) -> None:
        super().__init__("expired")
        self.parts = parts


class BadToken(ValueError):
    """The token was not made here, or not for this purpose."""


def make_token(secret_key: str, purpose: Purpose, lead_id: str) -> str:
    """A token for one purpose and lead. It does not expire by itself; what it opens decides by the lead's times."""
    return str(URLSafeSerializer(secret_key, salt=f"leadsite.{purpose}").dumps(lead_id))


def read_token(secret_key: str, purpose: Purpose, token: str) -> str:
    """The lead's id. Raises BadToken."""
    try:
        found = URLSafeSerializer(secret_key, salt=f"leadsite.{purpose}").loads(token)
    except BadSignature:
        raise BadToken(purpose) from None
    if not isinstance(found, str):
        raise BadToken(purpose)
    return found


def make_short_token(secret_key: str, purpose: ShortPurpose, now: dt.datetime, *parts: str) -> str:
    """A token that opens for SHORT_MINUTES what its parts stand for."""
    signer = URLSafeSerializer(secret_key, salt=f"leadsite.short.{purpose}")
    return str(signer.dumps([int(now.timestamp()), *parts]))


def read_short_token(secret_key: str, purpose: ShortPurpose, now: dt.datetime, token: str) -> tuple[str, ...]:
    """The parts. Raises BadToken, and TokenExpired for one that was good once."""
    try:
        found = URLSafeSerializer(secret_key, salt=f"leadsite.short.{purpose}").loads(token)
        made, parts = int(found[0]), tuple(str(part) for part in found[1:])
    except (BadSignature, TypeError, ValueError, IndexError, KeyError):
        raise BadToken(purpose) from None
    if now.timestamp() - made > SHORT_MINUTES * 60:
        raise TokenExpired(parts)
    return parts
