"""The feed: it hears of every commit, asks again only for what is seen, and never shows an older answer.

Three things make it ask. A commit, of which ``data_version`` tells in microseconds: after a quiet second the whole
window is read, and under a steady stream only the rows that changed and are seen, with the window now and then. The
second that passes: of the rows in view those are derived anew that time has changed, so that no status is late on
the screen. And, now and then, the window as such, because a view such as Now holds other sessions as time goes by.
Of a window only those rows are read that something was committed about, save once in a minute.

A few changes are shown at the next look. When they come in numbers they are gathered for a second, and the order of
the rows stays for some: nobody could read faster, and five consoles must not cost what the work costs.

One question is under way at a time; what is asked meanwhile is asked once, in its newest form, when the answer
is there. An answer to a question that is no longer the newest is dropped. This is one of the three frontiers
where any error is caught: a desk that cannot be refreshed keeps its last board and says why.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from textual.message import Message
from textual.widget import Widget

from sessiontui.domain.beats import CLOSE, until_beat
from sessiontui.domain.errors import BadInput, SessiontuiError
from sessiontui.domain.vocabulary import Control, Status
from sessiontui.tui.opening import PAGE
from sessiontui.tui.port import Port, Reads
from sessiontui.tui.rest import SECOND, Rest

if TYPE_CHECKING:
    from textual.worker import Worker

    from sessiontui.services.pictures import Board, BoardStale, SessionLine

PULSE_EVERY: Final = 0.1
"""Seconds between two looks for commits while somebody writes; while nobody does, ``Rest`` listens instead."""

FEW: Final = 8
"""Changes heard of at one look up to which they are shown at once; more are a storm."""

STORM_EVERY: Final = 4.0
"""Seconds between two windows in a storm."""

BOARD_EVERY: Final = 30.0
"""Seconds after which the window is asked for anew though nothing was committed."""

WHOLE_EVERY: Final = 60.0
"""Seconds after which every row of it is read, also those that nothing was committed about."""

TELL_EVERY: Final = timedelta(seconds=15)
"""How long a row that moves may stay as it was derived: its texts tell minutes."""

NEAR: Final = timedelta(hours=2)
"""How long before its start a session is watched by the second; well before it counts as upcoming."""

PATIENCE: Final = 0.01
"""Seconds after which the first rows of a new search are shown, and the rest is asked for behind them."""

_MINUTE: Final = timedelta(minutes=1)

Heard: TypeAlias = Callable[[frozenset[int] | None], None]
"""Told of the sessions that something was committed about, ``None`` for too many; of none when a second passed."""


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


class _Near(NamedTuple):
    """Which sessions of a view time alone may change, and until when it is these."""

    lines: tuple[SessionLine, ...]
    view: Sequence[int]
    until: datetime
    ids: list[int]


class Feed:
    """Asks on behalf of one widget, to which it posts what it learns; ``in_view`` tells which sessions are seen.

    ``on_quiet`` is called instead of a message when a second has passed in which no line changed: most of them.
    """

    def __init__(
        self,
        owner: Widget,
        port: Port,
        reads: Reads,
        *,
        in_view: Callable[[], Sequence[int]],
        on_quiet: Callable[[Board], None] | None = None,
        interval: float | None = PULSE_EVERY,
    ) -> None:
        self._owner = owner
        self._port = port
        self._reads = reads
        self._in_view = in_view
        self._on_quiet = on_quiet
        self._interval = interval
        self._following: Worker[None] | None = None
        self._question = Question()
        self._good = Question()
        self._last: Board | None = None
        self._asking = False
        self._again = False
        self._waits = False
        """Whether there are rows already and nobody yet to ask for others."""
        self._pulse: int | None = None
        self._sequence = 0
        self._age = 0.0
        """Seconds since the window was last read."""
        self._whole_age = 0.0
        """Seconds since every row of it was."""
        self._heard = False
        """Whether something was committed that the change log was not yet asked about."""
        self._found = False
        """Whether the last look found that a session was changed."""
        self._missed: set[int] = set()
        """Sessions of the window that changed and were not read again, because they are not seen or too many."""
        self._told_at: dict[int, datetime] = {}
        """When each line of the window was derived."""
        self._near: _Near | None = None
        self._behind = False
        """Whether something changed that may have moved rows in or out of the window."""
        self._storm = False
        """Whether changes come in numbers."""
        self._listeners: list[Heard] = []

    @property
    def question(self) -> Question:
        """The newest question."""
        return self._question

    @property
    def last(self) -> Board:
        """The last board that was good."""
        from sessiontui.services.pictures import EMPTY_BOARD

        return self._last or EMPTY_BOARD

    def listen(self, heard: Heard) -> None:
        """Tell others what is heard, so that none of them has to look for commits as well."""
        self._listeners.append(heard)

    def start(self) -> None:
        """Ask for the first board, and keep asking unless the interval is ``None``."""
        self._waits = False
        self.refresh()
        if self._interval is not None:
            self._following = self._owner.run_worker(self._follow(self._interval), group="follow", exit_on_error=True)

    def stop(self) -> None:
        """Ask no more."""
        if self._following is not None:
            self._following.cancel()
            self._following = None

    def begin_with(self, board: Board) -> None:
        """Take a board that was read before there was a feed; the first answer reads only what changed since."""
        self._keep(board, None)
        self._waits = True

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
        """Ask for a new board now, or right after the answer that is under way, or once there is a start."""
        if self._waits:
            return
        if self._asking:
            self._again = True
            return
        self._asking = True
        self._owner.run_worker(self._take(), group="feed", exit_on_error=True)

    async def look(self) -> None:
        """Look whether anything was committed, and read again what changed of what is shown."""
        self._found = False
        if self._asking:
            return
        try:
            pulse = await self._reads.pulse()
            known, self._pulse = self._pulse, pulse
            self._heard = self._heard or (known is not None and pulse != known)
            if self._heard and not self._storm:
                await self._heed()
            elif self._missed and not self._storm:
                await self._show_missed()
        except Exception as error:  # noqa: BLE001 - a frontier, see the module
            self._fail(error)

    async def derive(self, ids: Sequence[int]) -> None:
        """Read some of the sessions that are shown again, at the present instant; their places stay."""
        board = self._last
        if board is None or self._asking:
            return
        now = self._port.clock()
        self._missed.difference_update(ids)
        try:
            lines = await self._reads.derived(ids, now=now) if ids else ()
        except Exception as error:  # noqa: BLE001 - a frontier, see the module
            self._fail(error)
            return
        if self._last is not board:
            return  # a newer board came meanwhile
        fresh = {line.id: line for line in lines}
        self._told_at |= dict.fromkeys(fresh, now)
        kept = tuple(fresh.get(line.id, line) for line in board.lines) if fresh else board.lines
        self._last = replace(board, taken_at=now, lines=kept)
        if lines or self._on_quiet is None:
            self._owner.post_message(LinesTaken(self._last, lines))
        else:
            self._on_quiet(self._last)

    async def second(self) -> None:
        """Ask for what a second that has passed may have changed."""
        self._tell(frozenset())
        was_storm, self._storm = self._storm, False
        if was_storm and self._heard and not self._asking:
            await self._gather()
        wait = STORM_EVERY if was_storm or self._storm else SECOND
        if self._last is None or self._age >= BOARD_EVERY or (self._behind and self._age >= wait):
            self.refresh()
        else:
            await self.derive(await self._due())

    async def _follow(self, interval: float) -> None:
        """Look for commits, and count the seconds; one task, because a timer for each costs ten times as much."""
        clock = asyncio.get_running_loop().time
        last = clock()
        next_second = last + until_beat(last, SECOND)
        rest = Rest(self._reads, interval)
        try:
            while True:
                if self._storm and self._heard:  # what has changed is asked for when the second is over
                    await rest.until_second()
                else:
                    busy = self._asking or self._heard or bool(self._missed) or self._found
                    await rest.until_beat(self._pulse, busy=busy)
                now = clock()
                self._age += now - last
                self._whole_age += now - last
                last = now
                await self.look()
                if now < next_second - CLOSE or self._port.as_of is not None:  # times of a past instant do not move
                    continue
                next_second = now + until_beat(now, SECOND)
                try:
                    await self.second()
                except Exception as error:  # noqa: BLE001 - a frontier, see the module
                    self._fail(error)
        finally:
            rest.close()

    async def _due(self) -> list[int]:
        """Return which of the sessions in view look otherwise by now."""
        now, near = self._port.clock(), self._moving()
        if not near and not self._missed:
            return []
        late = await self._reads.due(near, now=now)
        seen = frozenset(self._in_view())
        lines = () if self._last is None else self._last.lines
        moving = frozenset(near)
        return [
            line.id
            for line in lines
            if line.id in seen
            and (line.id in late or line.id in self._missed or (line.id in moving and self._ticks(line, now)))
        ]

    def _ticks(self, line: SessionLine, now: datetime) -> bool:
        """Tell whether another minute is to be told of a row, or it was told long ago."""
        gone = now - self._told_at.get(line.id, now)
        runs = line.status is Status.ACTIVE and line.actual // _MINUTE != (line.actual + gone) // _MINUTE
        return runs or gone >= TELL_EVERY

    def _moving(self) -> list[int]:
        """Return which of the sessions in view the passing time alone may change within the next seconds."""
        board, now, view = self._last, self._port.clock(), self._in_view()
        if board is None:
            return []
        known = self._near
        if known is None or known.lines is not board.lines or known.view != view or now >= known.until:
            known = self._near = _near(board.lines, view, now)
        return known.ids

    async def _heed(self) -> None:
        """Read again what a commit touched: the whole window after a quiet second, else only its rows."""
        if self._last is None or self._port.as_of is not None:
            self._heard = False
            self.refresh()
            return
        touched = await self._gather()
        if touched is None:
            self.refresh()
            return
        if not touched:
            return  # a lease, a heartbeat of the worker: nothing that is shown
        if self._age >= SECOND and not self._storm:
            self.refresh()
            return
        self._behind = True
        if not self._storm:
            await self._show_missed()

    async def _gather(self) -> int | None:
        """Note which sessions changed since the log was last asked, and return how many, or ``None`` for too many."""
        self._heard = False
        head, ids = await self._reads.changed(self._sequence)
        if ids is None or ids:
            self._tell(ids)
        if ids is None:
            self._behind = True
            self._age = BOARD_EVERY
            return None
        self._sequence = head
        self._missed |= ids
        self._behind = self._behind or bool(ids)
        self._storm = len(ids) > FEW
        self._found = self._found or bool(ids)
        return len(ids)

    def _tell(self, ids: frozenset[int] | None) -> None:
        for heard in self._listeners:
            heard(ids)

    async def _show_missed(self) -> None:
        """Read the rows again that changed and are seen; those that are not at hand are read with their window."""
        self._missed &= self._told_at.keys()
        seen = [session_id for session_id in self._in_view() if session_id in self._missed]
        if seen:
            await self.derive(seen)

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
        now = self._port.clock()
        known = self._known(now)
        is_new = self._last is None or (asked.query, asked.order) != (self._good.query, self._good.order)
        try:
            board = await self._reads.board(
                asked.query,
                now=now,
                limit=asked.limit,
                offset=asked.offset,
                order=asked.order,
                known=known,
                patience=PATIENCE if is_new else None,
            )
        except BadInput as error:
            if asked.query == self._question.query:
                self._question = self._good
                self._owner.post_message(QueryRefused(asked.query, error))
        except Exception as error:  # noqa: BLE001 - a frontier, see the module
            self._fail(error)
        else:
            if (asked.query, asked.order) == (self._question.query, self._question.order):
                self._good = asked
                self._again = self._again or not board.whole
                self._keep(board, known)
                self._owner.post_message(BoardTaken(board, asked.offset))

    def _known(self, now: datetime) -> Board | None:
        """Return the last board with those lines that only a commit can change, unless all are to be read."""
        board = self._last
        if board is None or self._whole_age >= WHOLE_EVERY or self._port.as_of is not None:
            return None
        lines = tuple(line for line in board.lines if line.id not in self._missed and not _moves(line, now))
        return replace(board, sequence=self._sequence, lines=lines)

    def _keep(self, board: Board, known: Board | None) -> None:
        told_at = self._told_at
        self._told_at = dict.fromkeys((line.id for line in board.lines), board.taken_at)
        if known is None:
            self._whole_age = 0.0
        else:
            self._told_at |= {line.id: told_at[line.id] for line in known.lines if line.id in self._told_at}
        self._last, self._sequence = board, board.sequence
        self._missed.clear()

    def _fail(self, error: Exception) -> None:
        from sessiontui.services.pictures import BoardStale

        said, hint = describe(error)
        self._owner.post_message(BoardFailed(BoardStale(error=said, hint=hint, last=self.last)))


def _near(lines: tuple[SessionLine, ...], view: Sequence[int], now: datetime) -> _Near:
    """Find what moves in a view; others come near one by one, the first of them at ``until``."""
    seen = frozenset(view)
    within = [line for line in lines if line.id in seen]
    ids = [line.id for line in within if _moves(line, now)]
    coming = (line.starts_at - NEAR for line in within if line.starts_at - now > NEAR)
    return _Near(lines, view, min(coming, default=now + NEAR), ids)


def _moves(line: SessionLine, now: datetime) -> bool:
    """Tell whether a session is near enough to its time; of all others the window tells soon enough."""
    if line.archived_at is not None or line.control in (Control.DRAFT, Control.CANCELLED):
        return False
    return not (line.starts_at - now > NEAR or (line.status.is_ended and not line.provisional))


def describe(error: Exception) -> tuple[str, str]:
    """Return what a person is told about an error, and what to do about it."""
    if isinstance(error, SessiontuiError):
        return (f"{error.title}: {error.detail}" if error.detail else error.title), error.hint
    return f"{type(error).__name__}: {error}", "sessiontui doctor looks for the cause"
