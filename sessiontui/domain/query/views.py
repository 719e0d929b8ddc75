"""What the built-in views of the desk hold, seen from an instant and a zone; weeks start on Monday."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.query.now import LATELY as LATELY
from sessiontui.domain.query.now import SOON as SOON
from sessiontui.domain.query.now import now_meaning
from sessiontui.domain.query.terms import (
    And,
    Expression,
    Fact,
    Holds,
    Moment,
    View,
    Within,
)
from sessiontui.domain.query.times import Clock


def view_meaning(view: View, *, now: datetime, zone: tzinfo) -> Expression:
    """Return what belongs to a view; a session belongs to the day and week of its start."""
    clock = Clock(from_ms(to_ms(now)), zone)
    match view:
        case View.ALL:
            return And(())
        case View.NOW:
            return now_meaning(clock.now)
        case View.FOLLOWUP:
            return Holds(Fact.TASKS)
        case View.TODAY:
            today = clock.day(clock.today)
            return Within(Moment.STARTS, today.since, today.until)
        case View.WEEK:
            return Within(Moment.STARTS, _monday(clock, 0), _monday(clock, 1))
        case View.NEXTWEEK:
            return Within(Moment.STARTS, _monday(clock, 1), _monday(clock, 2))
        case View.LATER:
            return Within(Moment.STARTS, _monday(clock, 2), None)


def _monday(clock: Clock, weeks_ahead: int) -> datetime:
    today = clock.today
    return clock.day(today + timedelta(days=7 * weeks_ahead - today.weekday())).since
