"""Who works on a session beside its author and host: invited, given another role, let go; each is told by letter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain import letters as texts
from sessiontui.domain.access import Action, Actor, Standing, may
from sessiontui.domain.collaboration import CollaboratorRole
from sessiontui.domain.delivery import LetterKind
from sessiontui.domain.errors import BadInput, Conflict, NotFound, Refused
from sessiontui.services.delivery import notices
from sessiontui.services.delivery.messaging import enqueue, left_out
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_session, standing
from sessiontui.store.reads import collaborators as kept
from sessiontui.store.reads import outbox as kept_outbox
from sessiontui.store.reads.collaborators import CollaboratorRow

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.services.delivery.messaging import Posted
    from sessiontui.store.histories import Fetch
    from sessiontui.store.tables import AuditEntry, Session
    from sessiontui.store.tx import Tx

CHANGED: Final = "collaborator.change"
"""The act, as the audit trail names it: what somebody was before and is since."""

MOST: Final = 200
"""People who work on one session: more is a mailing list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Who works on a session beside author and host; ``role`` is that of the reader, ``may_change`` their right."""

    people: tuple[CollaboratorRow, ...] = ()
    role: CollaboratorRole | None = None
    may_change: bool = False


NO_TEAM: Final = Team()


async def of_session(fetch: Fetch, session_id: int, *, by: Actor, own: Standing) -> Team:
    """Return who works on a session, to somebody who stands to it so; names are for those who may see people."""
    role = await kept.role_of(fetch, session_id, by.id)
    sees = may(by, Action.SEE_ATTENDANCE, own).allowed
    return Team(
        people=tuple(await kept.of_session(fetch, session_id)) if sees else (),
        role=role,
        may_change=may(by, Action.COLLABORATE, own).allowed,
    )


async def invite(
    context: Context, session_id: int, person_id: int, role: CollaboratorRole, *, by: Actor, at: datetime
) -> Receipt:
    """Let somebody work on a session, or give them another role there; they are told by letter."""
    async with context.db.write(by=by, at=at) as tx:
        session = await _session(tx, session_id)
        person = await tx.person(person_id)
        if person.erased_at is not None:
            raise NotFound(f"there is no person #{person_id}")
        if person_id in (session.author_id, session.mentor_id):
            raise Refused(f"{person.name} has every right there already, as author or mentor")
        before = await kept.role_of(tx.fetch, session_id, person_id)
        if before is role:
            raise BadInput(f"{person.name} is {role.article} of {session.title} already")
        if before is None and len(await kept.of_session(tx.fetch, session_id)) >= MOST:
            raise Refused(f"{MOST} people work on {session.title} already")
        await kept.put(tx, session_id, person_id, role)
        if before is None:
            sentence = f"made {person.name} {role.article} of {session.title}"
        else:
            sentence = f"made {person.name} {role.article} of {session.title}, was {before}"
        entry = await _audited(tx, session_id, person_id, before, role, sentence)
        text = f"You are now {role.article} of this session: {role.words}."
        posted = await _tell(tx, context, session_id, person_id, text, cause=entry)
    return _receipt(sentence, session_id, person_id, entry, posted)


async def remove(context: Context, session_id: int, person_id: int, *, by: Actor, at: datetime) -> Receipt:
    """Let somebody work on a session no longer; oneself may always go. They are told by letter."""
    async with context.db.write(by=by, at=at) as tx:
        before = await kept.role_of(tx.fetch, session_id, person_id)
        leaves = before is not None and by.id == person_id
        session = await tx.session(session_id) if leaves else await _session(tx, session_id)
        person = await tx.person(person_id)
        if before is None:
            raise NotFound(f"{person.name} does not work on {session.title}")
        await kept.drop(tx, session_id, person_id)
        sentence = f"{person.name} no longer works on {session.title}, was {before}"
        entry = await _audited(tx, session_id, person_id, before, None, sentence)
        posted = await _tell(
            tx, context, session_id, person_id, f"You are no longer {before.article} of this session.", cause=entry
        )
    return _receipt(sentence, session_id, person_id, entry, posted)


async def take_back(tx: Tx, act: AuditEntry, seal: int) -> None:
    """Undo one change of who works on a session, for ``services.undo``."""
    del seal
    session_id, person_id = cast("int", act.subject_id), cast("int", act.detail["person"])
    if person_id != tx.by.id or act.detail["after"] is not None:  # who went by themselves may come back
        await require_session(tx, Action.COLLABORATE, await tx.session(session_id))
    held = await kept.role_of(tx.fetch, session_id, person_id)
    if held != act.detail["after"]:
        raise Conflict("it was changed since")
    before = act.detail["before"]
    if before is None:
        await kept.drop(tx, session_id, person_id)
    else:
        await kept.put(tx, session_id, person_id, CollaboratorRole(str(before)))
    tx.touch(session_id)


async def put(tx: Tx, session_id: int, person_id: int, role: CollaboratorRole) -> None:
    """Let somebody be this in a session, inside another transaction: nobody is told, and nothing is written down."""
    await kept.put(tx, session_id, person_id, role)
    tx.touch(session_id)


async def _session(tx: Tx, session_id: int) -> Session:
    session = await tx.session(session_id)
    if not may(tx.by, Action.SEE_SESSIONS, await standing(tx.fetch, tx.by, session_id)).allowed:
        raise NotFound(f"there is no session #{session_id}")
    await require_session(tx, Action.COLLABORATE, session)
    return session


async def _audited(
    tx: Tx,
    session_id: int,
    person_id: int,
    before: CollaboratorRole | None,
    after: CollaboratorRole | None,
    sentence: str,
) -> int:
    tx.touch(session_id)
    entry = await tx.audit(
        CHANGED,
        sentence,
        subject_id=session_id,
        detail={
            "person": person_id,
            "before": None if before is None else str(before),
            "after": None if after is None else str(after),
        },
        reversible=True,
    )
    return entry.id


async def _tell(tx: Tx, context: Context, session_id: int, person_id: int, text: str, *, cause: int) -> Posted | None:
    if person_id == tx.by.id:
        return None
    subject, _ = await notices.about(tx, session_id)
    letters = notices.written(
        LetterKind.MESSAGE,
        [replace(one, state=notices.OUTSIDE) for one in await kept_outbox.addressees_of(tx.fetch, [person_id])],
        lambda reader, zone: texts.message(subject, reader, zone, text=text, by=tx.by.name),
        context=context,
        session_id=session_id,
        occurrence=f"collaborator:{cause}",
    )
    return await enqueue(tx, letters, delivery=context.delivery, cause=cause)


def _receipt(sentence: str, session_id: int, person_id: int, entry: int, posted: Posted | None) -> Receipt:
    said = "" if posted is None else left_out(posted.unreachable, posted.unwilling)
    return Receipt(sentence=f"{sentence}{said}", sessions=(session_id,), people=(person_id,), undo=entry)
