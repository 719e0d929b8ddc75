"""Follow-ups: what is asked once a session has ended for good, what is answered, and which tasks stay open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from sessiontui.domain.access import Action, Actor, Standing, may
from sessiontui.domain.errors import BadInput, Refused
from sessiontui.domain.followups import (
    ASKED_AFTER,
    LATELY,
    POOR,
    SETTLED_AFTER,
    UNANSWERED_AFTER,
    FollowUpKind,
    FollowUpState,
    rating_of,
)
from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.phrases import count
from sessiontui.domain.text import safe_block
from sessiontui.domain.vocabulary import RequestState, Status
from sessiontui.services.attendance.summaries import tell_host
from sessiontui.services.context import Context
from sessiontui.services.delivery.messaging import left_out
from sessiontui.services.followups.asking_after import (
    ask,
    asked_by,
    derived_now,
    keep_follow_up,
    occurrence_of,
    seen_in,
    settle,
)
from sessiontui.services.pictures import Aftermath, FollowUpLine
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_session, verdict
from sessiontui.store.reads import followups as kept
from sessiontui.store.reads import outbox as kept_letters
from sessiontui.store.reads import requests as kept_requests
from sessiontui.store.reads.followups import FollowUpRow, Rating, Story

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

BATCH: Final = 100
"""Sessions of one run of the job."""

_WORKER: Final = Actor.system("follow-ups")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What someone answers after a session; ``None`` leaves a part unsaid."""

    rating: int | None = None
    comment: str = ""
    may_tell: bool | None = None


class Bounds(NamedTuple):
    """In milliseconds: what ended since ``lately`` and before ``settled``; what was asked before ``unanswered``."""

    lately: int
    settled: int
    unanswered: int


async def aftermath(context: Context, session_id: int, *, by: Actor) -> Aftermath:
    """Return what came after a session, for those who may see who was there."""
    if not (await verdict(context.db.fetch, by, Action.SEE_ATTENDANCE, session_id)).allowed:
        return Aftermath()
    story = await kept.story(context.db.fetch, session_id)
    return Aftermath(
        lines=tuple(_line(row) for row in await kept.of_session(context.db.fetch, session_id)),
        story=None if story is None else story.text,
        story_by="" if story is None else story.told_by,
    )


async def ratings(context: Context, session_ids: Sequence[int]) -> list[Rating]:
    """Return the ratings that sessions were given."""
    return await kept.ratings(context.db.fetch, session_ids=session_ids)


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


async def answer(
    context: Context,
    session_id: int,
    person_id: int,
    given: Answer,
    *,
    by: Actor,
    at: datetime,
    source: str = "manual",
) -> Receipt:
    """Keep what a person answers after a session: to its survey, or why they did not come."""
    async with context.db.write(by=by, at=at) as tx:
        session = await tx.session(session_id)
        person = await tx.person(person_id)
        if not may(by, Action.ASK, Standing(is_self=by.id == person_id)).allowed:
            await require_session(tx, Action.SURVEY, session)
        row = await keep_answer(tx, session_id, person_id, given, source=source)
        stars = f" with {given.rating} of 5" if given.rating is not None else ""
        sentence = f"{person.name} answered about {session.title}{stars}"
        await tx.audit(
            "followup.answer",
            sentence,
            subject_id=session_id,
            reason=safe_block(given.comment).strip(),
            detail={"follow_up": row, "rating": given.rating, "may_tell": given.may_tell, "source": source},
        )
    return Receipt(sentence=sentence, sessions=(session_id,), people=(person_id,))


async def keep_answer(
    tx: Tx, session_id: int, person_id: int, given: Answer, *, source: str, answered_at: datetime | None = None
) -> int:
    """Keep an answer inside a transaction and return its follow-up; a newer one takes the place of the one before."""
    given = _checked(given)
    derived = await derived_now(tx, session_id)
    if not derived.status.is_ended or derived.provisional:
        raise Refused("the session has not ended yet", title="Too early")
    row = await _answered_row(tx, session_id, person_id, given)
    await tx.update(
        "follow_up",
        row,
        state=str(FollowUpState.ANSWERED),
        rating=given.rating,
        answer=given.comment,
        may_tell=given.may_tell,
        source=source,
        answered_at=answered_at or tx.at,
    )
    if given.rating is not None and given.rating <= POOR:
        await keep_follow_up(tx, FollowUpKind.POOR_RATING, session_id, person_id, note=f"rated {given.rating} of 5")
    await settle(tx, session_id)
    return row


async def answer_kept(tx: Tx, session_id: int, person_id: int) -> Answer | None:
    """Return what a person has answered after a session, inside a transaction."""
    for kind in (FollowUpKind.SURVEY, FollowUpKind.NO_SHOW):
        row = await kept.of_occurrence(tx.fetch, occurrence_of(kind, session_id, person_id))
        if row is not None and row.state == FollowUpState.ANSWERED:
            may_tell = None if row.may_tell is None else bool(row.may_tell)
            return Answer(rating=row.rating, comment=row.answer, may_tell=may_tell)
    return None


