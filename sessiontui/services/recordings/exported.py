"""Recordings as rows of an export, in the shape in which they can be imported: links go to staff alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action, Actor, may
from sessiontui.domain.instants import rfc3339
from sessiontui.services.rights import standing
from sessiontui.store.reads import recordings as kept

if TYPE_CHECKING:
    from datetime import datetime

    from sessiontui.services.exporting import Cell
    from sessiontui.services.lines import SessionLine
    from sessiontui.store.histories import Fetch

COLUMNS: Final = (
    "type", "source", "session", "id", "title", "link", "minutes", "audience", "people", "added_at", "added_by",
    "opened",
)  # fmt: skip
"""The fields of the shape, and who added it and how often it was opened, which an import leaves out."""


async def rows(fetch: Fetch, line: SessionLine, *, by: Actor, as_of: datetime | None) -> list[dict[str, Cell]]:
    """Return the recordings of a session for its staff, and none for anybody else.

    Sessions, recordings and people are named as the source of the session knows them, else by their own numbers.
    """
    found = await kept.of_session(fetch, line.id, at=as_of)
    if not found or not may(by, Action.EDIT, await standing(fetch, by, line.id)).allowed:
        return []
    readers = [reader for row in found for reader in row.readers]
    outside = await kept.outside_ids(fetch, line.source, readers)
    openings = await kept.openings(fetch, line.id, at=as_of)
    return [
        {
            "type": "recording",
            "source": line.source,
            "session": line.external_id or str(line.id),
            "id": row.external_id or f"recording-{row.id}",
            "title": row.title,
            "link": row.link,
            "minutes": None if row.length is None else round(row.length.total_seconds() / 60),
            "audience": str(row.audience),
            "people": [outside.get(reader, f"#{reader}") for reader in row.readers],
            "added_at": rfc3339(row.added_at),
            "added_by": row.added_by or None,
            "opened": sum(opening.recording_id == row.id for opening in openings),
        }
        for row in found
    ]
