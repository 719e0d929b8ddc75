"""The past of all sessions, made for scrubbing: a board as of one instant after another.

A stored row that nothing has happened to since an instant says what was true then; all others are derived, and what
was derived is kept for as long as nothing of it changes. One step to the next derives only the sessions whose facts
change in between. The answer is that of ``boards.listing`` with ``as_of``, which derives everything.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice
from typing import Final, TypeAlias, cast
from zoneinfo import ZoneInfo

from sessiontui.domain.access import Actor
from sessiontui.domain.alerts.words import AlertState
from sessiontui.domain.errors import BadInput
from sessiontui.domain.history import instants
from sessiontui.domain.instants import to_ms
from sessiontui.domain.query import Query, Subject, matches, parse
from sessiontui.domain.transitions import stretch
from sessiontui.domain.vocabulary import Status
from sessiontui.services.alerts.lines import counted
from sessiontui.services.boards.drawing import DEADLINE
from sessiontui.services.boards.seeing import seen
from sessiontui.services.context import Context
from sessiontui.services.pictures import AlertCounts, Board, SessionLine
from sessiontui.services.rights import viewer_of
from sessiontui.store.haystack import spaced
from sessiontui.store.histories import CHUNK
from sessiontui.store.reader import Row
from sessiontui.store.reads import alerts as kept_alerts
from sessiontui.store.reads import past as kept
from sessiontui.store.reads import sessions as kept_sessions
from sessiontui.store.reads.alerts import AlertRow
from sessiontui.store.reads.orders import ORDERS

BREATH: Final = 10
"""Sessions derived at a stretch, before others may have the event loop: about two milliseconds."""

REMEMBERED: Final = 20_000
"""Derived sessions that are kept; those of this step are of interest again one step later."""

OLDEST: Final = timedelta(minutes=10)
"""Age at which everything is read anew, whatever was committed."""

MANY: Final = 2_000
"""Changes beyond which everything is read anew."""

_Key: TypeAlias = "tuple[int | str, int]"


@dataclass(frozen=True, slots=True)
class _Derived:
    """One session derived at ``at``; its status holds for ``[since, until)``. All in ms.

    What was told of the present has the badges that are kept of it, and what was told of the past has none.
    """

    at: int
    is_now: bool
    since: int
    until: int
    line: SessionLine
    subject: Subject

    def holds(self, at: int, *, is_now: bool, worded: bool, alerted: bool) -> bool:
        """Return whether it tells of another instant as well; with ``worded`` also what is said beside the status.

        What has alerts at either instant is told anew: they have a life of their own.
        """
        if is_now != self.is_now:
            return False
        if at == self.at:
            return True
        if alerted or self.line.alerts:
            return False
        # Minutes run while somebody is in; of what has ended or is not published nothing more is told.
        still = self.line.status in _STILL and not self.line.provisional
        return self.since <= at < self.until and not self.line.active and (still or not worded)


_STILL: Final = frozenset({Status.DRAFT, Status.CANCELLED, *(status for status in Status if status.is_ended)})


class Past:
    """What is known of the past from one step to the next; it reads when it is first asked."""

    def __init__(self, context: Context, *, by: Actor) -> None:
        self._context = context
        self._viewer = viewer_of(by)
        self._spans = kept.Spans()
        self._head = -1
        self._read_at: datetime | None = None
        self._derived: dict[int, _Derived] = {}
        self._alerts: dict[int, list[AlertRow]] = {}
        self._stored: tuple[Query, str, kept.Matched] | None = None
        self._turn = asyncio.Lock()

    async def board(
        self,
        query: str,
        *,
        at: datetime,
        now: datetime,
        limit: int | None = None,
        offset: int = 0,
        order: str = "urgency",
        zone: ZoneInfo | None = None,
    ) -> Board:
        """Return a window of the sessions that a query means as of ``at``, with the counts of all.

        ``now`` is the instant of the knowledge, and not before ``at``. ``QueryError`` points at the wrong term.
        """
        if order not in ORDERS:
            raise BadInput(f"{order!r} is not an order", hint=f"one of {', '.join(ORDERS)}")
        asked = parse(query, now=at, zone=zone or self._context.zone)
        async with self._turn:
            await self._read(now)
            moments = to_ms(at), to_ms(now)
            alerts = await self._read_alerts(moments[0])
            apart = self._alerts.keys()
            unsure, total = await asyncio.to_thread(self._spans.at, *moments, apart)
            derived = await self._derive(unsure, at, now, worded=False)
            found = [one.line for one in derived if matches(asked, one.subject)]
            stored = await self._matches(asked, order)
            told = await asyncio.to_thread(stored.told, *moments, apart)
            window = _window(order, told.rows, found, offset=offset, limit=limit)
            lines = await self._derive(window, at, now, worded=True)
        open_lines = [line for line in found if line.archived_at is None]
        told.number.update(line.status for line in open_lines)
        return Board(
            taken_at=at,
            lines=tuple(one.line for one in lines),
            counts={status: told.number[status] for status in Status},
            matched=told.matched + len(found),
            total=total + sum(one.line.archived_at is None for one in derived),
            pending_requests=told.pending + sum(line.pending for line in open_lines),
            query=asked.text,
            as_of=at,
            alerts=alerts,
        )

    async def shape(self, since: datetime, until: datetime, *, slots: int) -> tuple[int, ...]:
        """Return about how many sessions were live in each of the equal parts of a stretch of time, such as a day.

        What has not begun yet counts as planned. Early starts are not seen.
        """
        first, length = to_ms(since), to_ms(until) - to_ms(since)
        steps = [0] * (slots + 1)
        for start, end in await kept.day_of(self._context.db.fetch, since, until):
            begin, last = (min(max((mark - first) * slots // length, 0), slots - 1) for mark in (start, end - 1))
            steps[begin] += 1
            steps[last + 1] -= 1
        live, found = 0, []
        for step in steps[:slots]:
            live += step
            found.append(live)
        return tuple(found)

    async def _read(self, now: datetime) -> None:
        """Bring what is known of the stored rows up to date."""
        fetch, rules = self._context.db.fetch, self._context.rules
        head = await kept_sessions.head(fetch)
        if head == self._head and self._read_at is not None and now - self._read_at < OLDEST:
            return
        changed: list[int] | None = None
        if self._read_at is not None and now - self._read_at < OLDEST and 0 <= head - self._head < MANY:
            changes = await kept_sessions.changed_since(fetch, self._head, limit=MANY)
            changed = list(dict.fromkeys(session_id for _, session_id in changes))
            head = max((sequence for sequence, _ in changes), default=head)
        if changed is None:
            self._spans = await kept.load(fetch, rules)
            self._derived.clear()
            self._read_at = now
        else:
            await kept.load(fetch, rules, changed, into=self._spans)
            for session_id in changed:
                self._derived.pop(session_id, None)
        self._head, self._stored = head, None

    async def _matches(self, asked: Query, order: str) -> kept.Matched:
        """Return the stored rows that a query means; asked again only if it means something else than before."""
        if self._stored is None or self._stored[:2] != (asked, order):
            rows = await kept.stored_matches(
                self._context.db, asked, order=order, viewer=self._viewer, deadline=DEADLINE
            )
            self._stored = (asked, order, await asyncio.to_thread(self._spans.beside, rows))
        return self._stored[2]

    async def _read_alerts(self, at: int) -> AlertCounts:
        """Read the alerts that were open at an instant, and return how many there were."""
        rows = await kept_alerts.at_instant(self._context.db.fetch, at)
        self._alerts = {}
        for row in rows:
            if row.session_id is not None:
                self._alerts.setdefault(row.session_id, []).append(row)
        return counted(Counter((row.level, row.state_at(at) == AlertState.OPEN) for row in rows))

    async def _derive(self, ids: Sequence[int], at: datetime, now: datetime, *, worded: bool) -> list[_Derived]:
        """Return sessions as of an instant, in the order of the ids; what is known already is not derived again."""
        moment = to_ms(at)
        wanted = [
            session_id
            for session_id in ids
            if (known := self._derived.get(session_id)) is None
            or not known.holds(moment, is_now=at == now, worded=worded, alerted=session_id in self._alerts)
        ]
        for session_id in wanted:
            self._derived.pop(session_id, None)
        if len(self._derived) + len(wanted) > REMEMBERED:
            self._derived = {key: self._derived[key] for key in ids if key in self._derived}
        for start in range(0, len(wanted), CHUNK):
            await self._derive_chunk(wanted[start : start + CHUNK], at, now)
        return [self._derived[session_id] for session_id in ids if session_id in self._derived]

    async def _derive_chunk(self, ids: Sequence[int], at: datetime, now: datetime) -> None:
        context, moment = self._context, to_ms(at)
        fetch = context.db.fetch
        told = seen(context, fetch, ids, now=now, as_of=at, viewer=self._viewer, alerts=self._alerts)
        number = 0
        async for one in told:
            since, until = stretch(one.facts, at, context.rules, marks=instants(one.history))
            self._derived[one.line.id] = _Derived(
                at=moment,
                is_now=at == now,
                since=kept.ALWAYS if since is None else to_ms(since),
                until=kept.NEVER if until is None else to_ms(until),
                line=one.line,
                subject=one.subject,
            )
            number += 1
            if number % BREATH == 0:
                await asyncio.sleep(0)


def _window(
    order: str, told: Iterable[Row], found: Iterable[SessionLine], *, offset: int, limit: int | None
) -> list[int]:
    """Return the ids of the rows of a window: of stored rows, which are in order, and of what was derived."""
    sign = -1 if ORDERS[order].backwards else 1
    stored: Iterable[tuple[_Key, int]] = (
        ((_turned(row[1], sign), sign * cast("int", row[0])), cast("int", row[0])) for row in told
    )
    fresh = sorted(((_turned(_KEYS[order](line), sign), sign * line.id), line.id) for line in found)
    end = None if limit is None else offset + limit
    return [session_id for _, session_id in islice(merge(stored, fresh), offset, end)]


def _turned(key: object, sign: int) -> int | str:
    return key if isinstance(key, str) else sign * cast("int", key)


_KEYS: Final[Mapping[str, Callable[[SessionLine], int | str]]] = {
    "urgency": lambda line: line.rank,
    "start": lambda line: to_ms(line.starts_at),
    "latest": lambda line: to_ms(line.starts_at),
    "title": lambda line: spaced(line.title),
    "pending": lambda line: line.pending,
}
"""What the desk's orders go by."""
