"""The sums behind a mentor's figures, asked of their own sessions alone: by index, however many others there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.analytics.metrics import Duration, Ratings
from sessiontui.domain.analytics.outcomes import Sums
from sessiontui.store.histories import Fetch
from sessiontui.store.reads.figures_asked import duration_of, sums_of
from sessiontui.store.summing import COUNTED, SUMMED, WAITED

if TYPE_CHECKING:
    from sessiontui.store.reader import Value

_WAITS: Final = (
    f"SELECT {WAITED} AS waited FROM session s CROSS JOIN join_request r ON r.session_id = s.id"
    f" WHERE s.mentor_id = ?2 AND {COUNTED} AND r.requested_at IS NOT NULL"
)

_RATINGS: Final = (
    "SELECT count(*), ifnull(sum(f.rating), 0), ifnull(sum(f.rating * f.rating), 0) FROM session s"
    " CROSS JOIN follow_up f ON f.session_id = s.id WHERE s.mentor_id = ? AND f.rating IS NOT NULL"
)


async def sums(fetch: Fetch, person_id: int) -> Sums:
    """Return the sums over all sessions that somebody mentors, drafts aside."""
    rows = await fetch(f"SELECT {SUMMED} FROM session s WHERE s.mentor_id = ? AND {COUNTED}", (person_id,))
    return sums_of(rows[0])


async def waits(fetch: Fetch, person_id: int, *, now: int) -> Duration:
    """Return how long requests to the sessions that somebody mentors waited for their decision."""
    values: tuple[Value, ...] = (now, person_id)
    rows = await fetch(f"SELECT waited FROM ({_WAITS}) WHERE waited IS NOT NULL", values)
    return duration_of(cast("int", row[0]) for row in rows)


async def ratings(fetch: Fetch, person_id: int) -> Ratings:
    """Return the ratings that the sessions which somebody mentors were given."""
    return Ratings(*cast("tuple[int, int, int]", (await fetch(_RATINGS, (person_id,)))[0]))
