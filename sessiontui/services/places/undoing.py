"""How acts on the place of a session are taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sessiontui.domain.access import Action
from sessiontui.domain.errors import Conflict
from sessiontui.domain.places import OrderKind, OrderState, RoomState
from sessiontui.services.places import placing
from sessiontui.services.places.asking import BACKUP, ROOM, SEND_BACKUP, USE_BACKUP
from sessiontui.services.places.placing import Whereabouts
from sessiontui.services.rights import require_session
from sessiontui.store.reads import places as kept

if TYPE_CHECKING:
    from sessiontui.store.reads.places import OrderRow
    from sessiontui.store.tables import AuditEntry
    from sessiontui.store.tx import Tx

UNDONE = (ROOM, BACKUP, USE_BACKUP, SEND_BACKUP)
"""The acts that are taken back here."""


async def take_back(tx: Tx, act: AuditEntry) -> None:
    """Take an act back: what was ordered is dropped, a room that it made is ended, the place before is the place.

    The letters of the act are taken back for every act alike.
    """
    session = await tx.claim(cast("int", act.subject_id))
    await require_session(tx, Action.MESSAGE if act.action == SEND_BACKUP else Action.EDIT, session)
    before = Whereabouts.told(act.detail["before"])
    made = await kept.order_of_act(tx.fetch, cast("int", act.id))
    if made is not None:
        await _take_back_order(tx, cast("int", session.id), made, before)
    elif "after" in act.detail:
        await placing.put_back(tx, session, before=before, after=Whereabouts.told(act.detail["after"]))


async def _take_back_order(tx: Tx, session_id: int, made: OrderRow, before: Whereabouts) -> None:
    session = await tx.session(session_id)
    names = made.place_id in (session.place_id, session.backup_id)
    if made.state == OrderState.DONE:
        place = await kept.place(tx.fetch, made.place_id)
        link = session.link if session.place_id == made.place_id else session.backup_link
        if not names or place is None or place.link not in ("", link):
            raise Conflict("where it meets was changed since")
        await kept.drop(tx.run, made.place_id, now_ms=tx.now)
        if place.state == RoomState.THERE:
            await placing.order(tx, made.place_id, OrderKind.END)
        await placing.settle_at(tx, session_id, before)
        return
    await kept.drop(tx.run, made.place_id, now_ms=tx.now)
    if names:
        await placing.settle_at(tx, session_id, before)
