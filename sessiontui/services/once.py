"""An act that is done once, however often it is sent, and only to what its sender saw."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import cast

from sessiontui.domain.chain import Json
from sessiontui.domain.errors import BadInput
from sessiontui.services.context import Context
from sessiontui.services.receipt import Receipt
from sessiontui.store.keyed import AnsweredBefore, Guard, KeyedDatabase

LONGEST_KEY = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How an act is sent: under a ``key`` that its repetitions share, and by whom it ``asked`` for what.

    ``session_id`` must still be at the version ``expected``, where one is named.
    """

    key: str = ""
    asked: object = None
    session_id: int | None = None
    expected: int | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an act; ``again`` says that it had been done before, and that this is its first receipt."""

    receipt: Receipt
    again: bool = False


async def once(context: Context, wanted: Wanted, act: Callable[[Context], Awaitable[Receipt]]) -> Done:
    """Do an act unless its key says that it was done, and return its receipt.

    ``act`` is handed the context that it must write through. ``Conflict`` where the key came with something else
    before, or where somebody has changed the session since. What failed left no answer, and may be sent again.
    """
    if not wanted.key and wanted.expected is None:
        return Done(await act(context))
    if len(wanted.key) > LONGEST_KEY:
        raise BadInput(f"a key has at most {LONGEST_KEY} characters, not {len(wanted.key)}")
    guard = Guard(
        key=wanted.key,
        asked=blake2b(repr(wanted.asked).encode("utf-8", "replace"), digest_size=16).hexdigest(),
        session_id=wanted.session_id,
        expected=wanted.expected,
    )
    try:
        return Done(await act(replace(context, db=KeyedDatabase(context.db, guard))))
    except AnsweredBefore as before:
        return Done(_receipt(before.told), again=True)


def _receipt(told: Mapping[str, Json]) -> Receipt:
    return Receipt(
        sentence=str(told.get("sentence", "done before")),
        sessions=tuple(cast("list[int]", told.get("sessions", []))),
        people=tuple(cast("list[int]", told.get("people", []))),
        undo=cast("int | None", told.get("undo")),
        project=cast("int | None", told.get("project")),
        part=cast("int | None", told.get("part")),
    )
