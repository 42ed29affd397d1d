"""Any system that takes Standard Webhooks 1.0.0: signed, with a stable id, never following a redirect.

Source: standardwebhooks.com, specification 1.0.0.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime

import httpx

from forms_api.destinations.addresses import AddressRefused, resolve
from forms_api.destinations.answers import answer_to_result
from forms_api.destinations.base import (
    EVENT_TYPES,
    DestinationError,
    DestinationSpec,
    Permanent,
    Result,
    RetryAt,
    only_options,
    secret_from,
)
from leadcore.model.leads import Delivery

TIMEOUT_SECONDS = 15.0
_OPTIONS = frozenset({"url", "secret", "allow_private"})


def open_webhook(spec: DestinationSpec, environ: Mapping[str, str]) -> WebhookDestination:
    """The webhook. Options: `url`; `secret`, one `env:NAME` or a list of them while a secret is changed;
    `allow_private`, true for a receiver in our own network, which may then also be plain http.

    Raises DestinationError for a URL or secret that cannot be used.
    """
    only_options(spec, _OPTIONS)
    allow_private = spec.options.get("allow_private", False)
    if not isinstance(allow_private, bool):
        raise DestinationError(f"{spec.lane}: allow_private is true or false")
    return WebhookDestination(_url(spec, allow_private), _secrets(spec, environ), allow_private=allow_private)


class WebhookDestination:
    """Posts each event to one address."""

    def __init__(
        self,
        url: httpx.URL,
        secrets: tuple[bytes, ...],
        *,
        allow_private: bool = False,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._url = url
        self._secrets = secrets
        self._allow_private = allow_private
        # No proxy from the environment: it would connect in our place, past the check of the address.
        self._client = httpx.Client(timeout=timeout_seconds, follow_redirects=False, trust_env=False)

    def deliver(self, delivery: Delivery, now: datetime) -> Result:
        body = webhook_body(delivery)
        headers = {
            "content-type": "application/json",
            "user-agent": "leadsite",
            "host": self._url.netloc.decode("ascii"),
            **signed_headers(f"msg_{delivery.id}", int(now.timestamp()), body, self._secrets),
        }
        port = self._url.port or (443 if self._url.scheme == "https" else 80)
        try:
            addresses = resolve(self._url.raw_host.decode("ascii").strip("[]"), port, allow_private=self._allow_private)
        except AddressRefused:
            return Permanent(code="private_address", detail="set allow_private for a receiver in our own network")
        except (OSError, UnicodeError):
            return RetryAt(reason="name not resolved")
        result: Result = RetryAt(reason="name not resolved")
        for address in addresses:
            result = self._post(address, headers, body, now)
            if not (isinstance(result, RetryAt) and result.reason.startswith("not connected")):
                break
        return result

    def close(self) -> None:
        self._client.close()

    def _post(self, address: str, headers: Mapping[str, str], body: bytes, now: datetime) -> Result:
        request = self._client.build_request(
            "POST",
            self._url.copy_with(host=address),
            headers=headers,
            content=body,
            # The certificate is checked against the name, though the connection goes to the checked address.
            extensions={"sni_hostname": self._url.raw_host.decode("ascii")},
        )
        try:
            response = self._client.send(request, stream=True)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            return RetryAt(reason=f"not connected: {type(error).__name__}")
        except httpx.HTTPError as error:
            return RetryAt(reason=f"no answer: {type(error).__name__}", may_have_happened=True)
        try:
            return answer_to_result(response.status_code, response.headers.get("retry-after"), now)
        finally:
            response.close()  # The status is all we need; a body without end is not read.


def webhook_body(delivery: Delivery) -> bytes:
    """The JSON body: the same bytes on every attempt. `timestamp` is when the event arose."""
    known = {"list": delivery.name, "market": delivery.market, "lead_id": delivery.lead_id}
    event = {
        "type": EVENT_TYPES[delivery.action],
        "timestamp": delivery.created_at.isoformat(),
        "data": {**delivery.payload, **known},
    }
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def signed_headers(message_id: str, timestamp: int, body: bytes, secrets: tuple[bytes, ...]) -> dict[str, str]:
    """The three headers of the specification; one signature per secret, separated by spaces."""
    signed = b".".join([message_id.encode("ascii"), str(timestamp).encode("ascii"), body])
    signatures = (base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode("ascii") for secret in secrets)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }


def _url(spec: DestinationSpec, allow_private: bool) -> httpx.URL:
    try:
        url = httpx.URL(str(spec.options.get("url", "")))
    except httpx.InvalidURL:
        raise DestinationError(f"{spec.lane}: url cannot be read") from None
    if url.scheme not in ("https", "http") or not url.host:
        raise DestinationError(f"{spec.lane}: url is needed, as https://example.com/leads")
    if url.scheme == "http" and not allow_private:
        raise DestinationError(f"{spec.lane}: use https; plain http only with allow_private = true")
    if url.userinfo:
        raise DestinationError(f"{spec.lane}: no password in url; the signature proves who sends")
    return url


def _secrets(spec: DestinationSpec, environ: Mapping[str, str]) -> tuple[bytes, ...]:
    named = spec.options.get("secret")
    references = list(named) if isinstance(named, (list, tuple)) else [named]
    if not references:
        raise DestinationError(f"{spec.lane}: secret is needed, as env:NAME")
    # One variable may hold several secrets too, separated by spaces.
    written = [part for reference in references for part in secret_from(spec, reference, environ).split()]
    return tuple(_decoded(spec, text) for text in written)


def _decoded(spec: DestinationSpec, text: str) -> bytes:
    try:
        secret = base64.b64decode(text.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if not text.startswith("whsec_") or not 24 <= len(secret) <= 64:
        raise DestinationError(f"{spec.lane}: the secret is whsec_ and the base64 of 24 to 64 random bytes")
    return secret
