"""The words of places: who makes rooms, how a room stands, and what a platform is asked to do."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final

FIRST_RETRY: Final = timedelta(seconds=5)
LONGEST_RETRY: Final = timedelta(minutes=10)
"""The waits between attempts double from the first to the longest: a room is needed soon."""

GIVE_UP_AFTER: Final = timedelta(hours=24)
"""How long a platform is asked again before people have to look."""


class Maker(StrEnum):
    """The platforms on which rooms can be made, by the names that settings use."""

    ZOOM = "zoom"
    BBB = "bbb"
    JITSI = "jitsi"

    @property
    def words(self) -> str:
        """What people call it.

        >>> Maker.BBB.words
        'BigBlueButton'
        """
        return {Maker.ZOOM: "Zoom", Maker.BBB: "BigBlueButton", Maker.JITSI: "Jitsi"}[self]

    @property
    def has_shared_link(self) -> bool:
        """Whether one link lets everybody in; elsewhere each person gets a link of their own."""
        return self is not Maker.BBB


class RoomState(StrEnum):
    """How the room of a session stands; ``NONE`` is a session whose link was typed, or that has none."""

    NONE = ""
    WANTED = "wanted"
    THERE = "there"
    ENDED = "ended"


class OrderKind(StrEnum):
    """What a platform is asked to do; the value is the verb that people read."""

    MAKE = "make"
    CHANGE = "change"
    END = "end"
    ROLL = "roll"


class OrderState(StrEnum):
    """Where one order stands. ``claimed`` is committed before the platform is called."""

    PENDING = "pending"
    CLAIMED = "claimed"
    DONE = "done"
    DEAD = "dead"
    DROPPED = "dropped"


class Then(StrEnum):
    """What follows once a room was made: it becomes the place, or the spare one, which is switched to or sent."""

    PLACE = ""
    KEEP = "keep"
    SWITCH = "switch"
    SEND = "send"


def retry_after(attempts: int, spread: float) -> timedelta:
    """Return how long to wait after so many failed attempts; ``spread`` from 0 to 1 is drawn by the caller.

    >>> [str(retry_after(n, 1.0)) for n in (1, 2, 20)], str(retry_after(3, 0.0))
    (['0:00:05', '0:00:10', '0:10:00'], '0:00:01')
    """
    longest = min(FIRST_RETRY * (1 << min(attempts - 1, 16)), LONGEST_RETRY)
    return max(timedelta(seconds=1), longest * spread)
