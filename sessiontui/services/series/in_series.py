"""Where a session stands in its series: how often it comes, which date of how many it is, and what comes next."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.recurrence import Pattern, read_rule, slot_of, told
from sessiontui.services.series.patterns import kept_pattern
from sessiontui.store.reads import series as kept

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.services.lines import SessionLine
    from sessiontui.store.histories import Fetch
    from sessiontui.store.reads.series import SeriesRow

NEXT: Final = 3
"""Dates to come that are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesPlace:
    """The series of one session: ``words`` say when it is, the session is date ``number`` of ``of``.

    ``of`` is zero where the series goes on without an end, or its end is not known yet. ``wall`` is the date that the
    session stands for, ``apart`` that it was moved from there by itself. ``next_dates`` come after now.
    """

    series_id: int
    title: str
    words: str
    zone: str
    rule: str
    wall: datetime
    number: int
    of: int
    first: bool
    apart: bool
    next_dates: tuple[datetime, ...]


async def of_line(context: Context, line: SessionLine, *, now: datetime) -> SeriesPlace | None:
    """Return where a session stands in its series, or ``None`` where it has none."""
    return await place_of(context.db.fetch, line.id, starts_at=line.starts_at, ends_at=line.ends_at, now=now)


async def place_of(
    fetch: Fetch, session_id: int, *, starts_at: datetime, ends_at: datetime, now: datetime
) -> SeriesPlace | None:
    """Return where a session with this window stands in its series, or ``None`` where it has none."""
    found = await kept.of_session(fetch, session_id)
    if found is None:
        return None
    series_id, slot = found
    row = await kept.one(fetch, series_id, now=to_ms(now))
    if row is None:
        return None
    pattern = pattern_of_row(row)
    wall = datetime.fromisoformat(slot)
    due = slot_of(pattern, wall)
    coming = await kept.sessions(fetch, series_id, since=to_ms(now) + 1, limit=NEXT + 1)
    starts = [from_ms(one.starts_at) for one in coming if one.id != session_id and one.control != "cancelled"]
    return SeriesPlace(
        series_id=series_id,
        title=row.title,
        words=told(pattern),
        zone=row.zone,
        rule=row.rule,
        wall=wall,
        number=sum(name <= slot for name in await kept.slots(fetch, series_id)),
        of=_number_of(row, pattern),
        first=wall <= pattern.starts,
        apart=(due.starts_at, due.ends_at) != (starts_at, ends_at),
        next_dates=tuple(sorted(starts)[:NEXT]),
    )


def pattern_of_row(row: SeriesRow) -> Pattern:
    """Return the dates of a series as a list keeps it."""
    return kept_pattern(
        starts=row.starts,
        length_ms=row.length_ms,
        zone=row.zone,
        rule=row.rule,
        added=json.loads(row.added),
        excluded=json.loads(row.excluded),
    )


def _number_of(row: SeriesRow, pattern: Pattern) -> int:
    """Return how many dates a series has, where that is known without looking at every one of them."""
    if row.stamped_until is None:
        return row.sessions
    parts = read_rule(row.rule) if row.rule else {}
    return int(parts["COUNT"]) - len(pattern.excluded) + len(pattern.added) if "COUNT" in parts else 0
