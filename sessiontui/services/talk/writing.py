"""Comments are written, answered, edited and deleted; what one said before is kept, and every act can be undone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.access import Action, Actor, Standing, is_below, may
from sessiontui.domain.errors import BadInput, Conflict, NotAllowed, NotFound, Refused
from sessiontui.domain.instants import from_ms
from sessiontui.domain.text import MAX_BLOCK, safe_block, visible
from sessiontui.domain.vocabulary import Role
from sessiontui.services.delivery.messaging import left_out
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_session, standing
from sessiontui.services.talk.naming import tell
from sessiontui.store.reads import talk as kept
from sessiontui.store.reads.talk import CommentRow

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.services.delivery.messaging import Posted
    from sessiontui.store.tables import AuditEntry
    from sessiontui.store.tx import Tx

ADDED: Final = "comment.add"
EDITED: Final = "comment.edit"
DELETED: Final = "comment.delete"
"""The acts, as the audit trail names them; what a comment says stands in no entry."""

MOST: Final = 10_000
"""Comments of one session, those that were deleted too: more is no talk any more."""


async def comment(
    context: Context, session_id: int, body: str, *, by: Actor, at: datetime, parent_id: int | None = None
) -> Receipt:
    """Write a comment in a session, or answer one; who is named in it is written to."""
    said = checked(body)
    async with context.db.write(by=by, at=at) as tx:
        session = await tx.session(session_id)
        await _require_seen(tx, session_id)
        await require_session(tx, Action.EDIT, session)
        answered = None if parent_id is None else await _found(tx, parent_id)
        if answered is not None and answered.session_id != session_id:
            raise BadInput(f"comment #{parent_id} stands in another session", place="parent")
        if answered is not None and answered.deleted_at is not None:
            raise Refused("the comment was deleted: there is nothing to answer")
        if await kept.ever(tx.fetch, session_id) >= MOST:
            raise Refused(f"{session.title} has {MOST} comments already", hint="go on in another session")
        comment_id = await put(tx, session_id, said, parent_id=parent_id)
        whom = f" to {answered.author or 'somebody'}" if answered is not None else ""
        sentence = f"{'answered' if answered else 'commented'}{whom} in {session.title} (comment #{comment_id})"
        entry = await tx.audit(
            ADDED, sentence, subject_id=session_id, detail={"comment": comment_id}, reversible=True
        )
        if by.id is not None:
            await kept.look(tx, session_id, by.id)
        posted = await tell(tx, context, session_id, comment_id, said, cause=entry.id)
    return Receipt(sentence=sentence + _told(posted), sessions=(session_id,), undo=entry.id)


async def edit(context: Context, comment_id: int, body: str, *, by: Actor, at: datetime) -> Receipt:
    """Write one's own comment anew; what it said before is kept beside it, who is newly named is written to."""
    said = checked(body)
    async with context.db.write(by=by, at=at) as tx:
        row = await _standing(tx, comment_id)
        session = await tx.session(row.session_id)
        await require_session(tx, Action.EDIT, session)
        if row.author_id is None or row.author_id != by.id:
            raise NotAllowed(
                f"{row.author or 'somebody else'} wrote that: only they can edit it",
                hint="answer it instead",
                action=Action.EDIT,
                session_id=row.session_id,
            )
        if row.body == said:
            raise BadInput("the comment says that already", place="text")
        await tx.insert(
            "comment_version",
            comment_id=comment_id,
            session_id=row.session_id,
            body=row.body,
            at=row.edited_at or row.created_at,
        )
        await tx.update("comment", comment_id, body=said, edited_at=at)
        tx.touch(row.session_id)
        sentence = f"edited comment #{comment_id} in {session.title}"
        entry = await tx.audit(
            EDITED, sentence, subject_id=row.session_id, detail={"comment": comment_id}, reversible=True
        )
        posted = await tell(tx, context, row.session_id, comment_id, said, cause=entry.id)
    return Receipt(sentence=sentence + _told(posted), sessions=(row.session_id,), undo=entry.id)


async def delete(context: Context, comment_id: int, *, by: Actor, at: datetime, reason: str = "") -> Receipt:
    """Delete a comment, one's own or as an admin; it keeps its place in the thread and says nothing there."""
    async with context.db.write(by=by, at=at) as tx:
        row = await _standing(tx, comment_id)
        session = await tx.session(row.session_id)
        _require_hand(by, row, await standing(tx.fetch, by, row.session_id))
        await tx.update("comment", comment_id, deleted_at=at, deleted_by_id=by.id)
        tx.touch(row.session_id)
        whose = "" if row.author_id == by.id else f" of {row.author or 'somebody'}"
        sentence = f"deleted comment #{comment_id}{whose} in {session.title}"
        entry = await tx.audit(
            DELETED,
            sentence,
            subject_id=row.session_id,
            reason=safe_block(reason).strip(),
            detail={"comment": comment_id},
            reversible=True,
        )
    return Receipt(sentence=sentence, sessions=(row.session_id,), undo=entry.id)


