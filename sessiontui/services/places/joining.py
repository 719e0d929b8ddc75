"""Entering a session: the link by which one person comes in, and the passcode, shown only to those who may."""

from __future__ import annotations

from datetime import datetime

from sessiontui.domain.access import Action, Actor
from sessiontui.domain.errors import BadInput, NotAllowed, NotFound, Refused, Unavailable
from sessiontui.domain.places import Maker, RoomState
from sessiontui.platforms import Guest
from sessiontui.services.context import Context
from sessiontui.services.places.connecting import connected, passcode_of, room_of
from sessiontui.services.places.sealing import vault_of
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_session, verdict
from sessiontui.store.reads import people as kept_people
from sessiontui.store.reads import places as kept
from sessiontui.store.reads import sessions as kept_sessions

MODERATE = "session.moderate"
REVEAL = "session.reveal"


async def moderate(context: Context, session_id: int, *, by: Actor, at: datetime) -> Receipt:
    """Hand out the link by which one enters a session as its host; the receipt brings it to open or copy."""
    await require_right(context, Action.MODERATE, session_id, by=by, at=at)
    person = None if by.id is None else await kept_people.by_id(context.db.fetch, by.id)
    email = "" if person is None else person.email
    guest = Guest(id=str(by.id or 0), name=by.name, email=email, is_host=True)
    link = await link_for(context, session_id, guest, at=at)
    async with context.db.write(by=by, at=at) as tx:
        session = await tx.session(session_id)
        await require_session(tx, Action.MODERATE, session)
        if not link:
            raise Refused(f"{session.title} has no join link", title="Cannot moderate", hint="add one with e")
        sentence = f"took the join link of {session.title} to moderate"
        await tx.audit(MODERATE, sentence, subject_id=session_id)
        tx.touch(session_id, words=False)
    return Receipt(sentence=sentence, sessions=(session_id,), shown=link)


async def invite(context: Context, session_id: int, person_id: int, *, by: Actor, at: datetime) -> Receipt:
    """Hand out the link by which one person enters a session as a guest, on platforms where each has their own."""
    await require_right(context, Action.MESSAGE, session_id, by=by, at=at)
    person = await kept_people.by_id(context.db.fetch, person_id)
    if person is None:
        raise NotFound(f"there is no person #{person_id}")
    guest = Guest(id=str(person.id), name=person.name, email=person.email)
    link = await link_for(context, session_id, guest, at=at)
    async with context.db.write(by=by, at=at) as tx:
        session = await tx.session(session_id)
        await require_session(tx, Action.MESSAGE, session)
        approved = {who for who, _, _ in await kept.who_meets(tx.fetch, session_id)}
        if person_id not in approved:
            raise Refused(f"{person.name} is not approved for {session.title}", title="Cannot invite")
        if not link:
            raise Refused(f"{session.title} has no join link", title="Cannot invite", hint="add one with e")
        sentence = f"took the join link of {person.name} for {session.title}"
        await tx.audit("session.invite", sentence, subject_id=session_id, detail={"person": person_id})
        tx.touch(session_id, words=False)
    return Receipt(sentence=sentence, sessions=(session_id,), people=(person_id,), shown=link)


async def reveal(context: Context, session_id: int, *, by: Actor, at: datetime) -> Receipt:
    """Show the passcode of a session; that it was shown, and to whom, is written down before it is."""
    await require_right(context, Action.REVEAL_PASSCODE, session_id, by=by, at=at)
    place = await kept.current(context.db.fetch, session_id)
    if place is None or not place.passcode:
        raise Refused("no passcode is kept for this session", title="Nothing to reveal")
    passcode = (await vault_of(context)).open(place.passcode, passcode_of(place.id))
    async with context.db.write(by=by, at=at) as tx:
        session = await tx.session(session_id)
        await require_session(tx, Action.REVEAL_PASSCODE, session)
        sentence = f"revealed the passcode of {session.title}"
        await tx.audit(REVEAL, sentence, subject_id=session_id, detail={"place": place.id})
        tx.touch(session_id, words=False)
    return Receipt(sentence=sentence, sessions=(session_id,), shown=passcode)


async def link_for(context: Context, session_id: int, guest: Guest, *, at: datetime) -> str:
    """Return the link by which somebody enters a session, empty where there is none.

    Where the platform is not set up here any more, the link that all share is returned, if there is one.
    """
    place = await kept.current(context.db.fetch, session_id)
    if place is None or place.state != RoomState.THERE:
        written = (await kept_sessions.written(context.db.fetch, [session_id])).get(session_id)
        return "" if written is None else written.link
    try:
        vault = await vault_of(context)
        async with connected(context, Maker(place.platform), at=at, vault=vault) as platform:
            return await platform.join_link(room_of(place, vault, with_secrets=guest.is_host), guest)
    except (BadInput, Unavailable):
        if place.link:
            return place.link
        raise


async def require_right(context: Context, action: Action, session_id: int, *, by: Actor, at: datetime) -> None:
    """Raise ``NotAllowed``, written down, unless somebody has a right; ``NotFound`` where there is no session."""
    if not await kept_sessions.exists(context.db.fetch, session_id):
        raise NotFound(f"there is no session #{session_id}")
    answer = await verdict(context.db.fetch, by, action, session_id)
    if not answer.allowed:
        refusal = NotAllowed(answer.reason, hint=answer.hint, action=action, session_id=session_id)
        await context.db.refuse(refusal, by=by, at=at)
        raise refusal
