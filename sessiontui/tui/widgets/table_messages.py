"""What a table says: to its owner they are ``Table.Highlighted``, ``Table.Opened`` and so on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from sessiontui.tui.present.columns import RowKey

if TYPE_CHECKING:
    from sessiontui.tui.widgets.table import Table


class WindowWanted(Message, namespace="table"):
    """Rows are about to be seen that the table was not given."""

    def __init__(self, table: Table, offset: int, limit: int) -> None:
        super().__init__()
        self.table, self.offset, self.limit = table, offset, limit


class Highlighted(Message, namespace="table"):
    """The cursor is on another key than before; ``None`` where there is no row."""

    def __init__(self, table: Table, key: RowKey | None) -> None:
        super().__init__()
        self.table, self.key = table, key


class CursorLost(Message, namespace="table"):
    """The row under the cursor is no longer there; the cursor went to its neighbour."""

    def __init__(self, table: Table, lost: RowKey, key: RowKey | None) -> None:
        super().__init__()
        self.table, self.lost, self.key = table, lost, key


class Opened(Message, namespace="table"):
    """The admin wants to go into a row."""

    def __init__(self, table: Table, key: RowKey) -> None:
        super().__init__()
        self.table, self.key = table, key


class HeaderPressed(Message, namespace="table"):
    """A column's title was clicked."""

    def __init__(self, table: Table, column: str) -> None:
        super().__init__()
        self.table, self.column = table, column


class MarksChanged(Message, namespace="table"):
    """Rows were marked or unmarked."""

    def __init__(self, table: Table, marks: frozenset[RowKey]) -> None:
        super().__init__()
        self.table, self.marks = table, marks
