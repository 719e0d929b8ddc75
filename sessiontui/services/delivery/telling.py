"""Letters about what was said and who came: mentions in comments, and the attendance of a session for its mentor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from sessiontui.domain import letters as texts
from sessiontui.domain.delivery import LetterKind
from sessiontui.domain.letters import Roll
from sessiontui.services.context import Context
from sessiontui.services.delivery import notices
from sessiontui.services.delivery.messaging import Posted, enqueue
from sessiontui.store.histories import person_id_of
from sessiontui.store.reads import outbox as kept

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx


async def mentioned(
    tx: Tx,
    context: Context,
    session_id: int,
    person_ids: Sequence[int],
    *,
    text: str,
    occurrence: str,
    cause: int | None,
) -> Posted:
    """Tell people that the one who acts named them in a comment; whoever names themselves is told nothing.

    ``occurrence`` is that of the comment: each person is told of it once, however often it is edited. The caller has
    seen to it that they may see the session.
    """
    people = [one for one in await kept.addressees_of(tx.fetch, person_ids) if one.person_id != tx.by.id]
    subject, _ = await notices.about(tx, session_id)
    letters = notices.written(
        LetterKind.MENTION,
        await notices.placed(tx, session_id, people),
        lambda to, zone: texts.mention(subject, to, zone, text=text, by=tx.by.name),
        context=context,
        session_id=session_id,
        occurrence=occurrence,
    )
    return await enqueue(tx, letters, delivery=context.delivery, cause=cause, wait=context.delivery.wait)


async def attended(tx: Tx, context: Context, session_id: int, roll: Roll, *, cause: int | None) -> Posted:
    """Tell the mentor of a session, else its author, who came; once for each session, after its final end."""
    session = await tx.session(session_id)
    subject, facts = await notices.about(tx, session_id)
    host = person_id_of(facts.mentor) or session.author_id
    letters = notices.written(
        LetterKind.ATTENDANCE,
        await kept.addressees_of(tx.fetch, [host] if host else []),
        lambda to, zone: texts.attendance(subject, to, zone, roll=roll),
        context=context,
        session_id=session_id,
        occurrence="roll",
    )
    return await enqueue(tx, letters, delivery=context.delivery, cause=cause, wait=timedelta())
