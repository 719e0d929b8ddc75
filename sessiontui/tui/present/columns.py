"""Columns of a table: which are shown at a width, and how wide each of them is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

from sessiontui.domain.records import record

if TYPE_CHECKING:
    from textual.content import Content

GAP: Final = 1
"""Cells between two columns."""

_NARROW: Final = 40
"""Below this width the gutter gives one of its two cells away."""

RowKey: TypeAlias = int | str
"""What a row is known by while rows come, go and change places."""


@record
class Column:
    """One column: ``width`` is its least one, ``flex`` its share of what is left.

    It is shown in tables from ``from_width`` to below ``to_width`` cells. Changes in a column that is not
    ``tinted`` are no news: times move by themselves.
    """

    key: str
    title: str
    width: int
    flex: int = 0
    from_width: int = 0
    to_width: int = 1_000_000
    right: bool = False
    tinted: bool = True


@record
class Row:
    """One row: a cell for every column there is, shown or not."""

    key: RowKey
    cells: tuple[Content, ...]


def gutter(width: int) -> int:
    """Return how many cells before the first column show cursor and mark.

    >>> gutter(20), gutter(80)
    (1, 2)
    """
    return 1 if width < _NARROW else 2


def same_look(one: Row, other: Row) -> bool:
    """Tell whether two rows would be painted alike."""
    return one.cells is other.cells or all(
        left.plain == right.plain and left.spans == right.spans
        for left, right in zip(one.cells, other.cells, strict=True)
    )


def layout(
    columns: Sequence[Column], width: int, hidden: frozenset[str] = frozenset()
) -> tuple[tuple[int, int], ...]:
    """Return the places of the columns that are shown at a width, with the width of each.

    ``hidden`` are keys of columns that are not wanted; where all are hidden, all are shown.

    >>> layout((Column("a", "A", 3), Column("b", "B", 4, flex=1)), 20)
    ((0, 3), (1, 15))
    """
    return _layout(tuple(columns), width, hidden)


@lru_cache(maxsize=256)
def _layout(columns: tuple[Column, ...], width: int, hidden: frozenset[str]) -> tuple[tuple[int, int], ...]:
    fitting = [place for place, column in enumerate(columns) if column.from_width <= width < column.to_width]
    shown = [place for place in fitting if columns[place].key not in hidden] or fitting
    room = width - gutter(width)
    while len(shown) > 1 and _taken(columns, shown) > room:
        rigid = [place for place in shown if not columns[place].flex]
        shown.remove((rigid or shown)[-1])
    spare = max(0, room - _taken(columns, shown))
    flexes = sum(columns[place].flex for place in shown)
    widths = [columns[place].width + (spare * columns[place].flex // flexes if flexes else 0) for place in shown]
    if flexes:
        first = next(number for number, place in enumerate(shown) if columns[place].flex)
        widths[first] += room - sum(widths) - GAP * (len(shown) - 1)
    if len(shown) == 1:
        widths = [min(widths[0], max(0, room))]
    return tuple(zip(shown, widths, strict=True))


def _taken(columns: tuple[Column, ...], shown: list[int]) -> int:
    return sum(columns[place].width for place in shown) + GAP * max(0, len(shown) - 1)
