"""Reaching into a session oneself: calling its mentor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sessiontui.domain.access import Action, Actor
from sessiontui.domain.errors import NotAllowed, NotFound, Refused
from sessiontui.domain.phrases import clock
from sessiontui.domain.text import safe_block
from sessiontui.domain.zones import zone_of
from sessiontui.services.context import Context
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_session, verdict
from sessiontui.store.reads import people as kept
from sessiontui.store.reads import sessions as kept_sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorCard:
    """Whom to call about a session: the mentor, else its author; ``local`` is the time where they are."""

    person_id: int
    name: str
    phone: str
    zone: str
    local: str

    @property
    def sentence(self) -> str:
        """What to know before dialling."""
        there = f"{self.local} for {self.name}" if self.zone else f"nobody knows the time zone of {self.name}"
        return f"{self.phone or 'no phone number'}; {there}"


async def mentor_card(context: Context, session_id: int, *, by: Actor, now: datetime) -> MentorCard:
    """Return whom to call about a session, with the number and the time of day there."""
    answer = await verdict(context.db.fetch, by, Action.MESSAGE, session_id)
    if not answer.allowed:
        raise NotAllowed(answer.reason, hint=answer.hint)
    found = (await kept_sessions.written(context.db.fetch, [session_id])).get(session_id)
    if found is None:
        raise NotFound(f"there is no session #{session_id}")
    host_id = found.mentor_id or found.author_id
    host = await kept.by_id(context.db.fetch, host_id) if host_id else None
    if host is None:
        raise Refused(f"{found.title} has no mentor", title="Cannot call", hint="assign one with R")
    return MentorCard(
        person_id=host.id,
        name=host.name,
        phone=host.phone,
        zone=host.zone,
        local=clock(now, zone_of(host.zone, context.zone)),
    )


async def call_mentor(context: Context, session_id: int, *, by: Actor, at: datetime, note: str = "") -> Receipt:
    """Log that the mentor of a session is called; the receipt brings the number to copy."""
    card = await mentor_card(context, session_id, by=by, now=at)
    if card.person_id == by.id:
        raise Refused(f"{card.name} is you", title="Cannot call")
    if not card.phone:
        hint = f"add it with: sessiontui people edit {card.person_id} --phone NUMBER"
        raise Refused(f"{card.name} has no phone number", title="Cannot call", hint=hint)
    async with context.db.write(by=by, at=at) as tx:
        session = await tx.session(session_id)
        await require_session(tx, Action.MESSAGE, session)
        sentence = f"called {card.name} about {session.title}"
        await tx.audit(
            "session.call-mentor",
            sentence,
            subject_id=session_id,
            reason=safe_block(note).strip(),
            detail={"person": card.person_id, "phone": card.phone, "local": card.local},
        )
        tx.touch(session_id, words=False)
    return Receipt(
        sentence=f"{sentence}: {card.sentence}", sessions=(session_id,), people=(card.person_id,), shown=card.phone
    )
