"""What the desk shows at this moment: the window of the board, which sessions are marked, and which have left."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sessiontui.services.pictures import Board, BoardStale, SessionLine
    from sessiontui.tui.present.columns import RowKey


class Shown:
    """The last board that was taken, by session."""

    def __init__(self) -> None:
        self.board: Board | None = None
        self.offset = 0
        self.stale: BoardStale | None = None
        self._lines: dict[RowKey, SessionLine] = {}
        self._former: dict[RowKey, SessionLine] = {}
        self._marked: dict[RowKey, SessionLine] = {}

    @property
    def marked(self) -> tuple[SessionLine, ...]:
        """The marked sessions, also those that are no longer in the window."""
        return tuple(self._marked.values())

    def line(self, key: RowKey | None) -> SessionLine | None:
        """Return a session of the window."""
        return None if key is None else self._lines.get(key)

    def former(self, key: RowKey) -> SessionLine | None:
        """Return a session of the window before this one."""
        return self._former.get(key)

    def take(self, board: Board, offset: int) -> bool:
        """Take a new board, and tell whether it holds other sessions than the last one, not the same ones later."""
        anew = self.board is None or self.board.query != board.query
        self.board, self.offset, self.stale = board, offset, None
        self._former, self._lines = self._lines, {line.id: line for line in board.lines}
        self._remark(self._lines)
        return anew

    def put(self, board: Board, lines: Iterable[SessionLine]) -> None:
        """Take the same board with some of its lines derived anew."""
        fresh: dict[RowKey, SessionLine] = {line.id: line for line in lines}
        self.board, self.stale = board, None
        self._lines |= fresh
        self._remark(fresh)

    def turn_mark(self, line: SessionLine) -> frozenset[RowKey]:
        """Mark a session, in the window or not, or unmark it, and return the keys of all that are marked."""
        if self._marked.pop(line.id, None) is None:
            self._marked[line.id] = line
        return frozenset(self._marked)

    def mark_only(self, keys: frozenset[RowKey]) -> None:
        """Keep those marked that were, and mark others of the window."""
        self._marked = {key: line for key, line in self._marked.items() if key in keys}
        self._marked |= {key: self._lines[key] for key in keys if key in self._lines}

    def _remark(self, fresh: dict[RowKey, SessionLine]) -> None:
        self._marked.update({key: fresh[key] for key in self._marked if key in fresh})
