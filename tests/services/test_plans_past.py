"""The plan as it stood at an instant: what every part said, acts since taken back, undone ones done again."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest

from sessiontui.domain.errors import SessiontuiError
from sessiontui.domain.planning.words import BlockerKind, BlockerSeverity, MilestoneRule, Phase
from sessiontui.services import undo
from sessiontui.services.plans import blockers, checks, goals, milestones, watching
from sessiontui.services.plans.goal_steps import GoalEdit
from sessiontui.services.plans.goals import Step
from sessiontui.services.plans.picture import Plan
from sessiontui.services.plans.shown import plan_of
from sessiontui.store.reads import plans as kept
from tests.conftest import NOON, Stage
from tests.services.post_stage import START, be_there, make

MIN = timedelta(minutes=1)


async def plan(stage: Stage, session_id: int, *, now: datetime, as_of: datetime | None = None) -> Plan | None:
    return await plan_of(stage.context, session_id, now=now, as_of=as_of)


def told(found: Plan | None) -> object:
    """What a plan says, without what depends on how late it is looked at."""
    if found is None:
        return None
    return (
        found.progress,
        [(one.goal, one.depth, one.progress, one.share, one.waits_for, one.blocked) for one in found.goals],
        [(one.title, one.rule, one.threshold, one.reached_at) for one in found.milestones],
        [(one.title, one.done_at) for one in found.checklist],
        [(one.title, one.kind, one.severity, one.detail, one.resolved_at, one.resolution) for one in found.blockers],
    )


async def test_each_part_says_what_it_said_then(stage: Stage):
    session, by, context = await make(stage), stage.root, stage.context
    await goals.add(context, session, "Find", by=by, at=NOON, weight=2)
    await goals.add(context, session, "Fix", by=by, at=NOON)
    await milestones.add(context, session, "Half", by=by, at=NOON, rule=MilestoneRule.GOALS_DONE, threshold=1)
    await checks.add(context, session, "Told", by=by, at=NOON)
    await blockers.open_blocker(context, session, "No key", by=by, at=NOON, kind=BlockerKind.PEOPLE)
    then = told(await plan(stage, session, now=NOON + MIN))
    late = NOON + 9 * MIN
    change = GoalEdit(title="Look", criteria="red", weight=9, phase=Phase.TESTING, progress=50)
    await goals.edit(context, 1, change, by=by, at=late)
    await goals.need(context, 2, 1, by=by, at=late)
    await goals.step(context, 2, Step.UP, by=by, at=late)
    await milestones.edit(context, 1, by=by, at=late, title="All", rule=MilestoneRule.GOALS_DONE, threshold=2)
    await checks.rename(context, 1, "Told all", by=by, at=late)
    await blockers.edit(context, 1, by=by, at=late, severity=BlockerSeverity.MINOR, detail="Bo has it", title="Key")
    await blockers.resolve(context, 1, by=by, at=late, resolution="found")
    assert told(await plan(stage, session, now=late)) != then
    assert told(await plan(stage, session, now=late, as_of=NOON + MIN)) == then


@pytest.mark.parametrize("seed", range(8))
async def test_the_past_is_what_was_seen_then(stage: Stage, seed: int):
    """Random acts and their undoing; each instant is looked at when it is now, and again from the end."""
    random, session, by, context = Random(seed), await make(stage), stage.root, stage.context
    seen: list[tuple[datetime, object]] = []
    for number in range(3):
        await goals.add(context, session, f"g{number}", by=by, at=NOON)
    await milestones.add(context, session, "m", by=by, at=NOON, rule=MilestoneRule.GOALS_DONE, threshold=2)
    for step in range(1, 25):
        at = NOON + step * MIN
        number = random.randint(1, 4)
        acts = (
            lambda n=number, t=at: goals.edit(
                context, n, GoalEdit(title=f"t{t:%M}", progress=random.randint(0, 99)), by=by, at=t
            ),
            lambda t=at: goals.add(context, session, f"g{t:%M}", by=by, at=t, parent_id=random.choice((None, 1, 2))),
            lambda n=number, t=at: goals.finish(context, n, by=by, at=t),
            lambda n=number, t=at: goals.reopen(context, n, by=by, at=t),
            lambda n=number, t=at: goals.drop(context, n, by=by, at=t),
            lambda n=number, t=at: goals.step(context, n, random.choice(list(Step)), by=by, at=t),
            lambda n=number, t=at: goals.need(context, n, random.randint(1, 4), by=by, at=t),
            lambda t=at: undo.undo(context, by=by, at=t),
            lambda t=at: undo.undo(context, by=by, at=t),
            lambda n=number, t=at: milestones.edit(
                context, 1, by=by, at=t, rule=MilestoneRule.GOALS_DONE, threshold=random.randint(1, 3)
            ),
        )
        try:
            await random.choice(acts)()
        except SessiontuiError:
            continue
        seen.append((at, told(await plan(stage, session, now=at))))
    end = NOON + 60 * MIN
    for at, then in seen:
        was = await plan(stage, session, now=end, as_of=at)
        if was is not None and then is not None:  # what validates itself is told as of today
            assert told(was)[:2] == then[:2], at


async def test_a_rule_that_has_validated_itself_can_still_be_taken_back(stage: Stage):
    session, by, context = await make(stage, stage.ana), stage.root, stage.context
    await milestones.add(context, session, "Begun", by=by, at=NOON)
    rule = MilestoneRule.MINUTES_RUN
    act = await milestones.edit(context, 1, by=by, at=NOON, rule=rule, threshold=5)
    await be_there(stage, session, stage.ana, START)
    assert await watching.watch(context, at=START + 10 * MIN) == 1
    await undo.undo(context, by=by, at=START + 11 * MIN, entry=act.undo)
    (row,) = await kept.milestones(context.db.fetch, session)
    assert (row.rule, row.reached_at) == (MilestoneRule.MANUAL, None)


async def test_undoing_a_goal_takes_back_the_milestone_that_it_reached(stage: Stage):
    session, by, context = await make(stage), stage.root, stage.context
    await goals.add(context, session, "Find", by=by, at=NOON)
    await milestones.add(context, session, "Half", by=by, at=NOON, rule=MilestoneRule.GOALS_DONE, threshold=1)
    await goals.finish(context, 1, by=by, at=NOON + MIN)
    assert (await kept.milestones(context.db.fetch, session))[0].reached_at == NOON + MIN
    await undo.undo(context, by=by, at=NOON + 2 * MIN)
    assert (await kept.milestones(context.db.fetch, session))[0].reached_at is None
