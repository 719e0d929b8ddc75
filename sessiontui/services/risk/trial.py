"""The no-show risk put on trial with somebody else's past: a table of past bookings."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sessiontui.domain.errors import BadInput
from sessiontui.domain.risk import LEAST_CASES
from sessiontui.intake.past_bookings import PastBookings, read
from sessiontui.services.risk.scoring import Evaluation, evaluate


def try_file(
    name: str, raw: bytes, *, zone: ZoneInfo | None, day_first: bool | None, threshold: float
) -> tuple[PastBookings, Evaluation]:
    """Read a table of past bookings and return what was read and how the model fares on it, beside its rival.

    ``zone`` and ``day_first`` are for times that leave them open. ``BadInput`` where the file is no such table, or
    holds too few bookings to learn from some and test on others.
    """
    bookings = read(name, raw, zone=zone, day_first=day_first)
    found = evaluate(bookings.cases, zone=bookings.zone, threshold=threshold, with_rival=True)
    if found is None:
        raise BadInput(
            f"{len(bookings.cases)} bookings could be read: too few to learn from some and test on others",
            hint=f"it takes {LEAST_CASES} in the earlier part and some that began later",
            place=bookings.name,
        )
    return bookings, found
