"""Whoever was in a session, or was missed, is asked once it has ended for good; by the worker, or by hand."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from sessiontui.domain.access import Action, Actor
from sessiontui.domain.errors import Refused
from sessiontui.domain.followups import (
    ASKED_AFTER,
    LATELY,
    SETTLED_AFTER,
    UNANSWERED_AFTER,
    FollowUpKind,
    FollowUpState,
)
from sessiontui.domain.instants import to_ms
from sessiontui.domain.phrases import count
from sessiontui.domain.vocabulary import Status
from sessiontui.services.attendance.summaries import tell_host
from sessiontui.services.context import Context
from sessiontui.services.delivery.messaging import left_out
from sessiontui.services.followups.asking_after import ask, asked_by, keep_follow_up, occurrence_of, settle
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_session
from sessiontui.store.reads import followups as kept
from sessiontui.store.reads import outbox as kept_letters

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

BATCH: Final = 100
"""Sessions of one run of the job."""

_WORKER: Final = Actor.system("follow-ups")


class Bounds(NamedTuple):
    """In milliseconds: what ended since ``lately`` and before ``settled``; what was asked before ``unanswered``."""

    lately: int
    settled: int
    unanswered: int


def bounds(at: datetime) -> Bounds:
    """Return which instants the worker looks between."""
    return Bounds(to_ms(at - LATELY), to_ms(at - SETTLED_AFTER), to_ms(at - UNANSWERED_AFTER))


async def follow_up_ended(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Follow up what has ended for good and return how many sessions and questions that touched.

    Each session and person is asked once. What a later report has overtaken is closed and followed up anew, and
    questions that nobody answers end by themselves.
    """
    since, until, unanswered = bounds(at)
    touched = 0
    for row_id in await kept.overtaken(context.db.fetch, since=since, limit=BATCH):
        touched += await _close_stale(context, row_id, at=at, epoch=epoch, why="overtaken: it ended otherwise")
    for session_id in await kept.ended(context.db.fetch, since=since, until=until, limit=BATCH):
        async with context.db.write(by=_WORKER, at=at, epoch=epoch) as tx:
            touched += await _follow_up(tx, context, session_id)
    for row_id in await kept.unanswered(context.db.fetch, before=unanswered, limit=BATCH):
        touched += await _close_stale(context, row_id, at=at, epoch=epoch, why="nobody answered")
    return touched


async def send_survey(context: Context, session_id: int, *, by: Actor, at: datetime) -> Receipt:
    """Send the survey to those who were in a session and were not asked yet, by hand."""
    return await _ask_by_hand(context, FollowUpKind.SURVEY, session_id, by=by, at=at)


async def ask_no_shows(context: Context, session_id: int, *, by: Actor, at: datetime) -> Receipt:
    """Ask those who were approved for a session and never came why, by hand."""
    return await _ask_by_hand(context, FollowUpKind.NO_SHOW, session_id, by=by, at=at)


async def _ask_by_hand(context: Context, kind: FollowUpKind, session_id: int, *, by: Actor, at: datetime) -> Receipt:
    async with context.db.write(by=by, at=at) as tx:
        session = await tx.session(session_id)
        await require_session(tx, Action.SURVEY, session)
        if not Status(session.status).is_ended or session.provisional:
            raise Refused(f"{session.title} has not ended yet", title="Too early")
        people = await asked_by(tx, kind, session_id)
        fresh = [
            person
            for person in people
            if await kept.of_occurrence(tx.fetch, occurrence_of(kind, session_id, person.person_id)) is None
        ]
        what = "sent the survey of" if kind is FollowUpKind.SURVEY else "asked those who missed"
        if not fresh:
            why = "everyone was asked already" if people else "nobody is to be asked"
            raise Refused(f"{session.title}: {why}", title="Nobody to ask")
        sentence = f"{what} {session.title} ({count(len(fresh), 'person', 'people')})"
        detail_ids = [person.person_id for person in fresh]
        entry = await tx.audit(
            f"followup.{kind}", sentence, subject_id=session_id, detail={"people": list(detail_ids)}
        )
        unreachable = await ask(tx, context, kind, session_id, fresh, cause=entry.id)
        await settle(tx, session_id)
    return Receipt(sentence=sentence + left_out(unreachable), sessions=(session_id,), people=tuple(detail_ids))


async def _follow_up(tx: Tx, context: Context, session_id: int) -> int:
    """Do what the end of a session asks for, once; 0 where it is no longer what it was."""
    session = await tx.session(session_id)
    status = Status(session.status)
    if session.provisional or session.followed_at is not None or status not in ASKED_AFTER:
        return 0
    kind = ASKED_AFTER[status]
    people = await asked_by(tx, kind, session_id)
    await kept.note_followed(tx.run, session_id, tx.now)
    await tell_host(tx, context, session_id)
    if kind is FollowUpKind.EARLY_END or (kind is FollowUpKind.NO_SHOW and not people):
        await keep_follow_up(tx, kind, session_id, None)
        what = "opened a task"
    elif not people:
        return 1
    else:
        what = f"asked {count(len(people), 'person', 'people')}"
    entry = await tx.audit(
        "followup.made",
        f"{what} after {session.title} ({status.replace('_', ' ')})",
        subject_id=session_id,
        detail={"kind": str(kind), "people": [person.person_id for person in people]},
    )
    if people:
        await ask(tx, context, kind, session_id, people, cause=entry.id)
    await settle(tx, session_id)
    return 1


async def _close_stale(context: Context, row_id: int, *, at: datetime, epoch: int | None, why: str) -> int:
    async with context.db.write(by=_WORKER, at=at, epoch=epoch) as tx:
        row = await kept.one(tx.fetch, row_id)
        if row is None or row.state != FollowUpState.OPEN:
            return 0
        await tx.update("follow_up", row_id, state="closed", closed_at=at, closed_by=tx.by.name, note=why)
        if row.notification_id is not None:
            await kept_letters.hold_back(tx.run, row.notification_id, why=why)
        if why.startswith("overtaken"):
            await kept.note_followed(tx.run, row.session_id, None)
        await settle(tx, row.session_id)
    return 1
