"""The feed: it asks for boards when something was committed and as time passes, and never shows an older one.

One question is under way at a time; what is asked meanwhile is asked once, in its newest form, when the answer
is there. An answer to a question that is no longer the newest is dropped. This is one of the three frontiers
where any error is caught: a desk that cannot be refreshed keeps its last board and says why.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from sessiontui.domain.errors import BadInput, SessiontuiError
from sessiontui.services.pictures import EMPTY_BOARD, Board, BoardStale, SessionDetail
from sessiontui.tui.port import Port, Reads

PULSE_EVERY: Final = 0.1
"""Seconds between two looks for commits; one costs microseconds."""

BOARD_EVERY: Final = 1.0
"""Seconds after which the board is asked anew though nothing was committed, so that times move."""

PAGE: Final = 200
"""Least rows of a window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the desk wants to see: a query in an order, and which stretch of its rows."""

    query: str = ""
    order: str = "urgency"
    offset: int = 0
    limit: int = PAGE


class BoardTaken(Message):
    """A new board is there; its lines begin at row ``offset`` of all that match."""

    def __init__(self, board: Board, offset: int) -> None:
        super().__init__()
        self.board, self.offset = board, offset


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


class Feed:
    """Asks on behalf of one widget, to which it posts what it learns."""

    def __init__(self, owner: Widget, port: Port, reads: Reads, *, interval: float | None = PULSE_EVERY) -> None:
        self._owner = owner
        self._port = port
        self._reads = reads
        self._interval = interval
        self._timers: list[Timer] = []
        self._question = Question()
        self._good = Question()
        self._last = EMPTY_BOARD
        self._asking = False
        self._again = False
        self._pulsing = False
        self._pulse: int | None = None

    @property
    def question(self) -> Question:
        """The newest question."""
        return self._question

    @property
    def last(self) -> Board:
        """The last board that was good."""
        return self._last

    def start(self) -> None:
        """Ask for the first board, and keep asking unless the interval is ``None``."""
        self.refresh()
        if self._interval is not None:
            self._timers = [self._owner.set_interval(self._interval, self.look)]
            if self._port.as_of is None:  # times of a past instant do not move
                self._timers.append(self._owner.set_interval(BOARD_EVERY, self.refresh))

    def stop(self) -> None:
        """Ask no more."""
        for timer in self._timers:
            timer.stop()
        self._timers = []

    def ask_later(self, *, query: str, order: str) -> None:
        """Set the first question; it is asked at the start."""
        self._question = self._good = Question(query=query, order=order)

    def ask(
        self,
        *,
        query: str | None = None,
        order: str | None = None,
        offset: int | None = None,
        limit: int | None = None,
    ) -> None:
        """Ask another question; another query or order begins at its first row."""
        asked = self._question
        if query is not None and query != asked.query:
            asked = replace(asked, query=query, offset=0, limit=PAGE)
        if order is not None and order != asked.order:
            asked = replace(asked, order=order, offset=0, limit=PAGE)
        if offset is not None:
            asked = replace(asked, offset=offset)
        if limit is not None:
            asked = replace(asked, limit=limit)
        if asked != self._question:
            self._question = asked
            self.refresh()

    def refresh(self) -> None:
        """Ask for a new board now, or right after the answer that is under way."""
        if self._asking:
            self._again = True
            return
        self._asking = True
        self._owner.run_worker(self._take(), group="feed", exit_on_error=True)

    def look(self) -> None:
        """Look whether anything was committed, and ask for a new board if so."""
        if not self._pulsing and not self._asking:
            self._pulsing = True
            self._owner.run_worker(self._feel(), group="pulse", exit_on_error=True)

    async def _feel(self) -> None:
        try:
            pulse = await self._reads.pulse()
        except Exception as error:  # noqa: BLE001 - a frontier, see the module
            self._fail(error)
            return
        finally:
            self._pulsing = False
        if pulse != self._pulse:
            known, self._pulse = self._pulse, pulse
            if known is not None:
                self.refresh()

    async def _take(self) -> None:
        try:
            while True:
                self._again = False
                await self._answer(self._question)
                if not self._again:
                    return
        finally:
            self._asking = False

    async def _answer(self, asked: Question) -> None:
        try:
            board = await self._reads.board(
                asked.query, now=self._port.clock(), limit=asked.limit, offset=asked.offset, order=asked.order
            )
        except BadInput as error:
            if asked.query == self._question.query:
                self._question = self._good
                self._owner.post_message(QueryRefused(asked.query, error))
        except Exception as error:  # noqa: BLE001 - a frontier, see the module
            self._fail(error)
        else:
            if (asked.query, asked.order) == (self._question.query, self._question.order):
                self._good, self._last = asked, board
                self._owner.post_message(BoardTaken(board, asked.offset))

    def _fail(self, error: Exception) -> None:
        said, hint = describe(error)
        self._owner.post_message(BoardFailed(BoardStale(error=said, hint=hint, last=self._last)))


class DetailTaken(Message):
    """Everything about one session is there."""

    def __init__(self, detail: SessionDetail) -> None:
        super().__init__()
        self.detail = detail


class DetailFailed(Message):
    """A session's detail could not be read."""

    def __init__(self, session_id: int, error: str) -> None:
        super().__init__()
        self.session_id, self.error = session_id, error


class DetailFeed:
    """Asks for the detail of the session that the cursor rests on; older answers than that are dropped."""

    def __init__(self, owner: Widget, port: Port, reads: Reads) -> None:
        self._owner = owner
        self._port = port
        self._reads = reads
        self._wanted: int | None = None
        self._asking = False
        self._again = False

    def ask(self, session_id: int) -> None:
        """Ask for a session's detail now, or right after the answer that is under way."""
        self._wanted = session_id
        self._again = True
        if not self._asking:
            self._asking = True
            self._owner.run_worker(self._take(), group="detail", exit_on_error=True)

    async def _take(self) -> None:
        try:
            while self._again and self._wanted is not None:
                self._again = False
                await self._answer(self._wanted)
        finally:
            self._asking = False

    async def _answer(self, wanted: int) -> None:
        try:
            detail = await self._reads.detail(wanted, now=self._port.clock())
        except Exception as error:  # noqa: BLE001 - a frontier, see the module
            if wanted == self._wanted:
                self._owner.post_message(DetailFailed(wanted, describe(error)[0]))
        else:
            if wanted == self._wanted:
                self._owner.post_message(DetailTaken(detail))


def describe(error: Exception) -> tuple[str, str]:
    """Return what a person is told about an error, and what to do about it."""
    if isinstance(error, SessiontuiError):
        return (f"{error.title}: {error.detail}" if error.detail else error.title), error.hint
    return f"{type(error).__name__}: {error}", "sessiontui doctor looks for the cause"
