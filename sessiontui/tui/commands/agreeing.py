"""Acts that may ask first: what would happen is said, and the act is done again once somebody has agreed to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from sessiontui.domain.errors import NeedsConsent, Refused
from sessiontui.domain.text import visible
from sessiontui.services.receipt import Receipt
from sessiontui.tui.commands.scene import Console
from sessiontui.tui.dialogs.confirm import Confirm
from sessiontui.tui.dialogs.running import Step

Asking: TypeAlias = Callable[[bool], Awaitable[Receipt]]
"""An act that is told whether somebody has agreed to what it would ask about."""

SAVE_AGAIN: Final = "save again to book them all the same"


async def agreed_to(console: Console, what: str, act: Asking) -> Receipt:
    """Do an act, and once more if it asks first and the admin agrees; ``Refused`` where they keep it as it is."""
    try:
        return await act(False)
    except NeedsConsent as asks:
        confirmed = await console.push_screen_wait(
            Confirm(f"{what}: book twice?", (visible(asks.detail),), yes="Book all the same", danger=True)
        )
        if confirmed is None:
            raise Refused("it was kept as it was", title="Not done") from asks
    return await act(True)


def asking_step(console: Console, what: str, act: Asking, *, alone: bool) -> Step:
    """Return an act as a step; one that is ``alone`` asks, of many those that would ask are refused."""
    return Step(what, (lambda: agreed_to(console, what, act)) if alone else (lambda: act(False)))


class SavedTwice:
    """Whoever saves a form again has read what the first saving asked about, and agrees to that and nothing else."""

    def __init__(self) -> None:
        self._read = ""

    async def save(self, act: Asking) -> Receipt:
        """Do an act, agreeing to what was asked about the last time; ``NeedsConsent`` says what is asked now."""
        try:
            return await act(False)
        except NeedsConsent as asks:
            if asks.detail != self._read:
                self._read = asks.detail
                raise NeedsConsent(asks.detail, title=asks.title, hint=SAVE_AGAIN) from asks
        return await act(True)
