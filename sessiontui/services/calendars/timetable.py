"""The calendar: the sessions of some days as one frozen page, what is wrong first, capped by the day.

The days are those of a zone. Whatever in a query chooses the time or a single session is left out of it: on a
calendar the days do that, so that the filter of the desk can be shared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sessiontui.domain.access import Action, Actor, require
from sessiontui.domain.errors import BadInput
from sessiontui.domain.instants import EARLIEST, LATEST, from_ms, to_ms
from sessiontui.domain.query import Query, parse, query_of, render
from sessiontui.domain.query.terms import (
    And,
    Expression,
    InView,
    Moment,
    Not,
    OutsideId,
    OwnId,
    View,
    Within,
)
from sessiontui.domain.timetable import starts_of
from sessiontui.domain.vocabulary import Status
from sessiontui.services.boards.drawing import DEADLINE, drawn
from sessiontui.services.boards.past import past
from sessiontui.services.rights import viewer_of
from sessiontui.store.reads import sessions as kept
from sessiontui.store.reads.timetable import first_lasting, timetable

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.services.pictures import Board, SessionLine
    from sessiontui.store.reader import Fetch
    from sessiontui.store.viewing import Viewer

MOST_DAYS: Final = 62
"""Days of a page: the weeks that a month touches, and some."""

_CARRIED: Final = 50
"""Sessions from before the first day that a page holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay:
    """One day: the sessions that start on it by urgency, as many as were asked for, and counts over all of them."""

    date: date
    since: datetime
    until: datetime
    lines: tuple[SessionLine, ...] = ()
    counts: Mapping[Status, int] = field(default_factory=dict)

    @property
    def matched(self) -> int:
        """How many sessions start on the day, shown or not."""
        return sum(self.counts.values())

    @property
    def more(self) -> int:
        """How many of them are not among the lines."""
        return self.matched - len(self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPage:
    """What the calendar shows at one instant; ``carried`` started before its first day and last into it.

    ``query`` is what was left of the filter, as it is written. ``as_of`` is set when a past instant is shown.
    """

    taken_at: datetime
    zone: ZoneInfo
    days: tuple[CalendarDay, ...]
    carried: tuple[SessionLine, ...] = ()
    query: str = ""
    as_of: datetime | None = None
    sequence: int = 0

    @property
    def lines(self) -> tuple[SessionLine, ...]:
        """All sessions that it holds."""
        return (*self.carried, *(line for day in self.days for line in day.lines))

    @property
    def counts(self) -> Mapping[Status, int]:
        """How many sessions start on its days, by status."""
        total: Counter[Status] = Counter()
        for day in self.days:
            total.update(day.counts)
        return total


async def page(
    context: Context,
    query: str,
    *,
    first: date,
    number: int,
    each: int,
    zone: ZoneInfo,
    now: datetime,
    by: Actor,
    as_of: datetime | None = None,
) -> CalendarPage:
    """Return ``number`` days of the calendar from ``first`` on, with at most ``each`` sessions of every day.

    ``each`` may be zero, where only the counts are wanted. A past instant is derived from histories.
    """
    require(by, Action.SEE_SESSIONS)
    if not 1 <= number <= MOST_DAYS or not is_shown(first, number):
        raise BadInput(f"a calendar shows up to {MOST_DAYS} days of the years {EARLIEST} to {LATEST}", place="date")
    at = as_of or now
    asked = without_time(parse(query, now=at, zone=zone))
    bounds = [starts_of(first + timedelta(days=place), zone) for place in range(number + 1)]
    viewer = viewer_of(by)
    if as_of is None:
        found = await context.db.look(
            lambda fetch: _stored(context, fetch, asked, bounds, each=each, now=now, viewer=viewer), deadline=DEADLINE
        )
    else:
        found = await context.db.look(
            lambda fetch: _derived(context, fetch, asked, bounds, each=each, now=now, as_of=as_of, viewer=viewer)
        )
    days, carried, sequence = found
    return CalendarPage(
        taken_at=now,
        zone=zone,
        days=tuple(
            CalendarDay(date=first + timedelta(days=place), since=since, until=until, lines=lines, counts=counts)
            for place, (since, until, lines, counts) in enumerate(days)
        ),
        carried=carried,
        query=asked.text,
        as_of=as_of,
        sequence=sequence,
    )


def is_shown(first: date, number: int) -> bool:
    """Return whether so many days from one on lie within the years in which sessions can be."""
    return date(EARLIEST, 1, 2) <= first and first + timedelta(days=number) <= date(LATEST, 12, 30)


def without_time(asked: Query) -> Query:
    """Return a query without the terms that choose the time, or one session by its number."""
    terms = tuple(term for term in asked.where.terms if not _chooses(term))
    where = And(terms)
    return query_of(where, text=asked.text if len(terms) == len(asked.where.terms) else render(where))


def _chooses(term: Expression) -> bool:
    match term:
        case Within(moment=Moment.STARTS | Moment.ENDS) | OwnId() | OutsideId():
            return True
        case InView(view):
            return view is not View.FOLLOWUP
        case Not(inner):
            return _chooses(inner)
        case _:
            return False


_Day = tuple[datetime, datetime, "tuple[SessionLine, ...]", Mapping[Status, int]]
_Found = tuple[list[_Day], "tuple[SessionLine, ...]", int]


async def _stored(
    context: Context,
    fetch: Fetch,
    asked: Query,
    bounds: Sequence[datetime],
    *,
    each: int,
    now: datetime,
    viewer: Viewer,
) -> _Found:
    """Read the days by the index on the start, and the lines of all of them at once."""
    sequence = await kept.head(fetch)
    table = await timetable(fetch, asked, viewer)
    counts: list[Mapping[Status, int]] = []
    ids: list[list[int]] = []
    for since, until in pairwise(bounds):
        window = to_ms(since), to_ms(until)
        counted = await table.counts(*window)
        counts.append({Status(word): number for word, number in counted.items()})
        ids.append(await table.first(*window, most=each) if each and counted else [])
    carried = await table.lasting(to_ms(bounds[0]), most=_CARRIED) if each else []
    wanted = [*carried, *(one for some in ids for one in some)]
    lines = {line.id: line for line in await drawn(context, fetch, wanted, now=now, viewer=viewer)}
    days = [
        (since, until, tuple(lines[one] for one in some if one in lines), counted)
        for since, until, some, counted in zip(bounds, bounds[1:], ids, counts, strict=False)
    ]
    return days, tuple(lines[one] for one in carried if one in lines), sequence


async def _derived(
    context: Context,
    fetch: Fetch,
    asked: Query,
    bounds: Sequence[datetime],
    *,
    each: int,
    now: datetime,
    as_of: datetime,
    viewer: Viewer,
) -> _Found:
    """Derive what starts on the days as of a past instant."""
    since = from_ms(await first_lasting(fetch, to_ms(bounds[0])))
    stretch = Within(Moment.STARTS, since, bounds[-1])
    narrowed = query_of(And((*asked.where.terms, stretch)), text=asked.text)
    board: Board = await past(
        context, fetch, narrowed, now=now, as_of=as_of, limit=None, offset=0, order="urgency", viewer=viewer
    )
    days: list[_Day] = []
    for since, until in pairwise(bounds):
        there = [line for line in board.lines if since <= line.starts_at < until]
        days.append((since, until, tuple(there[:each]), Counter(line.status for line in there)))
    carried = [line for line in board.lines if line.starts_at < bounds[0] < line.ends_at]
    return days, tuple(carried[:_CARRIED]), 0
