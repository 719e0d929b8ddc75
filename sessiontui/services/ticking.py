"""What only time changes: rows that are due, sessions to be completed, presences whose heartbeats stopped."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import Refused
from sessiontui.domain.history import History, facts_at
from sessiontui.domain.instants import to_ms
from sessiontui.domain.lifecycle import derive, is_due_for_completion
from sessiontui.domain.rules import OPEN_END_GRACE, Rules
from sessiontui.domain.vocabulary import Move
from sessiontui.services.context import Context
from sessiontui.services.sessions import move
from sessiontui.store.folding import expire
from sessiontui.store.reads import sessions as kept
from sessiontui.store.signals import silent

BATCH: Final = 500
"""Rows per transaction of the tick, so that people who write never wait long."""

WORKER: Final = Actor.system("worker")


async def tick(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Recompute the rows that are due and return how many look different; asks nothing but an index when idle."""
    changed = 0
    while due := await kept.overdue(context.db.fetch, to_ms(at), limit=BATCH):
        histories = await kept.histories(context.db.fetch, due)
        for session_id in due:
            facts = facts_at(histories[session_id], at, rules=context.rules)
            if is_due_for_completion(facts, at, context.rules):
                since = _ended_by_itself(histories[session_id], facts.ends_at + OPEN_END_GRACE, at, context.rules)
                changed += await _complete(context, session_id, at=at, since=since, epoch=epoch)
        async with context.db.write(by=WORKER, at=at, epoch=epoch) as tx:
            changed += await tx.refresh(due)
        if len(due) < BATCH:
            break
    return changed


async def sweep(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Close presences whose heartbeats stopped and return how many sessions that touched."""
    sessions = await silent(context.db.fetch, now=at, expiry=context.rules.heartbeat_expiry)
    for session_id in sessions:
        async with context.db.write(by=WORKER, at=at, epoch=epoch) as tx:
            await expire(tx, session_id, context.rules.heartbeat_expiry)
            tx.touch(session_id, words=False)
    return len(sessions)


async def rebuild(context: Context, *, at: datetime) -> int:
    """Recompute every derived row and count from the facts, and return how many rows looked different."""
    ids = await kept.matching(context.db.fetch, "1", ())
    changed = 0
    for start in range(0, len(ids), BATCH):
        async with context.db.write(by=WORKER, at=at) as tx:
            changed += await tx.refresh(ids[start : start + BATCH])
    async with context.db.write(by=WORKER, at=at) as tx:
        await tx.recount()
    return changed


def _ended_by_itself(history: History, due: datetime, now: datetime, rules: Rules) -> datetime:
    """Return the instant from which a session counts as completed: when it was due, if it had ended by then."""
    return due if derive(facts_at(history, due, known=now, rules=rules), due, rules).status.is_ended else now


async def _complete(context: Context, session_id: int, *, at: datetime, since: datetime, epoch: int | None) -> int:
    try:
        await move(
            context,
            Move.COMPLETE,
            session_id,
            by=WORKER,
            at=at,
            reason="ended by itself, long past its end",
            epoch=epoch,
            effective_at=since,
        )
    except Refused:  # someone else was quicker
        return 0
    return 1
