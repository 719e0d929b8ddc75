"""What the list of people tells of those who take part in many copied sessions, counted while they are copied.

Triggers would do it row by row, and asking all rows at the end costs as much as writing them.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from heapq import nlargest
from typing import Final, cast

from sessiontui.store.reads.risk import TOLD

NEWEST: Final = 60
"""Bookings that make up a record."""

_CAME: Final = {"present": 1, "late": 1, "partial": 1, "absent": 0}


class Tallies:
    """Counts what copies add to people; ``circle`` are those who take part in copies alone."""

    def __init__(self, connection: sqlite3.Connection, circle: Sequence[range]) -> None:
        self._circle = circle
        self._requests: defaultdict[int, list[tuple[int, bool]]] = defaultdict(list)
        for session_id, person_id, state in connection.execute(
            "SELECT session_id, person_id, state FROM join_request WHERE state IN ('approved', 'pending')"
        ):
            self._requests[session_id].append((person_id, state == "approved"))
        self._stays = defaultdict[int, list[tuple[int, int]]](list)
        for session_id, person_id, at in connection.execute(
            "SELECT session_id, person_id, max(joined_at) FROM presence WHERE person_id IS NOT NULL GROUP BY 1, 2"
        ):
            self._stays[session_id].append((person_id, at))
        self._hosts = cast(
            "dict[int, int]",
            dict(connection.execute("SELECT id, mentor_id FROM session WHERE mentor_id IS NOT NULL").fetchall()),
        )
        self._booked = defaultdict[int, list[tuple[int, int]]](list)
        for person_id, _, _, known_at, seen, mark, session_id in connection.execute(TOLD):
            came = _CAME.get(mark) if mark else seen
            if came is not None:
                self._booked[session_id].append((person_id, 2 * known_at + came))
        self._takes_part: defaultdict[int, int] = defaultdict(int)
        self._pending: defaultdict[int, int] = defaultdict(int)
        self._mentors: defaultdict[int, int] = defaultdict(int)
        self._seen: dict[int, int] = {}
        self._past: defaultdict[int, list[int]] = defaultdict(list)

    def add(self, original: int, turned: Mapping[int, int], moved: int) -> None:
        """Count one copy, whose people are ``turned`` into others and whose stays are moved by milliseconds."""
        for person_id, is_approved in self._requests[original]:
            (self._takes_part if is_approved else self._pending)[turned[person_id]] += 1
        for person_id, at in self._stays[original]:
            other = turned[person_id]
            if at + moved > self._seen.get(other, at + moved - 1):
                self._seen[other] = at + moved
        if original in self._hosts:
            self._mentors[turned[self._hosts[original]]] += 1
        for person_id, told in self._booked[original]:
            self._past[turned[person_id]].append(told + 2 * moved)

    def write(self, connection: sqlite3.Connection, *, now: int) -> None:
        """Add what was counted to what is there; records of those who were there before are told by the worker."""
        people = {*self._takes_part, *self._pending, *self._mentors, *self._seen}
        connection.executemany(
            "UPDATE person_tally SET takes_part = takes_part + ?1, hosts = hosts + ?2, sessions = sessions + ?1 + ?2,"
            " pending = pending + ?3, seen_at = nullif(max(ifnull(seen_at, ?4), ?4), ?5), told_at = NULL"
            " WHERE person_id = ?6",
            [
                (
                    self._takes_part[one], self._mentors[one], self._pending[one], self._seen.get(one, _NEVER),
                    _NEVER, one,
                )
                for one in people
            ],
        )  # fmt: skip
        connection.executemany(
            "UPDATE person_tally SET came = ?, booked = ?, told_at = ? WHERE person_id = ?",
            [(*told, now, one) for one in self._only_copied() if (told := self._record(one, now)) is not None],
        )

    def _only_copied(self) -> Iterable[int]:
        return (person_id for people in self._circle for person_id in people)

    def _record(self, person_id: int, now: int) -> tuple[int, int] | None:
        """Return to how many of the newest bookings somebody came; ``None`` where one is not known yet."""
        newest = nlargest(NEWEST, self._past[person_id])
        if newest and newest[0] >= 2 * now:
            return None
        return sum(told % 2 for told in newest), len(newest)


_NEVER: Final = -(1 << 62)
