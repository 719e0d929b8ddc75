"""Questions about attendance that was set by hand, and the statements that keep it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, cast

from sessiontui.domain.attendance import Correction
from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.vocabulary import Attendance
from sessiontui.store.histories import CHUNK, Fetch, every_id, marks, person_key

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx


async def corrections(
    fetch: Fetch, session_ids: Sequence[int], *, at: datetime | None = None
) -> dict[int, dict[str, Correction]]:
    """Return what was set by hand, by session and person, as it stands or stood at an instant."""
    found: defaultdict[int, dict[str, Correction]] = defaultdict(dict)
    until = "" if at is None else f" AND at <= {to_ms(at):d}"
    for start in range(0, len(session_ids), CHUNK):
        chunk = session_ids[start : start + CHUNK]
        for row in await fetch(
            "SELECT session_id, person_id, verdict, by_name, at, reason FROM attendance_mark"
            f" WHERE session_id IN ({marks(chunk)}) AND voided_by IS NULL{until} ORDER BY id",
            chunk,
        ):
            own = found[cast("int", row[0])]
            who, verdict = person_key(cast("int", row[1])), str(row[2])
            if not verdict:
                own.pop(who, None)
                continue
            own[who] = Correction(
                verdict=Attendance(verdict), by=str(row[3]), at=from_ms(cast("int", row[4])), reason=str(row[5])
            )
    return {session_id: own for session_id, own in found.items() if own}


async def over_between(fetch: Fetch, since: datetime, until: datetime, *, now: datetime) -> list[int]:
    """Return the sessions that started in ``[since, until)`` and whose window has ended by ``now``."""
    return every_id(
        await fetch(
            "SELECT id FROM session WHERE starts_at >= ? AND starts_at < ? AND ends_at <= ? ORDER BY starts_at, id",
            (to_ms(since), to_ms(until), to_ms(now)),
        )
    )


async def newest(fetch: Fetch, session_id: int, person_id: int) -> int | None:
    """Return the newest mark on a person in a session that was not taken back."""
    rows = await fetch(
        "SELECT max(id) FROM attendance_mark WHERE session_id = ? AND person_id = ? AND voided_by IS NULL",
        (session_id, person_id),
    )
    return cast("int | None", rows[0][0])


async def void(tx: Tx, mark: int, seal: int) -> None:
    """Take a mark back: it then counts as never having been."""
    await tx.run("UPDATE attendance_mark SET voided_by = ? WHERE id = ?", (seal, mark))
