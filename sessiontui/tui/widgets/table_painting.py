"""How a table looks: its rows, cursor and marks as lines, each painted once, and refreshed only to look other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.filter import LineFilter
from textual.geometry import Region
from textual.scroll_view import ScrollView
from textual.strip import Strip

from sessiontui.tui.present.columns import Column, Row, RowKey
from sessiontui.tui.present.look import Look
from sessiontui.tui.widgets.finished_lines import FinishedLines
from sessiontui.tui.widgets.plain_bars import plain_bars
from sessiontui.tui.widgets.strip_shelf import Mark, StripShelf
from sessiontui.tui.widgets.table_lines import LinePainter
from sessiontui.tui.widgets.table_rows import RowWindow


class PaintedTable(ScrollView):
    """A header and the rows of a window under it; what stands where and under the cursor others decide."""

    DEFAULT_CSS = """
    PaintedTable { overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }
    """

    def __init__(self, columns: Sequence[Column], look: Look, *, id_: str | None, classes: str | None) -> None:
        super().__init__(id=id_, classes=classes)
        self._look = look
        self._painter = LinePainter(columns, look, lambda text: self.app.stylesheet.parse_style(text))
        self._window = RowWindow(self._painter.changed)
        self._cursor = 0
        self._marks: frozenset[RowKey] = frozenset()
        self._sorting = ("", False)
        self._shelf = StripShelf()
        self._styles_cache = FinishedLines()

    def render_line(self, y: int) -> Strip:
        """Return one painted line of the viewport, for the toolkit to dress and to filter."""
        return self._lines((y,), ())[0]

    def lines(self, numbers: Iterable[int]) -> list[Strip]:
        """Return some lines of the viewport through all filters, those that look as before the very same."""
        return self._lines(tuple(numbers), self.get_line_filters())

    def notify_style_update(self) -> None:
        """Forget what was painted in other colours."""
        super().notify_style_update()
        self._shelf.forget()
        self._painter.forget()

    def on_mount(self) -> None:
        """Take the scroll bars that the terminal can show."""
        plain_bars(self, self._look)

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width

    @property
    def _height(self) -> int:
        """How many rows are seen, the header aside."""
        return max(0, self.scrollable_content_region.height - 1)

    def _row_of(self, y: int) -> Row | None:
        return self._window.at(y - 1 + self.scroll_offset.y) if y else None

    def _marks_of(self, lines: Iterable[int]) -> list[Mark]:
        """Return how some lines of the viewport look; what is the same for all is asked for once."""
        width, hidden, focused = self._width, self._painter.hidden, self.has_focus
        top = self.scroll_offset.y - 1
        window = self._window
        marks: list[Mark] = []
        for y in lines:
            place = top + y
            row = window.at(place) if y else None
            if not y:
                marks.append(("header", width, hidden, self._sorting))
            elif row is None:
                marks.append(("void", width, place < window.total, place == self._cursor))
            else:
                at_cursor = (True, focused) if place == self._cursor else False
                marks.append((id(row), width, hidden, at_cursor, row.key in self._marks, window.tints.get(row.key)))
        return marks

    def _repaint(self) -> None:
        """Refresh the lines that would now look other than they were painted."""
        if not self.is_mounted:
            return
        width = self._width
        changed = self._shelf.stale(self._marks_of(range(self._height + 1)))
        if changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def _lines(self, numbers: Sequence[int], filters: Sequence[LineFilter]) -> list[Strip]:
        if self._painter.filter_by(filters, self.background_colors[1]):
            self._shelf.forget()
        marks = self._marks_of(numbers)
        return [self._shelf.get(y, mark, self._kept) for y, mark in zip(numbers, marks, strict=True)]

    def _kept(self, y: int) -> tuple[Row | None, Strip]:
        return self._row_of(y), self._paint(y)

    def _paint(self, y: int) -> Strip:
        base, width = self.visual_style, self._width
        if y == 0:
            column, upwards = self._sorting
            return self._painter.header(base, width, sorted_by=column, upwards=upwards)
        place = y - 1 + self.scroll_offset.y
        row = self._window.at(place)
        if row is None:
            return self._painter.void(base, width, expected=place < self._window.total)
        return self._painter.row(
            row,
            base,
            width,
            at_cursor=place == self._cursor,
            focused=self.has_focus,
            marked=row.key in self._marks,
            tints=self._window.tints.get(row.key),
        )
