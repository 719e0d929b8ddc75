"""Delivery: what is due leaves by the channel of the settings, and a crash at any point loses and repeats nothing.

A letter goes ``pending → claimed → in_data → sent``; each step is committed before the next begins. One worker leads
and its runs never overlap, so whatever is ``claimed`` or ``in_data`` when a run begins was cut off: what was only
claimed is due again, what was being handed over is asked of the channel, and is ``uncertain`` where it cannot tell.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Actor
from sessiontui.domain.delivery import (
    AT_LEAST_ONCE,
    GIVE_UP_AFTER,
    ONLY_BEFORE_THE_END,
    DeliveryState,
    LetterKind,
    retry_after,
)
from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.letters import Text
from sessiontui.domain.text import safe_line
from sessiontui.domain.vocabulary import Control, RequestState, Status
from sessiontui.outlets.outlet import Mail, NotSent, Outlet, Unsure, Withheld
from sessiontui.services.channels import outlet_of
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

LANES: Final = 4
"""Connections at most, each but the last stuck with one letter."""

SLOW: Final = 30.0
"""Seconds after which a letter no longer holds up the others."""

LOOK_EVERY: Final = 5.0
"""Seconds between two looks whether the lanes are stuck."""

_WORKER: Final = Actor.system("outbox")

_OVER: Final = frozenset({Control.COMPLETED, Control.CANCELLED, Control.DRAFT})

_SURVEYED: Final = {
    LetterKind.SURVEY: frozenset({Status.ENDED_COMPLETE, Status.ENDED_EARLY}),
    LetterKind.NO_SHOW: frozenset({Status.ENDED_NO_SHOW, Status.ENDED_COMPLETE, Status.ENDED_EARLY}),
}
"""How a session must have ended for what is asked afterwards still to make sense."""


@dataclass(slots=True)
class _Run:
    """One run of the outbox: what was claimed and waits for a lane, and how many letters were touched."""

    context: Context
    at: datetime
    epoch: int | None
    clock: Callable[[], float]
    began: float
    waiting: deque[int] = field(default_factory=deque)
    touched: int = 0
    is_down: bool = False

    @property
    def now(self) -> datetime:
        """The instant, to the second: a run that waits for a slow server gets older."""
        return self.at + timedelta(seconds=int(self.clock() - self.began))

    async def next(self) -> int | None:
        """Return a claimed letter, claiming those that are due by now; ``None`` where there is none or enough."""
        if not self.waiting and self.touched < MOST and not self.is_down:
            due = await kept.due(self.context.db.fetch, to_ms(self.now), limit=BATCH)
            if due:
                async with self.write() as tx:
                    claimed = [letter_id for letter_id in due if await kept.claim(tx.run, letter_id, tx.now)]
                self.waiting.extend(claimed)
                self.touched += len(due)
        return self.waiting.popleft() if self.waiting else None

    async def has_more(self) -> bool:
        """Return whether any letter waits."""
        return bool(self.waiting or await kept.due(self.context.db.fetch, to_ms(self.now), limit=1))

    def write(self) -> AbstractAsyncContextManager[Tx]:
        """Begin a transaction of the worker."""
        return self.context.db.write(by=_WORKER, at=self.now, epoch=self.epoch)

    async def give_back(self) -> None:
        """Let go of what was claimed and has not begun to leave."""
        if self.waiting:
            async with self.write() as tx:
                while self.waiting:
                    await kept.let_go(tx.run, self.waiting.popleft())


@dataclass(slots=True)
class _Lane:
    """One connection that takes letters one after the other; ``since`` is when it began with the present one."""

    run: _Run
    since: float

    async def go(self) -> None:
        """Send letters until none is due, or the channel is down."""
        outlet = outlet_of(self.run.context, at=self.run.now)
        try:
            while not self.run.is_down and (letter_id := await self.run.next()) is not None:
                self.since = self.run.clock()
                await _send(self.run, outlet, letter_id)
        finally:
            await outlet.close()


async def deliver(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Send what is due and return how many letters that touched; asks nothing but an index when idle.

    All letters of a run share one connection. Only while a server takes very long over one of them do further
    connections take the others. A channel that is down is tried with one letter a run.
    """
    clock = asyncio.get_running_loop().time
    run = _Run(context, at, epoch, clock, clock())
    run.touched = await _take_up(context, at=at, epoch=epoch)
    if not await kept.due(context.db.glance, to_ms(at), limit=1):
        return run.touched
    lanes: dict[asyncio.Task[None], _Lane] = {}
    try:
        _open(lanes, run)
        while lanes:
            done, _ = await asyncio.wait(lanes, timeout=LOOK_EVERY, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                del lanes[task]
                task.result()
            is_stuck = all(clock() - lane.since > SLOW for lane in lanes.values())
            if lanes and is_stuck and len(lanes) < LANES and await run.has_more():
                _open(lanes, run)
    finally:
        for task in lanes:
            task.cancel()
        if lanes:
            await asyncio.wait(lanes)
    await run.give_back()
    return run.touched


def _open(lanes: dict[asyncio.Task[None], _Lane], run: _Run) -> None:
    lane = _Lane(run, run.clock())
    lanes[asyncio.create_task(lane.go())] = lane


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
        session_id=letter.session_id,
    )


