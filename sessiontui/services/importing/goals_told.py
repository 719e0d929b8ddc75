"""Goals of outside files: a whole family is judged before any of it is written, so that no circle ever stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeAlias

from sessiontui.domain.instants import maybe_ms
from sessiontui.domain.planning.tree import DEEPEST, MOST_GOALS, Goal, circle, ordered
from sessiontui.domain.planning.words import GoalState
from sessiontui.domain.text import safe_block, safe_line
from sessiontui.intake import GoalRecord
from sessiontui.services.importing.outcome import FileOutcome, Verdict
from sessiontui.services.importing.plan_page import PlanPage, said_of
from sessiontui.store.reads import plans as kept_plans
from sessiontui.store.reads import plans_told as kept

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json

GOAL_COLUMNS: Final = (
    "title", "criteria", "weight", "phase", "progress", "state", "settled_at", "settled_by",
)  # fmt: skip
"""What files say of a goal itself, as it is kept."""

_Rows: TypeAlias = Sequence[tuple[GoalRecord, FileOutcome]]


async def take_goals(page: PlanPage, rows: _Rows) -> bool:
    """Bring the goals of a session up to what files say of them, and return whether anything changed."""
    goals = {row.goal.id: row.goal for row in await kept_plans.goals(page.tx.fetch, page.session_id)}
    ids: dict[str, int] = {}
    left: list[tuple[GoalRecord, FileOutcome]] = []
    held = {record.id: await page.held("goal", record.id, GOAL_COLUMNS) for record, _ in rows}
    for record, outcome in rows:
        row = held[record.id]
        if row is not None and row.session_id != page.session_id:
            outcome.refuse(record.line, f"goal {record.id!r} belongs to session #{row.session_id}", record.title)
        elif row is not None and row.is_removed:
            outcome.counts[Verdict.UNCHANGED] += 1
        else:
            ids[record.id] = -len(ids) - 1 if row is None else row.id
            left.append((record, outcome))
    for record, _ in left:
        for outside in _refers(record):
            if outside not in ids and (row := await page.held("goal", outside, ())) is not None and row.id in goals:
                ids[outside] = row.id
    changed = []
    for record, outcome in left:
        row = held[record.id]
        if row is not None and (row.imported == said_of(record) or _says_the_same(page, record, goals[row.id], ids)):
            outcome.counts[Verdict.UNCHANGED] += 1
        else:
            changed.append((record, outcome))
    faults = _faults(goals, [record for record, _ in changed], ids)
    for record, outcome in changed:
        if record.id in faults:
            outcome.refuse(record.line, faults[record.id], record.title)
    taken = [(record, outcome) for record, outcome in changed if record.id not in faults]
    await _write(page, taken, ids)
    for record, _ in taken:
        await _link(page, record, goals.get(ids[record.id]), ids)
    return bool(taken)


async def _write(page: PlanPage, rows: _Rows, ids: dict[str, int]) -> None:
    position = await kept.last_position(page.tx.fetch, "goal", page.session_id)
    for record, outcome in rows:
        values = {name: value for name, value in _values(page, record).items() if value is not None}
        if ids[record.id] > 0:
            await page.tx.update("goal", ids[record.id], **values, imported=said_of(record))
            outcome.counts[Verdict.UPDATED] += 1
            continue
        position += 1
        made = {"phase": "", "created_at": record.created_at or page.tx.at, "created_by": page.tx.by.name}
        ids[record.id] = await page.add("goal", record, {**made, **values}, position=position)
        outcome.counts[Verdict.ADDED] += 1


async def _link(page: PlanPage, record: GoalRecord, before: Goal | None, ids: Mapping[str, int]) -> None:
    """Put a goal under its parent, and let it need what it needs; all goals stand by now."""
    goal_id = ids[record.id]
    if record.parent is not None:
        await page.tx.update("goal", goal_id, parent_id=ids[record.parent])
    if record.needs is not None:
        needs = {ids[one] for one in record.needs}
        had = set() if before is None else set(before.needs)
        for needed in sorted(needs ^ had):
            await kept_plans.set_need(page.tx, goal_id, needed, on=needed in needs)


def _values(page: PlanPage, record: GoalRecord) -> dict[str, Json]:
    """Return what a record says of a goal itself, as it is kept; ``None`` where it says nothing."""
    settled = record.state in (GoalState.DONE, GoalState.DROPPED)
    return {
        "title": safe_line(record.title).strip(),
        "criteria": None if record.criteria is None else safe_block(record.criteria).strip(),
        "weight": record.weight,
        "phase": None if record.phase is None else str(record.phase),
        "progress": record.progress,
        "state": None if record.state is None else str(record.state),
        "settled_at": maybe_ms(record.settled_at or page.tx.at) if settled else None,
        "settled_by": page.who(record.settled_by) if settled and record.settled_by else None,
    }


def _says_the_same(page: PlanPage, record: GoalRecord, goal: Goal, ids: Mapping[str, int]) -> bool:
    """Return whether a goal is already what a record says: so it is after an export from here."""
    values = _values(page, record)
    now: dict[str, Json] = {
        "title": goal.title,
        "criteria": goal.criteria,
        "weight": goal.weight,
        "phase": str(goal.phase or ""),
        "progress": goal.progress,
        "state": str(goal.state),
        "settled_at": maybe_ms(goal.settled_at if record.settled_at is not None else page.tx.at),
        "settled_by": values["settled_by"],
    }
    parent = goal.parent_id if record.parent is None else ids.get(record.parent)
    needs = goal.needs if record.needs is None else tuple(sorted(ids.get(one, 0) for one in record.needs))
    return (
        all(value is None or value == now[name] for name, value in values.items())
        and parent == goal.parent_id
        and needs == tuple(sorted(goal.needs))
    )


def _faults(goals: Mapping[int, Goal], records: Sequence[GoalRecord], ids: Mapping[str, int]) -> dict[str, str]:
    """Return which records cannot be taken, by their ids, and why; what hangs on one of these cannot be either."""
    faults: dict[str, str] = {}
    while True:
        left = [record for record in records if record.id not in faults]
        found = _fault(goals, left, {one: ids[one] for one in ids if one not in faults or ids[one] > 0})
        if found is None:
            return faults
        record, reason = found
        faults[record.id] = reason


def _fault(
    goals: Mapping[int, Goal], records: Sequence[GoalRecord], ids: Mapping[str, int]
) -> tuple[GoalRecord, str] | None:
    for record in records:
        for outside in _refers(record):
            if outside not in ids:
                how = "which it is a part of" if outside == record.parent else "which it needs"
                return record, f"goal {outside!r}, {how}, is unknown here"
    told = {ids[record.id]: record for record in records}
    whole = dict(goals) | {
        number: _as_told(goals.get(number), number, record, ids) for number, record in told.items()
    }
    if len(whole) > MOST_GOALS:
        return records[-1], f"its session would have more than {MOST_GOALS} goals"
    if loop := [number for number in circle(list(whole.values())) if number in told]:
        names = " → ".join(whole[number].title for number in circle(list(whole.values())))
        return told[max(loop, key=lambda number: told[number].line)], f"goals would wait for each other: {names}"
    for placed in ordered(whole.values()):
        if placed.depth >= DEEPEST and placed.goal.id in told:
            return told[placed.goal.id], f"a tree of goals has at most {DEEPEST} levels"
    return None


def _as_told(goal: Goal | None, number: int, record: GoalRecord, ids: Mapping[str, int]) -> Goal:
    """Return a goal as it stands once a record is taken."""
    before = Goal(id=number, title=record.title) if goal is None else goal
    return replace(
        before,
        title=record.title,
        parent_id=before.parent_id if record.parent is None else ids[record.parent],
        needs=before.needs if record.needs is None else tuple(ids[one] for one in record.needs),
    )


def _refers(record: GoalRecord) -> tuple[str, ...]:
    return (*(() if record.parent is None else (record.parent,)), *(record.needs or ()))
