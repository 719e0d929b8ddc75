"""Writing to people about sessions: remind, ask whether they come, message, alert the author."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final

from sessiontui.domain import letters as texts
from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, Refused
from sessiontui.domain.letters import Reader, Subject, Text
from sessiontui.domain.phrases import count
from sessiontui.domain.text import safe_block
from sessiontui.domain.vocabulary import Badge
from sessiontui.services.context import Context
from sessiontui.services.delivery import notices
from sessiontui.services.delivery.messaging import Letter, enqueue
from sessiontui.services.interventions.audience import KIND_OF, Call, Choice, LeftOut, choose
from sessiontui.services.receipt import Receipt

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json
    from sessiontui.store.tx import Tx

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
        choices = await choose(tx.fetch, context, call, session_ids, by=by, now=at, person_id=person_id)
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
            choice.people = await notices.placed(tx, subject.id, choice.people)
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
    choice: Choice,
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
        KIND_OF[call],
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


def _nobody(call: Call, choices: Sequence[Choice]) -> Refused:
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
