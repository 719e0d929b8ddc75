"""What has changed since somebody looked: cheap enough to be asked ten times a second."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, Protocol

from sessiontui.domain.instants import from_ms
from sessiontui.store.reads import sessions as kept
from sessiontui.store.reads.standing import transitions

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.store.histories import Fetch

MANY_CHANGES: Final = 2_000
"""Changes beyond which a screen reads its window anew."""


async def changed(context: Context, since: int) -> tuple[int, tuple[int, ...] | None]:
    """Return the head of the change log and which sessions changed after ``since``; ``None`` for too many.

    ``since`` is the ``sequence`` of a board or the head of an earlier answer. Too many means more than a
    screen could care for, or a head that went back because another file took the place of the database.
    """
    return await changes(context.db.glance, since)


async def changes(fetch: Fetch, since: int) -> tuple[int, tuple[int, ...] | None]:
    """Return what ``changed`` tells, as one who looks at the database sees it."""
    head = await kept.head(fetch)
    if not 0 <= head - since <= MANY_CHANGES:
        return head, None
    rows = await kept.changed_since(fetch, since, limit=MANY_CHANGES)
    last = max((sequence for sequence, _ in rows), default=head)
    return max(head, last), tuple(dict.fromkeys(session_id for _, session_id in rows))


async def coming(context: Context, ids: Sequence[int]) -> dict[int, datetime]:
    """Return when time alone changes each of some sessions next; what is past no worker has written down yet."""
    if not ids:
        return {}
    return {key: from_ms(at) for key, at in (await transitions(context.db.glance, ids)).items()}


class Stir(Protocol):
    """Hears when the database is written to, once for each ``listen``."""

    def listen(self) -> bool:
        """Hear from now on what is written next; return whether that is possible."""
        ...

    def forget(self) -> bool:
        """Forget what was written so far, and return whether anything was: whoever calls this is about to look."""
        ...

    def close(self) -> None:
        """Hear no more."""
        ...


def stirring(context: Context, heard: Callable[[], None]) -> Stir | None:
    """Return what calls ``heard`` when any process writes to the database; ``None`` where that cannot be heard."""
    return context.db.stirring(heard)


async def pulse(context: Context) -> int:
    """Return a number that changes whenever anything was committed, by this process or another."""
    return await context.db.pulse()
