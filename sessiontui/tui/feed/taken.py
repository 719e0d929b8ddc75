"""What a feed is asked, and what it posts: boards, lines of them, and why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from sessiontui.domain.errors import BadInput
from sessiontui.domain.records import record, replace
from sessiontui.tui.opening import PAGE

if TYPE_CHECKING:
    from sessiontui.services.pictures import Board, BoardStale, SessionLine


@record(kw_only=True)
class Question:
    """What the desk wants to see: a query in an order, and which stretch of its rows."""

    query: str = ""
    order: str = "urgency"
    offset: int = 0
    limit: int = PAGE

    def but(self, *, query: str | None, order: str | None, offset: int | None, limit: int | None) -> Question:
        """Return the question with some of it changed; another query or order begins at its first row."""
        asked = self
        if query is not None and query != asked.query:
            asked = replace(asked, query=query, offset=0, limit=PAGE)
        if order is not None and order != asked.order:
            asked = replace(asked, order=order, offset=0, limit=PAGE)
        if offset is not None:
            asked = replace(asked, offset=offset)
        if limit is not None:
            asked = replace(asked, limit=limit)
        return asked

    def has_rows_of(self, other: Question) -> bool:
        """Tell whether another question is about the same rows in the same order, if another stretch of them."""
        return (self.query, self.order) == (other.query, other.order)


class BoardTaken(Message):
    """A new board is there; its lines begin at row ``offset`` of all that match."""

    def __init__(self, board: Board, offset: int) -> None:
        super().__init__()
        self.board, self.offset = board, offset


class LinesTaken(Message):
    """Some lines of the last board were derived anew; ``board`` is the last one with them in it."""

    def __init__(self, board: Board, lines: tuple[SessionLine, ...]) -> None:
        super().__init__()
        self.board, self.lines = board, lines


class BoardFailed(Message):
    """A refresh failed; the last good board stays."""

    def __init__(self, stale: BoardStale) -> None:
        super().__init__()
        self.stale = stale


class QueryRefused(Message):
    """A query cannot be understood; the one before it stays in force."""

    def __init__(self, query: str, error: BadInput) -> None:
        super().__init__()
        self.query, self.error = query, error
