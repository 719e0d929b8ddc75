"""What a change of a series comes to, date by date: worked out before anything is written.

The services that change a series carry out such a plan, and a preview counts it: both say the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.history import facts_at
from sessiontui.domain.instants import from_ms
from sessiontui.domain.lifecycle import why_not
from sessiontui.domain.phrases import count
from sessiontui.domain.recurrence import AHEAD, Pattern, Slot, until_before
from sessiontui.domain.series import Reconciled, Stamped, paired, reconcile, same_rhythm
from sessiontui.domain.vocabulary import Move
from sessiontui.services.series.dates import dates_until, slots
from sessiontui.services.series.stamping import first_instant
from sessiontui.store.histories import load
from sessiontui.store.reads import series as kept

if TYPE_CHECKING:
    from sessiontui.domain.lifecycle import Facts
    from sessiontui.domain.rules import Rules
    from sessiontui.store.histories import Fetch
    from sessiontui.store.reads.series import StampedRow
    from sessiontui.store.tables import Series

_LATE: Final = timedelta(days=400)
"""How far beyond the last stamped date old and new dates are paired."""

_WRITTEN: Final = ("title", "description", "link", "tags", "priority")

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of a series: its dates before and after, what is written on it anew, its mentor (0 for nobody)."""

    old: Pattern
    new: Pattern
    written: Mapping[str, object] = field(default_factory=dict)
    mentor_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What becomes of each session of a series.

    ``values`` are written on sessions that still say what the series said, ``seats`` and ``mentors`` are those whose
    capacity or mentor follows it. ``gone`` are forgotten, as nobody has anything to do with them; ``off`` are called
    off. ``fixed`` have begun or are over. ``facts`` are those of every session.
    """

    dates: Reconciled = field(default_factory=Reconciled)
    values: Mapping[int, Mapping[str, object]] = field(default_factory=dict)
    seats: frozenset[int] = frozenset()
    mentors: frozenset[int] = frozenset()
    gone: tuple[Stamped, ...] = ()
    off: tuple[Stamped, ...] = ()
    added: tuple[Slot, ...] = ()
    fixed: tuple[int, ...] = ()
    facts: Mapping[int, Facts] = field(default_factory=dict)

    @property
    def changed(self) -> frozenset[int]:
        """The sessions of which something else than the time changes."""
        moved = {one.session_id for one, _ in self.dates.moved}
        return frozenset((self.values.keys() | self.seats | self.mentors) - moved)


async def planned(
    fetch: Fetch, series: Series, change: Change, *, at: datetime, rules: Rules, since: datetime | None = None
) -> Plan:
    """Return what a change comes to; ``since`` leaves out the sessions of earlier dates, from which it is parted."""
    if series.id is None:
        raise AssertionError("a stored series has an id")
    rows = [
        row
        for row in await kept.sessions(fetch, series.id)
        if since is None or datetime.fromisoformat(row.slot) >= since
    ]
    histories = await load(fetch, [row.id for row in rows])
    facts = {row.id: facts_at(histories[row.id], at, rules=rules) for row in rows}
    stamped = [stamped_of(row, facts[row.id], at, rules) for row in rows]
    old, new = change.old, change.new
    dates = reconcile(stamped, old, new, pairs_of(stamped, old, new)) if new != old else Reconciled()
    dropped = {one.session_id for one in dates.dropped}
    free = [row for row, one in zip(rows, stamped, strict=True) if not one.fixed and row.id not in dropped]
    gone = [one for one in dates.dropped if not await kept.has_people(fetch, one.session_id)]
    capacity, mentor_id = change.written.get("capacity"), change.mentor_id
    plan = Plan(
        dates=dates,
        values={row.id: values for row in free if (values := _values(row, series, change.written))},
        seats=frozenset(
            row.id for row in free if capacity is not None and row.capacity == series.capacity != capacity
        ),
        mentors=frozenset(
            row.id
            for row in free
            if mentor_id is not None and row.mentor_id == series.mentor_id != (mentor_id or None)
        ),
        gone=tuple(gone),
        off=tuple(one for one in dates.dropped if one not in gone),
        fixed=tuple(one.session_id for one in stamped if one.fixed),
        facts=facts,
    )
    return replace(plan, added=_added(series, rows, plan, new, at=at) if new != old else ())


def ended(old: Pattern, wall: datetime) -> Pattern:
    """Return a pattern that ends before one of its dates; before its first, none is left."""
    return replace(
        old,
        rule=until_before(old.rule, wall, old.zone) if old.rule else "",
        added=tuple(one for one in old.added if one < wall),
        excluded=old.excluded | {old.starts} if wall <= old.starts else old.excluded,
    )


def summed(plan: Plan) -> str:
    """Return in words how many dates are moved, changed, added, taken out, called off and left alone."""
    parts = [
        (len(plan.dates.moved), "moved"),
        (len(plan.changed), "changed"),
        (len(plan.added), "added"),
        (len(plan.gone), "taken out"),
        (len(plan.off), "called off"),
        (len(plan.dates.apart), "left alone, as it was moved by itself"),
    ]
    return ", ".join(f"{count(number, 'date')} {word}" for number, word in parts if number) or "no date is touched"


def stamped_of(row: StampedRow, facts: Facts, at: datetime, rules: Rules) -> Stamped:
    """Return the date that a session stands for, and whether it may still move."""
    begun = facts.starts_at <= at or bool(why_not(Move.RESCHEDULE, facts, at, rules))
    return Stamped(
        session_id=row.id,
        wall=datetime.fromisoformat(row.slot),
        starts_at=from_ms(row.starts_at),
        ends_at=from_ms(row.ends_at),
        fixed=begun,
    )


def pairs_of(stamped: Sequence[Stamped], old: Pattern, new: Pattern) -> dict[datetime, datetime]:
    """Return for each date of the old pattern, as far as sessions stand for any, the new one that it becomes."""
    last = max((one.wall for one in stamped), default=old.starts) + _LATE
    shift = abs(new.starts - old.starts)
    before = dates_until(replace(old, excluded=frozenset()), last)
    after = dates_until(replace(new, excluded=frozenset()), last + shift)
    return dict(paired(before, after, rhythm=same_rhythm(old.rule, new.rule)))


def _values(row: StampedRow, series: Series, written: Mapping[str, object]) -> dict[str, object]:
    """Return what is to be written on a session that still says what the series said."""
    said = {
        "title": row.title, "description": row.description, "link": row.link, "priority": row.priority,
        "tags": json.loads(row.tags),
    }  # fmt: skip
    return {
        name: written[name]
        for name in _WRITTEN
        if name in written and said[name] == getattr(series, name) != written[name]
    }


def _added(series: Series, rows: Sequence[StampedRow], plan: Plan, new: Pattern, *, at: datetime) -> tuple[Slot, ...]:
    """Return the dates from now on that the new pattern has and no session will stand for, as far as is stamped."""
    if series.stamped_until is None:  # the old pattern was over: the new one may not be
        since = max(at, first_instant(new))
        wanted = slots(new, since=since, until=max(at + AHEAD, since))
    else:
        wanted = slots(new, since=at, until=series.stamped_until)
    names = {row.id: datetime.fromisoformat(row.slot) for row in rows}
    names |= {one.session_id: slot.wall for one, slot in plan.dates.moved}
    names |= {one.session_id: wall for one, wall in plan.dates.renamed}
    for one in plan.gone:
        del names[one.session_id]
    there = set(names.values())
    return tuple(slot for slot in wanted if slot.wall not in there)
