"""The plan of a session as rows: what blocks on top, the tree of goals, milestones, checklist, where time went."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from textual.content import Content

from sessiontui.domain.phrases import ago, minutes, span
from sessiontui.domain.planning.words import BlockerSeverity, GoalState
from sessiontui.domain.records import record
from sessiontui.domain.text import visible
from sessiontui.tui.present.bars import bar
from sessiontui.tui.present.look import BAD, GOOD, MUTED, Look

if TYPE_CHECKING:
    from sessiontui.services.plans.picture import BlockerLine, CheckLine, GoalLine, MilestoneLine, Plan


class Part(StrEnum):
    """What a row of the plan stands for."""

    GOAL = "goal"
    MILESTONE = "milestone"
    CHECK = "check"
    BLOCKER = "blocker"


@record
class PlanRow:
    """One row: ``key`` is the part and its number where the cursor can rest on it."""

    content: Content
    key: tuple[Part, int] | None = None


def plan_rows(plan: Plan | None, look: Look, width: int) -> tuple[PlanRow, ...]:
    """Return the rows of a plan for so many cells."""
    if plan is None:
        return (
            PlanRow(Content.styled("Nothing is planned.", MUTED)),
            PlanRow(Content("")),
            PlanRow(Content.styled("n adds a goal, m a milestone, c a check, b a blocker.", MUTED)),
        )
    rows = [PlanRow(_head(plan, look, width))]
    rows += [PlanRow(_blocker(one, look, width), (Part.BLOCKER, one.id)) for one in plan.open_blockers]
    if plan.goals:
        rows.append(PlanRow(Content("")))
        rows += [PlanRow(_goal(line, look, width), (Part.GOAL, line.goal.id)) for line in plan.goals]
    if plan.milestones:
        rows += [PlanRow(Content("")), PlanRow(Content.styled("Milestones", "bold"))]
        rows += [PlanRow(_milestone(line, look, width), (Part.MILESTONE, line.id)) for line in plan.milestones]
    if plan.checklist:
        rows += [PlanRow(Content("")), PlanRow(Content.styled("Checklist", "bold"))]
        rows += [PlanRow(_check(line, look, width), (Part.CHECK, line.id)) for line in plan.checklist]
    resolved = [one for one in plan.blockers if one.resolved_at is not None]
    if resolved:
        rows += [PlanRow(Content("")), PlanRow(Content.styled("Resolved", "bold"))]
        rows += [PlanRow(_resolved(one, look, width), (Part.BLOCKER, one.id)) for one in resolved]
    phases = {phase: time for phase, time in plan.phases.items() if minutes(time)}
    if phases:
        rows += [PlanRow(Content("")), PlanRow(Content.styled("Time by phase", "bold"))]
        whole = sum(phases.values(), timedelta())
        for phase, time in phases.items():
            drawn = bar(time / whole, max(4, min(20, width - 34)), look)
            rows.append(PlanRow(Content(f"{phase or 'no phase':<14} {drawn} {span(minutes(time))}")))
    return tuple(rows)


def _head(plan: Plan, look: Look, width: int) -> Content:
    if plan.progress is None:
        return Content.styled("No goal counts yet.", MUTED)
    drawn = bar(plan.progress / 100, max(6, min(24, width - 30)), look)
    return Content.assemble(
        Content.styled(drawn, GOOD),
        Content.styled(f" {plan.progress} %", "bold"),
        Content.styled(f"{look.dot}{plan.done} of {plan.of} goals done", MUTED),
    )


def _box(done: bool, look: Look) -> Content:
    return Content.styled(look.of("✓", "x"), GOOD) if done else Content.styled(look.of("○", "o"), MUTED)


def _goal(line: GoalLine, look: Look, width: int) -> Content:
    goal = line.goal
    sign, style = _box(goal.state is GoalState.DONE, look), ""
    if goal.state is GoalState.DROPPED:
        sign, style = Content.styled(look.of("–", "-"), MUTED), f"{MUTED} strike"
    elif goal.state is GoalState.DONE:
        style = MUTED
    elif goal.working_since is not None:
        sign = Content.styled(look.of("▸", ">"), "bold $accent")
    notes = []
    if goal.state is GoalState.OPEN:
        notes.append(f"{line.progress} %")
        if line.is_waiting:
            notes.append("needs " + ", ".join(visible(name) for name in line.waits_for))
        if line.blocked:
            notes.append("blocked")
    if goal.phase is not None:
        notes.append(str(goal.phase))
    if goal.weight != 1:
        notes.append(f"weight {goal.weight}")
    if goal.criteria:
        notes.append(visible(" ".join(goal.criteria.split())))
    title = Content.assemble("  " * line.depth, sign, " ", Content.styled(visible(goal.title), style))
    return _with_notes(title, notes, look, width)


def _milestone(line: MilestoneLine, look: Look, width: int) -> Content:
    title = Content.assemble(_box(line.reached_at is not None, look), " ", visible(line.title))
    return _with_notes(title, [line.told], look, width)


def _check(line: CheckLine, look: Look, width: int) -> Content:
    title = Content.assemble(_box(line.done_at is not None, look), " ", visible(line.title))
    return _with_notes(title, [visible(line.done_by)] if line.done_by else [], look, width)


def _blocker(line: BlockerLine, look: Look, width: int) -> Content:
    style = f"bold {BAD}" if line.severity is BlockerSeverity.CRITICAL else BAD
    title = Content.styled(f"! {visible(line.title)}", style)
    return _with_notes(title, [ago(line.age), str(line.severity), line.kind.words], look, width)


def _resolved(line: BlockerLine, look: Look, width: int) -> Content:
    title = Content.assemble(_box(True, look), " ", Content.styled(visible(line.title), MUTED))
    return _with_notes(title, [f"by {visible(line.resolved_by)}", visible(line.resolution)], look, width)


def _with_notes(title: Content, notes: list[str], look: Look, width: int) -> Content:
    """Return a row on one line; where room is short the last notes give way, then the title until it has half."""
    told = [note for note in notes if note]
    if not told:
        return _cut(title, width, look)
    least = Content(f"  {told[0]}{look.ellipsis if told[1:] else ''}").cell_length
    title = _cut(title, max(width // 2, width - least), look)
    return _cut(Content.assemble(title, Content.styled(f"  {look.dot.join(told)}", MUTED)), width, look)


def _cut(content: Content, width: int, look: Look) -> Content:
    if content.cell_length <= width:
        return content
    return Content.assemble(content.truncate(max(1, width - 1)), look.ellipsis)
