"""A series as events of a calendar: one for all its dates, and one for each date that is not as the others are.

The dates that the calendar shall have are those that are sessions: others of the rule are taken out.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import islice, takewhile
from typing import Final, TypeAlias

from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.recurrence import Pattern, instant_of, read_rule, until_of, wall_of, write_rule
from sessiontui.domain.vocabulary import Control
from sessiontui.services.calendars.events import Repeats
from sessiontui.services.series.dates import MOST_LOOKED_AT, walls
from sessiontui.services.series.parting import before_and_after
from sessiontui.services.series.patterns import kept_pattern
from sessiontui.store.reads.calendars import EventRow, SeriesRow

Guests: TypeAlias = tuple[tuple[int, str], ...]
"""Who asked for a date, and the states of their requests."""

MOST_EXCLUDED: Final = 1_000
"""Dates that are taken out of one event at most; a series with more gaps is told date by date."""

_ONCE: Final = "FREQ=DAILY;COUNT=1"
"""The rule of a series of one date, which would be no series without any."""

_SAME: Final = (
    "title", "description", "kind", "priority", "tags", "location", "link", "author_id", "mentor_id", "capacity",
)  # fmt: skip


def repeats_of(series: SeriesRow, slots: Collection[str]) -> Repeats | None:
    """Return how an event repeats that has just those dates of a series that are sessions, as far as it is stamped.

    ``None`` where that cannot be said in one event.
    """
    pattern = kept_pattern(
        starts=series.starts,
        length_ms=series.length_ms,
        zone=series.zone,
        rule=series.rule,
        added=json.loads(series.added),
        excluded=json.loads(series.excluded),
    )
    there = {datetime.fromisoformat(slot) for slot in slots}
    if not there:
        return None
    limit = max(there)
    if series.stamped_until is not None:
        limit = max(limit, wall_of(from_ms(series.stamped_until), pattern.zone))
    first = min(there)
    if pattern.starts < first and any(wall < first for wall in islice(walls(pattern), 1)):
        if first not in set(takewhile(lambda wall: wall <= first, islice(walls(pattern), MOST_LOOKED_AT))):
            return None
        pattern = before_and_after(pattern, first)[1]
    dates = list(takewhile(lambda wall: wall <= limit, islice(walls(pattern), MOST_LOOKED_AT)))
    missing = set(dates) - there
    if len(missing) > MOST_EXCLUDED or len(dates) == MOST_LOOKED_AT:
        return None
    added = {*pattern.added, *(there - set(dates))} - missing - {pattern.starts}
    excluded = {*pattern.excluded, *missing} - there
    return Repeats(
        starts=pattern.starts,
        zone=pattern.zone,
        rule=_in_utc(pattern) if pattern.rule or added else _ONCE,
        added=tuple(sorted(added)),
        excluded=tuple(sorted(excluded)),
    )


def event_for_all(series: SeriesRow, repeats: Repeats) -> EventRow:
    """Return what is the same of all dates of a series, in the form of a session."""
    starts_at = instant_of(repeats.starts, repeats.zone)
    cancelled = series.cancelled and series.stamped_until is None
    return EventRow(
        id=series.id,
        source=series.source,
        external_id=series.external_id,
        title=series.title,
        description=series.description,
        kind=series.kind,
        priority=series.priority,
        tags=series.tags,
        location=series.location,
        link=series.link,
        control=Control.CANCELLED if cancelled else Control.SCHEDULED if series.published else Control.DRAFT,
        starts_at=to_ms(starts_at),
        ends_at=to_ms(starts_at) + series.length_ms,
        author_id=series.author_id,
        mentor_id=series.mentor_id,
        capacity=series.capacity,
        created_at=series.created_at,
        zone=series.zone,
        stated=series.stated,
        stated_modified=series.stated_modified,
        stated_series="",
        changes=max(0, series.version - series.revised),
        changed_at=series.changed_at,
        told_at=None,
        series_id=series.id,
        series_source=series.source,
        series_external_id=series.external_id,
        series_created_at=series.created_at,
        series_stated=series.stated,
    )


def common_guests(dates: Sequence[EventRow], guests: Mapping[int, Guests]) -> Guests:
    """Return the guests that most dates have: those are invited to all."""
    counted = Counter(guests.get(row.id, ()) for row in dates)
    return counted.most_common(1)[0][0] if counted else ()


def differs(row: EventRow, whole: EventRow, repeats: Repeats) -> bool:
    """Return whether a date is told of by an event of its own: it is not as all are, or it was changed before."""
    starts_at = to_ms(instant_of(datetime.fromisoformat(row.slot), repeats.zone))
    window = (starts_at, starts_at + whole.ends_at - whole.starts_at)
    return (
        any(getattr(row, name) != getattr(whole, name) for name in _SAME)
        or (row.starts_at, row.ends_at) != window
        or _standing(row) != _standing(whole)
        or bool((row.stated or 0) + row.changes)
    )


def _standing(row: EventRow) -> str:
    return row.control if row.control in (Control.CANCELLED, Control.DRAFT) else Control.SCHEDULED


def _in_utc(pattern: Pattern) -> str:
    """Return the rule, its end as an instant: so the standard wants it where the dates have a zone."""
    if not pattern.rule:
        return ""
    parts = read_rule(pattern.rule)
    until = until_of(parts, pattern.zone)
    if until is not None:
        parts["UNTIL"] = f"{instant_of(until, pattern.zone):%Y%m%dT%H%M%SZ}"
    return write_rule(parts)
