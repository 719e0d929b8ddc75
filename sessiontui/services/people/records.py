"""Whether people come to what they are booked for: kept ready by the worker, told anew where something changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from sessiontui.domain.access import WORKER
from sessiontui.domain.instants import to_ms
from sessiontui.services.context import Context
from sessiontui.store.histories import Fetch
from sessiontui.store.reads import records as kept
from sessiontui.store.reads import risk as bookings
from sessiontui.store.reads.records import KeptRecord
from sessiontui.store.reads.risk import PastBooking

RECORDED: Final = 60
"""Newest bookings that make up a record."""

AT_ONCE: Final = 8
"""People whose record is told anew in one transaction: people who write wait some milliseconds for it."""

A_RUN: Final = 400
"""People of one run: after an upgrade all are to be told, and other jobs want their turn."""

_CAME: Final = {"present": True, "late": True, "partial": True, "absent": False}
"""What attendance set by hand says; excused or unknown it says nothing of whether people come."""


def outcomes(past: Iterable[PastBooking]) -> tuple[int, int]:
    """Return to how many past bookings somebody came, and of how many it is known."""
    told = [_CAME.get(one.mark) if one.mark else one.seen for one in past]
    counted = [came for came in told if came is not None]
    return sum(counted), len(counted)


async def of_people(fetch: Fetch, ids: Sequence[int], *, now: datetime) -> dict[int, tuple[int, int]]:
    """Return ``outcomes`` of the newest bookings of people, by person: as kept where that holds, else told anew."""
    found = {one.person_id: (one.came, one.booked) for one in (await kept.kept(fetch, ids, now=to_ms(now))).values()}
    rest = [person_id for person_id in ids if person_id not in found]
    return found | await _told(fetch, rest, now) if rest else found


async def redo(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Tell the records anew of people of whom something has changed, and return of how many."""
    done = 0
    while done < A_RUN and (ids := await kept.untold(context.db.fetch, now=to_ms(at), limit=AT_ONCE)):
        async with context.db.write(by=WORKER, at=at, epoch=epoch) as tx:
            told = await _told(tx.fetch, ids, at)
            until = await kept.holding_until(tx.fetch, ids, now=to_ms(at))
            await kept.keep(tx, [KeptRecord(one, *told[one], until.get(one)) for one in ids])
        done += len(ids)
    return done


async def _told(fetch: Fetch, ids: Sequence[int], now: datetime) -> dict[int, tuple[int, int]]:
    past: dict[int, list[PastBooking]] = {one: [] for one in ids}
    for booking in await bookings.bookings_of(fetch, ids, before=to_ms(now), newest=RECORDED):
        past[booking.person_id].append(booking)
    return {one: outcomes(found) for one, found in past.items()}
