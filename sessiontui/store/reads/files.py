"""Questions about the files and links of sessions: versions, who opened which, and whose bytes nobody needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.instants import from_ms, maybe_instant, to_ms
from sessiontui.domain.records import record
from sessiontui.store.histories import Fetch, marks

if TYPE_CHECKING:
    from sessiontui.store.reader import Row, Value
    from sessiontui.store.tx import Tx

_SELECT: Final = (
    "SELECT a.id, a.session_id, a.name, a.version, a.sha256, a.size, a.media_type, coalesce(p.name, ''), a.added_at,"
    " a.removed_at, a.cleared_at, a.added_by_id, a.name_key FROM attachment a"
    " LEFT JOIN person p ON p.id = a.added_by_id"
)


@record(kw_only=True)
class AttachmentRow:
    """One version of a file as it is kept."""

    id: int
    session_id: int
    name: str
    version: int
    sha256: str
    size: int
    media_type: str
    added_by: str
    added_at: datetime
    removed_at: datetime | None
    cleared_at: datetime | None
    added_by_id: int | None
    key: str


@record
class OpeningRow:
    """One time that a version was opened; ``by`` is empty for the product itself."""

    attachment_id: int
    by: str
    at: datetime


@record
class LinkRow:
    """One link of a session as it is kept."""

    id: int
    session_id: int
    title: str
    link: str
    added_by: str
    added_at: datetime
    removed_at: datetime | None


async def of_session(fetch: Fetch, session_id: int, *, at: datetime | None = None) -> list[AttachmentRow]:
    """Return the files of a session as they stand, or stood at an instant: by name, the newest version first."""
    test, values = _standing("a", session_id, at)
    rows = await fetch(f"{_SELECT} WHERE {test} ORDER BY a.name_key, a.version DESC", values)
    return [_row(row) for row in rows]


async def one(fetch: Fetch, attachment_id: int) -> AttachmentRow | None:
    """Return one version of a file, also where it was removed."""
    rows = await fetch(f"{_SELECT} WHERE a.id = ?", (attachment_id,))
    return _row(rows[0]) if rows else None


async def versions(fetch: Fetch, session_id: int, key: str) -> list[AttachmentRow]:
    """Return every version of a file that a session ever had under a name, the newest first."""
    rows = await fetch(
        f"{_SELECT} WHERE a.session_id = ? AND a.name_key = ? ORDER BY a.version DESC", (session_id, key)
    )
    return [_row(row) for row in rows]


async def weight(fetch: Fetch, session_id: int) -> int:
    """Return how many bytes all versions in a session have together that are still kept."""
    rows = await fetch(
        "SELECT coalesce(sum(size), 0) FROM attachment WHERE session_id = ? AND cleared_at IS NULL", (session_id,)
    )
    return cast("int", rows[0][0])


async def ever(fetch: Fetch, session_id: int) -> int:
    """Return how many versions of files a session ever had."""
    return cast("int", (await fetch("SELECT count(*) FROM attachment WHERE session_id = ?", (session_id,)))[0][0])


async def openings(fetch: Fetch, session_id: int, *, at: datetime | None = None) -> list[OpeningRow]:
    """Return who opened the files of a session and when, the latest first."""
    until = "" if at is None else f" AND o.at <= {to_ms(at):d}"
    rows = await fetch(
        "SELECT o.attachment_id, coalesce(p.name, ''), o.at FROM attachment a"
        " JOIN attachment_opening o ON o.attachment_id = a.id LEFT JOIN person p ON p.id = o.person_id"
        f" WHERE a.session_id = ?{until} ORDER BY o.id DESC",
        (session_id,),
    )
    return [OpeningRow(cast("int", row[0]), str(row[1]), from_ms(cast("int", row[2]))) for row in rows]


async def links(fetch: Fetch, session_id: int, *, at: datetime | None = None) -> list[LinkRow]:
    """Return the links of a session as they stand, or stood at an instant, in the order they were added."""
    test, values = _standing("l", session_id, at)
    rows = await fetch(f"{_LINK} WHERE {test} ORDER BY l.id", values)
    return [_link(row) for row in rows]


async def link(fetch: Fetch, link_id: int) -> LinkRow | None:
    """Return one link, also where it was removed."""
    rows = await fetch(f"{_LINK} WHERE l.id = ?", (link_id,))
    return _link(rows[0]) if rows else None


async def had_link(fetch: Fetch, session_id: int, link: str) -> bool:
    """Return whether a session has a link, or had it once."""
    return bool(await fetch("SELECT 1 FROM session_link WHERE session_id = ? AND link = ?", (session_id, link)))


async def unneeded(
    fetch: Fetch, *, removed_before: datetime, archived_before: datetime, limit: int
) -> list[tuple[AttachmentRow, str, bool]]:
    """Return versions whose bytes nobody needs, each with its session's title and whether that is archived.

    They were removed before the one instant, or their session was archived before the other.
    """
    removed = await fetch(
        f"{_SELECT.replace(' FROM ', ', s.title, 0 FROM ')} JOIN session s ON s.id = a.session_id"
        " WHERE a.removed_at IS NOT NULL AND a.cleared_at IS NULL AND a.removed_at <= ?"
        " ORDER BY a.removed_at LIMIT ?",
        (to_ms(removed_before), limit),
    )
    archived = await fetch(
        f"{_SELECT.replace(' FROM ', ', s.title, 1 FROM ')} JOIN session s ON s.id = a.session_id"
        " WHERE a.removed_at IS NULL AND a.cleared_at IS NULL AND s.archived_at <= ? ORDER BY a.session_id LIMIT ?",
        (to_ms(archived_before), limit),
    )
    return [(_row(row), str(row[13]), bool(row[14])) for row in (*removed, *archived)][:limit]


async def needed(fetch: Fetch, digests: Sequence[str]) -> frozenset[str]:
    """Return which of some hashes belong to a version that still needs its bytes."""
    rows = await fetch(
        f"SELECT DISTINCT sha256 FROM attachment WHERE sha256 IN ({marks(digests)}) AND cleared_at IS NULL", digests
    )
    return frozenset(str(row[0]) for row in rows)


async def holders(fetch: Fetch, digest: str) -> list[tuple[str, str, int]]:
    """Return the session's title, the name and the number of each version that needs the bytes with a hash."""
    rows = await fetch(
        "SELECT s.title, a.name, a.id FROM attachment a JOIN session s ON s.id = a.session_id"
        " WHERE a.sha256 = ? AND a.cleared_at IS NULL ORDER BY a.id",
        (digest,),
    )
    return [(str(row[0]), str(row[1]), cast("int", row[2])) for row in rows]


