"""Delivery: what is due leaves by the channel of the settings, and a crash at any point loses and repeats nothing.

A letter goes ``pending → claimed → in_data → sent``; each step is committed before the next begins. One worker leads
and its runs never overlap, so whatever is ``claimed`` or ``in_data`` when a run begins was cut off: what was only
claimed is due again, what was being handed over is asked of the channel, and is ``uncertain`` where it cannot tell.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from sessiontui.domain.delivery import Channel, DeliveryState, Secret
from sessiontui.domain.errors import BadInput, Unavailable
from sessiontui.domain.instants import to_ms
from sessiontui.outlets.outlet import Outlet
from sessiontui.services.context import Context
from sessiontui.services.delivery.channels import outlet_of
from sessiontui.services.delivery.rewriting import doubt
from sessiontui.services.delivery.sending import WORKER, Run, mail_of, send
from sessiontui.store.reads import leaving
from sessiontui.store.reads import outbox as kept
from sessiontui.store.reads.outbox import LetterRow

LANES: Final = 4
"""Connections at most, each but the last stuck with one letter."""

SLOW: Final = 30.0
"""Seconds after which a letter no longer holds up the others."""

LOOK_EVERY: Final = 5.0
"""Seconds between two looks whether the lanes are stuck."""


class _Closed(Exception):
    """The way by which a letter is to leave is down: it waits for a later run."""


@dataclass(slots=True)
class _Lane:
    """One connection for each channel; letters leave one after the other, the present one since ``since``."""

    run: Run
    since: float
    outlets: dict[tuple[str, str], tuple[str, Outlet]] = field(default_factory=dict)

    async def go(self) -> None:
        """Send letters until none is due, or every channel is down."""
        try:
            while (letter_id := await self.run.next()) is not None:
                self.since = self.run.clock()
                letter = await kept.letter(self.run.context.db.fetch, letter_id)
                if letter is None or letter.state != DeliveryState.CLAIMED:
                    continue
                try:
                    channel, outlet = self.outlet_of(letter)
                    await send(self.run, outlet, letter, channel=channel)
                except _Closed:
                    await self.run.give_back(letter_id)
        finally:
            for _, outlet in self.outlets.values():
                await outlet.close()

    def outlet_of(self, letter: LetterRow) -> tuple[str, Outlet]:
        """Return the channel of a letter by its name, and opened; ``_Closed`` where it is down.

        Somebody's own channel that the settings do not open gives way to the usual one: the letter matters more.
        """
        run, own = self.run, letter.own_channel or self.run.usual
        where = letter.address if letter.person_id is None and letter.own_channel == Channel.WEBHOOK else ""
        if (own, where) not in self.outlets and own not in run.down:
            try:
                self.outlets[own, where] = own, _opened(run, own, where)
            except (BadInput, Unavailable):
                if own == run.usual:
                    raise
                if run.usual in run.down:
                    run.down.add(own)
                    raise _Closed from None
                self.outlets[own, where] = run.usual, _opened(run, run.usual, "")
        if own in run.down or self.outlets[own, where][0] in run.down:
            run.down.add(own)
            raise _Closed
        return self.outlets[own, where]


def _opened(run: Run, channel: str, where: str) -> Outlet:
    """Open a channel; ``where`` is the web address of whoever is on call, who may know no secret of ours."""
    context = run.context
    if where:
        context = replace(context, secret=_or_none(context.secret))
    if where or channel != run.usual:
        there = where or context.delivery.webhook_url
        context = replace(context, delivery=replace(context.delivery, channel=Channel(channel), webhook_url=there))
    return outlet_of(context, at=run.now)


def _or_none(secret: Callable[[Secret], str]) -> Callable[[Secret], str]:
    def look_up(of: Secret) -> str:
        try:
            return secret(of)
        except (BadInput, Unavailable):
            return ""

    return look_up


async def deliver(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Send what is due and return how many letters that touched; asks nothing but an index when idle.

    All letters of a run share one connection. Only while a server takes very long over one of them do further
    connections take the others. A channel that is down is tried with one letter a run, and holds up no other one.
    ``BadInput`` and ``Unavailable`` say what the settings lack, once what needs none of it has left.
    """
    clock = asyncio.get_running_loop().time
    run = Run(context, at, epoch, clock, clock())
    run.touched = await _take_up(context, at=at, epoch=epoch)
    if not await leaving.due(context.db.glance, to_ms(at), limit=1):
        return run.touched
    try:
        await outlet_of(context, at=at).close()
    except (BadInput, Unavailable) as error:  # what leaves by a way of its own does not wait for the settings
        run.fault = error
        run.down.add(run.usual)
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
    if run.fault is not None:
        raise run.fault
    return run.touched


def _open(lanes: dict[asyncio.Task[None], _Lane], run: Run) -> None:
    lane = _Lane(run, run.clock())
    lanes[asyncio.create_task(lane.go())] = lane


async def _take_up(context: Context, *, at: datetime, epoch: int | None) -> int:
    """Settle what a run that was cut off had begun."""
    begun = await leaving.begun(context.db.glance)
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
            async with context.db.write(by=WORKER, at=at, epoch=epoch) as tx:
                if state == DeliveryState.CLAIMED:
                    await leaving.swap(tx.run, letter_id, state, DeliveryState.PENDING)
                elif left:
                    await leaving.note_sent(tx.run, letter_id, tx.now)
                else:
                    await doubt(tx, context, letter, "cut off while it was handed over")
    finally:
        await outlet.close()
    return len(begun)
