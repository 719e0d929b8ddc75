"""The plan of a session: its goals as a tree in order, milestones, checklist and blockers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessiontui.domain.instants import maybe_rfc3339, rfc3339
from sessiontui.services.exporting import minutes_of

if TYPE_CHECKING:
    from sessiontui.services.plans.picture import GoalLine, Plan


def plan_json(plan: Plan) -> dict[str, object]:
    """Return a plan for JSON."""
    return {
        "progress": plan.progress,
        "goals_done": plan.done,
        "goals_counted": plan.of,
        "goals": [_goal(line) for line in plan.goals],
        "milestones": [
            {
                "id": line.id,
                "title": line.title,
                "rule": str(line.rule),
                "threshold": line.threshold or None,
                "so_far": line.so_far,
                "reached_at": maybe_rfc3339(line.reached_at),
                "reached_by": line.reached_by or None,
            }
            for line in plan.milestones
        ],
        "checklist": [
            {
                "id": line.id,
                "title": line.title,
                "done_at": maybe_rfc3339(line.done_at),
                "done_by": line.done_by or None,
            }
            for line in plan.checklist
        ],
        "blockers": [
            {
                "id": line.id,
                "kind": str(line.kind),
                "severity": str(line.severity),
                "title": line.title,
                "detail": line.detail or None,
                "goal": line.goal_id,
                "opened_at": rfc3339(line.opened_at),
                "opened_by": line.opened_by,
                "resolved_at": maybe_rfc3339(line.resolved_at),
                "resolved_by": line.resolved_by or None,
                "resolution": line.resolution or None,
                "age_minutes": minutes_of(line.age),
            }
            for line in plan.blockers
        ],
        "minutes_by_phase": {str(phase or "none"): minutes_of(time) for phase, time in plan.phases.items()},
    }


def _goal(line: GoalLine) -> dict[str, object]:
    goal = line.goal
    return {
        "id": goal.id,
        "parent": goal.parent_id,
        "title": goal.title,
        "criteria": goal.criteria or None,
        "weight": goal.weight,
        "phase": None if goal.phase is None else str(goal.phase),
        "state": str(goal.state),
        "progress": line.progress,
        "share": line.share,
        "needs": list(goal.needs),
        "waits_for": list(line.waits_for),
        "settled_at": maybe_rfc3339(goal.settled_at),
        "settled_by": line.settled_by or None,
        "working_since": maybe_rfc3339(goal.working_since),
    }
