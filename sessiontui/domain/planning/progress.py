"""How far a plan is: the weighted share of done goals, with what each goal gives to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from sessiontui.domain.planning.tree import Goal, children_of
from sessiontui.domain.planning.words import GoalState
from sessiontui.domain.records import field, record

WHOLE: Final = 100


@record
class Share:
    """How one goal stands: how far it is itself, and how much of the whole plan hangs on it, both in percent."""

    progress: int
    weight: int


@record(kw_only=True)
class Progress:
    """How far a plan is, in whole percent; ``None`` where nothing counts. ``of`` are goals not dropped."""

    percent: int | None = None
    done: int = 0
    of: int = 0
    shares: Mapping[int, Share] = field(default_factory=dict)


def progress_of(goals: Sequence[Goal]) -> Progress:
    """Return how far goals are.

    A done goal counts whole, a dropped one not at all with what stands under it. An open one counts as far as its
    parts are, by their weights; one without parts as far as somebody said. It is rounded down: 100 means all done.
    """
    families = children_of(goals)
    far: dict[int, Fraction] = {}
    shares: dict[int, Share] = {}

    def measure(goal: Goal) -> Fraction:
        parts = [part for part in families.get(goal.id, ()) if part.state is not GoalState.DROPPED]
        own = [(measure(part), part.weight) for part in parts]
        if goal.state is GoalState.DONE:
            far[goal.id] = Fraction(WHOLE)
        else:
            far[goal.id] = _mean(own) if own else Fraction(goal.progress)
        return far[goal.id]

    def weigh(parent: int | None, whole: Fraction) -> None:
        parts = [part for part in families.get(parent, ()) if part.state is not GoalState.DROPPED]
        sum_of = sum(part.weight for part in parts)
        for part in parts:
            weight = whole * part.weight / sum_of
            shares[part.id] = Share(progress=int(far[part.id]), weight=int(weight + Fraction(1, 2)))
            weigh(part.id, weight)

    roots = [root for root in families.get(None, ()) if root.state is not GoalState.DROPPED]
    if not roots:
        return Progress()
    percent = int(_mean([(measure(root), root.weight) for root in roots]))
    weigh(None, Fraction(WHOLE))
    done = sum(goal.state is GoalState.DONE for goal in goals if goal.id in shares)
    return Progress(percent=percent, done=done, of=len(shares), shares=shares)


def _mean(parts: Sequence[tuple[Fraction, int]]) -> Fraction:
    return sum((far * weight for far, weight in parts), Fraction()) / sum(weight for _, weight in parts)
