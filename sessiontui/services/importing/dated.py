"""Dates of series that a file names without telling of them: an answer to one date is about the session there."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sessiontui.services.importing.plans import wall_meant
from sessiontui.services.series.stamping import pattern_of
from sessiontui.store.reads import series as kept

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx


async def session_of_date(tx: Tx, source: str, outside: str) -> int | None:
    """Return the one session that stands for a date of a known series, ``None`` where there is none, or several.

    ``outside`` is the id of the series and the date, as the intake joins them: ``uid/2026-05-11T14:00:00Z``. A series
    that a calendar changed from some date on is several here, of one id and what follows it.
    """
    if (meant := date_meant(outside)) is None:
        return None
    uid, occurrence = meant
    found: set[int] = set()
    for series_id in await kept.parts_of(tx.fetch, source, uid):
        wall = wall_meant(pattern_of(await tx.series(series_id)), occurrence)
        session_id = await kept.session_at(tx.fetch, series_id, wall.isoformat())
        found |= set() if session_id is None else {session_id}
    return found.pop() if len(found) == 1 else None


def date_meant(outside: str) -> tuple[str, date] | None:
    """Return the series and its date, an instant or a day alone, of an id that names a date; ``None`` for others.

    >>> date_meant("u/2026-05-11"), date_meant("u")
    (('u', datetime.date(2026, 5, 11)), None)
    """
    uid, _, told = outside.rpartition("/")
    try:
        found = datetime.fromisoformat(told) if "T" in told else date.fromisoformat(told)
    except ValueError:
        return None
    return None if not uid or (isinstance(found, datetime) and found.tzinfo is None) else (uid, found)
