"""What was committed since the change log was last asked, and which of it is still to be shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from sessiontui.tui.port import Reads

FEW: Final = 8
"""Changes heard of at one look up to which they are shown at once; more are a storm."""

Heard: TypeAlias = Callable[[frozenset[int] | None], None]
"""Told of the sessions that something was committed about, ``None`` for too many; of none when a second passed."""


class Changes:
    """Looks for commits and notes what they touched; the feed decides when it is shown."""

    def __init__(self, reads: Reads) -> None:
        self.pulse: int | None = None
        """What the last look found; it differs after a commit."""
        self.sequence = 0
        """Up to where the change log is known."""
        self.heard = False
        """Whether something was committed that the change log was not yet asked about."""
        self.found = False
        """Whether the last look found that a session was changed."""
        self.missed: set[int] = set()
        """Sessions of the window that changed and were not read again, because they are not seen or too many."""
        self.unjudged: set[int] = set()
        """Sessions that changed and of which nobody knows yet what that does to the window."""
        self.behind = False
        """Whether rows came into the window, went or moved."""
        self.beyond = False
        """Whether rows beyond its end may have: how many match is not known for sure."""
        self.storm = False
        """Whether changes come in numbers."""
        self._reads = reads
        self._listeners: list[Heard] = []

    @property
    def is_due(self) -> bool:
        """Whether there is something to ask or to show before anything new is heard of."""
        return self.heard or bool(self.missed) or bool(self.unjudged) or self.found

    def listen(self, heard: Heard) -> None:
        """Tell others what is heard."""
        self._listeners.append(heard)

    def tell(self, ids: frozenset[int] | None) -> None:
        """Tell whoever listens."""
        for heard in self._listeners:
            heard(ids)

    async def look(self) -> None:
        """Look whether anything was committed since the last look."""
        pulse = await self._reads.pulse()
        known, self.pulse = self.pulse, pulse
        self.heard = self.heard or (known is not None and pulse != known)

    async def gather(self) -> int | None:
        """Note which sessions changed since the log was last asked, and return how many, or ``None`` for too many."""
        self.heard = False
        head, ids = await self._reads.changed(self.sequence)
        if ids is None or ids:
            self.tell(ids)
        if ids is None:
            self.behind = True
            return None
        self.sequence = head
        self.missed |= ids
        self.unjudged |= ids
        self.storm = len(ids) > FEW
        self.found = self.found or bool(ids)
        return len(ids)

    def shown(self, sequence: int) -> None:
        """Hear that a window was read which holds everything up to a place in the change log."""
        self.sequence = sequence
        self.missed.clear()
        self.unjudged.clear()
