"""Attendance set by hand, where what the sources told is wrong."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action, Actor
from sessiontui.domain.errors import BadInput, Refused
from sessiontui.domain.history import facts_at
from sessiontui.domain.text import safe_block
from sessiontui.domain.vocabulary import Attendance, Control
from sessiontui.services.attendance.rolls import host_of
from sessiontui.services.context import Context
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_session
from sessiontui.store.histories import person_key
from sessiontui.store.reads import attendance as kept
from sessiontui.store.reads import sessions as kept_sessions

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

BY_HAND: Final = (
    Attendance.PRESENT, Attendance.LATE, Attendance.PARTIAL, Attendance.ABSENT, Attendance.EXCUSED,
)  # fmt: skip
"""What can be set by hand."""

SET: Final = "attendance.set"
"""The act of setting attendance, as the audit trail names it."""


async def correct(
    context: Context,
    session_id: int,
    person_id: int,
    verdict: Attendance | None,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> Receipt:
    """Set the attendance of one person by hand, or let presence tell again with ``None``; it can be undone.

    ``Refused`` where the session has not begun, was cancelled, or the person is its host.
    """
    if verdict is not None and verdict not in BY_HAND:
        raise BadInput(f"nobody can be set to {verdict}", hint=f"one of {', '.join(BY_HAND)}")
    why = safe_block(reason).strip()
    async with context.db.write(by=by, at=at) as tx:
        session = await tx.claim(session_id)
        await require_session(tx, Action.CORRECT_ATTENDANCE, session)
        person = await tx.person(person_id)
        history = (await kept_sessions.histories(tx.fetch, [session_id]))[session_id]
        facts = facts_at(history, at, rules=context.rules)
        if facts.control in (Control.DRAFT, Control.CANCELLED) or at < facts.begin:
            word = facts.control if facts.control in (Control.DRAFT, Control.CANCELLED) else "still to come"
            raise Refused(f"{session.title} is {word}: there is no attendance to correct")
        if person_key(person_id) == host_of(history, facts):
            raise Refused(f"{person.name} is the host of {session.title}: attendance is that of guests")
        standing = (await kept.corrections(tx.fetch, [session_id])).get(session_id, {}).get(person_key(person_id))
        if verdict is None and standing is None:
            raise Refused(f"the attendance of {person.name} was not set by hand")
        mark = await tx.insert(
            "attendance_mark",
            session_id=session_id,
            person_id=person_id,
            verdict="" if verdict is None else str(verdict),
            reason=why,
            by_id=by.id,
            by_name=by.name,
            at=at,
        )
        told = "what presence tells" if verdict is None else str(verdict)
        sentence = f"set the attendance of {person.name} in {session.title} to {told}"
        entry = await tx.audit(
            SET,
            sentence,
            subject_id=session_id,
            reason=why,
            detail={"mark": mark, "person": person_id},
            reversible=True,
        )
    return Receipt(sentence=sentence, sessions=(session_id,), people=(person_id,), undo=entry.id)


async def take_back(tx: Tx, session_id: int, *, mark: int, person_id: int, seal: int) -> None:
    """Take back one correction inside the transaction that undoes it; ``Refused`` where a newer one stands on it."""
    session = await tx.claim(session_id)
    await require_session(tx, Action.CORRECT_ATTENDANCE, session)
    if await kept.newest(tx.fetch, session_id, person_id) != mark:
        raise Refused("the attendance was set again since", hint="undo that first")
    await kept.void(tx, mark, seal)
