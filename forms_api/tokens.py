"""Signed tokens for the links in mails. One purpose each: a confirm token opens no privacy page."""

from __future__ import annotations

from typing import Literal

from itsdangerous import BadSignature, URLSafeSerializer

Purpose = Literal["confirm", "unsubscribe", "privacy"]


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