async def look(context: Context, session_id: int, *, by: Actor, at: datetime) -> bool:
    """Note that somebody has read the talk of a session, and return whether there was anything new to them."""
    if by.id is None or context.db.read_only:
        return False
    newest = await kept.newest(context.db.fetch, session_id)
    last = await kept.looked(context.db.fetch, session_id, by.id)
    if newest is None or (last is not None and from_ms(newest) <= last):
        return False
    async with context.db.write(by=by, at=at) as tx:
        await kept.look(tx, session_id, by.id)
    return True


async def put(
    tx: Tx,
    session_id: int,
    body: str,
    *,
    parent_id: int | None = None,
    author_id: int | None = None,
    created_at: datetime | None = None,
    **outside: object,
) -> int:
    """Write a new comment inside a transaction and return its id; ``outside`` is how its source knows it."""
    comment_id = await tx.insert(
        "comment",
        session_id=session_id,
        parent_id=parent_id,
        author_id=tx.by.id if author_id is None else author_id,
        body=body,
        created_at=created_at or tx.at,
        **outside,
    )
    tx.touch(session_id)
    return comment_id


async def take_back(tx: Tx, act: AuditEntry, seal: int) -> None:
    """Undo one act on a comment, for ``services.undo``."""
    del seal
    comment_id = cast("int", act.detail["comment"])
    row = await _found(tx, comment_id)
    tx.touch(row.session_id)
    if act.action == DELETED:
        if row.deleted_at != act.at:
            raise Conflict("it was changed since")
        _require_hand(tx.by, row, await standing(tx.fetch, tx.by, row.session_id))
        await tx.update("comment", comment_id, deleted_at=None, deleted_by_id=None)
        return
    await require_session(tx, Action.EDIT, await tx.session(row.session_id))
    if row.deleted_at is not None or (row.edited_at or row.created_at) != act.at:
        raise Conflict("the comment was changed since")
    if act.action == ADDED:
        if await kept.is_answered(tx.fetch, comment_id):
            raise Conflict("it was answered since", hint="delete it instead: the answers stay")
        await tx.update("comment", comment_id, deleted_at=tx.at, deleted_by_id=tx.by.id)
        return
    body, since = await kept.take_before(tx, comment_id)
    edited = None if from_ms(since) == row.created_at else from_ms(since)
    await tx.update("comment", comment_id, body=body, edited_at=edited)


def checked(body: str) -> str:
    """Return what a comment says as it is kept; ``BadInput`` where it says nothing, or more than one can read."""
    if len(body) > MAX_BLOCK:
        raise BadInput(
            f"a comment has at most {MAX_BLOCK} characters, this one {len(body)}", hint="attach it", place="text"
        )
    said = safe_block(body).strip()
    if not visible(said).strip():
        raise BadInput("a comment says something", place="text")
    return said


def may_delete(by: Actor, author_id: int | None, own: Standing) -> bool:
    """Return whether somebody who stands so to a session may delete the comment of an author there."""
    if not may(by, Action.EDIT, own).allowed:
        return False
    return not is_below(by.role, Role.ADMIN) or (by.id is not None and author_id == by.id)


def _require_hand(by: Actor, row: CommentRow, own: Standing) -> None:
    if not may_delete(by, row.author_id, own):
        raise NotAllowed(
            f"{row.author or 'somebody else'} wrote that: only they or an admin can delete it",
            hint="ask an admin",
            action=Action.EDIT,
            session_id=row.session_id,
        )


async def _require_seen(tx: Tx, session_id: int) -> None:
    if not may(tx.by, Action.SEE_SESSIONS, await standing(tx.fetch, tx.by, session_id)).allowed:
        raise NotFound(f"there is no session #{session_id}")


async def _found(tx: Tx, comment_id: int) -> CommentRow:
    row = await kept.one(tx.fetch, comment_id)
    if row is None or not may(tx.by, Action.SEE_TALK, await standing(tx.fetch, tx.by, row.session_id)).allowed:
        raise NotFound(f"there is no comment #{comment_id}")
    return row


async def _standing(tx: Tx, comment_id: int) -> CommentRow:
    row = await _found(tx, comment_id)
    if row.deleted_at is not None:
        raise Refused(f"comment #{comment_id} was deleted")
    return row


def _told(posted: Posted) -> str:
    said = f"; {len(posted.ids)} told by mail" if posted.ids else ""
    return said + left_out(posted.unreachable, posted.unwilling)
