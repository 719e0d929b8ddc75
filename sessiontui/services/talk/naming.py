"""Whom a comment names: only people who may read it, each told once for one comment, however often it is edited."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from sessiontui.domain import letters as texts
from sessiontui.domain.access import Action, Actor, may
from sessiontui.domain.delivery import LetterKind
from sessiontui.domain.talk.mentions import mentions
from sessiontui.domain.vocabulary import Role
from sessiontui.services.delivery import notices
from sessiontui.services.delivery.messaging import Posted, enqueue
from sessiontui.services.rights import standing
from sessiontui.store.reads import outbox as kept_outbox
from sessiontui.store.reads import talk as kept

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sessiontui.services.context import Context
    from sessiontui.store.histories import Fetch
    from sessiontui.store.tx import Tx


async def callable_people(context: Context, session_id: int, *, by: Actor) -> Mapping[int, str]:
    """Return who can be named in the talk of a session, by id, for those who may read it; nobody for others."""
    own = await standing(context.db.fetch, by, session_id)
    if not may(by, Action.SEE_TALK, own).allowed:
        return {}
    return await kept.callable_people(context.db.fetch, session_id)


async def readers(fetch: Fetch, session_id: int, people: Collection[int]) -> Mapping[int, bool]:
    """Return which of some people may read the talk of a session, and whether each may know its link."""
    found: dict[int, bool] = {}
    for person_id, (name, role) in (await kept.roles(fetch, sorted(people))).items():
        actor = Actor(person_id, name, Role(role))
        own = await standing(fetch, actor, session_id)
        if may(actor, Action.SEE_SESSIONS, own).allowed and may(actor, Action.SEE_TALK, own).allowed:
            found[person_id] = may(actor, Action.MODERATE, own).allowed
    return found


async def named_in(fetch: Fetch, session_id: int, body: str) -> tuple[int, ...]:
    """Return who is named in a text, of those who can be named in the session and may read it."""
    people = await kept.callable_people(fetch, session_id) if "@" in body else {}
    wanted = [one.person_id for one in mentions(body, people)]
    allowed = await readers(fetch, session_id, wanted) if wanted else {}
    return tuple(person_id for person_id in wanted if person_id in allowed)


async def tell(
    tx: Tx, context: Context, session_id: int, comment_id: int, body: str, *, cause: int, quiet: bool = False
) -> Posted:
    """Note whom a comment names and write to those who were not named in it before; not to who writes it.

    ``quiet`` notes them alone: what another system has told already is not told again.
    """
    known = await kept.mentioned(tx.fetch, comment_id)
    fresh = [one for one in await named_in(tx.fetch, session_id, body) if one not in known]
    await kept.note_mentions(tx, comment_id, fresh)
    told = [person_id for person_id in fresh if person_id != tx.by.id]
    if quiet or not told:
        return Posted()
    return await _write(tx, context, session_id, comment_id, body, told, cause=cause)


async def _write(
    tx: Tx, context: Context, session_id: int, comment_id: int, body: str, people: Sequence[int], *, cause: int
) -> Posted:
    subject, _ = await notices.about(tx, session_id)
    places = await readers(tx.fetch, session_id, people)
    letters = notices.written(
        LetterKind.MENTION,
        [
            one if places.get(one.person_id) else replace(one, state=notices.OUTSIDE)
            for one in await kept_outbox.addressees_of(tx.fetch, people)
        ],
        lambda reader, zone: texts.mention(subject, reader, zone, text=body, by=tx.by.name),
        context=context,
        session_id=session_id,
        occurrence=f"comment:{comment_id}",
    )
    return await enqueue(tx, letters, delivery=context.delivery, cause=cause)
