"""Questions about whoever opens the console: who they are, and how they left their view. It loads next to nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from sessiontui.store.histories import Fetch


class Arrival(NamedTuple):
    """A person as far as a console must know who sits at it."""

    id: int
    name: str
    role: str


async def arrival(fetch: Fetch, os_user: str) -> Arrival | None:
    """Return the person to whom a login name of the operating system belongs."""
    rows = await fetch("SELECT id, name, role FROM person WHERE os_user = ?", (os_user,))
    return Arrival(cast("int", rows[0][0]), str(rows[0][1]), str(rows[0][2])) if rows else None


async def remembered(fetch: Fetch, person_id: int) -> dict[str, str]:
    """Return the view state of one person."""
    rows = await fetch("SELECT key, value FROM remembered WHERE person_id = ?", (person_id,))
    return {str(key): str(value) for key, value in rows}
