"""What time it is: here, without jumps, and at the server, whatever the clock of this machine says."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, Protocol

JUMP: Final = 2.0
"""Seconds by which the wall clock may run ahead of the steady one before the machine is taken to have slept."""

TICK: Final = 1.0
"""Seconds: the precision of an HTTP date."""


class Clock(Protocol):
    """What the library asks of a clock; tests hand in one of their own."""

    def monotonic(self) -> float:
        """Return seconds that never run backwards; they may stand still while the machine sleeps."""
        ...

    def wall(self) -> float:
        """Return seconds since 1970, which somebody may set wrong at any time."""
        ...


class SystemClock:
    """The clocks of this machine."""

    def monotonic(self) -> float:
        """Return the monotonic seconds of the system."""
        return time.monotonic()

    def wall(self) -> float:
        """Return the seconds since 1970 that the system believes."""
        return time.time()  # noqa: TID251 - the library stands alone: there is nobody to hand it an instant


class SteadyTime:
    """Seconds since this was made, which neither run backwards nor stop while the machine sleeps.

    Tokens are aged with it: a clock that is set back lets no token live longer, a laptop that slept all night
    does not take yesterday's token for a fresh one.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._monotonic = clock.monotonic()
        self._wall = clock.wall()
        self._passed = 0.0

    def now(self) -> float:
        """Return the seconds that have passed."""
        monotonic, wall = self._clock.monotonic(), self._clock.wall()
        steady, stepped = monotonic - self._monotonic, wall - self._wall
        self._monotonic, self._wall = monotonic, wall
        self._passed += stepped if stepped - steady > JUMP else max(steady, 0.0)
        return self._passed


class SkewGauge:
    """Learns from the dates of answers how far this machine's wall clock is off the server's.

    Each answer bounds the difference from both sides; together they bound it ever closer. An answer that fits
    none of the earlier ones means that a clock was set: the gauge begins anew.

    >>> gauge = SkewGauge()
    >>> gauge.hear("Mon, 04 May 2026 14:00:10 GMT", sent=1777903200.0, received=1777903200.2)
    >>> round(gauge.seconds, 1)
    10.4
    """

    def __init__(self) -> None:
        self._low: float | None = None
        self._high = 0.0

    @property
    def seconds(self) -> float:
        """What has to be added to this machine's wall clock; 0 as long as the clocks may well agree."""
        if self._low is None or self._low <= 0 <= self._high:
            return 0.0
        return (self._low + self._high) / 2

    def hear(self, date: str | None, *, sent: float, received: float) -> None:
        """Take in the ``Date`` of an answer, and when the call was sent and answered by the own wall clock."""
        if not date or received < sent:
            return
        try:
            server = parsedate_to_datetime(date).timestamp()
        except ValueError:
            return
        low, high = server - received, server + TICK - sent
        if self._low is not None and low <= self._high and high >= self._low:
            low, high = max(low, self._low), min(high, self._high)
        self._low, self._high = low, high


def instant(seconds: float) -> datetime:
    """Return seconds since 1970 as an aware instant in UTC, in whole milliseconds."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(seconds * 1000))


def rfc3339(at: datetime) -> str:
    """Return an aware instant as the API writes it; a naive one is refused with ``ValueError``.

    >>> rfc3339(datetime(2026, 5, 4, 14, 5, tzinfo=UTC))
    '2026-05-04T14:05:00.000Z'
    """
    if at.tzinfo is None:
        msg = f"an instant needs a time zone: {at.isoformat()}"
        raise ValueError(msg)
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
