"""Plans on the command line: ``do goal|milestone|check|blocker``, and how ``show`` tells of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from sessiontui.cli.usage import WrongUsage
from sessiontui.domain.phrases import minutes, span
from sessiontui.domain.planning.words import BlockerKind, BlockerSeverity, GoalState, MilestoneRule, Phase
from sessiontui.services import boards
from sessiontui.services.plans import blockers, checks, goals, milestones
from sessiontui.services.plans.goal_steps import GoalEdit

if TYPE_CHECKING:
    from sessiontui.cli.call import Call
    from sessiontui.services.plans.picture import Plan
    from sessiontui.services.receipt import Receipt

_MARKS: Final = {GoalState.OPEN: "[ ]", GoalState.DONE: "[x]", GoalState.DROPPED: "[-]"}


def as_text(plan: Plan) -> Iterator[str]:
    """Yield the lines of a plan as a person reads it."""
    head = "Plan" if plan.progress is None else f"Plan ({plan.progress} %, {plan.done} of {plan.of} goals done)"
    yield head
    for line in plan.open_blockers:
        yield f"  ! {line.severity} blocker #{line.id} {line.title} ({line.kind.words}, {span(minutes(line.age))})"
    for goal in plan.goals:
        notes = [f"{goal.progress} %"] if goal.goal.state is GoalState.OPEN else []
        notes += [str(goal.goal.phase)] if goal.goal.phase else []
        notes += [f"needs {', '.join(goal.waits_for)}"] if goal.is_waiting else []
        yield f"{'  ' * (goal.depth + 1)}{_MARKS[goal.goal.state]} #{goal.goal.id} {goal.goal.title}" + (
            f" ({'; '.join(notes)})" if notes else ""
        )
    for milestone in plan.milestones:
        mark = "[ ]" if milestone.reached_at is None else "[x]"
        yield f"  {mark} milestone #{milestone.id} {milestone.title} ({milestone.told})"
    for item in plan.checklist:
        yield f"  {'[ ]' if item.done_at is None else '[x]'} check #{item.id} {item.title}"
    for phase, time in plan.phases.items():
        yield f"  {phase or 'no phase'}: {span(minutes(time))}"


async def act(call: Call) -> Receipt:
    """Do one thing to a plan."""
    return await _WAYS[call.options.action][call.options.way](call)


async def _goal_add(call: Call) -> Receipt:
    options = call.options
    return await goals.add(
        call.context,
        await boards.find(call.context, options.id),
        options.title,
        by=call.actor,
        at=call.clock(),
        parent_id=options.under,
        after_id=options.after,
        criteria=options.criteria or "",
        weight=options.weight or 1,
        phase=None if not options.phase else Phase(options.phase),
    )


async def _goal_edit(call: Call) -> Receipt:
    options = call.options
    changes = GoalEdit(
        title=options.title,
        criteria=options.criteria,
        weight=options.weight,
        phase="" if options.phase == "none" else options.phase,
        progress=options.progress,
    )
    return await goals.edit(call.context, number(options.id), changes, by=call.actor, at=call.clock())


async def _goal_move(call: Call) -> Receipt:
    options, goal_id, at = call.options, number(call.options.id), call.clock()
    if options.step is not None:
        return await goals.step(call.context, goal_id, goals.Step(options.step), by=call.actor, at=at)
    place = None if options.place is None else options.place - 1
    return await goals.move(call.context, goal_id, by=call.actor, at=at, parent_id=options.under, place=place)


async def _goal_done(call: Call) -> Receipt:
    return await goals.finish(call.context, number(call.options.id), by=call.actor, at=call.clock())


async def _goal_drop(call: Call) -> Receipt:
    options = call.options
    return await goals.drop(call.context, number(options.id), by=call.actor, at=call.clock(), reason=options.reason)


async def _goal_reopen(call: Call) -> Receipt:
    return await goals.reopen(call.context, number(call.options.id), by=call.actor, at=call.clock())


async def _goal_remove(call: Call) -> Receipt:
    options = call.options
    return await goals.remove(call.context, number(options.id), by=call.actor, at=call.clock(), reason=options.reason)


async def _goal_work(call: Call) -> Receipt:
    return await goals.work(
        call.context, number(call.options.id), by=call.actor, at=call.clock(), on=not call.options.stop
    )


async def _goal_need(call: Call) -> Receipt:
    options = call.options
    return await goals.need(
        call.context, number(options.id), number(options.needs), by=call.actor, at=call.clock(), on=not options.no
    )


async def _milestone_add(call: Call) -> Receipt:
    options = call.options
    return await milestones.add(
        call.context,
        await boards.find(call.context, options.id),
        options.title,
        by=call.actor,
        at=call.clock(),
        rule=MilestoneRule(options.rule or MilestoneRule.MANUAL),
        threshold=options.threshold or 0,
    )


async def _milestone_edit(call: Call) -> Receipt:
    options = call.options
    return await milestones.edit(
        call.context,
        number(options.id),
        by=call.actor,
        at=call.clock(),
        title=options.title,
        rule=None if options.rule is None else MilestoneRule(options.rule),
        threshold=options.threshold,
    )


async def _milestone_reach(call: Call) -> Receipt:
    return await milestones.reach(
        call.context, number(call.options.id), by=call.actor, at=call.clock(), on=not call.options.no
    )


async def _milestone_remove(call: Call) -> Receipt:
    return await milestones.remove(call.context, number(call.options.id), by=call.actor, at=call.clock())


async def _check_add(call: Call) -> Receipt:
    session_id = await boards.find(call.context, call.options.id)
    return await checks.add(call.context, session_id, call.options.title, by=call.actor, at=call.clock())


async def _check_tick(call: Call) -> Receipt:
    return await checks.tick(
        call.context, number(call.options.id), by=call.actor, at=call.clock(), on=not call.options.no
    )


async def _check_rename(call: Call) -> Receipt:
    options = call.options
    return await checks.rename(call.context, number(options.id), options.title, by=call.actor, at=call.clock())


async def _check_remove(call: Call) -> Receipt:
    return await checks.remove(call.context, number(call.options.id), by=call.actor, at=call.clock())


async def _blocker_open(call: Call) -> Receipt:
    options = call.options
    return await blockers.open_blocker(
        call.context,
        await boards.find(call.context, options.id),
        options.title,
        by=call.actor,
        at=call.clock(),
        kind=BlockerKind(options.kind or BlockerKind.TECHNICAL),
        severity=BlockerSeverity(options.severity or BlockerSeverity.MAJOR),
        detail=options.detail or "",
        goal_id=options.goal,
    )


async def _blocker_edit(call: Call) -> Receipt:
    options = call.options
    return await blockers.edit(
        call.context,
        number(options.id),
        by=call.actor,
        at=call.clock(),
        title=options.title,
        kind=None if options.kind is None else BlockerKind(options.kind),
        severity=None if options.severity is None else BlockerSeverity(options.severity),
        detail=options.detail,
    )


async def _blocker_resolve(call: Call) -> Receipt:
    options = call.options
    return await blockers.resolve(
        call.context, number(options.id), by=call.actor, at=call.clock(), resolution=options.reason
    )


async def _blocker_reopen(call: Call) -> Receipt:
    return await blockers.reopen(call.context, number(call.options.id), by=call.actor, at=call.clock())


async def _blocker_remove(call: Call) -> Receipt:
    return await blockers.remove(call.context, number(call.options.id), by=call.actor, at=call.clock())


def number(text: str) -> int:
    """Return the number that is meant; ``WrongUsage`` where it is none."""
    own = text.strip().removeprefix("#")
    if not (own.isascii() and own.isdigit() and len(own) < 16):
        raise WrongUsage(f"{text!r} is no number of a part of a plan", hint="'sessiontui show ID' tells them")
    return int(own)


_WAYS: Final[Mapping[str, Mapping[str, Callable[[Call], Awaitable[Receipt]]]]] = {
    "goal": {
        "add": _goal_add, "edit": _goal_edit, "move": _goal_move, "done": _goal_done, "drop": _goal_drop,
        "reopen": _goal_reopen, "remove": _goal_remove, "work": _goal_work, "need": _goal_need,
    },
    "milestone": {
        "add": _milestone_add, "edit": _milestone_edit, "reach": _milestone_reach, "remove": _milestone_remove,
    },
    "check": {"add": _check_add, "tick": _check_tick, "rename": _check_rename, "remove": _check_remove},
    "blocker": {
        "open": _blocker_open, "edit": _blocker_edit, "resolve": _blocker_resolve, "reopen": _blocker_reopen,
        "remove": _blocker_remove,
    },
}  # fmt: skip

SINGLE: Final[Mapping[str, Callable[[Call], Awaitable[Receipt]]]] = dict.fromkeys(_WAYS, act)
"""The actions of ``do``."""
