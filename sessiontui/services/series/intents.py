"""What somebody wants of a series, as a change of its dates and of what is written on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sessiontui.domain.errors import Refused
from sessiontui.domain.recurrence import Pattern
from sessiontui.domain.series import Scope
from sessiontui.domain.vocabulary import Kind, Priority
from sessiontui.services.series.making import checked_pattern
from sessiontui.services.series.parting import shifted_rule
from sessiontui.services.series.planning import Change, ended, planned
from sessiontui.services.series.stamping import pattern_of
from sessiontui.services.sessions import SessionEdit, checked

if TYPE_CHECKING:
    from sessiontui.domain.rules import Rules
    from sessiontui.store.histories import Fetch
    from sessiontui.store.tables import Series


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesEdit:
    """What is to change; ``None`` leaves a thing as it is.

    ``starts`` is the wall-clock time of the date that the change is made on, ``mentor_id`` 0 means nobody.
    """

    title: str | None = None
    kind: Kind | None = None
    description: str | None = None
    link: str | None = None
    tags: tuple[str, ...] | None = None
    priority: Priority | None = None
    capacity: int | None = None
    mentor_id: int | None = None
    starts: datetime | None = None
    length: timedelta | None = None
    zone: str | None = None
    rule: str | None = None


def editing(old: Pattern, wall: datetime, changes: SeriesEdit) -> Change:
    """Return an edit made on one date of a pattern; ``BadInput`` names what is wrong with it."""
    written = checked(
        SessionEdit(
            title=changes.title, kind=changes.kind, capacity=changes.capacity, priority=changes.priority,
            tags=changes.tags, description=changes.description, link=changes.link,
        )
    )  # fmt: skip
    shift = changes.starts - wall if changes.starts is not None else timedelta()
    new = checked_pattern(
        starts=old.starts + shift,
        length=changes.length or old.length,
        zone=changes.zone or old.zone.key,
        rule=changes.rule if changes.rule is not None else shifted_rule(old.rule, old.starts, shift),
        added=tuple(one + shift for one in old.added),
        excluded=frozenset(one + shift for one in old.excluded),
    )
    return Change(old=old, new=new, written=written, mentor_id=changes.mentor_id)


async def ending(fetch: Fetch, series: Series, wall: datetime, *, scope: Scope, at: datetime, rules: Rules) -> Change:
    """Return the end of a series before one of its dates, or before the first that has not begun yet."""
    old = pattern_of(series)
    if scope is Scope.ALL:
        empty = Change(old=old, new=ended(old, old.starts))
        left = (await planned(fetch, series, empty, at=at, rules=rules)).dates.dropped
        if not left:
            raise Refused("every date of the series has begun or is over", title="Cannot end the series")
        return Change(old=old, new=ended(old, min(one.wall for one in left)))
    if wall <= old.starts:
        raise Refused("that is the first date of the series", hint="cancel its sessions instead")
    return Change(old=old, new=ended(old, wall))


def taking_out(series: Series, wall: datetime) -> Change:
    """Return one date taken out of a series."""
    old = pattern_of(series)
    return Change(old=old, new=replace(old, excluded=old.excluded | {wall}))
