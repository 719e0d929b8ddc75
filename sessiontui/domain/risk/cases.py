"""Past bookings, and which of their traits may say something about whether people come."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final, TypeAlias

Traits: TypeAlias = tuple[int, int, int]
"""The bands of one booking, in the order of ``Term``; ``UNKNOWN`` where the source does not tell."""

UNKNOWN: Final = -1


class Term(StrEnum):
    """What may move the platform's chance for a booking."""

    LEAD = "lead"
    HOUR = "hour"
    WEEKDAY = "weekday"


TERMS: Final = tuple(Term)

# Bookings made on the day are another thing than those made weeks ahead; the bands widen as the difference fades.
_LEAD_HOURS: Final = (2, 12, 24, 2 * 24, 4 * 24, 8 * 24, 15 * 24, 31 * 24)
_LEAD_EDGES: Final = tuple(timedelta(hours=hours) for hours in _LEAD_HOURS)
_LEAD_WORDS: Final = (
    "less than 2 h ahead", "2 to 12 h ahead", "12 to 24 h ahead", "1 day ahead", "2 to 3 days ahead",
    "4 to 7 days ahead", "8 to 14 days ahead", "15 to 30 days ahead", "more than 30 days ahead",
)  # fmt: skip
_HOUR_EDGES: Final = (6, 9, 12, 15, 18, 21)
_HOUR_WORDS: Final = (
    "at night before 06:00", "between 06:00 and 09:00", "between 09:00 and 12:00", "between 12:00 and 15:00",
    "between 15:00 and 18:00", "between 18:00 and 21:00", "after 21:00",
)  # fmt: skip
_DAY_WORDS: Final = tuple(
    f"on a {day}" for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
)
_WORDS: Final = {Term.LEAD: _LEAD_WORDS, Term.HOUR: _HOUR_WORDS, Term.WEEKDAY: _DAY_WORDS}

BANDS: Final = {term: len(words) for term, words in _WORDS.items()}
"""How many bands each term has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One past booking of one person: when it was made, when it began, and whether they came.

    ``known_at`` is the instant from which the outcome was known. ``is_dated`` says that the source knows the day
    alone: lead is then counted in days, and there is no hour. An unknown ``booked_at`` is ``None``.
    """

    who: str
    booked_at: datetime | None
    starts_at: datetime
    known_at: datetime
    came: bool
    is_dated: bool = False

    @property
    def asked_at(self) -> datetime:
        """The instant at which the chance would have been asked for: at the booking, as far as it is known."""
        return self.starts_at if self.booked_at is None else min(self.booked_at, self.starts_at)


def traits_of(booked_at: datetime | None, starts_at: datetime, zone: tzinfo, *, is_dated: bool = False) -> Traits:
    """Return the bands of a booking; what was booked on the day itself, or later, has no lead.

    >>> from datetime import UTC
    >>> traits_of(datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 4, 14, tzinfo=UTC), UTC)
    (4, 3, 0)
    """
    local = starts_at.astimezone(zone)
    if booked_at is None:
        lead = UNKNOWN
    elif is_dated:
        days = (local.date() - booked_at.astimezone(zone).date()).days
        lead = bisect_right(_LEAD_EDGES, timedelta(days=days))
    else:
        lead = bisect_right(_LEAD_EDGES, starts_at - booked_at)
    hour = UNKNOWN if is_dated else bisect_right(_HOUR_EDGES, local.hour)
    return lead, hour, local.weekday()


def band_word(term: Term, band: int) -> str:
    """Return a band in words, as in "booked 4 to 7 days ahead".

    >>> band_word(Term.LEAD, 5), band_word(Term.WEEKDAY, 0)
    ('4 to 7 days ahead', 'on a Monday')
    """
    return "at an unknown time" if band == UNKNOWN else _WORDS[term][band]
