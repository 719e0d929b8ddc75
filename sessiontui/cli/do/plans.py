"""Plans on the command line: ``do goal|milestone|check|blocker``, and how ``show`` tells of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from sessiontui.cli.usage import WrongUsage
from sessiontui.domain.instants import maybe_rfc3339, rfc3339
from sessiontui.domain.phrases import minutes, span
from sessiontui.domain.planning.words import BlockerKind, BlockerSeverity, GoalState, MilestoneRule, Phase
from sessiontui.services import boards
from sessiontui.services.exporting import minutes_of
from sessiontui.services.plans import blockers, checks, goals, milestones

if TYPE_CHECKING:
    from sessiontui.cli.call import Call
    from sessiontui.services.plans.picture import GoalLine, Plan
    from sessiontui.services.receipt import Receipt

_MARKS: Final = {GoalState.OPEN: "[ ]", GoalState.DONE: "[x]", GoalState.DROPPED: "[-]"}


def as_json(plan: Plan) -> dict[str, object]:
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
    changes = goals.GoalEdit(
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
