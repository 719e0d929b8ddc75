"""Where the time of a work session went: planning, execution, testing, documentation."""

from __future__ import annotations

from datetime import timedelta

from sessiontui.domain.planning.words import Phase
from sessiontui.domain.vocabulary import Kind, Move
from sessiontui.services import sessions
from sessiontui.services.plans import goals
from sessiontui.services.scoring import reporting
from sessiontui.store.reads import plans as kept
from tests.conftest import Stage
from tests.services.post_stage import START, make

MIN = timedelta(minutes=1)

WORKED = {Phase.PLANNING: 10, Phase.EXECUTION: 25, Phase.TESTING: 15, Phase.DOCUMENTATION: 5}
"""Minutes of each phase, one after the other."""


async def test_each_phase_gets_the_time_of_the_goals_that_were_in_work(stage: Stage) -> None:
    session_id = await make(stage, kind=Kind.WORK, author_id=stage.root.id)
    context, by, at = stage.context, stage.root, START
    for phase in WORKED:
        await goals.add(context, session_id, f"Do the {phase}", by=by, at=START, phase=phase)
    ids = [row.goal.id for row in await kept.goals(context.db.fetch, session_id)]
    await sessions.move(context, Move.START, session_id, by=by, at=at)
    for goal_id, minutes in zip(ids, WORKED.values(), strict=True):
        await goals.work(context, goal_id, by=by, at=at)
        at += minutes * MIN
        await goals.finish(context, goal_id, by=by, at=at)
    await sessions.move(context, Move.COMPLETE, session_id, by=by, at=at)
    found = await reporting.report(context, by=by, now=START + timedelta(days=1))
    told = {one.phase: one.time // MIN for one in found.phases}
    assert told == WORKED
    assert sum(one.share for one in found.phases) == 1
    assert {one.phase: round(one.share * 55) for one in found.phases} == WORKED
