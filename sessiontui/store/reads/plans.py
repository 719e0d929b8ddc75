"""Questions about plans: the goals of a session, what they need, when they were in work; milestones and the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.instants import from_ms, maybe_instant, to_ms
from sessiontui.domain.planning.phases import Work
from sessiontui.domain.planning.progress import progress_of
from sessiontui.domain.planning.tree import Goal
from sessiontui.domain.planning.words import BlockerKind, BlockerSeverity, GoalState, MilestoneRule, Phase
from sessiontui.store.reader import CHUNK, marks

if TYPE_CHECKING:
    from sessiontui.store.histories import Fetch
    from sessiontui.store.reader import Row
    from sessiontui.store.tx import Tx

_GOALS: Final = (
    "SELECT id, title, parent_id, criteria, weight, phase, progress, state, position, settled_at, working_since,"
    " created_at, settled_by, session_id, source, external_id FROM goal"
)
_MILESTONES: Final = (
    "SELECT id, session_id, title, rule, threshold, position, created_at, reached_at, reached_by FROM milestone"
)
_CHECKS: Final = "SELECT id, session_id, title, position, created_at, done_at, done_by FROM check_item"
_BLOCKERS: Final = (
    "SELECT id, session_id, goal_id, kind, severity, title, detail, opened_at, opened_by, resolved_at, resolved_by,"
    " resolution FROM blocker"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalRow:
    """One goal as it is kept, with the session it belongs to."""

    goal: Goal
    session_id: int
    created_at: datetime
    settled_by: str
    source: str
    external_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneRow:
    """One milestone as it is kept."""

    id: int
    session_id: int
    title: str
    rule: MilestoneRule
    threshold: int
    position: int
    created_at: datetime
    reached_at: datetime | None
    reached_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """One item of a checklist as it is kept."""

    id: int
    session_id: int
    title: str
    position: int
    created_at: datetime
    done_at: datetime | None
    done_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockerRow:
    """One blocker as it is kept."""

    id: int
    session_id: int
    goal_id: int | None
    kind: BlockerKind
    severity: BlockerSeverity
    title: str
    detail: str
    opened_at: datetime
    opened_by: str
    resolved_at: datetime | None
    resolved_by: str
    resolution: str


def _until(at: datetime | None, made: str = "created_at") -> str:
    """Return the test that a row is in the plan, now or at an instant."""
    if at is None:
        return "removed_at IS NULL"
    moment = to_ms(at)
    return f"{made} <= {moment:d} AND (removed_at IS NULL OR removed_at > {moment:d})"


async def goals(fetch: Fetch, session_id: int, *, at: datetime | None = None) -> list[GoalRow]:
    """Return the goals of a session; with ``at`` those there were then, as far as they were then."""
    rows = await fetch(f"{_GOALS} WHERE session_id = ? AND {_until(at)} ORDER BY position, id", (session_id,))
    if not rows:
        return []
    needs: defaultdict[int, list[int]] = defaultdict(list)
    for goal_id, needed in await fetch(
        "SELECT n.goal_id, n.needs_id FROM goal g JOIN goal_need n ON n.goal_id = g.id WHERE g.session_id = ?"
        " ORDER BY n.needs_id",
        (session_id,),
    ):
        needs[cast("int", goal_id)].append(cast("int", needed))
    return [_goal(row, tuple(needs[cast("int", row[0])]), at) for row in rows]


async def goal(fetch: Fetch, goal_id: int) -> GoalRow | None:
    """Return one goal that is in its plan; what it needs is left out."""
    rows = await fetch(f"{_GOALS} WHERE id = ? AND removed_at IS NULL", (goal_id,))
    return _goal(rows[0], (), None) if rows else None


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
    rows = await fetch(f"{_MILESTONES} WHERE session_id = ? AND {_until(at)} ORDER BY position, id", (session_id,))
    return [_milestone(row, at) for row in rows]


async def milestone(fetch: Fetch, milestone_id: int) -> MilestoneRow | None:
    """Return one milestone that is in its plan."""
    rows = await fetch(f"{_MILESTONES} WHERE id = ? AND removed_at IS NULL", (milestone_id,))
    return _milestone(rows[0], None) if rows else None


async def checks(fetch: Fetch, session_id: int, *, at: datetime | None = None) -> list[CheckRow]:
    """Return the checklist of a session, in its order."""
    rows = await fetch(f"{_CHECKS} WHERE session_id = ? AND {_until(at)} ORDER BY position, id", (session_id,))
    return [_check(row, at) for row in rows]


async def check(fetch: Fetch, item_id: int) -> CheckRow | None:
    """Return one item of a checklist."""
    rows = await fetch(f"{_CHECKS} WHERE id = ? AND removed_at IS NULL", (item_id,))
    return _check(rows[0], None) if rows else None


async def blockers(fetch: Fetch, session_id: int, *, at: datetime | None = None) -> list[BlockerRow]:
    """Return the blockers of a session, the oldest first."""
    test = _until(at, "opened_at")
    rows = await fetch(f"{_BLOCKERS} WHERE session_id = ? AND {test} ORDER BY opened_at, id", (session_id,))
    return [_blocker(row, at) for row in rows]


async def blocker(fetch: Fetch, blocker_id: int) -> BlockerRow | None:
    """Return one blocker."""
    rows = await fetch(f"{_BLOCKERS} WHERE id = ? AND removed_at IS NULL", (blocker_id,))
    return _blocker(rows[0], None) if rows else None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a query can ask of a plan: its progress, the kinds of open blockers, the phases of open goals."""

    progress: int | None = None
    blockers: frozenset[str] = frozenset()
    phases: frozenset[str] = frozenset()


