"""A whole plan is given to a session at once, from a template or a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessiontui.domain.planning.words import MilestoneRule
from sessiontui.services.plans.settling import REACHED, settle
from sessiontui.store.reads.plans import set_need

if TYPE_CHECKING:
    from sessiontui.domain.planning.draft import PlanDraft
    from sessiontui.store.tx import Tx


async def stamp(tx: Tx, session_id: int, plan: PlanDraft) -> None:
    """Add a plan to what a session has already; the draft was checked, so nothing is refused here."""
    made: dict[str, int] = {}
    for position, goal in enumerate(plan.goals, start=1):
        made[goal.key] = await tx.insert(
            "goal",
            session_id=session_id,
            parent_id=made.get(goal.parent),
            title=goal.title,
            criteria=goal.criteria,
            weight=goal.weight,
            phase="" if goal.phase is None else str(goal.phase),
            position=position,
            created_at=tx.at,
            created_by=tx.by.name,
        )
    for goal in plan.goals:
        for need in goal.needs:
            await set_need(tx, made[goal.key], made[need], on=True)
    for position, milestone in enumerate(plan.milestones, start=1):
        await tx.insert(
            "milestone",
            session_id=session_id,
            title=milestone.title,
            rule=str(milestone.rule),
            threshold=0 if milestone.rule is MilestoneRule.MANUAL else milestone.threshold,
            position=position,
            created_at=tx.at,
            created_by=tx.by.name,
            look_at=tx.at if milestone.rule in REACHED else None,
        )
    for position, title in enumerate(plan.checklist, start=1):
        await tx.insert(
            "check_item",
            session_id=session_id,
            title=title,
            position=position,
            created_at=tx.at,
            created_by=tx.by.name,
        )
    await settle(tx, session_id)
