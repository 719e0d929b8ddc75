"""Painted lines that are kept: what looks the same again is not painted, and only what looks other is refreshed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from textual.strip import Strip

MOST: Final = 600
"""Painted lines kept before the shelf is emptied: some screens full, at five kilobytes each."""

Mark: TypeAlias = "tuple[object, ...]"
"""Everything that decides how one line looks."""


class StripShelf:
    """Lines by their marks, and which mark each line of the viewport was last painted by."""

    def __init__(self) -> None:
        # With what the mark tells of by its identity: as long as it is kept, nothing else can have that identity.
        self._strips: dict[Mark, tuple[object, Strip]] = {}
        self._painted: dict[int, Mark] = {}

    def get(self, y: int, mark: Mark, paint: Callable[[int], tuple[object, Strip]]) -> Strip:
        """Return a line of the viewport, painted if there is none that looks like it; with it comes what it is of."""
        self._painted[y] = mark
        known = self._strips.get(mark)
        if known is None:
            if len(self._strips) > MOST:
                self._strips.clear()
            known = self._strips[mark] = paint(y)
        return known[1]

    def stale(self, marks: Iterable[Mark]) -> list[int]:
        """Return the lines that would now look other than they were painted, by the marks of all from the top on."""
        painted = self._painted
        return [y for y, mark in enumerate(marks) if painted.get(y) != mark]

    def forget(self) -> None:
        """Forget what was painted in other colours."""
        self._strips.clear()
