"""Recordings of outside files: each compared with what is kept already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessiontui.domain.text import safe_line
from sessiontui.intake import RecordingRecord
from sessiontui.services.importing.outcome import FileOutcome, Verdict
from sessiontui.services.importing.persons import Register
from sessiontui.services.recordings.keeping import length_ms, put
from sessiontui.store.reads import recordings as kept

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessiontui.domain.chain import Json
    from sessiontui.store.reads.recordings import RecordingRow
    from sessiontui.store.tx import Tx


async def take_recording(
    tx: Tx, register: Register, record: RecordingRecord, outcome: FileOutcome, source: str, session_id: int
) -> None:
    """Bring one recording up to what a file says of it.

    What the file says as before leaves alone what was changed by hand since; one that was removed stays removed.
    """
    held = await kept.by_outside_id(tx.fetch, source, record.id)
    if held is None and any(row.link == record.link for row in await kept.of_session(tx.fetch, session_id)):
        outcome.counts[Verdict.UNCHANGED] += 1  # it is known by its link: added by hand, or exported from here
        return
    people = [await register.refer(source, outside) for outside in record.people]
    readers = tuple(person_id for person_id in people if person_id is not None)
    if len(readers) < len(people):
        outcome.refuse(record.line, "somebody whom it names is unknown")
        return
    title = safe_line(record.title or "").strip() or (await tx.session(session_id)).title
    said: dict[str, Json] = {
        "title": title,
        "link": record.link,
        "length": length_ms(record.length),
        "audience": str(record.audience),
        "people": sorted(readers),
    }
    if held is None:
        await put(
            tx,
            session_id,
            title=title,
            link=record.link,
            length=record.length,
            audience=record.audience,
            people=readers,
            added_at=record.added_at,
            source=source,
            external_id=record.id,
            imported=said,
        )
        outcome.counts[Verdict.ADDED] += 1
        return
    if held.session_id != session_id:
        outcome.refuse(record.line, f"recording {record.id!r} belongs to session #{held.session_id}")
        return
    if held.removed_at is not None or said == held.imported:
        outcome.counts[Verdict.UNCHANGED] += 1
        return
    await _bring_up(tx, held, said, readers)
    outcome.counts[Verdict.UPDATED] += 1


async def _bring_up(tx: Tx, held: RecordingRow, said: dict[str, Json], readers: Sequence[int]) -> None:
    """Write what a file says anew of a recording that is kept already."""
    await tx.update(
        "recording",
        held.id,
        title=said["title"],
        link=said["link"],
        length_ms=said["length"],
        audience=said["audience"],
        imported=said,
    )
    await kept.set_readers(tx, held.id, readers)
    tx.touch(held.session_id, words=False)
