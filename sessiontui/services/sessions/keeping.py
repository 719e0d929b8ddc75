"""The rows behind a session: the one it begins with, and one for each change of its life."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sessiontui.domain.vocabulary import Control, Move

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx


async def insert(tx: Tx, *, control: Control, starts_at: datetime, ends_at: datetime, **values: object) -> int:
    """Insert a session inside a transaction, with what its source first said, and return the id."""
    mentor_id, capacity = values.pop("mentor_id", None), values.pop("capacity", 0)
    session_id = await tx.insert(
        "session",
        base_control=str(control),
        base_starts_at=starts_at,
        base_ends_at=ends_at,
        base_mentor_id=mentor_id,
        base_capacity=capacity,
        control=str(control),
        starts_at=starts_at,
        ends_at=ends_at,
        mentor_id=mentor_id,
        capacity=capacity,
        status="",
        changed_at=tx.at,
        **values,
    )
    tx.touch(session_id)
    return session_id


async def add_change(
    tx: Tx,
    session_id: int,
    *,
    key: str = "",
    at: datetime | None = None,
    move: Move | None = None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    mentor_id: int | None = None,
    capacity: int | None = None,
    reason: str = "",
    by_id: int | None = None,
    by_name: str | None = None,
) -> int:
    """Add one change to the history of a session inside a transaction, and return its id.

    ``key`` makes a change that comes twice recognisable. ``at`` and ``by_*`` are the
    transaction's unless given.
    """
    tx.touch(session_id)
    return await tx.insert(
        "session_change",
        session_id=session_id,
        key=key or None,
        at=at or tx.at,
        move=None if move is None else str(move),
        starts_at=starts_at,
        ends_at=ends_at,
        mentor_id=mentor_id,
        capacity=capacity,
        by_id=tx.by.id if by_name is None else by_id,
        by_name=tx.by.name if by_name is None else by_name,
        reason=reason,
    )
