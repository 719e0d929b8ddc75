"""Goals are added, edited, moved, finished, dropped and made to wait for each other; every act can be undone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, NotFound, Refused
from sessiontui.domain.phrases import count
from sessiontui.domain.planning.progress import WHOLE
from sessiontui.domain.planning.tree import (
    DEEPEST,
    MOST_GOALS,
    Goal,
    children_of,
    family,
    ordered,
    require_no_circle,
    waits_for,
)
from sessiontui.domain.planning.words import GoalState, Phase
from sessiontui.domain.text import safe_block, safe_line
from sessiontui.services.plans.pen import Pen
from sessiontui.services.receipt import Receipt
from sessiontui.store.reads import plans as kept

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.store.tx import Tx

HEAVIEST: Final = 100
"""The largest weight: a goal that outweighs a hundred others is a plan of its own."""


class Step(StrEnum):
    """One step of a goal in the tree, as keys take it."""

    UP = "up"
    DOWN = "down"
    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalEdit:
    """What is to change of a goal; ``None`` leaves a thing as it is, an empty ``phase`` takes it away."""

    title: str | None = None
    criteria: str | None = None
    weight: int | None = None
    phase: str | None = None
    progress: int | None = None


async def add(
    context: Context,
    session_id: int,
    title: str,
    *,
    by: Actor,
    at: datetime,
    parent_id: int | None = None,
    after_id: int | None = None,
    criteria: str = "",
    weight: int = 1,
    phase: Phase | None = None,
) -> Receipt:
    """Add a goal, at the end of its family or right after another one of it."""
    values = _checked(GoalEdit(title=title, criteria=criteria, weight=weight, phase=str(phase or "")))
    async with context.db.write(by=by, at=at) as tx:
        pen = await Pen.on(tx, session_id)
        goals = await _goals(tx, session_id)
        if len(goals) >= MOST_GOALS:
            raise Refused(f"{pen.session.title} has {MOST_GOALS} goals already", hint="make another session")
        if after_id is not None:
            parent_id = _find(goals, after_id).parent_id
        if parent_id is not None and _find(goals, parent_id).state is not GoalState.OPEN:
            raise Refused(f"{_find(goals, parent_id).title} is settled", hint="reopen it first")
        goal_id = await pen.add("goal", **values, parent_id=parent_id, created_at=at, created_by=by.name)
        siblings = [goal.id for goal in children_of(goals).get(parent_id, ())]
        place = len(siblings) if after_id is None else siblings.index(after_id) + 1
        await _number(pen, [*siblings[:place], goal_id, *siblings[place:]], goals)
        _require_depth(await _goals(tx, session_id))
        return await pen.seal("goal.add", f"added the goal #{goal_id} {values['title']}", goal=goal_id)


async def edit(context: Context, goal_id: int, changes: GoalEdit, *, by: Actor, at: datetime) -> Receipt:
    """Change the title, criteria, weight, phase or progress of a goal."""
    values = _checked(changes)
    if not values:
        raise BadInput("nothing to change was given")
    async with context.db.write(by=by, at=at) as tx:
        pen, goals, goal = await _open(tx, goal_id)
        if changes.progress is not None:
            if goal.state is not GoalState.OPEN:
                raise Refused(f"{goal.title} is {goal.state}", hint="reopen it first")
            if any(part.state is not GoalState.DROPPED for part in children_of(goals).get(goal_id, ())):
                raise Refused(f"{goal.title} is as far as its parts are", hint="set the progress of its parts")
        await pen.change("goal", goal_id, **values)
        words = " and ".join(values)
        return await pen.seal("goal.edit", f"changed {words} of the goal #{goal_id} {goal.title}", goal=goal_id)


async def move(
    context: Context, goal_id: int, *, by: Actor, at: datetime, parent_id: int | None, place: int | None = None
) -> Receipt:
    """Put a goal under another one, or to the root with ``None``; last without ``place``, which counts from 0."""
    async with context.db.write(by=by, at=at) as tx:
        pen, goals, goal = await _open(tx, goal_id)
        await _put(pen, goals, goal, parent_id, place)
        under = "to the root" if parent_id is None else f"under {_find(goals, parent_id).title}"
        return await pen.seal("goal.move", f"moved the goal #{goal_id} {goal.title} {under}", goal=goal_id)


async def step(context: Context, goal_id: int, which: Step, *, by: Actor, at: datetime) -> Receipt:
    """Move a goal one step: up or down among its siblings, in under the one above it, out behind its parent."""
    async with context.db.write(by=by, at=at) as tx:
        pen, goals, goal = await _open(tx, goal_id)
        families = children_of(goals)
        siblings = [one.id for one in families.get(goal.parent_id, ())]
        place = siblings.index(goal_id)
        if which in (Step.UP, Step.DOWN):
            to = place + (1 if which is Step.DOWN else -1)
            if not 0 <= to < len(siblings):
                raise Refused(f"{goal.title} is the {'last' if which is Step.DOWN else 'first'} of its kind")
            await _put(pen, goals, goal, goal.parent_id, to)
        elif which is Step.IN:
            if place == 0:
                raise Refused(f"nothing stands above {goal.title} that it could go under")
            await _put(pen, goals, goal, siblings[place - 1], None)
        else:
            if goal.parent_id is None:
                raise Refused(f"{goal.title} is at the root already")
            parent = _find(goals, goal.parent_id)
            uncles = [one.id for one in families.get(parent.parent_id, ())]
            await _put(pen, goals, goal, parent.parent_id, uncles.index(parent.id) + 1)
        return await pen.seal("goal.move", f"moved the goal #{goal_id} {goal.title} {which}", goal=goal_id)


async def finish(context: Context, goal_id: int, *, by: Actor, at: datetime) -> Receipt:
    """Say that a goal is done; refused while parts of it, or goals that it needs, are open."""
    async with context.db.write(by=by, at=at) as tx:
        pen, goals, goal = await _open(tx, goal_id)
        _require_state(goal, GoalState.OPEN)
        parts = [part.title for part in children_of(goals).get(goal_id, ()) if part.state is GoalState.OPEN]
        if parts:
            raise Refused(
                f"{count(len(parts), 'part')} of {goal.title} open: {', '.join(parts[:3])}",
                hint="finish or drop them first",
            )
        if waiting := waits_for(goals)[goal_id]:
            names = ", ".join(_find(goals, one).title for one in waiting[:3])
            raise Refused(f"{goal.title} needs {names} first", hint="finish that, or take the need away")
        await _settle_goal(pen, goal, GoalState.DONE)
        return await pen.seal("goal.finish", f"finished the goal #{goal_id} {goal.title}", goal=goal_id)


async def drop(context: Context, goal_id: int, *, by: Actor, at: datetime, reason: str = "") -> Receipt:
    """Drop a goal with its open parts: they count for nothing from now on, and stay in sight."""
    async with context.db.write(by=by, at=at) as tx:
        pen, goals, goal = await _open(tx, goal_id)
        _require_state(goal, GoalState.OPEN)
        inside = family(goals, goal_id)
        dropped = [one for one in goals if one.id in inside and one.state is GoalState.OPEN]
        for one in dropped:
            await _settle_goal(pen, one, GoalState.DROPPED)
        more = f" and {count(len(dropped) - 1, 'part')} of it" if len(dropped) > 1 else ""
        return await pen.seal(
            "goal.drop",
            f"dropped the goal #{goal_id} {goal.title}{more}",
            reason=safe_block(reason).strip(),
            goal=goal_id,
        )


async def reopen(context: Context, goal_id: int, *, by: Actor, at: datetime) -> Receipt:
    """Take up a goal that was done or dropped, and those above it, which cannot be done without it."""
    async with context.db.write(by=by, at=at) as tx:
        pen, goals, goal = await _open(tx, goal_id)
        if goal.state is GoalState.OPEN:
            raise Refused(f"{goal.title} is open")
        at_goal: Goal | None = goal
        while at_goal is not None:
            await pen.change("goal", at_goal.id, state=str(GoalState.OPEN), settled_at=None, settled_by="")
            at_goal = None if at_goal.parent_id is None else _find(goals, at_goal.parent_id)
        return await pen.seal("goal.reopen", f"reopened the goal #{goal_id} {goal.title}", goal=goal_id)


async def work(context: Context, goal_id: int, *, by: Actor, at: datetime, on: bool = True) -> Receipt:
    """Say that one is at work on a goal from now on, or no longer; time by phase is told by it."""
    async with context.db.write(by=by, at=at) as tx:
        pen, _, goal = await _open(tx, goal_id)
        _require_state(goal, GoalState.OPEN)
        if on is (goal.working_since is not None):
            raise Refused(f"{goal.title} is {'' if on else 'not '}in work")
        if goal.working_since is not None:
            await pen.work(goal_id, goal.working_since)
        await pen.change("goal", goal_id, working_since=at if on else None)
        sentence = f"{'took up' if on else 'laid down'} the goal #{goal_id} {goal.title}"
        return await pen.seal("goal.work", sentence, goal=goal_id)


async def need(context: Context, goal_id: int, needs_id: int, *, by: Actor, at: datetime, on: bool = True) -> Receipt:
    """Let a goal wait for another one of its session, or no longer; a circle is refused with its names."""
    async with context.db.write(by=by, at=at) as tx:
        pen, goals, goal = await _open(tx, goal_id)
        needed = _find(goals, needs_id)
        if on is (needs_id in goal.needs):
            raise Refused(
                f"{goal.title} {'needs' if on else 'does not need'} {needed.title}{' already' if on else ''}"
            )
        if on:
            require_no_circle(
                [replace(one, needs=(*one.needs, needs_id)) if one.id == goal_id else one for one in goals]
            )
        await pen.link(goal_id, needs_id, on=on)
        says = "needs" if on else "no longer needs"
        sentence = f"the goal #{goal_id} {goal.title} {says} #{needs_id} {needed.title}"
        return await pen.seal("goal.need", sentence, goal=goal_id)


async def remove(context: Context, goal_id: int, *, by: Actor, at: datetime, reason: str = "") -> Receipt:
    """Take a goal out of the plan with all that stands under it."""
    async with context.db.write(by=by, at=at) as tx:
        pen, goals, goal = await _open(tx, goal_id)
        inside = family(goals, goal_id)
        for one in reversed([placed.goal for placed in ordered(goals) if placed.goal.id in inside]):
            await pen.change("goal", one.id, removed_at=at)
        more = f" and {count(len(inside) - 1, 'part')} of it" if len(inside) > 1 else ""
        return await pen.seal(
            "goal.remove",
            f"removed the goal #{goal_id} {goal.title}{more}",
            reason=safe_block(reason).strip(),
            goal=goal_id,
        )


async def _open(tx: Tx, goal_id: int) -> tuple[Pen, list[Goal], Goal]:
    row = await kept.goal(tx.fetch, goal_id)
    if row is None:
        raise NotFound(f"there is no goal #{goal_id}", hint="'sessiontui show ID' tells the goals of a session")
    pen = await Pen.on(tx, row.session_id)
    goals = await _goals(tx, row.session_id)
    return pen, goals, _find(goals, goal_id)


async def _goals(tx: Tx, session_id: int) -> list[Goal]:
    return [row.goal for row in await kept.goals(tx.fetch, session_id)]


def _find(goals: list[Goal], goal_id: int) -> Goal:
    found = next((goal for goal in goals if goal.id == goal_id), None)
    if found is None:
        raise NotFound(f"this session has no goal #{goal_id}")
    return found


async def _put(pen: Pen, goals: list[Goal], goal: Goal, parent_id: int | None, place: int | None) -> None:
    if parent_id is not None:
        parent = _find(goals, parent_id)
        if parent_id in family(goals, goal.id):
            raise Refused(f"{parent.title} stands under {goal.title} itself")
        if parent.state is not GoalState.OPEN and goal.state is GoalState.OPEN:
            raise Refused(f"{parent.title} is {parent.state}", hint="reopen it first")
    moved = [replace(one, parent_id=parent_id) if one.id == goal.id else one for one in goals]
    require_no_circle(moved)
    _require_depth(moved)
    siblings = [one.id for one in children_of(goals).get(parent_id, ()) if one.id != goal.id]
    to = len(siblings) if place is None else max(0, min(place, len(siblings)))
    if parent_id != goal.parent_id:
        await pen.change("goal", goal.id, parent_id=parent_id)
    await _number(pen, [*siblings[:to], goal.id, *siblings[to:]], goals)


async def _number(pen: Pen, siblings: list[int], goals: list[Goal]) -> None:
    """Write the order of a family down; goals that stay where they were are left alone."""
    positions = {goal.id: goal.position for goal in goals}
    for position, goal_id in enumerate(siblings, start=1):
        if positions.get(goal_id) != position:
            await pen.change("goal", goal_id, position=position)


async def _settle_goal(pen: Pen, goal: Goal, state: GoalState) -> None:
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


def _require_state(goal: Goal, state: GoalState) -> None:
    if goal.state is not state:
        raise Refused(f"{goal.title} is {goal.state} already", hint="reopen it first")


def _require_depth(goals: list[Goal]) -> None:
    if any(placed.depth >= DEEPEST for placed in ordered(goals)):
        raise Refused(f"a tree of goals has at most {DEEPEST} levels")


def _checked(changes: GoalEdit) -> dict[str, str | int]:
    """Return what is to be written, as it is kept; ``BadInput`` says what is wrong with it."""
    values: dict[str, str | int] = {}
    if changes.title is not None:
        values["title"] = safe_line(changes.title).strip()
        if not values["title"]:
            raise BadInput("a goal needs a title", place="title")
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
