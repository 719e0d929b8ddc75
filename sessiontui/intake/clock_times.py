"""Clock times without a day, as reports about one meeting have them: on its day, or past midnight on the next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sessiontui.intake.moments import on_day_of

if TYPE_CHECKING:
    from sessiontui.intake.moments import Moment

_DAY: Final = 24 * 3600
_HALF_DAY: Final = 12 * 3600
"""Seconds; who seems to come earlier than that before the beginning came after midnight, nobody stays as long."""


def stay_on_days_of(
    join: Moment | None, leave: Moment | None, start: Moment | None, seconds: int | None
) -> tuple[Moment | None, Moment | None]:
    """Return when somebody came and left; clock times alone are placed by the beginning of the meeting.

    A departure that reads earlier than the arrival was on the next day, where the stated ``seconds`` do not speak
    against it, or without them where nobody would have stayed for half a day. What has a day of its own keeps it.
    """
    came = _since(join, start)
    if leave is None or leave.numbers is not None or came is None or came.numbers is None:
        return came, _since(leave, start)
    left = replace(on_day_of(leave, came) or leave, later=came.later)
    back = _clock(came) - _clock(left)
    if back > 0 and _is_past_midnight(back, seconds):
        left = replace(left, later=came.later + 1)
    return came, left


def _since(moment: Moment | None, start: Moment | None) -> Moment | None:
    """Return a clock time at or after a beginning, or at most half a day before it."""
    placed = on_day_of(moment, start)
    if placed is None or placed is moment or start is None or start.hour is None:
        return placed
    return replace(placed, later=start.later + (_clock(start) - _clock(placed) > _HALF_DAY))


def _is_past_midnight(back: int, seconds: int | None) -> bool:
    """Tell whether a departure so many seconds before the arrival on the clock was on the day after."""
    stayed = _DAY - back
    return stayed <= _HALF_DAY if seconds is None else abs(stayed - seconds) < back + seconds


def _clock(moment: Moment) -> int:
    return moment.clock_seconds or 0
