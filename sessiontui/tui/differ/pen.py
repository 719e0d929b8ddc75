"""The terminal's cursor and pen as they stand, and the fewest bytes that move them on."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from sessiontui.tui.differ.cells import Cell
from sessiontui.tui.differ.style import CSI, MARKING, PLAIN, UNKNOWN, Style, transition

BRIDGE: Final = 4
"""Most bytes of unchanged cells that are written again instead of being jumped over."""

_BACKSPACES: Final = 3

_LONG: Final = 20
"""Bytes from which it pays to keep a style: two colours of many."""

_RIVALS: Final = 8
"""Other styles that might be kept, in a row, before one of them takes the place of the one that is."""

_KEEP: Final = "\x1b7"
_BRING_BACK: Final = "\x1b8"
"""What makes the terminal keep cursor and style, and what brings them back."""


class Pen:
    """Collects what is to be written; it knows where the cursor is, or that it does not.

    The column is unknown (``None``) after a character of doubtful width and after the last column, where terminals
    differ; the row is unknown after anything that was not understood. Then only whole addresses are written. The
    style outlives a frame, because the next one often begins with the same.
    """

    def __init__(self, width: int) -> None:
        self.width = width
        self.y: int | None = None
        self.x: int | None = None
        self.style = UNKNOWN
        self._kept: Style | None = None
        """The style that the terminal has kept."""
        self._rivals = 0
        """How many others might have been kept since it was last of use."""
        self._written: list[str] = []

    def take(self) -> str:
        """Return what was collected, and begin anew."""
        written = "".join(self._written)
        self._written.clear()
        return written

    def raw(self, sequence: str) -> None:
        """Write a sequence after which the place of the cursor is not known."""
        self._written.append(sequence)
        self.y = self.x = None

    def fork(self) -> Pen:
        """Return a pen that stands where this one stands and has written nothing."""
        other = Pen(self.width)
        other.y, other.x, other.style = self.y, self.x, self.style
        other._kept, other._rivals = self._kept, self._rivals
        return other

    def join(self, other: Pen) -> None:
        """Take over what a forked pen wrote, and where it stands."""
        self._written += other._written
        self.y, self.x, self.style = other.y, other.x, other.style
        self._kept, self._rivals = other._kept, other._rivals

    def size(self) -> int:
        """Return how much is collected, in characters."""
        return sum(map(len, self._written))

    def lose(self) -> None:
        """Forget where the cursor is."""
        self.y = self.x = None

    def rest(self) -> str:
        """Return what ends the style, and forget it: somebody else is going to write."""
        ended = "" if self.style == UNKNOWN else transition(self.style, PLAIN)
        self.style = UNKNOWN
        self.lose()
        return ended

    def go(self, y: int, x: int) -> None:
        """Move the cursor."""
        if (self.y, self.x) != (y, x):
            self._written.append(way(self.y, self.x, y, x))
            self.y, self.x = y, x

    def wear(self, style: Style) -> None:
        """Change the style."""
        if style == self.style:
            return
        change = transition(self.style, style)
        if style == self._kept and len(change) > len(_BRING_BACK + _KEEP):
            # Kept once more at once, because some programs give back only once what they keep.
            self._written.append(_BRING_BACK + _KEEP)
            self._rivals = 0
            self.lose()
        else:
            self._written.append(change)
        self.style = style

    def keep(self) -> None:
        """Let the terminal keep a style that is long to say, so that it can be brought back in few bytes."""
        if self.style == self._kept or len(transition(PLAIN, self.style)) < _LONG:
            return
        self._rivals += 1
        if self._kept is None or self._rivals >= _RIVALS:
            self._written.append(_KEEP)
            self._kept, self._rivals = self.style, 0

    def forget(self) -> None:
        """Rely no more on what the terminal has kept: somebody else may have used its only place."""
        self._kept = None

    def fits(self, cell: Cell) -> bool:
        """Tell whether the cell looks right without a change of style."""
        return suits(self.style, cell)

    def put(self, cell: Cell, y: int, x: int) -> None:
        """Write a cell whose style the pen already has; one of doubtful width gets its room cleared first."""
        self.go(y, x)
        if not cell.sure:
            self._written.append(" " * cell.width)
            self.x = None
            self.go(y, x)
        self._written.append(cell.text)
        self.x = x + cell.width if cell.sure and x + cell.width < self.width else None

    def write(self, text: str, y: int, x: int, count: int) -> None:
        """Write letters that are surely one cell wide each, in the style that the pen already has."""
        self.go(y, x)
        self._written.append(text)
        self.x = x + count if x + count < self.width else None

    def fill(self, y: int, x: int, count: int) -> None:
        """Write blanks."""
        self.go(y, x)
        self._written.append(" " * count)
        self.x = x + count if x + count < self.width else None

    def erase(self, y: int, x: int, count: int) -> None:
        """Clear cells with the ground of the pen, to the end of the row where they reach it."""
        self.go(y, x)
        self._written.append(f"{CSI}K" if x + count >= self.width else f"{CSI}{count}X")


def suits(style: Style, cell: Cell) -> bool:
    """Tell whether a cell looks right when it is written in a style; a blank asks for the ground alone."""
    if not cell.blank:
        return cell.style == style
    return cell.style.ground == style.ground and cell.style.link == style.link and not style.attributes & MARKING


@lru_cache(maxsize=8192)
def way(y: int | None, x: int | None, to_y: int, to_x: int) -> str:
    r"""Return the shortest motion between two places counted from zero; ``None`` is an unknown one.

    >>> way(3, 5, 3, 9), way(3, 5, 3, 4), way(3, 5, 4, 5), way(None, None, 0, 0), way(3, None, 3, 7)
    ('\x1b[4C', '\x08', '\x1b[B', '\x1b[H', '\x1b[8G')
    """
    row = to_y + 1 if to_x or to_y else ""
    ways = [f"{CSI}{row};{to_x + 1}H" if to_x else f"{CSI}{row}H"]
    if y is None:
        return ways[0]
    down = _times(to_y - y, "B", "A")
    if to_x == 0:
        ways.append("\r" + down)
    if y == to_y:
        ways.append(f"{CSI}{to_x + 1}G")
        if x is not None:
            ways.append(_times(to_x - x, "C", "D"))
            if 0 < x - to_x <= _BACKSPACES:
                ways.append("\b" * (x - to_x))
    elif x == to_x:
        ways += [down, f"{CSI}{to_y + 1}d"]
    return min(ways, key=len)


def _times(count: int, forward: str, back: str) -> str:
    if not count:
        return ""
    number = "" if abs(count) == 1 else abs(count)
    return f"{CSI}{number}{forward if count > 0 else back}"
