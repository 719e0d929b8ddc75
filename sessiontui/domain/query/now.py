"""What the view Now holds, and the queries for it and for All: most consoles open on these without the language."""

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

ALL: Final = "view:all"
"""The view of everything, as a query is written."""

SOON: Final = timedelta(hours=24)
"""How far ahead Now looks."""

LATELY: Final = timedelta(hours=12)
"""How far back Now looks."""


def now_query(now: datetime) -> Query:
    """Return what ``NOW`` is parsed to, seen from an instant, which is cut to milliseconds."""
    leaf = InView(View.NOW, now_meaning(from_ms(to_ms(now))))
    return Query(And((leaf,)), wants_archived=False, text=NOW)


def all_query() -> Query:
    """Return what ``ALL`` is parsed to, whatever the instant."""
    return Query(And((InView(View.ALL, And(())),)), wants_archived=False, text=ALL)


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
