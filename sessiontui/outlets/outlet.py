"""What every channel is: something that takes one letter and says whether it left."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from sessiontui.domain.errors import SessiontuiError

HandingOver: TypeAlias = "Callable[[], Awaitable[None]]"
"""What a channel calls just before the step after which nobody can be sure any more; ``Withheld`` stops it there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One calendar that goes with a letter; ``method`` is what it asks for (RFC 5546)."""

    name: str
    method: str
    content: str

    @property
    def media_type(self) -> str:
        """What it is, as mails and web calls say it."""
        return f"text/calendar; charset=utf-8; method={self.method.upper()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One letter as a channel takes it; ``message_id`` and ``written_at`` are the same at every attempt."""

    message_id: str
    kind: str
    sender: str
    name: str
    address: str
    subject: str
    body: str
    written_at: datetime
    session_id: int | None = None
    attachments: tuple[Attachment, ...] = ()


class NotSent(SessiontuiError):
    """A letter certainly did not leave.

    ``lasting`` says that trying again would change nothing; ``everyone`` that no other letter would leave now
    either, because the channel itself is down; ``wait`` is the pause that the other side asks for.
    """

    title = "Not sent"

    def __init__(
        self,
        detail: str,
        *,
        hint: str = "",
        lasting: bool = False,
        everyone: bool = False,
        wait: timedelta | None = None,
    ) -> None:
        super().__init__(detail, hint=hint)
        self.lasting = lasting
        self.everyone = everyone
        self.wait = wait


class Unsure(SessiontuiError):
    """A letter was handed over and nobody can know whether it arrived."""

    title = "Uncertain"


class Withheld(SessiontuiError):
    """A letter must not leave any more, found just before it would have."""

    title = "Held back"


class Outlet(Protocol):
    """A channel by which letters leave."""

    async def send(self, mail: Mail, *, handing_over: HandingOver) -> None:
        """Hand a letter over; ``NotSent`` where it did not leave, ``Unsure`` where nobody knows."""
        ...

    async def has_left(self, mail: Mail) -> bool:
        """Return whether a letter surely left, asked after a crash; ``False`` where nobody can know."""
        ...

    async def probe(self) -> str:
        """Return where letters go and that it answers; ``NotSent`` where it does not. Nothing is sent."""
        ...

    async def close(self) -> None:
        """Let go of what is held open."""
        ...


async def nothing() -> None:
    """Do nothing: what a channel calls when nobody keeps books about the letter."""
