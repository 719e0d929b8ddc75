"""How a use case becomes an event: written in a batch with others, and answered once however often it is sent."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import TYPE_CHECKING, cast

from sessiontui.domain.access import Actor
from sessiontui.domain.chain import Json
from sessiontui.domain.errors import BadInput
from sessiontui.domain.instants import to_ms
from sessiontui.services.context import Context
from sessiontui.services.receipt import Receipt
from sessiontui.store import keys, visiting

if TYPE_CHECKING:
    from sessiontui.store.signals import PresenceReport
    from sessiontui.store.tx import Tx

LONGEST_KEY = 200


async def write(
    context: Context,
    deed: Callable[[Tx], Coroutine[None, None, Receipt]],
    *,
    by: Actor,
    at: datetime,
    key: str = "",
    asked: object = None,
    signals: Sequence[PresenceReport] = (),
) -> Receipt:
    """Write an event and return its receipt after the commit.

    With a ``key``, a repetition by the same sender is told the first receipt; ``Conflict`` if it ``asked`` for
    something else. What failed left no answer, and may be sent again.
    """
    if len(key) > LONGEST_KEY:
        raise BadInput(f"a key has at most {LONGEST_KEY} characters, not {len(key)}")
    if not key:
        return await context.db.event(deed, by=by, at=at, signals=signals)
    digest = blake2b(repr(asked).encode(), digest_size=16).hexdigest()

    async def once(tx: Tx) -> Receipt:
        told = await keys.first_answer(tx, key, digest)
        if told is not None:
            return _receipt(told)
        receipt = await deed(tx)
        await keys.keep_answer(tx, key, digest, _told(receipt))
        return receipt

    return await context.db.event(once, by=by, at=at, signals=signals, key=key)


async def forget_keys(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Forget the answers and keys that nobody asks for again, as old as the settings say, and return how many."""
    async with context.db.write(by=Actor.system(), at=at, epoch=epoch) as tx:
        before = at - context.keys_kept
        gone = await visiting.forget_keys(tx, to_ms(before), most=visiting.REMEMBERED)
        return gone + await keys.forget(tx, before)


def _told(receipt: Receipt) -> dict[str, Json]:
    return {
        "sentence": receipt.sentence,
        "sessions": list(receipt.sessions),
        "people": list(receipt.people),
        "undo": receipt.undo,
        "refused": [[number, reason] for number, reason in receipt.refused],
    }


def _receipt(told: Mapping[str, Json]) -> Receipt:
    refused = cast("list[tuple[int, str]]", told["refused"])
    return Receipt(
        sentence=str(told["sentence"]),
        sessions=tuple(cast("list[int]", told["sessions"])),
        people=tuple(cast("list[int]", told["people"])),
        undo=cast("int | None", told["undo"]),
        refused=tuple((number, reason) for number, reason in refused),
    )
