"""What files said of the parts of plans: each part by the id under which it was told, or exported from here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.records import record
from sessiontui.store.reader import CHUNK, marks

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json
    from sessiontui.store.histories import Fetch

PARTS: Final[Mapping[str, str]] = {
    "goal": "goal-",
    "milestone": "milestone-",
    "check_item": "check-",
    "blocker": "blocker-",
}
"""The tables of a plan, with how the ids of their rows begin where no other system has named them."""


@record(kw_only=True)
class ToldRow:
    """One part of a plan: ``imported`` is what a file said of it last, ``values`` are columns as they are kept."""

    id: int
    session_id: int
    is_removed: bool
    imported: Mapping[str, Json]
    values: Mapping[str, Json]


async def told(
    fetch: Fetch, table: str, *, source: str, outside: str, session_id: int, names: Sequence[str]
) -> ToldRow | None:
    """Return the part that a source knows under an id, or that was exported from this session under it."""
    columns = ", ".join(("id", "session_id", "removed_at IS NOT NULL", "imported", *names))
    rows = await fetch(f"SELECT {columns} FROM {table} WHERE source = ? AND external_id = ?", (source, outside))
    number = outside.removeprefix(PARTS[table])
    if not rows and number != outside and number.isascii() and number.isdigit() and len(number) < 16:
        rows = await fetch(
            f"SELECT {columns} FROM {table} WHERE id = ? AND session_id = ?", (int(number), session_id)
        )
    if not rows:
        return None
    row = rows[0]
    return ToldRow(
        id=cast("int", row[0]),
        session_id=cast("int", row[1]),
        is_removed=bool(row[2]),
        imported=json.loads(str(row[3])),
        values=dict(zip(names, cast("tuple[Json, ...]", row[4:]), strict=True)),
    )


async def outside_names(fetch: Fetch, table: str, session_id: int, source: str) -> Mapping[int, str]:
    """Return by what a source knows the parts of a plan."""
    rows = await fetch(
        f"SELECT id, external_id FROM {table} WHERE session_id = ? AND source = ? AND external_id IS NOT NULL",
        (session_id, source),
    )
    return {cast("int", row[0]): str(row[1]) for row in rows}


async def last_position(fetch: Fetch, table: str, session_id: int) -> int:
    """Return the place of the last part of its kind, 0 where there is none."""
    rows = await fetch(f"SELECT coalesce(max(position), 0) FROM {table} WHERE session_id = ?", (session_id,))
    return cast("int", rows[0][0])


async def made_from(fetch: Fetch, ids: Sequence[int]) -> Mapping[int, tuple[str, int]]:
    """Return the word and version of the template that sessions were made from; others are missing."""
    found: dict[int, tuple[str, int]] = {}
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        rows = await fetch(
            "SELECT s.id, t.slug, s.template_version FROM session s JOIN template t ON t.id = s.template_id"
            f" WHERE s.id IN ({marks(chunk)})",
            chunk,
        )
        found |= {cast("int", row[0]): (str(row[1]), cast("int", row[2])) for row in rows}
    return found