async def send_again(tx: Tx, context: Context, letter: LetterRow, *, cause: int | None) -> tuple[int, ...]:
    """Write a letter anew, to the address that the person has by now, and return the id of the new record."""
    found = await kept.addressees_of(tx.fetch, [letter.person_id]) if letter.person_id else []
    address = found[0].email if found and found[0].email else letter.address
    return await _write_again(tx, context, letter, address=address, cause=cause)


async def _write_again(
    tx: Tx,
    context: Context,
    letter: LetterRow,
    *,
    address: str,
    cause: int | None,
    same: bool = False,
    wait: timedelta | None = None,
) -> tuple[int, ...]:
    again = Letter(
        kind=LetterKind(letter.kind),
        to=Addressee(letter.person_id or 0, letter.name, address, ""),
        text=Text(letter.subject, letter.body),
        occurrence=f"again:{letter.id}",
        session_id=letter.session_id,
        about_start=None if letter.about_start is None else from_ms(letter.about_start),
        resend_of=letter.id,
        message_id=letter.message_id if same else "",
    )
    return (await enqueue(tx, [again], delivery=context.delivery, cause=cause, wait=wait)).ids


async def _take_up(context: Context, *, at: datetime, epoch: int | None) -> int:
    """Settle what a run that was cut off had begun."""
    begun = await kept.begun(context.db.glance)
    if not begun:
        return 0
    outlet = outlet_of(context, at=at)
    try:
        for letter_id, state in begun:
            letter = await kept.letter(context.db.fetch, letter_id)
            if letter is None:
                continue
            asked = state == DeliveryState.IN_DATA and letter.channel == context.delivery.channel
            left = asked and await outlet.has_left(mail_of(context, letter))
            async with context.db.write(by=_WORKER, at=at, epoch=epoch) as tx:
                if state == DeliveryState.CLAIMED:
                    await kept.swap(tx.run, letter_id, state, DeliveryState.PENDING)
                elif left:
                    await kept.note_sent(tx.run, letter_id, tx.now)
                else:
                    await _doubt(tx, context, letter, "cut off while it was handed over")
    finally:
        await outlet.close()
    return len(begun)


async def _doubt(tx: Tx, context: Context, letter: LetterRow, why: str) -> None:
    """Keep that nobody knows whether a letter left; what must not be lost is sent again as a new record.

    It bears the same Message-ID, so that whoever gets both sees one; after a day of doubts people have to look.
    """
    await kept.swap(tx.run, letter.id, DeliveryState.IN_DATA, DeliveryState.UNCERTAIN, error=safe_line(why))
    _touch(tx, letter)
    if letter.kind not in AT_LEAST_ONCE:
        return
    doubts, since = await kept.doubted_before(tx.fetch, letter.id)
    if tx.at - from_ms(since) >= GIVE_UP_AFTER:
        return
    wait = retry_after(doubts - 1, _drawn(letter)) if doubts > 1 else timedelta()
    await _write_again(tx, context, letter, address=letter.address, cause=letter.cause_id, same=True, wait=wait)


async def _send(run: _Run, outlet: Outlet, letter_id: int) -> None:
    letter = await kept.letter(run.context.db.fetch, letter_id)
    if letter is None or letter.state != DeliveryState.CLAIMED:
        return
    is_handed_over = False

    async def handing_over() -> None:
        nonlocal is_handed_over
        async with run.write() as tx:
            if stale := await _stale(tx, letter):
                raise Withheld(stale)
            if not await kept.hand_over(tx.run, letter_id, channel=run.context.delivery.channel):
                raise Withheld("it was taken back")
        is_handed_over = True

    failure: NotSent | Unsure | None = None
    try:
        if letter.attempts > 1:
            # A channel that is down never comes to the point where this is asked.
            async with run.write() as tx:
                if stale := await _stale(tx, letter):
                    raise Withheld(stale)
        await outlet.send(mail_of(run.context, letter), handing_over=handing_over)
    except Withheld as error:
        async with run.write() as tx:
            await kept.swap(tx.run, letter_id, DeliveryState.CLAIMED, DeliveryState.CANCELLED, error=error.detail)
        return
    except (NotSent, Unsure) as error:
        failure = error
    async with run.write() as tx:
        match failure:
            case None:
                await kept.note_sent(tx.run, letter_id, tx.now)
            case Unsure():
                await _doubt(tx, run.context, letter, str(failure))
            case NotSent():
                before = DeliveryState.IN_DATA if is_handed_over else DeliveryState.CLAIMED
                await _fail(tx, letter, failure, before)
                run.is_down = run.is_down or failure.everyone


async def _fail(tx: Tx, letter: LetterRow, failure: NotSent, before: DeliveryState) -> None:
    """Let a letter that did not leave be tried again, or give it up."""
    error = safe_line(str(failure))
    if failure.lasting or tx.at - from_ms(letter.created_at) >= GIVE_UP_AFTER:
        await kept.swap(tx.run, letter.id, before, DeliveryState.DEAD, error=error)
        _touch(tx, letter)
        return
    wait = max(retry_after(letter.attempts, _drawn(letter)), failure.wait or timedelta())
    await kept.postpone(tx.run, letter.id, before, until_ms=to_ms(tx.at + wait), error=error)


def _drawn(letter: LetterRow) -> float:
    """Return a number from 0 to 1 drawn from a letter and its attempt, so that many do not come back at once."""
    return sha256(f"{letter.message_id}{letter.id}{letter.attempts}".encode()).digest()[0] / 255


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
