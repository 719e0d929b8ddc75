"""Who really sent a webhook: the signatures of Zoom, and the checksums of BigBlueButton.

Zoom signs the bytes of the body with the time of sending. BigBlueButton hashes its callback address, what it sends
and the secret of the server; its newest versions leave out what they send, for which there is a switch of its own.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from sessiontui.domain.instants import to_ms
from sessiontui.platforms.bigbluebutton import HASHES

SKEW: Final = timedelta(hours=2)
"""How far the time of sending may be from now: senders try again for an hour, and clocks are off."""

_VERSION: Final = "v0"


def zoom_signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return how Zoom signs a body that it sends at a time, in seconds.

    >>> zoom_signature("secret", "1720705455", b"{}")[:11]
    'v0=7eb52ae2'
    """
    message = f"{_VERSION}:{timestamp}:".encode() + body
    return f"{_VERSION}={hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()}"


def is_from_zoom(secret: str, timestamp: str, body: bytes, given: str, *, now: datetime) -> bool:
    """Return whether a body was signed by Zoom, with a time not far from now."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 13 and given.isascii()):
        return False
    sent = int(timestamp) * (1 if len(timestamp) == 13 else 1000)  # in milliseconds, from some accounts
    if abs(to_ms(now) - sent) > SKEW // timedelta(milliseconds=1):
        return False
    return hmac.compare_digest(zoom_signature(secret, timestamp, body), given)


def zoom_proof(secret: str, plain_token: str) -> str:
    """Return what proves to Zoom that this address belongs to whoever knows the secret.

    >>> zoom_proof("secretValueTest", "qgg8vlvZRS6UYooatFL8Aw")[:8]
    '70c1f2e2'
    """
    return hmac.new(secret.encode(), plain_token.encode(), hashlib.sha256).hexdigest()


def is_from_bbb(
    secret: str,
    addresses: Iterable[str],
    body: bytes,
    form: Mapping[str, str],
    given: str,
    *,
    address_alone: bool = False,
) -> bool:
    """Return whether a checksum belongs to what was sent to one of some callback addresses.

    What is sent is a ``form``, whose fields were hashed as JSON, or a body that was hashed as it is. With
    ``address_alone`` a checksum is taken that covers nothing but the address.
    """
    if not given.isascii():
        return False
    sent = [body.decode("utf-8", "replace"), *_as_json(form)]
    if address_alone:
        sent.append("{}")
    wanted = given.lower()
    return any(
        hmac.compare_digest(
            hashlib.new(name, f"{address}{what}{secret}".encode(), usedforsecurity=False).hexdigest(), wanted
        )
        for address in addresses
        for what in sent
        for name in HASHES
    )


def _as_json(form: Mapping[str, str]) -> list[str]:
    """Return a form as the JSON that was hashed, whose order of fields and kind of time depend on the version."""
    if "event" not in form:
        return []
    found = []
    for names in (("event", "timestamp"), ("event", "timestamp", "domain"), ("domain", "event", "timestamp")):
        for as_number in (True, False):
            fields = {
                name: int(form[name]) if name == "timestamp" and as_number and _is_number(form[name]) else form[name]
                for name in names
                if name in form
            }
            found.append(json.dumps(fields, ensure_ascii=False, separators=(",", ":")))
    return found


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18
