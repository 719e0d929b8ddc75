"""Goals are added, edited, moved, finished, dropped and made to wait for each other; every act can be undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, Refused
from sessiontui.domain.phrases import count
from sessiontui.domain.planning.tree import (
    DEEPEST,
    MOST_GOALS,
    Goal,
    children_of,
    family,
    ordered,
    require_no_circle,
)
from sessiontui.domain.planning.words import GoalState, Phase
from sessiontui.domain.text import safe_block
from sessiontui.services.plans import goal_steps
from sessiontui.services.plans.goal_steps import GoalEdit, checked, find, goals_of, open_goal, require_open
from sessiontui.services.plans.pen import Pen
from sessiontui.services.receipt import Receipt

if TYPE_CHECKING:
    from sessiontui.services.context import Context

_SETTLED: Final = {GoalState.DONE: "goal.finish", GoalState.DROPPED: "goal.drop", GoalState.OPEN: "goal.reopen"}
"""How an act is named that does nothing but settle a goal, or take it up again."""


class Step(StrEnum):
    """One step of a goal in the tree, as keys take it."""

    UP = "up"
    DOWN = "down"
    IN = "in"
    OUT = "out"


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
    values = checked(GoalEdit(title=title, criteria=criteria, weight=weight, phase=str(phase or "")))
    async with context.db.write(by=by, at=at) as tx:
        pen = await Pen.on(tx, session_id)
        goals = await goals_of(tx, session_id)
        if len(goals) >= MOST_GOALS:
            raise Refused(f"{pen.session.title} has {MOST_GOALS} goals already", hint="make another session")
        if after_id is not None:
            parent_id = find(goals, after_id).parent_id
        if parent_id is not None and find(goals, parent_id).state is not GoalState.OPEN:
            raise Refused(f"{find(goals, parent_id).title} is settled", hint="reopen it first")
        goal_id = await pen.add("goal", **values, parent_id=parent_id, created_at=at, created_by=by.name)
        siblings = [goal.id for goal in children_of(goals).get(parent_id, ())]
        place = len(siblings) if after_id is None else siblings.index(after_id) + 1
        await _number(pen, [*siblings[:place], goal_id, *siblings[place:]], goals)
        _require_depth(await goals_of(tx, session_id))
        return await pen.seal("goal.add", f"added the goal #{goal_id} {values['title']}", goal=goal_id)


async def edit(context: Context, goal_id: int, changes: GoalEdit, *, by: Actor, at: datetime) -> Receipt:
    """Change the title, criteria, weight, phase or progress of a goal."""
    return await change(context, goal_id, changes, by=by, at=at)


async def finish(context: Context, goal_id: int, *, by: Actor, at: datetime) -> Receipt:
    """Say that a goal is done; refused while parts of it, or goals that it needs, are open."""
    return await change(context, goal_id, by=by, at=at, state=GoalState.DONE)


async def drop(context: Context, goal_id: int, *, by: Actor, at: datetime, reason: str = "") -> Receipt:
    """Drop a goal with its open parts: they count for nothing from now on, and stay in sight."""
    return await change(context, goal_id, by=by, at=at, state=GoalState.DROPPED, reason=reason)


async def reopen(context: Context, goal_id: int, *, by: Actor, at: datetime) -> Receipt:
    """Take up a goal that was done or dropped, and those above it, which cannot be done without it."""
    return await change(context, goal_id, by=by, at=at, state=GoalState.OPEN)


async def change(
    context: Context,
    goal_id: int,
    changes: GoalEdit | None = None,
    *,
    by: Actor,
    at: datetime,
    state: GoalState | None = None,
    reason: str = "",
) -> Receipt:
    """Change what is written about a goal and whether it is done, dropped or open: both, or neither.

    One that is taken up again is so before anything else of it changes.
    """
    values = checked(changes or GoalEdit())
    if not values and state is None:
        raise BadInput("nothing to change was given")
    async with context.db.write(by=by, at=at) as tx:
        pen, goals, goal = await open_goal(tx, goal_id)
        said: list[str] = []
        if state is GoalState.OPEN:
            said.append(await goal_steps.reopen(pen, goals, goal))
            goals = await goals_of(tx, pen.session_id)
            goal = find(goals, goal_id)
        if values:
            said.append(await goal_steps.rewrite(pen, goals, goal, values))
        if state is GoalState.DONE:
            said.append(await goal_steps.finish(pen, goals, goal))
        elif state is GoalState.DROPPED:
            said.append(await goal_steps.drop(pen, goals, goal))
        action = "goal.edit" if values else _SETTLED[state or GoalState.OPEN]
        return await pen.seal(action, "; ".join(said), reason=safe_block(reason).strip(), goal=goal_id)


async def move(
    context: Context, goal_id: int, *, by: Actor, at: datetime, parent_id: int | None, place: int | None = None
) -> Receipt:
    """Put a goal under another one, or to the root with ``None``; last without ``place``, which counts from 0."""
    async with context.db.write(by=by, at=at) as tx:
        pen, goals, goal = await open_goal(tx, goal_id)
        await _put(pen, goals, goal, parent_id, place)
        under = "to the root" if parent_id is None else f"under {find(goals, parent_id).title}"
        return await pen.seal("goal.move", f"moved the goal #{goal_id} {goal.title} {under}", goal=goal_id)


async def step(context: Context, goal_id: int, which: Step, *, by: Actor, at: datetime) -> Receipt:
    """Move a goal one step: up or down among its siblings, in under the one above it, out behind its parent."""
    async with context.db.write(by=by, at=at) as tx:
        pen, goals, goal = await open_goal(tx, goal_id)
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
            parent = find(goals, goal.parent_id)
            uncles = [one.id for one in families.get(parent.parent_id, ())]
            await _put(pen, goals, goal, parent.parent_id, uncles.index(parent.id) + 1)
        return await pen.seal("goal.move", f"moved the goal #{goal_id} {goal.title} {which}", goal=goal_id)


async def work(context: Context, goal_id: int, *, by: Actor, at: datetime, on: bool = True) -> Receipt:
    """Say that one is at work on a goal from now on, or no longer; time by phase is told by it."""
    async with context.db.write(by=by, at=at) as tx:
        pen, _, goal = await open_goal(tx, goal_id)
        require_open(goal)
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
        pen, goals, goal = await open_goal(tx, goal_id)
        needed = find(goals, needs_id)
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
        pen, goals, goal = await open_goal(tx, goal_id)
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


async def _put(pen: Pen, goals: list[Goal], goal: Goal, parent_id: int | None, place: int | None) -> None:
    if parent_id is not None:
        parent = find(goals, parent_id)
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


def _require_depth(goals: list[Goal]) -> None:
    if any(placed.depth >= DEEPEST for placed in ordered(goals)):
        raise Refused(f"a tree of goals has at most {DEEPEST} levels")
