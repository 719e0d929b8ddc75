"""``do`` for what reaches people: letters, calls, join links, places, and what comes after a session."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeAlias

from sessiontui.cli import talk
from sessiontui.cli.usage import WrongUsage
from sessiontui.domain.errors import BadInput
from sessiontui.domain.phrases import count
from sessiontui.domain.text import visible
from sessiontui.services import boards, followups, interventions, people
from sessiontui.services.delivery import outbox
from sessiontui.services.followups import Answer
from sessiontui.services.interventions import calling, taking_part
from sessiontui.services.interventions.audience import Call as Why
from sessiontui.services.interventions.audience import audience
from sessiontui.services.learning import answering
from sessiontui.services.learning.answering import Said
from sessiontui.services.places import joining

if TYPE_CHECKING:
    from sessiontui.cli.call import Call
    from sessiontui.services.interventions.audience import Audience
    from sessiontui.services.receipt import Receipt

Act: TypeAlias = "Callable[[Call, str, datetime], Awaitable[Receipt]]"
Together: TypeAlias = "Callable[[Call, Sequence[str], datetime], Awaitable[Receipt]]"
"""An action on everything that was named at once, as one act."""

_NAMED: Final = 20
"""Lines of a preview; the rest is counted."""


async def write(call: Call, ids: Sequence[str], at: datetime) -> Receipt:
    """Remind, ask, message or alert: shows exactly whom, asks where it is more than one, and does it."""
    options, why = call.options, Why(call.options.action)
    text = getattr(options, "text", "")
    if why is Why.MESSAGE and not text.strip():
        raise BadInput("a message needs a text", place="--text")
    sessions = [await boards.find(call.context, text) for text in ids]
    person = getattr(options, "person", None)
    person_id = None if person is None else (await people.find(call.context, person)).id
    whom = await audience(call.context, why, sessions, by=call.actor, now=at, person_id=person_id)
    if len(whom.touched) > 1:
        talk.confirm(preview(why, whom), yes=options.yes)
    match why:
        case Why.REMIND:
            return await interventions.remind(call.context, sessions, by=call.actor, at=at)
        case Why.CONFIRM:
            return await interventions.confirm(call.context, sessions, by=call.actor, at=at)
        case Why.AUTHOR:
            return await interventions.alert_author(call.context, sessions, by=call.actor, at=at, text=text)
        case Why.MESSAGE:
            return await interventions.message(
                call.context, sessions, text, by=call.actor, at=at, person_id=person_id
            )


def preview(why: Why, whom: Audience) -> str:
    """Return whom an act touches and whom it leaves out, line by line, and the question."""
    lines = [
        f"  {one.person.name} <{one.person.email}>: {one.title}" + (f" ({one.later})" if one.later else "")
        for one in whom.touched
    ]
    lines += [f"  not {left}" for left in whom.left_out]
    shown = [visible(line) for line in lines[:_NAMED]]
    if len(lines) > _NAMED:
        shown.append(f"  and {len(lines) - _NAMED} more")
    return "\n".join([*shown, f"{QUESTIONS[why]} {count(len(whom.touched), 'person', 'people')}?"])


QUESTIONS: Final = {
    Why.REMIND: "Remind",
    Why.CONFIRM: "Ask whether they come:",
    Why.MESSAGE: "Write to",
    Why.AUTHOR: "Alert",
}


async def _resend(call: Call, ids: Sequence[str], at: datetime) -> Receipt:
    letters: list[int] = []
    if call.options.session:
        sessions = [await boards.find(call.context, text) for text in ids]
        letters += await outbox.undelivered_of(call.context, sessions)
        if not letters:
            raise BadInput("every letter there has arrived or is on its way", title="Nothing to send again")
    else:
        letters += [_letter(text) for text in ids]
    return await outbox.resend(call.context, letters, by=call.actor, at=at)


async def _call_mentor(call: Call, text: str, at: datetime) -> Receipt:
    return await calling.call_mentor(
        call.context, await boards.find(call.context, text), by=call.actor, at=at, note=call.options.reason
    )


async def _moderate(call: Call, text: str, at: datetime) -> Receipt:
    return await joining.moderate(call.context, await boards.find(call.context, text), by=call.actor, at=at)


async def _add(call: Call, text: str, at: datetime) -> Receipt:
    return await taking_part.add_participant(
        call.context,
        *await _place(call, text),
        by=call.actor,
        at=at,
        reason=call.options.reason,
        confirm=call.options.yes,
    )


async def _remove(call: Call, text: str, at: datetime) -> Receipt:
    return await taking_part.remove_participant(
        call.context, *await _place(call, text), by=call.actor, at=at, reason=call.options.reason
    )


async def _place(call: Call, text: str) -> tuple[int, int]:
    """Return the session and the person that are named, by their ids."""
    return await boards.find(call.context, text), (await people.find(call.context, call.options.person)).id


async def _survey(call: Call, text: str, at: datetime) -> Receipt:
    return await followups.send_survey(call.context, await boards.find(call.context, text), by=call.actor, at=at)


async def _follow_up(call: Call, text: str, at: datetime) -> Receipt:
    return await followups.ask_no_shows(call.context, await boards.find(call.context, text), by=call.actor, at=at)


async def _answer(call: Call, text: str, at: datetime) -> Receipt:
    options = call.options
    given = Answer(
        rating=options.rating,
        comment=options.comment,
        may_tell=None if options.may_tell is None else options.may_tell == "yes",
    )
    return await followups.answer(
        call.context,
        await boards.find(call.context, text),
        (await people.find(call.context, options.person)).id,
        given,
        by=call.actor,
        at=at,
    )


async def _learned(call: Call, text: str, at: datetime) -> Receipt:
    options = call.options
    return await answering.answer(
        call.context,
        await boards.find(call.context, text),
        (await people.find(call.context, options.person)).id,
        Said(skill=options.skill, before=options.before, after=options.after),
        by=call.actor,
        at=at,
    )


async def _close(call: Call, text: str, at: datetime) -> Receipt:
    return await followups.close_tasks(
        call.context, await boards.find(call.context, text), by=call.actor, at=at, note=call.options.reason
    )


async def _story(call: Call, text: str, at: datetime) -> Receipt:
    return await followups.tell_story(
        call.context, await boards.find(call.context, text), by=call.actor, at=at, text=call.options.text
    )


def _letter(text: str) -> int:
    own = text.strip().removeprefix("#")
    if not (own.isascii() and own.isdigit() and len(own) < 16):
        raise WrongUsage(
            f"{text!r} is not the number of a letter", hint="screen 9 tells them; --session names sessions instead"
        )
    return int(own)


TOGETHER: Final[Mapping[str, Together]] = {**{str(why): write for why in Why}, "resend": _resend}
"""The actions that are one act however much is named."""

EACH: Final[Mapping[str, Act]] = {
    "call-mentor": _call_mentor,
    "moderate": _moderate,
    "add": _add,
    "remove": _remove,
    "survey": _survey,
    "follow-up": _follow_up,
    "survey-answer": _answer,
    "learned": _learned,
    "close-task": _close,
    "story": _story,
}
"""The actions on each of the sessions that were named."""
