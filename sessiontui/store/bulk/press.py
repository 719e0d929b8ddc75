"""The press: the originals laid out with all their parts, and the statements that make copies of them."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple, cast

from sessiontui.domain.analytics.crowds import pack_people, unpack_people
from sessiontui.domain.query import words
from sessiontui.store.bulk.copies import Circle, Copy
from sessiontui.store.bulk.moving import PARTS, copying, part_of
from sessiontui.store.bulk.spreads import CopiedSpreads
from sessiontui.store.bulk.tallies import Tallies
from sessiontui.store.haystack import spaced
from sessiontui.store.marking import MARKS
from sessiontui.store.reader import Row

BATCH: Final = 20_000
"""Copies per transaction: large enough that pages of indexes are written once, small enough for memory."""


class Press:
    """The originals with all their parts, and the statements that make copies of them."""

    def __init__(self, connection: sqlite3.Connection, circles: Sequence[Circle], *, now: int) -> None:
        self._connection = connection
        self._next = next_id(connection, "session")
        self._next_request = next_id(connection, "join_request")
        self._names = {
            cast("int", row[0]): (str(row[1]), " ".join(words(str(row[1]))))
            for row in connection.execute("SELECT id, name FROM person")
        }
        turns = "".join(f", turn{place} INTEGER" for place in range(len(circles)))
        connection.execute(
            "CREATE TEMP TABLE copy (id INTEGER PRIMARY KEY, original INTEGER, request INTEGER, moved INTEGER,"
            " told INTEGER, ranked INTEGER, title TEXT, title_words TEXT, haystack TEXT,"
            f" seen_ids BLOB{turns})"
        )
        for table in PARTS:
            connection.execute(part_of(table))
            connection.execute(f"CREATE INDEX temp.part_{table}_session ON part_{table} (session_id)")
        counted = connection.execute("SELECT session_id, count(*) FROM part_join_request GROUP BY session_id")
        self._requests: dict[int, int] = dict(counted.fetchall())
        self._said = {
            cast("int", row[0]): (_words_of([str(row[1]), *json.loads(row[2])]), str(row[3]))
            for row in connection.execute(f"SELECT id, description, tags, {MARKS} FROM session")
        }
        self._seats: defaultdict[int, list[_Seat]] = defaultdict(list)
        for session_id, person_id in connection.execute(_PEOPLE):
            self._seats[session_id].append(_seat_of(person_id, circles))
        self._seen = {
            cast("int", row[0]): unpack_people(cast("bytes", row[1]))
            for row in connection.execute("SELECT id, seen_ids FROM session WHERE seen_ids IS NOT NULL")
        }
        self.spreads = CopiedSpreads(connection, now=now)
        self.tallies = Tallies(connection, [range(one.onto, one.onto + one.size) for one in circles])
        self._statements = [copying(connection, table, circles) for table in ("session", *PARTS)]

    def batches(self, copies: Iterable[Copy]) -> Iterator[list[Row]]:
        """Yield the rows of copies, as many as are written at once."""
        rows = (self._row(copy) for copy in copies)
        while batch := list(islice(rows, BATCH)):
            yield batch

    def lay(self, rows: Sequence[Row]) -> None:
        """Lay the rows of one batch out."""
        places = ", ".join("?" * len(rows[0]))
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany(f"INSERT INTO temp.copy VALUES ({places})", rows)

    def print(self) -> None:
        """Write the batch that is laid out."""
        for statement in self._statements:
            self._connection.execute(statement)
        self._connection.execute("DELETE FROM temp.copy")
        self._connection.execute("COMMIT")

    def _row(self, copy: Copy) -> Row:
        original = copy.of.id
        session_id, request = self._next, self._next_request
        self._next += 1
        self._next_request += self._requests.get(original, 0)
        title = _title_words(copy.title)
        turned = {
            person_id: person_id if place is None else first + (by + copy.turns[place]) % size
            for person_id, place, by, first, size in self._seats[original]
        }
        self.tallies.add(original, turned, copy.moved)
        self.spreads.add(original, moved=copy.moved, told=copy.told)
        people = {self._names[other] for other in turned.values()}
        names = [folded for _, folded in sorted(people)]
        said, marks = self._said[original]
        haystack = f"{' | '.join([title[:-1], said, *names])} {marks}"
        ranked = copy.of.rank_step * copy.moved
        seen = sorted(turned[person_id] for person_id in self._seen.get(original, ()))
        packed = pack_people(seen) if seen else None
        fixed = (session_id, original, request, copy.moved, copy.told, ranked, copy.title, title, haystack, packed)
        return (*fixed, *copy.turns)


class _Seat(NamedTuple):
    """One of the people in an original: in which circle, if in any, and how far round it.

    In a copy the one sits there who is as far on in the circle of the others as the copy is turned.
    """

    person_id: int
    circle: int | None
    by: int = 0
    first: int = 0
    size: int = 1


def _seat_of(person_id: int, circles: Sequence[Circle]) -> _Seat:
    for place, circle in enumerate(circles):
        if circle.first <= person_id < circle.first + circle.count:
            return _Seat(person_id, place, person_id - circle.first, circle.onto, circle.size)
    return _Seat(person_id, None)


_PEOPLE: Final = (
    "SELECT id, author_id FROM session WHERE author_id IS NOT NULL"
    " UNION SELECT id, mentor_id FROM session WHERE mentor_id IS NOT NULL"
    " UNION SELECT session_id, person_id FROM join_request UNION SELECT session_id, person_id FROM presence"
    " WHERE person_id IS NOT NULL"
)


def next_id(connection: sqlite3.Connection, table: str) -> int:
    """Return the id that the next row of a table is given."""
    return int(connection.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}").fetchone()[0])


@lru_cache(maxsize=65_536)
def _title_words(title: str) -> str:
    return spaced(title)


def _words_of(texts: Iterable[str]) -> str:
    return " | ".join(" ".join(words(text)) for text in texts)
