"""What can be done to one goal with a pen, step by step: each answers with its sentence and seals nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import BadInput, NotFound, Refused
from sessiontui.domain.phrases import count
from sessiontui.domain.planning.progress import WHOLE
from sessiontui.domain.planning.tree import Goal, children_of, family, waits_for
from sessiontui.domain.planning.words import GoalState, Phase
from sessiontui.domain.text import safe_block
from sessiontui.services.plans.pen import Pen
from sessiontui.services.titles import title_of
from sessiontui.store.reads import plans as kept

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

HEAVIEST: Final = 100
"""The largest weight: a goal that outweighs a hundred others is a plan of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalEdit:
    """What is to change of a goal; ``None`` leaves a thing as it is, an empty ``phase`` takes it away."""

    title: str | None = None
    criteria: str | None = None
    weight: int | None = None
    phase: str | None = None
    progress: int | None = None


def checked(changes: GoalEdit) -> dict[str, str | int]:
    """Return what is to be written, as it is kept; ``BadInput`` says what is wrong with it."""
    values: dict[str, str | int] = {}
    if changes.title is not None:
        values["title"] = title_of(changes.title, of="a goal")
    if changes.criteria is not None:
        values["criteria"] = safe_block(changes.criteria).strip()
    if changes.weight is not None:
        if not 1 <= changes.weight <= HEAVIEST:
            raise BadInput(f"a weight is 1 to {HEAVIEST}, not {changes.weight}", place="weight")
        values["weight"] = changes.weight
    if changes.phase is not None:
        if changes.phase and changes.phase not in set(Phase):
            raise BadInput(f"{changes.phase!r} is no phase", hint=f"one of {', '.join(Phase)}", place="phase")
        values["phase"] = changes.phase
    if changes.progress is not None:
        if not 0 <= changes.progress <= WHOLE:
            raise BadInput(f"progress is 0 to {WHOLE} percent, not {changes.progress}", place="progress")
        values["progress"] = changes.progress
    return values


async def open_goal(tx: Tx, goal_id: int) -> tuple[Pen, list[Goal], Goal]:
    """Return a goal with the pen for its session and all of its session's goals; ``NotFound`` where there is none."""
    row = await kept.goal(tx.fetch, goal_id)
    if row is None:
        raise NotFound(f"there is no goal #{goal_id}", hint="'sessiontui show ID' tells the goals of a session")
    pen = await Pen.on(tx, row.session_id)
    goals = await goals_of(tx, row.session_id)
    return pen, goals, find(goals, goal_id)


async def goals_of(tx: Tx, session_id: int) -> list[Goal]:
    """Return the goals of a session."""
    return [row.goal for row in await kept.goals(tx.fetch, session_id)]


def find(goals: list[Goal], goal_id: int) -> Goal:
    """Return the goal of a number; ``NotFound`` where its session has none."""
    found = next((goal for goal in goals if goal.id == goal_id), None)
    if found is None:
        raise NotFound(f"this session has no goal #{goal_id}")
    return found


def require_open(goal: Goal) -> None:
    """Raise ``Refused`` where a goal is done or dropped."""
    if goal.state is not GoalState.OPEN:
        raise Refused(f"{goal.title} is {goal.state} already", hint="reopen it first")


async def rewrite(pen: Pen, goals: list[Goal], goal: Goal, values: dict[str, str | int]) -> str:
    """Write other values, as ``checked`` returns them."""
    if "progress" in values:
        require_open(goal)
        if any(part.state is not GoalState.DROPPED for part in children_of(goals).get(goal.id, ())):
            raise Refused(f"{goal.title} is as far as its parts are", hint="set the progress of its parts")
    await pen.change("goal", goal.id, **values)
    return f"changed {' and '.join(values)} of the goal #{goal.id} {goal.title}"


async def finish(pen: Pen, goals: list[Goal], goal: Goal) -> str:
    """Say that it is done; refused while parts of it, or goals that it needs, are open."""
    require_open(goal)
    parts = [part.title for part in children_of(goals).get(goal.id, ()) if part.state is GoalState.OPEN]
    if parts:
        raise Refused(
            f"{count(len(parts), 'part')} of {goal.title} open: {', '.join(parts[:3])}",
            hint="finish or drop them first",
        )
    if waiting := waits_for(goals)[goal.id]:
        names = ", ".join(find(goals, one).title for one in waiting[:3])
        raise Refused(f"{goal.title} needs {names} first", hint="finish that, or take the need away")
    await _settle(pen, goal, GoalState.DONE)
    return f"finished the goal #{goal.id} {goal.title}"


async def drop(pen: Pen, goals: list[Goal], goal: Goal) -> str:
    """Drop it with its open parts."""
    require_open(goal)
    inside = family(goals, goal.id)
    dropped = [one for one in goals if one.id in inside and one.state is GoalState.OPEN]
    for one in dropped:
        await _settle(pen, one, GoalState.DROPPED)
    more = f" and {count(len(dropped) - 1, 'part')} of it" if len(dropped) > 1 else ""
    return f"dropped the goal #{goal.id} {goal.title}{more}"


async def reopen(pen: Pen, goals: list[Goal], goal: Goal) -> str:
    """Take it up again, and those above it, which cannot be done without it."""
    if goal.state is GoalState.OPEN:
        raise Refused(f"{goal.title} is open already")
    at_goal: Goal | None = goal
    while at_goal is not None:
        await pen.change("goal", at_goal.id, state=str(GoalState.OPEN), settled_at=None, settled_by="")
        at_goal = None if at_goal.parent_id is None else find(goals, at_goal.parent_id)
    return f"reopened the goal #{goal.id} {goal.title}"


async def _settle(pen: Pen, goal: Goal, state: GoalState) -> None:
    if goal.working_since is not None:
        await pen.work(goal.id, goal.working_since)
    await pen.change(
        "goal",
        goal.id,
        state=str(state),
        settled_at=pen.tx.at,
        settled_by=pen.tx.by.name,
        working_since=None,
    )
