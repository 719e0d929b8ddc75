"""What a walk through the past needs: from which instant on each stored row holds, and what of a day goes on when.

A stored row says what is true now. It says what was true at an earlier instant as well, if nothing has happened to
the session since: no fact has changed, no limit of its window was passed.
"""

from __future__ import annotations

import asyncio
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import compress
from typing import Final, cast

from sessiontui.domain.instants import to_ms
from sessiontui.domain.query.statement import Query
from sessiontui.domain.rules import OPEN_END_GRACE, Rules
from sessiontui.domain.vocabulary import Status
from sessiontui.store.engine import Database
from sessiontui.store.histories import CHUNK, Fetch, marks
from sessiontui.store.reader import Row, Value
from sessiontui.store.reads.counting import asked_of_source
from sessiontui.store.reads.orders import ORDERS, Order
from sessiontui.store.reads.planning import planned
from sessiontui.store.reads.walking import Plan
from sessiontui.store.stretches import Reach, within
from sessiontui.store.viewing import Viewer

NEVER: Final = 1 << 62
"""Later than every instant, in milliseconds: from then on holds what cannot be relied on."""

ALWAYS: Final = -(1 << 62)

LONGEST: Final = timedelta(days=2)
"""How long before a day a session may have begun that still goes on in its shape."""

_MS: Final = timedelta(milliseconds=1)

_AHEAD: Final = frozenset({Status.CREATED, Status.HAS_REQUESTS, Status.APPROVED})
"""The statuses of which no limit of the window has been passed."""

_UNDER_WAY: Final = frozenset({Status.DRAFT, Status.UPCOMING, Status.WAITING, Status.ACTIVE, Status.PAUSED})
"""The statuses that time alone is changing; and drafts, which not everybody may see."""

_ROWS: Final = (
    "SELECT s.id, s.created_at, s.starts_at, s.ends_at, s.archived_at IS NULL, s.pending,"
    " s.active > 0 OR s.lift != 2 OR s.flags != '', s.next_transition_at, s.status FROM session s"
)

_TOUCHES: Final = (
    "SELECT session_id, max(at), 0 FROM session_change WHERE {where} GROUP BY 1",
    (
        "SELECT r.session_id, max(c.at), 0"
        " FROM join_request r JOIN request_change c ON c.request_id = r.id WHERE {where} GROUP BY 1"
    ),
    (
        "SELECT session_id, max(max(joined_at, ifnull(left_at, joined_at), ifnull(heartbeat_at, joined_at))),"
        " max(left_at IS NULL) FROM presence WHERE {where} GROUP BY 1"
    ),
    (
        "SELECT session_id, max(max(created_at, ifnull(settled_at, created_at), ifnull(removed_at, created_at))), 0"
        " FROM goal WHERE {where} GROUP BY 1"
    ),
    (
        "SELECT session_id, max(max(opened_at, ifnull(resolved_at, opened_at), ifnull(removed_at, opened_at))), 0"
        " FROM blocker WHERE {where} GROUP BY 1"
    ),
)
"""The last instant at which each session's facts changed, by table; the last column tells of stays nobody closed."""


@dataclass(slots=True)
class Spans:
    """By session: since when it exists, since when its stored row holds, and when that is due again; in ms."""

    ids: array[int] = field(default_factory=lambda: array("q"))
    created: array[int] = field(default_factory=lambda: array("q"))
    settled: array[int] = field(default_factory=lambda: array("q"))
    due: array[int] = field(default_factory=lambda: array("q"))
    pending: array[int] = field(default_factory=lambda: array("q"))
    status: list[str] = field(default_factory=list)
    """Of sessions that are not archived; empty where they are."""
    place: dict[int, int] = field(default_factory=dict)

    def put(self, session_id: int, row: tuple[int, int, int, int], status: str) -> None:
        """Take what is known of one session: created, settled, due, pending, and its status."""
        place = self.place.get(session_id)
        if place is None:
            self.place[session_id] = len(self.ids)
            self.ids.append(session_id)
            for values, value in zip((self.created, self.settled, self.due, self.pending), row, strict=True):
                values.append(value)
            self.status.append(status)
            return
        self.created[place], self.settled[place], self.due[place], self.pending[place] = row
        self.status[place] = status

    def drop(self, session_id: int) -> None:
        """Forget a session that is gone: it is as if it were never made."""
        if session_id in self.place:
            self.put(session_id, (NEVER, NEVER, NEVER, 0), "")

    def at(self, at: int, now: int, apart: Set[int]) -> tuple[list[int], int]:
        """Return the sessions that were there at an instant and are not told by their rows, and how many others were.

        The others are those whose rows tell what they were then; archived ones are not counted. What stands
        ``apart`` is told by no row.
        """
        unsure: list[int] = []
        told = 0
        columns = zip(self.ids, self.created, self.settled, self.due, self.status, strict=True)
        for session_id, created, settled, due, status in columns:
            if settled <= at and now < due and session_id not in apart:
                told += bool(status)
            elif created <= at:
                unsure.append(session_id)
        return unsure, told

    def beside(self, rows: list[Row]) -> Matched:
        """Return rows, which begin with an id, beside what is known of their sessions."""
        places = [place for row in rows if (place := self.place.get(cast("int", row[0]))) is not None]
        if len(places) != len(rows):
            rows = [row for row in rows if row[0] in self.place]
        return Matched(
            rows,
            array("q", [self.settled[place] for place in places]),
            array("q", [self.due[place] for place in places]),
            array("q", [self.pending[place] if self.status[place] else 0 for place in places]),
            [self.status[place] for place in places],
        )


