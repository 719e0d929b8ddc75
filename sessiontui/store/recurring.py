"""What only the store can do with the dates of a series: hand them over to another, and give them other names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx


async def hand_over(tx: Tx, series_id: int, to: int, *, since: str) -> None:
    """Let the sessions of a series from one date on belong to another series."""
    await tx.run("UPDATE session SET series_id = ? WHERE series_id = ? AND slot >= ?", (to, series_id, since))


async def rename(tx: Tx, names: Mapping[int, str]) -> None:
    """Give sessions the dates that they stand for now.

    Dates may take each other's names: all give theirs up before any takes one.
    """
    await tx.run_many("UPDATE session SET slot = '~' || id WHERE id = ?", [(session_id,) for session_id in names])
    await tx.run_many("UPDATE session SET slot = ? WHERE id = ?", [(slot, row) for row, slot in names.items()])
