"""The figures: what each is, over what it is counted, and how it follows from sums."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from sessiontui.domain.analytics.estimates import mean_interval, wilson
from sessiontui.domain.analytics.outcomes import COARSE, UNIT, Sums
from sessiontui.domain.records import record

MINUTE_MS: Final = 60_000


class Metric(StrEnum):
    """The figures by name, in the order in which they are shown."""

    COMPLETION_RATE = "completion_rate"
    NO_SHOW_RATE = "no_show_rate"
    EARLY_END_RATE = "early_end_rate"
    CANCELLATION_RATE = "cancellation_rate"
    SHOW_UP_RATE = "show_up_rate"
    DURATION_EFFICIENCY = "duration_efficiency"
    REQUEST_TO_JOIN = "request_to_join"
    APPROVAL_RATE = "approval_rate"
    RESPONSE_TIME = "response_time"
    SLOW_ANSWERS = "slow_answers"
    REQUEST_LEAD = "request_lead"
    REPEAT_PARTICIPATION = "repeat_participation"
    ENGAGEMENT = "engagement"
    SATISFACTION = "satisfaction"


class Unit(StrEnum):
    """What a figure is measured in."""

    SHARE = "share"
    RATIO = "ratio"
    MINUTES = "minutes"
    """The median of durations, with what nine tenths stay below."""
    STARS = "stars"
    POINTS = "points"
    """From 0 to 100."""
    SPAN = "span"
    """The mean of lengths, in minutes."""
    AN_HOUR = "an_hour"


@record(kw_only=True)
class Definition:
    """What a figure is: its title, the words of what it counts and of what it is counted over, its unit.

    ``sessions`` is the query that finds the sessions behind it, ``better`` whether more is better.
    """

    title: str
    counts: str
    over: str
    unit: Unit
    sessions: str
    better: bool | None = True


DEFINITIONS: Final[Mapping[Metric, Definition]] = {
    Metric.COMPLETION_RATE: Definition(
        title="Completion",
        counts="ended complete",
        over="ended sessions",
        unit=Unit.SHARE,
        sessions="status:complete -is:provisional",
    ),
    Metric.NO_SHOW_RATE: Definition(
        title="No-show",
        counts="nobody came",
        over="ended sessions",
        unit=Unit.SHARE,
        sessions="status:no_show -is:provisional",
        better=False,
    ),
    Metric.EARLY_END_RATE: Definition(
        title="Early end",
        counts="ended early",
        over="ended sessions",
        unit=Unit.SHARE,
        sessions="status:early -is:provisional",
        better=False,
    ),
    Metric.CANCELLATION_RATE: Definition(
        title="Cancellation",
        counts="cancelled",
        over="ended and cancelled sessions",
        unit=Unit.SHARE,
        sessions="status:cancelled",
        better=False,
    ),
    Metric.SHOW_UP_RATE: Definition(
        title="Show-up",
        counts="approved people seen",
        over="approved in ended sessions",
        unit=Unit.SHARE,
        sessions="is:ended approved:>0 -is:provisional",
    ),
    Metric.DURATION_EFFICIENCY: Definition(
        title="Duration efficiency",
        counts="mean of actual / scheduled time",
        over="ended sessions with guests",
        unit=Unit.RATIO,
        sessions="status:complete,early -is:provisional",
        better=None,
    ),
    Metric.REQUEST_TO_JOIN: Definition(
        title="Request to join",
        counts="requests that led to a presence",
        over="requests",
        unit=Unit.SHARE,
        sessions="has:requests",
    ),
    Metric.APPROVAL_RATE: Definition(
        title="Approval",
        counts="approved requests",
        over="decided requests",
        unit=Unit.SHARE,
        sessions="has:requests",
        better=None,
    ),
    Metric.RESPONSE_TIME: Definition(
        title="Response time",
        counts="from request to decision",
        over="decided requests, timed",
        unit=Unit.MINUTES,
        sessions="has:requests",
        better=False,
    ),
    Metric.SLOW_ANSWERS: Definition(
        title="Slow answers",
        counts="decided later than 24 h",
        over="decided requests, timed",
        unit=Unit.SHARE,
        sessions="has:requests",
        better=False,
    ),
    Metric.REQUEST_LEAD: Definition(
        title="Request lead",
        counts="from request to start",
        over="requests, timed",
        unit=Unit.MINUTES,
        sessions="has:requests",
        better=None,
    ),
    Metric.REPEAT_PARTICIPATION: Definition(
        title="Repeat participation",
        counts="people seen in two sessions or more",
        over="people seen",
        unit=Unit.SHARE,
        sessions="has:guests",
    ),
    Metric.ENGAGEMENT: Definition(
        title="Engagement",
        counts="guests who talked, wrote, reacted, raised a hand or answered a poll",
        over="guests of whom platforms tell that",
        unit=Unit.SHARE,
        sessions="has:guests",
    ),
    Metric.SATISFACTION: Definition(
        title="Satisfaction",
        counts="mean rating from 1 to 5",
        over="ratings",
        unit=Unit.STARS,
        sessions="status:complete -is:provisional",
    ),
}


SELDOM_KNOWN: Final = frozenset({Metric.ENGAGEMENT, Metric.SATISFACTION})
"""Figures that are left out where nothing is known: many platforms never tell it."""


@record(kw_only=True)
class Figure:
    """One figure: its value, how many it rests on, and its interval; ``None`` where there is nothing to count.

    ``hits`` are those of the ``n`` that a share counts. Durations are in minutes, their value is the median.
    """

    metric: Metric
    value: float | None
    n: int
    hits: int | None = None
    low: float | None = None
    high: float | None = None
    median: float | None = None
    p90: float | None = None

    @property
    def definition(self) -> Definition:
        """What the figure is."""
        return DEFINITIONS[self.metric]


@record
class Duration:
    """How many durations there are, their median, and below what nine tenths of them lie, in milliseconds."""

    n: int
    median: float | None
    p90: float | None


@record
class Ratings:
    """Survey answers with a rating: how many, their sum, and the sum of their squares."""

    n: int
    total: int
    squares: int


_SHARES: Final[Mapping[Metric, tuple[str, str]]] = {
    Metric.COMPLETION_RATE: ("complete", "ended"),
    Metric.NO_SHOW_RATE: ("no_show", "ended"),
    Metric.EARLY_END_RATE: ("early", "ended"),
    Metric.SHOW_UP_RATE: ("came", "ended_approved"),
    Metric.REQUEST_TO_JOIN: ("joined", "asked"),
    Metric.APPROVAL_RATE: ("approved", "decided"),
    Metric.SLOW_ANSWERS: ("slow", "answered"),
}
"""The shares that are one sum over another."""


def figures_of(
    sums: Sums,
    *,
    wait: Duration | None = None,
    lead: Duration | None = None,
    repeat: tuple[int, int] | None = None,
    ratings: Ratings | None = None,
    engaged: tuple[int, int] | None = None,
) -> tuple[Figure, ...]:
    """Return the figures that follow, in their order; those whose facts are not given are left out.

    ``repeat`` is how many people were seen in two sessions or more, and how many were seen; ``engaged`` how many
    guests took an active part, and of how many that is known.
    """
    made = {metric: share_of(metric, getattr(sums, hits), getattr(sums, n)) for metric, (hits, n) in _SHARES.items()}
    made[Metric.CANCELLATION_RATE] = share_of(Metric.CANCELLATION_RATE, sums.cancelled, sums.ended + sums.cancelled)
    made[Metric.DURATION_EFFICIENCY] = _efficiency(sums)
    if wait is not None:
        made[Metric.RESPONSE_TIME] = _duration(Metric.RESPONSE_TIME, wait)
    if lead is not None:
        made[Metric.REQUEST_LEAD] = _duration(Metric.REQUEST_LEAD, lead)
    if repeat is not None:
        made[Metric.REPEAT_PARTICIPATION] = share_of(Metric.REPEAT_PARTICIPATION, *repeat)
    if engaged is not None:
        made[Metric.ENGAGEMENT] = share_of(Metric.ENGAGEMENT, *engaged)
    if ratings is not None:
        made[Metric.SATISFACTION] = _satisfaction(ratings)
    return tuple(made[metric] for metric in Metric if metric in made)


def share_of(metric: Metric, hits: int, n: int) -> Figure:
    """Return a share with its interval."""
    interval = wilson(hits, n)
    low, high = interval if interval is not None else (None, None)
    return Figure(metric=metric, value=hits / n if n else None, n=n, hits=hits, low=low, high=high)


def _efficiency(sums: Sums) -> Figure:
    n = sums.met
    if n == 0:
        return Figure(metric=Metric.DURATION_EFFICIENCY, value=None, n=0)
    mean = sums.efficiency / UNIT / n
    interval = mean_interval(mean * n, sums.squares / COARSE**2, n)
    low, high = (None, None) if interval is None else (max(0.0, interval[0]), interval[1])
    return Figure(metric=Metric.DURATION_EFFICIENCY, value=mean, n=n, low=low, high=high)


def _duration(metric: Metric, found: Duration) -> Figure:
    median = None if found.median is None else found.median / MINUTE_MS
    p90 = None if found.p90 is None else found.p90 / MINUTE_MS
    return Figure(metric=metric, value=median, n=found.n, median=median, p90=p90)


def _satisfaction(ratings: Ratings) -> Figure:
    if ratings.n == 0:
        return Figure(metric=Metric.SATISFACTION, value=None, n=0)
    interval = mean_interval(ratings.total, ratings.squares, ratings.n)
    low, high = (None, None) if interval is None else (max(1.0, interval[0]), min(5.0, interval[1]))
    return Figure(metric=Metric.SATISFACTION, value=ratings.total / ratings.n, n=ratings.n, low=low, high=high)
