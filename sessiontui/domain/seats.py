"""Seats: how many are taken, who waits for one, and how that is said.

The waiting list is the pending requests beyond the seats that are free, in the order in which they were made.
"""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Final

from sessiontui.domain.phrases import clock, count
from sessiontui.domain.records import record


@record(kw_only=True)
class Seats:
    """The seats of one session; a ``capacity`` of zero means no limit.

    ``first`` is who asked first of those pending, ``since`` when they asked; both are empty where that is not known,
    or not for the one who looks.
    """

    capacity: int = 0
    approved: int = 0
    pending: int = 0
    first: str = ""
    since: datetime | None = None

    @property
    def free(self) -> int:
        """How many seats nobody has, 0 where there is no limit to them."""
        return max(0, self.capacity - self.approved)

    @property
    def waiting(self) -> int:
        """How many wait for a seat, because more have asked than are free."""
        return max(0, self.pending - self.free) if self.capacity else 0


@record(kw_only=True)
class RequestSettings:
    """What is set about requests, under ``[requests]``; ``promote`` gives free seats to those who wait for them."""

    promote: bool = False


BY_HAND: Final = RequestSettings()
"""Nobody gets a seat unless somebody decides it."""

NO_LIMIT: Final = "no limit of seats"


def told(seats: Seats, zone: tzinfo, *, now: datetime) -> str:
    """Return how the seats stand in words, with who is next; the day is told where it was not today.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 5, 4, 12, tzinfo=UTC)
    >>> full = Seats(capacity=8, approved=8, pending=3, first="Ana", since=noon.replace(hour=9, minute=2))
    >>> told(full, UTC, now=noon)
    '8 of 8 seats, 3 waiting (Ana first, since 09:02)'
    >>> told(Seats(capacity=8, approved=7, pending=3, first="Ana"), UTC, now=noon)
    '7 of 8 seats, 1 free for Ana, 2 waiting'
    >>> told(Seats(capacity=8, approved=9), UTC, now=noon), told(Seats(approved=2), UTC, now=noon)
    ('9 of 8 seats, 1 too many', 'no limit of seats')
    """
    if not seats.capacity:
        return NO_LIMIT
    parts = [f"{seats.approved} of {count(seats.capacity, 'seat')}"]
    if seats.approved > seats.capacity:
        parts.append(f"{seats.approved - seats.capacity} too many")
    since = "" if seats.since is None else f"since {_when(seats.since, zone, now)}"
    if seats.free and seats.pending:
        next_one = f" for {seats.first}" if seats.first else ""
        asked = f" (asked {since.removeprefix('since ')})" if since else ""
        parts.append(f"{seats.free} free{next_one}{asked}")
    if seats.waiting:
        shown = [f"{seats.first} first"] if seats.first and not seats.free else []
        if since and not seats.free:
            shown.append(since)
        parts.append(f"{seats.waiting} waiting" + (f" ({', '.join(shown)})" if shown else ""))
    return ", ".join(parts)


def is_full(capacity: int, approved: int) -> bool:
    """Return whether every seat of a session is taken.

    >>> is_full(8, 8), is_full(8, 9), is_full(8, 7), is_full(0, 7)
    (True, True, False, False)
    """
    return 0 < capacity <= approved


def all_taken(capacity: int, title: str = "") -> str:
    """Return that a session is full; without its title where it is clear which one is meant.

    >>> all_taken(8, "Grief circle"), all_taken(1, "CV review"), all_taken(1)
    ('all 8 seats of Grief circle are taken', 'the only seat of CV review is taken', 'the only seat is taken')
    """
    of = f" of {title}" if title else ""
    return f"the only seat{of} is taken" if capacity == 1 else f"all {capacity} seats{of} are taken"


def offered(free: int, first: str) -> str:
    """Return what a receipt says of seats that have become free, for the one who is next.

    >>> offered(1, "Ana"), offered(2, "Ana")
    ('a seat is free for Ana', '2 seats are free, Ana is next')
    """
    return f"a seat is free for {first}" if free == 1 else f"{count(free, 'seat')} are free, {first} is next"


def _when(since: datetime, zone: tzinfo, now: datetime) -> str:
    local = since.astimezone(zone)
    same_day = local.date() == now.astimezone(zone).date()
    return clock(since, zone) if same_day else f"{local:%m-%d} {clock(since, zone)}"
