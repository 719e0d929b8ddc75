"""Focus: the stretches of a session in which nothing came between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from sessiontui.domain.intervals import Interval, length
from sessiontui.domain.records import record

FOCUSED: Final = timedelta(minutes=25)
"""How long a stretch lasts at the least to count as focus: what people set a kitchen timer to."""


@record(kw_only=True)
class Focus:
    """How a session ran: its time at work, the stretches of focus in it, and what came between.

    ``distracted`` is the time from the first to the last minute at work that was not focus, pauses included.
    """

    run: timedelta = timedelta()
    total: timedelta = timedelta()
    longest: timedelta = timedelta()
    stretches: int = 0
    interruptions: int = 0
    distracted: timedelta = timedelta()

    @property
    def share(self) -> float | None:
        """The share of focus in the time at work; ``None`` where nobody was at work."""
        return self.total / self.run if self.run else None

    @property
    def an_hour(self) -> float | None:
        """Interruptions in an hour at work; ``None`` where nobody was at work."""
        return self.interruptions / (self.run / timedelta(hours=1)) if self.run else None


NO_FOCUS: Final = Focus()


def focus_of(run: Sequence[Interval], cuts: Iterable[datetime], *, least: timedelta = FOCUSED) -> Focus:
    """Return how much focus there was in disjoint stretches of work that are cut at some instants.

    Each gap between two stretches is one interruption, whether somebody paused or nobody was there; so is each
    instant inside a stretch at which somebody came back or a blocker was opened. ``longest`` is the longest piece
    between interruptions, also where it is too short to be focus.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 5, 4, 12, tzinfo=UTC)
    >>> hour = timedelta(hours=1)
    >>> found = focus_of([(noon, noon + hour)], [noon + hour / 3])
    >>> found.interruptions, found.total // timedelta(minutes=1), found.longest // timedelta(minutes=1)
    (1, 40, 40)
    """
    if not run:
        return NO_FOCUS
    marks = sorted(set(cuts))
    pieces: list[timedelta] = []
    inside = 0
    for start, end in run:
        edges = [start, *(mark for mark in marks if start < mark < end), end]
        inside += len(edges) - 2
        pieces += [after - before for before, after in pairwise(edges)]
    focused = [piece for piece in pieces if piece >= least]
    total = sum(focused, timedelta())
    return Focus(
        run=length(run),
        total=total,
        longest=max(pieces),
        stretches=len(focused),
        interruptions=len(run) - 1 + inside,
        distracted=run[-1][1] - run[0][0] - total,
    )


def rejoins(stays: Mapping[str, Iterable[Interval]]) -> tuple[datetime, ...]:
    """Return the instants at which somebody came back who had left before, in their order.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 5, 4, 12, tzinfo=UTC)
    >>> hour = timedelta(hours=1)
    >>> len(rejoins({"ana": [(noon, noon + hour), (noon + 2 * hour, noon + 3 * hour)]}))
    1
    """
    found = []
    for spans in stays.values():
        until: datetime | None = None
        for start, end in sorted(spans):
            if until is not None and start > until:
                found.append(start)
            until = end if until is None else max(until, end)
    return tuple(sorted(found))
