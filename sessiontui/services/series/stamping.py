"""Stamping: the dates of a series become sessions, some weeks ahead of the day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import WORKER
from sessiontui.domain.instants import to_ms
from sessiontui.domain.links import room_of
from sessiontui.domain.phrases import count
from sessiontui.domain.recurrence import AHEAD, MOST_DATES, Pattern, Slot, instant_of, is_finite
from sessiontui.domain.vocabulary import Control
from sessiontui.services.context import Context
from sessiontui.services.places.wishing import Wished
from sessiontui.services.series.dates import slots
from sessiontui.services.series.guests import guests_of, invite
from sessiontui.services.series.patterns import kept_pattern
from sessiontui.services.series.rooms import NO_ROOMS, rooms_as_can_be
from sessiontui.services.sessions import insert
from sessiontui.services.templates import using
from sessiontui.store.reads import series as kept
from sessiontui.store.recurring import whole_series

if TYPE_CHECKING:
    from sessiontui.store.tables import Series
    from sessiontui.store.tx import Tx

BATCH: Final = 200
"""Series looked at in one run of the job, each in a transaction of its own."""

_DAY: Final = timedelta(days=1)
_FAR: Final = timedelta(days=40 * 366)
"""A series without any date in so long a time has no further one."""


async def stamp(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Stamp what lies less than ninety days ahead, and return how many sessions that made."""
    made = 0
    # A day more than wanted, so that a series is not looked at every hour for the sake of an hour.
    for series_id in await kept.due(context.db.fetch, to_ms(at + AHEAD), limit=BATCH):
        rooms = await rooms_as_can_be(context, await whole_series(context.db.fetch, series_id))
        async with context.db.write(by=WORKER, at=at, epoch=epoch) as tx:
            series = await tx.series(series_id)
            new = await stamp_until(tx, series, at + AHEAD + _DAY, rooms=rooms)
            made += len(new)
            if new:
                sentence = f"stamped {count(len(new), 'session')} of {series.title}"
                await tx.audit("series.stamp", sentence, subject="series", subject_id=series_id)
    return made


async def stamp_until(
    tx: Tx, series: Series, until: datetime, *, everything: bool = False, rooms: Wished = NO_ROOMS
) -> list[int]:
    """Make sessions of the dates up to an instant, with their rooms, and note how far the series is stamped.

    ``everything`` stamps a finite series wholly, as an import does; at most ``MOST_DATES`` sessions.
    """
    pattern = pattern_of(series)
    since = series.stamped_until or first_instant(pattern) - _DAY
    until = max(until, since)
    wanted = slots(pattern, since=since, until=since + _FAR if everything else until)
    made = await stamp_slots(tx, series, wanted, rooms=rooms)
    after = max(until, wanted[-1].starts_at + timedelta(seconds=1)) if everything and wanted else until
    over = is_finite(series.rule) and not slots(pattern, since=after, until=after + _FAR, most=1)
    await tx.update("series", _id(series), stamped_until=None if over or len(wanted) >= MOST_DATES else after)
    return made


async def stamp_slots(
    tx: Tx,
    series: Series,
    wanted: Iterable[Slot],
    *,
    values: Mapping[str, object] | None = None,
    control: Control | None = None,
    rooms: Wished = NO_ROOMS,
) -> list[int]:
    """Make sessions of dates that have none, and return their ids; ``values`` are said of each of them besides.

    Each date that is not over wishes for a room of its own, if rooms are wished for.
    """
    there = await kept.slots(tx.fetch, _id(series))
    guests = await guests_of(tx, series)
    used = await using.used_by(tx, series)
    made_from = {} if used is None else {"template_id": used.template_id, "template_version": used.version}
    written = {**_said_of(series), **made_from, **(values or {})}
    made: list[int] = []
    for slot in wanted:
        name = slot.wall.isoformat()
        if name in there:
            continue
        session_id = await insert(
            tx,
            control=control or (Control.SCHEDULED if series.published else Control.DRAFT),
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            series_id=series.id,
            slot=name,
            **written,
        )
        await invite(tx, session_id, guests)
        if used is not None:
            await using.begin(tx, session_id, used)
        if slot.ends_at > tx.at:
            await rooms.wish(tx, session_id)
        made.append(session_id)
    return made


def pattern_of(series: Series) -> Pattern:
    """Return the dates of a stored series."""
    return kept_pattern(
        starts=series.starts,
        length_ms=series.length_ms,
        zone=series.zone,
        rule=series.rule,
        added=series.added,
        excluded=series.excluded,
    )


def first_instant(pattern: Pattern) -> datetime:
    """Return when the first date of a series is."""
    return min(instant_of(wall, pattern.zone) for wall in (pattern.starts, *pattern.added))


def _said_of(series: Series) -> dict[str, object]:
    """Return what a series says of each of its sessions."""
    return {
        "title": series.title,
        "description": series.description,
        "kind": series.kind,
        "priority": series.priority,
        "tags": series.tags,
        "link": series.link,
        "platform": series.platform,
        "fields": series.fields,
        "source": series.source,
        "meeting_id": room_of(series.link),
        "author_id": series.author_id,
        "mentor_id": series.mentor_id,
        "capacity": series.capacity,
        "created_at": series.created_at,
    }


def _id(series: Series) -> int:
    if series.id is None:
        raise AssertionError("a stored series has an id")
    return series.id
