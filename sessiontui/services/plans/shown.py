"""The plan of a session is read: its tree with progress, what milestones still need, where the time went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sessiontui.domain.intervals import length
from sessiontui.domain.planning.phases import time_by_phase
from sessiontui.domain.planning.progress import Progress, Share, progress_of
from sessiontui.domain.planning.tree import ordered, waits_for
from sessiontui.domain.planning.words import GoalState, MilestoneRule
from sessiontui.services.plans.picture import BlockerLine, CheckLine, GoalLine, MilestoneLine, Plan
from sessiontui.services.plans.running import run_of
from sessiontui.store.reads import plans as kept
from sessiontui.store.reads import sessions as kept_sessions

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.store.reads.plan_rows import BlockerRow, GoalRow, MilestoneRow

_NONE = Share(progress=0, weight=0)


async def plan_of(context: Context, session_id: int, *, now: datetime, as_of: datetime | None = None) -> Plan | None:
    """Return the plan of a session, as it stood ``as_of``; nothing where nothing was planned and nothing blocked.

    Who may see the session may see its plan: the caller has asked that.
    """
    fetch, at = context.db.fetch, as_of or now
    rows = await kept.goals(fetch, session_id, at=as_of)
    milestones = await kept.milestones(fetch, session_id, at=as_of)
    checks = await kept.checks(fetch, session_id, at=as_of)
    blockers = await kept.blockers(fetch, session_id, at=as_of)
    if not (rows or milestones or checks or blockers):
        return None
    goals = [row.goal for row in rows]
    history = (await kept_sessions.histories(fetch, [session_id])).get(session_id)
    run, came = run_of(history, at, context.rules) if history is not None else ((), ())
    done_at = {
        goal.id: goal.settled_at for goal in goals if goal.state is GoalState.DONE and goal.settled_at is not None
    }
    so_far = {
        MilestoneRule.GOALS_DONE: len(done_at),
        MilestoneRule.MINUTES_RUN: length(run) // timedelta(minutes=1),
        MilestoneRule.ATTENDANCE: len(came),
    }
    progress = progress_of(goals)
    return Plan(
        progress=progress.percent,
        done=progress.done,
        of=progress.of,
        goals=_tree(rows, progress, blockers),
        milestones=tuple(_milestone(row, so_far.get(row.rule)) for row in milestones),
        checklist=tuple(
            CheckLine(id=row.id, title=row.title, done_at=row.done_at, done_by=row.done_by) for row in checks
        ),
        blockers=tuple(_blocker(row, at) for row in blockers),
        phases=time_by_phase(
            run,
            await kept.works(fetch, session_id, until=at),
            phases={goal.id: goal.phase for goal in goals},
            done_at=done_at,
        ),
    )


def _tree(rows: Sequence[GoalRow], progress: Progress, blockers: Sequence[BlockerRow]) -> tuple[GoalLine, ...]:
    """Return the goals in the order of their tree, each with its share, what it waits for and what blocks it."""
    goals = [row.goal for row in rows]
    settled_by = {row.goal.id: row.settled_by for row in rows}
    titles, waiting = {goal.id: goal.title for goal in goals}, waits_for(goals)
    blocked = Counter(row.goal_id for row in blockers if row.resolved_at is None)
    return tuple(
        GoalLine(
            goal=placed.goal,
            depth=placed.depth,
            progress=progress.shares.get(placed.goal.id, _NONE).progress,
            share=progress.shares.get(placed.goal.id, _NONE).weight,
            waits_for=tuple(titles[one] for one in waiting.get(placed.goal.id, ())),
            blocked=blocked[placed.goal.id],
            settled_by=settled_by[placed.goal.id],
        )
        for placed in ordered(goals)
    )


def _milestone(row: MilestoneRow, so_far: int | None) -> MilestoneLine:
    return MilestoneLine(
        id=row.id,
        title=row.title,
        rule=row.rule,
        threshold=row.threshold,
        reached_at=row.reached_at,
        reached_by=row.reached_by,
        so_far=so_far,
    )


def _blocker(row: BlockerRow, at: datetime) -> BlockerLine:
    return BlockerLine(
        id=row.id,
        kind=row.kind,
        severity=row.severity,
        title=row.title,
        detail=row.detail,
        goal_id=row.goal_id,
        opened_at=row.opened_at,
        opened_by=row.opened_by,
        resolved_at=row.resolved_at,
        resolved_by=row.resolved_by,
        resolution=row.resolution,
        age=(row.resolved_at or at) - row.opened_at,
    )
