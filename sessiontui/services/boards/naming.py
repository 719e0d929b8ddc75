"""The names of the people whom histories speak of."""

from __future__ import annotations

from collections.abc import Iterable

from sessiontui.domain.history import History
from sessiontui.store.histories import Fetch, person_id_of
from sessiontui.store.reads import people as kept_people


async def all_names(fetch: Fetch, histories: Iterable[History]) -> dict[int, str]:
    """Return the names of everybody whom histories speak of, by id."""
    ids: dict[int, None] = {}
    for history in histories:
        whom = [history.author, history.mentor, *(change.mentor or "" for change in history.changes)]
        whom += [request.who for request in history.requests]
        whom += [stay.who for stay in history.stays]
        for key in whom:
            person_id = person_id_of(key)
            if person_id is not None:
                ids[person_id] = None
    return await kept_people.names(fetch, list(ids))
