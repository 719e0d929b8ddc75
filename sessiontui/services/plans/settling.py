"""What follows from a changed plan at once: its progress, milestones that are reached, the badge *Blocked*."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessiontui.domain.planning.progress import progress_of
from sessiontui.domain.planning.reaching import nth
from sessiontui.domain.planning.words import GoalState, MilestoneRule
from sessiontui.domain.vocabulary import Badge
from sessiontui.store.reads import plans as kept

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

REACHED: frozenset[MilestoneRule] = frozenset({MilestoneRule.MINUTES_RUN, MilestoneRule.ATTENDANCE})
"""Rules that the running session fulfils, not the plan."""


async def settle(tx: Tx, session_id: int) -> str:
    """Bring all that hangs on the plan of a session up to date; return what a receipt says of it."""
    goals = [row.goal for row in await kept.goals(tx.fetch, session_id)]
    await tx.update("session", session_id, progress=progress_of(goals).percent)
    done = [goal.settled_at for goal in goals if goal.state is GoalState.DONE and goal.settled_at is not None]
    told = []
    for row in await kept.milestones(tx.fetch, session_id):
        if row.rule is not MilestoneRule.GOALS_DONE:
            continue
        reached_at = nth(done, row.threshold)
        if (reached_at is None) != (row.reached_at is None):
            await tx.update("milestone", row.id, reached_at=reached_at, reached_by="")
            told.append(f"; milestone {row.title} {'reached' if reached_at else 'no longer reached'}")
    is_blocked = any(row.resolved_at is None for row in await kept.blockers(tx.fetch, session_id))
    await tx.set_flag(session_id, Badge.BLOCKED, is_blocked)
    tx.touch(session_id)
    return "".join(told)
