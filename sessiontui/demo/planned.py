"""What is planned in a session of a world that goes on: goals in their phases, what is done, what is in the way."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sessiontui.domain.access import Actor
from sessiontui.domain.planning.words import BlockerKind, Phase
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
