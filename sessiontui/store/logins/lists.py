"""Questions about logins: a list of them whole, and who they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from sessiontui.store.histories import Fetch
from sessiontui.store.reader import Value


@dataclass(frozen=True, slots=True)
class ListedLogin:
    """One login as lists need it. Instants are milliseconds."""

    id: int
    person_id: int
    person: str
    role: str
    client_id: int | None
    client: str
    device: str
    scopes: str
    generation: int
    opened_at: int
    seen_at: int
    beat_at: int | None
    refreshed_at: int | None
    access_until: int
    lease_until: int | None
    failures: int
    stuck: int
    ladder: str
    ended_at: int | None
    ended_why: str
    ended_by: str
    locked_until: int | None
    cache: str


_LISTED: Final = (
    "SELECT l.id, l.person_id, p.name, p.role, l.client_id, coalesce(c.name, ''), l.device, l.scopes, l.generation,"
    " l.opened_at, l.seen_at, l.beat_at, l.refreshed_at, l.access_until, l.lease_until, l.failures, l.stuck,"
    " l.ladder, l.ended_at, l.ended_why, l.ended_by,"
    " (SELECT max(f.locked_until) FROM sign_in_failure f WHERE f.person_id = l.person_id), l.cache"
    " FROM login l JOIN person p ON p.id = l.person_id LEFT JOIN client c ON c.id = l.client_id"
)


async def listed(
    fetch: Fetch,
    *,
    ended_since: int | None = None,
    person_id: int | None = None,
    client_id: int | None = None,
    opened_before: int | None = None,
    ids: Sequence[int] | None = None,
    limit: int,
) -> list[ListedLogin]:
    """Return logins that live and, if that is asked for, those that ended since an instant; latest seen first."""
    tests: list[str] = []
    values: list[Value] = []
    if ids is not None:
        tests.append(f"l.id IN ({','.join('?' * len(ids))})")
        values += ids
    elif ended_since is None:
        tests.append("l.ended_at IS NULL")
    else:
        tests.append("(l.ended_at IS NULL OR l.ended_at >= ?)")
        values.append(ended_since)
    for column, wanted in (("l.person_id = ?", person_id), ("l.client_id = ?", client_id)):
        if wanted is not None:
            tests.append(column)
            values.append(wanted)
    if opened_before is not None:
        tests.append("l.opened_at < ?")
        values.append(opened_before)
    sql = f"{_LISTED} WHERE {' AND '.join(tests)} ORDER BY l.seen_at DESC, l.id DESC LIMIT ?"
    return [
        ListedLogin(
            *cast(
                "tuple[int, int, str, str, int | None, str, str, str, int, int, int, int | None, int | None, int,"
                " int | None, int, int, str, int | None, str, str, int | None, str]",
                row,
            )
        )
        for row in await fetch(sql, (*values, limit))
    ]


async def live(fetch: Fetch) -> int:
    """Return how many logins have not ended."""
    return cast("int", (await fetch("SELECT count(*) FROM login WHERE ended_at IS NULL", ()))[0][0])


async def stuck(fetch: Fetch, *, least: int) -> list[tuple[int, str, str, int]]:
    """Return live logins that missed so many deadlines in a row: id, person, device, last seen in milliseconds."""
    rows = await fetch(
        "SELECT l.id, p.name, l.device, l.seen_at FROM login l JOIN person p ON p.id = l.person_id"
        " WHERE l.ended_at IS NULL AND l.stuck >= ? ORDER BY l.id",
        (least,),
    )
    return cast("list[tuple[int, str, str, int]]", rows)


async def reused(fetch: Fetch, *, since: int) -> list[tuple[int, str, str, int]]:
    """Return logins that ended since an instant because a spent token came again: id, person, device, when."""
    rows = await fetch(
        "SELECT l.id, p.name, l.device, l.ended_at FROM login l JOIN person p ON p.id = l.person_id"
        " WHERE l.ended_at >= ? AND l.ended_why = 'token_reuse' ORDER BY l.id",
        (since,),
    )
    return cast("list[tuple[int, str, str, int]]", rows)
