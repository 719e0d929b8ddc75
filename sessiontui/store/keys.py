"""Idempotency keys: who repeats something under the same key is told the first answer, and nothing happens twice."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.chain import Json
from sessiontui.domain.errors import Conflict
from sessiontui.domain.instants import to_ms
from sessiontui.store.compact import dump

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sessiontui.store.tx import Tx


async def first_answer(tx: Tx, key: str, asked: str) -> dict[str, Json] | None:
    """Return what was answered to this key before; ``Conflict`` where it came with something else."""
    found = await _answer(tx, key)
    if found is None:
        return None
    if found[0] != asked:
        raise Conflict("this key was used for something else", hint="send a new key with every new act")
    return cast("dict[str, Json]", json.loads(found[1]))


async def keep_answer(tx: Tx, key: str, asked: str, answer: Mapping[str, Json]) -> None:
    """Keep the first answer to a key, with a digest of what was asked."""
    sender, text = tx.by.id or 0, dump(dict(answer))
    await tx.hold(_KEEP, (sender, key, asked, text, tx.now))
    if tx.foresight is not None:
        tx.foresight.answers[sender, key] = asked, text


async def forget(tx: Tx, before: datetime) -> int:
    """Forget the answers from before an instant, and return how many."""
    return await tx.run("DELETE FROM idempotency_key WHERE at < ?", (to_ms(before),))


_KEEP: Final = "INSERT INTO idempotency_key (by_id, key, asked, answer, at) VALUES (?, ?, ?, ?, ?)"


async def _answer(tx: Tx, key: str) -> tuple[str, str] | None:
    """Return what was asked and answered under a key of the sender, as a batch asked for it or asked for now."""
    sender = tx.by.id or 0
    if tx.foresight is not None and (sender, key) in tx.foresight.answers:
        return tx.foresight.answers[sender, key]
    rows = await tx.fetch("SELECT asked, answer FROM idempotency_key WHERE by_id = ? AND key = ?", (sender, key))
    return (str(rows[0][0]), str(rows[0][1])) if rows else None
