"""Several things of one session changed at once: one transaction, one entry of the audit trail, one version."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sessiontui.domain.access import Action, Actor
from sessiontui.domain.text import safe_block
from sessiontui.domain.vocabulary import Move
from sessiontui.services.context import Context
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_session
from sessiontui.services.sessions.draft import SessionEdit, checked
from sessiontui.services.sessions.making import EDITED, rewrite, seats_told
from sessiontui.services.sessions.moving import move, take, tell

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json


async def change(
    context: Context,
    session_id: int,
    *,
    by: Actor,
    at: datetime,
    window: tuple[datetime, datetime] | None = None,
    until: datetime | None = None,
    mentor_id: int | None = None,
    edit: SessionEdit | None = None,
    expected: int | None = None,
    reason: str = "",
    confirm: bool = False,
) -> Receipt:
    """Change a session in several ways, whole or not at all: its window, its mentor, what is written about it.

    ``window`` reschedules it, ``until`` lets it end later instead; ``mentor_id`` is 0 for nobody. Each asks for a
    right of its own. ``Conflict`` where it is no longer at the version ``expected``. One step alone is that act.
    """
    starts_at, ends_at = window or (None, until)
    if edit is None and (mentor_id is None or ends_at is None):
        alone = Move.REASSIGN if ends_at is None else Move.EXTEND if window is None else Move.RESCHEDULE
        return await move(
            context, alone, session_id, by=by, at=at, reason=reason, starts_at=starts_at, ends_at=ends_at,
            mentor_id=mentor_id, expected=expected, confirm=confirm,
        )  # fmt: skip
    values = {} if edit is None else checked(edit)
    reason = safe_block(reason).strip()
    async with context.db.write(by=by, at=at) as tx:
        session = await tx.claim(session_id, expected)
        steps = []
        if ends_at is not None:
            which = Move.EXTEND if window is None else Move.RESCHEDULE
            window_step = await take(
                tx, context, session, which, reason=reason, starts_at=starts_at, ends_at=ends_at, confirm=confirm
            )
            steps.append(window_step)
        if mentor_id is not None:
            steps.append(
                await take(tx, context, session, Move.REASSIGN, reason=reason, mentor_id=mentor_id, confirm=confirm)
            )
        sentences = [step.sentence for step in steps]
        detail: dict[str, Json] = {"version": session.version + 1, "before": {}, "after": {}, "change": None}
        if values:
            await require_session(tx, Action.EDIT, session)
            sentence, detail = await rewrite(tx, session, values)
            sentences.append(sentence)
        sentence = "; ".join(sentences)
        entry = await tx.audit(
            EDITED,
            sentence,
            subject_id=session_id,
            reason=reason,
            detail={**detail, "steps": [step.change for step in steps]},
            reversible=bool(steps or detail["after"]),
        )
        for step in steps:
            sentence += await tell(tx, context, session_id, step, cause=entry.id, reason=reason, part=str(step.move))
        sentence += await seats_told(tx, context, session, detail)
    return Receipt(sentence=sentence, sessions=(session_id,), undo=entry.id if steps or detail["after"] else None)
