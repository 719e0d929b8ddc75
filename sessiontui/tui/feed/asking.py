"""The feed itself: when it asks, for what, and which answers it takes.

One question is under way at a time; what is asked meanwhile is asked once, in its newest form, when the answer
is there. An answer to a question that is no longer the newest is dropped. This is one of the three frontiers
where any error is caught: a desk that cannot be refreshed keeps its last board and says why.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.widget import Widget

from sessiontui.domain.beats import CLOSE, until_beat
from sessiontui.domain.errors import BadInput
from sessiontui.domain.records import replace
from sessiontui.tui.background import in_background
from sessiontui.tui.feed.changes import Changes, Heard
from sessiontui.tui.feed.passing import Passing, moves
from sessiontui.tui.feed.rest import SECOND, Rest
from sessiontui.tui.feed.standing import Standing, with_counts, with_lines
from sessiontui.tui.feed.taken import BoardFailed, BoardTaken, LinesTaken, QueryRefused, Question
from sessiontui.tui.port import Port, Reads
from sessiontui.tui.present.failures import describe

if TYPE_CHECKING:
    from textual.worker import Worker

    from sessiontui.services.boards import Judged
    from sessiontui.services.pictures import Board, SessionLine

PULSE_EVERY: Final = 0.1
"""Seconds between two looks for commits while somebody writes; while nobody does, ``Rest`` listens instead."""

STORM_EVERY: Final = 4.0
"""Seconds between two windows in a storm."""

BOARD_EVERY: Final = 60.0
"""Seconds after which the window is asked for anew though nothing was committed."""

WHOLE_EVERY: Final = 120.0
"""Seconds after which every row of it is read, also those that nothing was committed about."""

BEYOND_EVERY: Final = 10.0
"""Seconds between two windows that are read because their number of all rows may be wrong."""

MOST_JUDGED: Final = 400
"""Changed sessions that are looked at one by one; of more the whole window is soon read."""

PATIENCE: Final = 0.01
"""Seconds after which the first rows of a new search are shown, and the rest is asked for behind them."""


class Feed:
    """Asks on behalf of one widget, to which it posts what it learns; ``in_view`` tells which sessions are seen.

    ``on_quiet`` is called instead of a message where time has passed, or counts have changed, but no line: mostly.
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
        self._age = 0.0
        """Seconds since the window was last read."""
        self._whole_age = 0.0
        """Seconds since every row of it was."""
        self._changes = Changes(reads)
        self._passing = Passing()
        self._standing: Standing | None = None

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
        self._changes.listen(heard)

    def start(self) -> None:
        """Ask for the first board, and keep asking unless the interval is ``None``."""
        self._waits = False
        self.refresh()
        if self._interval is not None:
            self._following = in_background(self._owner, partial(self._follow, self._interval), group="follow")

    def stop(self) -> None:
        """Ask no more."""
        if self._following is not None:
            self._following.cancel()
            self._following = None

    def begin_with(self, board: Board) -> None:
        """Take a board that was read before there was a feed; the first answer reads only what changed since."""
        self._keep(board, None)
        self._waits = True  # where its rows stand is known with the first answer

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
        asked = self._question.but(query=query, order=order, offset=offset, limit=limit)
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
        in_background(self._owner, self._take, group="feed")

    async def look(self) -> None:
        """Look whether anything was committed, and read again what changed of what is shown."""
        changes = self._changes
        changes.found = False
        if self._asking:
            return
        try:
            await changes.look()
            if changes.heard and not changes.storm:
                await self._heed()
            elif changes.unjudged and not changes.storm:
                await self._judge()
            elif changes.missed and not changes.storm:
                await self._show_missed()
        except Exception as error:  # noqa: BLE001 - a frontier, see the module
            self._fail(error)

    async def derive(self, ids: Sequence[int]) -> None:
        """Read some of the sessions that are shown again, at the present instant; their places stay."""
        board = self._last
        if board is None or self._asking:
            return
        now = self._port.clock()
        self._changes.missed.difference_update(ids)
        try:
            lines = await self._reads.derived(ids, now=now) if ids else ()
        except Exception as error:  # noqa: BLE001 - a frontier, see the module
            self._fail(error)
            return
        if self._last is not board:
            return  # a newer board came meanwhile
        self._passing.tell((line.id for line in lines), now)
        self._last = replace(board, taken_at=now, lines=with_lines(board, lines))
        self._tell(self._last, lines)

    async def second(self) -> None:
        """Ask for what a second that has passed may have changed."""
        changes = self._changes
        changes.tell(frozenset())
        was_storm, changes.storm = changes.storm, False
        if was_storm and changes.heard and not self._asking:
            await self._gather()
            if self._age < BOARD_EVERY:
                await self._judge()
        wait = STORM_EVERY if was_storm or changes.storm else SECOND
        patience = wait if changes.behind else BEYOND_EVERY if changes.beyond else BOARD_EVERY
        if self._last is None or self._age >= patience:
            self.refresh()
            return
        now = self._port.clock()
        due = await self._due(now)
        if due:
            await self.derive(due)
        elif not self._asking:
            self._last = replace(self._last, taken_at=now)
            self._tell(self._last, ())

    async def _follow(self, interval: float) -> None:
        """Look for commits, and count the seconds; one task, because a timer for each costs ten times as much."""
        clock = asyncio.get_running_loop().time
        last = clock()
        next_second = last + until_beat(last, SECOND)
        rest = Rest(self._reads, interval)
        changes = self._changes
        try:
            while True:
                if changes.storm and changes.heard:  # what has changed is asked for when the second is over
                    await rest.until_second()
                else:
                    await rest.until_beat(changes.pulse, busy=self._asking or changes.is_due)
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

    def _moving(self, now: datetime) -> list[int]:
        """Return which of the sessions in view the passing time alone may change within the next seconds."""
        return [] if self._last is None else self._passing.moving(self._last.lines, self._in_view(), now)

    async def _due(self, now: datetime) -> list[int]:
        """Return which of the sessions in view look otherwise by now."""
        missed = self._changes.missed
        near = self._moving(now)
        if not near and not missed:
            return []
        late = await self._passing.late(near, now, asked=self._reads.coming, sequence=self._changes.sequence)
        seen = frozenset(self._in_view())
        lines = () if self._last is None else self._last.lines
        moving = frozenset(near)
        return [
            line.id
            for line in lines
            if line.id in seen
            and (line.id in late or line.id in missed or (line.id in moving and self._passing.ticks(line, now)))
        ]

    async def _heed(self) -> None:
        """Read again what a commit touched, and the window if that came into it, left it or moved in it."""
        changes = self._changes
        if self._last is None or self._port.as_of is not None:
            changes.heard = False
            self.refresh()
            return
        touched = await self._gather()
        if touched is None:
            self.refresh()
        elif touched and not changes.storm:  # else a lease, a heartbeat of the worker: nothing that is shown
            await self._judge()

    async def _judge(self) -> None:
        """Show what changed of the rows that are seen, and find out whether it did anything to the window."""
        changes, board, standing = self._changes, self._last, self._standing
        ids = tuple(changes.unjudged)
        if board is None or standing is None or self._asking or not ids:
            return
        if len(ids) > MOST_JUDGED:
            changes.behind = True
            changes.unjudged.clear()
            return
        now = self._port.clock()
        missed = changes.missed
        missed.intersection_update(self._passing.told_at)
        seen = [session_id for session_id in self._in_view() if session_id in missed]
        judged = await self._reads.judged(self._good.query, ids, seen=seen, order=self._good.order, now=now)
        if self._last is not board or self._asking:
            return  # a newer board comes or came meanwhile
        changes.unjudged.difference_update(ids)
        missed.difference_update(seen)
        verdict = standing.judge(ids, judged)
        changes.beyond = changes.beyond or (verdict.beyond and judged.matched is None)
        changes.behind = changes.behind or verdict.moved
        comes_anew = verdict.moved and self._age >= SECOND and not changes.storm
        self._put(board, judged, now, told=not comes_anew)
        if comes_anew:
            self.refresh()

    def _put(self, board: Board, judged: Judged, now: datetime, *, told: bool) -> None:
        """Take rows that changed in their places, and the counts; ``told`` unless the window is read in a moment."""
        before = {line.id: line for line in board.lines}
        news = tuple(line for line in judged.lines if before.get(line.id) is not line)
        self._passing.tell((line.id for line in judged.lines), now)
        counted = with_counts(board, judged)
        if news or counted != board:
            self._last = replace(counted, taken_at=now, lines=with_lines(board, news))
            if told:
                self._tell(self._last, news)

    def _tell(self, board: Board, lines: tuple[SessionLine, ...]) -> None:
        """Tell of a board in which these lines are new."""
        if lines or self._on_quiet is None:
            self._owner.post_message(LinesTaken(board, lines))
        else:
            self._on_quiet(board)

    async def _gather(self) -> int | None:
        """Note what changed; where nobody knows all of it the window is read at the next second."""
        touched = await self._changes.gather()
        if touched is None:
            self._age = BOARD_EVERY
        return touched

    async def _show_missed(self) -> None:
        """Read the rows again that changed and are seen; those that are not at hand are read with their window."""
        missed = self._changes.missed
        missed.intersection_update(self._passing.told_at)
        seen = [session_id for session_id in self._in_view() if session_id in missed]
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
        self._age = 0.0
        self._changes.behind = self._changes.beyond = False
        now = self._port.clock()
        known = self._known(now)
        is_new = self._last is None or not asked.has_rows_of(self._good)
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
            if asked.has_rows_of(self._question):
                self._good = asked
                self._again = self._again or not board.whole
                self._keep(board, known)
                self._standing = Standing(board, offset=asked.offset, order=asked.order)
                self._owner.post_message(BoardTaken(board, asked.offset))

    def _known(self, now: datetime) -> Board | None:
        """Return the last board with those lines that only a commit can change, unless all are to be read."""
        board = self._last
        if board is None or self._whole_age >= WHOLE_EVERY or self._port.as_of is not None:
            return None
        missed = self._changes.missed
        lines = tuple(line for line in board.lines if line.id not in missed and not moves(line, now))
        return replace(board, sequence=self._changes.sequence, lines=lines)

    def _keep(self, board: Board, known: Board | None) -> None:
        if known is None:
            self._whole_age = 0.0
        self._passing.begin(board.lines, board.taken_at, kept=() if known is None else known.lines)
        self._last = board
        self._changes.shown(board.sequence)

    def _fail(self, error: Exception) -> None:
        from sessiontui.services.pictures import BoardStale

        said, hint = describe(error)
        self._owner.post_message(BoardFailed(BoardStale(error=said, hint=hint, last=self.last)))
