"""What only the store can do with the dates of a series: hand them over to another, and give them other names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from sessiontui.domain.errors import NotFound

if TYPE_CHECKING:
    from sessiontui.store.histories import Fetch
    from sessiontui.store.tables import Series
    from sessiontui.store.tx import Tx


async def whole_series(fetch: Fetch, series_id: int) -> Series:
    """Return one series with everything that is written about it, outside of a transaction."""
    from sessiontui.store.nouns import restored, selection

    rows = await fetch(selection("series"), (series_id,))
    if not rows:
        raise NotFound(f"there is no series #{series_id}")
    return cast("Series", restored("series", rows[0]))


async def hand_over(tx: Tx, series_id: int, to: int, *, since: str) -> None:
    """Let the sessions of a series from one date on belong to another series."""
    await tx.run("UPDATE session SET series_id = ? WHERE series_id = ? AND slot >= ?", (to, series_id, since))


async def rename(tx: Tx, names: Mapping[int, str]) -> None:
    """Give sessions the dates that they stand for now.

    Dates may take each other's names: all give theirs up before any takes one.
    """
    await tx.run_many("UPDATE session SET slot = '~' || id WHERE id = ?", [(session_id,) for session_id in names])
    await tx.run_many("UPDATE session SET slot = ? WHERE id = ?", [(slot, row) for row, slot in names.items()])


async def drop_series(tx: Tx, series_id: int) -> None:
    """Forget a series that has no dates left; what went on from it goes on by itself."""
    await tx.run("UPDATE series SET parted_from = NULL WHERE parted_from = ?", (series_id,))
    await tx.run("DELETE FROM series WHERE id = ?", (series_id,))
