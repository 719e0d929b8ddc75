"""Who is told what when a session changes: the letters that moves and decisions bring with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from functools import partial
from typing import TYPE_CHECKING, Final

from sessiontui.domain import letters as texts
from sessiontui.domain.delivery import Calendar, LetterKind
from sessiontui.domain.history import facts_at
from sessiontui.domain.letters import Reader, Subject, Text
from sessiontui.domain.lifecycle import Facts, derive
from sessiontui.domain.records import record
from sessiontui.domain.vocabulary import Control, Move, RequestState
from sessiontui.domain.zones import zone_of
from sessiontui.services.delivery.messaging import Letter, Posted, TakenBack, enqueue
from sessiontui.services.delivery.own_links import written_link
from sessiontui.store.histories import load, person_id_of
from sessiontui.store.reads import outbox as kept
from sessiontui.store.reads import people as kept_people
from sessiontui.store.reads import places as kept_places
from sessiontui.store.reads.outbox import Addressee

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.store.tx import Tx

CONCERNED: Final = (str(RequestState.APPROVED), str(RequestState.PENDING))
"""Requests whose people plan with a session."""

OUTSIDE: Final = "none"
"""Stands for the request of somebody who is neither guest nor host of a session."""

PLACED: Final = frozenset({"", str(RequestState.APPROVED)})
"""Requests whose people may know the link; hosts have none."""

_CORRECTED: Final = frozenset({LetterKind.SCHEDULED, LetterKind.CHANGED, LetterKind.CANCELLED, LetterKind.DECIDED})
"""Kinds of letters that mislead once their cause was taken back."""

Writing = Callable[[Reader, tzinfo], Text]
"""What makes the text for one reader."""


@record
class _Share:
    """What some of those concerned are told, and what becomes of it in their calendars."""

    kind: LetterKind
    to: Sequence[Addressee]
    writing: Writing
    calendar: Calendar = Calendar.REQUEST


async def about(tx: Tx, session_id: int) -> tuple[Subject, Facts]:
    """Return a session as letters speak of it, with the facts that hold by now in this transaction."""
    session = await tx.session(session_id)
    facts = facts_at((await load(tx.fetch, [session_id]))[session_id], tx.at, rules=tx.rules)
    mentor_id = person_id_of(facts.mentor)
    names = await kept_people.names(tx.fetch, [mentor_id] if mentor_id else [])
    subject = Subject(
        id=session_id,
        title=session.title,
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        mentor=names.get(mentor_id or 0, ""),
        link=written_link((await kept_places.written_of(tx.fetch, [session_id]))[session_id]),
    )
    return subject, facts


async def everyone(tx: Tx, session_id: int, before: Facts, facts: Facts) -> list[Addressee]:
    """Return everyone who plans with a session: participants, those inside before, the mentor and the author.

    Whoever acts knows already.
    """
    session = await tx.session(session_id)
    asked = await kept.addressees(tx.fetch, session_id, CONCERNED)
    others = [person_id_of(who) for who in sorted(derive(before, tx.at, tx.rules).here)]
    others += [person_id_of(facts.mentor), session.author_id]
    more = await kept.addressees_of(tx.fetch, [person_id for person_id in others if person_id])
    found = {person.person_id: person for person in (*asked, *more)}
    return [person for person in found.values() if person.person_id != tx.by.id]


def written(
    kind: LetterKind,
    people: Iterable[Addressee],
    writing: Writing,
    *,
    context: Context,
    session_id: int,
    occurrence: str,
    about_start: datetime | None = None,
    near: datetime | None = None,
    calendar: Calendar | None = None,
    resend_of: int | None = None,
) -> list[Letter]:
    """Return one letter for each person, in the zone, the language and the wording of each.

    ``calendar`` is what those who have a place find in their calendars; who only asked for one finds nothing.
    """
    letters: list[Letter] = []
    for person in people:
        zone, has_place = zone_of(person.zone, context.zone), person.state in PLACED
        text = writing(reader_of(person, context, has_place=has_place), zone)
        letters.append(
            Letter(
                kind=kind,
                to=person,
                text=text,
                occurrence=occurrence,
                session_id=session_id,
                about_start=about_start,
                near=near,
                zone=zone,
                calendar=None if person.state == RequestState.PENDING else calendar,
                resend_of=resend_of,
            )
        )
    return letters


def reader_of(person: Addressee, context: Context, *, has_place: bool = True) -> Reader:
    """Return someone as a letter sees them."""
    return Reader(
        name=person.name,
        zone=person.zone,
        language=person.language,
        wordings=context.wordings,
        has_place=has_place,
    )


async def moved(
    tx: Tx, context: Context, session_id: int, move: Move, before: Facts, *, cause: int, reason: str, part: str = ""
) -> Posted:
    """Tell those concerned what a move means for them; only moves that break or make plans are told.

    ``part`` tells moves apart that have one cause, so that whoever is concerned by both hears of both.
    """
    if before.control is Control.DRAFT and move is not Move.PUBLISH:
        return Posted()
    subject, now = await about(tx, session_id)
    letters: list[Letter] = []
    for share in await _shares(tx, subject, move, before, now, reason=reason):
        letters += written(
            share.kind,
            share.to,
            share.writing,
            context=context,
            session_id=session_id,
            occurrence=f"{cause}.{part}" if part else str(cause),
            about_start=subject.starts_at,
            near=min(before.starts_at, now.starts_at),
            calendar=share.calendar,
        )
    return await enqueue(tx, letters, delivery=context.delivery, cause=cause, wait=context.delivery.wait)


async def decided(
    tx: Tx,
    context: Context,
    session_id: int,
    person_id: int,
    *,
    approved: bool,
    cause: int,
    reason: str = "",
    was_in: bool = False,
) -> Posted:
    """Tell someone what became of their request; ``was_in``: they lose a place that they had."""
    if person_id == tx.by.id:
        return Posted()
    subject, _ = await about(tx, session_id)

    def text(to: Reader, zone: tzinfo) -> Text:
        if was_in and not approved:
            return texts.removed(subject, to, zone, reason=reason)
        return texts.decided(subject, to, zone, approved=approved, reason=reason)

    letters = written(
        LetterKind.DECIDED,
        await kept.addressees_of(tx.fetch, [person_id]),
        text,
        context=context,
        session_id=session_id,
        occurrence=str(cause),
        about_start=subject.starts_at,
        calendar=Calendar.REQUEST if approved else Calendar.CANCEL if was_in else None,
    )
    return await enqueue(tx, letters, delivery=context.delivery, cause=cause, wait=context.delivery.wait)


async def correct(tx: Tx, context: Context, back: TakenBack, *, cause: int) -> Posted:
    """Tell those whom a letter has reached already that what it said was taken back."""
    posted = Posted()
    for letter in back.gone:
        if letter.kind not in _CORRECTED or letter.session_id is None or letter.person_id is None:
            continue
        subject, now = await about(tx, letter.session_id)
        earlier = letter.subject
        people = await placed(tx, letter.session_id, await kept.addressees_of(tx.fetch, [letter.person_id]))
        if any(person.state not in PLACED for person in people):  # even who asks again has it in their calendar
            people = [replace(person, state=OUTSIDE) for person in people]
        stays = now.control is not Control.CANCELLED and all(person.state in PLACED for person in people)
        corrections = written(
            LetterKind.CHANGED,
            people,
            lambda to, zone, subject=subject, earlier=earlier: texts.disregard(  # type: ignore[misc]
                subject, to, zone, earlier=earlier
            ),
            context=context,
            session_id=letter.session_id,
            occurrence=f"{cause}:{letter.id}",
            about_start=subject.starts_at,
            calendar=Calendar.REQUEST if stays else Calendar.CANCEL,
        )
        posted += await enqueue(tx, corrections, delivery=context.delivery, cause=cause)
    return posted


async def placed(tx: Tx, session_id: int, people: Sequence[Addressee]) -> list[Addressee]:
    """Return people as they stand to a session: hosts, guests by their request, and those outside of it."""
    session = await tx.session(session_id)
    hosts, found = (session.mentor_id, session.author_id), list[Addressee]()
    for person in people:
        state = "" if person.person_id in hosts else await kept.state_of(tx.fetch, session_id, person.person_id)
        found.append(replace(person, state=state or ("" if person.person_id in hosts else OUTSIDE)))
    return found


def whom(people: Sequence[Addressee]) -> str:
    """Return people by name, the first few of them.

    >>> whom([Addressee(1, "Ana", "", ""), Addressee(2, "Bo", "", "")])
    'Ana, Bo'
    """
    more = f" and {len(people) - 5} more" if len(people) > 5 else ""
    return ", ".join(person.name for person in people[:5]) + more


async def _shares(tx: Tx, subject: Subject, move: Move, before: Facts, now: Facts, *, reason: str) -> list[_Share]:
    """Return who is told what of a move."""
    if move is Move.REASSIGN:
        return await _reassigned(tx, subject, before, now)
    if move is Move.PUBLISH:
        led = await _other_than_self(tx, person_id_of(now.mentor))
        return [_Share(LetterKind.SCHEDULED, led, partial(texts.scheduled, subject))]
    people = await everyone(tx, subject.id, before, now)
    match move:
        case Move.CANCEL:
            off = partial(texts.cancelled, subject, reason=reason)
            return [_Share(LetterKind.CANCELLED, people, off, Calendar.CANCEL)]
        case Move.REOPEN if before.control is Control.CANCELLED:
            return [_Share(LetterKind.CHANGED, people, partial(texts.reopened, subject, reason=reason))]
        case Move.RESCHEDULE:
            was = (before.starts_at, before.ends_at)
            return [_Share(LetterKind.CHANGED, people, partial(texts.changed, subject, was=was, reason=reason))]
        case _:
            return []


async def _reassigned(tx: Tx, subject: Subject, before: Facts, now: Facts) -> list[_Share]:
    """Return who is told what of another mentor: the new one, the earlier one, and everybody else."""
    people = await everyone(tx, subject.id, before, now)
    mentor, earlier = person_id_of(now.mentor), person_id_of(before.mentor)
    names = await kept_people.names(tx.fetch, [earlier] if earlier else [])
    another = partial(texts.mentor_changed, subject, before=names.get(earlier or 0, ""))
    others = [person for person in people if person.person_id not in (mentor, earlier)]
    keeps = any(person.person_id == earlier for person in people)
    gone = await _other_than_self(tx, earlier)
    left = [person if keeps else replace(person, state=OUTSIDE) for person in gone]
    return [
        _Share(LetterKind.SCHEDULED, await _other_than_self(tx, mentor), partial(texts.scheduled, subject)),
        _Share(LetterKind.CHANGED, others, another),
        _Share(LetterKind.CHANGED, left, another, Calendar.REQUEST if keeps else Calendar.CANCEL),
    ]


async def _other_than_self(tx: Tx, person_id: int | None) -> list[Addressee]:
    """Return somebody as an addressee, or nobody where it is the one who acts, who knows already."""
    return await kept.addressees_of(tx.fetch, [person_id]) if person_id and person_id != tx.by.id else []
