"""Instants: aware, in UTC, with the precision of a millisecond that storage keeps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from sessiontui.domain.errors import BadInput

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND: Final = timedelta(milliseconds=1)
"""The precision that storage keeps."""

EARLIEST: Final = 1900
LATEST: Final = 2199
"""The years in which sessions can be: far enough from the ends of the calendar that no zone or grace leaves it."""


def to_ms(instant: datetime) -> int:
    """Return whole milliseconds since 1970 in UTC; a naive value is refused.

    >>> to_ms(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000
    """
    if instant.tzinfo is None:
        msg = f"naive instant {instant!r}"
        raise ValueError(msg)
    return (instant - _EPOCH) // MILLISECOND


def from_ms(milliseconds: int) -> datetime:
    """Return the aware instant in UTC of whole milliseconds since 1970.

    >>> from_ms(1000).isoformat()
    '1970-01-01T00:00:01+00:00'
    """
    return _EPOCH + milliseconds * MILLISECOND


def maybe_ms(instant: datetime | None) -> int | None:
    """Return the milliseconds of an instant that may be missing."""
    return None if instant is None else to_ms(instant)


def maybe_instant(milliseconds: int | None) -> datetime | None:
    """Return the instant of milliseconds that may be missing."""
    return None if milliseconds is None else from_ms(milliseconds)


def rfc3339(instant: datetime) -> str:
    """Return an instant as RFC 3339 in UTC, with milliseconds only where there are any.

    >>> rfc3339(from_ms(1000)), rfc3339(from_ms(1001))
    ('1970-01-01T00:00:01Z', '1970-01-01T00:00:01.001Z')
    """
    utc = instant.astimezone(UTC)
    spec = "milliseconds" if utc.microsecond // 1000 else "seconds"
    return utc.replace(tzinfo=None).isoformat(timespec=spec) + "Z"


def maybe_rfc3339(instant: datetime | None) -> str | None:
    """Return an instant that may be missing as RFC 3339."""
    return None if instant is None else rfc3339(instant)


def is_in_calendar(*instants: datetime) -> bool:
    """Return whether instants lie in the years in which sessions can be."""
    return all(EARLIEST <= instant.year <= LATEST for instant in instants)


def parse_instant(text: str) -> datetime:
    """Read an RFC 3339 or ISO 8601 instant; one without an offset is refused.

    >>> parse_instant("2026-05-04T16:05+02:00").isoformat()
    '2026-05-04T14:05:00+00:00'
    """
    try:
        value = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadInput(f"{text[:40]!r} is not an instant", hint="write it like 2026-05-04T14:05Z") from None
    if value.tzinfo is None:
        raise BadInput(f"{text[:40]!r} has no time zone", hint="end it with Z for UTC, or with an offset like +02:00")
    if not is_in_calendar(value):
        raise BadInput(f"{text[:40]!r} lies outside the years {EARLIEST} to {LATEST}")
    return from_ms(to_ms(value.astimezone(UTC)))
