"""What people say they knew of a skill before a session and after it is written down; a newer answer replaces it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

from sessiontui.domain.access import Action, Actor, Standing, may
from sessiontui.domain.errors import Refused
from sessiontui.domain.learning.knowledge import points_of, skill_of
from sessiontui.domain.text import safe_line
from sessiontui.domain.vocabulary import Status
from sessiontui.services.context import Context
from sessiontui.services.followups.asking_after import derived_now
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_session
from sessiontui.store.reads import practice as kept

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json
    from sessiontui.store.tables import AuditEntry, Session
    from sessiontui.store.tx import Tx

ANSWERED = "learning.answer"
"""How an answer is named in the audit trail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody says: a skill, and how much they knew of it before and after, from 1 to 5 or from 0 to 100."""

    skill: str
    before: str
    after: str


async def answer(
    context: Context,
    session_id: int,
    person_id: int,
    said: Said,
    *,
    by: Actor,
    at: datetime,
    source: str = "manual",
) -> Receipt:
    """Keep what a person says they learned in a session: everybody for themselves, whoever sends surveys for all."""
    async with context.db.write(by=by, at=at) as tx:
        session = await tx.session(session_id)
        person = await tx.person(person_id)
        await _require(tx, session, person_id)
        skill, before, after, old = await keep(tx, session_id, person_id, said, source=source)
        sentence = f"{person.name} learned {skill} in {session.title}: {before:g} before, {after:g} after, of 100"
        entry = await tx.audit(
            ANSWERED,
            sentence,
            subject_id=session_id,
            detail={"person": person_id, "skill": skill, "before": before, "after": after, "old": old},
            reversible=True,
        )
    return Receipt(sentence=sentence, sessions=(session_id,), people=(person_id,), undo=entry.id)


async def keep(
    tx: Tx, session_id: int, person_id: int, said: Said, *, source: str, at: datetime | None = None
) -> tuple[str, float, float, Json]:
    """Keep an answer inside a transaction; return skill and points, and what stood there before."""
    skill = skill_of(safe_line(said.skill))
    before, after = points_of(said.before, said.after)
    derived = await derived_now(tx, session_id)
    if derived.status not in (Status.ENDED_COMPLETE, Status.ENDED_EARLY) or derived.provisional:
        raise Refused("the session has not ended with somebody there", title="Too early")
    held = await kept.one(tx.fetch, session_id, person_id, skill)
    values = {"before": before, "after": after, "at": at or tx.at, "source": source, "by_name": tx.by.name}
    if held is None:
        await tx.insert("skill_practice", session_id=session_id, person_id=person_id, skill=skill, **values)
    else:
        await tx.update("skill_practice", held.id, **values)
    tx.touch(session_id, words=False)
    old: Json = None if held is None else {"before": held.before, "after": held.after, "at": held.at}
    return skill, before, after, old


async def take_back(tx: Tx, act: AuditEntry, seal: int) -> None:
    """Put back what stood there before an answer, for ``services.undo``."""
    del seal
    session_id, person_id = cast("int", act.subject_id), cast("int", act.detail["person"])
    await _require(tx, await tx.session(session_id), person_id)
    await kept.put_back(
        tx, session_id, person_id, str(act.detail["skill"]), cast("dict[str, Json] | None", act.detail["old"])
    )
    tx.touch(session_id, words=False)


async def _require(tx: Tx, session: Session, person_id: int) -> None:
    if not may(tx.by, Action.ASK, Standing(is_self=tx.by.id == person_id)).allowed:
        await require_session(tx, Action.SURVEY, session)
