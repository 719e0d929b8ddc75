"""Double bookings that a change of a series would make: by dates that move, that come, or get another mentor."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sessiontui.services.clashes import Booked, heed_dates, host_of
from sessiontui.store.reads import bookings as kept

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.services.series.planning import Plan
    from sessiontui.store.tables import Series
    from sessiontui.store.tx import Tx


async def heed_plan(
    tx: Tx, context: Context, series: Series, plan: Plan, *, mentor_id: int | None, confirm: bool
) -> str:
    """Return what the receipt of a change says of double bookings; refused or asked about as their level has it.

    ``mentor_id`` is the new mentor, 0 for nobody, ``None`` where that stays. Dates of the series itself give way.
    """
    moved = {one.session_id: slot for one, slot in plan.dates.moved}
    windows: list[Booked] = []
    for session_id in sorted(moved.keys() | plan.mentors):
        facts, slot = plan.facts[session_id], moved.get(session_id)
        window = Booked(people={}, starts_at=facts.starts_at, ends_at=facts.ends_at, but=session_id)
        if slot is not None:
            people = await kept.expected(tx.fetch, session_id)
            window = replace(window, people=people, starts_at=slot.starts_at, ends_at=slot.ends_at)
        if session_id in plan.mentors:
            guests = {person_id: hosts for person_id, hosts in window.people.items() if not hosts}
            window = replace(window, people={**guests, **({mentor_id: True} if mentor_id else {})})
        windows.append(window)
    led_by = series.mentor_id if mentor_id is None else mentor_id or None
    host = await host_of(tx, mentor_id=led_by, author_id=series.author_id)
    windows += [Booked(people=host, starts_at=slot.starts_at, ends_at=slot.ends_at) for slot in plan.added]
    besides = frozenset({*moved, *(one.session_id for one in (*plan.gone, *plan.off))})
    return await heed_dates(tx, context, windows, besides=besides, confirm=confirm)
