"""What one asks about a single session when attendance or letters are missed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from sessiontui.store.refusals import REFUSED

if TYPE_CHECKING:
    from sessiontui.store.reader import Fetch


class Heard(NamedTuple):
    """What one source told of who came and went; ``received_at`` is milliseconds."""

    source: str
    signals: int
    received_at: int


class Refusal(NamedTuple):
    """The newest refusal about a session; ``at`` is milliseconds."""

    at: int
    by: str
    sentence: str


async def heard(fetch: Fetch, session_id: int) -> list[Heard]:
    """Return what was told of who came and went in a session, by source, the newest source first."""
    rows = await fetch(
        "SELECT source, count(*), max(received_at) FROM presence_signal WHERE session_id = ?"
        " GROUP BY source ORDER BY 3 DESC",
        (session_id,),
    )
    return [Heard(*row) for row in rows]  # type: ignore[arg-type]


async def refused(fetch: Fetch, session_id: int, action: str) -> Refusal | None:
    """Return the newest refusal of an action in a session."""
    rows = await fetch(
        "SELECT at, by_name, sentence FROM audit_entry WHERE subject = 'session' AND subject_id = ? AND action = ?"
        " AND json_extract(detail, '$.action') = ? ORDER BY id DESC LIMIT 1",
        (session_id, REFUSED, action),
    )
    return Refusal(*rows[0]) if rows else None  # type: ignore[arg-type]


async def letters(fetch: Fetch, session_id: int) -> dict[str, int]:
    """Return how many letters about a session are in each state."""
    rows = await fetch("SELECT state, count(*) FROM notification WHERE session_id = ? GROUP BY state", (session_id,))
    return {str(state): cast("int", number) for state, number in rows}
