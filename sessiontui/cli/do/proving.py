"""``do test-mail``: one mail to see that letters leave."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Final

from sessiontui.services.delivery import channels

if TYPE_CHECKING:
    from sessiontui.cli.call import Call
    from sessiontui.services.receipt import Receipt


async def prove(call: Call) -> Receipt:
    """Send one mail at once, past the outbox."""
    return await channels.prove(call.context, call.options.address, by=call.actor, at=call.clock())


SINGLE: Final[Mapping[str, Callable[[Call], Awaitable[Receipt]]]] = {"test-mail": prove}
"""The actions on the channel of the settings."""
