"""Who may enter which session: asked for many at once, when platforms tell of joins."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple, cast

if TYPE_CHECKING:
    from sessiontui.store.histories import Fetch

_APPROVED: Final = (
    "SELECT r.session_id, r.person_id, p.name, p.email, s.title, s.link FROM json_each(?) j"
    " JOIN join_request r ON r.session_id = j.value ->> 0 AND r.person_id = j.value ->> 1 AND r.state = 'approved'"
    " JOIN person p ON p.id = r.person_id JOIN session s ON s.id = r.session_id"
)


class Entrant(NamedTuple):
    """Somebody who is approved for a session, with what is written of both."""

    session_id: int
    person_id: int
    name: str
    email: str
    title: str
    link: str


async def approved(fetch: Fetch, pairs: Iterable[tuple[int, int]]) -> list[Entrant]:
    """Return which of some people are approved for which of some sessions; pairs are session and person."""
    rows = await fetch(_APPROVED, (json.dumps(list(pairs)),))
    return [
        Entrant(cast("int", row[0]), cast("int", row[1]), str(row[2]), str(row[3]), str(row[4]), str(row[5]))
        for row in rows
    ]
