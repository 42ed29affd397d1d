"""Keys of the ledger: derived from the installation's secret, and one of its own for every lead.

What a lead's key seals can be read by nobody once that key is destroyed; the sealed text itself stays as it is.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.engine import Connection

from forms_api.store.schema import lead_keys, leads

_KEY_BYTES = 32
#: The size that NIST SP 800-38D recommends for AES-GCM; drawn at random, far below 2^32 uses of one key.
_NONCE_BYTES = 12
# Made once: every lead asks it.
_KEY = (
    sa.select(lead_keys.c.wrapped, leads.c.erased_at)
    .join_from(leads, lead_keys, isouter=True)
    .where(leads.c.id == sa.bindparam("of"))
)
_INSERT = lead_keys.insert()
RandomBytes = Callable[[int], bytes]
#: Set in a connection's `info` once its transaction erased somebody.
ERASED = "leadsite_erased"


class NoKeys(RuntimeError):
    """The engine was opened without the secret key; consent events can be neither read nor added."""


class SealBroken(ValueError):
    """The text was not sealed with this key, or was changed since."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Keys:
    """Three keys of 32 bytes, one purpose each: chaining the ledger, wrapping leads' keys, signing anchor lines."""

    chain: bytes
    wrap: bytes
    anchor: bytes


def derive_keys(secret_key: str) -> Keys:
    """The installation's keys (HKDF with SHA-256, RFC 5869)."""

    def derived(purpose: str) -> bytes:
        info = f"leadsite ledger 1 {purpose}".encode()
        return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=info).derive(secret_key.encode())

    return Keys(chain=derived("chain"), wrap=derived("wrap"), anchor=derived("anchor"))


def keys_of(connection: Connection) -> Keys:
    """The keys that `open_engine` gave the connection. Raises NoKeys."""
    keys: Keys | None = connection.get_execution_options().get("leadsite_keys")
    if keys is None:
        raise NoKeys("open the engine with secret_key=…")
    return keys


def seal(key: bytes, context: str, content: bytes, random_bytes: RandomBytes = os.urandom) -> str:
    """The content as AES-256-GCM in base64, nonce first; opens only with the same key and context."""
    nonce = random_bytes(_NONCE_BYTES)
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, content, context.encode())).decode()


def unseal(key: bytes, context: str, sealed: str) -> bytes:
    """What was sealed. Raises SealBroken."""
    try:
        raw = base64.b64decode(sealed, validate=True)
        return AESGCM(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], context.encode())
    except (InvalidTag, binascii.Error, ValueError, UnicodeError):
        raise SealBroken(context) from None


def seal_values(key: bytes, event_id: str, values: Mapping[str, Any]) -> str:
    """An event's personal values, sealed for that event."""
    return seal(key, event_id, json.dumps(values).encode())


def unseal_values(key: bytes, event_id: str, sealed: str) -> dict[str, Any]:
    """An event's personal values. Raises SealBroken."""
    values: dict[str, Any] = json.loads(unseal(key, event_id, sealed))
    return values


def unwrap(keys: Keys, lead_id: str, wrapped: str) -> bytes:
    """A lead's key as kept in the store. Raises SealBroken."""
    return unseal(keys.wrap, lead_id, wrapped)


def key_for_writing(connection: Connection, lead_id: str) -> bytes | None:
    """The lead's key, made at first use; None for a lead that was erased: nothing of it is kept any more."""
    row = connection.execute(_KEY, {"of": lead_id}).one_or_none()
    if row is None or row.erased_at is not None:
        return None
    if row.wrapped is not None:
        return unwrap(keys_of(connection), lead_id, row.wrapped)
    return make_key(connection, lead_id)


def make_key(connection: Connection, lead_id: str) -> bytes:
    """A new lead's key, now in the store."""
    keys = keys_of(connection)
    key = AESGCM.generate_key(8 * _KEY_BYTES)
    connection.execute(_INSERT, {"lead_id": lead_id, "wrapped": seal(keys.wrap, lead_id, key)})
    return key


def destroy(connection: Connection, lead_id: str) -> None:
    """Destroys the lead's key. What it sealed stays in the ledger and can no longer be read."""
    connection.execute(lead_keys.delete().where(lead_keys.c.lead_id == lead_id))
    connection.info[ERASED] = True
