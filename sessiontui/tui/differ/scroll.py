"""Which rows of the screen moved up or down, and whether it pays to let the terminal move them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from operator import is_not
from typing import Final, NamedTuple, TypeAlias

from sessiontui.tui.differ.cells import Cell

Row: TypeAlias = Sequence[Cell | None]

_Chunk: TypeAlias = "tuple[Cell | None, ...]"

FEWEST_ROWS: Final = 3
"""Fewer changed rows are painted: moving would not pay."""

OVERHEAD: Final = 20
"""What a move costs, in cells: the margins, the address, the move and the margins back."""

_CHUNK: Final = 12
"""Cells by whose likeness rows are recognised; a scroll bar or a cursor beside them does not matter."""


class Move(NamedTuple):
    """Rows ``top`` to ``bottom``, the last included, go up by ``by``; down where it is negative."""

    top: int
    bottom: int
    by: int


def find_move(shown: Sequence[Row], wanted: Sequence[Row], changed: Sequence[int]) -> Move | None:
    """Return the move after which the fewest cells are left to write; ``None`` where none pays."""
    if len(changed) < FEWEST_ROWS:
        return None
    by = _shift(shown, wanted, changed)
    if not by:
        return None
    height = len(wanted)
    first, last = max(0, changed[0], -by), min(height - 1, height - 1 - by, changed[-1])
    best = total = start = 0
    found: tuple[int, int] | None = None
    for y in range(first, last + 1):
        if total <= 0:
            total, start = 0, y
        total += _unlike(wanted[y], shown[y]) - _unlike(wanted[y], shown[y + by])
        if total > best:
            best, found = total, (start, y)
    if found is None:
        return None
    top, bottom = found
    bare = range(bottom + 1, bottom + by + 1) if by > 0 else range(top + by, top)
    loss = sum(len(wanted[y]) - _unlike(wanted[y], shown[y]) for y in bare)
    if best - loss <= OVERHEAD:
        return None
    return Move(min(top, top + by), max(bottom, bottom + by), by)


def moved(rows: list[list[Cell | None]], move: Move) -> None:
    """Move the rows; those that come free hold nothing known."""
    top, bottom, by = move
    free: list[list[Cell | None]] = [[None] * len(rows[top]) for _ in range(abs(by))]
    part = rows[top : bottom + 1]
    rows[top : bottom + 1] = [*part[by:], *free] if by > 0 else [*free, *part[:by]]


def _shift(shown: Sequence[Row], wanted: Sequence[Row], changed: Sequence[int]) -> int:
    """Return by how many rows most of what changed is found elsewhere."""
    places: dict[tuple[int, _Chunk], int] = {}
    sought: list[tuple[int, int, _Chunk]] = []
    for y in changed:
        for x, there, here in _chunks(shown[y], wanted[y]):
            if _is_telling(there):
                places[x, there] = -1 if (x, there) in places else y
            if _is_telling(here):
                sought.append((y, x, here))
    votes: Counter[int] = Counter()
    for y, x, chunk in sought:
        place = places.get((x, chunk), -1)
        if place >= 0:
            votes[place - y] += 1
    if not votes:
        return 0
    return max(votes, key=lambda by: (votes[by], -abs(by)))


def _chunks(shown: Row, wanted: Row) -> list[tuple[int, _Chunk, _Chunk]]:
    """Return the parts in which a row differs, with their columns, as they are shown and as they are wanted."""
    starts = range(0, len(wanted) - _CHUNK + 1, _CHUNK)
    parts = ((x, tuple(shown[x : x + _CHUNK]), tuple(wanted[x : x + _CHUNK])) for x in starts)
    return [part for part in parts if part[1] != part[2]]


def _is_telling(chunk: _Chunk) -> bool:
    """Tell whether a row can be recognised by a part of it: by one that is known and not all alike."""
    return None not in chunk and chunk.count(chunk[0]) < len(chunk)


def _unlike(one: Row, other: Row) -> int:
    return sum(map(is_not, one, other))
