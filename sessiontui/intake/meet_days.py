"""The day of clock times: Meet attendance files have it in their preamble or in their name alone."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.intake.moments import Moment, parse_moment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sessiontui.intake.attendees import Stay

_DATE: Final = re.compile(r"(?<!\d)(\d{4})[-_.]?(\d{2})[-_.]?(\d{2})(?!\d)")
_NAMED_DATE: Final = re.compile(r"(?<!\d)(\d{1,2}[- ][^\W\d_]{3,9}[- ]\d{4})(?!\d)")
_DAY: Final = 24 * 3600
_SHORT_NIGHT: Final = 2 * 3600  # a longer silence over midnight parts two days rather than one meeting


def day_of(preamble: Mapping[str, str], file_name: str) -> date | None:
    """Return the day of clock times: from the preamble if it has one, else from the file name."""
    for key in ("date", "start"):
        moment = parse_moment(preamble.get(key, ""))
        day = moment.day(day_first=False) if moment and moment.order != "?" else None
        if day is not None:
            return day
    for found in _DATE.finditer(file_name):
        try:
            return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            continue
    for found in _NAMED_DATE.finditer(file_name):
        moment = parse_moment(found[1])
        if moment is not None and (day := moment.day(day_first=False)) is not None:
            return day
    return None


def dated(stays: list[Stay], first_day: date) -> list[Stay]:
    """Give clock times their day; a meeting over midnight goes on into the next one."""
    begin = _begin_of_circle([span for stay in stays if (span := clock_span(stay)) is not None])
    return [_on_day(stay, first_day, begin) for stay in stays]


def clock_span(stay: Stay) -> tuple[int, int] | None:
    """Return the seconds since midnight of arrival and departure, the latter beyond 24 h where it is next day."""
    if stay.join is None or stay.join.numbers is not None or stay.join.clock_seconds is None:
        return None
    start = stay.join.clock_seconds
    end = None if stay.leave is None or stay.leave.numbers is not None else stay.leave.clock_seconds
    if end is None:
        return start, start + (stay.seconds or 0)
    if end < start and (stay.seconds is None or abs(end + _DAY - start - stay.seconds) <= abs(end - start)):
        end += _DAY
    return start, max(start, end)


def with_day(moment: Moment | None, day: date) -> Moment | None:
    """Return a clock time on a day; what has a day of its own stays as it is."""
    if moment is None or moment.numbers is not None:
        return moment
    return replace(moment, numbers=(day.year, day.month, day.day), order="md")


def _begin_of_circle(spans: list[tuple[int, int]]) -> int:
    """Return the clock time at which a meeting begins: 0, unless it goes over midnight.

    Then it begins after the longest silence on the dial.
    """
    if not spans:
        return 0
    marks = sorted(spans)
    gaps: list[tuple[int, int]] = []  # length, and the clock time at which the silence ends
    reach = max(end for _, end in marks) - _DAY
    over_midnight = reach > 0
    midnight = marks[0][0] - reach
    for start, end in marks:
        if start > reach:
            gaps.append((start - reach, start))
        reach = max(reach, end)
    if not gaps:
        return 0
    _, begin = max(gaps)
    return begin if begin != marks[0][0] and (over_midnight or midnight <= _SHORT_NIGHT) else 0


def _on_day(stay: Stay, first_day: date, begin: int) -> Stay:
    if stay.join is None:
        return stay
    day = first_day
    if stay.join.numbers is None and (stay.join.clock_seconds or 0) < begin:
        day += timedelta(days=1)
    span = clock_span(stay)
    next_day = span is not None and span[1] >= _DAY and stay.leave is not None
    return replace(
        stay,
        join=with_day(stay.join, day),
        leave=with_day(stay.leave, day + timedelta(days=1) if next_day else day),
    )
