"""The figures of a period as one frozen picture: what the screen, the command line and the export all show."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from sessiontui.domain.analytics.advice import Advice
from sessiontui.domain.analytics.metrics import Figure, Metric
from sessiontui.domain.analytics.outcomes import NOTHING, Sums
from sessiontui.domain.records import record


class Dimension(StrEnum):
    """By what figures can be told apart; the value is the word on the command line."""

    KIND = "kind"
    MENTOR = "mentor"
    TAG = "tag"
    TEMPLATE = "template"
    SERIES = "series"
    ZONE = "zone"
    WEEKDAY = "weekday"
    HOUR = "hour"
    WEEK = "week"
    MONTH = "month"


@record(kw_only=True)
class Group:
    """The figures of one value of a dimension; ``drill`` is the filter of its sessions, empty where none says it."""

    key: str
    label: str
    sums: Sums
    figures: tuple[Figure, ...]
    drill: str = ""


@record(kw_only=True)
class Reason:
    """One reason of cancellations, and the share of them that it stands behind."""

    reason: str
    figure: Figure


@record(kw_only=True)
class HourOfWeek:
    """One hour of the week in the zone: weekday from 0 for Monday, hour, and what started then."""

    weekday: int
    hour: int
    starts: int
    ended: int
    no_show: int
    seen: int


@record(kw_only=True)
class Day:
    """One day of the trend; ``mean`` is that of people seen over the seven days that end with it."""

    day: date
    seen: int
    sessions: int
    ended: int
    no_show: int
    mean: float | None


@record(kw_only=True)
class Step:
    """One step of the funnel, over ended sessions."""

    name: str
    n: int
    drill: str


@record(kw_only=True)
class Bar:
    """One bar of the efficiency histogram, from ``low`` on and below ``high``; the last has no end."""

    low: float
    high: float | None
    n: int
    drill: str


@record(kw_only=True)
class Told:
    """One recommendation in words: what stands out, the figures it rests on, what to do, and its sessions."""

    advice: Advice
    label: str
    sentence: str
    drill: str


class Origin(StrEnum):
    """Where figures were read from."""

    KEPT = "kept"
    """Sums by hour, day and month; marked hours from the sessions."""
    SESSIONS = "sessions"
    """The sessions of a filter, directly."""
    DERIVED = "derived"
    """Every session, derived as of the instant."""


@record(kw_only=True)
class Figures:
    """All figures of a period. ``drill`` is the filter of its sessions, ``query`` what was asked beside the period.

    ``since`` and ``until`` are what was asked for; ``first`` and ``last`` the first and the last day on which
    something starts. ``names`` says whether people may be named.
    """

    taken_at: datetime
    since: datetime | None
    until: datetime | None
    zone: ZoneInfo
    query: str = ""
    as_of: datetime | None = None
    origin: Origin = Origin.KEPT
    names: bool = True
    drill: str = ""
    first: date | None = None
    last: date | None = None
    sums: Sums = NOTHING
    metrics: tuple[Figure, ...] = ()
    by_dim: Dimension | None = None
    groups: tuple[Group, ...] = ()
    reasons: tuple[Reason, ...] = ()
    week: tuple[HourOfWeek, ...] = ()
    days: tuple[Day, ...] = ()
    funnel: tuple[Step, ...] = ()
    histogram: tuple[Bar, ...] = ()
    advice: tuple[Told, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the period holds no session at all."""
        return self.sums.sessions == 0

    def figure(self, metric: Metric) -> Figure:
        """Return one figure; one without a value where it is not among them."""
        found = next((figure for figure in self.metrics if figure.metric is metric), None)
        return Figure(metric=metric, value=None, n=0) if found is None else found


WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
