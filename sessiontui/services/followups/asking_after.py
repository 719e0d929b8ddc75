"""Whom a session leaves to be asked, and how that is written to them and kept, once each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING, Final

from sessiontui.domain import letters as texts
from sessiontui.domain.delivery import LetterKind
from sessiontui.domain.followups import FollowUpKind, FollowUpState
from sessiontui.domain.letters import Reader, Subject, Text
from sessiontui.domain.lifecycle import Derived, derive
from sessiontui.domain.text import safe_line
from sessiontui.domain.vocabulary import RequestState
from sessiontui.services.context import Context
from sessiontui.services.delivery import notices
from sessiontui.services.delivery.messaging import enqueue
from sessiontui.store.histories import person_id_of
from sessiontui.store.reads import followups as kept
from sessiontui.store.reads import outbox as kept_letters
from sessiontui.store.reads.outbox import Addressee

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

_KIND: Final = {FollowUpKind.SURVEY: LetterKind.SURVEY, FollowUpKind.NO_SHOW: LetterKind.NO_SHOW}

_WRITING: Final[dict[FollowUpKind, Callable[[Subject, Reader, tzinfo], Text]]] = {
    FollowUpKind.SURVEY: texts.survey,
    FollowUpKind.NO_SHOW: texts.no_show,
}


async def asked_by(tx: Tx, kind: FollowUpKind, session_id: int) -> list[Addressee]:
    """Return the people whom a kind of follow-up asks."""
    if kind is FollowUpKind.SURVEY:
        session = await tx.session(session_id)
        own = {session.mentor_id, session.author_id}
        guests = [person_id for person_id in await seen_in(tx, session_id) if person_id not in own]
        return await kept_letters.addressees_of(tx.fetch, guests)
    if kind is FollowUpKind.NO_SHOW:
        seen = set(await seen_in(tx, session_id))
        approved = await kept_letters.addressees(tx.fetch, session_id, [str(RequestState.APPROVED)])
        return [person for person in approved if person.person_id not in seen]
    return []


async def ask(
    tx: Tx, context: Context, kind: FollowUpKind, session_id: int, people: Sequence[Addressee], *, cause: int
) -> tuple[str, ...]:
    """Write the letters, keep what was asked of whom, and return the names of those without an address."""
    subject, _ = await notices.about(tx, session_id)
    unreachable: list[str] = []
    for person in people:
        letters = notices.written(
            _KIND[kind],
            [person],
            lambda to, zone: _WRITING[kind](subject, to, zone),
            context=context,
            session_id=session_id,
            occurrence="follow-up",
        )
        posted = await enqueue(tx, letters, delivery=context.delivery, cause=cause, wait=context.delivery.wait)
        unreachable += posted.unreachable
        note = "" if person.email else "no address"
        if posted.unwilling:
            note = "wants no such mail"
        letter_id = posted.ids[0] if posted.ids else None
        await keep_follow_up(tx, kind, session_id, person.person_id, note=note, notification_id=letter_id)
    return tuple(unreachable)


async def keep_follow_up(
    tx: Tx,
    kind: FollowUpKind,
    session_id: int,
    person_id: int | None,
    *,
    note: str = "",
    notification_id: int | None = None,
) -> int:
    """Keep that something is asked or to be looked into, once for each session and person."""
    occurrence = occurrence_of(kind, session_id, person_id)
    held = await kept.of_occurrence(tx.fetch, occurrence)
    if held is not None:
        if held.state != FollowUpState.ANSWERED:
            await tx.update("follow_up", held.id, state="open", closed_at=None, closed_by="", note=safe_line(note))
        return held.id
    return await tx.insert(
        "follow_up",
        session_id=session_id,
        person_id=person_id,
        kind=str(kind),
        occurrence=occurrence,
        created_at=tx.at,
        notification_id=notification_id,
        note=safe_line(note),
    )


async def settle(tx: Tx, session_id: int) -> None:
    """Count the open tasks anew and let live screens read the session again."""
    await kept.recount(tx.run, session_id)
    tx.touch(session_id, words=False)


async def derived_now(tx: Tx, session_id: int) -> Derived:
    """Return where a session stands by what this transaction knows."""
    _, facts = await notices.about(tx, session_id)
    return derive(facts, tx.at, tx.rules)


async def seen_in(tx: Tx, session_id: int) -> list[int]:
    """Return the people who came to a session; who only tried the link beforehand has not."""
    derived = await derived_now(tx, session_id)
    found = (person_id_of(who) for who in sorted({*derived.here, *derived.left}))
    return [person_id for person_id in found if person_id is not None]


def occurrence_of(kind: FollowUpKind, session_id: int, person_id: int | None) -> str:
    """Return the name under which each session and person is asked or looked into once, by kind."""
    return f"{kind}:{session_id}:{person_id or 0}"
