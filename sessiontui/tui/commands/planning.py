"""What the keys of the tab Plan do: one act on one part of the plan under the cursor, asked for where it must be."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action, may
from sessiontui.domain.errors import SessiontuiError
from sessiontui.domain.planning.words import BlockerKind, GoalState, MilestoneRule, Phase
from sessiontui.domain.text import visible
from sessiontui.tui.commands.command import report, said
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.dialogs.ask import Ask
from sessiontui.tui.dialogs.choose import Choose, Option
from sessiontui.tui.present.plan import Part

if TYPE_CHECKING:
    from sessiontui.services.plans.goal_steps import GoalEdit
    from sessiontui.services.plans.picture import GoalLine, Plan
    from sessiontui.services.receipt import Receipt

_NO_PHASE: Final = "none"
_RULES: Final = (
    Option(MilestoneRule.MANUAL, "By hand", "you say when"),
    Option(MilestoneRule.GOALS_DONE, "Goals done", "so many goals are done"),
    Option(MilestoneRule.MINUTES_RUN, "Minutes run", "it has run so long, pauses left out"),
    Option(MilestoneRule.ATTENDANCE, "Attendance", "so many people came"),
)


async def act_on_plan(
    console: Console, scene: Scene, act: str, key: tuple[Part, int] | None, *, title: str = ""
) -> None:
    """Do what a key of the tab Plan asks for, and tell what came of it or why it is impossible.

    ``title`` is that of a new part, where it was typed already.
    """
    reason = _why_not(scene)
    if reason:
        console.tell(reason, severity="warning")
        return
    try:
        receipt = await _act(console, scene, act, key, title)
    except SessiontuiError as error:
        await console.port.note(error)
        console.tell(said(error), severity="error")
        console.refresh_board()
        return
    if receipt is not None:
        report(console, receipt)


def _why_not(scene: Scene) -> str:
    if scene.line is None:
        return "no session is selected"
    if scene.read_only:
        return "the console was opened for reading only"
    if scene.as_of is not None:
        return "a past instant is shown: the past is read-only"
    verdict = may(scene.actor, Action.EDIT, scene.standing(scene.line))
    return "" if verdict.allowed else verdict.reason


async def _act(console: Console, scene: Scene, act: str, key: tuple[Part, int] | None, title: str) -> Receipt | None:
    if act in _NEW:
        return await _NEW[act](console, scene, key, title.strip() or None)
    if key is None:
        console.tell("nothing is under the cursor: n adds a goal", severity="warning")
        return None
    part, number = key
    return await _ON[part](console, scene, act, number)


async def _ask(console: Console, question: str, *, label: str = "Title", value: str = "") -> str:
    return (
        await console.push_screen_wait(
            Ask(question, label=label, value=value, validate=lambda text: "" if text.strip() else "write something")
        )
        or ""
    )


async def _ask_number(console: Console, question: str, label: str, value: int, most: int) -> int | None:
    def wrong(text: str) -> str:
        return "" if text.isascii() and text.isdigit() and int(text) <= most else f"a whole number up to {most}"

    text = await console.push_screen_wait(Ask(question, label=label, value=str(value), validate=wrong))
    return int(text) if text else None


async def _add_goal(
    console: Console, scene: Scene, key: tuple[Part, int] | None, title: str | None
) -> Receipt | None:
    from sessiontui.services.plans import goals

    after = key[1] if key is not None and key[0] is Part.GOAL else None
    title = title or await _ask(console, "A new goal")
    if not title or scene.line is None:
        return None
    return await goals.add(
        console.port.context, scene.line.id, title, by=scene.actor, at=console.port.clock(), after_id=after
    )


async def _add_part(
    console: Console, scene: Scene, key: tuple[Part, int] | None, title: str | None
) -> Receipt | None:
    from sessiontui.services.plans import goals

    if key is None or key[0] is not Part.GOAL:
        return await _add_goal(console, scene, None, title)
    title = title or await _ask(console, "A part of this goal")
    if not title or scene.line is None:
        return None
    return await goals.add(
        console.port.context, scene.line.id, title, by=scene.actor, at=console.port.clock(), parent_id=key[1]
    )


async def _add_milestone(
    console: Console, scene: Scene, key: tuple[Part, int] | None, title: str | None
) -> Receipt | None:
    from sessiontui.services.plans import milestones

    del key
    title = title or await _ask(console, "A new milestone")
    rule = await console.push_screen_wait(Choose("What reaches it?", _RULES)) if title else None
    if rule is None or scene.line is None:
        return None
    threshold: int | None = 0
    if rule != MilestoneRule.MANUAL:
        threshold = await _ask_number(console, "How many?", "Number", 1, 100_000)
    if threshold is None:
        return None
    return await milestones.add(
        console.port.context, scene.line.id, title, by=scene.actor, at=console.port.clock(),
        rule=MilestoneRule(rule), threshold=threshold,
    )  # fmt: skip


async def _add_check(
    console: Console, scene: Scene, key: tuple[Part, int] | None, title: str | None
) -> Receipt | None:
    from sessiontui.services.plans import checks

    del key
    title = title or await _ask(console, "A new item of the checklist")
    if not title or scene.line is None:
        return None
    return await checks.add(console.port.context, scene.line.id, title, by=scene.actor, at=console.port.clock())


async def _open_blocker(
    console: Console, scene: Scene, key: tuple[Part, int] | None, title: str | None
) -> Receipt | None:
    from sessiontui.services.plans import blockers

    title = title or await _ask(console, "What blocks?")
    kinds = [Option(kind.value, kind.words) for kind in BlockerKind]
    kind = await console.push_screen_wait(Choose("What sort is it?", kinds)) if title else None
    if kind is None or scene.line is None:
        return None
    return await blockers.open_blocker(
        console.port.context, scene.line.id, title, by=scene.actor, at=console.port.clock(),
        kind=BlockerKind(kind), goal_id=key[1] if key is not None and key[0] is Part.GOAL else None,
    )  # fmt: skip


async def _on_goal(console: Console, scene: Scene, act: str, number: int) -> Receipt | None:
    from sessiontui.services.plans import goals

    line = next((one for one in _plan(scene).goals if one.goal.id == number), None)
    if line is None:
        return None
    context, by, at, goal = console.port.context, scene.actor, console.port.clock(), line.goal
    match act:
        case "toggle":
            deed = goals.finish if goal.state is GoalState.OPEN else goals.reopen
            return await deed(context, number, by=by, at=at)
        case "drop":
            deed = goals.drop if goal.state is GoalState.OPEN else goals.reopen
            return await deed(context, number, by=by, at=at)
        case "in" | "out" | "up" | "down":
            return await goals.step(context, number, goals.Step(act), by=by, at=at)
        case "work":
            return await goals.work(context, number, by=by, at=at, on=goal.working_since is None)
        case "remove":
            return await goals.remove(context, number, by=by, at=at)
        case "needs":
            return await _needs(console, scene, line)
    changes = await _changes(console, act, line)
    return None if changes is None else await goals.edit(context, number, changes, by=by, at=console.port.clock())


async def _changes(console: Console, act: str, line: GoalLine) -> GoalEdit | None:
    from sessiontui.services.plans.goal_steps import HEAVIEST, GoalEdit

    goal, named = line.goal, visible(line.goal.title)
    if act == "rename":
        title = await _ask(console, "The goal is called", value=goal.title)
        return GoalEdit(title=title) if title else None
    if act == "progress":
        far = await _ask_number(console, f"How far is {named}?", "Percent", goal.progress, 100)
        return None if far is None else GoalEdit(progress=far)
    if act == "weight":
        weight = await _ask_number(console, f"How much counts {named}?", "Weight", goal.weight, HEAVIEST)
        return None if weight is None else GoalEdit(weight=weight)
    phases = [Option(phase.value, phase.value) for phase in Phase]
    phase = await console.push_screen_wait(
        Choose(f"The phase of {named}", [*phases, Option(_NO_PHASE, "no phase")], current=str(goal.phase or ""))
    )
    return None if phase is None else GoalEdit(phase="" if phase == _NO_PHASE else phase)


async def _needs(console: Console, scene: Scene, line: GoalLine) -> Receipt | None:
    from sessiontui.services.plans import goals

    held = line.goal.needs
    options = [_needable(one, held) for one in _plan(scene).goals if one.goal.id != line.goal.id]
    chosen = await console.push_screen_wait(Choose(f"What does {visible(line.goal.title)} need first?", options))
    if chosen is None:
        return None
    return await goals.need(
        console.port.context, line.goal.id, int(chosen), by=scene.actor, at=console.port.clock(),
        on=int(chosen) not in held,
    )  # fmt: skip


def _needable(line: GoalLine, held: tuple[int, ...]) -> Option:
    value = str(line.goal.id)
    return Option(value, visible(line.goal.title), "needed: choose to take away" if line.goal.id in held else "")


async def _on_milestone(console: Console, scene: Scene, act: str, number: int) -> Receipt | None:
    from sessiontui.services.plans import milestones

    line = next(one for one in _plan(scene).milestones if one.id == number)
    context, by, at = console.port.context, scene.actor, console.port.clock()
    if act == "toggle":
        return await milestones.reach(context, number, by=by, at=at, on=line.reached_at is None)
    if act == "remove":
        return await milestones.remove(context, number, by=by, at=at)
    title = await _ask(console, "The milestone is called", value=line.title) if act == "rename" else ""
    return await milestones.edit(context, number, by=by, at=console.port.clock(), title=title) if title else None


async def _on_check(console: Console, scene: Scene, act: str, number: int) -> Receipt | None:
    from sessiontui.services.plans import checks

    line = next(one for one in _plan(scene).checklist if one.id == number)
    context, by, at = console.port.context, scene.actor, console.port.clock()
    if act == "toggle":
        return await checks.tick(context, number, by=by, at=at, on=line.done_at is None)
    if act == "remove":
        return await checks.remove(context, number, by=by, at=at)
    title = await _ask(console, "The item is called", value=line.title) if act == "rename" else ""
    return await checks.rename(context, number, title, by=by, at=console.port.clock()) if title else None


async def _on_blocker(console: Console, scene: Scene, act: str, number: int) -> Receipt | None:
    from sessiontui.services.plans import blockers

    line = next(one for one in _plan(scene).blockers if one.id == number)
    context, by, at = console.port.context, scene.actor, console.port.clock()
    if act == "toggle" and line.resolved_at is not None:
        return await blockers.reopen(context, number, by=by, at=at)
    if act == "toggle":
        how = await _ask(console, f"How was it resolved? {visible(line.title)}", label="How")
        return (
            await blockers.resolve(context, number, by=by, at=console.port.clock(), resolution=how) if how else None
        )
    if act == "remove":
        return await blockers.remove(context, number, by=by, at=at)
    title = await _ask(console, "The blocker is called", value=line.title) if act == "rename" else ""
    return await blockers.edit(context, number, by=by, at=console.port.clock(), title=title) if title else None


def _plan(scene: Scene) -> Plan:
    from sessiontui.services.plans.picture import Plan

    return (scene.detail.plan if scene.detail is not None else None) or Plan()


_NEW: Final[dict[str, Callable[[Console, Scene, tuple[Part, int] | None, str | None], Awaitable[Receipt | None]]]] = {
    "add": _add_goal,
    "add_part": _add_part,
    "milestone": _add_milestone,
    "check": _add_check,
    "blocker": _open_blocker,
}
_ON: Final[dict[Part, Callable[[Console, Scene, str, int], Awaitable[Receipt | None]]]] = {
    Part.GOAL: _on_goal,
    Part.MILESTONE: _on_milestone,
    Part.CHECK: _on_check,
    Part.BLOCKER: _on_blocker,
}
