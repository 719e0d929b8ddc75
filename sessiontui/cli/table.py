"""Plain text tables: columns in line by cells, cut to a terminal's width, whole where the output is no terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sessiontui.domain.text import visible

GAP = 2
"""Cells between two columns."""

WIDEST = 48
"""Cells up to which a column is padded where nothing is cut: one endless title must not push every line away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its heading, the least cells it keeps when room is short, and on which side its cells stand.

    A column without ``least`` is never cut.
    """

    heading: str
    least: int | None = None
    right: bool = False


def cells(text: str) -> int:
    """Return how many cells a text takes.

    >>> cells("Zoë"), cells("日本")
    (3, 4)
    """
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # its tables cost time that ASCII does not need

    return cell_len(text)


def cut(text: str, width: int, *, ellipsis: str = "…") -> str:
    """Return a text that takes at most so many cells.

    >>> cut("Grief circle", 6), cut("日本語", 4)
    ('Grief…', '日…')
    """
    if cells(text) <= width:
        return text
    kept, taken = [], 0
    for char in text:
        taken += cells(char)
        if taken > width - len(ellipsis):
            break
        kept.append(char)
    return ("".join(kept).rstrip() + ellipsis)[: max(width, 0)]


def lay_out(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], *, width: int | None = None, plain: bool = False
) -> list[str]:
    """Return the lines of a table; ``width`` is that of the terminal, ``None`` where nothing is to be cut."""
    shown = [[visible(cell) for cell in row] for row in rows]
    widths = [
        max([cells(column.heading), *(cells(row[place]) for row in shown)]) for place, column in enumerate(columns)
    ]
    widths = [min(taken, WIDEST) for taken in widths] if width is None else _fit(columns, widths, width)
    dots = "~" if plain else "…"
    rows_with_heading = [[column.heading for column in columns], *shown]
    return [_line(columns, row, widths, None if width is None else dots) for row in rows_with_heading]


def _fit(columns: Sequence[Column], widths: list[int], width: int) -> list[int]:
    """Take cells from the widest column that may give some until the table fits."""
    fitted = list(widths)
    over = sum(fitted) + GAP * (len(fitted) - 1) - width
    while over > 0:
        giving = [
            place
            for place, column in enumerate(columns)
            if column.least is not None and fitted[place] > max(column.least, cells(column.heading))
        ]
        if not giving:
            break
        widest = max(giving, key=lambda place: fitted[place])
        fitted[widest] -= 1
        over -= 1
    return fitted


def _line(columns: Sequence[Column], row: Sequence[str], widths: Sequence[int], dots: str | None) -> str:
    """Return one line; without ``dots`` nothing is cut, and a cell that is too long shifts the rest of its line."""
    parts = []
    for column, text, width in zip(columns, row, widths, strict=True):
        shown = text if dots is None else cut(text, width, ellipsis=dots)
        pad = " " * (width - cells(shown))
        parts.append(pad + shown if column.right else shown + pad)
    return (" " * GAP).join(parts).rstrip()
