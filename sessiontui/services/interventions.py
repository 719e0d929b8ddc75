"""Writing to people about sessions: remind, ask whether they come, message, alert the author.

Whom an act touches and whom it leaves out, and why, is decided by one function, which the preview and the act share.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sessiontui.domain import letters as texts
from sessiontui.domain.access import Action, Actor
from sessiontui.domain.delivery import LetterKind
from sessiontui.domain.errors import BadInput, NotAllowed, NotFound, Refused
from sessiontui.domain.history import facts_at
from sessiontui.domain.instants import from_ms
from sessiontui.domain.letters import Reader, Subject, Text
from sessiontui.domain.lifecycle import Derived, Facts, derive
from sessiontui.domain.phrases import ago, count
from sessiontui.domain.text import safe_block
from sessiontui.domain.vocabulary import Badge, Control, RequestState
from sessiontui.services import notices
from sessiontui.services.context import Context
from sessiontui.services.messaging import Letter, enqueue
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import verdict
from sessiontui.store.histories import Fetch, person_id_of, person_key
from sessiontui.store.reads import outbox as kept
from sessiontui.store.reads import sessions as kept_sessions
from sessiontui.store.reads.outbox import Addressee
from sessiontui.store.reads.sessions import Written

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json
    from sessiontui.store.tx import Tx


class Call(StrEnum):
    """Why people are written to."""

    REMIND = "remind"
    CONFIRM = "confirm"
    MESSAGE = "message"
    AUTHOR = "alert-author"


CALM: Final = {Call.REMIND: timedelta(minutes=2), Call.CONFIRM: timedelta(hours=6), Call.AUTHOR: timedelta(minutes=2)}
"""How long the same person is not written the same again."""

_RIGHT: Final = {
    Call.REMIND: Action.REMIND,
    Call.CONFIRM: Action.REMIND,
    Call.MESSAGE: Action.MESSAGE,
    Call.AUTHOR: Action.MESSAGE,
}

_KIND: Final = {
    Call.REMIND: LetterKind.REMINDER,
    Call.CONFIRM: LetterKind.CONFIRM,
    Call.MESSAGE: LetterKind.MESSAGE,
    Call.AUTHOR: LetterKind.AUTHOR,
}

_DONE: Final = {
    Call.REMIND: "reminded {whom} of {title}",
    Call.CONFIRM: "asked {whom} whether they come to {title}",
    Call.MESSAGE: "wrote to {whom} about {title}",
    Call.AUTHOR: "alerted {whom} about {title}",
}

_ISSUES: Final = {
    Badge.NO_HOST: "guests are there, the host is not",
    Badge.OVERBOOKED: "more people are approved than there are seats",
    Badge.CLASH: "someone is double-booked",
    Badge.AT_RISK: "it may well be that nobody comes",
    Badge.OVERTIME: "it runs past its end",
    Badge.UNMATCHED: "some of those who came are not identified",
}
"""What an author is told of the badges of a session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """One person whom an act reaches, in one session."""

    session_id: int
    title: str
    person: Addressee


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """One person, or a whole session where ``name`` is empty, that an act leaves out, and why."""

    session_id: int
    title: str
    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.name or self.title}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Exactly whom an act touches and whom it leaves out."""

    touched: tuple[Touched, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class _Scene:
    """One session as the choice of people sees it."""

    written: Written
    facts: Facts
    derived: Derived


@dataclass(slots=True)
class _Choice:
    scene: _Scene
    people: list[Addressee] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    def leave_out(self, name: str, reason: str) -> None:
        written = self.scene.written
        self.left_out.append(LeftOut(session_id=written.id, title=written.title, name=name, reason=reason))


async def audience(
    context: Context,
    call: Call,
    session_ids: Sequence[int],
    *,
    by: Actor,
    now: datetime,
    person_id: int | None = None,
) -> Audience:
    """Return whom an act would touch now, and whom it would leave out; nothing is written."""
    choices = await _choose(context.db.fetch, context, call, session_ids, by=by, now=now, person_id=person_id)
    return Audience(
        touched=tuple(
            Touched(session_id=choice.scene.written.id, title=choice.scene.written.title, person=person)
            for choice in choices
            for person in choice.people
        ),
        left_out=tuple(left for choice in choices for left in choice.left_out),
    )


async def remind(context: Context, session_ids: Sequence[int], *, by: Actor, at: datetime) -> Receipt:
    """Remind the participants who are approved and not here yet."""
    return await _write(context, Call.REMIND, session_ids, by=by, at=at)


async def confirm(context: Context, session_ids: Sequence[int], *, by: Actor, at: datetime) -> Receipt:
    """Ask the approved participants by mail whether they come."""
    return await _write(context, Call.CONFIRM, session_ids, by=by, at=at)


async def message(
    context: Context,
    session_ids: Sequence[int],
    text: str,
    *,
    by: Actor,
    at: datetime,
    person_id: int | None = None,
) -> Receipt:
    """Send a text to the participants of sessions, or to one person about them."""
    text = safe_block(text).strip()
    if not text:
        raise BadInput("a message needs a text", place="text")
    return await _write(context, Call.MESSAGE, session_ids, by=by, at=at, text=text, person_id=person_id)


async def alert_author(
    context: Context, session_ids: Sequence[int], *, by: Actor, at: datetime, text: str = ""
) -> Receipt:
    """Tell the authors of sessions what waits for them there: pending requests and what is wrong."""
    return await _write(context, Call.AUTHOR, session_ids, by=by, at=at, text=safe_block(text).strip())


async def _write(
    context: Context,
    call: Call,
    session_ids: Sequence[int],
    *,
    by: Actor,
    at: datetime,
    text: str = "",
    person_id: int | None = None,
) -> Receipt:
    async with context.db.write(by=by, at=at) as tx:
        choices = await _choose(tx.fetch, context, call, session_ids, by=by, now=at, person_id=person_id)
        chosen = [choice for choice in choices if choice.people]
        if not chosen:
            raise _nobody(call, choices)
        number = sum(len(choice.people) for choice in chosen)
        wait = context.delivery.wait if number > 1 else timedelta()
        sentences: list[str] = []
        undo: int | None = None
        for choice in chosen:
            subject, _ = await notices.about(tx, choice.scene.written.id)
            sentence = _DONE[call].format(whom=notices.whom(choice.people), title=subject.title)
            detail: dict[str, Json] = {"people": [person.person_id for person in choice.people]}
            entry = await tx.audit(
                f"session.{call}",
                sentence,
                subject_id=subject.id,
                reason=text,
                detail=detail,
                reversible=number > 1 and wait > timedelta(),
            )
            letters = _letters(context, call, choice, subject, text=text, by=by, now=at, cause=entry.id)
            await enqueue(tx, letters, delivery=context.delivery, cause=entry.id, wait=wait)
            _log(tx, subject.id)
            sentences.append(sentence)
            undo = entry.id
    left = [left for choice in choices for left in choice.left_out]
    sentence = sentences[0] if len(sentences) == 1 else f"{_many(call, number)} of {len(sentences)} sessions"
    if number > 1 and wait:
        sentence += f"; the letters leave in {round(wait.total_seconds())} s"
    return Receipt(
        sentence=sentence + _without(left),
        sessions=tuple(choice.scene.written.id for choice in chosen),
        people=tuple(person.person_id for choice in chosen for person in choice.people),
        undo=undo if number > 1 and wait else None,
        refused=tuple((left.session_id, left.reason) for left in left if not left.name),
    )


def _letters(
    context: Context,
    call: Call,
    choice: _Choice,
    subject: Subject,
    *,
    text: str,
    by: Actor,
    now: datetime,
    cause: int,
) -> list[Letter]:
    def writing(to: Reader, zone: tzinfo) -> Text:
        match call:
            case Call.REMIND:
                return texts.reminder(subject, to, zone, now=now)
            case Call.CONFIRM:
                return texts.confirm(subject, to, zone)
            case Call.MESSAGE:
                return texts.message(subject, to, zone, text=text, by=by.name)
            case Call.AUTHOR:
                facts, badges = choice.scene.facts, choice.scene.derived.badges
                issues = [_ISSUES[badge] for badge in badges if badge in _ISSUES]
                return texts.author(subject, to, zone, pending=facts.pending, issues=issues, text=text, by=by.name)

    return notices.written(
        _KIND[call],
        choice.people,
        writing,
        context=context,
        session_id=subject.id,
        occurrence=str(cause),
        about_start=subject.starts_at,
    )


def _log(tx: Tx, session_id: int) -> None:
    """Let live screens read the session again: its history has grown."""
    tx.touch(session_id, words=False)


async def _choose(
    fetch: Fetch,
    context: Context,
    call: Call,
    session_ids: Sequence[int],
    *,
    by: Actor,
    now: datetime,
    person_id: int | None,
) -> list[_Choice]:
    ids = list(dict.fromkeys(session_ids))
    written = await kept_sessions.written(fetch, ids)
    histories = await kept_sessions.histories(fetch, ids)
    choices: list[_Choice] = []
    for session_id in ids:
        if session_id not in written:
            raise NotFound(f"there is no session #{session_id}")
        facts = facts_at(histories[session_id], now, rules=context.rules)
        choice = _Choice(_Scene(written[session_id], facts, derive(facts, now, context.rules)))
        choices.append(choice)
        answer = await verdict(fetch, by, _RIGHT[call], session_id)
        if not answer.allowed:
            if len(ids) == 1:
                raise NotAllowed(answer.reason, hint=answer.hint)
            choice.leave_out("", answer.reason)
        elif reason := _closed(call, choice.scene, now):
            choice.leave_out("", reason)
        else:
            await _fill(fetch, call, choice, by=by, now=now, person_id=person_id)
    return choices


def _closed(call: Call, scene: _Scene, now: datetime) -> str:
    """Return why nobody of a session can be written to for this reason."""
    facts, derived = scene.facts, scene.derived
    if call in (Call.MESSAGE, Call.AUTHOR):
        return "" if call is Call.MESSAGE or scene.written.author_id else "it has no author"
    if facts.control in (Control.CANCELLED, Control.COMPLETED, Control.DRAFT):
        return f"it is {facts.control}"
    if derived.status.is_ended or facts.ends_at <= now:
        return "it is over"
    if call is Call.CONFIRM and facts.begin <= now:
        return "it has begun: remind them instead"
    return "" if facts.approved else "nobody is approved"


async def _fill(
    fetch: Fetch, call: Call, choice: _Choice, *, by: Actor, now: datetime, person_id: int | None
) -> None:
    session = choice.scene.written
    calm = CALM.get(call, timedelta())
    told = await kept.last_of_kind(fetch, session.id, str(_KIND[call])) if calm else {}
    for person in await _concerned(fetch, call, choice.scene, person_id):
        since = told.get(person.person_id)
        if person.person_id == by.id:
            choice.leave_out(person.name, "that is you")
        elif call is Call.REMIND and person_key(person.person_id) in choice.scene.derived.here:
            choice.leave_out(person.name, "is here")
        elif call is Call.REMIND and person_key(person.person_id) in choice.scene.derived.left:
            choice.leave_out(person.name, "came and left")
        elif since is not None and now - from_ms(since) < calm:
            choice.leave_out(person.name, f"was written to {ago(now - from_ms(since))}")
        elif not person.email:
            choice.leave_out(person.name, "no address")
        else:
            choice.people.append(person)


async def _concerned(fetch: Fetch, call: Call, scene: _Scene, person_id: int | None) -> Iterable[Addressee]:
    """Return the people whom an act is about, before anyone is left out."""
    if call is Call.AUTHOR:
        return await kept.addressees_of(fetch, [scene.written.author_id or 0])
    if person_id is not None:
        found = await kept.addressees_of(fetch, [person_id])
        if not found:
            raise NotFound(f"there is no person #{person_id}")
        return found
    people = {p.person_id: p for p in await kept.addressees(fetch, scene.written.id, [str(RequestState.APPROVED)])}
    if call is Call.MESSAGE:
        here = [person_id_of(who) for who in sorted(scene.derived.here)]
        inside = [person_id for person_id in here if person_id and person_id not in people]
        people.update({person.person_id: person for person in await kept.addressees_of(fetch, inside)})
    return people.values()


def _nobody(call: Call, choices: Sequence[_Choice]) -> Refused:
    left = [left for choice in choices for left in choice.left_out]
    why = "; ".join(str(reason) for reason in left[:5]) or "nobody takes part"
    return Refused(f"there is nobody to write to: {why}", title=f"Cannot {str(call).replace('-', ' ')}")


def _many(call: Call, number: int) -> str:
    return {
        Call.REMIND: f"reminded {count(number, 'person', 'people')}",
        Call.CONFIRM: f"asked {count(number, 'person', 'people')} whether they come",
        Call.MESSAGE: f"wrote to {count(number, 'person', 'people')}",
        Call.AUTHOR: f"alerted {count(number, 'author')}",
    }[call]


def _without(left: Sequence[LeftOut]) -> str:
    """Return what a receipt says about people who were left out."""
    named = [f"{person.name} ({person.reason})" for person in left if person.name]
    if not named:
        return ""
    more = f" and {len(named) - 5} more" if len(named) > 5 else ""
    return f"; left out: {', '.join(named[:5])}{more}"
