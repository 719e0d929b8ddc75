"""Who is told when a session meets elsewhere: everybody who plans with it, by a letter with the link that holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import tzinfo
from typing import TYPE_CHECKING, Final

from sessiontui.domain import letters as texts
from sessiontui.domain.delivery import LetterKind
from sessiontui.domain.letters import Reader, Text
from sessiontui.domain.text import visible
from sessiontui.domain.vocabulary import Control
from sessiontui.services.delivery import notices
from sessiontui.services.delivery.messaging import Posted, enqueue
from sessiontui.store.reads import outbox as kept

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.store.tx import Tx

_MOVED: Final = "We meet at another link than the one you may have: please use the one below."
_SPARE: Final = "If the usual link does not work, please use this one: {link}"


async def moved(tx: Tx, context: Context, session_id: int, *, cause: int) -> Posted:
    """Tell everybody who plans with a session that it meets at another link; drafts are nobody's plan yet."""
    return await _write(tx, context, session_id, _MOVED, head="another link", cause=cause)


async def spare(tx: Tx, context: Context, session_id: int, link: str, *, cause: int) -> Posted:
    """Tell everybody who plans with a session of the link to fall back on."""
    return await _write(tx, context, session_id, _SPARE.format(link=visible(link)), head="a second link", cause=cause)


async def _write(tx: Tx, context: Context, session_id: int, said: str, *, head: str, cause: int) -> Posted:
    subject, facts = await notices.about(tx, session_id)
    if facts.control in (Control.DRAFT, Control.CANCELLED, Control.COMPLETED):
        return Posted()
    people = await notices.everyone(tx, session_id, facts, facts)
    author = (await tx.session(session_id)).author_id
    told = {person.person_id: person for person in people}
    if author is not None and author != tx.by.id:
        told.update({one.person_id: one for one in await kept.addressees_of(tx.fetch, [author])})

    def writing(to: Reader, zone: tzinfo) -> Text:
        text = texts.message(subject, to, zone, text=said, by=tx.by.name)
        return replace(text, subject=f"{visible(subject.title)}: {head}")

    letters = notices.written(
        LetterKind.CHANGED,
        told.values(),
        writing,
        context=context,
        session_id=session_id,
        occurrence=f"place:{cause}",
    )
    return await enqueue(tx, letters, delivery=context.delivery, cause=cause, wait=context.delivery.wait)
