"""Sessions are moved through their life."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.access import Action, Actor
from sessiontui.domain.errors import BadInput, Refused
from sessiontui.domain.history import facts_at
from sessiontui.domain.lifecycle import Facts, check, derive
from sessiontui.domain.phrases import minutes, span
from sessiontui.domain.records import record
from sessiontui.domain.text import safe_block
from sessiontui.domain.vocabulary import Move
from sessiontui.services import clashes
from sessiontui.services.context import Context
from sessiontui.services.delivery import notices
from sessiontui.services.delivery.messaging import left_out
from sessiontui.services.mentoring import mentor_of
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import ACTION_OF, require_session
from sessiontui.services.sessions.draft import check_window
from sessiontui.services.sessions.keeping import add_change
from sessiontui.store.histories import load

if TYPE_CHECKING:
    from sessiontui.store.tables import Session
    from sessiontui.store.tx import Tx

LONGEST_EXTENSION: Final = timedelta(hours=24)
"""By how much an end may move at once: more is a slip of the pen, or another session."""

_BOOKS: Final = frozenset({Move.PUBLISH, Move.REOPEN, Move.RESCHEDULE, Move.EXTEND})
"""Moves after which people are expected at a time at which they were not before."""

_PAST: Final = {
    Move.PUBLISH: "published",
    Move.START: "started",
    Move.PAUSE: "paused",
    Move.RESUME: "resumed",
    Move.COMPLETE: "completed",
    Move.CANCEL: "cancelled",
    Move.REOPEN: "reopened",
    Move.ARCHIVE: "archived",
    Move.RESTORE: "restored",
}


@record(kw_only=True)
class Step:
    """One step of a session's life, taken inside a transaction and not yet written down.

    ``change`` is its number in the history, ``inside`` that people were in the session when it was cancelled,
    ``double`` what is to be said of people who are booked twice.
    """

    move: Move
    sentence: str
    change: int
    before: Facts
    inside: bool
    double: str


async def move(
    context: Context,
    move: Move,
    session_id: int,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    mentor_id: int | None = None,
    expected: int | None = None,
    epoch: int | None = None,
    effective_at: datetime | None = None,
    confirm: bool = False,
) -> Receipt:
    """Move a session through its life; ``Refused`` names both ends where the move does not lead anywhere.

    ``effective_at`` is when the move counts from, if that is earlier than the act. ``extend`` takes ``ends_at``,
    ``reschedule`` both ends, ``reassign`` the new mentor (0 for none). ``confirm`` agrees to people being booked
    twice where that takes an agreement.
    """
    reason = safe_block(reason).strip()
    async with context.db.write(by=by, at=at, epoch=epoch) as tx:
        session = await tx.claim(session_id, expected)
        step = await take(
            tx,
            context,
            session,
            move,
            reason=reason,
            starts_at=starts_at,
            ends_at=ends_at,
            mentor_id=mentor_id,
            effective_at=effective_at,
            confirm=confirm,
        )
        entry = await tx.audit(
            f"session.{move}",
            step.sentence,
            subject_id=session_id,
            reason=reason,
            detail={"change": step.change, "from": str(step.before.control)},
            reversible=True,
        )
        sentence = step.sentence + await tell(tx, context, session_id, step, cause=entry.id, reason=reason)
    if move is Move.COMPLETE:
        from sessiontui.services.scoring.said import scores_said  # only the end of work needs that room

        sentence += await scores_said(context, session_id, by=by, at=at)
    return Receipt(sentence=sentence, sessions=(session_id,), undo=entry.id)


async def take(
    tx: Tx,
    context: Context,
    session: Session,
    move: Move,
    *,
    reason: str = "",
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    mentor_id: int | None = None,
    effective_at: datetime | None = None,
    confirm: bool = False,
) -> Step:
    """Take one step inside a transaction, of a session that was claimed; it is for the caller to write it down."""
    session_id = cast("int", session.id)
    facts = facts_at((await load(tx.fetch, [session_id]))[session_id], tx.at, rules=context.rules)
    inside = move is Move.CANCEL and bool(derive(facts, tx.at, context.rules).here)
    await require_session(tx, Action.EMERGENCY_CANCEL if inside else ACTION_OF[move], session)
    check(move, facts, tx.at, context.rules)
    _check_extra(move, facts, tx.at, starts_at=starts_at, ends_at=ends_at, mentor_id=mentor_id)
    mentor = (await mentor_of(tx, mentor_id)).name if mentor_id else "nobody"
    double = await _heed(
        tx, context, session_id, move, starts_at or facts.starts_at, ends_at or facts.ends_at,
        mentor_id=mentor_id, confirm=confirm,
    )  # fmt: skip
    sentence = _sentence(move, session.title, facts, starts_at=starts_at, ends_at=ends_at, mentor=mentor)
    change = await add_change(
        tx,
        session_id,
        at=effective_at,
        move=move,
        starts_at=starts_at,
        ends_at=ends_at,
        mentor_id=mentor_id,
        reason=reason,
    )
    return Step(move=move, sentence=sentence, change=change, before=facts, inside=inside, double=double)


async def tell(
    tx: Tx, context: Context, session_id: int, step: Step, *, cause: int, reason: str, part: str = ""
) -> str:
    """Write to those whom a step concerns, and return what the receipt of its act says besides."""
    posted = await notices.moved(
        tx, context, session_id, step.move, step.before, cause=cause, reason=reason, part=part
    )
    missed = left_out(posted.unreachable, posted.unwilling) if posted.ids or step.inside else ""
    return missed + step.double


async def complete(tx: Tx, context: Context, session_id: int, facts: Facts, *, since: datetime, reason: str) -> None:
    """Complete a session that ended by itself, inside a transaction of the product; it counts from ``since`` on."""
    session = await tx.claim(session_id)
    change = await add_change(tx, session_id, at=since, move=Move.COMPLETE, reason=reason)
    entry = await tx.audit(
        f"session.{Move.COMPLETE}",
        f"{_PAST[Move.COMPLETE]} {session.title}",
        subject_id=session_id,
        reason=reason,
        detail={"change": change, "from": str(facts.control)},
        reversible=True,
    )
    await notices.moved(tx, context, session_id, Move.COMPLETE, facts, cause=entry.id, reason=reason)


async def _heed(
    tx: Tx,
    context: Context,
    session_id: int,
    move: Move,
    starts_at: datetime,
    ends_at: datetime,
    *,
    mentor_id: int | None,
    confirm: bool,
) -> str:
    """Return what a move that books people says of double bookings; an extension is asked about, never blocked."""
    if move is Move.REASSIGN:
        host = {mentor_id: True} if mentor_id else {}
        return await clashes.heed(tx, context, host, starts_at, ends_at, but=session_id, confirm=confirm)
    if move not in _BOOKS:
        return ""
    blocks = move is not Move.EXTEND  # people may be inside
    return await clashes.heed_all(tx, context, session_id, starts_at, ends_at, confirm=confirm, blocks=blocks)


def _check_extra(
    move: Move,
    facts: Facts,
    now: datetime,
    *,
    starts_at: datetime | None,
    ends_at: datetime | None,
    mentor_id: int | None,
) -> None:
    """Check what a move brings along beside itself."""
    if move is Move.EXTEND:
        if ends_at is None or ends_at <= facts.ends_at:
            raise BadInput("extending needs a later end", place="ends_at")
        if ends_at > facts.ends_at + LONGEST_EXTENSION:
            raise BadInput(
                "a session is extended by at most 24 h at once",
                place="ends_at",
                hint="extend it again when it comes to that, or make another session",
            )
    elif move is Move.RESCHEDULE:
        if starts_at is None or ends_at is None:
            raise BadInput("rescheduling needs a start and an end", place="starts_at")
        check_window(starts_at, ends_at)
        if ends_at <= now:
            raise Refused("the new window has ended already", title="Cannot reschedule")
    elif starts_at is not None or ends_at is not None:
        raise BadInput(f"{move} takes no new window")
    if (move is Move.REASSIGN) != (mentor_id is not None):
        raise BadInput("reassigning, and only it, needs a mentor", place="mentor")


def _sentence(
    move: Move,
    title: str,
    facts: Facts,
    *,
    starts_at: datetime | None,
    ends_at: datetime | None,
    mentor: str,
) -> str:
    match move:
        case Move.EXTEND if ends_at is not None:
            return f"extended {title} by {span(minutes(ends_at - facts.ends_at))}"
        case Move.RESCHEDULE if starts_at is not None:
            return f"rescheduled {title} to {starts_at:%Y-%m-%d %H:%M} UTC"
        case Move.REASSIGN:
            return f"reassigned {title} to {mentor}"
        case _:
            return f"{_PAST[move]} {title}"
