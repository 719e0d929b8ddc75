"""Series as they are shown: in words, with their next dates and the months without one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action, Actor, require
from sessiontui.domain.errors import BadInput, NotFound
from sessiontui.domain.instants import from_ms, maybe_instant, to_ms
from sessiontui.domain.recurrence import Pattern, skipped_months, told
from sessiontui.domain.vocabulary import Kind, Status
from sessiontui.services.context import Context
from sessiontui.services.series.patterns import kept_pattern
from sessiontui.store.reads import series as kept

if TYPE_CHECKING:
    from sessiontui.store.reads.series import SeriesRow

LIMIT: Final = 1_000
_YEAR: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesLine:
    """One series as a row of a list. ``words`` say when it is; ``next_at`` is its next date, if there is one."""

    id: int
    title: str
    kind: Kind
    words: str
    zone: str
    rule: str
    mentor: str
    capacity: int
    sessions: int
    ended: int
    next_at: datetime | None
    stamped_until: datetime | None
    source: str
    external_id: str
    parted_from: int | None
    template: str = ""
    template_version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DateLine:
    """One date of a series: the session that stands for it, its window and its status."""

    session_id: int
    wall: datetime
    starts_at: datetime
    ends_at: datetime
    status: Status
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesDetail:
    """One series whole: its dates from now on, those taken out, and the months that have no such day."""

    line: SeriesLine
    taken_at: datetime
    dates: tuple[DateLine, ...]
    excluded: tuple[datetime, ...]
    skipped: tuple[tuple[int, int], ...]


async def listing(context: Context, *, now: datetime, by: Actor, limit: int = LIMIT) -> tuple[SeriesLine, ...]:
    """Return series, the one with the nearest date first."""
    require(by, Action.SEE_SESSIONS)
    return tuple(_line(row) for row in await kept.everyone(context.db.fetch, now=to_ms(now), limit=limit))


async def detail(context: Context, series_id: int, *, now: datetime, by: Actor, limit: int = LIMIT) -> SeriesDetail:
    """Return one series with its dates from now on; ``NotFound`` where there is none."""
    require(by, Action.SEE_SESSIONS)
    row = await kept.one(context.db.fetch, series_id, now=to_ms(now))
    if row is None:
        raise NotFound(f"there is no series #{series_id}", hint="'sessiontui series list' shows them")
    pattern = _pattern(row)
    rows = await kept.sessions(context.db.fetch, series_id, since=to_ms(now), limit=limit)
    return SeriesDetail(
        line=_line(row),
        taken_at=now,
        dates=tuple(
            DateLine(
                session_id=one.id,
                wall=datetime.fromisoformat(one.slot),
                starts_at=from_ms(one.starts_at),
                ends_at=from_ms(one.ends_at),
                status=Status(one.status),
                title=one.title,
            )
            for one in rows
        ),
        excluded=tuple(sorted(pattern.excluded)),
        skipped=tuple(skipped_months(pattern, now.date(), (now + _YEAR).date())),
    )


async def find(context: Context, text: str) -> int:
    """Return the series that ``12``, ``#12`` or ``source:id`` means."""
    bare = text.strip().removeprefix("#")
    if bare.isascii() and bare.isdigit():
        if len(bare) < 16 and await kept.one(context.db.fetch, int(bare), now=0) is not None:
            return int(bare)
        raise NotFound(f"there is no series #{bare}", hint="'sessiontui series list' shows them")
    source, colon, outside = bare.partition(":")
    if not colon:
        raise BadInput(f"{text[:60]!r} is no number of a series", hint="'sessiontui series list' shows them")
    found = await kept.by_outside_id(context.db.fetch, source, outside)
    if found is None:
        raise NotFound(f"there is no series {text[:60]!r}")
    return found


def _pattern(row: SeriesRow) -> Pattern:
    return kept_pattern(
        starts=row.starts,
        length_ms=row.length_ms,
        zone=row.zone,
        rule=row.rule,
        added=json.loads(row.added),
        excluded=json.loads(row.excluded),
    )


def _line(row: SeriesRow) -> SeriesLine:
    return SeriesLine(
        id=row.id,
        title=row.title,
        kind=Kind(row.kind),
        words=told(_pattern(row)),
        zone=row.zone,
        rule=row.rule,
        mentor=row.mentor,
        capacity=row.capacity,
        sessions=row.sessions,
        ended=row.ended,
        next_at=maybe_instant(row.next_at),
        stamped_until=maybe_instant(row.stamped_until),
        source=row.source,
        external_id=row.external_id,
        parted_from=row.parted_from,
        template=row.template,
        template_version=row.template_version,
    )
