"""What happened since somebody was last there: how long ago that was, and what was decided meanwhile."""

from __future__ import annotations

from datetime import datetime

from sessiontui.domain.phrases import count, time_since
from sessiontui.domain.visits.facts import Snapshot
from sessiontui.domain.visits.rules import VisitRules

NEVER = "never"
"""What stands for a time that has not been."""


def time_since_last(last: datetime | None, now: datetime) -> str:
    """Return how long ago somebody was last at work on a project, in whole words and one unit.

    >>> from datetime import UTC, timedelta
    >>> noon = datetime(2026, 5, 4, 12, tzinfo=UTC)
    >>> time_since_last(noon - timedelta(hours=2), noon), time_since_last(noon - timedelta(days=3), noon)
    ('2 hours ago', '3 days ago')
    >>> time_since_last(None, noon)
    'never'
    """
    return NEVER if last is None else time_since(last, now)


def decided_since(decided: frozenset[int], before: Snapshot | None) -> frozenset[int]:
    """Return the items that are decided now and were not when the previous visit was over; all for a first visit.

    An item that was decided, opened and decided again meanwhile was decided before as well: it is no news.

    >>> decided_since(frozenset({1, 2}), Snapshot(decided=frozenset({2, 3})))
    frozenset({1})
    """
    return decided - before.decided if before is not None else decided


def idle_since(last_activity: datetime, now: datetime, rules: VisitRules) -> datetime | None:
    """Return since when an open visit has been over for want of activity: since its last one; ``None`` if it is not.

    >>> from datetime import UTC, timedelta
    >>> noon = datetime(2026, 5, 4, 12, tzinfo=UTC)
    >>> seen = noon - timedelta(minutes=30)
    >>> idle_since(seen, noon, VisitRules()) == seen
    True
    >>> idle_since(seen + timedelta(seconds=1), noon, VisitRules())
    """
    return last_activity if now - last_activity >= rules.idle_after else None


def counted(decided: int, exploring: int, parked: int, questions: int, *, dot: str = " • ") -> str:
    """Return the four counts of a summary in one line.

    >>> counted(5, 3, 1, 2)
    '5 decided since last • 3 exploring • 1 parked • 2 pending questions'
    """
    return dot.join(
        (
            f"{decided} decided since last",
            f"{exploring} exploring",
            f"{parked} parked",
            count(questions, "pending question"),
        )
    )
