"""Past bookings as the model sees them: cases to learn from, and people's records by what is known now."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.risk import Case, Record, Traits, traits_of
from sessiontui.domain.risk.records import RECENT, record_of
from sessiontui.domain.risk.steps import Steps, parted, whole
from sessiontui.services.context import Context
from sessiontui.services.slices import Slices
from sessiontui.store.histories import person_key
from sessiontui.store.reads import risk as kept
from sessiontui.store.reads.risk import PastBooking

MOST_CASES: Final = 12_000
"""Newest past cases that a fit learns from: more change it little, and take seconds."""

PEOPLE: Final = 1
"""People per question for their past: a screen that reads beside it never waits long."""

ASKED: Final = 2 * RECENT
"""Newest bookings of a person that are read to fill a record: some tell nothing of whether they come."""

_CAME: Final = {"present": True, "late": True, "partial": True, "absent": False}
"""What attendance set by hand says; excused or unknown it says nothing of whether people come."""


async def newest_cases(context: Context, *, before: datetime, slices: Slices | None = None) -> list[Case]:
    """Return what the newest bookings tell that had ended before an instant, in the order in which they began.

    They are many: no more than a page of rows is there beside them. With ``slices`` it rests on the way.
    """
    cases: list[Case] = []
    async for page in kept.past_pages(context.db.fetch, before=to_ms(before), limit=MOST_CASES):
        cases += whole(_casing(page)) if slices is None else await slices.finish(_casing(page))
    await context.db.slim()  # what was read for them is not read again soon
    return sorted(cases, key=lambda case: (case.starts_at, case.who))


async def records_of(context: Context, person_ids: Iterable[int], *, now: datetime) -> dict[str, Record]:
    """Return the records of people by what is known now."""
    everyone = sorted(person_ids)
    slices = Slices()
    records: dict[str, Record] = {}
    for start in range(0, len(everyone), PEOPLE):
        some = everyone[start : start + PEOPLE]
        rows = await kept.bookings_of(context.db.fetch, some, before=to_ms(now), newest=ASKED)
        records |= await slices.finish(_remembering(rows, context.zone))
    return records


def _remembering(rows: Iterable[PastBooking], zone: ZoneInfo) -> Steps[dict[str, Record]]:
    """Return the records of people from all their past bookings."""
    cases = yield from _casing(rows)
    pasts: defaultdict[str, deque[tuple[Traits, bool]]] = defaultdict(lambda: deque(maxlen=RECENT))
    for ends, case in parted(sorted(cases, key=lambda case: (case.known_at, case.starts_at, case.who))):
        if ends:
            yield
        pasts[case.who].append((traits_of(case.booked_at, case.starts_at, zone), case.came))
    return {who: record_of(past) for who, past in pasts.items()}


def _casing(rows: Iterable[PastBooking]) -> Steps[list[Case]]:
    """Return past bookings as cases; what tells nothing is left out."""
    cases = []
    for ends, row in parted(rows):
        if ends:
            yield
        came = _CAME.get(row.mark) if row.mark else row.seen
        if came is not None:
            cases.append(
                Case(
                    who=person_key(row.person_id),
                    booked_at=None if row.booked_at is None else from_ms(row.booked_at),
                    starts_at=from_ms(row.starts_at),
                    known_at=from_ms(row.known_at),
                    came=came,
                )
            )
    return cases
