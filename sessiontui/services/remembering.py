"""What the console remembers of a person's view from one time to the next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sessiontui.domain.access import Actor
from sessiontui.domain.text import safe_block
from sessiontui.services.arriving import recall
from sessiontui.services.context import Context
from sessiontui.store.reads import operations as kept

MOST: Final = 10_000
"""Characters that one piece of view state may have; more is a mistake, and is cut."""


async def remember(context: Context, values: Mapping[str, str], *, by: Actor, at: datetime) -> None:
    """Keep pieces of a person's view; how someone likes to look is no act, and is not audited."""
    if by.id is None or not values:
        return
    async with context.db.write(by=by, at=at) as tx:
        for key, value in values.items():
            await kept.write_remembered(tx.run, by.id, key, safe_block(value, MOST))


__all__ = ["recall", "remember"]
