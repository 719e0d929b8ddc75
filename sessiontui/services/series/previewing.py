"""Previews: what a change of a series would come to, counted by the plan that the change itself carries out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action, Actor, require
from sessiontui.domain.errors import NotFound
from sessiontui.domain.recurrence import skipped_months, told
from sessiontui.domain.series import Scope
from sessiontui.services.series.dates import slots
from sessiontui.services.series.intents import editing, ending, taking_out
from sessiontui.services.series.making import checked_pattern, standing
from sessiontui.services.series.parting import before_and_after
from sessiontui.services.series.planning import Change, Plan, planned, summed
from sessiontui.services.series.stamping import pattern_of
from sessiontui.store.reads import series as kept
from sessiontui.store.recurring import whole_series

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.services.series.intents import SeriesEdit
    from sessiontui.store.histories import Fetch
    from sessiontui.store.tables import Series

SHOWN: Final = 4
"""Dates of which a preview says from when to when they move."""

_YEAR: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What a change of a series would come to: numbers of dates, the first that move, and how many people it touches.

    ``before`` and ``after`` are the series in words. ``apart`` were changed by hand and stay, ``fixed`` have begun or
    are over. ``gone`` are taken out, as nobody has asked for them; ``off`` are called off. ``people`` counts those
    approved for the dates that move, change or are called off, and those who asked.
    """

    title: str
    before: str
    after: str
    sentence: str
    moved: int
    changed: int
    added: int
    apart: int
    fixed: int
    gone: int
    off: int
    people: int
    dates: tuple[tuple[datetime, datetime], ...] = ()
    skipped: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDates:
    """What a series that is still being typed would be: in words, its first dates, the months without one."""

    words: str
    dates: tuple[datetime, ...]
    skipped: tuple[tuple[int, int], ...]


async def preview_edit(
    context: Context, session_id: int, changes: SeriesEdit, *, scope: Scope, by: Actor, at: datetime
) -> Outlook:
    """Return what an edit of a series made on one of its dates would come to; raises what the edit would raise."""

    async def reading(fetch: Fetch) -> Outlook:
        series, wall = await _series_of(fetch, session_id, by)
        old = pattern_of(series)
        since = wall if scope is Scope.FOLLOWING and wall > old.starts else None
        old = old if since is None else before_and_after(old, wall)[1]
        return await _outlook(context, fetch, series, editing(old, wall, changes), at=at, since=since)

    return await context.db.look(reading)


async def preview_end(context: Context, session_id: int, *, scope: Scope, by: Actor, at: datetime) -> Outlook:
    """Return what ending a series before one of its dates, or wholly, would come to."""

    async def reading(fetch: Fetch) -> Outlook:
        series, wall = await _series_of(fetch, session_id, by)
        change = await ending(fetch, series, wall, scope=scope, at=at, rules=context.rules)
        return await _outlook(context, fetch, series, change, at=at)

    return await context.db.look(reading)


async def preview_take_out(context: Context, session_id: int, *, by: Actor, at: datetime) -> Outlook:
    """Return what taking one date out of its series would come to."""

    async def reading(fetch: Fetch) -> Outlook:
        series, wall = await _series_of(fetch, session_id, by)
        return await _outlook(context, fetch, series, taking_out(series, wall), at=at)

    return await context.db.look(reading)


def preview_dates(
    *, starts: datetime, length: timedelta, zone: str, rule: str, at: datetime, most: int = SHOWN
) -> NewDates:
    """Return the dates of a series that is not made yet; ``BadInput`` names the field that is wrong."""
    pattern = checked_pattern(starts=starts, length=length, zone=zone, rule=rule)
    first = starts.replace(tzinfo=pattern.zone)
    found = slots(pattern, since=first, until=first + 10 * _YEAR, most=most)
    return NewDates(
        words=told(pattern),
        dates=tuple(one.starts_at for one in found),
        skipped=tuple(skipped_months(pattern, at.date(), (at + _YEAR).date())),
    )


async def _series_of(fetch: Fetch, session_id: int, by: Actor) -> tuple[Series, datetime]:
    found = await kept.of_session(fetch, session_id)
    if found is None:
        raise NotFound(f"session #{session_id} belongs to no series")
    series = await whole_series(fetch, found[0])
    require(by, Action.MANAGE_TEMPLATES, standing(series, by))
    return series, datetime.fromisoformat(found[1])


async def _outlook(
    context: Context, fetch: Fetch, series: Series, change: Change, *, at: datetime, since: datetime | None = None
) -> Outlook:
    plan = await planned(fetch, series, change, at=at, rules=context.rules, since=since)
    title = change.written.get("title", series.title)
    moved = sorted(((one.starts_at, slot.starts_at) for one, slot in plan.dates.moved))
    return Outlook(
        title=str(title),
        before=told(change.old),
        after=told(change.new),
        sentence=summed(plan),
        moved=len(plan.dates.moved),
        changed=len(plan.changed),
        added=len(plan.added),
        apart=len(plan.dates.apart),
        fixed=len(plan.fixed),
        gone=len(plan.gone),
        off=len(plan.off),
        people=_people(plan),
        dates=tuple(moved[:SHOWN]),
        skipped=tuple(skipped_months(change.new, at.date(), (at + _YEAR).date())),
    )


def _people(plan: Plan) -> int:
    """Return how many approved and asking people the dates have that move, change or are called off."""
    ids = {*plan.changed, *(one.session_id for one, _ in plan.dates.moved), *(one.session_id for one in plan.off)}
    return sum(plan.facts[session_id].approved + plan.facts[session_id].pending for session_id in ids)
