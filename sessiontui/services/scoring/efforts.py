"""Efforts are gathered: what each ended work session was planned as, how it ran, and what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from sessiontui.domain.history import History, facts_at
from sessiontui.domain.instants import from_ms
from sessiontui.domain.intervals import clip, length
from sessiontui.domain.planning.phases import time_by_phase
from sessiontui.domain.planning.progress import progress_of
from sessiontui.domain.planning.words import GoalState
from sessiontui.domain.scoring.effort import Count, Effort
from sessiontui.domain.scoring.focus import focus_of, rejoins
from sessiontui.domain.vocabulary import Status
from sessiontui.services.plans.running import ran_by
from sessiontui.services.scoring.pasts import CHUNK, Progress
from sessiontui.store.reads import sessions as kept_sessions
from sessiontui.store.reads import worked as kept

if TYPE_CHECKING:
    from sessiontui.domain.rules import Rules
    from sessiontui.store.histories import Fetch
    from sessiontui.store.reads.worked import PastRow, PlanRows

_Found = TypeVar("_Found")

_MS = timedelta(milliseconds=1)


async def efforts_of(
    fetch: Fetch,
    rows: Sequence[PastRow],
    *,
    now: datetime,
    at: datetime,
    rules: Rules,
    progress: Progress | None = None,
) -> list[Effort]:
    """Return the efforts of ended sessions as of an instant, in their order."""
    found: list[Effort] = []
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        if progress is not None:
            progress(start, len(rows))
        ids = [row.id for row in chunk]
        histories = await kept_sessions.histories(fetch, ids)
        plans = await kept.plans(fetch, ids, at=at)
        stars = await kept.stars(fetch, ids, at=at)
        known = [
            (row, histories[row.id], plans.get(row.id, kept.NO_PLAN), stars.get(row.id, ()))
            for row in chunk
            if row.id in histories
        ]
        found += await aside(partial(_efforts, known, now=now, at=at, rules=rules), many=len(rows) > CHUNK)
    return found


async def aside(work: Callable[[], _Found], *, many: bool) -> _Found:
    """Return what some work finds that asks nobody; keys are heard meanwhile where it is about ``many`` sessions."""
    return await asyncio.to_thread(work) if many else work()


def _efforts(
    known: Sequence[tuple[PastRow, History, PlanRows, tuple[int, ...]]],
    *,
    now: datetime,
    at: datetime,
    rules: Rules,
) -> list[Effort]:
    return [_effort(*one, now=now, at=at, rules=rules) for one in known]


def _effort(
    row: PastRow,
    history: History,
    plan: PlanRows,
    stars: tuple[int, ...],
    *,
    now: datetime,
    at: datetime,
    rules: Rules,
) -> Effort:
    facts = facts_at(history, at, known=now, rules=rules)
    ran = ran_by(facts, at, rules)
    pauses = clip(facts.pauses, ran.run[0][0], ran.run[-1][1]) if ran.run else ()
    progress = progress_of(plan.goals)
    done_at = {
        goal.id: goal.settled_at
        for goal in plan.goals
        if goal.state is GoalState.DONE and goal.settled_at is not None
    }
    return Effort(
        session_id=row.id,
        starts_at=from_ms(row.starts_at),
        estimate=row.estimate * _MS,
        actual=row.actual * _MS,
        complete=row.status == Status.ENDED_COMPLETE,
        paused=length(pauses),
        focus=focus_of(ran.run, (*rejoins(ran.stays), *plan.blocked_at)),
        progress=progress.percent,
        goals=Count(progress.done, progress.of),
        milestones=Count(*plan.milestones),
        checks=Count(*plan.checks),
        blockers=Count(*plan.blockers),
        stars=stars,
        phases=time_by_phase(
            ran.run, plan.works, phases={goal.id: goal.phase for goal in plan.goals}, done_at=done_at
        )
        if plan.goals
        else {},
        person=row.person,
        template=row.template,
    )
