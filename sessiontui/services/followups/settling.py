"""What came after a session, the tasks that somebody closes, and the story that may be told of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sessiontui.domain.access import Action, Actor
from sessiontui.domain.errors import Refused
from sessiontui.domain.followups import FollowUpKind, FollowUpState
from sessiontui.domain.instants import from_ms
from sessiontui.domain.phrases import count
from sessiontui.domain.text import safe_block
from sessiontui.domain.vocabulary import Status
from sessiontui.services.context import Context
from sessiontui.services.followups.asking_after import settle
from sessiontui.services.pictures import Aftermath, FollowUpLine
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_session, verdict
from sessiontui.store.reads import followups as kept
from sessiontui.store.reads.followups import FollowUpRow, Rating, Story

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx


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


async def close_tasks(
    context: Context, session_id: int, *, by: Actor, at: datetime, note: str = "", only: Sequence[int] | None = None
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
