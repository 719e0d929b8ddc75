"""Whose hand was last on a session, and which of its parts an act made: what answers tell beside a receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sessiontui.domain.errors import NotFound
from sessiontui.domain.instants import maybe_instant
from sessiontui.services.context import Context
from sessiontui.store.reads import hands as kept


class Part(StrEnum):
    """A part of a session, by the word under which the audit trail keeps its number."""

    GOAL = "goal"
    COMMENT = "comment"
    FILE = "file"
    LINK = "link"


_TABLES: Final = {
    Part.GOAL: "goal", Part.COMMENT: "comment", Part.FILE: "attachment", Part.LINK: "session_link",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LastHand:
    """Who did the last act on a session and when, and the version that the session has now."""

    by: str
    at: datetime | None
    version: int


async def last(context: Context, session_id: int) -> LastHand | None:
    """Return whose hand was last on a session; nothing where there is none."""
    found = await kept.last(context.db.fetch, session_id)
    return None if found is None else LastHand(found.by, maybe_instant(found.at), found.version)


async def made(context: Context, entry_id: int | None, part: Part) -> int | None:
    """Return the number of the part that an act made, by the number of the act."""
    return None if entry_id is None else await kept.part_of(context.db.fetch, entry_id, part.value)


async def require_part(context: Context, part: Part, number: int, session_id: int) -> None:
    """Raise ``NotFound`` unless a part stands in a session."""
    if await kept.session_of(context.db.fetch, _TABLES[part], number) != session_id:
        raise NotFound(f"session #{session_id} has no {part} #{number}")
