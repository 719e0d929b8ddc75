"""The talk of a session as screens, lists and exports show it, to those who may read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action, Actor, Standing, may
from sessiontui.domain.talk.threads import threaded
from sessiontui.services.talk.writing import may_delete
from sessiontui.store.reads import talk as kept

if TYPE_CHECKING:
    from sessiontui.store.histories import Fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentLine:
    """One comment in its place: ``depth`` is how deep it stands, ``is_new`` that it came since the last look.

    A comment that was deleted says nothing and tells by whom; ``before`` are what others said before they were edited
    and since when, the oldest first.
    """

    id: int
    parent_id: int | None
    depth: int
    author_id: int | None
    author: str
    body: str
    at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    deleted_by: str
    before: tuple[tuple[str, datetime], ...] = ()
    is_new: bool = False
    is_own: bool = False
    may_delete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """What was said in a session, in the order of reading; ``hidden`` says that the reader may not know."""

    comments: tuple[CommentLine, ...] = ()
    hidden: bool = False
    may_write: bool = False
    looked_at: datetime | None = None
    callable_people: tuple[tuple[int, str], ...] = ()
    """Who can be named here, id and name, for those who may write."""

    @property
    def number(self) -> int:
        """How many comments there are, those left out that were deleted."""
        return sum(one.deleted_at is None for one in self.comments)

    @property
    def new(self) -> int:
        """How many of them came since the last look."""
        return sum(one.is_new for one in self.comments)


NO_TALK: Final = Talk()
HIDDEN_TALK: Final = Talk(hidden=True)


async def of_session(fetch: Fetch, session_id: int, *, by: Actor, own: Standing, at: datetime | None = None) -> Talk:
    """Return the talk of a session, as it stood at an instant where one is given, to somebody who stands to it so."""
    if not may(by, Action.SEE_TALK, own).allowed:
        return HIDDEN_TALK
    may_write = may(by, Action.EDIT, own).allowed
    people = tuple((await kept.callable_people(fetch, session_id)).items()) if may_write and at is None else ()
    rows = await kept.of_session(fetch, session_id, at=at)
    if not rows:
        return Talk(may_write=may_write, callable_people=people)
    looked = await kept.looked(fetch, session_id, by.id)
    is_admin = may_delete(by, None, own)
    return Talk(
        comments=tuple(
            CommentLine(
                id=row.id,
                parent_id=row.parent_id,
                depth=depth,
                author_id=row.author_id,
                author=row.author,
                body=row.body if row.deleted_at is None else "",
                at=row.created_at,
                edited_at=row.edited_at,
                deleted_at=row.deleted_at,
                deleted_by=row.deleted_by,
                before=row.before if row.deleted_at is None else (),
                is_new=row.deleted_at is None
                and row.author_id != by.id
                and (looked is None or row.created_at > looked),
                is_own=row.author_id is not None and row.author_id == by.id,
                may_delete=is_admin or may_delete(by, row.author_id, own),
            )
            for row, depth in threaded(rows)
        ),
        may_write=may_write,
        looked_at=looked,
        callable_people=people,
    )