@dataclass(frozen=True, slots=True)
class Told:
    """Of the stored rows that a query means, those that tell what was true at an instant, and their counts.

    ``number`` counts by status, ``pending`` the requests, both without what is archived; ``matched`` counts all.
    """

    rows: Iterator[Row]
    matched: int
    number: Counter[str]
    pending: int


@dataclass(frozen=True, slots=True)
class Matched:
    """The stored rows that a query means, in order, with what ``Spans`` knows of each."""

    rows: list[Row]
    settled: array[int]
    due: array[int]
    pending: array[int]
    status: list[str]

    def told(self, at: int, now: int, apart: Set[int]) -> Told:
        """Return which of them tell what was true at an instant; in ms."""
        holds = [settled <= at and now < due for settled, due in zip(self.settled, self.due, strict=True)]
        if apart:
            holds = [held and row[0] not in apart for held, row in zip(holds, self.rows, strict=True)]
        number = Counter(compress(self.status, holds))
        number.pop("", None)
        return Told(compress(self.rows, holds), sum(holds), number, sum(compress(self.pending, holds)))


async def load(fetch: Fetch, rules: Rules, ids: Sequence[int] | None = None, into: Spans | None = None) -> Spans:
    """Return the spans of all sessions; or bring those of some up to date that were known ``into``."""
    spans = Spans() if into is None else into
    if ids is None:
        rows, *touched = [await fetch(sql.format(where="1"), ()) for sql in (_ROWS, *_TOUCHES)]
        await asyncio.to_thread(_take, spans, rows, touched, rules)
        return spans
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        within = f"session_id IN ({marks(chunk)})"
        rows = await fetch(f"{_ROWS} WHERE s.id IN ({marks(chunk)})", chunk)
        touched = [await fetch(sql.format(where=within), chunk) for sql in _TOUCHES]
        for session_id in set(chunk) - {cast("int", row[0]) for row in rows}:
            spans.drop(session_id)
        _take(spans, rows, touched, rules)
    return spans


def _take(spans: Spans, rows: list[Row], touches: list[list[Row]], rules: Rules) -> None:
    slack = _slack(rules)
    last: dict[int, int] = {}
    unclosed: set[int] = set()
    for session_id, at, is_open in cast("Iterable[tuple[int, int | None, int]]", (row for t in touches for row in t)):
        if at is not None and at > last.get(session_id, ALWAYS):
            last[session_id] = at
        if is_open:
            unclosed.add(session_id)
    for row in rows:
        session_id, created, _, ends = (cast("int", value) for value in row[:4])
        made = ALWAYS if row[1] is None else created
        due = NEVER if row[7] is None else cast("int", row[7])
        touched = max(made, last.get(session_id, ALWAYS))
        settled = touched + slack if session_id in last else made
        if row[8] not in _AHEAD:
            settled = max(settled, ends + slack)
        if session_id in unclosed:
            settled = max(settled, ends + OPEN_END_GRACE // _MS + slack)
        if row[6] or row[8] in _UNDER_WAY:
            settled = NEVER
        spans.put(session_id, (made, settled, due, cast("int", row[5])), str(row[8]) if row[4] else "")


def _slack(rules: Rules) -> int:
    """Return how long after a change of facts, or after the window, time alone may still change a status, in ms."""
    longest = max(rules.rejoin_grace, rules.host_absent_after, rules.heartbeat_expiry, rules.stale_after)
    return longest // _MS + 2


async def stored_matches(db: Database, query: Query, *, order: str, viewer: Viewer, deadline: float) -> list[Row]:
    """Return id and key of every stored row that a query means, in an order of the desk."""
    plan = await planned(db.fetch, query, viewer)
    by = ORDERS[order]
    down = " DESC" if by.backwards else ""
    sql, values = _by_stretches(plan, by) if plan.source is None and plan.spans is not None else _by_source(plan, by)
    return await db.fetch(f"SELECT id, place FROM ({sql}) ORDER BY place{down}, id{down}", values, deadline=deadline)


async def day_of(fetch: Fetch, since: datetime, until: datetime) -> list[tuple[int, int]]:
    """Return from when to when, in ms, each session went on, of those that did in a stretch of time.

    What is not over lasts as planned. Drafts and cancelled sessions did not go on.
    """
    rows = await fetch(
        "SELECT starts_at, ifnull(final_end_at, ends_at) FROM session INDEXED BY session_start"
        " WHERE starts_at >= ?1 AND starts_at < ?2 AND ifnull(final_end_at, ends_at) > ?3"
        " AND status NOT IN ('draft', 'cancelled') AND archived_at IS NULL",
        (to_ms(since - LONGEST), to_ms(until), to_ms(since)),
    )
    return [(cast("int", row[0]), cast("int", row[1])) for row in rows]


def _by_source(plan: Plan, by: Order) -> tuple[str, tuple[Value, ...]]:
    tests, values = asked_of_source(plan)
    return f"SELECT s.id AS id, {by.column} AS place FROM session s WHERE {tests}", values


def _by_stretches(plan: Plan, by: Order) -> tuple[str, tuple[Value, ...]]:
    """Return the rows of the stretches of the order of urgency that can hold what is meant."""
    reaches = plan.spans or (Reach(1, 0),)
    part = f"SELECT s.id AS id, {by.column} AS place FROM session s {{}} AND ({plan.condition})"
    values = tuple(value for reach in reaches for value in (reach.low, reach.high, *plan.parameters))
    return " UNION ALL ".join(part.format(within("rank", reach)) for reach in reaches), values
