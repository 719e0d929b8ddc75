"""The kept screens, and what is to be written so that the terminal shows what Textual painted.

Two grids are kept: what Textual wants to be seen, and what the terminal is known to show. A doubt empties the second
alone, so that everything is painted again without asking Textual; a frame that is not understood empties both, and
goes to the terminal as it came.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from sessiontui.tui.differ.cells import Cell, Fragment, Reader
from sessiontui.tui.differ.paint import is_sure_up_to, paint, runs
from sessiontui.tui.differ.pen import Pen
from sessiontui.tui.differ.scroll import Move, Row, find_move, moved
from sessiontui.tui.differ.strips import Part, StripReader
from sessiontui.tui.differ.style import CSI
from sessiontui.tui.differ.terminal import Terminal

if TYPE_CHECKING:
    from rich.color import ColorSystem

BEGIN: Final = "\x1b[?2026h"
END: Final = "\x1b[?2026l"
"""The brackets of synchronized output."""

BRACKETED_FROM: Final = 1_000
"""Shorter frames arrive whole: sixteen bytes of brackets would make a small change dearer by half."""

KEPT_UP_TO: Final = 80
"""Frames no longer than this come again, like a clock; the terminal keeps their style for the next one."""

_ENTER: Final = "\x1b[?1049h"
_LEAVE: Final = "\x1b[?1049l"

_HARMLESS: Final = re.compile(
    r"(?:\x07"
    r"|\x1b\[\?(?:25|1000|1003|1004|1006|1015|1016|2004|2026|2048)[hl]"
    r"|\x1b\[\?[0-9]+\$p"
    r"|\x1b\[[<>=?][0-9;]*u"
    r"|\x1b\](?:0|1|2|22|52);[^\x00-\x1f\x7f-\x9f]*(?:\x07|\x1b\\)"
    r")+"
)
"""What touches neither cells nor cursor: the bell, reports of mouse, focus, paste and keys, titles, the clipboard."""

_Grid: TypeAlias = list[list[Cell | None]]


class Differ:
    """Turns what Textual writes into what the terminal lacks."""

    def __init__(self, terminal: Terminal | None = None) -> None:
        self._terminal = terminal or Terminal()
        self._reader = Reader()
        self._strips = StripReader(self._reader)
        self._wanted: _Grid = []
        self._shown: _Grid = []
        self._width = 0
        self._pen = Pen(0)
        self._stirred: set[int] = set()
        """Rows in which anything was laid since the last update; only these can differ."""
        self._cursor: tuple[int, int] | None = None
        self._doubtful = False
        self._away = False
        self._synchronized = False

    def doubt(self) -> None:
        """Distrust the terminal: the next frame paints everything. A signal or another thread may call this."""
        self._doubtful = True

    def know(self, page: str, *, width: int, height: int) -> None:
        """Hear what the terminal shows already: a page that was written in nothing but places, styles and text."""
        cells = self._reader.read_page(page)
        self._width, self._pen = width, Pen(width)
        self._wanted, self._shown = _unknown(width, height), _unknown(width, height)
        if cells is not None and all(self._holds(fragment) for fragment in cells):
            self._doubtful = False
            for fragment in cells:
                _lay(self._shown[fragment.y], fragment)

    def feed(self, data: str, *, width: int, height: int, caret: bool = True, hold: bool = False) -> str:
        """Return what to write instead of ``data`` on a screen of that size; it may be nothing.

        ``caret`` says that somebody types where the cursor stands, so that it has to be there. With ``hold`` a
        frame is kept for ``catch_up``, which writes what all kept frames come to.
        """
        if data in {BEGIN, END}:
            self._synchronized = True
            return ""
        if _HARMLESS.fullmatch(data):
            return data
        return self._frame(data, width, height, caret=caret, hold=hold)

    def paint(
        self,
        parts: Iterable[Part],
        cursor: tuple[int, int],
        *,
        colours: ColorSystem,
        width: int,
        height: int,
        caret: bool = True,
        hold: bool = False,
    ) -> str | None:
        """Return what to write for a frame of strips, after which the cursor stands at a row and a column.

        ``None`` where the frame has to come as text: nothing of it was taken. All else is as in ``feed``.
        """
        if (width, len(self._wanted)) != (self._width, height):
            return None
        frame = self._strips.read(parts, colours)
        if frame is None:
            return None
        frame.append(Fragment(*cursor, ()))
        return self._take(frame, caret=caret, hold=hold) if all(map(self._holds, frame)) else None

    def reletter(
        self, y: int, x: int, text: str, cursor: tuple[int, int], *, width: int, height: int, caret: bool = True
    ) -> str | None:
        """Return what to write where a text differs from what stands in its place, in the style that it stands in.

        ``None`` where that is not all there is to it: it has to come as a strip. All else is as in ``paint``.
        """
        if self._doubtful or self._away or self._stirred or (width, len(self._wanted)) != (self._width, height):
            return None
        row, shown = self._wanted[y], self._shown[y]
        found = self._strips.other_letters(row[x : x + len(text)], shown[x : x + len(text)], text)
        if found is None or not is_sure_up_to(row, x):
            return None
        at, cells = found
        self._cursor = cursor
        pen = self._pen
        if cells:
            at += x
            row[at : at + len(cells)] = shown[at : at + len(cells)] = cells
            pen.lose()
            worn = pen.style
            pen.wear(cells[0].style)
            pen.write("".join([cell.text for cell in cells]), y, at, len(cells))
            if pen.style != worn:
                pen.keep()
        if caret:
            pen.go(*cursor)
        return pen.take()

    def catch_up(self, *, caret: bool = True) -> str:
        """Return what leads from what is shown to the last frame that was kept."""
        return "" if self._away or not self._wanted else self._update(caret=caret)

    def repaint(self) -> str:
        """Return what paints the whole screen again; nothing where the screen is not the application's."""
        self._doubtful = True
        return self.catch_up()

    def _frame(self, data: str, width: int, height: int, *, caret: bool, hold: bool) -> str:
        ended = ""
        if (width, len(self._wanted)) != (self._width, height):
            ended = self._pen.rest()
            self._width = width
            self._pen = Pen(width)
            self._wanted, self._shown = _unknown(width, height), _unknown(width, height)
            self._stirred.clear()
        frame = self._reader.read(data)
        if frame is None or not all(self._holds(fragment) for fragment in frame):
            return ended + self._pass(data)
        written = self._take(frame, caret=caret, hold=hold)
        return ended + written

    def _take(self, frame: Sequence[Fragment], *, caret: bool, hold: bool) -> str:
        for fragment in frame:
            if _lay(self._wanted[fragment.y], fragment):
                self._stirred.add(fragment.y)
        last = frame[-1]
        self._cursor = None if last.cells else (last.y, last.x)
        return "" if hold else self._update(caret=caret)

    def _holds(self, fragment: Fragment) -> bool:
        return fragment.y < len(self._wanted) and fragment.x + max(1, len(fragment.cells)) <= self._width

    def _pass(self, data: str) -> str:
        """Return something that is no frame, written in no style, and note what follows from it."""
        if data in {_ENTER, _LEAVE}:
            self._away = data == _LEAVE
        elif data not in {"\x1b[?7l", "\x1b[?7h"}:
            self._wanted = _unknown(self._width, len(self._wanted))
        self._cursor = None
        self._doubtful = True
        return self._pen.rest() + data

    # From what is shown to what is wanted

    def _update(self, *, caret: bool) -> str:
        pen = self._pen
        if self._doubtful:
            self._doubtful = False
            self._shown = _unknown(self._width, len(self._wanted))
            self._stirred.update(range(len(self._wanted)))
            pen.raw(pen.rest())
            pen.forget()
        stood = pen.y, pen.x
        pen.lose()  # a whole address first: had another program written, this frame would still stand right
        worn = pen.style
        changed = [
            y
            for y in sorted(self._stirred)
            if self._wanted[y] != self._shown[y] and _differs(self._wanted[y], self._shown[y])
        ]
        self._stirred.clear()
        move = find_move(self._shown, self._wanted, changed) if self._terminal.moves_rows else None
        if move is not None:
            self._scroll(move)
            touched = range(min(changed[0], move.top), max(changed[-1], move.bottom) + 1)
            changed = [y for y in touched if self._wanted[y] != self._shown[y]]
        erases = self._terminal.erases_in_colour
        found = [run for y in changed for run in runs(y, self._shown[y], self._wanted[y], erases_in_colour=erases)]
        paint(pen, found, self._wanted, erases_in_colour=erases)
        for y in changed:
            self._shown[y] = _shown(self._wanted[y], self._shown[y])
        if not pen.size():
            pen.y, pen.x = stood
        elif pen.style != worn and pen.size() <= KEPT_UP_TO:
            pen.keep()
        if caret and self._cursor is not None:
            pen.go(*self._cursor)
        written = pen.take()
        return f"{BEGIN}{written}{END}" if self._synchronized and len(written) >= BRACKETED_FROM else written

    def _scroll(self, move: Move) -> None:
        """Let the terminal move rows: lines deleted or inserted between margins, which every terminal can."""
        top, bottom, by = move
        bounded = bottom + 1 < len(self._shown)
        if bounded:
            self._pen.raw(f"{CSI}{top + 1};{bottom + 1}r")
        self._pen.go(top, 0)
        number = "" if abs(by) == 1 else abs(by)
        self._pen.raw(f"{CSI}{number}{'M' if by > 0 else 'L'}{CSI + 'r' if bounded else ''}")
        moved(self._shown, move)


def _unknown(width: int, height: int) -> _Grid:
    return [[None] * width for _ in range(height)]


def _lay(row: list[Cell | None], fragment: Fragment) -> bool:
    """Put cells into a row and tell whether it changed; of a wide character that is cut nothing is known any more."""
    x, cells = fragment.x, fragment.cells
    end = x + len(cells)
    if not cells or tuple(row[x:end]) == cells:
        return False
    head, tail = row[x], row[end] if end < len(row) else None
    if x and head is not None and head.is_tail:
        row[x - 1] = None
    row[x:end] = cells
    if tail is not None and tail.is_tail:
        row[end] = None
    return True


def _shown(wanted: list[Cell | None], shown: list[Cell | None]) -> list[Cell | None]:
    """Return a row as it is shown when all is written that is known of it."""
    if None not in wanted:
        return wanted[:]
    return [other if cell is None else cell for cell, other in zip(wanted, shown, strict=True)]


def _differs(wanted: Row, shown: Row) -> bool:
    """Tell whether anything that is known of a row that is not shown as it is wanted is shown otherwise."""
    return None not in wanted or any(
        cell is not other and cell is not None for cell, other in zip(wanted, shown, strict=True)
    )
