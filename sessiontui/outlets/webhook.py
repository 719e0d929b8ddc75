"""The channel to a program of one's own: each letter as one signed HTTP call, which it can recognise when repeated.

The signature is ``v1=`` and the HMAC-SHA256, in hexadecimal, of the timestamp, a dot and the raw body.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Final

from sessiontui.outlets.calls import deliver
from sessiontui.outlets.outlet import HandingOver, Mail, NotSent, nothing

if TYPE_CHECKING:
    from sessiontui.calling import Caller

SIGNATURE: Final = "X-Sessiontui-Signature"
TIMESTAMP: Final = "X-Sessiontui-Timestamp"
KEY: Final = "Idempotency-Key"


class WebhookOutlet:
    """Hands letters to one address, signed with ``secret``, or unsigned where it is empty."""

    def __init__(self, url: str, secret: str, caller: Caller) -> None:
        self.url = url
        self._secret = secret
        self._caller = caller

    async def send(self, mail: Mail, *, handing_over: HandingOver = nothing) -> None:
        """Post one letter; its id is the idempotency key, the same at every attempt."""
        body = body_of(mail)
        timestamp = str(int(self._caller.now().timestamp()))
        headers = {"Content-Type": "application/json", KEY: key_of(mail), TIMESTAMP: timestamp}
        if self._secret:
            headers[SIGNATURE] = signature(self._secret, timestamp, body)
        await handing_over()
        await deliver(self._caller, self.url, headers=headers, content=body, repeats=False)

    async def has_left(self, mail: Mail) -> bool:
        """Return no: the receiver cannot be asked."""
        return False

    async def probe(self) -> str:
        """See whether anything answers at the address; nothing is posted."""
        await _reach(self._caller, self.url)
        return f"{self.url} answers"

    async def close(self) -> None:
        """Close the connection."""
        await self._caller.client.aclose()


def body_of(mail: Mail) -> bytes:
    """Return a letter as ASCII JSON, always the same bytes for the same letter."""
    told: dict[str, object] = {
        "id": mail.message_id,
        "kind": mail.kind,
        "session": mail.session_id,
        "from": mail.sender,
        "to": {"name": mail.name, "address": mail.address},
        "subject": mail.subject,
        "text": mail.body,
        "written_at": mail.written_at.isoformat(),
    }
    if mail.attachments:
        told["attachments"] = [
            {"name": one.name, "type": one.media_type, "text": one.content} for one in mail.attachments
        ]
    return json.dumps(told, separators=(",", ":")).encode("ascii")


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return the signature over a timestamp and the raw body.

    >>> signature("key", "1777896000", b"{}")[:11]
    'v1=7cd7e1b0'
    """
    digest = hmac.new(secret.encode(), timestamp.encode("ascii") + b"." + body, hashlib.sha256).hexdigest()
    return f"v1={digest}"


def key_of(mail: Mail) -> str:
    """Return the idempotency key of a letter: its Message-ID without the brackets."""
    return mail.message_id.strip("<>")


async def _reach(caller: Caller, url: str) -> None:
    from sessiontui.domain.errors import SessiontuiError

    try:
        await caller.call("GET", url, accept=frozenset(range(300, 500)))
    except SessiontuiError as error:
        raise NotSent(error.detail, hint=error.hint, everyone=True) from None