NOTHING_PLANNED: Final = Planned()


async def planned(fetch: Fetch, ids: Sequence[int], *, at: datetime) -> Mapping[int, Planned]:
    """Return what was planned in some sessions at an instant; those without any plan are missing."""
    found: dict[int, Planned] = {}
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        place = marks(chunk)
        rows = await fetch(
            f"SELECT session_id FROM goal WHERE session_id IN ({place})"
            f" UNION SELECT session_id FROM blocker WHERE session_id IN ({place})",
            (*chunk, *chunk),
        )
        for session_id in (cast("int", row[0]) for row in rows):
            own = [row.goal for row in await goals(fetch, session_id, at=at)]
            still = [row for row in await blockers(fetch, session_id, at=at) if row.resolved_at is None]
            found[session_id] = Planned(
                progress=progress_of(own).percent,
                blockers=frozenset(str(row.kind) for row in still),
                phases=frozenset(str(goal.phase) for goal in own if goal.phase and goal.state is GoalState.OPEN),
            )
    return found


def _goal(row: Row, needs: tuple[int, ...], at: datetime | None) -> GoalRow:
    settled = maybe_instant(cast("int | None", row[9]))
    later = at is not None and settled is not None and settled > at
    return GoalRow(
        goal=Goal(
            id=cast("int", row[0]),
            title=str(row[1]),
            parent_id=cast("int | None", row[2]),
            criteria=str(row[3]),
            weight=cast("int", row[4]),
            phase=Phase(str(row[5])) if row[5] else None,
            progress=cast("int", row[6]),
            state=GoalState.OPEN if later else GoalState(str(row[7])),
            position=cast("int", row[8]),
            needs=needs,
            settled_at=None if later else settled,
            working_since=maybe_instant(cast("int | None", row[10])),
        ),
        created_at=from_ms(cast("int", row[11])),
        settled_by=str(row[12]),
        session_id=cast("int", row[13]),
        source=str(row[14]),
        external_id=str(row[15] or ""),
    )


def _since(value: object, at: datetime | None) -> datetime | None:
    """Return an instant unless it lies after the one that is looked at."""
    instant = maybe_instant(cast("int | None", value))
    return None if at is not None and instant is not None and instant > at else instant


def _milestone(row: Row, at: datetime | None) -> MilestoneRow:
    return MilestoneRow(
        id=cast("int", row[0]),
        session_id=cast("int", row[1]),
        title=str(row[2]),
        rule=MilestoneRule(str(row[3])),
        threshold=cast("int", row[4]),
        position=cast("int", row[5]),
        created_at=from_ms(cast("int", row[6])),
        reached_at=_since(row[7], at),
        reached_by=str(row[8]),
    )


def _check(row: Row, at: datetime | None) -> CheckRow:
    return CheckRow(
        id=cast("int", row[0]),
        session_id=cast("int", row[1]),
        title=str(row[2]),
        position=cast("int", row[3]),
        created_at=from_ms(cast("int", row[4])),
        done_at=_since(row[5], at),
        done_by=str(row[6]),
    )


def _blocker(row: Row, at: datetime | None) -> BlockerRow:
    return BlockerRow(
        id=cast("int", row[0]),
        session_id=cast("int", row[1]),
        goal_id=cast("int | None", row[2]),
        kind=BlockerKind(str(row[3])),
        severity=BlockerSeverity(str(row[4])),
        title=str(row[5]),
        detail=str(row[6]),
        opened_at=from_ms(cast("int", row[7])),
        opened_by=str(row[8]),
        resolved_at=_since(row[9], at),
        resolved_by=str(row[10]),
        resolution=str(row[11]),
    )