async def close_tasks(
    context: Context,
    session_id: int,
    *,
    by: Actor,
    at: datetime,
    note: str = "",
    only: Sequence[int] | None = None,
) -> Receipt:
    """Close the open tasks of a session, or some of them, with what was found out."""
    async with context.db.write(by=by, at=at) as tx:
        session = await tx.session(session_id)
        await require_session(tx, Action.SURVEY, session)
        open_now = await kept.open_tasks(tx.fetch, session_id)
        chosen = open_now if only is None else [task for task in open_now if task in only]
        if not chosen:
            raise Refused(f"{session.title} has no open task", title="Nothing to close")
        note = safe_block(note).strip()
        for task in chosen:
            values = {"state": "closed", "closed_at": at, "closed_by": by.name}
            await tx.update("follow_up", task, **values, **({"note": note} if note else {}))
        sentence = f"closed {count(len(chosen), 'task')} of {session.title}"
        entry = await tx.audit(
            "followup.close",
            sentence,
            subject_id=session_id,
            reason=note,
            detail={"follow_ups": list(chosen)},
            reversible=True,
        )
        await settle(tx, session_id)
    return Receipt(sentence=sentence, sessions=(session_id,), undo=entry.id)


async def tell_story(context: Context, session_id: int, *, by: Actor, at: datetime, text: str = "") -> Receipt:
    """Mark a session as a success story, in a few words; refused where someone who was there said no to it."""
    async with context.db.write(by=by, at=at) as tx:
        session = await tx.session(session_id)
        await require_session(tx, Action.SURVEY, session)
        if Status(session.status) not in (Status.ENDED_COMPLETE, Status.ENDED_EARLY) or session.provisional:
            raise Refused(f"{session.title} has not ended with someone there", title="Cannot tell the story")
        unwilling = [row.person for row in await kept.of_session(tx.fetch, session_id) if row.may_tell == 0]
        if unwilling:
            raise Refused(f"{', '.join(unwilling)} asked not to have it told", title="Cannot tell the story")
        before = await kept.story(tx.fetch, session_id)
        story = Story(session_id, safe_block(text).strip(), tx.now, by.name)
        await kept.write_story(tx.run, story)
        sentence = f"marked {session.title} as a success story"
        entry = await tx.audit(
            "followup.story",
            sentence,
            subject_id=session_id,
            reason=story.text,
            detail={"before": None if before is None else before.text},
            reversible=True,
        )
        tx.touch(session_id, words=False)
    return Receipt(sentence=sentence, sessions=(session_id,), undo=entry.id)


async def reopen_tasks(tx: Tx, session_id: int, tasks: Sequence[int]) -> None:
    """Open tasks again that were closed, inside a transaction."""
    for task in tasks:
        await tx.update("follow_up", task, state="open", closed_at=None, closed_by="")
    await settle(tx, session_id)


async def restore_story(tx: Tx, session_id: int, before: str | None) -> None:
    """Put back the story that a session had, or none, inside a transaction."""
    if before is None:
        await kept.drop_story(tx.run, session_id)
    else:
        await kept.write_story(tx.run, Story(session_id, before, tx.now, tx.by.name))
    tx.touch(session_id, words=False)


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
            f"followup.{kind}",
            sentence,
            subject_id=session_id,
            detail={"people": list(detail_ids)},
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


async def _answered_row(tx: Tx, session_id: int, person_id: int, given: Answer) -> int:
    """Return the follow-up that an answer belongs to: the open question, else a survey, made where there is none."""
    seen = person_id in await seen_in(tx, session_id)
    if not seen and given.rating is None:
        missed = await kept.of_occurrence(tx.fetch, occurrence_of(FollowUpKind.NO_SHOW, session_id, person_id))
        if missed is not None:
            return missed.id
        held = await kept_requests.of_person(tx.fetch, session_id, person_id)
        if held is not None and held.state == RequestState.APPROVED:
            return await keep_follow_up(tx, FollowUpKind.NO_SHOW, session_id, person_id)
    row = await kept.of_occurrence(tx.fetch, occurrence_of(FollowUpKind.SURVEY, session_id, person_id))
    return row.id if row is not None else await keep_follow_up(tx, FollowUpKind.SURVEY, session_id, person_id)


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


def _checked(given: Answer) -> Answer:
    comment = safe_block(given.comment).strip()
    if given.rating is None and not comment and given.may_tell is None:
        raise BadInput("an answer needs a rating, a comment, or whether the story may be told")
    return Answer(
        rating=None if given.rating is None else rating_of(given.rating), comment=comment, may_tell=given.may_tell
    )


def _line(row: FollowUpRow) -> FollowUpLine:
    return FollowUpLine(
        id=row.id,
        session_id=row.session_id,
        session=row.session,
        person_id=row.person_id,
        person=row.person,
        kind=FollowUpKind(row.kind),
        state=FollowUpState(row.state),
        created_at=from_ms(row.created_at),
        letter=row.letter,
        rating=row.rating,
        answer=row.answer,
        may_tell=None if row.may_tell is None else bool(row.may_tell),
        answered_at=None if row.answered_at is None else from_ms(row.answered_at),
        closed_by=row.closed_by,
        note=row.note,
    )
