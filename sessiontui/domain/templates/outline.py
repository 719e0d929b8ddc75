"""A plan as lines that one reads from top to bottom: goals as a tree, then milestones, then the checklist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final

from sessiontui.domain.phrases import count, span
from sessiontui.domain.planning.draft import GoalDraft, MilestoneDraft, PlanDraft
from sessiontui.domain.planning.words import MilestoneRule
from sessiontui.domain.records import record


class Sort(StrEnum):
    """What a line of an outline is."""

    HEADING = "heading"
    GOAL = "goal"
    MILESTONE = "milestone"
    CHECK = "check"


@record(kw_only=True)
class Row:
    """One line: how deep it stands, what it says, and beside it what that rests on; ``key`` names a goal."""

    sort: Sort
    depth: int
    text: str
    beside: str = ""
    key: str = ""

    def said(self, *, ascii_only: bool) -> str:
        """Return the line with the sign of its sort."""
        sign = _SIGNS[self.sort][ascii_only]
        return "".join((sign, self.text, f"  ({self.beside})" if self.beside else ""))


_SIGNS: Final = {
    Sort.HEADING: ("", ""),
    Sort.GOAL: ("○ ", "o "),
    Sort.MILESTONE: ("◇ ", "<> "),
    Sort.CHECK: ("☐ ", "[] "),
}


def outline(plan: PlanDraft) -> tuple[Row, ...]:
    """Return the lines of a plan; empty where nothing is planned.

    >>> [row.text for row in outline(PlanDraft(checklist=("Tea",)))]
    ['Checklist', 'Tea']
    """
    return tuple(_rows(plan))


def depths(plan: PlanDraft) -> dict[str, int]:
    """Return by key how many goals stand above each."""
    found: dict[str, int] = {}
    for goal in plan.goals:  # a parent stands before its children
        found[goal.key] = found[goal.parent] + 1 if goal.parent in found else 0
    return found


def beside(goal: GoalDraft, titles: Mapping[str, str]) -> str:
    """Return what stands beside a goal: phase, weight where it is not one, the titles of what it waits for."""
    parts = [] if goal.phase is None else [str(goal.phase)]
    if goal.weight != 1:
        parts.append(f"weight {goal.weight}")
    if goal.needs:
        parts.append(f"after {', '.join(titles.get(key, key) for key in goal.needs)}")
    return ", ".join(parts)


def when(milestone: MilestoneDraft) -> str:
    """Return when a milestone is reached.

    >>> when(MilestoneDraft(title="Half", rule=MilestoneRule.MINUTES_RUN, threshold=30))
    'once it ran 30 min'
    """
    match milestone.rule:
        case MilestoneRule.GOALS_DONE:
            return f"once {count(milestone.threshold, 'goal')} {'is' if milestone.threshold == 1 else 'are'} done"
        case MilestoneRule.MINUTES_RUN:
            return f"once it ran {span(milestone.threshold)}"
        case MilestoneRule.ATTENDANCE:
            return f"once {count(milestone.threshold, 'person', 'people')} came"
        case MilestoneRule.MANUAL:
            return "by hand"


def _rows(plan: PlanDraft) -> Iterator[Row]:
    if plan.goals:
        yield Row(sort=Sort.HEADING, depth=0, text="Goals")
        deep = depths(plan)
        titles = {goal.key: goal.title for goal in plan.goals}
        for goal in plan.goals:
            told = beside(goal, titles)
            yield Row(sort=Sort.GOAL, depth=deep[goal.key] + 1, text=goal.title, beside=told, key=goal.key)
    if plan.milestones:
        yield Row(sort=Sort.HEADING, depth=0, text="Milestones")
        for one in plan.milestones:
            yield Row(sort=Sort.MILESTONE, depth=1, text=one.title, beside=when(one))
    if plan.checklist:
        yield Row(sort=Sort.HEADING, depth=0, text="Checklist")
        for item in plan.checklist:
            yield Row(sort=Sort.CHECK, depth=1, text=item)
