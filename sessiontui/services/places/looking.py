"""Looks at links before people need them: a few a minute, one for each host at a time, and what was seen is kept."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action, Actor
from sessiontui.domain.errors import NotFound, Refused, SessiontuiError
from sessiontui.domain.instants import to_ms
from sessiontui.domain.links import host_of
from sessiontui.domain.places import Maker, RoomState, next_look
from sessiontui.domain.places.looking import AGAIN, AHEAD, EVERY
from sessiontui.domain.text import safe_line
from sessiontui.platforms import Probe, Room
from sessiontui.services.context import Context
from sessiontui.services.places.connecting import connected, plain_links, room_of, try_out
from sessiontui.services.places.joining import require_right
from sessiontui.services.places.sealing import sealing_vault, vault_of
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_door, require_session
from sessiontui.store.reads import looks as kept
from sessiontui.store.reads import places as kept_places
from sessiontui.store.reads import sessions as kept_sessions
from sessiontui.store.reads.looks import Candidate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessiontui.domain.places import Look

MOST: Final = 5
"""Links of one run."""

BEHIND: Final = timedelta(minutes=30)
"""Sessions are looked at until so long after their start: later nobody new is expected."""

LONGEST: Final = 15.0
"""Seconds that a host may take to answer."""

_SET_ASIDE: Final = re.compile(r"(?:^|\.)(?:example(?:\.(?:com|net|org))?|invalid)$")
"""Hosts that lead nowhere by design (RFC 2606): demos and manuals use them."""

_WORKER: Final = Actor.system("places")


async def look(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Look at the links of sessions that start soon, and return how many; one question when none is due."""
    due = await kept.candidates(
        context.db.fetch,
        now_ms=to_ms(at),
        since=to_ms(at - BEHIND),
        until=to_ms(at + AHEAD),
        sound_before=to_ms(at - EVERY),
        broken_before=to_ms(at - AGAIN),
        limit=MOST * 40,
    )
    chosen = _one_for_each_host(due)
    seen = await asyncio.gather(*(_seen(context, one, at=at) for one in chosen))
    if not chosen:
        return 0
    async with context.db.write(by=_WORKER, at=at, epoch=epoch) as tx:
        for one, now in zip(chosen, seen, strict=True):
            if await kept_sessions.exists(tx.fetch, one.session_id):
                await kept.keep(tx.run, one.session_id, now)
                if now.is_broken or (one.before is not None and one.before.is_broken):
                    tx.touch(one.session_id, words=False)
    return len(chosen)


async def check(context: Context, session_id: int, *, by: Actor, at: datetime) -> Receipt:
    """Look at the link of a session now, and tell what was seen."""
    await require_right(context, Action.MODERATE, session_id, by=by, at=at)
    one = await kept.one(context.db.fetch, session_id)
    if one is None:
        raise NotFound(f"there is no session #{session_id}")
    if not one.link and one.place_id is None:
        raise Refused("this session has no link", title="Nothing to check", hint="add one with e")
    now = await _seen(context, one, at=at)
    async with context.db.write(by=by, at=at) as tx:
        session = await tx.session(session_id)
        await require_session(tx, Action.MODERATE, session)
        sentence = (
            f"checked the link of {session.title}: {'it works' if now.works else 'it does not work'}, {now.fact}"
        )
        await tx.audit("session.check-platform", sentence, subject_id=session_id, detail={"works": now.works})
        await kept.keep(tx.run, session_id, now)
        tx.touch(session_id, words=False)
    return Receipt(sentence=sentence, sessions=(session_id,))


async def check_all(context: Context, *, by: Actor, at: datetime) -> Receipt:
    """Try every platform of the settings, and tell which answer; those that do not are named with the reason."""
    await require_door(context, Action.SEE_JOBS, by=by, at=at)
    there = context.platforms.there
    if not there:
        raise Refused(
            "no meeting platform is set up here", title="Nothing to check", hint="see [platforms] in the README"
        )
    said = await asyncio.gather(*(tried(context, maker, at=at) for maker in there))
    return Receipt(
        sentence="; ".join(f"{maker.words}: {fact}" for maker, (_, fact, _) in zip(there, said, strict=True))
    )


async def tried(context: Context, maker: Maker, *, at: datetime) -> tuple[bool, str, str]:
    """Return whether a platform of the settings can be used, the fact behind it, and what to do where it cannot."""
    try:
        vault = await (vault_of if context.db.read_only else sealing_vault)(context)
        return True, await try_out(context, maker, at=at, vault=vault), ""
    except SessiontuiError as error:
        return False, error.detail or error.title, error.hint


def _one_for_each_host(due: Sequence[Candidate]) -> list[Candidate]:
    """Return the first candidates, one for each host; those that lead nowhere by design are left out."""
    chosen: dict[str, Candidate] = {}
    for one in due:
        host = host_of(one.link)
        if not _SET_ASIDE.search(host):
            chosen.setdefault(one.platform or host, one)
    return list(chosen.values())[:MOST]


async def _seen(context: Context, one: Candidate, *, at: datetime) -> Look:
    """Return what is known of a link after looking at it."""
    where, probe = one.link, Probe(works=False, fact=f"no answer within {LONGEST:.0f} s")
    try:
        async with asyncio.timeout(LONGEST):
            where, probe = await _probed(context, one, at=at)
    except TimeoutError:
        pass
    except SessiontuiError as error:
        probe = Probe(works=False, fact=error.detail or error.title)
    return next_look(one.before, link=where, works=probe.works, fact=safe_line(probe.fact), at=at)


async def _probed(context: Context, one: Candidate, *, at: datetime) -> tuple[str, Probe]:
    place = None if one.place_id is None else await kept_places.place(context.db.fetch, one.place_id)
    if place is not None and place.state == RoomState.THERE:
        maker, vault = Maker(place.platform), await vault_of(context)
        where = one.link or f"{maker}:{place.room_id}"
        if maker in context.platforms.there and vault.keys:
            async with connected(context, maker, at=at, vault=vault) as platform:
                return where, await platform.probe(room_of(place, vault))
    async with plain_links(at=at) as links:
        return one.link, await links.probe(Room(id="", link=one.link))
