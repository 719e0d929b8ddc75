"""A process that is open for days stays as small as it began."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import SessiontuiError

if TYPE_CHECKING:
    from sessiontui.store.engine import Database

FIRST: Final = 6.0
"""Seconds after the start until it is made small for the first time: what was loaded by then leaves most behind."""

EVERY: Final = 120.0
"""Seconds between two times after that; each costs about five milliseconds of a processor."""


async def stay_small(db: Database, *, first: float = FIRST, every: float = EVERY) -> None:
    """Give memory back that nobody uses any more, now and then, until cancelled."""
    await asyncio.sleep(first)
    while True:
        with suppress(SessiontuiError):  # a file in trouble is told of by whoever needs it
            await db.slim()
        await asyncio.sleep(every)
