"""The figures of visits: how long they last, how often people come, what they decide, how much activity is kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final
from zoneinfo import ZoneInfo

from sessiontui.domain.analytics.estimates import wilson

_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFact:
    """One closed visit: whose, of what, from when to when, and how many items were decided in it."""

    person_id: int
    project_id: int
    started_at: datetime
    ended_at: datetime
    decided: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A figure over ``n`` cases; nothing where there are none. Lengths are minutes."""

    n: int
    mean: float | None = None
    median: float | None = None
    p95: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How many of ``n`` were hits, with the 95 % interval (Wilson)."""

    hits: int
    n: int
    low: float | None = None
    high: float | None = None

    @property
    def value(self) -> float | None:
        """The share, nothing without cases."""
        return self.hits / self.n if self.n else None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFigures:
    """The figures of DESIGN 7 on visits.

    ``per_day`` is over the days on which a person came at all: visits of one person on one day. ``between`` are the
    minutes from the end of a visit to the start of the same person's next one to the same project.
    """

    visits: int
    people: int
    duration: Spread
    per_day: Spread
    decided: Spread
    between: Spread
    tracking: Rate


def figures_of(visits: Iterable[VisitFact], *, zone: ZoneInfo, tracked: int = 0, lost: int = 0) -> VisitFigures:
    """Return the figures of closed visits; ``tracked`` and ``lost`` count activities that were kept and were not."""
    told = sorted(visits, key=lambda one: (one.started_at, one.ended_at))
    days: dict[tuple[int, str], int] = {}
    last: dict[tuple[int, int], datetime] = {}
    between: list[float] = []
    for one in told:
        day = (one.person_id, one.started_at.astimezone(zone).date().isoformat())
        days[day] = days.get(day, 0) + 1
        pair = (one.person_id, one.project_id)
        if pair in last:
            between.append(max(0.0, (one.started_at - last[pair]) / _MINUTE))
        last[pair] = max(one.ended_at, last.get(pair, one.ended_at))
    return VisitFigures(
        visits=len(told),
        people=len({one.person_id for one in told}),
        duration=spread([(one.ended_at - one.started_at) / _MINUTE for one in told]),
        per_day=spread([float(n) for n in days.values()]),
        decided=spread([float(one.decided) for one in told]),
        between=spread(between),
        tracking=rate(tracked, tracked + lost),
    )


def spread(values: Sequence[float]) -> Spread:
    """Return mean, median and 95th percentile of values, by nearest rank but for the median of an even number.

    >>> spread([1.0, 3.0, 2.0, 10.0])
    Spread(n=4, mean=4.0, median=2.5, p95=10.0)
    >>> spread([])
    Spread(n=0, mean=None, median=None, p95=None)
    """
    n = len(values)
    if not n:
        return Spread(n=0)
    ordered = sorted(values)
    middle = ordered[n // 2] if n % 2 else (ordered[n // 2 - 1] + ordered[n // 2]) / 2
    return Spread(n=n, mean=sum(ordered) / n, median=middle, p95=ordered[ceil(0.95 * n) - 1])


def rate(hits: int, n: int) -> Rate:
    """Return a share with its interval."""
    low, high = wilson(hits, n) or (None, None)
    return Rate(hits=hits, n=n, low=low, high=high)
