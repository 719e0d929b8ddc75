"""What rows lack, cut into runs of one style, and the order in which writing them takes the fewest bytes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from operator import attrgetter, is_not
from typing import Final, NamedTuple, TypeAlias

from sessiontui.tui.differ.cells import Cell
from sessiontui.tui.differ.pen import BRIDGE, Pen, suits
from sessiontui.tui.differ.scroll import Row
from sessiontui.tui.differ.style import MARKING, UNKNOWN, Style

ERASE_FROM: Final = 12
"""More blanks than this in the middle of a row are erased and jumped over, not written: nine or ten bytes."""

ERASE_LAST: Final = 3
"""More blanks than this before the end of a row are erased: three bytes."""

GROUPED_FROM: Final = 6
"""From this many runs on it is tried whether they are shorter by style than by place."""

_SURE: Final = attrgetter("sure")

Cells: TypeAlias = list[tuple[int, Cell]]
"""Cells to write, with their columns."""


class Run(NamedTuple):
    """Cells of one row that can be written in one style; ``free`` where their order among others does not matter."""

    y: int
    style: Style
    cells: Cells
    free: bool


def runs(y: int, shown: Row, wanted: Row, *, erases_in_colour: bool) -> list[Run]:
    """Return what a row lacks: where it differs, and from a doubtful width on the whole rest of it."""
    lacking, free = _lacking(shown, wanted)
    if free:
        lacking = _to_the_end(lacking, wanted, erases_in_colour=erases_in_colour)
    found: list[Run] = []
    style: Style | None = None
    letters = False
    part: Cells = []
    for x in lacking:
        cell = wanted[x]
        if cell is None or cell.is_tail:
            continue
        if style is not None and x - part[-1][0] <= BRIDGE:
            if suits(style, cell):
                letters = letters or not cell.blank
                part.append((x, cell))
                continue
            if not letters and not cell.style.attributes & MARKING and suits(cell.style, part[0][1]):
                style, letters = cell.style, True
                part.append((x, cell))
                continue
        if style is not None:
            found.append(Run(y, style, part, free))
        style, letters, part = cell.style, not cell.blank, [(x, cell)]
    if style is not None:
        found.append(Run(y, style, part, free))
    return found


def paint(pen: Pen, found: Sequence[Run], wanted: Sequence[Row], *, erases_in_colour: bool) -> None:
    """Write the runs in their places' order, or sorted by style where that is shorter."""
    by_place = pen.fork()
    for run in found:
        _write(by_place, run, wanted[run.y], erases_in_colour=erases_in_colour)
    best = by_place
    if len(found) >= GROUPED_FROM:
        by_style = pen.fork()
        for run in sorted(found, key=_group):
            _write(by_style, run, wanted[run.y], erases_in_colour=erases_in_colour)
        best = min(by_place, by_style, key=Pen.size)
    pen.join(best)


def _group(run: Run) -> tuple[bool, str, str, list[str], str]:
    """Return the key that brings equal styles together; runs whose order matters go last and keep it."""
    if not run.free:
        return True, "", "", [], ""
    attributes, colour, ground, link = run.style
    return False, ground, link, sorted(attributes), colour


def _lacking(shown: Row, wanted: Row) -> tuple[list[int], bool]:
    lacking = [x for x, other in enumerate(map(is_not, wanted, shown)) if other and wanted[x] is not None]
    if not lacking:
        return lacking, True
    end = lacking[-1] + 1
    doubtful = min(_first_unsure(wanted[:end]), _first_unsure(shown[:end]))
    if doubtful == end:
        return lacking, True
    rest = [at for at in range(doubtful, len(wanted)) if wanted[at] is not None]
    return [at for at in lacking if at < doubtful] + rest, False


def is_sure_up_to(row: Row, x: int) -> bool:
    """Tell whether the width of every cell before a place is sure, so that the place is where it should be."""
    before = row[:x]
    return None not in before and all(map(_SURE, before))


def _first_unsure(row: Row) -> int:
    """Return the place of the first cell of doubtful width; how long the row is where there is none."""
    if is_sure_up_to(row, len(row)):
        return len(row)
    return next((x for x, cell in enumerate(row) if cell is not None and not cell.sure), len(row))


def _to_the_end(lacking: list[int], wanted: Row, *, erases_in_colour: bool) -> list[int]:
    """Return the lacking places; of blanks that reach the end of the row all, since one sequence erases them."""
    blank = wanted[-1]
    if not lacking or blank is None or not blank.blank or (blank.style.ground and not erases_in_colour):
        return lacking
    start = len(wanted)
    while start and wanted[start - 1] is blank:
        start -= 1
    first = bisect_left(lacking, start)
    if len(lacking) - first <= ERASE_LAST:
        return lacking
    return [*lacking[:first], *range(lacking[first], len(wanted))]


def _write(pen: Pen, run: Run, row: Row, *, erases_in_colour: bool) -> None:
    y, style, cells, _ = run
    place = 0
    while place < len(cells):
        x, cell = cells[place]
        _bridge(pen, y, x, row)
        if not pen.fits(cell):
            pen.wear(_adapted(pen.style, cell) if cell.blank and style == cell.style else style)
        if not cell.blank:
            letters = _letters(cells, place)
            if letters > 1:
                pen.write("".join([cell.text for _, cell in cells[place : place + letters]]), y, x, letters)
            else:
                pen.put(cell, y, x)
            place += letters
            continue
        taken = 1
        while place + taken < len(cells) and cells[place + taken] == (x + taken, cell):
            taken += 1
        erased = _erasable(x, cell, taken, row) if erases_in_colour or not cell.style.ground else 0
        if erased:
            pen.erase(y, x, erased)
        else:
            pen.fill(y, x, taken)
        place += taken


def _letters(cells: Cells, place: int) -> int:
    """Return how many cells from a place on can be written as one text: plain letters side by side in one style."""
    x, first = cells[place]
    style, count = first.style, 0
    for at, cell in cells[place:]:
        if at != x + count or cell.style is not style or cell.blank or not cell.sure or cell.width != 1:
            break
        count += 1
    return max(1, count)


def _adapted(style: Style, blank: Cell) -> Style:
    """Return the style with as little change as the blank asks for."""
    if style == UNKNOWN:
        return blank.style
    return Style(style.attributes - MARKING, style.colour, blank.style.ground, blank.style.link)


def _bridge(pen: Pen, y: int, x: int, row: Row) -> None:
    """Write a few cells again where that is shorter than jumping over them."""
    if pen.y != y or pen.x is None or not 0 < x - pen.x <= BRIDGE:
        return
    between = list(enumerate(row[pen.x : x], pen.x))
    sizes = 0
    for _, cell in between:
        if cell is None or not cell.sure or not pen.fits(cell):
            return
        sizes += cell.size
    first = between[0][1]
    if sizes > BRIDGE - (len(between) == 1) or (first is not None and first.is_tail):
        return
    for at, cell in between:
        if cell is not None and not cell.is_tail:
            pen.put(cell, y, at)


def _erasable(x: int, blank: Cell, count: int, row: Row) -> int:
    """Return how many columns are better erased than written where so many blanks are to be written."""
    if count > ERASE_LAST and all(cell is blank for cell in row[x + count :]):
        return len(row) - x
    return count if count > ERASE_FROM else 0
