"""Whether people come to what they are booked for, as it was last told of each, and until when that holds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from sessiontui.store.histories import Fetch, every_id

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

_NEVER: Final = 1 << 62


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """One person came to ``came`` of ``booked``; it holds before ``until``, in milliseconds, unless for ever."""

    person_id: int
    came: int
    booked: int
    until: int | None = None


async def kept(fetch: Fetch, ids: Sequence[int], *, now: int) -> dict[int, KeptRecord]:
    """Return the records that hold at an instant, by person; those that are to be told anew are missing."""
    rows = await fetch(
        "SELECT t.person_id, t.came, t.booked, t.told_until FROM json_each(?) j"
        " CROSS JOIN person_tally t ON t.person_id = j.value"
        " WHERE t.told_at <= ? AND ifnull(t.told_until > ?, 1)",
        (json.dumps(list(ids)), now, now),
    )
    return {cast("int", row[0]): KeptRecord(*cast("tuple[int, int, int, int | None]", row)) for row in rows}


async def untold(fetch: Fetch, *, now: int, limit: int) -> list[int]:
    """Return some people whose record is to be told anew."""
    return every_id(
        await fetch(
            "SELECT person_id FROM person_tally WHERE told_at IS NULL UNION ALL SELECT person_id FROM person_tally"
            " WHERE told_until IS NOT NULL AND told_until <= ? LIMIT ?",
            (now, limit),
        )
    )


async def holding_until(fetch: Fetch, ids: Sequence[int], *, now: int) -> dict[int, int]:
    """Return when the window of a session passes that has ended before its time, by person; it counts from then."""
    rows = await fetch(
        "SELECT r.person_id, min(max(s.ends_at, s.final_end_at)) FROM json_each(?2) j CROSS JOIN join_request r"
        " ON r.person_id = j.value CROSS JOIN session s ON s.id = r.session_id"
        " WHERE r.state = 'approved' AND s.final_end_at IS NOT NULL AND max(s.ends_at, s.final_end_at) >= ?1"
        " GROUP BY r.person_id",
        (now, json.dumps(list(ids))),
    )
    return {cast("int", row[0]): cast("int", row[1]) + 1 for row in rows}


async def keep(tx: Tx, records: Iterable[KeptRecord]) -> None:
    """Keep what was told at the instant of the transaction."""
    await tx.run_many(
        "UPDATE person_tally SET came = ?, booked = ?, told_at = ?, told_until = ? WHERE person_id = ?",
        [(one.came, one.booked, tx.now, one.until, one.person_id) for one in records],
    )
