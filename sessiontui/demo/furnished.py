"""Where the sessions of a world meet: a room with a passcode and a spare link, and a link that does not work."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import Unavailable
from sessiontui.domain.places import Maker, next_look
from sessiontui.platforms import Room
from sessiontui.services import boards, ticking
from sessiontui.services.context import Context
from sessiontui.services.places import asking, placing, settling
from sessiontui.services.places.placing import Whereabouts
from sessiontui.services.places.sealing import sealing_vault
from sessiontui.services.vault import Vault
from sessiontui.store.reads import looks as kept
from sessiontui.store.reads import places as kept_places

if TYPE_CHECKING:
    from sessiontui.services.pictures import SessionLine

SPARE: Final = "https://spare.example.org/{}"
"""Links to fall back on; they lead nowhere."""

_ROOM: Final = Room(
    id="85218486288", link="https://meet.example.org/j/85218486288", passcode="4711-teapot", occurrence="uuid"
)
_MINUTE: Final = timedelta(minutes=1)


async def leave(context: Context, *, by: Actor, now: datetime) -> None:
    """Give the next sessions with guests a room, a spare link, and a look at their links."""
    coming = await boards.listing(context, "status:upcoming,approved -kind:work starts:<2d", now=now, by=by)
    wanted = sorted((line for line in coming.lines if line.approved), key=lambda line: line.starts_at)[:2]
    for line in wanted:
        spare = SPARE.format(line.id)
        await asking.name_backup(context, line.id, spare, by=by, at=now - 30 * _MINUTE)
    for line in wanted[:1]:
        await _furnish(context, line, by=by, now=now)
    for line in wanted[1:]:
        await _break(context, line, by=by, now=now)
    await ticking.tick(context, at=now)


async def _furnish(context: Context, line: SessionLine, *, by: Actor, now: datetime) -> None:
    """Let a session meet in a room that works; its passcode is kept where there is anywhere to keep a key."""
    try:
        vault, room = await sealing_vault(context), _ROOM
    except Unavailable:
        vault, room = Vault(()), replace(_ROOM, passcode="")
    async with context.db.write(by=by, at=now - 20 * _MINUTE) as tx:
        session = await tx.claim(line.id)
        place_id = await tx.insert("place", session_id=line.id, platform=str(Maker.ZOOM))
        place = await kept_places.place(tx.fetch, place_id)
        if place is not None:
            await settling.keep(tx, place, room, vault, told=placing.plan_of(session).digest)
        where = replace(Whereabouts.of(session), place_id=place_id, platform=str(Maker.ZOOM), link=room.link)
        await placing.settle_at(tx, line.id, where)
        await kept_places.compared(tx.run, line.id, session.version + 1)
        seen = next_look(
            None, link=room.link, works=True, fact="Zoom has the meeting (waiting)", at=now - 3 * _MINUTE
        )
        await kept.keep(tx.run, line.id, seen)


async def _break(context: Context, line: SessionLine, *, by: Actor, now: datetime) -> None:
    """Let the link of a session fail twice in a row."""
    detail = await boards.detail(context, line.id, now=now, by=by)
    fact = "the meeting's host is in trouble (HTTP 502)"
    seen = None
    for minutes in (3, 2):
        seen = next_look(seen, link=detail.link, works=False, fact=fact, at=now - minutes * _MINUTE)
    async with context.db.write(by=by, at=now) as tx:
        if seen is not None:
            await kept.keep(tx.run, line.id, seen)
        tx.touch(line.id, words=False)
