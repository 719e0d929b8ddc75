"""What the view Now holds, and the query for it: most consoles open on that, and need no language to say it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.query.statement import Query
from sessiontui.domain.query.terms import (
    TICK,
    And,
    Choice,
    Expression,
    Fact,
    Holds,
    InView,
    Moment,
    OneOf,
    Or,
    View,
    Within,
)
from sessiontui.domain.vocabulary import Status

NOW: Final = "view:now"
"""The view as a query is written."""

SOON: Final = timedelta(hours=24)
"""How far ahead Now looks."""

LATELY: Final = timedelta(hours=12)
"""How far back Now looks."""


def now_query(now: datetime) -> Query:
    """Return what ``NOW`` is parsed to, seen from an instant, which is cut to milliseconds."""
    leaf = InView(View.NOW, now_meaning(from_ms(to_ms(now))))
    return Query(And((leaf,)), wants_archived=False, text=NOW)


def now_meaning(now: datetime) -> Expression:
    """Return what belongs to the view at an instant in whole milliseconds."""
    ended = _statuses(Status.ENDED_COMPLETE, Status.ENDED_EARLY, Status.ENDED_NO_SHOW)
    return Or(
        (
            _statuses(Status.WAITING, Status.ACTIVE, Status.PAUSED),
            Within(Moment.STARTS, now, now + SOON),
            And((ended, Within(Moment.FINISHED, now - LATELY + TICK, now + TICK))),
            Holds(Fact.ALERTED),
        )
    )


def _statuses(*chosen: Status) -> OneOf:
    return OneOf(Choice.STATUS, tuple(status.value for status in Status if status in chosen))
