"""Questions about the rooms of sessions, and the compare-and-swaps by which orders to platforms go through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from sessiontui.domain.records import record
from sessiontui.store.histories import CHUNK, Fetch, every_id, marks
from sessiontui.store.reader import Row
from sessiontui.store.reads.operations import Run

_PLACE: Final = (
    "p.id, p.session_id, p.platform, p.state, p.key, p.room_id, p.occurrence, p.link, p.passcode, p.host_link, p.told"
)

_ORDER: Final = (
    "o.id, o.place_id, o.kind, o.next, o.state, o.attempts, o.not_before, o.created_at, o.last_error, o.cause_id"
)

_OPEN: Final = "o.state IN ('pending', 'claimed')"

_IS_UNPLACED: Final = "(place_id IS NOT NULL OR backup_id IS NOT NULL) AND placed_version < version"


@record
class PlaceRow:
    """One room as it is kept; ``passcode`` and ``host_link`` are sealed."""

    id: int
    session_id: int | None
    platform: str
    state: str
    key: str
    room_id: str
    occurrence: str
    link: str
    passcode: str
    host_link: str
    told: str


@record
class Written:
    """Where a session meets, as far as lists tell."""

    platform: str
    link: str
    backup_link: str
    has_room: bool


@record
class OrderRow:
    """One order as it is kept. Instants are milliseconds."""

    id: int
    place_id: int
    kind: str
    next: str
    state: str
    attempts: int
    not_before: int
    created_at: int
    last_error: str
    cause_id: int | None


async def is_idle(fetch: Fetch, now_ms: int) -> bool:
    """Return whether no order is due or was cut off, and no session with a room has changed."""
    rows = await fetch(
        "SELECT EXISTS (SELECT 1 FROM place_order WHERE state = 'pending' AND not_before <= ?)"
        " OR EXISTS (SELECT 1 FROM place_order WHERE state = 'claimed')"
        f" OR EXISTS (SELECT 1 FROM session WHERE {_IS_UNPLACED})",
        (now_ms,),
    )
    return not rows[0][0]


async def unplaced(fetch: Fetch, *, limit: int) -> list[int]:
    """Return sessions with a room that have changed since their rooms were compared with them."""
    return every_id(await fetch(f"SELECT id FROM session WHERE {_IS_UNPLACED} ORDER BY id LIMIT ?", (limit,)))


async def compared(run: Run, session_id: int, version: int) -> None:
    """Note that the rooms of a session are as its version wants them, or will be by their orders."""
    await run("UPDATE session SET placed_version = ? WHERE id = ?", (version, session_id))


async def place(fetch: Fetch, place_id: int) -> PlaceRow | None:
    """Return one room."""
    rows = await fetch(f"SELECT {_PLACE} FROM place p WHERE p.id = ?", (place_id,))
    return PlaceRow(*rows[0]) if rows else None  # type: ignore[arg-type]


async def places_of(fetch: Fetch, session_id: int) -> list[PlaceRow]:
    """Return every room that a session has or had, oldest first."""
    rows = await fetch(f"SELECT {_PLACE} FROM place p WHERE p.session_id = ? ORDER BY p.id", (session_id,))
    return [PlaceRow(*row) for row in rows]  # type: ignore[arg-type]


async def current(fetch: Fetch, session_id: int) -> PlaceRow | None:
    """Return the room in which a session meets, unless somebody has typed another link since."""
    rows = await fetch(
        f"SELECT {_PLACE} FROM session s JOIN place p ON p.id = s.place_id AND p.link IN ('', s.link) WHERE s.id = ?",
        (session_id,),
    )
    return PlaceRow(*rows[0]) if rows else None  # type: ignore[arg-type]


async def due(fetch: Fetch, now_ms: int, *, limit: int) -> list[tuple[int, str]]:
    """Return orders that may be carried out by now, with the platform of each, longest due first."""
    rows = await fetch(
        "SELECT o.id, p.platform FROM place_order o JOIN place p ON p.id = o.place_id"
        " WHERE o.state = 'pending' AND o.not_before <= ? ORDER BY o.not_before, o.id LIMIT ?",
        (now_ms, limit),
    )
    return [(cast("int", row[0]), str(row[1])) for row in rows]


async def order(fetch: Fetch, order_id: int) -> OrderRow | None:
    """Return one order."""
    rows = await fetch(f"SELECT {_ORDER} FROM place_order o WHERE o.id = ?", (order_id,))
    return OrderRow(*rows[0]) if rows else None  # type: ignore[arg-type]


async def open_orders(fetch: Fetch, place_id: int) -> list[OrderRow]:
    """Return the orders of a room that are neither done nor given up."""
    rows = await fetch(
        f"SELECT {_ORDER} FROM place_order o WHERE o.place_id = ? AND {_OPEN} ORDER BY o.id", (place_id,)
    )
    return [OrderRow(*row) for row in rows]  # type: ignore[arg-type]


async def order_of_act(fetch: Fetch, entry_id: int) -> OrderRow | None:
    """Return the order to make a room that an act asked for."""
    rows = await fetch(
        f"SELECT {_ORDER} FROM place_order o WHERE o.cause_id = ? AND o.kind = 'make' ORDER BY o.id LIMIT 1",
        (entry_id,),
    )
    return OrderRow(*rows[0]) if rows else None  # type: ignore[arg-type]


async def last_order(fetch: Fetch, session_id: int) -> tuple[OrderRow, str] | None:
    """Return what was last asked for a session's rooms and is not done, with the platform, or nothing."""
    rows = await fetch(
        f"SELECT {_ORDER}, p.platform FROM place_order o JOIN place p ON p.id = o.place_id"
        " WHERE p.session_id = ? AND o.state NOT IN ('done', 'dropped')"
        " AND NOT EXISTS (SELECT 1 FROM place_order n WHERE n.place_id = o.place_id AND n.id > o.id"
        " AND n.state != 'dropped') ORDER BY o.id DESC LIMIT 1",
        (session_id,),
    )
    return (OrderRow(*rows[0][:-1]), str(rows[0][-1])) if rows else None  # type: ignore[arg-type]


