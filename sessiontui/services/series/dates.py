"""The dates of a series: its rule expanded, with what was added and taken out, from one instant to another."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice, takewhile
from typing import Final

from sessiontui.domain.errors import BadInput
from sessiontui.domain.instants import EARLIEST, LATEST
from sessiontui.domain.recurrence import (
    MOST_DATES,
    Pattern,
    Slot,
    read_rule,
    slot_of,
    until_of,
    wall_of,
    write_rule,
)

MOST_LOOKED_AT: Final = 200_000
"""Dates that are stepped over before giving up: a rule by the second that began years ago has no use for sessions."""

_DAY: Final = timedelta(days=1)
_BARE: Final = 2  # letters of a day of the week without a number
_WEEKS_OF_MONTH: Final = 5
_WEEKS_OF_YEAR: Final = 53


def walls(pattern: Pattern) -> Iterator[datetime]:
    """Yield the wall-clock times of a series in order, each once, without those that were taken out.

    The first date counts, whether the rule would give it or not, unless it is taken out (RFC 5545, 3.8.5.3).
    """
    extra = iter(sorted({pattern.starts, *pattern.added} - pattern.excluded))
    waiting = next(extra, None)
    last: datetime | None = None
    for wall in by_rule(pattern):
        while waiting is not None and waiting < wall:
            if waiting != last:
                yield waiting
                last = waiting
            waiting = next(extra, None)
        if wall != last and wall not in pattern.excluded:
            yield wall
            last = wall
    while waiting is not None:
        if last is None or waiting > last:
            yield waiting
            last = waiting
        waiting = next(extra, None)


def slots(pattern: Pattern, *, since: datetime, until: datetime, most: int = MOST_DATES) -> list[Slot]:
    """Return the dates that begin in ``[since, until)``, at most ``most`` of them.

    ``BadInput`` where so many dates lie before that the rule cannot be one of sessions.
    """
    # A day more on both sides, since a zone may skip or repeat as much as that.
    first, last = wall_of(since, pattern.zone) - _DAY, wall_of(until, pattern.zone) + _DAY
    found: list[Slot] = []
    for number, wall in enumerate(walls(pattern)):
        if wall > last or len(found) == most:
            break
        if number >= MOST_LOOKED_AT:
            raise BadInput("the rule has too many dates", hint="let it begin later, or happen less often")
        if wall < first:
            continue
        slot = slot_of(pattern, wall)
        if since <= slot.starts_at < until:
            found.append(slot)
    return found


def nearest(
    pattern: Pattern, *, now: datetime, until: datetime | None, most: int = MOST_DATES
) -> tuple[list[Slot], int, int]:
    """Return the dates up to ``until``, or all of them, and how many were left out before and after those.

    Of more than ``most`` those stay that are nearest to now, as many before as after where there are so many. Dates
    outside the calendar are left out.
    """
    last = None if until is None else wall_of(until, pattern.zone)
    found: list[datetime] = []
    beyond = 0
    for number, wall in enumerate(walls(pattern)):
        if (last is not None and wall >= last) or wall.year > LATEST:
            beyond = int(wall.year > LATEST)
            break
        if number >= MOST_LOOKED_AT:
            raise BadInput("the rule has too many dates", hint="let it begin later, or happen less often")
        if wall.year >= EARLIEST:
            found.append(wall)
    gone = bisect_left(found, wall_of(now, pattern.zone))
    first = max(0, min(gone - most // 2, len(found) - most))
    kept = found[first : first + most]
    return [slot_of(pattern, wall) for wall in kept], first, len(found) - first - len(kept) + beyond


def dates_until(pattern: Pattern, last: datetime) -> list[datetime]:
    """Return every wall-clock time of a series up to ``last``, inclusive."""
    return list(takewhile(lambda wall: wall <= last, islice(walls(pattern), MOST_LOOKED_AT)))


def dates_before(pattern: Pattern, wall: datetime) -> int:
    """Return how many dates the rule alone, without additions, gives before one of them."""
    return sum(1 for _ in takewhile(lambda each: each < wall, islice(by_rule(pattern), MOST_LOOKED_AT)))


def by_rule(pattern: Pattern) -> Iterator[datetime]:
    """Yield what the rule of a series alone gives, in order: neither its first date nor what was added besides."""
    if not pattern.rule:
        return
    parts = read_rule(pattern.rule)
    # The end is compared here, in wall-clock time, whatever form the rule gives it in.
    until = until_of(parts, pattern.zone)
    parts.pop("UNTIL", None)
    dates: Iterator[datetime] = iter(())
    if parts["FREQ"] == "WEEKLY" and "BYSETPOS" in parts:
        # Positions count from the start of the week, also in the week of the first date.
        count = parts.pop("COUNT", None)
        week = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"].index(parts.get("WKST", "MO"))
        monday = pattern.starts - timedelta(days=(pattern.starts.weekday() - week) % 7)
        dates = (wall for wall in _expanded(parts, monday) if wall >= pattern.starts)
        dates = dates if count is None else islice(dates, int(count))
    else:
        dates = iter(_expanded(parts, pattern.starts))
    for wall in dates:
        if until is not None and wall > until:
            return
        yield wall


def _expanded(parts: dict[str, str], starts: datetime) -> Iterable[datetime]:
    from dateutil.rrule import rrulestr

    known = {name: value for name, value in parts.items() if not name.startswith("X-")}
    if "BYDAY" in known:
        known["BYDAY"] = _numbered(known)
    try:
        return rrulestr(write_rule(known), dtstart=starts)
    except ValueError as error:
        raise BadInput(f"the rule cannot be read: {error}") from None


def _numbered(parts: dict[str, str]) -> str:
    """Return the days of a rule, all of them numbered where some are.

    ``3MO,WE`` is the third Monday and each Wednesday; the library would look for days that are both.
    """
    days = [day.strip() for day in parts["BYDAY"].split(",")]
    if all(len(day) > _BARE for day in days) or all(len(day) == _BARE for day in days):
        return parts["BYDAY"]
    most = _WEEKS_OF_YEAR if parts["FREQ"] == "YEARLY" and "BYMONTH" not in parts else _WEEKS_OF_MONTH
    return ",".join(
        numbered
        for day in days
        for numbered in ([day] if len(day) > _BARE else [f"{place}{day}" for place in range(1, most + 1)])
    )
