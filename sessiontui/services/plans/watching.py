"""Milestones that the running session reaches: looked at when they may be, reached at the very instant they were."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import WORKER
from sessiontui.domain.instants import to_ms
from sessiontui.domain.planning.reaching import minutes_missing, nth, ran_for, told_rule
from sessiontui.domain.planning.words import MilestoneRule
from sessiontui.services.plans.running import run_of
from sessiontui.services.plans.settling import REACHED
from sessiontui.store.reads import plans as kept
from sessiontui.store.reads import sessions as kept_sessions

if TYPE_CHECKING:
    from sessiontui.domain.history import History
    from sessiontui.services.context import Context
    from sessiontui.store.reads.plan_rows import MilestoneRow
    from sessiontui.store.tx import Tx

BATCH: Final = 100
"""Sessions per transaction."""

SOON: Final = timedelta(seconds=5)
"""How long guests may have come before a milestone of a running session knows."""

LATER: Final = timedelta(minutes=10)
"""How often a session that does not run is looked at: what comes late, by an import, is seen by then."""

STALE: Final = timedelta(days=1)
"""How long after its window hardly anything is heard of a session, and how often it is looked at from then on."""


async def due(context: Context, *, at: datetime) -> bool:
    """Tell whether any milestone may have been reached."""
    return bool(await kept.to_look_at(context.db.glance, to_ms(at), limit=1))


async def watch(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Look at the milestones that may have been reached by now, and return how many were."""
    reached = 0
    while sessions := await kept.to_look_at(context.db.glance, to_ms(at), limit=BATCH):
        async with context.db.write(by=WORKER, at=at, epoch=epoch) as tx:
            for session_id, history in (await kept_sessions.histories(tx.fetch, sessions)).items():
                reached += await _look(tx, context, session_id, history)
    return reached


async def _look(tx: Tx, context: Context, session_id: int, history: History) -> int:
    run, came = run_of(history, tx.at, context.rules)
    is_running = bool(run) and run[-1][1] >= tx.at
    number = 0
    for row in await kept.milestones(tx.fetch, session_id):
        if row.reached_at is not None or row.rule not in REACHED:
            continue
        if row.rule is MilestoneRule.MINUTES_RUN:
            reached_at = ran_for(run, row.threshold)
            wait = minutes_missing(run, row.threshold) if is_running else LATER
        else:
            reached_at = nth(came, row.threshold)
            wait = SOON if is_running else LATER
        if tx.at - history.ends_at > STALE:
            wait = STALE
        if reached_at is None:
            await tx.update("milestone", row.id, look_at=tx.at + max(wait, SOON))
        else:
            number += 1
            await _reach(tx, row, reached_at)
    return number


async def _reach(tx: Tx, row: MilestoneRow, reached_at: datetime) -> None:
    await tx.update("milestone", row.id, reached_at=reached_at, look_at=None)
    tx.touch(row.session_id, words=False)
    await tx.audit(
        "milestone.validate",
        f"milestone {row.title} was reached: {told_rule(row.rule, row.threshold)}",
        subject_id=row.session_id,
        detail={"milestone": row.id},
    )
