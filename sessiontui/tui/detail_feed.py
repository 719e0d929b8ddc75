"""The feed of the detail pane: everything about the one session that the cursor rests on, and never an older one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from textual.message import Message
from textual.widget import Widget

from sessiontui.tui.background import in_background
from sessiontui.tui.port import Port, Reads
from sessiontui.tui.present.failures import describe

if TYPE_CHECKING:
    from sessiontui.services.pictures import SessionDetail


LONG: Final = timedelta(seconds=15)
"""How long a detail may stay as it was read while nothing is committed about its session: its texts tell minutes."""


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
        self._last: SessionDetail | None = None
        self._is_stale = False
        """Whether something was committed about the session of the last detail since it was asked for."""
        self._asking = False
        self._again = False

    def ask(self, session_id: int) -> None:
        """Ask for a session's detail now, or right after the answer that is under way."""
        self._wanted = session_id
        self._again = True
        if not self._asking:
            self._asking = True
            in_background(self._owner, self._take, group="detail")

    def hear(self, ids: frozenset[int] | None) -> None:
        """Hear which sessions something was committed about; ``None`` for too many to tell."""
        if ids is None or (self._wanted is not None and self._wanted in ids):
            self._is_stale = True

    @property
    def is_stale(self) -> bool:
        """Whether something was committed about the session of the last detail since it was asked for."""
        return self._is_stale

    def keep_up(self, session_id: int, *, seen: bool = True) -> None:
        """Ask for a session's detail unless it is there and nothing has changed it.

        One that is not ``seen`` is asked for again once it has been stale for long: whoever needs it before reads it.
        """
        last = self._last
        if last is None or not last.line.id == self._wanted == session_id or self._port.as_of is not None:
            self.ask(session_id)
            return
        is_old = self._port.clock() - last.taken_at >= LONG
        if (self._is_stale or is_old) if seen else (self._is_stale and is_old):
            self.ask(session_id)

    async def _take(self) -> None:
        try:
            while self._again and self._wanted is not None:
                self._again = False
                await self._answer(self._wanted)
        finally:
            self._asking = False

    async def _answer(self, wanted: int) -> None:
        self._is_stale = False
        try:
            detail = await self._reads.detail(wanted, now=self._port.clock())
        except Exception as error:  # noqa: BLE001 - a frontier, see the module
            if wanted == self._wanted:
                self._owner.post_message(DetailFailed(wanted, describe(error)[0]))
        else:
            if wanted == self._wanted:
                self._last = detail
                self._owner.post_message(DetailTaken(detail))
