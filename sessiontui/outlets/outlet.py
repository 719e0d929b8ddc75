"""What every channel is: something that takes one letter and says whether it left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sessiontui.domain.errors import SessiontuiError


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


class NotSent(SessiontuiError):
    """A letter certainly did not leave; ``lasting`` says that trying again would change nothing."""

    title = "Not sent"

    def __init__(self, detail: str, *, hint: str = "", lasting: bool = False) -> None:
        super().__init__(detail, hint=hint)
        self.lasting = lasting


class Outlet(Protocol):
    """A channel by which letters leave."""

    async def send(self, mail: Mail) -> None:
        """Hand a letter over; ``NotSent`` where it did not leave."""
        ...

    async def has_left(self, mail: Mail) -> bool:
        """Return whether a letter surely left, asked after a crash; ``False`` where nobody can know."""
        ...
