"""Work that a screen lets run beside itself: begun by the event loop, cancelled when its owner goes."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from textual.dom import DOMNode
from textual.worker import Worker

from sessiontui.tui.waiting_keys import NoKeysWait, WaitingKeys, waiting_keys

Work = Callable[[], Coroutine[Any, Any, None]]


def in_background(owner: DOMNode, work: Work, *, group: str = "default", exclusive: bool = False) -> Worker[None]:
    """Run work beside its owner; an ``exclusive`` one ends what its owner has under way in the group.

    The work is called when it begins: where the owner goes before that, no coroutine is left that nobody awaits.
    """
    worker: Worker[None] = owner.run_worker(
        work,
        group=group,
        exclusive=exclusive,
        description=group,  # else the toolkit makes one of the work, with all that it is about
    )
    return worker


def for_a_key(owner: DOMNode, work: Work, *, group: str, exclusive: bool = False) -> None:
    """Do what a key asks for; what is typed behind it waits until that is over, or has opened a dialog."""
    keys = waiting_keys(owner.app)
    in_background(owner, partial(_done_for, keys, work, keys.hold()), group=group, exclusive=exclusive)


async def _done_for(keys: WaitingKeys | NoKeysWait, work: Work, hold: int) -> None:
    with keys.command(hold):
        await work()
