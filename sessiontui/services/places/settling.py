"""What follows once a platform has made or ended a room: it becomes the place, the spare one, or is no more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.places import Maker, OrderKind, RoomState, Then
from sessiontui.domain.text import safe_line
from sessiontui.services.places import placing, telling
from sessiontui.services.places.connecting import host_link_of, passcode_of
from sessiontui.services.places.placing import Whereabouts
from sessiontui.store.reads import places as kept

if TYPE_CHECKING:
    from sessiontui.platforms import Room
    from sessiontui.services.context import Context
    from sessiontui.services.vault import Vault
    from sessiontui.store.reads.places import OrderRow, PlaceRow
    from sessiontui.store.tables import Session
    from sessiontui.store.tx import Tx

LONGEST: Final = 2000
"""Characters of a link or an id that a platform gives."""

_DONE: Final = {
    OrderKind.MAKE: "{platform} made a room for {title}",
    OrderKind.CHANGE: "{platform} was told the change of {title}",
    OrderKind.END: "{platform} ended the room of {title}",
}
_FAILED: Final = {
    OrderKind.MAKE: "{platform} made no room for {title}",
    OrderKind.CHANGE: "{platform} was not told the change of {title}",
    OrderKind.END: "{platform} did not end the room of {title}",
    OrderKind.ROLL: "{platform} did not tell who came to {title}",
}


async def keep(tx: Tx, place: PlaceRow, room: Room, vault: Vault, *, told: str) -> None:
    """Write down a room as its platform told it, with its secrets sealed."""
    await tx.update(
        "place",
        place.id,
        state=str(RoomState.THERE),
        room_id=safe_line(room.id, LONGEST),
        occurrence=safe_line(room.occurrence, LONGEST),
        link=safe_line(room.link, LONGEST),
        passcode=vault.seal(room.passcode, passcode_of(place.id)),
        host_link=vault.seal(room.host_link, host_link_of(place.id)),
        told=told,
    )


async def made(tx: Tx, context: Context, order: OrderRow, place: PlaceRow) -> None:
    """Let a room that was made be what it was wished for."""
    fresh = await kept.place(tx.fetch, place.id)
    if fresh is None or fresh.session_id is None:
        return
    session = await tx.session(fresh.session_id)
    before = Whereabouts.of(session)
    if Then(order.next) is Then.PLACE:
        await _become(tx, context, session, fresh, order)
        return
    spare = replace(before, backup_id=fresh.id, backup_link=fresh.link)
    await placing.settle_at(tx, fresh.session_id, spare)
    if order.cause_id is None:
        return
    if Then(order.next) is Then.SWITCH:
        switched = await placing.switched(tx, await tx.session(fresh.session_id))
        await placing.settle_at(tx, fresh.session_id, switched)
        await telling.moved(tx, context, fresh.session_id, cause=order.cause_id)
    elif Then(order.next) is Then.SEND:
        await telling.spare(tx, context, fresh.session_id, fresh.link, cause=order.cause_id)


async def _become(tx: Tx, context: Context, session: Session, place: PlaceRow, order: OrderRow) -> None:
    """Make a room the place of its session, or the spare one anew where it was that; who had another link is told."""
    session_id, before = cast("int", session.id), Whereabouts.of(session)
    if session.backup_id == place.id:
        await placing.settle_at(tx, session_id, replace(before, backup_link=place.link))
        return
    await placing.settle_at(
        tx, session_id, replace(before, place_id=place.id, platform=place.platform, link=place.link)
    )
    if before.link and before.link != place.link and order.cause_id is not None:
        await telling.moved(tx, context, session_id, cause=order.cause_id)


async def ended(tx: Tx, place: PlaceRow) -> None:
    """Write down that a room is no more: its secrets and its link are forgotten."""
    await tx.update(
        "place", place.id, state=str(RoomState.ENDED), room_id="", occurrence="", link="", passcode="", host_link=""
    )
    if place.session_id is None:
        return
    session = await tx.session(place.session_id)
    where = Whereabouts.of(session)
    if session.place_id == place.id and session.link == place.link:
        where = replace(where, link="")
    if session.backup_id == place.id and session.backup_link == place.link:
        where = replace(where, backup_link="")
    if where != Whereabouts.of(session):
        await placing.settle_at(tx, place.session_id, where)


async def note(tx: Tx, kind: OrderKind, place: PlaceRow) -> None:
    """Write into the audit trail what a platform did."""
    await _write(tx, f"place.{kind}", _DONE[kind], place)


async def note_failure(tx: Tx, kind: OrderKind, place: PlaceRow, why: str) -> None:
    """Write into the audit trail what a platform did not do, and why."""
    await _write(tx, f"place.{kind}-failed", _FAILED[kind], place, reason=why)


async def _write(tx: Tx, action: str, sentence: str, place: PlaceRow, *, reason: str = "") -> None:
    title = (
        "a session that was taken back" if place.session_id is None else (await tx.session(place.session_id)).title
    )
    await tx.audit(
        action,
        sentence.format(platform=Maker(place.platform).words, title=title),
        subject_id=place.session_id,
        reason=reason,
        detail={"place": place.id},
    )
