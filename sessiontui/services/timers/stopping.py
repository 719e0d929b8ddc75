"""Stopping a timer that was forgotten, at the instant of the last sign of work; and saying that it was not."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.access import Action, Actor
from sessiontui.domain.chain import Json
from sessiontui.domain.errors import BadInput, Conflict, Refused
from sessiontui.domain.instants import rfc3339
from sessiontui.domain.phrases import minutes, span
from sessiontui.domain.text import safe_block
from sessiontui.domain.vocabulary import Move
from sessiontui.services.context import Context
from sessiontui.services.delivery import notices
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_session
from sessiontui.services.scoring.said import scores_said
from sessiontui.services.sessions import add_change
from sessiontui.services.timers.asking import Clocked, clocked
from sessiontui.store.reads import audit as kept
from sessiontui.store.reads import timers as stored

if TYPE_CHECKING:
    from sessiontui.store.tables import AuditEntry
    from sessiontui.store.tx import Tx

STOPPED: Final = "session.stop-at"
"""The act of stopping a timer at an instant that is past."""


async def stop_at(
    context: Context,
    session_id: int,
    *,
    by: Actor,
    at: datetime,
    stopped_at: datetime | None = None,
    reason: str = "",
    expected: int | None = None,
) -> Receipt:
    """Complete a work session as of an instant that is past, without one as of its last sign of work.

    A session that was completed by itself may be stopped earlier than that. ``Refused`` where it was started,
    resumed or paused later than ``stopped_at``.
    """
    async with context.db.write(by=by, at=at) as tx:
        session = await tx.claim(session_id, expected)
        await require_session(tx, Action.COMPLETE, session)
        found = await clocked(tx.fetch, context, session_id, at)
        end = found.timer.active_at if stopped_at is None else stopped_at
        _check(found, end, at)
        voided = None
        if found.timer.stopped_at is not None:
            voided = await stored.own_completion(tx.fetch, session_id)
        reason = safe_block(reason).strip() or "the timer was forgotten"
        change = await add_change(tx, session_id, at=end, move=Move.COMPLETE, reason=reason)
        sentence = f"stopped {session.title} at {end:%Y-%m-%d %H:%M} UTC, {span(minutes(at - end))} ago"
        detail: dict[str, Json] = {
            "change": change,
            "voids": voided,
            "from": str(found.facts.control),
            "stopped_at": rfc3339(end),
        }
        entry = await tx.audit(
            STOPPED, sentence, subject_id=session_id, reason=reason, detail=detail, reversible=True
        )
        if voided is not None:
            await tx.update("session_change", voided, voided_by=entry.id)
        else:
            await notices.moved(tx, context, session_id, Move.COMPLETE, found.facts, cause=entry.id, reason=reason)
    sentence += await scores_said(context, session_id, by=by, at=at)
    return Receipt(sentence=sentence, sessions=(session_id,), undo=entry.id)


async def still_at_it(context: Context, session_id: int, *, by: Actor, at: datetime) -> Receipt:
    """Note that somebody is still at work, so that the timer does not look forgotten."""
    async with context.db.write(by=by, at=at) as tx:
        session = await tx.claim(session_id)
        await require_session(tx, Action.RESUME, session)
        found = await clocked(tx.fetch, context, session_id, at)
        if found.timer.stopped_at is not None:
            raise Refused(
                f"{session.title} was completed by itself at {found.timer.stopped_at:%H:%M} UTC",
                hint="stop it at the last activity, or start another session",
            )
        sentence = f"noted that {session.title} is still at work"
        await tx.audit("session.still-at-it", sentence, subject_id=session_id)
        tx.touch(session_id, words=False)
    return Receipt(sentence=sentence, sessions=(session_id,))


async def take_back(tx: Tx, act: AuditEntry, seal: int) -> None:
    """Let a timer be as it was before it was stopped."""
    session_id, change = cast("int", act.subject_id), cast("int", act.detail["change"])
    session = await tx.claim(session_id)
    await require_session(tx, Action.EDIT, session)
    later = await kept.changed_since(tx.fetch, session_id=session_id, change=change)
    if later is not None:
        raise Conflict(f"{later[0]} has changed it since ({later[1]}): undo that first")
    await tx.update("session_change", change, voided_by=seal)
    voided = cast("int | None", act.detail["voids"])
    if voided is not None:
        await tx.update("session_change", voided, voided_by=None)


def _check(found: Clocked, end: datetime, at: datetime) -> None:
    if end > at:
        raise BadInput(f"{end:%Y-%m-%d %H:%M} UTC lies ahead", place="--at", hint="give an instant that is past")
    if found.timer.stopped_at is not None and end >= found.timer.stopped_at:
        raise BadInput(
            f"it was stopped at {found.timer.stopped_at:%Y-%m-%d %H:%M} UTC already",
            place="--at",
            hint="give an earlier instant",
        )
    own = found.timer.stopped_at
    moves = [change for change in found.history.changes if change.move in _CLOCKED and change.at != own]
    last = max(moves, key=lambda change: change.at, default=None)
    if last is not None and last.move is not None and end < last.at:
        raise Refused(
            f"it was {_PAST[last.move]} at {last.at:%Y-%m-%d %H:%M} UTC, which is later",
            hint="give an instant after that, or undo that first",
            title="Cannot stop it then",
        )
    if end < found.facts.begin:
        raise BadInput(f"it had not begun before {found.facts.begin:%Y-%m-%d %H:%M} UTC", place="--at")


_PAST: Final = {Move.START: "started", Move.RESUME: "resumed", Move.PAUSE: "paused", Move.REOPEN: "reopened"}

_CLOCKED: Final = frozenset(_PAST)
"""Moves that a timer cannot have been stopped before."""
