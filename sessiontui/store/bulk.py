"""Many sessions at once: sessions that are there are copied with all that happened in them, moved in time.

What follows from a history is derived once, by the rules, when its original is written. A copy takes that answer
over, moved as far as the history was: this holds where nothing of the answer depends on the present, and only such
sessions are originals. Everything is written by few statements over many rows, and what can be built from the rows
is built after them: a million sessions take less than two minutes.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.analytics.crowds import pack_people, unpack_people
from sessiontui.domain.history import facts_at
from sessiontui.domain.instants import to_ms
from sessiontui.domain.lifecycle import derive
from sessiontui.domain.query import words
from sessiontui.domain.rules import DEFAULT_RULES, Rules
from sessiontui.domain.urgency import rank
from sessiontui.domain.vocabulary import Priority
from sessiontui.store.bulk_spreads import CopiedSpreads
from sessiontui.store.bulk_tallies import Tallies
from sessiontui.store.engine import connect
from sessiontui.store.haystack import REBUILD_WORDS, spaced
from sessiontui.store.histories import Fetch, load
from sessiontui.store.reader import Row
from sessiontui.store.refiguring import Gathered, gather, redo_all
from sessiontui.store.writer import Direct

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

BATCH: Final = 20_000
"""Copies per transaction: large enough that pages of indexes are written once, small enough for memory."""

_PRAGMAS: Final = (
    "PRAGMA synchronous = OFF",  # what a power failure breaks here is built again, not lost
    "PRAGMA foreign_keys = OFF",
    "PRAGMA cache_size = -262144",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA threads = 2",
    "PRAGMA wal_autocheckpoint = 16384",
)

_PARTS: Final = ("session_change", "join_request", "request_change", "presence_signal", "presence")
"""The tables that hold what happened in a session."""

_OVER: Final = "s.final_end_at IS NOT NULL AND s.next_transition_at IS NULL"

_AHEAD: Final = (
    "s.final_end_at IS NULL AND s.status IN ('created', 'approved', 'has_requests', 'draft')"
    " AND NOT EXISTS (SELECT 1 FROM presence_signal v WHERE v.session_id = s.id)"
    " AND NOT EXISTS (SELECT 1 FROM session_change c WHERE c.session_id = s.id)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A session that may be copied; ``rank_step`` is by how much its rank grows with each millisecond."""

    id: int
    title: str
    rank_step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Originals:
    """What may be copied: what is ``over`` to earlier times, what lies ``ahead`` to later ones."""

    over: tuple[Original, ...]
    ahead: tuple[Original, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """People of whom a copy has others: ``count`` of them from the id ``first`` on.

    The others are ``size`` people from the id ``onto`` on, at least as many, in a circle that each copy turns.
    """

    first: int
    count: int
    onto: int
    size: int

    def turned(self, person_id: int, turn: int) -> int:
        """Return who takes a person's place after that many turns.

        >>> Circle(first=3, count=2, onto=100, size=10).turned(4, 9)
        100
        """
        return self.onto + (person_id - self.first + turn) % self.size


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy: of what, its title, and by how many milliseconds its window, and what was said of it, are moved.

    ``turns`` has one number for each circle.
    """

    of: Original
    title: str
    moved: int
    told: int
    turns: tuple[int, ...]


async def originals(fetch: Fetch, *, now: datetime, rules: Rules) -> Originals:
    """Return the sessions that may be copied: what the rules say of them at ``now`` they say at any other time.

    What is over must wait for nothing; a copy of it is moved to the past. What lies ahead has requests alone and no
    alert, and changes later than now; the window of its copy is moved to the future.
    """
    waits = f"{_AHEAD} AND ifnull(s.next_transition_at > {to_ms(now)}, s.status = 'draft')"
    over = await _originals(fetch, _OVER, now=now, rules=rules)
    return Originals(over=over, ahead=await _originals(fetch, waits, now=now, rules=rules))


async def add_people(
    tx: Tx, names: Iterable[str], *, role: str, mail: Callable[[int], str], created_at: datetime
) -> range:
    """Make people known inside a transaction and return their ids, which follow each other."""
    first = await tx.last_id("person") + 1
    rows = [
        {
            "id": person_id,
            "name": name,
            "name_key": spaced(name),
            "email": mail(person_id),
            "email_key": mail(person_id).casefold(),
            "phone": "",
            "role": role,
            "zone": "",
            "created_at": created_at,
            "version": 1,
        }
        for person_id, name in enumerate(names, start=first)
    ]
    await tx.insert_many("person", rows)
    return range(first, first + len(rows))


def copy_sessions(
    path: Path,
    copies: Iterable[Copy],
    *,
    circles: Sequence[Circle],
    now: datetime,
    progress: Callable[[int], None] | None = None,
) -> range:
    """Write copies into a database that nobody else writes to, and return their ids.

    Counts are left as they were: recount them afterwards. What is done to ``path`` meanwhile by others waits.
    ``progress`` is told how many copies are written.
    """
    with closing(connect(path)) as connection:
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        first = _next_id(connection, "session")
        with ThreadPoolExecutor(max_workers=1) as aside:
            with _without_indexes(connection):
                press = _Press(connection, circles, now=to_ms(now))
                done = _print_all(press, copies, aside, progress)
                press.tallies.write(connection, now=to_ms(now))
                gathered = aside.submit(_gathered, path, press.spreads)
            connection.execute("BEGIN IMMEDIATE")
            asyncio.run(redo_all(Direct(connection), gathered.result()))
            connection.execute("COMMIT")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return range(first, first + done)


def _print_all(
    press: _Press, copies: Iterable[Copy], aside: ThreadPoolExecutor, progress: Callable[[int], None] | None
) -> int:
    """Write copies and return how many they are; the next ones are made aside while some are written."""
    batches = press.batches(copies)
    done = 0
    coming: Future[list[Row] | None] = aside.submit(next, batches, None)
    while (rows := coming.result()) is not None:
        press.lay(rows)  # at each row Python is needed: what is made aside meanwhile would make it wait
        coming = aside.submit(next, batches, None)
        press.print()
        done += len(rows)
        if progress is not None:
            progress(done)
    return done


def _gathered(path: Path, spreads: CopiedSpreads) -> Gathered:
    with closing(connect(path)) as connection:
        return gather(connection, spreads.all)


class _Press:
    """The originals with all their parts, and the statements that make copies of them."""

    def __init__(self, connection: sqlite3.Connection, circles: Sequence[Circle], *, now: int) -> None:
        self._connection = connection
        self._circles = circles
        self._next = _next_id(connection, "session")
        self._next_request = _next_id(connection, "join_request")
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
        for table in _PARTS:
            connection.execute(_part_of(table))
            connection.execute(f"CREATE INDEX temp.part_{table}_session ON part_{table} (session_id)")
        counted = connection.execute("SELECT session_id, count(*) FROM part_join_request GROUP BY session_id")
        self._requests: dict[int, int] = dict(counted.fetchall())
        self._said = {
            cast("int", row[0]): _words_of([str(row[1]), *json.loads(row[2])])
            for row in connection.execute("SELECT id, description, tags FROM session")
        }
        self._people: defaultdict[int, set[int]] = defaultdict(set)
        for session_id, person_id in connection.execute(_PEOPLE):
            self._people[session_id].add(person_id)
        self._seen = {
            cast("int", row[0]): unpack_people(cast("bytes", row[1]))
            for row in connection.execute("SELECT id, seen_ids FROM session WHERE seen_ids IS NOT NULL")
        }
        self.spreads = CopiedSpreads(connection, now=now)
        self.tallies = Tallies(connection, [range(one.onto, one.onto + one.size) for one in circles])
        self._statements = [self._copying(table) for table in ("session", *_PARTS)]

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
        turned = {person_id: self._turned(person_id, copy.turns) for person_id in self._people[original]}
        self.tallies.add(original, turned, copy.moved)
        self.spreads.add(original, moved=copy.moved, told=copy.told)
        people = {self._names[other] for other in turned.values()}
        names = [folded for _, folded in sorted(people)]
        haystack = " | ".join([title[:-1], self._said[original], *names]) + " "
        ranked = copy.of.rank_step * copy.moved
        seen = sorted(turned[person_id] for person_id in self._seen.get(original, ()))
        packed = pack_people(seen) if seen else None
        fixed = (session_id, original, request, copy.moved, copy.told, ranked, copy.title, title, haystack, packed)
        return (*fixed, *copy.turns)

    def _turned(self, person_id: int, turns: Sequence[int]) -> int:
        for circle, turn in zip(self._circles, turns, strict=True):
            if circle.first <= person_id < circle.first + circle.count:
                return circle.turned(person_id, turn)
        return person_id

    def _copying(self, table: str) -> str:
        """Return the statement that writes one table's rows of all copies, moved and with others in them."""
        source = "main.session" if table == "session" else f"part_{table}"
        key = "id" if table == "session" else "session_id"
        there = [str(row[1]) for row in self._connection.execute(f"PRAGMA main.table_info({table})")]
        new = self._new_values(table)
        columns = [column for column in there if table in _NUMBERED or column != "id"]
        values = [new.get(column, f'o."{column}"') for column in columns]
        names = ", ".join(f'"{column}"' for column in columns)
        return (
            f"INSERT INTO main.{table} ({names}) SELECT {', '.join(values)}"
            f" FROM temp.copy c CROSS JOIN {source} o ON o.{key} = c.original ORDER BY c.id"
        )

    def _new_values(self, table: str) -> dict[str, str]:
        """Return what differs from the original, by column."""
        moved, told = ({column: f"o.{column} + c.{by}" for column in columns} for by, columns in _MOVED[table])
        people = {column: self._other(f"o.{column}") for column in _WHO[table]}
        if table == "session":
            words_of = {column: f"c.{column}" for column in ("title", "title_words", "haystack", "seen_ids")}
            own = {"id": "c.id", "rank": "o.rank + c.ranked", "next_transition_at": _NEXT}
            return {**moved, **told, **people, **words_of, **own}
        new = {**moved, **told, **people, "session_id": "c.id"}
        if table == "join_request":
            new |= {"id": "c.request + o.place", "decided_by": self._name("o.decider", "o.decided_by")}
        if table == "request_change":
            new["request_id"] = "c.request + o.place"
        if "by_id" in people:
            new["by_name"] = self._name("o.by_id", "o.by_name")
        return new

    def _other(self, column: str) -> str:
        """Return who takes the place of the person in a column, as ``Circle.turned`` says."""
        cases = "".join(
            f" WHEN {column} BETWEEN {circle.first} AND {circle.first + circle.count - 1}"
            f" THEN {circle.onto} + ({column} - {circle.first} + c.turn{place}) % {circle.size}"
            for place, circle in enumerate(self._circles)
        )
        return f"CASE{cases} ELSE {column} END" if cases else column

    def _name(self, column: str, without: str) -> str:
        return f"coalesce((SELECT p.name FROM main.person p WHERE p.id = {self._other(column)}), {without})"


_NEXT: Final = (
    "CASE WHEN o.next_transition_at IS NULL THEN NULL ELSE min(o.next_transition_at + c.moved, ifnull((SELECT"
    " min(r.requested_at) FROM main.join_request r WHERE r.session_id = o.id AND r.state = 'pending')"
    f" + c.told + {DEFAULT_RULES.backlog_after // timedelta(milliseconds=1)}, 1 << 62)) END"
)
"""When a copy is due; early is harmless. What was asked moves less than the window; an alert waits for its age."""

_NUMBERED: Final = ("session", "join_request")
"""The tables whose ids are known before they are written, because others refer to them."""

_MOVED: Final = {
    "session": (
        (
            "moved",
            (
                "starts_at",
                "ends_at",
                "base_starts_at",
                "base_ends_at",
                "next_transition_at",
                "final_end_at",
                "present_since",
                "last_left_at",
            ),
        ),
        ("told", ("created_at", "changed_at", "heads_at", "begun_at", "ended_at", "paused_at")),
    ),
    "session_change": (("moved", ("starts_at", "ends_at")), ("told", ("at",))),
    "join_request": (("moved", ()), ("told", ("requested_at", "decided_at"))),
    "request_change": (("moved", ()), ("told", ("at",))),
    "presence_signal": (("moved", ("at", "until")), ("told", ("received_at",))),
    "presence": (("moved", ("joined_at", "left_at", "heartbeat_at")), ("told", ())),
}
"""What moves with the window, and what with that which was said of it."""

_WHO: Final = {
    "session": ("author_id", "base_mentor_id", "mentor_id"),
    "session_change": ("mentor_id", "by_id"),
    "join_request": ("person_id",),
    "request_change": ("by_id",),
    "presence_signal": ("person_id",),
    "presence": ("person_id",),
}

_PEOPLE: Final = (
    "SELECT id, author_id FROM session WHERE author_id IS NOT NULL"
    " UNION SELECT id, mentor_id FROM session WHERE mentor_id IS NOT NULL"
    " UNION SELECT session_id, person_id FROM join_request UNION SELECT session_id, person_id FROM presence"
    " WHERE person_id IS NOT NULL"
)


async def _originals(fetch: Fetch, condition: str, *, now: datetime, rules: Rules) -> tuple[Original, ...]:
    """Return the sessions of a condition, none that is archived or has attendees nobody identified."""
    rows = await fetch(
        f"SELECT s.id, s.title, s.priority FROM session s WHERE {condition} AND s.archived_at IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM attendee a WHERE a.session_id = s.id) AND s.flags = ''"
        " AND NOT EXISTS (SELECT 1 FROM alert w WHERE w.session_id = s.id AND w.resolved_at IS NULL) ORDER BY s.id",
        (),
    )
    histories = await load(fetch, [cast("int", row[0]) for row in rows])
    found = []
    for row in rows:
        session_id = cast("int", row[0])
        facts = facts_at(histories[session_id], now, rules=rules)
        derived = derive(facts, now, rules)
        later = derived if derived.final_end is None else replace(derived, final_end=derived.final_end + _TICK)
        priority = Priority(str(row[2]))
        step = rank(later, starts_at=facts.starts_at + _TICK, priority=priority) - rank(
            derived, starts_at=facts.starts_at, priority=priority
        )
        found.append(Original(id=session_id, title=str(row[1]), rank_step=step))
    return tuple(found)


_TICK: Final = timedelta(milliseconds=1)


def _part_of(table: str) -> str:
    """Return the statement that lays one table's rows aside, with their session and what copies have to know."""
    if table == "join_request":
        return (
            "CREATE TEMP TABLE part_join_request AS SELECT r.*,"
            " row_number() OVER (PARTITION BY r.session_id ORDER BY r.id) - 1 AS place,"
            " (SELECT c.by_id FROM request_change c WHERE c.request_id = r.id AND r.decided_by != ''"
            " ORDER BY c.id DESC LIMIT 1) AS decider FROM join_request r ORDER BY r.session_id, r.id"
        )
    if table == "request_change":
        return (
            "CREATE TEMP TABLE part_request_change AS SELECT c.*, r.session_id, r.place FROM request_change c"
            " JOIN part_join_request r ON r.id = c.request_id ORDER BY r.session_id, c.id"
        )
    return f"CREATE TEMP TABLE part_{table} AS SELECT * FROM {table} ORDER BY session_id, id"


@contextmanager
def _without_indexes(connection: sqlite3.Connection) -> Iterator[None]:
    """Take the indexes of the copied tables away, build them from the rows at the end, and so the words' index.

    Their triggers rest meanwhile: what they keep is counted beside.
    """
    tables = ("session", *_PARTS)
    made = connection.execute(
        "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
        f" AND tbl_name IN ({', '.join('?' * len(tables))}) ORDER BY type, tbl_name, name",
        tables,
    ).fetchall()
    for kind, name, _ in made:
        connection.execute(f'DROP {kind} "{name}"')
    try:
        yield
    finally:
        for _, _, sql in made:
            connection.execute(str(sql))
        connection.execute(REBUILD_WORDS)


def _next_id(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}").fetchone()[0])


@lru_cache(maxsize=65_536)
def _title_words(title: str) -> str:
    return spaced(title)


def _words_of(texts: Iterable[str]) -> str:
    return " | ".join(" ".join(words(text)) for text in texts)
