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

_MOST_COLUMNS: Final = 3
"""Parts of each row that are looked at."""

_SAMPLE: Final = 8
"""Rows of which is taken where to look at all."""


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
    votes: Counter[int] = Counter()
    for x in _columns(shown, wanted, changed):
        places: dict[_Chunk, int] = {}
        sought: list[tuple[int, _Chunk]] = []
        for y in changed:
            there, here = tuple(shown[y][x : x + _CHUNK]), tuple(wanted[y][x : x + _CHUNK])
            if there != here:
                places[there] = -1 if there in places else y
                sought.append((y, here))
        for y, here in sought:
            place = places.get(here, -1)
            if place >= 0 and _is_telling(here):
                votes[place - y] += 1
    if not votes:
        return 0
    return max(votes, key=lambda by: (votes[by], -abs(by)))


def _columns(shown: Sequence[Row], wanted: Sequence[Row], changed: Sequence[int]) -> list[int]:
    """Return where rows are looked at for their likeness: the parts by which some that changed differ the most."""
    some = changed[:: max(1, len(changed) // _SAMPLE)]
    kinds: dict[int, set[_Chunk]] = {}
    for x in range(0, len(wanted[0]) - _CHUNK + 1, _CHUNK):
        for y in some:
            chunk = tuple(wanted[y][x : x + _CHUNK])
            if tuple(shown[y][x : x + _CHUNK]) != chunk and _is_telling(chunk):
                kinds.setdefault(x, set()).add(chunk)
    return sorted(kinds, key=lambda x: -len(kinds[x]))[:_MOST_COLUMNS]


def _is_telling(chunk: Row) -> bool:
    """Tell whether a row can be recognised by a part of it: by one that is known and not all alike."""
    return None not in chunk and chunk.count(chunk[0]) < len(chunk)


def _unlike(one: Row, other: Row) -> int:
    return sum(map(is_not, one, other))
