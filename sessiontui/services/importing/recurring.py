"""The series of an import: which rows belong together, and what becomes of each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from sessiontui.domain.errors import BadInput, NotAllowed
from sessiontui.domain.instants import EARLIEST, LATEST, is_in_calendar
from sessiontui.domain.recurrence import wall_of
from sessiontui.domain.vocabulary import Control
from sessiontui.intake import RequestRecord, SeriesRecord, SessionRecord
from sessiontui.intake.findings import shortened
from sessiontui.services.importing.changed_dates import extend, take_date
from sessiontui.services.importing.outcome import FileOutcome, Verdict
from sessiontui.services.importing.persons import Register
from sessiontui.services.importing.plans import Plan, plans_of, wall_named
from sessiontui.services.importing.repeated import (
    Ground,
    Stretch,
    add_series,
    find_series,
    id_of,
    stamp_plan,
    stretch_of,
)
from sessiontui.services.importing.revising import revise
from sessiontui.services.importing.settling import Told, source_of
from sessiontui.services.series.dates import dates_until
from sessiontui.services.series.guests import guests_of, invite
from sessiontui.services.series.stamping import pattern_of
from sessiontui.store.reads import series as kept

if TYPE_CHECKING:
    from datetime import datetime

    from sessiontui.store.tables import Series
    from sessiontui.store.tx import Tx

Row: TypeAlias = tuple[SessionRecord, FileOutcome]


@dataclass(slots=True, kw_only=True)
class Group:
    """What files say of one series: of all its dates, if they do, and of single ones with their guests."""

    source: str
    outside: str
    head: tuple[SeriesRecord, FileOutcome] | None = None
    rows: list[Row] = field(default_factory=list)
    guests: dict[str, list[RequestRecord]] = field(default_factory=dict)

    def row_of(self, record: SessionRecord) -> Row | None:
        """Return the row of a changed date, ``None`` for one that no row tells of."""
        return next((row for row in self.rows if row[0].id == record.id), None)


def grouped(rows: Sequence[Told], known: frozenset[tuple[str, str]]) -> list[Group]:
    """Return the rows about series, those about one together; ``known`` are the series that are kept already.

    An event that was repeated and is no more is still about its series.
    """
    groups: dict[tuple[str, str], Group] = {}
    of_date: dict[tuple[str, str], Group] = {}

    def group(source: str, outside: str) -> Group:
        return groups.setdefault((source, outside), Group(source=source, outside=outside))

    for record, outcome in rows:
        source = source_of(record)
        if isinstance(record, SeriesRecord):
            group(source, record.id).head = (record, outcome)
        elif isinstance(record, SessionRecord) and record.series is not None and record.occurrence is not None:
            own = group(source, record.series)
            own.rows.append((record, outcome))
            of_date[(source, record.id)] = own
        elif isinstance(record, SessionRecord) and record.sequence is not None and (source, record.id) in known:
            group(source, record.id).rows.append((record, outcome))
    for record, _ in rows:
        if isinstance(record, RequestRecord) and (found := of_date.get((source_of(record), record.session))):
            found.guests.setdefault(record.session, []).append(record)
    return list(groups.values())


@dataclass(slots=True)
class Taken:
    """What was taken: rows by the ids that their file gives them, each with its session, if it has one.

    ``made`` are the sessions that were made of dates that no row of their own tells of.
    """

    rows: dict[str, int | None] = field(default_factory=dict)
    made: int = 0


async def take_group(tx: Tx, register: Register, group: Group) -> Taken:
    """Take a series with its changed dates.

    Rows that are about no series that is known are not taken, and are sessions of their own.
    """
    taken = Taken()
    if group.head is None:
        await _take_dates(tx, register, group, taken)
        return taken
    record, outcome = group.head
    try:
        plans = plans_of(record, [row for row, _ in group.rows], group.guests, at=tx.at)
        ground = Ground(tx=tx, register=register, source=group.source, outcome=outcome)
        stretches = [stretch_of(tx, plan) for plan in plans]
        for number, (plan, stretch) in enumerate(zip(plans, stretches, strict=True)):
            verdict = await _take_plan(ground, plan, stretch, group, taken)
            row = group.row_of(plan.record)
            if number == 0:
                outcome.counts[verdict] += 1
            if row is not None:
                row[1].counts[verdict] += 1
    except BadInput as error:
        outcome.refuse(record.line, error.detail, _named(record.first))
    except NotAllowed as error:
        outcome.refuse(record.line, error.detail, _named(record.first))
        _refuse(group, error, taken)
    return taken


async def _take_plan(ground: Ground, plan: Plan, stretch: Stretch, group: Group, taken: Taken) -> Verdict:
    tx = ground.tx
    for note in plan.notes:
        ground.note(plan.record, note)
    series = await find_series(ground, plan.outside)
    is_new = series is None
    if series is None:
        series, verdict = await add_series(ground, plan), Verdict.ADDED
    else:
        verdict = await revise(ground, series, plan)
        series = await tx.series(id_of(series))
    for wall, record in plan.changed.items():
        row = group.row_of(record)
        if row is not None:
            await _take_row(ground, series, wall, row, taken)
        elif is_in_calendar(record.starts_at, record.ends_at):
            told, session_id = await take_date(ground, series, wall, record)
            if told is Verdict.ADDED:
                await invite(tx, session_id, await guests_of(tx, series))
    if is_new:
        taken.made += await stamp_plan(ground, series, plan, stretch)
    if plan.record.id != group.outside:
        slot = plan.pattern.starts.isoformat()
        taken.rows[plan.record.id] = await kept.session_at(tx.fetch, id_of(series), slot)
    return verdict


async def _take_dates(tx: Tx, register: Register, group: Group, taken: Taken) -> None:
    """Take dates of a series that is known already, and of which the files say nothing else."""
    ground = Ground(tx=tx, register=register, source=group.source, outcome=group.rows[0][1])
    try:
        series = await find_series(ground, group.outside)
        for row in sorted(group.rows, key=lambda row: row[0].occurrence is not None):
            record, outcome = row
            if series is None:
                return
            if record.occurrence is None:
                verdict = await revise(replace(ground, outcome=outcome), series, _plan_of(series, record, group))
                outcome.counts[verdict] += 1
                taken.rows[record.id] = None
            else:
                pattern = pattern_of(series)
                wall = wall_named(pattern, record)
                if record.all_day and await kept.session_at(tx.fetch, id_of(series), wall.isoformat()) is None:
                    outcome.refuse(
                        record.line, "its series has no session then that could be called off", record.title
                    )
                    taken.rows[record.id] = None
                    continue
                if wall not in dates_until(pattern, wall)[-1:]:
                    await extend(replace(ground, outcome=outcome), series, wall, record)
                await _take_row(ground, series, wall, row, taken)
            series = await tx.series(id_of(series))
    except NotAllowed as error:
        _refuse(group, error, taken)


async def _take_row(ground: Ground, series: Series, wall: datetime, row: Row, taken: Taken) -> None:
    record, outcome = row
    taken.rows[record.id] = None
    if not is_in_calendar(record.starts_at, record.ends_at):
        outcome.refuse(record.line, f"it lies outside the years {EARLIEST} to {LATEST}", _named(record))
        return
    verdict, taken.rows[record.id] = await take_date(replace(ground, outcome=outcome), series, wall, record)
    outcome.counts[verdict] += 1


def _plan_of(series: Series, record: SessionRecord, group: Group) -> Plan:
    """Return what a series becomes whose event is called off as a whole, or repeated no more."""
    pattern = pattern_of(series)
    if record.control is not Control.CANCELLED:
        starts = wall_of(record.starts_at, pattern.zone)
        pattern = replace(
            pattern, starts=starts, length=record.ends_at - record.starts_at, rule="", added=(), excluded=frozenset()
        )
    return Plan(outside=group.outside, record=record, pattern=pattern, guests=tuple(group.guests.get(record.id, ())))


def _refuse(group: Group, error: NotAllowed, taken: Taken) -> None:
    for record, outcome in group.rows:
        outcome.refuse(record.line, error.detail, _named(record))
        taken.rows[record.id] = None


def _named(record: SessionRecord) -> str:
    return f"{shortened(record.title, 40)}, UID {shortened(record.series or record.id, 40)}"
