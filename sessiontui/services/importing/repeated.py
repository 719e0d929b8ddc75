"""Series of calendars: each compared with what the calendar said last time, and carried over to its dates.

Only what a calendar says differently than before is a change. What has begun stays as it was, and so does what
people have changed by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.access import Action, may
from sessiontui.domain.chain import Json
from sessiontui.domain.errors import BadInput, NotAllowed
from sessiontui.domain.instants import from_ms, parse_instant
from sessiontui.domain.phrases import count
from sessiontui.domain.recurrence import AHEAD, Slot, is_finite, wall_of
from sessiontui.domain.vocabulary import Control
from sessiontui.intake import SessionRecord
from sessiontui.intake.findings import shortened
from sessiontui.services.importing.asked import told_request
from sessiontui.services.importing.outcome import FileOutcome
from sessiontui.services.importing.persons import Register
from sessiontui.services.importing.plans import Plan
from sessiontui.services.importing.scheduled import json_like, owned_by, told_of, values_of
from sessiontui.services.series.dates import nearest
from sessiontui.services.series.guests import PERSON
from sessiontui.services.series.making import standing
from sessiontui.services.series.patterns import pattern_columns
from sessiontui.services.series.stamping import stamp_slots
from sessiontui.store.reads import series as kept

if TYPE_CHECKING:
    from datetime import datetime

    from sessiontui.store.tables import Series
    from sessiontui.store.tx import Tx

KEPT: Final = "kept"
"""Where a series notes the columns that the last import wrote: what differs from them was changed by hand."""

REVISED: Final = "revised"
"""Where a series notes the version that the last import gave it."""

WRITTEN: Final[tuple[str, ...]] = ("title", "description", "kind", "priority", "tags", "fields", "link", "capacity")

_SECOND: Final = timedelta(seconds=1)
_NOT_KEPT: Final = frozenset({"meeting_id"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Where a series is taken: the transaction, the people, the source, and who is told."""

    tx: Tx
    register: Register
    source: str
    outcome: FileOutcome

    def note(self, record: SessionRecord, text: str) -> None:
        """Tell something about the event that a record was read from."""
        self.outcome.note(f"line {record.line}: series {shortened(record.title, 40)!r}: {text}")


async def find_series(ground: Ground, outside: str) -> Series | None:
    """Return the series that a source knows by an id; ``NotAllowed`` where it is not one's own to import."""
    series_id = await kept.by_outside_id(ground.tx.fetch, ground.source, outside)
    if series_id is None:
        return None
    series = await ground.tx.series(series_id)
    answer = may(ground.tx.by, Action.IMPORT_FILES, standing(series, ground.tx.by))
    if not answer.allowed:
        raise NotAllowed(answer.reason)
    return series


def told_of_plan(plan: Plan) -> dict[str, Json]:
    """Return what a calendar says of a series, in the form in which it is compared the next time."""
    guests = [{PERSON: guest.person, **told_request(guest)} for guest in plan.guests]
    pattern = json_like(plan.said or pattern_columns(plan.pattern))
    return told_of(plan.record) | cast("dict[str, Json]", {"pattern": pattern, "guests": json_like(guests)})


def kept_of_plan(plan: Plan) -> dict[str, Json]:
    """Return the columns that an import of a plan writes."""
    columns = {**columns_of(plan.record), **pattern_columns(plan.pattern)}
    return cast("dict[str, Json]", json_like(columns))


def columns_of(record: SessionRecord) -> dict[str, object]:
    """Return what a series says of each of its dates."""
    values = {name: value for name, value in values_of(told_of(record)).items() if name not in _NOT_KEPT}
    return {**values, "capacity": record.capacity or 0}


def is_outdated(record: SessionRecord, imported: Mapping[str, Json]) -> bool:
    """Return whether a calendar tells of an earlier revision than the one that is known (RFC 5546 2.1.5)."""
    known = imported.get("sequence")
    return isinstance(known, int) and record.sequence is not None and record.sequence < known


async def add_series(ground: Ground, plan: Plan) -> Series:
    """Make a series of a plan, without its dates; ``NotAllowed`` where it would belong to others alone."""
    record, register = plan.record, ground.register
    author_id = await owned_by(ground.tx, register, ground.source, author=record.author, mentor=record.mentor)
    for guest in plan.guests:
        await register.refer(ground.source, guest.person)
    series_id = await ground.tx.insert(
        "series",
        source=ground.source,
        external_id=plan.outside,
        author_id=author_id,
        mentor_id=await register.refer(ground.source, record.mentor),
        published=record.control is not Control.DRAFT,
        created_at=record.created_at,
        imported={**told_of_plan(plan), KEPT: kept_of_plan(plan), REVISED: 1},
        **columns_of(record),
        **pattern_columns(plan.pattern),
    )
    series = await ground.tx.series(series_id)
    await _gather(ground, series, plan)
    return series


@dataclass(frozen=True, slots=True)
class Stretch:
    """The dates of a series that are to be sessions, how far that goes, and how many dates are left out."""

    slots: tuple[Slot, ...]
    until: datetime | None
    left_out: int


def stretch_of(tx: Tx, plan: Plan, *, stamped: datetime | None = None) -> Stretch:
    """Return which dates of a plan are to be sessions; ``BadInput`` where there are too many to look at.

    A finite series is stamped wholly, another as far ahead as the worker stamps; of too many dates the nearest.
    """
    finite = is_finite(plan.pattern.rule)
    until = max(tx.at + AHEAD, stamped or tx.at)
    wanted, earlier, later = nearest(plan.pattern, now=tx.at, until=None if finite else until)
    last = wanted[-1].starts_at + _SECOND if later and wanted else None
    return Stretch(tuple(wanted), last if finite else until, earlier + later)


async def stamp_plan(
    ground: Ground, series: Series, plan: Plan, stretch: Stretch, *, since: datetime | None = None
) -> int:
    """Make sessions of the dates of a plan that have none, and note how far that goes; return how many were made."""
    is_cancelled = plan.record.control is Control.CANCELLED
    made = await stamp_slots(
        ground.tx,
        series,
        [slot for slot in stretch.slots if since is None or slot.starts_at >= since],
        control=Control.CANCELLED if is_cancelled else None,
    )
    if stretch.left_out:
        there = len(stretch.slots)
        of = count(there + stretch.left_out, "date")
        ground.note(plan.record, f"of its {of} only the {there} nearest to now are sessions")
    await ground.tx.update("series", id_of(series), stamped_until=None if is_cancelled else stretch.until)
    return len(made)


def id_of(series: Series) -> int:
    """Return the number of a stored series."""
    if series.id is None:
        raise AssertionError("a stored series has an id")
    return series.id


async def _gather(ground: Ground, series: Series, plan: Plan) -> None:
    """Take sessions of the series that were imported before it was known into it."""
    there = await kept.slots(ground.tx.fetch, id_of(series))
    for session_id, outside, starts_at in await kept.strays(ground.tx.fetch, ground.source, plan.outside):
        told = outside.removeprefix(plan.outside).removeprefix("/")
        try:
            at = parse_instant(told) if told else from_ms(starts_at)
        except BadInput:
            continue
        slot = wall_of(at, plan.pattern.zone).isoformat()
        if slot not in there:
            there.add(slot)
            await ground.tx.update("session", session_id, series_id=id_of(series), slot=slot)
            ground.tx.touch(session_id)
