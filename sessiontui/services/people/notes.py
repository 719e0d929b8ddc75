"""Notes on people, for those who administer the platform: written, edited with what they said before, removed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.access import Action, Actor, require
from sessiontui.domain.errors import BadInput, Conflict, NotFound
from sessiontui.domain.instants import from_ms
from sessiontui.domain.text import safe_block
from sessiontui.services.context import Context
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_door
from sessiontui.store.reads import notes as kept

if TYPE_CHECKING:
    from sessiontui.store.tables import AuditEntry
    from sessiontui.store.tx import Tx

NOTED: Final = "person.note"
"""How whatever becomes of a note is named in the audit trail; what it says stands in no entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One note: what it says, since when and by whom, and what it said before, oldest first."""

    id: int
    text: str
    at: datetime
    by: str
    before: tuple[Note, ...] = ()


async def notes(context: Context, person_id: int, *, by: Actor) -> tuple[Note, ...]:
    """Return the notes on a person, the newest first."""
    require(by, Action.MANAGE_PEOPLE)
    return tuple(
        Note(
            id=row.id,
            text=row.text,
            at=from_ms(row.at),
            by=row.by_name,
            before=tuple(Note(id=row.id, text=text, at=from_ms(at), by=who) for text, at, who in row.before),
        )
        for row in await kept.notes(context.db.fetch, person_id)
    )


async def write(context: Context, person_id: int, text: str, *, by: Actor, at: datetime) -> Receipt:
    """Write a note on a person."""
    await require_door(context, Action.MANAGE_PEOPLE, by=by, at=at)
    said = _said(text)
    async with context.db.write(by=by, at=at) as tx:
        person = await tx.person(person_id)
        note_id = await tx.insert("person_note", person_id=person_id, text=said, at=at, by_id=by.id, by_name=by.name)
        return await _told(tx, person_id, note_id, "add", f"wrote a note on {person.name}")


async def edit(context: Context, note_id: int, text: str, *, by: Actor, at: datetime) -> Receipt:
    """Write a note anew; what it said before is kept beside it."""
    await require_door(context, Action.MANAGE_PEOPLE, by=by, at=at)
    said = _said(text)
    async with context.db.write(by=by, at=at) as tx:
        person_id, before, since, who = await _standing(tx, note_id)
        if before == said:
            raise BadInput("the note says that already", place="text")
        await tx.insert("person_note_before", note_id=note_id, text=before, at=from_ms(since), by_name=who)
        await tx.update("person_note", note_id, text=said, at=at, by_id=by.id, by_name=by.name)
        person = await tx.person(person_id)
        return await _told(tx, person_id, note_id, "edit", f"edited a note on {person.name}")


async def remove(context: Context, note_id: int, *, by: Actor, at: datetime) -> Receipt:
    """Take a note away."""
    await require_door(context, Action.MANAGE_PEOPLE, by=by, at=at)
    async with context.db.write(by=by, at=at) as tx:
        person_id, *_ = await _standing(tx, note_id)
        await tx.update("person_note", note_id, removed_at=at)
        person = await tx.person(person_id)
        return await _told(tx, person_id, note_id, "remove", f"removed a note on {person.name}")


async def take_back(tx: Tx, act: AuditEntry, seal: int) -> None:
    """Undo what became of a note, for ``services.undo``."""
    del seal
    require(tx.by, Action.MANAGE_PEOPLE)
    note_id, did = cast("int", act.detail["note"]), str(act.detail["did"])
    found = await kept.note(tx.fetch, note_id)
    if found is None:
        raise NotFound("the note is gone with its person")
    if did == "remove":
        await tx.update("person_note", note_id, removed_at=None)
        return
    if found[4] or from_ms(found[2]) != act.at:
        raise Conflict("the note was changed since")
    if did == "add":
        await tx.update("person_note", note_id, removed_at=tx.at)
        return
    text, since, who = await kept.take_before(tx, note_id)
    await tx.update("person_note", note_id, text=text, at=from_ms(since), by_name=who)


def _said(text: str) -> str:
    said = safe_block(text).strip()
    if not said:
        raise BadInput("a note says something", place="text")
    return said


async def _standing(tx: Tx, note_id: int) -> tuple[int, str, int, str]:
    found = await kept.note(tx.fetch, note_id)
    if found is None or found[4]:
        raise NotFound(f"there is no note #{note_id}")
    return found[:4]


async def _told(tx: Tx, person_id: int, note_id: int, did: str, sentence: str) -> Receipt:
    entry = await tx.audit(
        NOTED,
        sentence,
        subject="person",
        subject_id=person_id,
        detail={"note": note_id, "did": did},
        reversible=True,
    )
    return Receipt(sentence=sentence, people=(person_id,), undo=entry.id)
