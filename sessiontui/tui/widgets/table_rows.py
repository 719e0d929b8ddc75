"""The rows that a table has at hand: a window of all there are, where each stands, which cells just changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from sessiontui.tui.present.columns import Row, RowKey, same_look

MOST_TINTED: Final = 16
"""Rows that are tinted at once: where more change there is nothing to point at, and each would be painted twice."""

Changed: TypeAlias = Callable[[Row | None, Row], frozenset[int]]
"""Tells the places of the cells in which a row differs from what it was, where that is news."""


class RowWindow:
    """Some rows side by side, the first of them at ``offset`` of ``total``; places count from the first of all."""

    def __init__(self, changed: Changed) -> None:
        self.rows: tuple[Row, ...] = ()
        self.keys: tuple[RowKey, ...] = ()
        self.offset = 0
        self.total = 0
        self.tints: dict[RowKey, frozenset[int]] = {}
        """The cells to be tinted, by the key of their row."""
        self._changed = changed
        self._places: dict[RowKey, int] = {}

    @property
    def span(self) -> tuple[int, int]:
        """The place of the first row at hand, and the one behind the last."""
        return self.offset, self.offset + len(self.rows)

    def at(self, place: int) -> Row | None:
        """Return the row at a place; ``None`` where it is not at hand."""
        inside = place - self.offset
        return self.rows[inside] if 0 <= inside < len(self.rows) else None

    def place(self, key: RowKey | None) -> int | None:
        """Return the place of a key; ``None`` where its row is not at hand."""
        return None if key is None else self._places.get(key)

    def replace(self, rows: Sequence[Row], *, offset: int, total: int | None) -> None:
        """Put a new window in place of the old one; a row that looks the same stays the same object."""
        before = {row.key: row for row in self.rows}
        self.tints = {}
        self.rows = tuple(self._taken(before.get(row.key), row) for row in rows)
        self._tint_few()
        self.offset = offset
        self.total = max(offset + len(self.rows), 0 if total is None else total)
        self.keys = tuple(row.key for row in self.rows)
        self._places = {key: offset + place for place, key in enumerate(self.keys)}

    def put(self, rows: Sequence[Row]) -> None:
        """Put rows in the place of those of the same keys; the others stay as they are, and all where they are."""
        fresh = list(self.rows)
        self.tints = {}
        for row in rows:
            place = self._places.get(row.key)
            if place is not None:
                fresh[place - self.offset] = self._taken(fresh[place - self.offset], row)
        self.rows = tuple(fresh)
        self._tint_few()

    def _taken(self, before: Row | None, row: Row) -> Row:
        """Return the row to be kept: the one before if it looks the same, so that nothing of it is painted again."""
        if before is not None and same_look(before, row):
            return before
        tints = self._changed(before, row)
        if tints:
            self.tints[row.key] = tints
        return row

    def _tint_few(self) -> None:
        """Point at what changed while there is something to point at."""
        if len(self.tints) > MOST_TINTED:
            self.tints = {}
