"""Delivery: what is due leaves by the channel of the settings, and a crash at any point loses and repeats nothing.

A letter goes ``pending → claimed → in_data → sent``; each step is committed before the next begins. One worker leads
and its runs never overlap, so whatever is ``claimed`` or ``in_data`` when a run begins was cut off: what was only
claimed is due again, what was being handed over is asked of the channel, and is ``uncertain`` where it cannot tell.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Actor
from sessiontui.domain.delivery import (
    AT_LEAST_ONCE,
    GIVE_UP_AFTER,
    ONLY_BEFORE_THE_END,
    Channel,
    DeliveryState,
    LetterKind,
    retry_after,
)
from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.letters import Text
from sessiontui.domain.text import safe_line
from sessiontui.domain.vocabulary import Control, RequestState, Status
from sessiontui.outlets.outlet import Mail, NotSent, Outlet
from sessiontui.services.context import Context
from sessiontui.services.messaging import Letter, enqueue
from sessiontui.store.reads import outbox as kept
from sessiontui.store.reads.outbox import Addressee, LetterRow

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

BATCH: Final = 50
"""Letters that are asked for at once."""

MOST: Final = 500
"""Letters of one run, so that the worker can be stopped and the clock is read anew."""

_WORKER: Final = Actor.system("outbox")

_OVER: Final = frozenset({Control.COMPLETED, Control.CANCELLED, Control.DRAFT})

_SURVEYED: Final = {
    LetterKind.SURVEY: frozenset({Status.ENDED_COMPLETE, Status.ENDED_EARLY}),
    LetterKind.NO_SHOW: frozenset({Status.ENDED_NO_SHOW, Status.ENDED_COMPLETE, Status.ENDED_EARLY}),
}
"""How a session must have ended for what is asked afterwards still to make sense."""


async def deliver(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Send what is due and return how many letters that touched; asks nothing but an index when idle."""
    outlet = outlet_of(context)
    touched = await _take_up(context, outlet, at=at, epoch=epoch)
    while touched < MOST:
        due = await kept.due(context.db.fetch, to_ms(at), limit=BATCH)
        if not due:
            break
        async with context.db.write(by=_WORKER, at=at, epoch=epoch) as tx:
            claimed = [letter_id for letter_id in due if await kept.claim(tx.run, letter_id, tx.now)]
        for letter_id in claimed:
            await _send(context, outlet, letter_id, at=at, epoch=epoch)
        touched += len(due)
    return touched


def outlet_of(context: Context) -> Outlet:
    """Return the channel of the settings."""
    match context.delivery.channel:
        case Channel.FILE:
            from sessiontui.outlets.file import FileOutlet

            return FileOutlet(context.outbox_folder)


def mail_of(context: Context, letter: LetterRow) -> Mail:
    """Return a letter as a channel takes it."""
    return Mail(
        message_id=letter.message_id,
        kind=letter.kind,
        sender=context.delivery.sender,
        name=letter.name,
        address=letter.address,
        subject=letter.subject,
        body=letter.body,
        written_at=from_ms(letter.created_at),
    )


async def send_again(tx: Tx, context: Context, letter: LetterRow, *, cause: int | None) -> tuple[int, ...]:
    """Write a letter anew, to the address that the person has by now, and return the id of the new record."""
    found = await kept.addressees_of(tx.fetch, [letter.person_id]) if letter.person_id else []
    address = found[0].email if found and found[0].email else letter.address
    again = Letter(
        kind=LetterKind(letter.kind),
        to=Addressee(letter.person_id or 0, letter.name, address, ""),
        text=Text(letter.subject, letter.body),
        occurrence=f"again:{letter.id}",
        session_id=letter.session_id,
        about_start=None if letter.about_start is None else from_ms(letter.about_start),
        resend_of=letter.id,
    )
    return (await enqueue(tx, [again], delivery=context.delivery, cause=cause)).ids


