"""Where people enter who have joined and are approved: link and passcode, handed to whoever told of the join."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sessiontui.domain.access import Action, Actor, Reach, Standing, may, reach
from sessiontui.domain.errors import SessiontuiError
from sessiontui.domain.phrases import count
from sessiontui.domain.places import Maker, RoomState
from sessiontui.platforms import Guest
from sessiontui.services.context import Context
from sessiontui.services.places.connecting import passcode_of
from sessiontui.services.places.joining import REVEAL, link_for
from sessiontui.services.places.sealing import vault_of
from sessiontui.services.rights import standing
from sessiontui.store.reads import entering as kept
from sessiontui.store.reads import places as kept_places
from sessiontui.store.reads.entering import Entrant
from sessiontui.store.reads.places import PlaceRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """Where one person enters one session; empty where there is no link, or no passcode."""

    session_id: int
    person_id: int
    link: str = ""
    passcode: str = ""


async def entrances(
    context: Context, joined: Collection[tuple[int, int]], *, by: Actor, at: datetime
) -> tuple[Entrance, ...]:
    """Return where those enter who are approved; pairs are session and person.

    It is told to whoever may open a link to enter: a platform for all, a person for themselves. That passcodes were
    handed out is written down before they are.
    """
    if not joined:
        return ()
    fetch = context.db.glance if len(joined) == 1 else context.db.fetch
    found: list[Entrance] = []
    handed: dict[int, list[Entrant]] = {}
    places: dict[int, PlaceRow | None] = {}
    for one in await kept.approved(fetch, joined):
        if not await _may_know(context, one, by):
            continue
        if one.session_id not in places:
            places[one.session_id] = await kept_places.current(fetch, one.session_id)
        place = places[one.session_id]
        passcode = await _passcode(context, place)
        if passcode:
            handed.setdefault(one.session_id, []).append(one)
        found.append(
            Entrance(
                session_id=one.session_id,
                person_id=one.person_id,
                link=await _link(context, place, one, at=at),
                passcode=passcode,
            )
        )
    if handed:
        await _write_down(context, handed, by=by, at=at)
    return tuple(found)


async def _may_know(context: Context, one: Entrant, by: Actor) -> bool:
    if reach(by, Action.MODERATE) is Reach.YES:
        return True
    own = await standing(context.db.glance, by, one.session_id)
    return one.person_id == by.id or may(by, Action.MODERATE, Standing(hosts=own.is_own)).allowed


async def _link(context: Context, place: PlaceRow | None, one: Entrant, *, at: datetime) -> str:
    """Return a person's own link where the platform makes one for each; a platform that fails keeps nobody out."""
    if place is None or place.state != RoomState.THERE or Maker(place.platform).has_shared_link:
        return one.link or ("" if place is None else place.link)
    try:
        guest = Guest(id=str(one.person_id), name=one.name, email=one.email)
        return await link_for(context, one.session_id, guest, at=at)
    except SessiontuiError:
        return one.link


async def _passcode(context: Context, place: PlaceRow | None) -> str:
    if place is None or not place.passcode:
        return ""
    return (await vault_of(context)).open(place.passcode, passcode_of(place.id))


async def _write_down(context: Context, handed: dict[int, list[Entrant]], *, by: Actor, at: datetime) -> None:
    async with context.db.write(by=by, at=at) as tx:
        for session_id, several in handed.items():
            whom = several[0].name if len(several) == 1 else count(len(several), "person", "people")
            await tx.audit(
                REVEAL,
                f"handed the passcode of {several[0].title} to {whom} who joined",
                subject_id=session_id,
                detail={"people": [one.person_id for one in several]},
            )
