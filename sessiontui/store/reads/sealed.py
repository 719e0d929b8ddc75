"""What is kept sealed: every cell of it, and its exchange for the same text under another key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

from sessiontui.store.histories import Fetch
from sessiontui.store.reads.operations import Run

SEALED: Final = (("place", "passcode"), ("place", "host_link"))
"""Every column that holds sealed texts, as table and column."""


@dataclass(frozen=True, slots=True)
class SealedCell:
    """One sealed text and where it is kept."""

    table: str
    row: int
    column: str
    text: str


async def not_with(fetch: Fetch, key: str, *, limit: int) -> list[SealedCell]:
    """Return texts that are sealed with another key than this one."""
    found: list[SealedCell] = []
    for table, column in SEALED:
        rows = await fetch(
            f"SELECT id, {column} FROM {table} WHERE {column} != '' AND {column} NOT LIKE ? ORDER BY id LIMIT ?",
            (f"v_.{key}.%", limit - len(found)),
        )
        found += [SealedCell(table, cast("int", row[0]), column, str(row[1])) for row in rows]
    return found


async def some(fetch: Fetch, *, limit: int) -> list[SealedCell]:
    """Return sealed texts, whatever their key."""
    return await not_with(fetch, "", limit=limit)


async def number(fetch: Fetch) -> int:
    """Return how many texts are sealed."""
    found = 0
    for table, column in SEALED:
        found += cast("int", (await fetch(f"SELECT count(*) FROM {table} WHERE {column} != ''", ()))[0][0])
    return found


async def exchange(run: Run, cell: SealedCell, text: str) -> bool:
    """Put another sealed text in the place of one, and return whether it still stood there."""
    return bool(
        await run(
            f"UPDATE {cell.table} SET {cell.column} = ? WHERE id = ? AND {cell.column} = ?",
            (text, cell.row, cell.text),
        )
    )
