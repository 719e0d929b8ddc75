"""Plans, pure: trees that stay free of circles, progress, milestones, time by phase."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiontui.domain.errors import Refused
from sessiontui.domain.planning.phases import Work, time_by_phase
from sessiontui.domain.planning.progress import progress_of
from sessiontui.domain.planning.reaching import nth, ran_for
from sessiontui.domain.planning.tree import Goal, circle, ordered, require_no_circle, waits_for
from sessiontui.domain.planning.words import GoalState, Phase

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


@st.composite
def forests(draw: st.DrawFn) -> list[Goal]:
    """Return goals each of whose parents stands before it."""
    number = draw(st.integers(1, 9))
    return [
        Goal(
            id=place,
            title=f"g{place}",
            parent_id=draw(st.one_of(st.none(), st.integers(1, place - 1))) if place > 1 else None,
            weight=draw(st.integers(1, 5)),
            progress=draw(st.integers(0, 100)),
            state=draw(st.sampled_from(GoalState)),
            position=draw(st.integers(0, 4)),
        )
        for place in range(1, number + 1)
    ]


def leads_back(goals: list[Goal]) -> bool:
    """Return whether some goal waits for itself, by walking every way: the slow measure of ``circle``."""
    by_id = {goal.id: goal for goal in goals}
    steps: dict[int, set[int]] = {}
    for goal in goals:
        steps[goal.id] = {part.id for part in goals if part.parent_id == goal.id}
        above: Goal | None = goal
        while above is not None:
            steps[goal.id] |= set(above.needs)
            above = by_id.get(above.parent_id or 0)
    for start in steps:
        reached, rest = set[int](), set(steps[start])
        while rest:
            at = rest.pop()
            if at not in reached:
                reached.add(at)
                rest |= steps[at]
        if start in reached:
            return True
    return False


@given(forests(), st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), max_size=25))
def test_goals_stay_free_of_circles_whatever_is_tried(goals: list[Goal], tries: list[tuple[int, int]]) -> None:
    for one, other in tries:
        tried = [replace(goal, needs=(*goal.needs, other)) if goal.id == one else goal for goal in goals]
        if other > len(goals):
            continue
        assert bool(circle(tried)) == leads_back(tried)
        try:
            require_no_circle(tried)
        except Refused:
            continue
        goals = tried
    assert not leads_back(goals)


def test_a_circle_is_named() -> None:
    goals = [
        Goal(id=1, title="fix", needs=(2,)),
        Goal(id=2, title="test", parent_id=3),
        Goal(id=3, title="all", needs=(1,)),
    ]
    with pytest.raises(Refused, match="#1 fix → #2 test → #1 fix"):
        require_no_circle(goals)


@given(forests(), st.randoms())
def test_progress_is_0_to_100_whatever_the_order(goals: list[Goal], random: object) -> None:
    found = progress_of(goals)
    assert found.percent is None or 0 <= found.percent <= 100
    assert found.of == len(found.shares) >= found.done
    shuffled = list(goals)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert progress_of(shuffled) == found
    assert {placed.goal.id for placed in ordered(shuffled)} == {goal.id for goal in goals}


@given(forests(), st.integers(1, 9))
def test_finishing_a_goal_never_lowers_the_progress(goals: list[Goal], done: int) -> None:
    after = [
        replace(goal, state=GoalState.DONE) if goal.id == done and goal.state is GoalState.OPEN else goal
        for goal in goals
    ]
    before = progress_of(goals).percent
    assert before is None or (progress_of(after).percent or 0) >= before


def test_progress_weighs_parts_and_leaves_out_what_was_dropped() -> None:
    goals = [
        Goal(id=1, title="a", weight=3),
        Goal(id=2, title="b", parent_id=1, progress=50),
        Goal(id=3, title="c", parent_id=1, state=GoalState.DONE),
        Goal(id=4, title="d", parent_id=1, state=GoalState.DROPPED),
        Goal(id=5, title="e", weight=1),
    ]
    found = progress_of(goals)
    assert (found.percent, found.done, found.of) == (56, 1, 4)
    assert found.shares[2].weight == 38


def test_a_part_waits_for_what_those_above_it_need() -> None:
    goals = [Goal(id=1, title="a"), Goal(id=2, title="b", needs=(1,)), Goal(id=3, title="c", parent_id=2)]
    assert waits_for(goals)[3] == (1,)
    done = [replace(goals[0], state=GoalState.DONE), *goals[1:]]
    assert waits_for(done)[3] == ()


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 10)), max_size=6), st.integers(1, 60))
def test_minutes_run_are_reached_at_the_minute_brute_force_says(spans: list[tuple[int, int]], wanted: int) -> None:
    run, at = [], 0
    for gap, size in spans:
        run.append((NOON + minutes(at + gap + 1), NOON + minutes(at + gap + 1 + size)))
        at += gap + 1 + size
    ticked = [start + minutes(n + 1) for start, end in run for n in range(round((end - start) / minutes(1)))]
    assert ran_for(run, wanted) == nth(ticked, wanted)


def test_time_goes_to_goals_in_work_then_to_the_goal_done_next() -> None:
    run = [(NOON, NOON + minutes(20)), (NOON + minutes(30), NOON + minutes(60))]
    found = time_by_phase(
        run,
        [Work(goal_id=1, during=(NOON + minutes(10), NOON + minutes(40)))],
        phases={1: Phase.PLANNING, 2: Phase.TESTING},
        done_at={2: NOON + minutes(50)},
    )
    assert found == {Phase.PLANNING: minutes(20), Phase.TESTING: minutes(20), None: minutes(10)}
    assert sum(found.values(), timedelta()) == minutes(50)
