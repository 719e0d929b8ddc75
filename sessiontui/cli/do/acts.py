"""What each action of ``do`` asks of the services."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from sessiontui.cli.call import Call
from sessiontui.cli.do import alerts as alert_acts
from sessiontui.cli.do import conversing, creating, identifying, placing, plans, proving, reaching, recordings, timing
from sessiontui.cli.usage import WrongUsage
from sessiontui.domain.errors import BadInput, SessiontuiError
from sessiontui.domain.presence import Signal
from sessiontui.domain.vocabulary import Attendance, Kind, Move, Priority, RequestState, Source
from sessiontui.services import boards, people, presence, requests, sessions, undo
from sessiontui.services.attendance import correcting
from sessiontui.services.presence import PresenceReport
from sessiontui.services.receipt import Receipt
from sessiontui.services.requests import seats
from sessiontui.services.sessions import SessionEdit

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json
    from sessiontui.services.pictures import SessionDetail, SessionLine

Act: TypeAlias = "Callable[[Call, str, datetime], Awaitable[Receipt]]"
"""An action on one thing that was named, at an instant."""

NOBODY: Final = "none"
"""What is written for no mentor."""

_NO_MENTOR: Final = 0

_EDITABLE: Final = ("title", "kind", "capacity", "priority", "tag", "description", "link", "field")
"""The options of ``edit``."""

AUTO: Final = "auto"
"""What is written for the attendance that presence tells."""

ON_REQUESTS: Final = ("approve", "reject", "withdraw")
"""The actions whose numbers are those of requests."""


def require_usage(options: argparse.Namespace) -> None:
    """Raise ``WrongUsage`` where an action cannot mean anything, before anything is opened or done."""
    action = str(options.action)
    if action == "edit" and all(getattr(options, name) is None for name in _EDITABLE):
        raise WrongUsage("nothing to change was given", hint="'sessiontui do edit --help' tells what can be")
    by_session = getattr(options, "all_pending", False) or getattr(options, "person", None) is not None
    if action in ON_REQUESTS and not by_session:
        for text in options.ids:
            _number(text)


async def seen(call: Call, text: str) -> SessionLine | None:
    """Return the session that is meant as it stands now, or ``None``: its act will say what is wrong."""
    try:
        return (await _detail(call, await boards.find(call.context, text))).line
    except SessiontuiError:
        return None


async def request_ids(call: Call, ids: Sequence[str]) -> list[str]:
    """Return the requests that are meant: named themselves, or by their sessions."""
    options = call.options
    if getattr(options, "all_pending", False):
        found = [await boards.find(call.context, text) for text in ids]
        pending = await requests.pending_of(call.context, found)
        if not pending:
            raise BadInput("nothing is pending there", title="Nothing to do")
        return [str(request_id) for request_id in pending]
    if options.person is not None:
        person = await people.find(call.context, options.person)
        return [
            str(await requests.find(call.context, await boards.find(call.context, text), person.id)) for text in ids
        ]
    return list(ids)


async def _move(call: Call, text: str, at: datetime) -> Receipt:
    options = call.options
    move = _NAMED.get(options.action) or Move(options.action)
    session_id = await boards.find(call.context, text)
    starts_at, ends_at, mentor_id = None, None, None
    if move is Move.EXTEND:
        ends_at = options.until or (await _detail(call, session_id)).line.ends_at + _minutes(options.by_minutes)
    elif move is Move.RESCHEDULE:
        starts_at = options.starts
        ends_at = options.ends or starts_at + (await _detail(call, session_id)).line.scheduled
    elif move is Move.REASSIGN:
        mentor_id = _NO_MENTOR if options.mentor == NOBODY else await _person(call, options.mentor)
    return await sessions.move(
        call.context,
        move,
        session_id,
        by=call.actor,
        at=at,
        reason=options.reason,
        starts_at=starts_at,
        ends_at=ends_at,
        mentor_id=mentor_id,
        confirm=options.yes,
    )


async def _decide(call: Call, text: str, at: datetime) -> Receipt:
    options = call.options
    state = RequestState.APPROVED if options.action == "approve" else RequestState.REJECTED
    expected = RequestState.PENDING if options.revise is None else RequestState(options.revise)
    return await requests.decide(
        call.context,
        [_number(text)],
        state,
        by=call.actor,
        at=at,
        reason=options.reason,
        expected=expected,
        confirm=options.yes,
    )


async def _withdraw(call: Call, text: str, at: datetime) -> Receipt:
    return await requests.withdraw(call.context, _number(text), by=call.actor, at=at, reason=call.options.reason)


async def _ask(call: Call, text: str, at: datetime) -> Receipt:
    return await requests.ask(
        call.context,
        await boards.find(call.context, text),
        await _person(call, call.options.person),
        by=call.actor,
        at=at,
        message=call.options.message,
    )


async def _promote(call: Call, text: str, at: datetime) -> Receipt:
    session_id = await boards.find(call.context, text)
    return await seats.promote(
        call.context, session_id, by=call.actor, at=at, reason=call.options.reason, confirm=call.options.yes
    )


async def _signal(call: Call, text: str, at: datetime) -> Receipt:
    """Record a presence by hand: the event has its own time, the audit entry that of the recording."""
    happened = call.options.at or at
    if happened > at:
        raise BadInput(f"{happened:%Y-%m-%d %H:%M} UTC lies ahead", place="--at", hint="record it once it happened")
    report = PresenceReport(
        session_id=await boards.find(call.context, text),
        signal=Signal(call.options.action),
        at=happened,
        source=Source.MANUAL,
        person_id=await _person(call, call.options.person),
    )
    return await presence.record(call.context, [report], by=call.actor, at=at)


async def _attendance(call: Call, text: str, at: datetime) -> Receipt:
    verdict = call.options.verdict
    return await correcting.correct(
        call.context,
        await boards.find(call.context, text),
        await _person(call, call.options.person),
        None if verdict == AUTO else Attendance(verdict),
        by=call.actor,
        at=at,
        reason=call.options.reason,
    )


async def _edit(call: Call, text: str, at: datetime) -> Receipt:
    options = call.options
    session_id = await boards.find(call.context, text)
    fields: Mapping[str, Json] | None = None
    if options.field is not None:
        before = cast("Mapping[str, Json]", (await _detail(call, session_id)).fields)
        fields = {**before, **dict(options.field)}
    changes = SessionEdit(
        title=options.title,
        kind=None if options.kind is None else Kind(options.kind),
        capacity=options.capacity,
        priority=None if options.priority is None else Priority(options.priority),
        tags=None if options.tag is None else tuple(tag for tag in options.tag if tag),
        description=options.description,
        link=options.link,
        fields=fields,
    )
    return await sessions.edit(call.context, session_id, changes, by=call.actor, at=at, expected=options.expected)


async def _undo(call: Call) -> Receipt:
    return await undo.undo(call.context, by=call.actor, at=call.clock(), entry=call.options.entry)


async def _detail(call: Call, session_id: int) -> SessionDetail:
    return await boards.detail(call.context, session_id, now=call.clock(), by=call.actor)


async def _person(call: Call, text: str) -> int:
    return (await people.find(call.context, text)).id


def _number(text: str) -> int:
    own = text.strip().removeprefix("#")
    if not (own.isascii() and own.isdigit() and len(own) < 16):
        raise WrongUsage(
            f"{text!r} is not the number of a request",
            hint="'sessiontui show ID' tells them; with --person or --all-pending the IDs are those of sessions",
        )
    return int(own)


def _minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


_NAMED: Final = {"assign": Move.REASSIGN}
"""Moves that have another name as well."""

EACH: Final[Mapping[str, Act]] = {
    **{str(move): _move for move in (*Move, *_NAMED)},
    **reaching.EACH,
    **placing.EACH,
    **timing.EACH,
    "approve": _decide,
    "reject": _decide,
    "withdraw": _withdraw,
    "ask": _ask,
    "promote": _promote,
    **{str(signal): _signal for signal in (Signal.JOIN, Signal.HEARTBEAT, Signal.LEAVE)},
    "attendance": _attendance,
    "edit": _edit,
}
"""The actions on each of the things that were named."""

SINGLE: Final[Mapping[str, Callable[[Call], Awaitable[Receipt]]]] = {
    "create": creating.create,
    "undo": _undo,
    **alert_acts.ACTS,
    **identifying.SINGLE,
    **proving.SINGLE,
    **recordings.SINGLE,
    **plans.SINGLE,
    **conversing.SINGLE,
}
"""The actions that name nothing, or one thing of their own."""
