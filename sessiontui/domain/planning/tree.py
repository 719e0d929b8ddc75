"""Goals as a tree: their order, what each waits for, and whether a change would close a circle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from sessiontui.domain.errors import Refused
from sessiontui.domain.planning.words import GoalState, Phase
from sessiontui.domain.records import record

DEEPEST: Final = 8
"""Levels of a tree: deeper ones do not fit beside their titles."""

MOST_GOALS: Final = 500
"""Goals of one plan, removed ones left out."""


@record(kw_only=True)
class Goal:
    """One goal of a session; ``progress`` is 0 to 100 as somebody said it, ``needs`` are goals to be done before.

    ``settled_at`` is when it was done or dropped, ``working_since`` since when it is in work, if it is.
    """

    id: int
    title: str
    parent_id: int | None = None
    criteria: str = ""
    weight: int = 1
    phase: Phase | None = None
    progress: int = 0
    state: GoalState = GoalState.OPEN
    position: int = 0
    needs: tuple[int, ...] = ()
    settled_at: datetime | None = None
    working_since: datetime | None = None


@record
class Placed:
    """A goal in its place; roots have depth 0."""

    goal: Goal
    depth: int


def children_of(goals: Iterable[Goal]) -> Mapping[int | None, Sequence[Goal]]:
    """Return the goals by their parent, each family in its order; roots stand under ``None``.

    A goal whose parent is not among them is a root.
    """
    known = list(goals)
    ids = {goal.id for goal in known}
    families: defaultdict[int | None, list[Goal]] = defaultdict(list)
    for goal in sorted(known, key=lambda goal: (goal.position, goal.id)):
        families[goal.parent_id if goal.parent_id in ids else None].append(goal)
    return families


def ordered(goals: Iterable[Goal]) -> tuple[Placed, ...]:
    """Return the goals as they are read, each followed by what stands under it."""
    families = children_of(goals)

    def walk(parent: int | None, depth: int) -> Iterator[Placed]:
        for goal in families.get(parent, ()):
            yield Placed(goal, depth)
            yield from walk(goal.id, depth + 1)

    return tuple(walk(None, 0))


def family(goals: Iterable[Goal], goal_id: int) -> frozenset[int]:
    """Return a goal with all that stands under it."""
    families = children_of(goals)
    found, rest = {goal_id}, [goal_id]
    while rest:
        for child in families.get(rest.pop(), ()):
            found.add(child.id)
            rest.append(child.id)
    return frozenset(found)


def waits_for(goals: Sequence[Goal]) -> Mapping[int, tuple[int, ...]]:
    """Return, for each goal that is open, the goals it needs that are open still, its ancestors' needs included."""
    by_id = {goal.id: goal for goal in goals}
    found: dict[int, tuple[int, ...]] = {}
    for goal in goals:
        if goal.state is GoalState.OPEN:
            needs = (need for one in _line_up(goal, by_id) for need in one.needs)
            found[goal.id] = tuple(
                dict.fromkeys(need for need in needs if need in by_id and by_id[need].state is GoalState.OPEN)
            )
    return found


def circle(goals: Sequence[Goal]) -> tuple[int, ...]:
    """Return the goals of one circle in which each waits for the next, empty where there is none.

    A goal waits for what it needs, for what stands under it, and for what those above it need.

    >>> circle([Goal(id=1, title="a", needs=(2,)), Goal(id=2, title="b", needs=(1,))])
    (1, 2)
    >>> circle([Goal(id=1, title="a"), Goal(id=2, title="b", parent_id=1, needs=(1,))])
    (1, 2)
    """
    by_id = {goal.id: goal for goal in goals}
    edges: dict[int, list[int]] = {goal.id: [] for goal in goals}
    for goal in goals:
        if goal.parent_id in by_id and goal.parent_id is not None:
            edges[goal.parent_id].append(goal.id)
        for one in _line_up(goal, by_id):
            edges[goal.id] += [need for need in one.needs if need in by_id]
    return _circle(edges)


def require_no_circle(goals: Sequence[Goal]) -> None:
    """Raise ``Refused``, naming the circle, where goals wait for each other."""
    found = circle(goals)
    if found:
        by_id = {goal.id: goal for goal in goals}
        names = " → ".join(f"#{number} {by_id[number].title}" for number in (*found, found[0]))
        raise Refused(f"goals would wait for each other: {names}", hint="take one of these needs away first")


def _line_up(goal: Goal, by_id: Mapping[int, Goal]) -> Iterator[Goal]:
    """Yield a goal and those above it; each once, also where the tree itself is a circle."""
    seen: set[int] = set()
    at: Goal | None = goal
    while at is not None and at.id not in seen:
        seen.add(at.id)
        yield at
        at = None if at.parent_id is None else by_id.get(at.parent_id)


def _circle(edges: Mapping[int, Sequence[int]]) -> tuple[int, ...]:
    """Return one circle of a directed graph; it goes as deep as it must without calling itself."""
    done: set[int] = set()
    for start in edges:
        path: list[int] = []
        on_path: set[int] = set()
        rest: list[tuple[int, Iterator[int]]] = []
        if start not in done:
            rest.append((start, iter(edges[start])))
            path.append(start)
            on_path.add(start)
        while rest:
            node, ahead = rest[-1]
            step = next(ahead, None)
            if step is None:
                rest.pop()
                path.pop()
                on_path.discard(node)
                done.add(node)
            elif step in on_path:
                return tuple(path[path.index(step) :])
            elif step not in done:
                rest.append((step, iter(edges[step])))
                path.append(step)
                on_path.add(step)
    return ()
