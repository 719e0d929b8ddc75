"""The order of goals in a draft: parents before children, and no circle of needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sessiontui.domain.planning.draft import GoalDraft


def tree_order(goals: Sequence[GoalDraft]) -> tuple[GoalDraft, ...]:
    """Return goals so that each stands behind its parent and siblings keep their order; none may be its own ancestor.

    >>> [one.key for one in tree_order([GoalDraft(key="b", title="B", parent="a"), GoalDraft(key="a", title="A")])]
    ['a', 'b']
    """
    children: dict[str, list[GoalDraft]] = {}
    for goal in goals:
        children.setdefault(goal.parent, []).append(goal)
    ordered: list[GoalDraft] = []
    waiting = list(reversed(children.get("", [])))
    while waiting:
        goal = waiting.pop()
        ordered.append(goal)
        waiting += reversed(children.get(goal.key, []))
    return tuple(ordered)


def circle(ties: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return keys that lead back to the first of them, the first again at the end; empty where nothing does.

    >>> circle({"a": ["b"], "b": ["c"], "c": ["b"]})
    ('b', 'c', 'b')
    """
    done: set[str] = set()
    for start in ties:
        way: dict[str, int] = {}
        stack = [(start, iter(ties.get(start, ())))] if start not in done else []
        if stack:
            way[start] = 0
        while stack:
            key, rest = stack[-1]
            following = next((one for one in rest if one not in done), None)
            if following is None:
                done.add(key)
                stack.pop()
                del way[key]
            elif following in way:
                names = [name for name, _ in stack[way[following] :]]
                return (*names, following)
            else:
                way[following] = len(stack)
                stack.append((following, iter(ties.get(following, ()))))
    return ()
