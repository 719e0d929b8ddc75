"""The feed: it hears of every commit, asks again only for what is seen, and never shows an older answer.

Three things make it ask. A commit, of which ``data_version`` tells in microseconds: after a quiet second the whole
window is read, and under a steady stream only the rows that changed, with the window once in a second. The second
that passes: rows in view are derived at the new instant, so that no status is late on the screen. And, now and
then, the window as such, because a view such as Now holds other sessions as time goes by.

One question is under way at a time; what is asked meanwhile is asked once, in its newest form, when the answer
is there. An answer to a question that is no longer the newest is dropped. This is one of the three frontiers
where any error is caught: a desk that cannot be refreshed keeps its last board and says why.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from textual.message import Message
from textual.widget import Widget

from sessiontui.domain.errors import BadInput, SessiontuiError
from sessiontui.domain.vocabulary import Control
from sessiontui.tui.port import Port, Reads

if TYPE_CHECKING:
    from textual.worker import Worker

    from sessiontui.services.pictures import Board, BoardStale, SessionDetail, SessionLine

PULSE_EVERY: Final = 0.1
"""Seconds between two looks for commits; one costs microseconds."""

SECOND: Final = 1.0
"""Seconds between two derivations of what is in view, and the least ones between two windows under steady commits."""

BOARD_EVERY: Final = 15.0
"""Seconds after which the window is asked for anew though nothing was committed."""

NEAR: Final = timedelta(hours=2)
"""How long before its start a session is watched by the second; well before it counts as upcoming."""

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


class Feed:
    """Asks on behalf of one widget, to which it posts what it learns; ``in_view`` tells which sessions are seen."""

    def __init__(
        self,
        owner: Widget,
        port: Port,
        reads: Reads,
        *,
        in_view: Callable[[], Sequence[int]],
        interval: float | None = PULSE_EVERY,
    ) -> None:
        self._owner = owner
        self._port = port
        self._reads = reads
        self._in_view = in_view
        self._interval = interval
        self._following: Worker[None] | None = None
        self._question = Question()
        self._good = Question()
        self._last: Board | None = None
        self._asking = False
        self._again = False
        self._pulse: int | None = None
        self._sequence = 0
        self._age = 0.0
        """Seconds since the window was last read, as counted in looks."""
        self._behind = False
        """Whether something changed that may have moved rows in or out of the window."""

    @property
    def question(self) -> Question:
        """The newest question."""
        return self._question

    @property
    def last(self) -> Board:
        """The last board that was good."""
        from sessiontui.services.pictures import EMPTY_BOARD

        return self._last or EMPTY_BOARD

    def start(self) -> None:
        """Ask for the first board, and keep asking unless the interval is ``None``."""
        self.refresh()
        if self._interval is not None:
            self._following = self._owner.run_worker(self._follow(self._interval), group="follow", exit_on_error=True)

    def stop(self) -> None:
        """Ask no more."""
        if self._following is not None:
            self._following.cancel()
            self._following = None

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

    async def look(self) -> None:
        """Look whether anything was committed, and read again what changed of what is shown."""
        if self._asking:
            return
        try:
            pulse = await self._reads.pulse()
            if pulse == self._pulse:
                return
            known, self._pulse = self._pulse, pulse
            if known is not None:
                await self._heed()
        except Exception as error:  # noqa: BLE001 - a frontier, see the module
            self._fail(error)

    async def derive(self, ids: Sequence[int]) -> None:
        """Read some of the sessions that are shown again, at the present instant; their places stay."""
        board = self._last
        if board is None or self._asking:
            return
        now = self._port.clock()
        try:
            lines = await self._reads.derived(ids, now=now) if ids else ()
        except Exception as error:  # noqa: BLE001 - a frontier, see the module
            self._fail(error)
            return
        if self._last is not board:
            return  # a newer board came meanwhile
        fresh = {line.id: line for line in lines}
        self._last = replace(board, taken_at=now, lines=tuple(fresh.get(line.id, line) for line in board.lines))
        self._owner.post_message(LinesTaken(self._last, lines))

    async def _follow(self, interval: float) -> None:
        """Look for commits, and count the seconds; one task, because a timer for each costs ten times as much."""
        passed = 0.0
        while True:
            await asyncio.sleep(interval)
            passed += interval
            self._age += interval
            await self.look()
            if passed < SECOND or self._port.as_of is not None:  # times of a past instant do not move
                continue
            passed = 0.0
            if self._behind or self._age >= BOARD_EVERY or self._last is None:
                self.refresh()
            else:
                await self.derive(self._moving())

    def _moving(self) -> list[int]:
        """Return which of the sessions in view the passing time alone may change within the next seconds."""
        board, now = self._last, self._port.clock()
        seen = frozenset(self._in_view())
        return [] if board is None else [line.id for line in board.lines if line.id in seen and _moves(line, now)]

    async def _heed(self) -> None:
        """Read again what a commit touched: the whole window after a quiet second, else only its rows."""
        board = self._last
        if board is None or self._port.as_of is not None:
            self.refresh()
            return
        head, ids = await self._reads.changed(self._sequence)
        if ids is None:
            self.refresh()
            return
        self._sequence = head
        if not ids:
            return  # a lease, a heartbeat of the worker: nothing that is shown
        if self._age >= SECOND:
            self.refresh()
            return
        self._behind = True
        await self.derive([line.id for line in board.lines if line.id in ids])

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
        self._age, self._behind = 0.0, False
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
                self._good, self._last, self._sequence = asked, board, board.sequence
                self._owner.post_message(BoardTaken(board, asked.offset))

    def _fail(self, error: Exception) -> None:
        from sessiontui.services.pictures import BoardStale

        said, hint = describe(error)
        self._owner.post_message(BoardFailed(BoardStale(error=said, hint=hint, last=self.last)))


def _moves(line: SessionLine, now: datetime) -> bool:
    """Tell whether a session is near enough to its time; of all others the window tells soon enough."""
    if line.archived_at is not None or line.control in (Control.DRAFT, Control.CANCELLED):
        return False
    return not (line.starts_at - now > NEAR or (line.status.is_ended and not line.provisional))


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
