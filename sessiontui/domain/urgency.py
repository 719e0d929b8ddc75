"""Urgency: the one integer that orders the desk, what is going wrong on top."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from sessiontui.domain.alerts.words import NO_LIFT, level_of
from sessiontui.domain.instants import to_ms
from sessiontui.domain.vocabulary import Priority, Severity, Status

if TYPE_CHECKING:
    from sessiontui.domain.lifecycle import Derived

_TIERS: Final = {
    Status.WAITING: 0,
    Status.UPCOMING: 1,
    Status.ACTIVE: 2,
    Status.PAUSED: 3,
    Status.HAS_REQUESTS: 5,
    Status.APPROVED: 6,
    Status.CREATED: 7,
    Status.DRAFT: 8,
    Status.ENDED_NO_SHOW: 9,
    Status.ENDED_EARLY: 10,
    Status.ENDED_COMPLETE: 11,
    Status.CANCELLED: 12,
}
_PROVISIONAL_TIER: Final = 4

_PRIORITIES: Final = {Priority.URGENT: 0, Priority.HIGH: 1, Priority.NORMAL: 2, Priority.LOW: 3}

OVER_TIERS: Final = frozenset(
    {_PROVISIONAL_TIER, *(tier for status, tier in _TIERS.items() if status.is_ended or status is Status.CANCELLED)}
)
"""The tiers of what is over, in which the time inside a rank is the final end and not the start."""

ALL_TIERS: Final = frozenset({_PROVISIONAL_TIER, *_TIERS.values()})

_TIME_BITS: Final = 42
"""Milliseconds since 1970 up to the year 2109; earlier and later instants count as the border."""

TIME_LIMIT: Final = (1 << _TIME_BITS) - 1
"""The last millisecond that a rank tells from later ones."""

LIFT_SHIFT: Final = _TIME_BITS + 2 + 4
"""The place inside a rank above which it is the lift alone."""


def rank(
    derived: Derived,
    *,
    starts_at: datetime,
    priority: Priority = Priority.NORMAL,
    severity: Severity | None = None,
) -> int:
    """Return the place of a session in the order of urgency, smallest first; always below 2⁵³.

    From the highest bits down: severity of the worst open, unacknowledged alert, tier of the status, time
    (earliest start first while it lives, latest end first once it is over), priority. Notices do not lift.
    """
    tier = _PROVISIONAL_TIER if derived.provisional else _TIERS[derived.status]
    if derived.final_end is None:
        time = min(max(to_ms(starts_at), 0), TIME_LIMIT)
    else:
        time = TIME_LIMIT - min(max(to_ms(derived.final_end), 0), TIME_LIMIT)
    lift = NO_LIFT if severity is None else min(level_of(severity), NO_LIFT)
    return (((lift << 4 | tier) << _TIME_BITS | time) << 2) | _PRIORITIES[priority]


def tier_of(rank_value: int) -> int:
    """Return the tier inside a rank, 0 (waiting) to 12 (cancelled).

    >>> tier_of((2 << 4 | 5) << 44)
    5
    """
    return rank_value >> (_TIME_BITS + 2) & 0xF


def tiers_of(status: Status) -> frozenset[int]:
    """Return the tiers in which sessions of a status can stand.

    >>> sorted(tiers_of(Status.ENDED_EARLY)), sorted(tiers_of(Status.WAITING))
    ([4, 10], [0])
    """
    own = _TIERS[status]
    return frozenset({own, _PROVISIONAL_TIER} if status.is_ended else {own})


def ranks_of(tier: int, *, earliest: int = 0, latest: int = TIME_LIMIT) -> tuple[tuple[int, int], ...]:
    """Return the stretches of ranks, first and last, that a tier takes: one for each lift by an alert.

    ``earliest`` and ``latest`` are milliseconds since 1970: of the start, in ``OVER_TIERS`` of the final end.
    """
    low, high = (min(max(instant, 0), TIME_LIMIT) for instant in (earliest, latest))
    if tier in OVER_TIERS:
        low, high = TIME_LIMIT - high, TIME_LIMIT - low
    bases = [(lift << 4 | tier) << _TIME_BITS for lift in range(NO_LIFT + 1)]
    return tuple(((base | low) << 2, (base | high) << 2 | 3) for base in bases)
