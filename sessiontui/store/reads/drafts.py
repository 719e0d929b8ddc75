"""Questions and statements about forms that were left half typed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from sessiontui.domain.chain import Json
from sessiontui.domain.instants import from_ms
from sessiontui.store.compact import dump
from sessiontui.store.histories import Fetch

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sessiontui.store.tx import Tx


async def drafts(fetch: Fetch, person_id: int) -> list[tuple[str, datetime, Mapping[str, Json]]]:
    """Return the drafts of a person, the newest first: the form, when it was left, and what stood in it."""
    rows = await fetch("SELECT form, at, body FROM draft WHERE person_id = ? ORDER BY at DESC, form", (person_id,))
    found = [(str(form), from_ms(cast("int", at)), json.loads(str(body))) for form, at, body in rows]
    return [(form, at, body) for form, at, body in found if isinstance(body, dict)]


async def write(tx: Tx, person_id: int, form: str, body: Mapping[str, Json], *, most: int) -> None:
    """Keep a draft in the place of the one of that form; of more than ``most`` the oldest go."""
    await tx.run(
        "INSERT INTO draft (person_id, form, body, at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (person_id, form) DO UPDATE SET body = excluded.body, at = excluded.at",
        (person_id, form, dump(body), tx.now),
    )
    await tx.run(
        "DELETE FROM draft WHERE person_id = ?1 AND form NOT IN"
        " (SELECT form FROM draft WHERE person_id = ?1 ORDER BY at DESC, form LIMIT ?2)",
        (person_id, most),
    )


async def remove(tx: Tx, person_id: int, form: str) -> int:
    """Forget a draft and return how many there were."""
    return await tx.run("DELETE FROM draft WHERE person_id = ? AND form = ?", (person_id, form))


async def remove_older(tx: Tx, *, than: int) -> int:
    """Forget drafts that were left before an instant in milliseconds, and return how many."""
    return await tx.run("DELETE FROM draft WHERE at < ?", (than,))


async def has_older(fetch: Fetch, *, than: int) -> bool:
    """Return whether a draft was left before an instant in milliseconds."""
    return bool(await fetch("SELECT 1 FROM draft WHERE at < ? LIMIT 1", (than,)))