async def shown(fetch: Fetch, session_id: int) -> Row | None:
    """Return what is shown of where a session meets.

    Platform, state and room of its place, whether that has a passcode, spare link, whether there is a spare room,
    whether any room was ever wished for, and the last look at the link: link, works, fact, at, since, failures.
    """
    rows = await fetch(
        "SELECT coalesce(p.platform, s.platform), coalesce(p.state, ''), coalesce(p.room_id, ''),"
        " coalesce(p.passcode, '') != '', s.backup_link, s.backup_link != '' OR b.state = 'there',"
        " EXISTS (SELECT 1 FROM place o WHERE o.session_id = s.id),"
        " l.link, l.works, l.fact, l.at, l.since, l.failures"
        " FROM session s LEFT JOIN place p ON p.id = s.place_id AND p.link IN ('', s.link)"
        " LEFT JOIN place b ON b.id = s.backup_id LEFT JOIN link_look l ON l.session_id = s.id WHERE s.id = ?",
        (session_id,),
    )
    return rows[0] if rows else None


async def claim(run: Run, order_id: int) -> bool:
    """Begin an order, and return whether it was there to begin."""
    return bool(
        await run(
            "UPDATE place_order SET state = 'claimed', attempts = attempts + 1 WHERE id = ? AND state = 'pending'",
            (order_id,),
        )
    )


async def take_up(run: Run) -> int:
    """Let orders that a run which was cut off had begun be done anew, and return how many."""
    return await run("UPDATE place_order SET state = 'pending' WHERE state = 'claimed'", ())


async def finish(run: Run, order_id: int, state: str, *, now_ms: int, error: str = "") -> bool:
    """End an order that was begun, and return whether it still was."""
    return bool(
        await run(
            "UPDATE place_order SET state = ?, done_at = ?, last_error = ? WHERE id = ? AND state = 'claimed'",
            (state, now_ms, error, order_id),
        )
    )


async def put_off(run: Run, order_id: int, *, not_before: int, error: str) -> None:
    """Let an order that was begun be tried again later."""
    await run(
        "UPDATE place_order SET state = 'pending', not_before = ?, last_error = ? WHERE id = ? AND state = 'claimed'",
        (not_before, error, order_id),
    )


async def let_go(run: Run, order_id: int) -> None:
    """Give back an order that was begun and not tried."""
    await run(
        "UPDATE place_order SET state = 'pending', attempts = attempts - 1 WHERE id = ? AND state = 'claimed'",
        (order_id,),
    )


async def drop(run: Run, place_id: int, *, now_ms: int) -> int:
    """Drop what a platform was to be asked about a room, and return how many orders that were."""
    return await run(
        "UPDATE place_order SET state = 'dropped', done_at = ?"
        " WHERE place_id = ? AND state IN ('pending', 'claimed')",
        (now_ms, place_id),
    )


async def rolls_due(fetch: Fetch, platform: str, *, since: int, until: int, limit: int) -> list[int]:
    """Return the rooms of sessions that ended between two instants and of whose participants nobody has asked."""
    return every_id(
        await fetch(
            "SELECT p.id FROM session s JOIN place p ON p.id = s.place_id WHERE s.ends_at >= ? AND s.ends_at < ?"
            " AND s.status LIKE 'ended%' AND s.provisional = 0 AND s.final_end_at < ? AND p.platform = ?"
            " AND p.state = 'there' AND p.rolled_at IS NULL AND NOT EXISTS"
            " (SELECT 1 FROM place_order o WHERE o.place_id = p.id AND o.kind = 'roll') ORDER BY s.ends_at LIMIT ?",
            (since, until, until, platform, limit),
        )
    )


async def who_meets(fetch: Fetch, session_id: int) -> list[tuple[int, str, str]]:
    """Return who is approved for a session, by id, name and address."""
    rows = await fetch(
        "SELECT p.id, p.name, p.email FROM join_request r JOIN person p ON p.id = r.person_id"
        " WHERE r.session_id = ? AND r.state = 'approved' ORDER BY p.id",
        (session_id,),
    )
    return [(cast("int", row[0]), str(row[1]), str(row[2])) for row in rows]


async def leaders(fetch: Fetch, session_id: int) -> list[int]:
    """Return who leads a session, then who else may know where it meets: its mentor and its author."""
    rows = await fetch("SELECT mentor_id, author_id FROM session WHERE id = ?", (session_id,))
    return [cast("int", person_id) for person_id in (rows[0] if rows else ()) if person_id is not None]


async def written_of(fetch: Fetch, ids: Sequence[int]) -> dict[int, Written]:
    """Return where sessions meet, by id; where a room is the place, the platform is its own."""
    found: dict[int, Written] = {}
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        for row in await fetch(
            "SELECT s.id, coalesce(CASE WHEN p.link IN ('', s.link) THEN p.platform END, s.platform), s.link,"
            " s.backup_link, coalesce(p.state = 'there' AND p.link IN ('', s.link), 0)"
            " FROM session s LEFT JOIN place p ON p.id = s.place_id"
            f" WHERE s.id IN ({marks(chunk)})",
            chunk,
        ):
            found[cast("int", row[0])] = Written(str(row[1]), str(row[2]), str(row[3]), bool(row[4]))
    return found
