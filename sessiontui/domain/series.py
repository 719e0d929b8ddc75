"""Series: how a change of the pattern reaches the dates that are stamped already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from sessiontui.domain.records import record
from sessiontui.domain.recurrence import Pattern, Slot, read_rule, slot_of


class Scope(StrEnum):
    """Which dates of a series a change is for."""

    ONE = "one"
    FOLLOWING = "following"
    ALL = "all"


@record(kw_only=True)
class Stamped:
    """A session that was stamped from a series: its name in it, its window now, and whether it may still move.

    ``fixed`` are those that have begun, are over or called off: history stays what it was.
    """

    session_id: int
    wall: datetime
    starts_at: datetime
    ends_at: datetime
    fixed: bool


@record(kw_only=True)
class Reconciled:
    """What a new pattern means for the sessions there are.

    ``renamed`` keep their window and are called by the date they now stand for; ``moved`` take the window of that
    date. ``dropped`` have no date any more. ``apart`` were changed on their own and keep what they have.
    """

    moved: tuple[tuple[Stamped, Slot], ...] = ()
    renamed: tuple[tuple[Stamped, datetime], ...] = ()
    dropped: tuple[Stamped, ...] = ()
    apart: tuple[Stamped, ...] = ()


def same_rhythm(old: str, new: str) -> bool:
    """Return whether two rules have as many dates in each of their periods, so that each old date has a new one.

    >>> same_rhythm("FREQ=WEEKLY;BYDAY=TU", "FREQ=WEEKLY;BYDAY=TH"), same_rhythm("FREQ=WEEKLY", "FREQ=DAILY")
    (True, False)
    """
    return _rhythm(old) == _rhythm(new)


def paired(old: Sequence[datetime], new: Sequence[datetime], *, rhythm: bool) -> Mapping[datetime, datetime]:
    """Return for each old date the new one that it becomes: the same in its order, else the one on the same day.

    Both are all dates of a pattern in order, those that were taken out included.
    """
    if rhythm:
        return dict(zip(old, new, strict=False))
    by_day = {wall.date(): wall for wall in reversed(new)}
    return {wall: by_day[wall.date()] for wall in old if wall.date() in by_day}


def reconcile(
    stamped: Sequence[Stamped], old: Pattern, new: Pattern, pairs: Mapping[datetime, datetime]
) -> Reconciled:
    """Say what becomes of each session when ``old`` gives way to ``new``; what is taken out of ``new`` is dropped."""
    moved: list[tuple[Stamped, Slot]] = []
    renamed: list[tuple[Stamped, datetime]] = []
    dropped: list[Stamped] = []
    apart: list[Stamped] = []
    for one in stamped:
        if one.fixed:
            continue
        wall = pairs.get(one.wall)
        if wall is None or wall in new.excluded:
            dropped.append(one)
            continue
        was, will = slot_of(old, one.wall), slot_of(new, wall)
        if (one.starts_at, one.ends_at) != (was.starts_at, was.ends_at):
            apart.append(one)
        elif (one.starts_at, one.ends_at) != (will.starts_at, will.ends_at):
            moved.append((one, will))
            continue
        if wall != one.wall:
            renamed.append((one, wall))
    return Reconciled(moved=tuple(moved), renamed=tuple(renamed), dropped=tuple(dropped), apart=tuple(apart))


def _rhythm(rule: str) -> tuple[tuple[str, str | int], ...]:
    parts = read_rule(rule) if rule else {}
    kept = {name: value for name, value in parts.items() if name not in ("COUNT", "UNTIL", "WKST")}
    # A rule that names no day means the one of its first date.
    days = kept.pop("BYDAY", "").count(",") + kept.pop("BYMONTHDAY", "").count(",")
    return (*sorted(kept.items()), ("days", days))
