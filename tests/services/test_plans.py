"""Plans through the services: every act with its receipt, refusal and undo; milestones; what the desk is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, Conflict, NotAllowed, Refused, SessiontuiError
from sessiontui.domain.planning.draft import GoalDraft, MilestoneDraft, PlanDraft
from sessiontui.domain.planning.tree import circle
from sessiontui.domain.planning.words import BlockerKind, GoalState, MilestoneRule, Phase
from sessiontui.domain.vocabulary import Badge, Role
from sessiontui.services import boards, undo
from sessiontui.services.plans import blockers, checks, goals, milestones, watching
from sessiontui.services.plans.goal_steps import GoalEdit
from sessiontui.services.plans.goals import Step
from sessiontui.services.plans.picture import Plan
from sessiontui.services.plans.shown import plan_of
from sessiontui.services.plans.stamping import stamp
from sessiontui.store.reads import plans as kept
from tests.conftest import Stage
from tests.services.post_stage import END, START, be_there, make

MIN = timedelta(minutes=1)


async def plan(stage: Stage, session_id: int, at=START, as_of=None) -> Plan:
    found = await plan_of(stage.context, session_id, now=at, as_of=as_of)
    assert found is not None
    return found


async def with_goals(stage: Stage, *titles: str) -> tuple[int, list[int]]:
    session_id = await make(stage, stage.ana)
    for title in titles:
        await goals.add(stage.context, session_id, title, by=stage.root, at=START)
    return session_id, [row.goal.id for row in await kept.goals(stage.context.db.fetch, session_id)]


async def test_goals_are_finished_in_the_order_of_their_needs(stage: Stage):
    session_id, (one, two) = await with_goals(stage, "Reproduce", "Fix")
    context, by = stage.context, stage.root
    await goals.need(context, two, one, by=by, at=START)
    with pytest.raises(Refused, match="#1 Reproduce → #2 Fix → #1 Reproduce"):
        await goals.need(context, one, two, by=by, at=START)
    with pytest.raises(Refused, match="Fix needs Reproduce first"):
        await goals.finish(context, two, by=by, at=START)
    await goals.finish(context, one, by=by, at=START + MIN)
    assert (await plan(stage, session_id)).progress == 50
    assert await stage.rows("SELECT progress FROM session") == [(50,)]
    await goals.finish(context, two, by=by, at=START + 2 * MIN)
    assert (await plan(stage, session_id)).progress == 100
    assert (await plan(stage, session_id, at=END, as_of=START + MIN)).progress == 50


async def test_a_tree_is_moved_by_steps_and_every_step_is_undone(stage: Stage):
    session_id, (one, two, three) = await with_goals(stage, "a", "b", "c")
    context, by = stage.context, stage.root

    async def tree() -> list[tuple[int, int]]:
        return [(line.goal.id, line.depth) for line in (await plan(stage, session_id)).goals]

    before = await tree()
    done = [await goals.step(context, goal, step, by=by, at=START) for goal, step in
            ((two, Step.IN), (three, Step.IN), (three, Step.UP), (two, Step.OUT), (one, Step.DOWN))]  # fmt: skip
    assert await tree() == [(two, 0), (one, 0), (three, 1)]
    with pytest.raises(Refused, match="first of its kind"):
        await goals.step(context, two, Step.UP, by=by, at=START)
    with pytest.raises(Refused, match="stands under"):
        await goals.move(context, one, by=by, at=START, parent_id=three)
    for receipt in reversed(done):
        await undo.undo(context, by=by, at=START, entry=receipt.undo)
    assert await tree() == before


async def test_dropping_takes_parts_along_and_reopening_takes_up_those_above(stage: Stage):
    session_id, (one, two) = await with_goals(stage, "a", "b")
    context, by = stage.context, stage.root
    await goals.step(context, two, Step.IN, by=by, at=START)
    with pytest.raises(Refused, match="1 part of a open"):
        await goals.finish(context, one, by=by, at=START)
    receipt = await goals.drop(context, one, by=by, at=START)
    assert "and 1 part of it" in receipt.sentence
    assert (await plan(stage, session_id)).progress is None
    await goals.reopen(context, two, by=by, at=START)
    assert {line.goal.state for line in (await plan(stage, session_id)).goals} == {GoalState.OPEN}
    with pytest.raises(Conflict, match="changed since"):
        await undo.undo(context, by=by, at=START, entry=receipt.undo)


async def test_removing_a_goal_is_undone_with_its_parts(stage: Stage):
    session_id, (one, two) = await with_goals(stage, "a", "b")
    await goals.step(stage.context, two, Step.IN, by=stage.root, at=START)
    receipt = await goals.remove(stage.context, one, by=stage.root, at=START + MIN)
    assert await plan_of(stage.context, session_id, now=START + MIN) is None
    await undo.undo(stage.context, by=stage.root, at=START + MIN, entry=receipt.undo)
    assert len((await plan(stage, session_id)).goals) == 2


async def test_milestones_of_goals_are_reached_by_the_write_and_by_hand_by_hand(stage: Stage):
    session_id, (one, _) = await with_goals(stage, "a", "b")
    context, by = stage.context, stage.root
    await milestones.add(context, session_id, "First", by=by, at=START, rule=MilestoneRule.GOALS_DONE, threshold=1)
    await milestones.add(context, session_id, "Shown", by=by, at=START)
    with pytest.raises(Refused, match="validates itself"):
        await milestones.reach(context, 1, by=by, at=START)
    receipt = await goals.finish(context, one, by=by, at=START + MIN)
    assert receipt.sentence.endswith("; milestone First reached")
    await milestones.reach(context, 2, by=by, at=START + 2 * MIN)
    assert [line.reached_at for line in (await plan(stage, session_id)).milestones] == [START + MIN, START + 2 * MIN]
    await undo.undo(context, by=by, at=START + 3 * MIN, entry=receipt.undo)
    assert (await plan(stage, session_id)).milestones[0].reached_at is None


async def test_milestones_of_time_and_people_are_reached_at_their_instant_whenever_the_worker_looks(stage: Stage):
    session_id = await make(stage, stage.ana, stage.bob)
    context, by = stage.context, stage.root
    await milestones.add(context, session_id, "Half", by=by, at=START, rule=MilestoneRule.MINUTES_RUN, threshold=20)
    await milestones.add(context, session_id, "Two", by=by, at=START, rule=MilestoneRule.ATTENDANCE, threshold=2)
    assert await watching.watch(context, at=START) == 0
    assert not await watching.due(context, at=START)
    await be_there(stage, session_id, stage.ana, START + 5 * MIN, END)
    await be_there(stage, session_id, stage.bob, START + 12 * MIN, END)
    assert await watching.due(context, at=END)
    assert await watching.watch(context, at=END) == 2
    assert [line.reached_at for line in (await plan(stage, session_id, END)).milestones] == [
        START + 25 * MIN, START + 12 * MIN,
    ]  # fmt: skip
    assert not await watching.due(context, at=END + timedelta(days=9))


async def test_an_open_blocker_is_a_badge_until_it_is_resolved(stage: Stage):
    session_id, (one,) = await with_goals(stage, "a")
    context, by = stage.context, stage.root
    await blockers.open_blocker(
        context, session_id, "no staging", by=by, at=START, kind=BlockerKind.TECHNICAL, goal_id=one
    )
    board = await boards.board(context, "blocker:technical has:blocker", now=START, by=by)
    assert [Badge.BLOCKED in line.badges for line in board.lines] == [True]
    assert (await plan(stage, session_id, START + 60 * MIN)).open_blockers[0].age == 60 * MIN
    receipt = await blockers.resolve(context, 1, by=by, at=START + MIN, resolution="rebuilt")
    assert (await boards.board(context, "has:blocker", now=START + MIN, by=by)).matched == 0
    assert (await boards.board(context, "badge:blocked", now=START + MIN, by=by)).matched == 0
    await undo.undo(context, by=by, at=START + MIN, entry=receipt.undo)
    assert (await boards.board(context, "has:blocker", now=START + MIN, by=by)).matched == 1


async def test_plans_are_found_by_their_fields_and_words(stage: Stage):
    session_id, (one,) = await with_goals(stage, "Reproduce the freeze")
    await goals.edit(stage.context, one, GoalEdit(phase=str(Phase.TESTING), progress=60), by=stage.root, at=START)
    await make(stage, stage.bob)
    for query in ("has:goals", "progress:>50", "phase:testing", "freeze"):
        found = await boards.board(stage.context, query, now=START, by=stage.root)
        assert [line.id for line in found.lines] == [session_id], query
        past = await boards.listing(stage.context, query, now=START, as_of=START, by=stage.root)
        assert [line.id for line in past.lines] == [session_id], query


async def test_a_checklist_is_ticked_renamed_and_undone(stage: Stage):
    session_id = await make(stage, stage.ana)
    context, by = stage.context, stage.root
    await checks.add(context, session_id, "tell the team", by=by, at=START)
    receipt = await checks.tick(context, 1, by=by, at=START)
    with pytest.raises(Refused, match="ticked already"):
        await checks.tick(context, 1, by=by, at=START)
    await undo.undo(context, by=by, at=START, entry=receipt.undo)
    assert (await plan(stage, session_id)).checklist[0].done_at is None


async def test_whoever_may_not_edit_a_session_may_not_plan_in_it(stage: Stage):
    session_id = await make(stage, stage.ana)
    with pytest.raises(NotAllowed):
        await goals.add(stage.context, session_id, "mine", by=Actor(stage.cyd, "Cyd", Role.PARTICIPANT), at=START)
    with pytest.raises(BadInput, match="title"):
        await goals.add(stage.context, session_id, "  ", by=stage.root, at=START)


async def test_a_draft_is_stamped_whole(stage: Stage):
    session_id = await make(stage, stage.ana)
    draft = PlanDraft(
        goals=(GoalDraft(key="a", title="A"), GoalDraft(key="b", title="B", parent="a"),
               GoalDraft(key="c", title="C", needs=("a",), phase=Phase.TESTING, weight=3)),
        milestones=(MilestoneDraft(title="M", rule=MilestoneRule.MINUTES_RUN, threshold=5),),
        checklist=("one", "two"),
    )  # fmt: skip
    async with stage.context.db.write(by=stage.root, at=START) as tx:
        await stamp(tx, session_id, draft)
    found = await plan(stage, session_id)
    assert [(line.goal.title, line.depth) for line in found.goals] == [("A", 0), ("B", 1), ("C", 0)]
    assert found.goals[2].waits_for == ("A",)
    assert (len(found.milestones), len(found.checklist), found.progress) == (1, 2, 0)


ACTS = st.tuples(st.sampled_from(("need", "step", "move", "finish", "drop", "reopen")), st.integers(1, 5),
                 st.integers(1, 5), st.sampled_from(Step))  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, min_size=4, max_size=14))
async def test_random_edits_leave_no_circle_and_the_progress_that_is_kept(stage: Stage, acts):
    session_id, ids = await with_goals(stage, "a", "b", "c", "d", "e")
    for act, one, other, step in acts:
        goal, more = ids[one - 1], ids[other - 1]
        try:
            match act:
                case "need":
                    await goals.need(stage.context, goal, more, by=stage.root, at=START)
                case "step":
                    await goals.step(stage.context, goal, step, by=stage.root, at=START)
                case "move":
                    await goals.move(stage.context, goal, by=stage.root, at=START, parent_id=more)
                case "finish":
                    await goals.finish(stage.context, goal, by=stage.root, at=START)
                case "drop":
                    await goals.drop(stage.context, goal, by=stage.root, at=START)
                case _:
                    await goals.reopen(stage.context, goal, by=stage.root, at=START)
        except SessiontuiError:
            continue
    rows = [row.goal for row in await kept.goals(stage.context.db.fetch, session_id)]
    assert len(rows) == 5
    assert circle(rows) == ()
    assert (await plan(stage, session_id)).progress == (
        await stage.rows(f"SELECT progress FROM session WHERE id = {session_id}")
    )[0][0]
