"""The channel to Resend: each letter as one HTTP call, which it takes only once for the same key within a day."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import SessiontuiError
from sessiontui.domain.text import visible
from sessiontui.outlets.calls import deliver
from sessiontui.outlets.composing import addressed, compose
from sessiontui.outlets.outlet import HandingOver, Mail, NotSent, nothing

if TYPE_CHECKING:
    from sessiontui.calling import Caller

SERVICE: Final = "https://api.resend.com"

_CONFLICT: Final = 409
_LONGEST_KEY: Final = 256


class ResendOutlet:
    """Hands letters to Resend with an API key."""

    def __init__(self, key: str, caller: Caller, *, service: str = SERVICE) -> None:
        self._key = key
        self._caller = caller
        self._service = service

    async def send(self, mail: Mail, *, handing_over: HandingOver = nothing) -> None:
        """Post one letter under its Message-ID as the key; the same bytes at every attempt."""
        compose(mail)  # refuses what is no address
        told = {
            "from": addressed("sessiontui", mail.sender),
            "to": [addressed(visible(mail.name), mail.address)],
            "subject": visible(mail.subject),
            "text": mail.body,
            **_attached(mail),
            "headers": {
                "Message-ID": mail.message_id,
                "Auto-Submitted": "auto-generated",
                "X-Sessiontui-Kind": mail.kind,
            },
        }
        headers = {
            "Authorization": f"Bearer {self._key}",
            "Content-Type": "application/json",
            "Idempotency-Key": mail.message_id.strip("<>")[:_LONGEST_KEY],
        }
        content = json.dumps(told, separators=(",", ":")).encode("ascii")
        await handing_over()
        answer = await deliver(
            self._caller,
            f"{self._service}/emails",
            headers=headers,
            content=content,
            repeats=True,
            accept=frozenset({_CONFLICT}),
        )
        if answer.status == _CONFLICT:
            if b"concurrent" in answer.body:
                raise NotSent("Resend is still busy with the same letter")
            raise NotSent("Resend took another letter under the same key", lasting=True)

    async def has_left(self, mail: Mail) -> bool:
        """Return no: a letter whose answer was lost is not looked for."""
        return False

    async def probe(self) -> str:
        """See whether Resend knows the key; nothing is posted."""
        try:
            # A key that may only send is refused the list, by a sentence of its own, and is good enough.
            answer = await self._caller.call(
                "GET",
                f"{self._service}/domains",
                headers={"Authorization": f"Bearer {self._key}"},
                accept=frozenset({401}),
            )
        except SessiontuiError as error:
            raise NotSent(error.detail, hint=error.hint, everyone=True) from None
        if answer.status == 401 and b"restricted_api_key" not in answer.body:
            raise NotSent("Resend does not accept the key", hint="check the key", everyone=True)
        return f"{self._service} answers and knows the key"

    async def close(self) -> None:
        """Close the connection."""
        await self._caller.client.aclose()


def _attached(mail: Mail) -> dict[str, object]:
    if not mail.attachments:
        return {}
    return {
        "attachments": [
            {
                "filename": one.name,
                "content": base64.b64encode(one.content.encode()).decode("ascii"),
                "content_type": one.media_type,
            }
            for one in mail.attachments
        ]
    }
