"""What every route is handed: the context, the clocks, and what one server keeps between calls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import SessiontuiError
from sessiontui.domain.serving import DEFAULT_SERVER, ServerRules
from sessiontui.server.limits import Rates
from sessiontui.server.metrics import Metrics
from sessiontui.services import logins
from sessiontui.services.measuring import endpoints
from sessiontui.services.visits.tracking import Tracker

if TYPE_CHECKING:
    from sessiontui.server.call import Call
    from sessiontui.server.streaming import Changes
    from sessiontui.services.context import Context

_FAILED: Final = 500
"""The first status that is the server's fault."""


@dataclass(slots=True, kw_only=True)
class Serving:
    """One server: ``clock`` is the instant it lives at, ``monotonic`` seconds that never go back.

    ``access`` writes one line of the log for each call. ``stopping`` is set once it takes no new work: streams end
    then, and it calls itself not ready.
    """

    context: Context
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    rules: ServerRules = DEFAULT_SERVER
    access: Callable[[dict[str, object]], None] | None = None
    metrics: Metrics = field(default_factory=Metrics)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    changes: Changes = field(init=False)
    tracker: Tracker = field(init=False)
    logins: Rates = field(init=False)
    strangers: Rates = field(init=False)

    def __post_init__(self) -> None:
        from sessiontui.server.streaming import Changes

        self.logins = Rates(self.rules.calls_per_minute, self.monotonic)
        self.strangers = Rates(self.rules.strangers_per_minute, self.monotonic)
        self.changes = Changes(self)
        self.tracker = Tracker(self.context, self.clock)

    def noted(self, call: Call | None, *, method: str, route: str, status: int, seconds: float, at: datetime) -> None:
        """Note how a call went: for the experience of its login, and for the figures of its endpoint."""
        took_ms = seconds * 1000
        endpoints.note(self.context, f"{method} {route}", status=status, took_ms=took_ms, at=at)
        if status >= _FAILED:
            endpoints.note_error(self.context, f"{method} {route}", "server", f"answered {status}", at=at)
        if call is not None:
            logins.note_call(self.context, call.caller, ok=status < _FAILED, took_ms=took_ms, at=at)

    async def write_down(self) -> None:
        """Write down what was noted of calls; what cannot be written now stays noted."""
        with suppress(SessiontuiError):
            await endpoints.flush(self.context, at=self.clock())
            await logins.flush(self.context, at=self.clock())
