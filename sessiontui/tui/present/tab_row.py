"""A row of tabs for a width: all of them where they fit, else those around the open one, never a piece of a word.

Nothing here needs the toolkit, because the first page is painted before it is loaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sessiontui.domain.records import record
from sessiontui.tui.present.look import MUTED, Words

_BEFORE: Final = "< "
_AFTER: Final = " >"
"""What tells that there are more tabs on a side."""


@record
class TabRow:
    """Labels that fit a width; ``first`` is the place of the first of them, ``more`` whether there are later ones."""

    labels: tuple[str, ...] = ()
    first: int = 0
    more: bool = False
    gap: int = 1

    def words(self, opened: int) -> Words:
        """Return the row, the open tab lit."""
        found: list[tuple[str, str]] = [(_BEFORE, MUTED)] if self.first else []
        for number, label in enumerate(self.labels):
            found += [(" " * self.gap, "")] if number and self.gap else []
            found.append((label, "bold reverse" if self.first + number == opened else MUTED))
        return (*found, (_AFTER, MUTED)) if self.more else tuple(found)

    def place_at(self, x: int) -> int | None:
        """Return the place of the tab at a cell; the marks at the ends stand for the tab beyond them.

        >>> TabRow(("Plan", "Talk"), first=4, more=True).place_at(0), TabRow(("Plan", "Talk")).place_at(6)
        (3, 1)
        """
        left = 0
        if self.first:
            if x < len(_BEFORE):
                return self.first - 1
            left = len(_BEFORE)
        for number, label in enumerate(self.labels):
            if left <= x < left + len(label):
                return self.first + number
            left += len(label) + self.gap
        return self.first + len(self.labels) if self.more and x >= left - self.gap else None


def row_of(wordings: Sequence[Sequence[str]], opened: int, width: int) -> TabRow:
    """Return the first of the wordings that has room, with a cell on either side of each label where all have it.

    Where none has room, the tabs around the open one are shown in the first wording.

    >>> row_of([("Overview 2", "History"), ("Overview", "History")], 0, 16).labels
    ('Overview', 'History')
    >>> row_of([("Overview", "Plan", "Talk", "History")], 2, 14)
    TabRow(labels=('Plan', 'Talk'), first=1, more=True, gap=1)
    """
    for labels in wordings[:1]:
        roomy = tuple(f" {label} " for label in labels)
        if sum(map(len, roomy)) <= width:
            return TabRow(roomy, gap=0)
    for labels in wordings:
        if _length(labels) <= width:
            return TabRow(tuple(labels))
    return _around(tuple(wordings[0]), opened, width) if wordings else TabRow()


def _around(labels: tuple[str, ...], opened: int, width: int) -> TabRow:
    """Return the leftmost stretch of tabs that has room for the open one: turning to the next moves it seldom."""
    for first in range(opened + 1):
        last = first + 1
        while last < len(labels) and _needed(labels, first, last + 1) <= width:
            last += 1
        if opened < last and (_needed(labels, first, last) <= width or first == opened):
            return TabRow(labels[first:last], first, last < len(labels))
    return TabRow()


def _needed(labels: Sequence[str], first: int, last: int) -> int:
    marks = (len(_BEFORE) if first else 0) + (len(_AFTER) if last < len(labels) else 0)
    return _length(labels[first:last]) + marks


def _length(labels: Sequence[str]) -> int:
    return sum(map(len, labels)) + len(labels) - 1
