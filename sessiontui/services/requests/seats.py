"""Seats that become free: offered to whoever has waited longest, given by hand, or by itself where that is set.

A seat is free for the waiting list only where the session was full before: people who ask while there are seats wait
for a decision, not for a seat.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action, Actor
from sessiontui.domain.errors import Refused, SessiontuiError
from sessiontui.domain.phrases import count
from sessiontui.domain.seats import all_taken, is_full, offered
from sessiontui.domain.vocabulary import Control, RequestState, Status
from sessiontui.services import clashes
from sessiontui.services.context import Context
from sessiontui.services.delivery import notices
from sessiontui.services.receipt import Receipt
from sessiontui.services.requests.steps import set_state
from sessiontui.services.rights import require_session, verdict
from sessiontui.store.reads import requests as kept

if TYPE_CHECKING:
    from sessiontui.store.tables import Session
    from sessiontui.store.tx import Tx

_CLOSED: Final = frozenset({Control.COMPLETED, Control.CANCELLED})

_TITLE: Final = "Cannot give a seat"

_TO_FREE_ONE: Final = "raise the capacity or remove someone first"


async def promote(
    context: Context, session_id: int, *, by: Actor, at: datetime, reason: str = "", confirm: bool = False
) -> Receipt:
    """Give a free seat to the one who has waited longest for it; ``confirm`` agrees to their being booked twice."""
    async with context.db.write(by=by, at=at) as tx:
        session = await tx.claim(session_id)
        await require_session(tx, Action.DECIDE, session)
        require_open(session)
        following = await kept.waiting(tx.fetch, session_id)
        if not following:
            raise Refused(f"nobody waits for a seat in {session.title}", title=_TITLE)
        if is_full(session.capacity, session.approved):
            raise Refused(
                f"{all_taken(session.capacity, session.title)}, {len(following)} wait",
                title=_TITLE,
                hint=_TO_FREE_ONE,
            )
        one = following[0]
        told = await clashes.heed(
            tx, context, {one.person_id: False}, session.starts_at, session.ends_at, but=session_id, confirm=confirm
        )
        entry = await _give(tx, context, session, one, reason=reason)
        sentence = f"approved {one.name} for {session.title}, who was next in the waiting list{told}"
        free = session.capacity - session.approved - 1
        if free > 0 and len(following) > 1:
            sentence += f"; {offered(free, following[1].name)}"
    return Receipt(sentence=sentence, sessions=(session_id,), people=(one.person_id,), undo=entry)


async def offer(
    tx: Tx, context: Context, session: Session, *, before: tuple[int, int], capacity: int | None = None
) -> str:
    """Return what a receipt says once seats may have become free, in the transaction that freed them.

    ``before`` is the capacity and the number of those approved before it, ``capacity`` that of now where it has
    changed. Where it is set so, those who waited are given the free seats at once, in their order, and told by
    mail; who is booked elsewhere at that time is passed over.
    """
    seats, was_approved = before
    if not 0 < seats <= was_approved or not is_open(session):
        return ""
    if session.id is None or not (following := await kept.waiting(tx.fetch, session.id)):
        return ""
    seats = session.capacity if capacity is None else capacity
    free = seats - await kept.approved(tx.fetch, session.id) if seats else len(following)
    if free <= 0:
        return ""
    if not context.requests.promote:
        return f"; {offered(free, following[0].name)}"
    given = await _give_all(tx, context, session, following, free)
    left = [one.name for one in following if one.name not in given]
    said = f"; {_named(given)} moved up from the waiting list" if given else ""
    rest = free - len(given)
    return said + (f"; {offered(rest, left[0])}" if rest and left else "")


def is_open(session: Session) -> bool:
    """Return whether somebody can still take part in a session."""
    over = Status(session.status).is_ended and not session.provisional
    return not (session.control in _CLOSED or session.archived_at is not None or over)


def require_open(session: Session) -> None:
    """Refuse a session in which nobody can take part any more."""
    if not is_open(session):
        raise Refused(f"{session.title} takes nobody any more: it is {session.status.replace('_', ' ')}")


def require_free(session: Session) -> None:
    """Refuse a session in which every seat is taken."""
    if is_full(session.capacity, session.approved):
        raise Refused(all_taken(session.capacity, session.title), hint=_TO_FREE_ONE)


async def _give_all(
    tx: Tx, context: Context, session: Session, following: list[kept.Waiting], free: int
) -> list[str]:
    given: list[str] = []
    for one in following:
        if len(given) == free:
            break
        try:
            await clashes.heed(
                tx, context, {one.person_id: False}, session.starts_at, session.ends_at, but=session.id
            )
        except SessiontuiError:
            continue  # an admin decides whether they are to be booked twice
        await _give(tx, context, session, one, reason="moved up from the waiting list")
        given.append(one.name)
    return given


async def _give(tx: Tx, context: Context, session: Session, one: kept.Waiting, *, reason: str) -> int:
    """Approve one request inside a transaction, tell the person, and return the audit entry."""
    session_id = session.id or 0
    await set_state(tx, one.id, RequestState.APPROVED, reason=reason)
    entry = await tx.audit(
        "request.approve",
        f"approved {one.name} for {session.title}, who was next in the waiting list",
        subject_id=session_id,
        reason=reason,
        detail={"request": one.id, "from": str(RequestState.PENDING)},
        reversible=(await verdict(tx.fetch, tx.by, Action.DECIDE, session_id)).allowed,
    )
    await notices.decided(tx, context, session_id, one.person_id, approved=True, cause=entry.id)
    return entry.id


def _named(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= 5 else count(len(names), "person", "people")
