"""What people say they learned, answer by answer, as rows of an export; they can be imported again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sessiontui.domain.instants import from_ms, rfc3339
from sessiontui.store.reads import practice as kept
from sessiontui.store.reads.recordings import outside_ids

if TYPE_CHECKING:
    from datetime import datetime

    from sessiontui.services.exporting import Cell
    from sessiontui.services.lines import SessionLine
    from sessiontui.store.histories import Fetch

COLUMNS: Final = (
    "type",
    "source",
    "session",
    "session_title",
    "person",
    "skill",
    "before",
    "after",
    "gain",
    "answered_at",
)
"""The fields of the shape ``survey``, with the title and the gain in points, which an import leaves out."""


async def rows(fetch: Fetch, line: SessionLine, *, as_of: datetime | None) -> list[dict[str, Cell]]:
    """Return the answers of a session, in the order they were given.

    Session and people are named as the source of the session knows them; what somebody knew is told with a percent
    sign, so that no number below 6 is taken for a step from 1 to 5.
    """
    given = [row for row in await kept.of_session(fetch, line.id) if as_of is None or from_ms(row.at) <= as_of]
    outside = await outside_ids(fetch, line.source, sorted({row.person_id for row in given}))
    return [
        {
            "type": "survey",
            "source": line.source,
            "session": line.external_id or str(line.id),
            "session_title": line.title,
            "person": outside.get(row.person_id, f"#{row.person_id}"),
            "skill": row.skill,
            "before": f"{row.before:g} %",
            "after": f"{row.after:g} %",
            "gain": round(row.after - row.before, 2),
            "answered_at": rfc3339(from_ms(row.at)),
        }
        for row in given
    ]
