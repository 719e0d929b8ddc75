"""What ``do`` does to alerts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Final

from sessiontui.domain.alerts.snoozing import Snooze, snoozed_until
from sessiontui.services import alerts

if TYPE_CHECKING:
    from sessiontui.cli.call import Call
    from sessiontui.services.receipt import Receipt


async def _acknowledge(call: Call) -> Receipt:
    options = call.options
    return await alerts.acknowledge(call.context, options.alerts, by=call.actor, at=call.clock(), note=options.reason)


async def _snooze(call: Call) -> Receipt:
    options, now = call.options, call.clock()
    until = snoozed_until(Snooze(options.length), now, call.zone)
    return await alerts.snooze(call.context, options.alerts, until=until, by=call.actor, at=now)


async def _unsnooze(call: Call) -> Receipt:
    return await alerts.unsnooze(call.context, call.options.alerts, by=call.actor, at=call.clock())


async def _note(call: Call) -> Receipt:
    return await alerts.leave_note(call.context, " ".join(call.options.words), by=call.actor, at=call.clock())


ACTS: Final[Mapping[str, Callable[[Call], Awaitable[Receipt]]]] = {
    "acknowledge": _acknowledge,
    "snooze": _snooze,
    "unsnooze": _unsnooze,
    "note": _note,
}
"""The acts by the name of their action."""
