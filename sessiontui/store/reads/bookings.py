"""Where people are expected: who hosts or takes part in a session, and in which others at the same time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final, cast

from sessiontui.domain.alerts.judging import GOING
from sessiontui.domain.clashes import Booking
from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.store.clashing import LONGEST
from sessiontui.store.histories import Fetch


async def expected(fetch: Fetch, session_id: int) -> dict[int, bool]:
    """Return who is expected in a session, and whether they host it."""
    rows = await fetch(_EXPECTED, (session_id,))
    found: dict[int, bool] = {}
    for row in rows:
        person_id = cast("int", row[0])
        found[person_id] = found.get(person_id, False) or bool(row[1])
    return found


async def is_host(fetch: Fetch, person_id: int) -> bool:
    """Return whether a person hosts what they author: those who administer author sessions for others."""
    rows = await fetch("SELECT 1 FROM person WHERE id = ? AND role NOT IN ('admin', 'superadmin')", (person_id,))
    return bool(rows)


async def booked(
    fetch: Fetch, people: Sequence[int], starts_at: datetime, ends_at: datetime, *, but: int | None = None
) -> list[Booking]:
    """Return where people are expected within ``[starts_at, ends_at)``, earliest first.

    ``but`` leaves one session out. Drafts and what is over or cancelled keep nobody busy.
    """
    values = (json.dumps(sorted(people)), to_ms(starts_at), to_ms(ends_at), but or 0, int(LONGEST))
    found: dict[tuple[int, int], Booking] = {}
    for row in await fetch(_BOOKED, values):
        one = Booking(
            person_id=cast("int", row[0]),
            person=str(row[1]),
            hosts=bool(row[2]),
            session_id=cast("int", row[3]),
            title=str(row[4]),
            starts_at=from_ms(cast("int", row[5])),
            ends_at=from_ms(cast("int", row[6])),
        )
        known = found.get((one.person_id, one.session_id))
        if known is None or one.hosts:
            found[one.person_id, one.session_id] = one
    return sorted(found.values(), key=lambda one: (one.starts_at, one.session_id, one.person_id))


_EXPECTED: Final = (
    "SELECT mentor_id, 1 FROM session WHERE id = ?1 AND mentor_id IS NOT NULL"
    " UNION SELECT p.id, 1 FROM session s JOIN person p ON p.id = s.author_id WHERE s.id = ?1 AND s.mentor_id IS NULL"
    " AND p.role NOT IN ('admin', 'superadmin')"
    " UNION SELECT person_id, 0 FROM join_request WHERE session_id = ?1 AND state = 'approved'"
)

_GOING: Final = ", ".join(repr(str(status)) for status in sorted(GOING))

_SHOWN: Final = "o.id, o.title, o.starts_at, o.ends_at"

_WITHIN: Final = (
    f"o.status IN ({_GOING}) AND o.archived_at IS NULL AND o.id != ?4"
    " AND o.starts_at < ?3 AND o.ends_at > ?2 AND o.starts_at > ?2 - ?5"
)

_BOOKED: Final = (
    "WITH w AS (SELECT p.id, p.name, p.role FROM json_each(?1) j CROSS JOIN person p ON p.id = j.value)"
    f" SELECT w.id, w.name, 1, {_SHOWN} FROM w CROSS JOIN session o ON o.mentor_id = w.id WHERE {_WITHIN}"
    f" UNION ALL SELECT w.id, w.name, 1, {_SHOWN} FROM w CROSS JOIN session o ON o.author_id = w.id"
    f" AND o.mentor_id IS NULL WHERE w.role NOT IN ('admin', 'superadmin') AND {_WITHIN}"
    f" UNION ALL SELECT w.id, w.name, 0, {_SHOWN} FROM w CROSS JOIN join_request r ON r.person_id = w.id"
    f" AND r.state = 'approved' CROSS JOIN session o ON o.id = r.session_id WHERE {_WITHIN}"
)
"""In these orders: the planner would rather make an index over all requests there are, for each question anew."""
