"""Histories of sessions, read whole for the rules; the same query serves the write path and the readers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeAlias, cast

from sessiontui.domain.history import Change, History, RequestLife
from sessiontui.domain.instants import from_ms, parse_instant
from sessiontui.domain.presence import Stay
from sessiontui.domain.vocabulary import Control, Kind, Move, RequestState, Source
from sessiontui.store.reader import CHUNK as CHUNK
from sessiontui.store.reader import Row, Value
from sessiontui.store.reader import every_id as every_id
from sessiontui.store.reader import marks as marks

Fetch: TypeAlias = Callable[[str, Sequence[Value]], Awaitable[list[Row]]]
"""Anything that answers questions: a database, a look at it, or a transaction."""

NOBODY: Final = ""

_KINDS: Final = {str(kind): kind for kind in Kind}
_CONTROLS: Final = {str(control): control for control in Control}
_MOVES: Final = {str(move): move for move in Move}
_STATES: Final = {str(state): state for state in RequestState}
_SOURCES: Final = {str(source): source for source in Source}
"""The words that are stored, by which they are found sooner than by asking the vocabulary for each row."""

_BEGUN: Final = (
    "CASE WHEN base_control IN ('paused', 'completed', 'cancelled') THEN json_extract(imported, '$.started_at') END"
)
"""When a source says that a session began which was no longer going on at first: there no move could tell it."""


def person_key(person_id: int | None) -> str:
    """Return how the rules name a person."""
    return NOBODY if person_id is None else f"p{person_id}"


def attendee_key(attendee_id: int) -> str:
    """Return how the rules name an attendee nobody has identified."""
    return f"a{attendee_id}"


def person_id_of(key: str) -> int | None:
    """Return the id of the person that a key of the rules names, or ``None`` for nobody and attendees."""
    return int(key[1:]) if key.startswith("p") else None


async def load(fetch: Fetch, ids: Sequence[int]) -> dict[int, History]:
    """Return the histories of sessions by id; ids that do not exist are missing from the answer."""
    return {session_id: history for session_id, (history, _) in (await load_beside(fetch, ids, "")).items()}


async def load_beside(fetch: Fetch, ids: Sequence[int], columns: str) -> dict[int, tuple[History, Row]]:
    """Return the histories of sessions by id, each with other columns of its row, named like ``, title, link``."""
    found: dict[int, tuple[History, Row]] = {}
    for start in range(0, len(ids), CHUNK):
        found.update(await _load_chunk(fetch, ids[start : start + CHUNK], columns))
    return found


_BASE: Final = (
    "id, kind, base_control, base_starts_at, base_ends_at, author_id, base_mentor_id, base_capacity, created_at,"
    f" {_BEGUN}"
)

_BASE_WIDTH: Final = 10


async def _load_chunk(fetch: Fetch, ids: Sequence[int], columns: str) -> dict[int, tuple[History, Row]]:
    there = marks(ids)
    sessions = await fetch(f"SELECT {_BASE}{columns} FROM session WHERE id IN ({there})", ids)
    changes = await _changes(fetch, ids, there)
    requests = await _requests(fetch, ids, there)
    stays, unmatched = await _stays(fetch, ids, there)
    found = {}
    for row in sessions:
        session_id = _int(row[0])
        kind, control, starts_at, ends_at, author_id, mentor_id, capacity, created_at, begun_at = row[1:_BASE_WIDTH]
        history = History(
            kind=_KINDS[str(kind)],
            control=_CONTROLS[str(control)],
            starts_at=from_ms(_int(starts_at)),
            ends_at=from_ms(_int(ends_at)),
            author=person_key(_maybe(author_id)),
            mentor=person_key(_maybe(mentor_id)),
            capacity=_int(capacity),
            created_at=None if created_at is None else from_ms(_int(created_at)),
            begun_at=None if begun_at is None else parse_instant(str(begun_at)),
            changes=tuple(changes.get(session_id, ())),
            requests=tuple(requests.get(session_id, ())),
            stays=tuple(stays.get(session_id, ())),
            unmatched=frozenset(unmatched.get(session_id, ())),
        )
        found[session_id] = history, row[_BASE_WIDTH:]
    return found


async def _changes(fetch: Fetch, ids: Sequence[int], there: str) -> defaultdict[int, list[Change]]:
    found: defaultdict[int, list[Change]] = defaultdict(list)
    for row in await fetch(
        "SELECT session_id, at, move, starts_at, ends_at, mentor_id, capacity, by_id, by_name, reason"
        f" FROM session_change WHERE session_id IN ({there}) AND voided_by IS NULL"
        " ORDER BY session_id, at, id",
        ids,
    ):
        mentor = _maybe(row[5])
        found[_int(row[0])].append(
            Change(
                at=from_ms(_int(row[1])),
                move=None if row[2] is None else _MOVES[str(row[2])],
                starts_at=None if row[3] is None else from_ms(_int(row[3])),
                ends_at=None if row[4] is None else from_ms(_int(row[4])),
                mentor=None if mentor is None else NOBODY if mentor == 0 else person_key(mentor),
                capacity=_maybe(row[6]),
                who=person_key(_maybe(row[7])),
                by=str(row[8]),
                reason=str(row[9]),
            )
        )
    return found


async def _requests(fetch: Fetch, ids: Sequence[int], there: str) -> defaultdict[int, list[RequestLife]]:
    steps: dict[tuple[int, int], list[tuple[int | None, RequestState]]] = {}
    stands: dict[tuple[int, int], tuple[int | None, int | None]] = {}
    for row in await fetch(
        "SELECT r.session_id, r.person_id, c.at, c.state, r.requested_at, r.decided_at FROM join_request r"
        f" JOIN request_change c ON c.request_id = r.id WHERE r.session_id IN ({there}) ORDER BY c.id",
        ids,
    ):
        life = steps.setdefault((_int(row[0]), _int(row[1])), [])
        stands[_int(row[0]), _int(row[1])] = (_maybe(row[4]), _maybe(row[5]))
        at = _maybe(row[2])
        if life and at is not None and life[-1][0] is not None:
            at = max(at, life[-1][0])  # decided before it was asked: it counts from the asking on
        life.append((at, _STATES[str(row[3])]))
    found: defaultdict[int, list[RequestLife]] = defaultdict(list)
    for (session_id, person_id), life in steps.items():
        requested_at, decided_at = stands[session_id, person_id]
        found[session_id].append(
            RequestLife(
                who=person_key(person_id),
                steps=tuple((None if at is None else from_ms(at), state) for at, state in life),
                requested_at=None if requested_at is None else from_ms(requested_at),
                decided_at=None if decided_at is None else from_ms(decided_at),
            )
        )
    return found


async def _stays(
    fetch: Fetch, ids: Sequence[int], there: str
) -> tuple[defaultdict[int, list[Stay]], defaultdict[int, set[str]]]:
    found: defaultdict[int, list[Stay]] = defaultdict(list)
    unmatched: defaultdict[int, set[str]] = defaultdict(set)
    for row in await fetch(
        "SELECT session_id, person_id, attendee_id, joined_at, left_at, heartbeat_at, source, approximate"
        f" FROM presence WHERE session_id IN ({there}) ORDER BY session_id, joined_at, id",
        ids,
    ):
        session_id, person_id, attendee_id = _int(row[0]), _maybe(row[1]), _maybe(row[2])
        who = person_key(person_id) if attendee_id is None or person_id else attendee_key(attendee_id)
        if person_id is None and attendee_id is not None:
            unmatched[session_id].add(who)
        found[session_id].append(
            Stay(
                who=who,
                joined_at=from_ms(_int(row[3])),
                left_at=None if row[4] is None else from_ms(_int(row[4])),
                heartbeat_at=None if row[5] is None else from_ms(_int(row[5])),
                source=_SOURCES[str(row[6])],
                approximate=bool(row[7]),
            )
        )
    return found, unmatched


def _int(value: Value) -> int:
    return cast("int", value)


def _maybe(value: Value) -> int | None:
    return cast("int | None", value)
