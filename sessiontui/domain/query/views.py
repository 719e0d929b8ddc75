"""What the built-in views of the desk hold, seen from an instant and a zone; weeks start on Monday."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Final

from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.query.fields import vocabulary
from sessiontui.domain.query.terms import (
    And,
    Choice,
    Expression,
    Fact,
    Holds,
    Moment,
    OneOf,
    Or,
    View,
    Within,
)
from sessiontui.domain.query.times import TICK, Clock
from sessiontui.domain.vocabulary import Status

SOON: Final = timedelta(hours=24)  # how far ahead Now looks
LATELY: Final = timedelta(hours=12)  # how far back Now looks


def view_meaning(view: View, *, now: datetime, zone: tzinfo) -> Expression:
    """Return what belongs to a view; a session belongs to the day and week of its start."""
    clock = Clock(from_ms(to_ms(now)), zone)
    match view:
        case View.ALL:
            return And(())
        case View.NOW:
            return _now(clock.now)
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


def _now(now: datetime) -> Expression:
    ended = _statuses(Status.ENDED_COMPLETE, Status.ENDED_EARLY, Status.ENDED_NO_SHOW)
    return Or(
        (
            _statuses(Status.WAITING, Status.ACTIVE, Status.PAUSED),
            Within(Moment.STARTS, now, now + SOON),
            And((ended, _finished_within(now, LATELY))),
            Holds(Fact.ALERTED),
        )
    )


def _finished_within(now: datetime, length: timedelta) -> Within:
    return Within(Moment.FINISHED, now - length + TICK, now + TICK)


def _statuses(*chosen: Status) -> OneOf:
    return OneOf(Choice.STATUS, tuple(value for value in vocabulary(Choice.STATUS) if Status(value) in chosen))


def _monday(clock: Clock, weeks_ahead: int) -> datetime:
    today = clock.today
    return clock.day(today + timedelta(days=7 * weeks_ahead - today.weekday())).since
