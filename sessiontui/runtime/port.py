"""What the console is handed: the services behind one object, bound to one person on one host."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import NotAllowed, SessiontuiError
from sessiontui.domain.records import record, replace
from sessiontui.domain.vocabulary import Role
from sessiontui.runtime.clock import now as host_now
from sessiontui.runtime.settings import Display
from sessiontui.runtime.work import host
from sessiontui.tui.palettes import full_name

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.services.pictures import Health
    from sessiontui.worker.worker import Worker

NOBODY: Final = Actor(id=None, name="", role=Role.PARTICIPANT)
"""Who sits at the console until the database has been asked."""

SETTLE_WITHIN: Final = 2.0
"""Seconds that the first answer about the health waits for this console's worker to lead or to see who does."""


@record(kw_only=True)
class Opened:
    """What is known once the database is open: who acts, and what is remembered of their view."""

    context: Context
    actor: Actor
    remembered: Mapping[str, str]


class ConsolePort:
    """The port of one console; ``clock`` is the instant it lives at, which a demo moves faster than the host's.

    It is made with an open database and a person, or with what finds both when the console has drawn its frame.
    """

    def __init__(
        self,
        context: Context | None = None,
        actor: Actor = NOBODY,
        *,
        display: Display,
        clock: Callable[[], datetime] = host_now,
        as_of: datetime | None = None,
        remembered: Mapping[str, str] | None = None,
        opener: Callable[[], Awaitable[Opened]] | None = None,
        read_only: bool = False,
    ) -> None:
        self.actor = actor
        self.as_of = as_of
        self.read_only = read_only if context is None else context.db.read_only
        self.ascii = display.ascii
        self.zone: ZoneInfo = display.zone
        self.platform_name = display.platform
        self.host = host()
        self.worker: Worker | None = None
        self.first_frame = asyncio.Event()
        self.settled = asyncio.Event()
        self._clock = clock
        self._context = context
        self._opener = opener
        self._opening: asyncio.Future[Opened] | None = None
        # What an option or a file sets wins over what is remembered.
        self._set = {"theme": full_name(display.theme)} if display.theme else {}
        self._remembered = {**(remembered or {}), **self._set}
        self._changed: dict[str, str] = {}
        self._refusals: set[str] = set()

    @property
    def context(self) -> Context:
        """The open database; nothing asks for it before ``ready``."""
        if self._context is None:
            msg = "the database is not open yet"
            raise RuntimeError(msg)
        return self._context

    @property
    def is_open(self) -> bool:
        """Whether the database is open and it is known who acts."""
        return self._context is not None

    async def ready(self) -> None:
        """Open the database and find out who acts; a domain error says why the console cannot be used."""
        if self._context is not None or self._opener is None:
            return
        if self._opening is None:
            self._opening = asyncio.ensure_future(self._opener())
        # Whoever asks may be cancelled; an opening that was begun is finished, so that it can be closed.
        opened = await asyncio.shield(self._opening)
        self._context, self.actor = opened.context, opened.actor
        self.read_only = opened.context.db.read_only
        self._remembered = {**opened.remembered, **self._set, **self._changed}

    async def settle_opening(self) -> None:
        """Wait until an opening that was begun has come to its end, good or bad."""
        if self._opening is not None:
            await asyncio.wait([self._opening])
            if not self._opening.cancelled():
                self._opening.exception()  # whoever waited has been told

    def travel(self, to: datetime | None) -> None:
        """Show a past instant from now on, or follow the present again."""
        self.as_of = to

    def clock(self) -> datetime:
        """Return the present instant, aware and in UTC."""
        return self._clock()

    async def health(self) -> Health:
        """Return the health of the installation; the console asks for it when its first rows are drawn."""
        if not self.first_frame.is_set():
            self.first_frame.set()
            await self._settle()
        from sessiontui.services import health

        found = await health.health(self.context, now=self.clock(), wall=host_now())
        return replace(found, leads_here=self.worker is not None and self.worker.leads)

    async def note(self, error: SessiontuiError) -> None:
        """Write down, once, that somebody was refused a look for want of a right; all else is passed over.

        A screen asks again and again: the same refusal stands in the trail once for each console.
        """
        if isinstance(error, NotAllowed) and error.detail not in self._refusals:
            self._refusals.add(error.detail)
            await self.context.db.refuse(error, by=self.actor, at=self.clock())

    async def run_job(self, name: str) -> None:
        """Run a job of the worker now; a domain error says why it cannot be."""
        from sessiontui.services import jobs

        self.context.db.require_writable()
        await jobs.run_now(self.context, name, by=self.actor, at=self.clock())

    async def pause_job(self, name: str) -> None:
        """Keep a job from running until it is resumed."""
        from sessiontui.services import jobs

        self.context.db.require_writable()
        await jobs.pause(self.context, name, by=self.actor, at=self.clock())

    async def resume_job(self, name: str) -> None:
        """Let a paused job run again."""
        from sessiontui.services import jobs

        self.context.db.require_writable()
        await jobs.resume(self.context, name, by=self.actor, at=self.clock())

    def remember(self, key: str, value: str) -> None:
        """Keep a piece of view state of this person; it is written when the console ends, or by ``flush``."""
        if self._remembered.get(key) != value:
            self._remembered[key] = self._changed[key] = value

    def recall(self, key: str) -> str | None:
        """Return a remembered piece of view state."""
        return self._remembered.get(key)

    async def flush(self) -> None:
        """Write down what is to be remembered; a console that may not write forgets it."""
        if not self._changed or self.read_only or self._context is None:
            return
        from sessiontui.services import remembering

        changed, self._changed = self._changed, {}
        await remembering.remember(self.context, changed, by=self.actor, at=self.clock())

    async def _settle(self) -> None:
        try:
            async with asyncio.timeout(SETTLE_WITHIN):
                await self.settled.wait()
        except TimeoutError:
            return