async def clear(tx: Tx, ids: Sequence[int]) -> None:
    """Note that the bytes of some versions are kept no longer."""
    await tx.run_many("UPDATE attachment SET cleared_at = ? WHERE id = ?", [(tx.now, one) for one in ids])


_LINK: Final = (
    "SELECT l.id, l.session_id, l.title, l.link, coalesce(p.name, ''), l.added_at, l.removed_at FROM session_link l"
    " LEFT JOIN person p ON p.id = l.added_by_id"
)


def _standing(row: str, session_id: int, at: datetime | None) -> tuple[str, list[Value]]:
    if at is None:
        return f"{row}.session_id = ? AND {row}.removed_at IS NULL", [session_id]
    test = f"{row}.session_id = ? AND {row}.added_at <= ? AND ({row}.removed_at IS NULL OR {row}.removed_at > ?)"
    return test, [session_id, to_ms(at), to_ms(at)]


def _row(row: Row) -> AttachmentRow:
    return AttachmentRow(
        id=cast("int", row[0]),
        session_id=cast("int", row[1]),
        name=str(row[2]),
        version=cast("int", row[3]),
        sha256=str(row[4]),
        size=cast("int", row[5]),
        media_type=str(row[6]),
        added_by=str(row[7]),
        added_at=from_ms(cast("int", row[8])),
        removed_at=maybe_instant(cast("int | None", row[9])),
        cleared_at=maybe_instant(cast("int | None", row[10])),
        added_by_id=cast("int | None", row[11]),
        key=str(row[12]),
    )


def _link(row: Row) -> LinkRow:
    return LinkRow(
        cast("int", row[0]),
        cast("int", row[1]),
        str(row[2]),
        str(row[3]),
        str(row[4]),
        from_ms(cast("int", row[5])),
        maybe_instant(cast("int | None", row[6])),
    )
