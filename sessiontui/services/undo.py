"""Undo: takes back the last reversible act of a person, or one that is named, if nothing has built on it since."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from sessiontui.domain.access import Action, Actor
from sessiontui.domain.errors import Conflict, NotAllowed, NotFound, Refused
from sessiontui.domain.instants import from_ms
from sessiontui.domain.vocabulary import Move, RequestState
from sessiontui.services.context import Context
from sessiontui.services.receipt import Receipt
from sessiontui.services.requests import add_step
from sessiontui.services.rights import require_session
from sessiontui.store.reads import audit as kept

if TYPE_CHECKING:
    from sessiontui.store.tables import AuditEntry
    from sessiontui.store.tx import Tx

_CHANGED_SINCE: Final = "it was changed since"

_MADE: Final = {
    "request.approve": RequestState.APPROVED,
    "request.reject": RequestState.REJECTED,
    "request.withdraw": RequestState.WITHDRAWN,
}
"""The state that each act on a request leads to."""


async def undo(context: Context, *, by: Actor, at: datetime, entry: int | None = None) -> Receipt:
    """Take back one act of the one who asks; ``Refused`` says why where it cannot be taken back any more."""
    async with context.db.write(by=by, at=at) as tx:
        act = await tx.entry(entry if entry is not None else await _last(tx))
        if act.by_id != by.id:
            raise NotAllowed(f"{act.by_name} did that: only they can undo it")
        if not act.reversible:
            raise Refused(f"{act.sentence}: that cannot be undone")
        if act.undone_by is not None:
            raise Refused(f"{act.sentence}: that was undone already")
        sessions = (act.subject_id,) if act.subject_id is not None else ()
        sentence = f"undid: {act.sentence}"
        seal = await tx.audit(
            "undo",
            sentence,
            subject=act.subject,
            subject_id=act.subject_id,
            undoes=act.id,
            detail={"act": act.action},
        )
        await _WAYS[_way(act.action)](tx, act, seal.id)
        await tx.update("audit_entry", cast("int", act.id), undone_by=seal.id)
    return Receipt(sentence=sentence, sessions=sessions)


async def _last(tx: Tx) -> int:
    found = await kept.last_reversible(tx.fetch, tx.by.id)
    if found is None:
        raise NotFound("there is nothing of yours to undo")
    return found


def _way(action: str) -> str:
    if action.startswith("request."):
        return "request"
    return action if action in _WAYS else "move"


async def _undo_create(tx: Tx, act: AuditEntry, seal: int) -> None:
    del seal
    session_id = cast("int", act.subject_id)
    session = await tx.claim(session_id)
    await require_session(tx, Action.EDIT, session)
    if newer := await kept.acted_since(tx.fetch, entry=cast("int", act.id), session_id=session_id):
        raise Conflict(f"{newer[0]} has acted on it since ({newer[1]}): undo that first")
    if not await kept.is_untouched(tx.fetch, session_id):
        raise Refused(f"{session.title} has requests, presence or moves already", hint="cancel it instead")
    await tx.forget(session_id)


async def _undo_edit(tx: Tx, act: AuditEntry, seal: int) -> None:
    session = await tx.claim(cast("int", act.subject_id))
    await require_session(tx, Action.EDIT, session)
    before = cast("dict[str, object]", act.detail["before"])
    after = cast("dict[str, object]", act.detail["after"])
    change = cast("int | None", act.detail.get("change"))
    if any(getattr(session, name) != after[name] for name in after):
        raise Conflict(_CHANGED_SINCE)
    if change is not None:
        seats = cast("int", before["capacity"])
        if 0 < seats < session.approved and not 0 < session.capacity < seats:
            raise Refused(f"{session.approved} are approved for {session.title}, it had {seats} seats before")
        await _void(tx, cast("int", act.subject_id), change, seal)
    written = {name: value for name, value in before.items() if name != "capacity"}
    if written:
        await tx.update("session", cast("int", session.id), **written)


async def _undo_move(tx: Tx, act: AuditEntry, seal: int) -> None:
    session = await tx.claim(cast("int", act.subject_id))
    await require_session(tx, Action.EDIT, session)
    if act.action == f"session.{Move.PUBLISH}":
        asked = await kept.acted_since(
            tx.fetch, entry=cast("int", act.id), session_id=cast("int", act.subject_id), action="request.%"
        )
        if asked is not None:
            raise Conflict(f"{asked[1]} since it was published", hint="cancel it instead")
    await _void(tx, cast("int", act.subject_id), cast("int", act.detail["change"]), seal)


async def _undo_request(tx: Tx, act: AuditEntry, seal: int) -> None:
    del seal
    request = await tx.request(cast("int", act.detail["request"]))
    session = await tx.claim(request.session_id)
    if request.person_id != tx.by.id or act.action != "request.withdraw":
        await require_session(tx, Action.DECIDE, session)
    newer = await kept.decided_since(
        tx.fetch, entry=cast("int", act.id), session_id=request.session_id, request_id=cast("int", request.id)
    )
    if newer:
        raise Conflict(f"{newer} decided it since")
    if request.state != _MADE[act.action]:
        raise Conflict(_CHANGED_SINCE)
    before = RequestState(str(act.detail["from"]))
    if before is RequestState.APPROVED and 0 < session.capacity <= session.approved:
        raise Refused(f"all {session.capacity} seats of {session.title} are taken meanwhile")
    at, by_name, reason = await kept.decision_before(tx.fetch, cast("int", request.id))
    was_decided = before is not RequestState.PENDING
    await tx.update(
        "join_request",
        cast("int", request.id),
        state=str(before),
        decided_at=from_ms(at) if was_decided and at is not None else None,
        decided_by=by_name if was_decided else "",
        reason=reason if was_decided else "",
        version=request.version + 1,
    )
    await add_step(tx, cast("int", request.id), before, reason="undone")


async def _void(tx: Tx, session_id: int, change: int, seal: int) -> None:
    """Take back one change of a session, unless a later one stands on it."""
    later = await kept.changed_since(tx.fetch, session_id=session_id, change=change)
    if later is not None:
        raise Conflict(f"{later[0]} has changed it since ({later[1]}): undo that first")
    await tx.update("session_change", change, voided_by=seal)


_Way: TypeAlias = "Callable[[Tx, AuditEntry, int], Awaitable[None]]"

_WAYS: Final[dict[str, _Way]] = {
    "session.create": _undo_create,
    "session.edit": _undo_edit,
    "request": _undo_request,
    "move": _undo_move,
}
