"""When a milestone was reached, from what has happened; never before it was made, never from a guess."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sessiontui.domain.intervals import Interval, length
from sessiontui.domain.planning.words import MilestoneRule


def nth(instants: Iterable[datetime], number: int) -> datetime | None:
    """Return the instant at which something had happened for the ``number``-th time, if it has."""
    ranked = sorted(instants)
    return ranked[number - 1] if 0 < number <= len(ranked) else None


def ran_for(run: Sequence[Interval], minutes: int) -> datetime | None:
    """Return the instant at which disjoint intervals, in their order, had lasted so many minutes together.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 5, 4, 12, tzinfo=UTC)
    >>> ran_for([(noon, noon + timedelta(minutes=10)), (noon + timedelta(minutes=30), noon + timedelta(hours=1))], 15)
    datetime.datetime(2026, 5, 4, 12, 35, tzinfo=datetime.timezone.utc)
    """
    missing = timedelta(minutes=minutes)
    for start, end in run:
        if end - start >= missing:
            return start + missing
        missing -= end - start
    return None


def minutes_missing(run: Sequence[Interval], minutes: int) -> timedelta:
    """Return how much longer intervals have to last: no milestone is reached sooner."""
    return max(timedelta(), timedelta(minutes=minutes) - length(run))


def told_rule(rule: MilestoneRule, threshold: int) -> str:
    """Return what reaches a milestone, as people say it.

    >>> told_rule(MilestoneRule.GOALS_DONE, 1), told_rule(MilestoneRule.ATTENDANCE, 3)
    ('1 goal done', 'at least 3 people came')
    """
    match rule:
        case MilestoneRule.GOALS_DONE:
            return f"{threshold} goal{'' if threshold == 1 else 's'} done"
        case MilestoneRule.MINUTES_RUN:
            return f"{threshold} min run"
        case MilestoneRule.ATTENDANCE:
            return f"at least {threshold} {'person' if threshold == 1 else 'people'} came"
        case MilestoneRule.MANUAL:
            return "by hand"
