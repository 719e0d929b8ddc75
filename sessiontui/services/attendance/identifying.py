"""Who an attendee of a report is, decided by hand: ranked candidates with their evidence, and a choice that is kept.

Nobody is ever taken for somebody because of a similar name: that only makes a candidate. What is chosen counts for
the session at once, and for reports to come of the same series or meeting id.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

from sessiontui.domain.access import Action, Actor
from sessiontui.domain.chain import Json
from sessiontui.domain.errors import BadInput, Conflict, NotAllowed, NotFound, Refused
from sessiontui.domain.matching import Attendee, Candidate, Known, Match, Sign, fold_name, match
from sessiontui.services.context import Context
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_session, verdict
from sessiontui.store.folding import refold
from sessiontui.store.reads import choices as kept
from sessiontui.store.reads import people as kept_people
from sessiontui.store.reads.choices import AttendeeRow
from sessiontui.store.reads.imports import expected

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

IDENTIFIED = "attendance.identify"
"""The act of saying who an attendee is, as the audit trail names it."""

_SURE = {
    Sign.REMEMBERED: "chosen before in this series",
    Sign.EXTERNAL_ID: "same id on the platform",
    Sign.EMAIL: "same e-mail address",
    Sign.NAME: "same name, and expected",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """An attendee nobody has identified, with the people whom they may be, the likeliest first."""

    attendee_id: int
    session_id: int
    name: str
    email: str
    candidates: tuple[Candidate, ...]


async def strangers(context: Context, session_id: int, *, by: Actor) -> tuple[Stranger, ...]:
    """Return the attendees of a session whom nobody has identified; ``NotAllowed`` for those who may not decide."""
    fetch = context.db.fetch
    answer = await verdict(fetch, by, Action.CORRECT_ATTENDANCE, session_id)
    if not answer.allowed:
        raise NotAllowed(answer.reason, hint=answer.hint)
    unknown = [one for one in await kept.attendees(fetch, session_id) if one.person_id is None]
    if not unknown:
        return ()
    everyone = [
        Known(row.id, row.name, row.email, tuple(outside.partition(":")[2] for outside in row.external_ids))
        for row in await kept_people.search(fetch, limit=-1)
    ]
    awaited = frozenset(await expected(fetch, session_id))
    remembered = await kept.remembered(fetch, session_id)
    found = []
    for one in unknown:
        asked = Attendee(name=one.name, email=one.email, external_id=one.external_id)
        likely = await asyncio.to_thread(
            match,
            asked,
            expected=[known for known in everyone if known.id in awaited],
            everyone=everyone,
            remembered=remembered,
        )
        found.append(
            Stranger(
                attendee_id=one.id,
                session_id=session_id,
                name=one.name,
                email=one.email,
                candidates=_candidates(likely, everyone),
            )
        )
    return tuple(found)


async def find(context: Context, session_id: int, text: str) -> int:
    """Return the attendee of a session whom a number (``12``, ``#12``) or an exact name means."""
    rows = await kept.attendees(context.db.fetch, session_id)
    bare = text.strip().removeprefix("#")
    if bare.isascii() and bare.isdigit():
        found = [row for row in rows if row.id == int(bare)]
    else:
        found = [row for row in rows if fold_name(row.name) == fold_name(text)]
    if not found:
        names = ", ".join(f"#{row.id} {row.name}" for row in rows if row.person_id is None)
        raise NotFound(f"no attendee of #{session_id} is {text!r}", hint=f"not identified: {names}" if names else "")
    if len(found) > 1:
        raise BadInput(f"{text!r} may be any of {', '.join(f'#{row.id}' for row in found)}", hint="give the number")
    return found[0].id


async def identify(
    context: Context, session_id: int, attendee_id: int, person_id: int, *, by: Actor, at: datetime, reason: str = ""
) -> Receipt:
    """Say who an attendee is; reports to come of the same series or meeting id know it too. It can be undone."""
    async with context.db.write(by=by, at=at) as tx:
        session = await tx.claim(session_id)
        await require_session(tx, Action.CORRECT_ATTENDANCE, session)
        person = await tx.person(person_id)
        one = await _attendee(tx, session_id, attendee_id)
        if one.person_id is not None:
            known = (await kept_people.names(tx.fetch, [one.person_id])).get(one.person_id, "somebody")
            raise Refused(f"{one.name} is known to be {known} already", hint="undo that first")
        await kept.take_for(tx, attendee_id, person_id)
        scopes = await kept.scopes(tx.fetch, session_id) if one.key else []
        chosen: list[Json] = [
            await tx.insert("attendee_choice", scope=scope, key=one.key, person_id=person_id, by_name=by.name, at=at)
            for scope in scopes
        ]
        await refold(tx, session_id)
        tx.touch(session_id)
        sentence = f"took {one.name or 'an attendee'} for {person.name} in {session.title}"
        if scopes:
            sentence += ", also in reports to come of this series"
        entry = await tx.audit(
            IDENTIFIED,
            sentence,
            subject_id=session_id,
            reason=reason,
            detail={"attendee": attendee_id, "person": person_id, "choices": chosen},
            reversible=True,
        )
    return Receipt(sentence=sentence, sessions=(session_id,), people=(person_id,), undo=entry.id)


async def take_back(tx: Tx, session_id: int, detail: dict[str, Json], seal: int) -> None:
    """Let an attendee be nobody again, inside the transaction that undoes the choice."""
    session = await tx.claim(session_id)
    await require_session(tx, Action.CORRECT_ATTENDANCE, session)
    one = await _attendee(tx, session_id, cast("int", detail["attendee"]))
    if one.person_id != detail["person"] or not await kept.take_for(tx, one.id, None):
        raise Conflict(f"{one.name} was taken for somebody else since")
    await kept.void(tx, cast("list[int]", detail["choices"]), seal)
    await refold(tx, session_id)


async def _attendee(tx: Tx, session_id: int, attendee_id: int) -> AttendeeRow:
    for row in await kept.attendees(tx.fetch, session_id):
        if row.id == attendee_id:
            return row
    raise NotFound(f"session #{session_id} has no attendee #{attendee_id}")


def _candidates(found: Match, everyone: list[Known]) -> tuple[Candidate, ...]:
    """Return the candidates; a sure sign that was learnt since the report came is the best of them."""
    if found.person_id is None or found.sign is None:
        return found.candidates
    name = next(known.name for known in everyone if known.id == found.person_id)
    return (Candidate(found.person_id, name, 1.0, _SURE[found.sign]), *found.candidates)
