"""Questions about plans: the goals of a session, what they need, when they were in work; milestones and the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, cast

from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.planning.phases import Work
from sessiontui.store.reads.plan_rows import (
    BLOCKERS,
    CHECKS,
    GOALS,
    MILESTONES,
    BlockerRow,
    CheckRow,
    GoalRow,
    MilestoneRow,
    blocker_as_it_was,
    blocker_of,
    check_of,
    goal_of,
    milestone_as_it_was,
    milestone_of,
)
from sessiontui.store.reads.plans_past import NOW, then

if TYPE_CHECKING:
    from sessiontui.store.histories import Fetch
    from sessiontui.store.reader import Row
    from sessiontui.store.tx import Tx


async def goals(fetch: Fetch, session_id: int, *, at: datetime | None = None) -> list[GoalRow]:
    """Return the goals of a session; with ``at`` those there were then, as far as they were then."""
    rows = await fetch(f"{GOALS} WHERE session_id = ? AND {_until(at)} ORDER BY position, id", (session_id,))
    if not rows:
        return []
    needs: defaultdict[int, list[int]] = defaultdict(list)
    for goal_id, needed in await fetch(
        "SELECT n.goal_id, n.needs_id FROM goal g JOIN goal_need n ON n.goal_id = g.id WHERE g.session_id = ?"
        " ORDER BY n.needs_id",
        (session_id,),
    ):
        needs[cast("int", goal_id)].append(cast("int", needed))
    was = await then(fetch, session_id, at)
    found = [goal_of(row, tuple(needs[cast("int", row[0])]), at) for row in rows]
    return sorted(
        (replace(row, goal=was.goal(row.goal)) for row in found), key=lambda row: (row.goal.position, row.goal.id)
    )


async def goal(fetch: Fetch, goal_id: int) -> GoalRow | None:
    """Return one goal that is in its plan; what it needs is left out."""
    rows = await fetch(f"{GOALS} WHERE id = ? AND removed_at IS NULL", (goal_id,))
    return goal_of(rows[0], (), None) if rows else None


async def works(fetch: Fetch, session_id: int, *, until: datetime) -> list[Work]:
    """Return when which goals of a session were in work, up to an instant."""
    rows = await fetch(
        "SELECT w.goal_id, w.from_at, w.to_at FROM goal g JOIN goal_work w ON w.goal_id = g.id"
        " WHERE g.session_id = ?1 UNION ALL SELECT id, working_since, ?2 FROM goal"
        " WHERE session_id = ?1 AND working_since IS NOT NULL",
        (session_id, to_ms(until)),
    )
    found = [(cast("int", row[0]), from_ms(cast("int", row[1])), from_ms(cast("int", row[2]))) for row in rows]
    return [Work(goal_id=goal_id, during=(start, min(end, until))) for goal_id, start, end in found if start < until]


async def milestones(fetch: Fetch, session_id: int, *, at: datetime | None = None) -> list[MilestoneRow]:
    """Return the milestones of a session, in their order."""
    rows = await fetch(f"{MILESTONES} WHERE session_id = ? AND {_until(at)} ORDER BY position, id", (session_id,))
    was = await then(fetch, session_id, at) if rows else NOW
    return [milestone_as_it_was(milestone_of(row, at), was.of("milestone", cast("int", row[0])), at) for row in rows]


async def milestone(fetch: Fetch, milestone_id: int) -> MilestoneRow | None:
    """Return one milestone that is in its plan."""
    rows = await fetch(f"{MILESTONES} WHERE id = ? AND removed_at IS NULL", (milestone_id,))
    return milestone_of(rows[0], None) if rows else None


async def checks(fetch: Fetch, session_id: int, *, at: datetime | None = None) -> list[CheckRow]:
    """Return the checklist of a session, in its order."""
    rows = await fetch(f"{CHECKS} WHERE session_id = ? AND {_until(at)} ORDER BY position, id", (session_id,))
    was = await then(fetch, session_id, at) if rows else NOW
    found = [(check_of(row, at), was.of("check_item", cast("int", row[0]))) for row in rows]
    return [replace(row, title=str(then_was.get("title", row.title))) for row, then_was in found]


async def check(fetch: Fetch, item_id: int) -> CheckRow | None:
    """Return one item of a checklist."""
    rows = await fetch(f"{CHECKS} WHERE id = ? AND removed_at IS NULL", (item_id,))
    return check_of(rows[0], None) if rows else None


async def blockers(fetch: Fetch, session_id: int, *, at: datetime | None = None) -> list[BlockerRow]:
    """Return the blockers of a session, the oldest first."""
    test = _until(at, "opened_at")
    rows = await fetch(f"{BLOCKERS} WHERE session_id = ? AND {test} ORDER BY opened_at, id", (session_id,))
    was = await then(fetch, session_id, at) if rows else NOW
    return [blocker_as_it_was(blocker_of(row, at), was.of("blocker", cast("int", row[0]))) for row in rows]


async def blocker(fetch: Fetch, blocker_id: int) -> BlockerRow | None:
    """Return one blocker."""
    rows = await fetch(f"{BLOCKERS} WHERE id = ? AND removed_at IS NULL", (blocker_id,))
    return blocker_of(rows[0], None) if rows else None


async def to_look_at(fetch: Fetch, now: int, *, limit: int) -> list[int]:
    """Return sessions with a milestone that may have been reached by ``now``, in ms; most often there is none."""
    rows = await fetch(
        "SELECT DISTINCT session_id FROM milestone WHERE look_at IS NOT NULL AND look_at <= ? LIMIT ?", (now, limit)
    )
    return [cast("int", row[0]) for row in rows]


async def columns(fetch: Fetch, table: str, row_id: int, names: Sequence[str]) -> Row | None:
    """Return some columns of a row of a plan as the database keeps them."""
    rows = await fetch(f"SELECT {', '.join(names)} FROM {table} WHERE id = ?", (row_id,))
    return rows[0] if rows else None


async def set_need(tx: Tx, goal_id: int, needs_id: int, *, on: bool) -> None:
    """Let a goal need another one, or no longer."""
    statement = (
        "INSERT OR IGNORE INTO goal_need (goal_id, needs_id) VALUES (?, ?)"
        if on
        else "DELETE FROM goal_need WHERE goal_id = ? AND needs_id = ?"
    )
    await tx.run(statement, (goal_id, needs_id))


async def forget_work(tx: Tx, work_id: int) -> None:
    """Forget a stretch in which a goal was in work."""
    await tx.run("DELETE FROM goal_work WHERE id = ?", (work_id,))


async def by_outside_id(fetch: Fetch, table: str, source: str, outside: str) -> int | None:
    """Return the row that a source knows under an id, also one that was taken out of its plan."""
    rows = await fetch(f"SELECT id FROM {table} WHERE source = ? AND external_id = ?", (source, outside))
    return cast("int", rows[0][0]) if rows else None


def _until(at: datetime | None, made: str = "created_at") -> str:
    """Return the test that a row is in the plan, now or at an instant."""
    if at is None:
        return "removed_at IS NULL"
    moment = to_ms(at)
    return f"{made} <= {moment:d} AND (removed_at IS NULL OR removed_at > {moment:d})"
