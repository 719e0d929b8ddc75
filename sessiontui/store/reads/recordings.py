"""Questions about recordings: those of a session, who may see them, who opened them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.instants import from_ms, maybe_instant, to_ms
from sessiontui.domain.recordings import Audience
from sessiontui.domain.records import record, replace
from sessiontui.store.histories import Fetch, marks

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json
    from sessiontui.store.reader import Row, Value
    from sessiontui.store.tx import Tx

_COLUMNS: Final = (
    "id, session_id, title, link, length_ms, audience, added_at, added_by, removed_at, external_id, source, imported"
)


@record(kw_only=True)
class RecordingRow:
    """One recording as it is kept; ``readers`` are those named, in the order of their ids."""

    id: int
    session_id: int
    title: str
    link: str
    length: timedelta | None
    audience: Audience
    added_at: datetime
    added_by: str
    removed_at: datetime | None
    external_id: str
    source: str
    imported: dict[str, Json]
    readers: tuple[int, ...] = ()


@record
class OpeningRow:
    """One time that a recording was opened."""

    recording_id: int
    by: str
    at: datetime


async def of_session(fetch: Fetch, session_id: int, *, at: datetime | None = None) -> list[RecordingRow]:
    """Return the recordings of a session as they stand, or stood at an instant, in the order they were added."""
    test = "removed_at IS NULL"
    values: list[Value] = [session_id]
    if at is not None:
        test = "added_at <= ? AND (removed_at IS NULL OR removed_at > ?)"
        values += [to_ms(at), to_ms(at)]
    rows = await fetch(
        f"SELECT {_COLUMNS} FROM recording WHERE session_id = ? AND {test} ORDER BY added_at, id", values
    )
    if not rows:
        return []
    readers: defaultdict[int, list[int]] = defaultdict(list)
    for recording_id, person_id in await fetch(
        "SELECT w.recording_id, w.person_id FROM recording r JOIN recording_reader w ON w.recording_id = r.id"
        " WHERE r.session_id = ? ORDER BY w.person_id",
        (session_id,),
    ):
        readers[cast("int", recording_id)].append(cast("int", person_id))
    return [replace(_row(row), readers=tuple(readers[cast("int", row[0])])) for row in rows]


async def one(fetch: Fetch, recording_id: int) -> RecordingRow | None:
    """Return one recording, also where it was removed."""
    rows = await fetch(f"SELECT {_COLUMNS} FROM recording WHERE id = ?", (recording_id,))
    return replace(_row(rows[0]), readers=await _readers(fetch, recording_id)) if rows else None


async def by_outside_id(fetch: Fetch, source: str, outside: str) -> RecordingRow | None:
    """Return the recording that a source knows under an id, also where it was removed."""
    rows = await fetch(f"SELECT {_COLUMNS} FROM recording WHERE source = ? AND external_id = ?", (source, outside))
    return replace(_row(rows[0]), readers=await _readers(fetch, cast("int", rows[0][0]))) if rows else None


async def openings(fetch: Fetch, session_id: int, *, at: datetime | None = None) -> list[OpeningRow]:
    """Return who opened the recordings of a session and when, the latest first."""
    until = "" if at is None else f" AND o.at <= {to_ms(at):d}"
    rows = await fetch(
        "SELECT o.recording_id, o.by_name, o.at FROM recording r JOIN recording_opening o ON o.recording_id = r.id"
        f" WHERE r.session_id = ?{until} ORDER BY o.at DESC, o.id DESC",
        (session_id,),
    )
    return [OpeningRow(cast("int", row[0]), str(row[1]), from_ms(cast("int", row[2]))) for row in rows]


async def outside_ids(fetch: Fetch, source: str, people: Sequence[int]) -> dict[int, str]:
    """Return how a source knows people, by their ids; those it does not know are missing."""
    rows = await fetch(
        f"SELECT person_id, external_id FROM outside_id WHERE source = ? AND person_id IN ({marks(people)})",
        (source, *people),
    )
    return {cast("int", row[0]): str(row[1]) for row in rows}


async def set_readers(tx: Tx, recording_id: int, people: Sequence[int]) -> None:
    """Let exactly these people be named for a recording."""
    await tx.run("DELETE FROM recording_reader WHERE recording_id = ?", (recording_id,))
    await tx.run_many(
        "INSERT INTO recording_reader (recording_id, person_id) VALUES (?, ?)",
        [(recording_id, person_id) for person_id in sorted(set(people))],
    )


async def _readers(fetch: Fetch, recording_id: int) -> tuple[int, ...]:
    rows = await fetch(
        "SELECT person_id FROM recording_reader WHERE recording_id = ? ORDER BY person_id", (recording_id,)
    )
    return tuple(cast("int", row[0]) for row in rows)


def _row(row: Row) -> RecordingRow:
    length = cast("int | None", row[4])
    return RecordingRow(
        id=cast("int", row[0]),
        session_id=cast("int", row[1]),
        title=str(row[2]),
        link=str(row[3]),
        length=None if length is None else timedelta(milliseconds=length),
        audience=Audience(str(row[5])),
        added_at=from_ms(cast("int", row[6])),
        added_by=str(row[7]),
        removed_at=maybe_instant(cast("int | None", row[8])),
        external_id=str(row[9] or ""),
        source=str(row[10]),
        imported=json.loads(str(row[11])),
    )
