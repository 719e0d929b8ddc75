"""Questions about the talk in a session: its comments with what they said before, and who has read how far."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.instants import from_ms, maybe_instant, to_ms
from sessiontui.domain.records import record
from sessiontui.store.histories import Fetch, marks

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json
    from sessiontui.store.reader import Row, Value
    from sessiontui.store.tx import Tx

_SELECT: Final = (
    "SELECT c.id, c.session_id, c.parent_id, c.author_id, coalesce(p.name, ''), c.body, c.created_at, c.edited_at,"
    " c.deleted_at, coalesce(d.name, ''), c.source, c.external_id, c.imported FROM comment c"
    " LEFT JOIN person p ON p.id = c.author_id LEFT JOIN person d ON d.id = c.deleted_by_id"
)


@record(kw_only=True)
class CommentRow:
    """One comment as it is kept; ``before`` are what it said before and since when, the oldest first."""

    id: int
    session_id: int
    parent_id: int | None
    author_id: int | None
    author: str
    body: str
    created_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    deleted_by: str
    source: str
    external_id: str
    imported: dict[str, Json]
    before: tuple[tuple[str, datetime], ...] = ()


async def of_session(fetch: Fetch, session_id: int, *, at: datetime | None = None) -> list[CommentRow]:
    """Return the comments of a session in the order they were written, those that were deleted too.

    With ``at`` they are as they stood then: what was written, edited and deleted since is not told.
    """
    values: list[Value] = [session_id]
    until = ""
    if at is not None:
        until = " AND c.created_at <= ?"
        values.append(to_ms(at))
    rows = await fetch(f"{_SELECT} WHERE c.session_id = ?{until} ORDER BY c.id", values)
    if not rows:
        return []
    earlier: defaultdict[int, list[tuple[str, datetime]]] = defaultdict(list)
    for comment_id, body, since in await fetch(
        "SELECT v.comment_id, v.body, v.at FROM comment c JOIN comment_version v ON v.comment_id = c.id"
        " WHERE c.session_id = ? ORDER BY v.id",
        (session_id,),
    ):
        earlier[cast("int", comment_id)].append((str(body), from_ms(cast("int", since))))
    found = [_row(row, tuple(earlier[cast("int", row[0])])) for row in rows]
    return found if at is None else [_as_of(one, at) for one in found]


async def one(fetch: Fetch, comment_id: int) -> CommentRow | None:
    """Return one comment, also where it was deleted."""
    rows = await fetch(f"{_SELECT} WHERE c.id = ?", (comment_id,))
    if not rows:
        return None
    earlier = await fetch("SELECT body, at FROM comment_version WHERE comment_id = ? ORDER BY id", (comment_id,))
    return _row(rows[0], tuple((str(body), from_ms(cast("int", at))) for body, at in earlier))


async def by_outside_id(fetch: Fetch, source: str, outside: str) -> CommentRow | None:
    """Return the comment that a source knows under an id, also where it was deleted."""
    rows = await fetch(f"{_SELECT} WHERE c.source = ? AND c.external_id = ?", (source, outside))
    return _row(rows[0], ()) if rows else None


async def take_before(tx: Tx, comment_id: int) -> tuple[str, int]:
    """Take what a comment said last before it was edited out of what is kept; return it, and since when, in ms."""
    ((number, body, at),) = await tx.fetch(
        "SELECT id, body, at FROM comment_version WHERE comment_id = ? ORDER BY id DESC LIMIT 1", (comment_id,)
    )
    await tx.run("DELETE FROM comment_version WHERE id = ?", (number,))
    return str(body), cast("int", at)


async def ever(fetch: Fetch, session_id: int) -> int:
    """Return how many comments a session ever had."""
    return cast("int", (await fetch("SELECT count(*) FROM comment WHERE session_id = ?", (session_id,)))[0][0])


async def is_answered(fetch: Fetch, comment_id: int) -> bool:
    """Return whether a comment has answers that were not deleted."""
    rows = await fetch("SELECT 1 FROM comment WHERE parent_id = ? AND deleted_at IS NULL LIMIT 1", (comment_id,))
    return bool(rows)


async def note_mentions(tx: Tx, comment_id: int, people: Sequence[int]) -> None:
    """Note that people are named in a comment."""
    await tx.run_many(
        "INSERT INTO mention (comment_id, person_id, at) VALUES (?, ?, ?)",
        [(comment_id, person_id, tx.now) for person_id in people],
    )


async def mentioned(fetch: Fetch, comment_id: int) -> frozenset[int]:
    """Return who was named in a comment, now or before it was edited."""
    rows = await fetch("SELECT person_id FROM mention WHERE comment_id = ?", (comment_id,))
    return frozenset(cast("int", row[0]) for row in rows)


async def looked(fetch: Fetch, session_id: int, person_id: int | None) -> datetime | None:
    """Return when somebody looked at the talk of a session last; ``None`` if they never did."""
    rows = await fetch("SELECT at FROM talk_look WHERE session_id = ? AND person_id = ?", (session_id, person_id))
    return maybe_instant(cast("int", rows[0][0])) if rows else None


async def newest(fetch: Fetch, session_id: int) -> int | None:
    """Return when the newest comment of a session was written, in milliseconds."""
    rows = await fetch("SELECT max(created_at) FROM comment WHERE session_id = ?", (session_id,))
    return cast("int | None", rows[0][0])


async def look(tx: Tx, session_id: int, person_id: int) -> None:
    """Note that somebody looks at the talk of a session now."""
    await tx.run(
        "INSERT INTO talk_look (session_id, person_id, at) VALUES (?, ?, ?)"
        " ON CONFLICT (session_id, person_id) DO UPDATE SET at = excluded.at",
        (session_id, person_id, tx.now),
    )


async def callable_people(fetch: Fetch, session_id: int) -> dict[int, str]:
    """Return those who may be named in the talk of a session by who they are to it, with their names.

    They are its author, host and collaborators, those who were approved for it, whoever wrote there, and staff. Who
    was erased is left out.
    """
    rows = await fetch(
        "SELECT p.id, p.name FROM person p WHERE p.erased_at IS NULL AND (p.role IN ('admin', 'superadmin', 'viewer')"
        " OR p.id IN (SELECT author_id FROM session WHERE id = ?1 UNION SELECT mentor_id FROM session WHERE id = ?1"
        " UNION SELECT person_id FROM collaborator WHERE session_id = ?1"
        " UNION SELECT person_id FROM join_request WHERE session_id = ?1 AND state = 'approved'))",
        (session_id,),
    )
    return {cast("int", row[0]): str(row[1]) for row in rows}


async def roles(fetch: Fetch, people: Sequence[int]) -> Mapping[int, tuple[str, str]]:
    """Return name and role of people by id."""
    rows = await fetch(f"SELECT id, name, role FROM person WHERE id IN ({marks(people)})", people)
    return {cast("int", row[0]): (str(row[1]), str(row[2])) for row in rows}


def _row(row: Row, before: tuple[tuple[str, datetime], ...]) -> CommentRow:
    return CommentRow(
        id=cast("int", row[0]),
        session_id=cast("int", row[1]),
        parent_id=cast("int | None", row[2]),
        author_id=cast("int | None", row[3]),
        author=str(row[4]),
        body=str(row[5]),
        created_at=from_ms(cast("int", row[6])),
        edited_at=maybe_instant(cast("int | None", row[7])),
        deleted_at=maybe_instant(cast("int | None", row[8])),
        deleted_by=str(row[9]),
        source=str(row[10]),
        external_id=str(row[11] or ""),
        imported=json.loads(str(row[12])),
        before=before,
    )


def _as_of(row: CommentRow, at: datetime) -> CommentRow:
    said = [*row.before, (row.body, row.edited_at or row.created_at)]
    then = [one for one in said if one[1] <= at] or said[:1]
    body, since = then[-1]
    is_deleted = row.deleted_at is not None and row.deleted_at <= at
    return CommentRow(
        id=row.id,
        session_id=row.session_id,
        parent_id=row.parent_id,
        author_id=row.author_id,
        author=row.author,
        body=body,
        created_at=row.created_at,
        edited_at=since if len(then) > 1 else None,
        deleted_at=row.deleted_at if is_deleted else None,
        deleted_by=row.deleted_by if is_deleted else "",
        source=row.source,
        external_id=row.external_id,
        imported=row.imported,
        before=tuple(then[:-1]),
    )
