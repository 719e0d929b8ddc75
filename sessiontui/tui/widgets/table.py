"""A table over a window of rows: it holds its cursor by key, asks for rows it lacks, repaints what changed.

It knows columns, rows and keys, and nothing of sessions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, TypeAlias

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size

from sessiontui.tui.present.columns import Column, Row, RowKey, gutter
from sessiontui.tui.present.look import Look
from sessiontui.tui.widgets import table_messages
from sessiontui.tui.widgets.stretching import scroll_on, stretch
from sessiontui.tui.widgets.table_painting import PaintedTable
from sessiontui.tui.widgets.window import wanted_window


class Table(PaintedTable, can_focus=True):
    """Rows under a fixed header, with a cursor and marks, over as many rows as ``show`` says there are."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home,g", "edge(False)", "First", show=False),
        Binding("end,G", "edge(True)", "Last", show=False),
        Binding("enter", "open", "Open", show=False),
        Binding("space", "mark", "Mark", show=False),
    ]

    WindowWanted: TypeAlias = table_messages.WindowWanted
    Highlighted: TypeAlias = table_messages.Highlighted
    CursorLost: TypeAlias = table_messages.CursorLost
    Opened: TypeAlias = table_messages.Opened
    HeaderPressed: TypeAlias = table_messages.HeaderPressed
    MarksChanged: TypeAlias = table_messages.MarksChanged

    def __init__(
        self, columns: Sequence[Column], look: Look, *, id_: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(columns, look, id_=id_, classes=classes)
        self._cursor_key: RowKey | None = None
        self._wanted: tuple[int, int] | None = None
        self._in_view: tuple[RowKey, ...] = ()
        self.views = 0
        """Counts up when other rows may have come into view."""

    # What others read and set

    @property
    def cursor_key(self) -> RowKey | None:
        """The key under the cursor."""
        return self._cursor_key

    @property
    def cursor_row(self) -> int:
        """The number of the row under the cursor, counted from the first of all rows."""
        return self._cursor

    @property
    def marks(self) -> frozenset[RowKey]:
        """The marked keys, whether their rows are at hand or not."""
        return self._marks

    @property
    def rows(self) -> tuple[Row, ...]:
        """The window of rows at hand."""
        return self._window.rows

    @property
    def in_view(self) -> tuple[RowKey, ...]:
        """The keys of the rows that are seen and at hand, the very same while they are the same."""
        top, height = self.scroll_offset.y - self._window.offset, self._height
        seen = self._window.keys[max(0, top) : max(0, top + height)]
        if seen != self._in_view:
            self._in_view = seen
        return self._in_view

    @property
    def points(self) -> bool:
        """Whether any cell is tinted because it has just changed."""
        return bool(self._window.tints)

    @property
    def hidden(self) -> frozenset[str]:
        """The keys of the columns that are left out though they would have room."""
        return self._painter.hidden

    def hide(self, columns: frozenset[str]) -> None:
        """Leave these columns out, and show all others that have room."""
        if columns != self._painter.hidden:
            self._painter.hidden = columns
            self._repaint()

    def sorted_by(self, column: str, *, upwards: bool = False) -> None:
        """Show by which column the rows are sorted."""
        self._sorting = (column, upwards)
        self._repaint()

    def show(self, rows: Sequence[Row], *, offset: int = 0, total: int | None = None, anew: bool = False) -> None:
        """Put a new window of rows in place of the old one; cells that differ from before are tinted once.

        ``anew`` says that these are other rows, not the same ones later: where the cursor's row is not among
        them it goes to the first without a word.
        """
        if anew and all(row.key != self._cursor_key for row in rows):
            self._cursor, self._cursor_key = 0, None
            self.scroll_to(y=0, animate=False, force=True)
        in_view = self._sees(self._cursor)
        self._window.replace(rows, offset=offset, total=total)
        self.views += 1
        self._wanted = None
        self._stretch()
        self._settle_cursor()
        if in_view:
            self._reveal()
        self._repaint()
        self._want()

    def put(self, rows: Sequence[Row]) -> None:
        """Put rows in the place of those of the same keys; the others stay as they are, and all where they are."""
        if rows or self._window.tints:
            self._window.put(rows)
            self._repaint()

    def jump(self, key: RowKey) -> bool:
        """Put the cursor on a key; false where its row is not at hand."""
        place = self._window.place(key)
        if place is None:
            return False
        self._go(place)
        return True

    def mark_only(self, keys: frozenset[RowKey]) -> None:
        """Replace the marks."""
        if keys != self._marks:
            self._marks = keys
            self._repaint()
            self.post_message(self.MarksChanged(self, keys))

    # Keys and mouse

    def action_move(self, by: int) -> None:
        """Move the cursor by rows."""
        self._go(self._cursor + by)

    def action_page(self, direction: int) -> None:
        """Move the cursor by what is seen."""
        self._go(self._cursor + direction * max(1, self._height - 1))

    def action_edge(self, last: bool) -> None:
        """Move the cursor to the first or the last row."""
        self._go(self._window.total - 1 if last else 0)

    def action_open(self) -> None:
        """Go into the row under the cursor."""
        if self._cursor_key is not None:
            self.post_message(self.Opened(self, self._cursor_key))

    def action_mark(self) -> None:
        """Mark or unmark the row under the cursor, and go on to the next."""
        if self._cursor_key is None:
            return
        self.mark_only(self._marks ^ {self._cursor_key})
        self._go(self._cursor + 1)

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the row, mark it by its gutter, open it by a double click, or press a title."""
        event.stop()
        at = event.get_content_offset(self)
        if at is None:
            return
        if at.y == 0:
            column = self._painter.column_at(at.x, self._width)
            if column:
                self.post_message(self.HeaderPressed(self, column))
            return
        place = at.y - 1 + self.scroll_offset.y
        if place >= self._window.total:
            return
        self._go(place)
        if at.x < gutter(self._width):
            self.mark_only(self._marks ^ {self._cursor_key} if self._cursor_key is not None else self._marks)
        elif event.chain == 2:
            self.action_open()

    # Screen and focus

    def on_resize(self) -> None:
        """Lay the columns out anew and ask for what came into view."""
        self.views += 1
        self._stretch()
        self._reveal()
        self.refresh()
        self._want()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for rows that come into view."""
        self.views += 1
        scroll_on(self, old_value, new_value)
        self._want()

    def watch_show_horizontal_scrollbar(self) -> None:
        """Note that there is a line more or less for rows."""
        self.views += 1

    def on_focus(self) -> None:
        """Show that the keys go here."""
        self._repaint()

    def on_blur(self) -> None:
        """Show that the keys go elsewhere."""
        self._repaint()

    def _stretch(self) -> None:
        """Be as high as all rows are, and the header."""
        stretch(self, Size(self.size.width, self._window.total + 1))

    def _sees(self, place: int) -> bool:
        top = self.scroll_offset.y
        return top <= place < top + max(1, self._height)

    # Cursor and window

    def _settle_cursor(self) -> None:
        """Put the cursor back on its key; if that is gone, on the neighbour, and say so."""
        key = self._cursor_key
        place = self._window.place(key)
        if place is not None:
            self._cursor = place
            return
        self._cursor = min(max(self._cursor, 0), max(self._window.total - 1, 0))
        row = self._window.at(self._cursor)
        if row is None and self._window.total:
            return  # the window is elsewhere: the rows around the cursor are still to come
        now = None if row is None else row.key
        self._set_key(now)
        if key is not None:
            self.post_message(self.CursorLost(self, key, now))

    def _set_key(self, key: RowKey | None) -> None:
        if key != self._cursor_key:
            self._cursor_key = key
            self.post_message(self.Highlighted(self, key))

    def _go(self, place: int) -> None:
        if not self._window.total:
            return
        self._cursor = min(max(place, 0), self._window.total - 1)
        row = self._window.at(self._cursor)
        self._set_key(None if row is None else row.key)
        self._reveal()
        self._repaint()
        self._want()

    def _reveal(self) -> None:
        """Scroll by as little as shows the cursor."""
        top, height = self.scroll_offset.y, self._height
        if height <= 0:
            return
        if self._cursor < top:
            self.scroll_to(y=self._cursor, animate=False, force=True)
        elif self._cursor >= top + height:
            self.scroll_to(y=self._cursor - height + 1, animate=False, force=True)

    def _want(self) -> None:
        """Ask for rows where what is seen comes near the border of the window."""
        window = self._window
        if not window.total or not self.is_mounted:
            return
        wanted = wanted_window(self.scroll_offset.y, self._height, window.span, window.total)
        if wanted is not None and wanted != self._wanted:
            self._wanted = wanted
            self.post_message(self.WindowWanted(self, *wanted))
