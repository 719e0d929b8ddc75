"""Whether a job of the worker has anything to do: asked before each run, in microseconds, on the event loop.

A run costs a task, threads and sometimes a transaction; most runs would find nothing. So a job that runs every few
seconds has a question here that one look into an index answers. It may say yes where there is nothing; it must not
say no where there is something, nor where there was up to ``AHEAD`` before. Questions go to ``glance`` alone.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sessiontui.domain.instants import to_ms
from sessiontui.services.context import Context
from sessiontui.services.followups import bounds
from sessiontui.store import clashing, following, rollups
from sessiontui.store.reads import followups as questions
from sessiontui.store.reads import leaving as letters
from sessiontui.store.reads import places as rooms
from sessiontui.store.reads import records
from sessiontui.store.reads import sessions as kept

AHEAD: Final = timedelta(seconds=64)
"""How far ahead of its instant a question may be asked: where nothing is due by then, it need not be asked before."""


async def tick(context: Context, *, at: datetime) -> bool:
    """Tell whether the status of any session is due."""
    return bool(await kept.overdue(context.db.glance, to_ms(at), limit=1))


async def outbox(context: Context, *, at: datetime) -> bool:
    """Tell whether any letter is due, or was begun by a run that was cut off."""
    if await letters.due(context.db.glance, to_ms(at), limit=1):
        return True
    return bool(await letters.begun(context.db.glance))


async def places(context: Context, *, at: datetime) -> bool:
    """Tell whether any room does not follow its session yet."""
    return not await rooms.is_idle(context.db.glance, to_ms(at))


async def clashes(context: Context, *, at: datetime) -> bool:
    """Tell whether the bookings of any session changed."""
    del at
    return bool(await clashing.due(context.db.glance, limit=1))


async def catch_up(context: Context, *, at: datetime) -> bool:
    """Tell whether anything was left to follow."""
    del at
    return await following.is_due(context.db.glance)


async def figures(context: Context, *, at: datetime) -> bool:
    """Tell whether the figures of any hour, or what the list of people tells of somebody, are to be made anew."""
    glance = context.db.glance
    return await rollups.is_due(glance) or bool(await records.untold(glance, now=to_ms(at), limit=1))


async def follow_ups(context: Context, *, at: datetime) -> bool:
    """Tell whether anything that ended is to be followed up, or anything that was asked to be closed."""
    glance, since = context.db.glance, bounds(at)
    lately = bounds(at - AHEAD).lately  # what ended so long ago goes out of sight
    return bool(
        await questions.ended(glance, since=lately, until=since.settled, limit=1)
        or await questions.unanswered(glance, before=since.unanswered, limit=1)
        or await questions.overtaken(glance, since=lately, limit=1)
    )
