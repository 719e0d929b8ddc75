"""Arriving: who sits at a console, and how they left their view; asked before anything else, so it loads little."""

from __future__ import annotations

from sessiontui.domain.access import Actor
from sessiontui.domain.vocabulary import Role
from sessiontui.services.footing import Footing
from sessiontui.store.reads import arrivals as kept


async def known(context: Footing, os_user: str) -> Actor | None:
    """Return the person to whom a login name of the operating system belongs, or ``None`` for a stranger."""
    found = await kept.arrival(context.db.fetch, os_user)
    return None if found is None else Actor(id=found.id, name=found.name, role=Role(found.role))


async def recall(context: Footing, by: Actor) -> dict[str, str]:
    """Return everything that is remembered of a person's view."""
    return {} if by.id is None else await kept.remembered(context.db.fetch, by.id)
