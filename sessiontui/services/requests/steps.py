"""The life of one request, step by step, inside the transaction of whoever changes it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sessiontui.domain.errors import Conflict
from sessiontui.domain.vocabulary import RequestState
from sessiontui.store.reads import requests as kept

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx


async def add_step(
    tx: Tx,
    request_id: int,
    state: RequestState,
    *,
    at: datetime | None = None,
    always: bool = False,
    reason: str = "",
) -> None:
    """Add one state to the life of a request; ``always`` means that nobody knows since when."""
    await tx.insert(
        "request_change",
        request_id=request_id,
        at=None if always else at or tx.at,
        state=str(state),
        by_id=tx.by.id,
        by_name=tx.by.name,
        reason=reason,
    )


async def set_state(tx: Tx, request_id: int, state: RequestState, *, reason: str) -> None:
    """Give a request another state inside a transaction, by compare-and-swap; ``Conflict`` where it was changed."""
    request = await tx.request(request_id)
    if not await kept.swap_state(tx, request_id, str(state), version=request.version):
        raise Conflict("someone else decided it first", hint="look again, then decide")
    await tx.update("join_request", request_id, decided_at=tx.at, decided_by=tx.by.name, reason=reason)
    await add_step(tx, request_id, state, reason=reason)
