"""``do stop-at`` and ``do still-at-it``: timers of work sessions that may have been forgotten."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeAlias

from sessiontui.cli import talk
from sessiontui.cli.call import Call
from sessiontui.domain.text import visible
from sessiontui.services import boards, timers

if TYPE_CHECKING:
    from sessiontui.services.receipt import Receipt

Act: TypeAlias = "Callable[[Call, str, datetime], Awaitable[Receipt]]"


async def _stop_at(call: Call, text: str, at: datetime) -> Receipt:
    """Stop a timer in the past, after saying from when on its time will not count."""
    options = call.options
    session_id = await boards.find(call.context, text)
    timer = await timers.running(call.context, session_id, now=at, by=call.actor)
    end = options.at or timer.active_at
    talk.confirm(
        f"The timer of {visible(timer.title)} runs since {timer.since:%Y-%m-%d %H:%M} UTC, the last activity was at"
        f" {timer.active_at:%Y-%m-%d %H:%M} UTC.\nStop it at {end:%Y-%m-%d %H:%M} UTC?",
        yes=options.yes,
    )
    return await timers.stop_at(call.context, session_id, by=call.actor, at=at, stopped_at=end, reason=options.reason)


async def _still_at_it(call: Call, text: str, at: datetime) -> Receipt:
    session_id = await boards.find(call.context, text)
    return await timers.still_at_it(call.context, session_id, by=call.actor, at=at)


EACH: Final[Mapping[str, Act]] = {"stop-at": _stop_at, "still-at-it": _still_at_it}
