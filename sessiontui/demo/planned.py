"""What is planned in a session of a world that goes on: goals in their phases, what is done, what is in the way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sessiontui.domain.access import Actor
from sessiontui.domain.planning.tree import Goal
from sessiontui.domain.planning.words import BlockerKind, GoalState, Phase
from sessiontui.services import boards
from sessiontui.services.context import Context
from sessiontui.services.plans import blockers, checks, goals
from sessiontui.services.plans.shown import plan_of

GOALS: Final = (
    ("See it fail", Phase.PLANNING, 1),
    ("Find the cause", Phase.EXECUTION, 3),
    ("Mend it", Phase.EXECUTION, 2),
    ("Test it on both sides of midnight", Phase.TESTING, 2),
    ("Tell the others", Phase.DOCUMENTATION, 1),
)
"""What is to be reached, in what phase, and how much it weighs."""

DONE: Final = 2
"""How many of the goals are reached."""

AS_FAR: Final = {"feature-development": (-19, -11), "bug-fix": (-247, -236, -222, -210, -195, -186)}
"""By template, the minutes at which goals of sessions made from it were reached, in the order of their plan."""

_MINUTE: Final = timedelta(minutes=1)


async def leave(context: Context, *, by: Actor, now: datetime) -> None:
    """Give the first work session that goes on, else the first session that does, a plan and something in its way."""
    going_on = await boards.listing(context, "status:active", now=now, by=by)
    lines = sorted(going_on.lines, key=lambda line: (line.kind != "work", line.starts_at, line.id))
    for line in lines[:1]:
        for place, (title, phase, weight) in enumerate(GOALS):
            at = now - (20 - place) * _MINUTE
            await goals.add(context, line.id, title, by=by, at=at, phase=phase, weight=weight)
        await checks.add(context, line.id, "Ask who saw it first", by=by, at=now - 14 * _MINUTE)
        plan = await plan_of(context, line.id, now=now)
        for goal in () if plan is None else plan.goals[:DONE]:
            await goals.finish(context, goal.goal.id, by=by, at=now - 9 * _MINUTE)
        await blockers.open_blocker(
            context,
            line.id,
            "The test machine has no time zones",
            by=by,
            at=now - 6 * _MINUTE,
            kind=BlockerKind.TECHNICAL,
            detail="Asked operations at noon.",
        )
    for template, minutes in AS_FAR.items():
        await _reach(context, template, minutes, by=by, now=now)


async def _reach(context: Context, template: str, minutes: Sequence[int], *, by: Actor, now: datetime) -> None:
    """Let goals of the sessions made from a template be reached one after the other."""
    found = await boards.listing(context, f"template:{template}", now=now, by=by)
    for line in found.lines:
        for minute in minutes:
            plan = await plan_of(context, line.id, now=now)
            free = _free([] if plan is None else [told.goal for told in plan.goals if not told.is_waiting])
            for goal in free[:1]:
                await goals.finish(context, goal.id, by=by, at=now + minute * _MINUTE)


def _free(told: Sequence[Goal]) -> list[Goal]:
    """Return the open goals that have no open part."""
    still = [goal for goal in told if goal.state is GoalState.OPEN]
    whole = {goal.parent_id for goal in still}
    return [goal for goal in still if goal.id not in whole]
