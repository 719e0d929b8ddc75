"""Questions about notes on people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from sessiontui.store.histories import Fetch

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx


@dataclass(frozen=True, slots=True)
class NoteRow:
    """One note as it is kept; instants are milliseconds. ``before`` are text, instant and name, oldest first."""

    id: int
    person_id: int
    text: str
    at: int
    by_name: str
    before: tuple[tuple[str, int, str], ...] = ()


async def notes(fetch: Fetch, person_id: int) -> list[NoteRow]:
    """Return the notes on a person that were not removed, the newest first, with what they said before."""
    rows = await fetch(
        "SELECT id, text, at, by_name FROM person_note WHERE person_id = ? AND removed_at IS NULL ORDER BY id DESC",
        (person_id,),
    )
    earlier = await fetch(
        "SELECT b.note_id, b.text, b.at, b.by_name FROM person_note n JOIN person_note_before b ON b.note_id = n.id"
        " WHERE n.person_id = ? ORDER BY b.id",
        (person_id,),
    )
    return [
        NoteRow(
            id=cast("int", row[0]),
            person_id=person_id,
            text=str(row[1]),
            at=cast("int", row[2]),
            by_name=str(row[3]),
            before=tuple((str(old[1]), cast("int", old[2]), str(old[3])) for old in earlier if old[0] == row[0]),
        )
        for row in rows
    ]


async def note(fetch: Fetch, note_id: int) -> tuple[int, str, int, str, bool] | None:
    """Return whom a note is about, its text, when and by whom it was written, and whether it was removed."""
    rows = await fetch(
        "SELECT person_id, text, at, by_name, removed_at IS NOT NULL FROM person_note WHERE id = ?", (note_id,)
    )
    if not rows:
        return None
    person_id, text, at, by_name, removed = rows[0]
    return cast("int", person_id), str(text), cast("int", at), str(by_name), bool(removed)


async def take_before(tx: Tx, note_id: int) -> tuple[str, int, str]:
    """Take what a note said last before it was edited out of what is kept, and return it."""
    ((number, *before),) = await tx.fetch(
        "SELECT id, text, at, by_name FROM person_note_before WHERE note_id = ? ORDER BY id DESC LIMIT 1", (note_id,)
    )
    await tx.run("DELETE FROM person_note_before WHERE id = ?", (number,))
    return cast("tuple[str, int, str]", tuple(before))
