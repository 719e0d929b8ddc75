"""A time zone as a calendar describes it: its offset at the beginning, and every change of it up to the end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

UTC_KEYS: Final = frozenset({"UTC", "Etc/UTC", "Etc/UCT", "UCT", "Zulu", "Etc/Zulu", "Etc/Universal", "Universal"})
"""The names of zones whose times are written in UTC, without a description."""

_DAY: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)
_FIRST: Final = datetime(1, 1, 3, tzinfo=UTC)
_LAST: Final = datetime(9999, 12, 29, tzinfo=UTC)


@lru_cache(maxsize=64)
def description(key: str, first_year: int, last_year: int) -> str:
    """Return the VTIMEZONE of an IANA zone, right from the beginning of one year to the end of another.

    The library's own sets the clocks forward an hour late: it gives the onset by the clock after the change, where
    the standard wants the one before.
    """
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard  # slow to import: only for calendars
    from icalendar.prop import vDatetime

    zone = ZoneInfo(key)
    since = max(_FIRST, datetime(max(first_year - 1, 1), 12, 30, tzinfo=UTC))
    until = min(_LAST, datetime(min(last_year + 1, 9999), 1, 2, tzinfo=UTC)) if last_year < _LAST.year else _LAST
    first = since.astimezone(zone)
    offset, name, is_summer = _kind(first)
    onsets: dict[tuple[timedelta, timedelta, str, bool], list[datetime]] = {
        (offset, offset, name, is_summer): [first.replace(tzinfo=None)]
    }
    for change in _changes(zone, since, until):
        before = offset
        offset, name, is_summer = _kind(change.astimezone(zone))
        local = (change + before).replace(tzinfo=None)
        onsets.setdefault((before, offset, name, is_summer), []).append(local)
    described = Timezone()
    described.add("tzid", key)
    for (before, after, called, summer), dates in onsets.items():
        part = TimezoneDaylight() if summer else TimezoneStandard()
        part.add("dtstart", dates[0])
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        part.add("tzname", called)
        for date in dates[1:]:
            part.add("rdate", vDatetime(date))
        described.add_component(part)
    return str(described.to_ical(), "utf-8")


def _kind(local: datetime) -> tuple[timedelta, str, bool]:
    """Return the offset from UTC, its name, and whether it is that of summer."""
    return local.utcoffset() or timedelta(), local.tzname() or "", bool(local.dst())


def _changes(zone: ZoneInfo, since: datetime, until: datetime) -> Iterator[datetime]:
    """Yield the instants, in UTC and to the second, from which another offset or name holds."""
    at, held = since, _kind(since.astimezone(zone))
    while at < until:
        then = at + _DAY
        kind = _kind(then.astimezone(zone))
        if kind != held:
            low, high = at, then
            while high - low > _SECOND:
                middle = low + timedelta(seconds=(high - low) // _SECOND // 2)
                low, high = (middle, high) if _kind(middle.astimezone(zone)) == held else (low, middle)
            yield high
            held = _kind(high.astimezone(zone))
            at = high
            continue
        at = then
