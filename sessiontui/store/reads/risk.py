"""Questions about the no-show risk: past bookings, who is expected where, what was said and how right it was."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.chain import Json
from sessiontui.store.compact import dump
from sessiontui.store.histories import CHUNK, Fetch, marks
from sessiontui.store.reader import Row, Value

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

PAGE: Final = 200
"""Sessions per question, so that a screen that reads beside it never waits long."""

_ENDED: Final = "s.status IN ('ended_complete', 'ended_early', 'ended_no_show') AND s.provisional = 0"

_BEGIN: Final = (
    "min(s.starts_at, coalesce((SELECT min(c.at) FROM session_change c WHERE c.session_id = s.id"
    " AND c.move = 'start' AND c.voided_by IS NULL), s.starts_at))"
)

# Whoever came before the window and left before it began only tried the link.
_SEEN: Final = (
    "EXISTS (SELECT 1 FROM presence v WHERE v.session_id = s.id AND v.person_id = r.person_id"
    f" AND max(v.joined_at, coalesce(v.left_at, v.heartbeat_at, s.ends_at)) > {_BEGIN})"
)

_MARK: Final = (
    "(SELECT m.verdict FROM attendance_mark m WHERE m.session_id = s.id AND m.person_id = r.person_id"
    " AND m.voided_by IS NULL ORDER BY m.id DESC LIMIT 1)"
)

# Work is begun by who does it, so nobody can stay away from it. Where attendees are not identified yet nobody
# knows who stayed away. The host is expected, but does not count as a guest.
_FACTS: Final = (
    f"SELECT r.person_id, coalesce(r.requested_at, r.decided_at), s.starts_at, max(s.ends_at, s.final_end_at),"
    f" {_SEEN}, coalesce({_MARK}, ''), s.id"
)
_PAST: Final = f"{_FACTS} FROM session s JOIN join_request r ON r.session_id = s.id"
_COUNTS: Final = (
    f"r.state = 'approved' AND {_ENDED} AND s.kind != 'work' AND instr(s.badges, 'UNMATCHED') = 0"
    " AND r.person_id IS NOT coalesce(s.mentor_id, s.author_id)"
)

TOLD: Final = f"{_PAST} WHERE {_COUNTS} AND s.final_end_at IS NOT NULL"
"""All bookings of which it is known whether somebody came, in the order of ``PastBooking``."""

_AHEAD: Final = (
    "SELECT s.id, s.starts_at, r.person_id, coalesce(r.requested_at, r.decided_at) FROM session s"
    " JOIN join_request r ON r.session_id = s.id AND r.state = 'approved'"
    " WHERE s.control = 'scheduled' AND s.archived_at IS NULL AND s.kind != 'work'"
    " AND r.person_id IS NOT coalesce(s.mentor_id, s.author_id)"
)


@dataclass(frozen=True, slots=True)
class PastBooking:
    """One approved person of one ended session; instants are milliseconds.

    ``mark`` is the attendance that was set by hand, empty where none was.
    """

    person_id: int
    booked_at: int | None
    starts_at: int
    known_at: int
    seen: bool
    mark: str
    session_id: int


@dataclass(frozen=True, slots=True)
class Expected:
    """One approved person of one session to come; instants are milliseconds."""

    session_id: int
    starts_at: int
    person_id: int
    booked_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFit:
    """The newest fit as it is kept; instants are milliseconds."""

    id: int
    at: int
    until: int | None
    cases: int
    people: int
    base_rate: float
    strength: float
    intercept: float
    effects: Mapping[str, tuple[float, ...]]
    ended: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRisk:
    """The chance that nobody comes as last said of one session, with its facts; instants are milliseconds."""

    session_id: int
    chance: float
    base_rate: float
    cases: int
    facts: Mapping[str, Json]
    at: int
    basis: str
    marked: bool
    warned_at: int | None


async def chances(fetch: Fetch, session_ids: Sequence[int]) -> dict[int, StoredRisk]:
    """Return what is said of sessions, by id; those of which nothing is said, or not any more, are missing."""
    found: dict[int, StoredRisk] = {}
    for start in range(0, len(session_ids), CHUNK):
        chunk = session_ids[start : start + CHUNK]
        for row in await fetch(
            "SELECT session_id, chance, base_rate, cases, facts, at, basis, marked, warned_at FROM session_risk"
            f" WHERE session_id IN ({marks(chunk)}) AND basis != ''",
            chunk,
        ):
            found[cast("int", row[0])] = _stored(row)
    return found


async def newest_fit(fetch: Fetch) -> StoredFit | None:
    """Return the newest fit, ``None`` while there were too few cases."""
    rows = await fetch(
        "SELECT id, at, until, cases, people, base_rate, strength, intercept, effects, ended FROM risk_fit"
        " ORDER BY id DESC LIMIT 1",
        (),
    )
    if not rows:
        return None
    row = rows[0]
    effects = cast("dict[str, list[float]]", json.loads(str(row[8])))
    return StoredFit(
        id=cast("int", row[0]),
        at=cast("int", row[1]),
        until=cast("int | None", row[2]),
        cases=cast("int", row[3]),
        people=cast("int", row[4]),
        base_rate=cast("float", row[5]),
        strength=cast("float", row[6]),
        intercept=cast("float", row[7]),
        effects={term: tuple(values) for term, values in effects.items()},
        ended=cast("int", row[9]),
    )


async def keep_fit(tx: Tx, fit: StoredFit) -> None:
    """Put a fit in the place of the one that is kept; its ``id`` is a new one."""
    number = await tx.insert(
        "risk_fit",
        at=fit.at,
        until=fit.until,
        cases=fit.cases,
        people=fit.people,
        base_rate=fit.base_rate,
        strength=fit.strength,
        intercept=fit.intercept,
        effects={term: list(values) for term, values in fit.effects.items()},
        ended=fit.ended,
    )
    await tx.run("DELETE FROM risk_fit WHERE id < ?", (number,))


async def ended(fetch: Fetch) -> int:
    """Return how many sessions have ended, by the maintained counts."""
    rows = await fetch("SELECT coalesce(sum(n), 0) FROM status_count WHERE status LIKE 'ended%'", ())
    return cast("int", rows[0][0])


async def past_pages(fetch: Fetch, *, before: int, limit: int) -> AsyncIterator[list[PastBooking]]:
    """Yield the newest bookings of sessions that had ended before an instant, the newest sessions first, by pages."""
    edge: tuple[int, int] = (before, 0)
    while limit > 0:
        rows = await fetch(
            f"WITH page AS (SELECT id, ends_at FROM session s WHERE (ends_at, id) < (?, ?) AND {_ENDED}"
            " ORDER BY ends_at DESC, id DESC LIMIT ?)"
            f" {_PAST} JOIN page p ON p.id = s.id WHERE {_COUNTS} ORDER BY p.ends_at DESC, s.id DESC, r.id",
            (*edge, PAGE),
        )
        yield [_past(row) for row in rows[:limit]]
        limit -= len(rows)
        following = await fetch(
            f"SELECT ends_at, id FROM session s WHERE (ends_at, id) < (?, ?) AND {_ENDED}"
            " ORDER BY ends_at DESC, id DESC LIMIT 1 OFFSET ?",
            (*edge, PAGE - 1),
        )
        if not following:
            break
        edge = (cast("int", following[0][0]), cast("int", following[0][1]))


async def bookings_of(fetch: Fetch, person_ids: Sequence[int], *, before: int, newest: int) -> list[PastBooking]:
    """Return the newest bookings of each of some people in sessions that had ended before an instant."""
    rows = await fetch(
        # Who came is looked up for the newest alone: it costs twenty times as much as to find them.
        "WITH own AS (SELECT r.id, row_number() OVER"
        " (PARTITION BY r.person_id ORDER BY max(s.ends_at, s.final_end_at) DESC, s.starts_at DESC) AS place"
        " FROM join_request r JOIN session s ON s.id = r.session_id"
        f" WHERE r.person_id IN ({marks(person_ids)}) AND {_COUNTS} AND s.ends_at < ? AND s.final_end_at <= ?)"
        f" {_FACTS} FROM own o CROSS JOIN join_request r ON r.id = o.id"
        " CROSS JOIN session s ON s.id = r.session_id WHERE o.place <= ?",
        (*person_ids, before, before, newest),
    )
    return [_past(row) for row in rows]


async def expected(fetch: Fetch, *, after: int, until: int) -> list[Expected]:
    """Return who is approved for the published sessions that begin after an instant and no later than another."""
    return [
        _expected(row) for row in await fetch(f"{_AHEAD} AND s.starts_at > ? AND s.starts_at <= ?", (after, until))
    ]


async def expected_in(fetch: Fetch, session_id: int, *, after: int) -> list[Expected]:
    """Return who is approved for one session, nobody where it has begun, is a draft or is not to be."""
    return [_expected(row) for row in await fetch(f"{_AHEAD} AND s.id = ? AND s.starts_at > ?", (session_id, after))]


async def marked(fetch: Fetch) -> list[int]:
    """Return the sessions that bear the badge by what was last said of them."""
    return [cast("int", row[0]) for row in await fetch("SELECT session_id FROM session_risk WHERE marked", ())]


async def keep_risk(tx: Tx, risk: StoredRisk) -> None:
    """Keep what is said of one session; the instant of its first warning stays."""
    values: tuple[Value, ...] = (
        risk.session_id, risk.chance, risk.base_rate, risk.cases, dump(dict(risk.facts)), risk.at, risk.basis,
        int(risk.marked), risk.warned_at,
    )  # fmt: skip
    await tx.run(
        "INSERT INTO session_risk (session_id, chance, base_rate, cases, facts, at, basis, marked, warned_at)"
        " SELECT ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM session WHERE id = ?)"
        " ON CONFLICT (session_id) DO UPDATE SET chance = excluded.chance, base_rate = excluded.base_rate,"
        " cases = excluded.cases, facts = excluded.facts, at = excluded.at, basis = excluded.basis,"
        " marked = excluded.marked, warned_at = coalesce(warned_at, excluded.warned_at)",
        (*values, risk.session_id),
    )


async def unsay(tx: Tx, session_id: int) -> None:
    """Keep that nothing is said of a session any more; that it was warned of stays."""
    await tx.run("UPDATE session_risk SET marked = 0, basis = '' WHERE session_id = ?", (session_id,))


async def warnings(fetch: Fetch, *, before: int) -> tuple[int, int]:
    """Return to how many sessions that were warned of nobody came, and how many have ended.

    Cancelled ones do not count.
    """
    rows = await fetch(
        "SELECT coalesce(sum(s.status = 'ended_no_show'), 0), count(*) FROM session_risk k"
        f" JOIN session s ON s.id = k.session_id WHERE k.warned_at IS NOT NULL AND k.warned_at < ? AND {_ENDED}"
        " AND s.ends_at <= ?",
        (before, before),
    )
    return cast("int", rows[0][0]), cast("int", rows[0][1])


def _past(row: Row) -> PastBooking:
    return PastBooking(
        person_id=cast("int", row[0]),
        booked_at=cast("int | None", row[1]),
        starts_at=cast("int", row[2]),
        known_at=cast("int", row[3]),
        seen=bool(row[4]),
        mark=str(row[5]),
        session_id=cast("int", row[6]),
    )


def _expected(row: Row) -> Expected:
    return Expected(cast("int", row[0]), cast("int", row[1]), cast("int", row[2]), cast("int | None", row[3]))


def _stored(row: Row) -> StoredRisk:
    return StoredRisk(
        session_id=cast("int", row[0]),
        chance=cast("float", row[1]),
        base_rate=cast("float", row[2]),
        cases=cast("int", row[3]),
        facts=json.loads(str(row[4])),
        at=cast("int", row[5]),
        basis=str(row[6]),
        marked=bool(row[7]),
        warned_at=cast("int | None", row[8]),
    )