async def _take_up(context: Context, outlet: Outlet, *, at: datetime, epoch: int | None) -> int:
    """Settle what a run that was cut off had begun."""
    begun = await kept.begun(context.db.fetch)
    for letter_id, state in begun:
        letter = await kept.letter(context.db.fetch, letter_id)
        if letter is None:
            continue
        left = state == DeliveryState.IN_DATA and await outlet.has_left(mail_of(context, letter))
        async with context.db.write(by=_WORKER, at=at, epoch=epoch) as tx:
            if state == DeliveryState.CLAIMED:
                await kept.swap(tx.run, letter_id, state, DeliveryState.PENDING)
            elif left:
                await kept.note_sent(tx.run, letter_id, tx.now)
            else:
                await _doubt(tx, context, letter)
    return len(begun)


async def _doubt(tx: Tx, context: Context, letter: LetterRow) -> None:
    """Keep that nobody knows whether a letter left; what must not be lost is sent again as a new one."""
    why = "cut off while it was handed over"
    await kept.swap(tx.run, letter.id, DeliveryState.IN_DATA, DeliveryState.UNCERTAIN, error=why)
    _touch(tx, letter)
    if letter.kind in AT_LEAST_ONCE:
        await send_again(tx, context, letter, cause=letter.cause_id)


async def _send(context: Context, outlet: Outlet, letter_id: int, *, at: datetime, epoch: int | None) -> None:
    async with context.db.write(by=_WORKER, at=at, epoch=epoch) as tx:
        letter = await kept.letter(tx.fetch, letter_id)
        if letter is None or letter.state != DeliveryState.CLAIMED:
            return
        if stale := await _stale(tx, letter):
            await kept.swap(tx.run, letter_id, DeliveryState.CLAIMED, DeliveryState.CANCELLED, error=stale)
            return
        await kept.swap(tx.run, letter_id, DeliveryState.CLAIMED, DeliveryState.IN_DATA)
    failure: NotSent | None = None
    try:
        await outlet.send(mail_of(context, letter))
    except NotSent as error:
        failure = error
    async with context.db.write(by=_WORKER, at=at, epoch=epoch) as tx:
        if failure is None:
            await kept.note_sent(tx.run, letter_id, tx.now)
        else:
            await _fail(tx, letter, failure)


async def _fail(tx: Tx, letter: LetterRow, failure: NotSent) -> None:
    """Let a letter that did not leave be tried again, or give it up."""
    error = safe_line(str(failure))
    if failure.lasting or tx.at - from_ms(letter.created_at) >= GIVE_UP_AFTER:
        await kept.swap(tx.run, letter.id, DeliveryState.IN_DATA, DeliveryState.DEAD, error=error)
        _touch(tx, letter)
        return
    # Drawn from the letter itself, so that many do not come back at once and a test knows when.
    drawn = sha256(f"{letter.message_id}{letter.attempts}".encode()).digest()[0] / 255
    until = to_ms(tx.at + retry_after(letter.attempts, drawn))
    await kept.postpone(tx.run, letter.id, DeliveryState.IN_DATA, until_ms=until, error=error)


def _touch(tx: Tx, letter: LetterRow) -> None:
    """Let the session of a letter be derived anew: what did not arrive may need someone."""
    if letter.session_id is not None:
        tx.touch(letter.session_id, words=False)


async def _stale(tx: Tx, letter: LetterRow) -> str:
    """Return why a letter must not leave any more; nothing where it may."""
    kind = LetterKind(letter.kind)
    if letter.session_id is None or kind not in ONLY_BEFORE_THE_END | _SURVEYED.keys():
        return ""
    session = await tx.session(letter.session_id)
    if kind in _SURVEYED:
        fits = Status(session.status) in _SURVEYED[kind] and not session.provisional
        return "" if fits else f"the session is {session.status.replace('_', ' ')} by now"
    if session.control in _OVER:
        return f"the session is {session.control} by now"
    if letter.about_start is not None and to_ms(session.starts_at) != letter.about_start:
        return "the session was moved"
    if session.ends_at <= tx.at or Status(session.status).is_ended:
        return "the session is over"
    if letter.person_id is None:
        return ""
    state = await kept.state_of(tx.fetch, letter.session_id, letter.person_id)
    if state != RequestState.APPROVED:
        return "the person is no longer approved"
    if await kept.is_here(tx.fetch, letter.session_id, letter.person_id):
        return "the person is there by now"
    return ""
