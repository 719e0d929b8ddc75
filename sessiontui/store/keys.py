"""Idempotency keys: who repeats something under the same key is told the first answer, and nothing happens twice."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.chain import Json
from sessiontui.domain.errors import Conflict
from sessiontui.domain.instants import to_ms

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sessiontui.store.tx import Tx

KEPT: Final = timedelta(days=2)
"""How long an answer can be asked for again: longer than any sender goes on trying."""


async def first_answer(tx: Tx, key: str, asked: str) -> dict[str, Json] | None:
    """Return what was answered to this key before; ``Conflict`` where it came with something else."""
    rows = await tx.fetch(
        "SELECT asked, answer FROM idempotency_key WHERE by_id = ? AND key = ?", (tx.by.id or 0, key)
    )
    if not rows:
        return None
    if rows[0][0] != asked:
        raise Conflict("this key was used for something else", hint="send a new key with every new act")
    return cast("dict[str, Json]", json.loads(str(rows[0][1])))


async def keep_answer(tx: Tx, key: str, asked: str, answer: Mapping[str, Json]) -> None:
    """Keep the first answer to a key, with a digest of what was asked."""
    await tx.insert("idempotency_key", by_id=tx.by.id or 0, key=key, asked=asked, answer=dict(answer), at=tx.at)


async def forget(tx: Tx, before: datetime) -> int:
    """Forget the answers from before an instant, and return how many."""
    return await tx.run("DELETE FROM idempotency_key WHERE at < ?", (to_ms(before),))
