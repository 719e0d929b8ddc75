"""What only time changes: rows that are due, sessions to be completed, presences whose heartbeats stopped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import WORKER
from sessiontui.domain.history import History, facts_at
from sessiontui.domain.instants import to_ms
from sessiontui.domain.lifecycle import derive
from sessiontui.domain.rules import OPEN_END_GRACE, Rules
from sessiontui.domain.transitions import ENDED_BY_ITSELF
from sessiontui.services.context import Context
from sessiontui.services.sessions import complete
from sessiontui.store import following, rollups
from sessiontui.store.folding import expire
from sessiontui.store.haystack import settle_words
from sessiontui.store.reads import sessions as kept
from sessiontui.store.signals import silent

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

BATCH: Final = 500
"""Rows per transaction of the tick, so that people who write never wait long."""

AT_ONCE: Final = 2
"""Rows up to which a transaction is done where it is: two milliseconds, where the ways to a thread take as long."""

SETTLED_AT_ONCE: Final = 40
"""Sessions per transaction of what follows later: some ten milliseconds."""


async def tick(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Recompute the rows that are due and return how many look different; asks nothing but an index when idle."""
    changed = 0
    while due := await kept.overdue(context.db.glance, to_ms(at), limit=BATCH):
        async with context.db.write(by=WORKER, at=at, epoch=epoch, brief=len(due) <= AT_ONCE) as tx:
            refreshed, overrun = await tx.refresh_due(due)
            changed += refreshed + (await _complete(tx, context, overrun) if overrun else 0)
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


async def rebuild(context: Context, *, at: datetime, tell: Callable[[int, int], None] | None = None) -> int:
    """Recompute every derived row and count from the facts, and return how many rows looked different.

    Each transaction leaves rows and counts that agree, so whoever is cancelled leaves nothing by half.
    """
    ids = await kept.matching(context.db.fetch, "1", ())
    changed = 0
    for start in range(0, len(ids), BATCH):
        async with context.db.write(by=WORKER, at=at) as tx:
            changed += await tx.refresh(ids[start : start + BATCH])
        if tell is not None:
            tell(min(start + BATCH, len(ids)), len(ids))
    async with context.db.write(by=WORKER, at=at) as tx:
        await tx.recount()
        await rollups.mark_all(tx)
    return changed


async def settle(
    context: Context, *, at: datetime, epoch: int | None = None, tell: Callable[[int, int], None] | None = None
) -> int:
    """Let all that hangs on the sessions of a large import follow, a few at a time, and return how many there were.

    Who is cancelled meanwhile leaves the rest to the worker.
    """
    done, of = 0, await following.unsettled(context.db.fetch)
    while done < of or not done:
        async with context.db.write(by=WORKER, at=at, epoch=epoch) as tx:
            some = await following.settle_some(tx, SETTLED_AT_ONCE)
        done += some
        if not some:
            break
        if tell is not None:
            tell(done, max(of, done))
    return done


async def catch_up(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Do what was left to follow by a process that has ended, and return for how many sessions."""
    if not await following.is_due(context.db.glance):
        return 0
    done = await settle(context, at=at, epoch=epoch)
    while True:
        async with context.db.write(by=WORKER, at=at, epoch=epoch) as tx:
            some = await settle_words(tx, SETTLED_AT_ONCE)
        done += some
        if not some:
            return done


def _ended_by_itself(history: History, due: datetime, now: datetime, rules: Rules) -> datetime:
    """Return the instant from which a session counts as completed: when it was due, if it had ended by then."""
    return due if derive(facts_at(history, due, known=now, rules=rules), due, rules).status.is_ended else now


async def _complete(tx: Tx, context: Context, overrun: Sequence[int]) -> int:
    """Complete sessions that ended by themselves long ago, and return how many; each is one audit entry."""
    rules, at = context.rules, tx.at
    for session_id, history in (await kept.histories(tx.fetch, overrun)).items():
        facts = facts_at(history, at, rules=rules)
        since = _ended_by_itself(history, facts.ends_at + OPEN_END_GRACE, at, rules)
        await complete(tx, context, session_id, facts, since=since, reason=ENDED_BY_ITSELF)
    return len(overrun)
