"""Stretches of the orders of urgency and of time, and the indexes that hold them.

The instants of nearly every session lie near each other: it is made some weeks before it starts, ends on that day and
is over then. So a filter on one of them says where the others are, save for the few sessions that are ``ASTRAY``,
which stand in indexes of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple, TypeAlias

FOREVER: Final = 1 << 62
"""Later than every instant, in milliseconds."""

DAY: Final = 86_400_000
"""Milliseconds in which most sessions begin, end and are over."""

LEAD: Final = 60 * DAY
"""Milliseconds before their start within which most sessions are made."""

ASTRAY: Final = (
    f"(ends_at - starts_at > {DAY} OR abs(ifnull(final_end_at, starts_at) - starts_at) > {DAY}"
    f" OR ifnull(starts_at - created_at, 0) > {LEAD} OR ifnull(created_at - starts_at, 0) > {DAY})"
)
"""The sessions of which one instant does not tell where the others are; indexes are made with these very words."""

ASTRAY_START: Final = f"(final_end_at IS NULL OR {ASTRAY[1:]}"
"""The same of those of which the start does not tell the rest; it tells nothing of the end of what is not over."""

Span: TypeAlias = "tuple[int, int]"
"""The first and the last of a stretch."""


class Reach(NamedTuple):
    """A stretch of an order, first and last.

    With ``astray`` only sessions that are it can be meant in there, with ``here`` only those in which people are.
    """

    low: int
    high: int
    astray: bool = False
    here: bool = False


class Times(NamedTuple):
    """The first and the last millisecond in which sessions can be meant, and that for all which are not astray.

    ``here`` says that people are in all that is meant.
    """

    low: int
    high: int
    near_low: int
    near_high: int
    here: bool = False

    def within(self, other: Times) -> Times:
        """Return what both allow."""
        return Times(
            max(self.low, other.low),
            min(self.high, other.high),
            max(self.near_low, other.near_low),
            min(self.near_high, other.near_high),
            self.here or other.here,
        )

    def beside(self, other: Times) -> Times:
        """Return what holds all that either allows, and what lies between them."""
        return Times(
            min(self.low, other.low),
            max(self.high, other.high),
            min(self.near_low, other.near_low),
            max(self.near_high, other.near_high),
            self.here and other.here,
        )

    def reaches(self) -> Iterator[Reach]:
        """Yield the stretches of time, one after the other."""
        near_low, near_high = max(self.near_low, self.low), min(self.near_high, self.high)
        if self.here:
            return iter([Reach(self.low, self.high, here=True)] if self.low <= self.high else ())
        if near_low > near_high:
            pieces = [Reach(self.low, self.high, astray=True)]
        else:
            pieces = [
                Reach(self.low, near_low - 1, astray=True),
                Reach(near_low, near_high),
                Reach(near_high + 1, self.high, astray=True),
            ]
        return (piece for piece in pieces if piece.low <= piece.high)


def within(column: str, reach: Reach, *, waits: bool = False, alerted: bool = False) -> str:
    """Return how a statement about ``session`` looks at a stretch of ranks, or of starts, and at nothing else.

    Its two parameters are the first and the last. Of ranks it looks with ``waits`` only at sessions in which requests
    wait, with ``alerted`` only at those with an open alert.
    """
    if reach.here:
        index, test = _HERE
    elif alerted and column == "rank":
        index, test = _ALERTED
    else:
        index, test = _WAITING if waits and column == "rank" else _INDEXES[column, reach.astray]
    return f"INDEXED BY {index} WHERE {test}{column} >= ? AND {column} <= ?"


_INDEXES: Final = {
    ("rank", False): ("session_rank", ""),
    ("rank", True): ("session_astray", f"{ASTRAY} AND "),
    ("starts_at", False): ("session_start", ""),
    ("starts_at", True): ("session_astray_start", f"{ASTRAY_START} AND "),
}


_HERE: Final = ("session_here", "active > 0 AND ")

_WAITING: Final = ("session_waiting", "pending > 0 AND ")

_ALERTED: Final = ("session_alerted", "alerted > 0 AND ")
