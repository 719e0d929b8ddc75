"""Work that a screen lets run beside itself: begun by the event loop, cancelled when its owner goes."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from textual.dom import DOMNode
from textual.worker import Worker


def in_background(
    owner: DOMNode, work: Callable[[], Coroutine[Any, Any, None]], *, group: str = "default", exclusive: bool = False
) -> Worker[None]:
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
