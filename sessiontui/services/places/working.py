"""The job that speaks to meeting platforms: rooms follow their sessions, and a crash loses and doubles nothing.

An order goes ``pending → claimed → done``; ``claimed`` is committed before the platform is called, and no call is
made inside a transaction. One worker leads and its runs never overlap, so an order that is ``claimed`` when a run
begins was cut off: it is done anew, and where a room may have been made already, the platform is asked for it first.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sessiontui.calling import Busy
from sessiontui.domain.access import Actor
from sessiontui.domain.errors import NotFound, SessiontuiError, Unavailable
from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.places import (
    Maker,
    OrderKind,
    OrderState,
    RoomState,
    due_order,
    may_have_room,
    retry_after,
)
from sessiontui.domain.places.words import GIVE_UP_AFTER
from sessiontui.domain.text import safe_line
from sessiontui.platforms import Participant, Plan, Platform, Room
from sessiontui.services.context import Context
from sessiontui.services.places import placing, rolls, settling
from sessiontui.services.places.connecting import connected, room_of
from sessiontui.services.places.sealing import sealing_vault
from sessiontui.store.reads import places as kept
from sessiontui.store.reads.people import by_id
from sessiontui.store.reads.places import OrderRow, PlaceRow

if TYPE_CHECKING:
    from sessiontui.services.vault import Vault
    from sessiontui.store.tables import Session
    from sessiontui.store.tx import Tx

BATCH: Final = 20
"""Orders of one run, and changed sessions that are compared with their rooms."""

ROLL_TRIES: Final = 6
"""How often a platform is asked for the participants of a meeting that it does not know of: perhaps none was held."""

_WORKER: Final = Actor.system("places")


@dataclass(frozen=True, slots=True)
class _Task:
    """One order that was begun: the room it is about, what is wanted of it, and whether it may be done already."""

    order: OrderRow
    place: PlaceRow
    kind: OrderKind
    plan: Plan | None
    told: str

    @property
    def is_repeated(self) -> bool:
        """Whether it was begun before, so that the platform may have done it."""
        return self.order.attempts > 1


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a platform said to an order."""

    room: Room | None = None
    participants: tuple[Participant, ...] = ()


async def work(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Let rooms follow their sessions and return how many orders were tried; asks one index question when idle."""
    if await kept.is_idle(context.db.glance, to_ms(at)):
        return 0
    async with context.db.write(by=_WORKER, at=at, epoch=epoch) as tx:
        await kept.take_up(tx.run)
        for session_id in await kept.unplaced(tx.fetch, limit=BATCH):
            await _compare(tx, session_id)
    lanes: defaultdict[Maker, list[int]] = defaultdict(list)
    for order_id, platform in await kept.due(context.db.fetch, to_ms(at), limit=BATCH):
        lanes[Maker(platform)].append(order_id)
    tried = await asyncio.gather(*(_lane(context, maker, ids, at=at, epoch=epoch) for maker, ids in lanes.items()))
    return sum(tried)


async def _compare(tx: Tx, session_id: int) -> None:
    """Order what brings the rooms of a session to where it wants them, and drop what no longer does."""
    session = await tx.session(session_id)
    plan = placing.plan_of(session)
    for place in await kept.places_of(tx.fetch, session_id):
        names = place.id in (session.place_id, session.backup_id)
        wanted = due_order(RoomState(place.state), plan, place.told, tx.at)
        if not names and wanted is not OrderKind.END:
            wanted = None
        open_kinds = {order.kind for order in await kept.open_orders(tx.fetch, place.id)}
        if wanted is None and names and OrderKind.ROLL not in open_kinds:
            await kept.drop(tx.run, place.id, now_ms=tx.now)
        elif wanted is not None and wanted not in open_kinds:
            await kept.drop(tx.run, place.id, now_ms=tx.now)
            await placing.order(tx, place.id, wanted)
    await kept.compared(tx.run, session_id, session.version)


async def _lane(context: Context, maker: Maker, ids: list[int], *, at: datetime, epoch: int | None) -> int:
    """Carry out the orders of one platform, one after the other, until it cannot be reached."""
    tried = 0
    clock = asyncio.get_running_loop().time
    began = clock()
    for order_id in ids:
        now = at + timedelta(seconds=int(clock() - began))
        task = await _begin(context, order_id, at=now, epoch=epoch)
        if task is None:
            continue
        tried += 1
        failure: SessiontuiError | None = None
        answer = _Answer()
        vault: Vault | None = None
        try:
            vault = await sealing_vault(context)  # before the call: a room whose passcode cannot be kept is not made
            async with connected(context, maker, at=now, vault=vault) as platform:
                answer = await _ask(platform, task, vault)
            if answer.participants:  # before the order counts as done: to take the same list again changes nothing
                await rolls.take(context, task.place, answer.participants, at=now)
        except SessiontuiError as error:
            failure = error
        async with context.db.write(by=_WORKER, at=now, epoch=epoch) as tx:
            if failure is not None or vault is None:
                await _fail(tx, task, failure or Unavailable("there is no key"))
            else:
                await _settle(tx, context, task, answer, vault)
        if isinstance(failure, Unavailable):
            break
    return tried


async def _begin(context: Context, order_id: int, *, at: datetime, epoch: int | None) -> _Task | None:
    """Begin an order and return it, or nothing where it has lost its sense."""
    async with context.db.write(by=_WORKER, at=at, epoch=epoch) as tx:
        if not await kept.claim(tx.run, order_id):
            return None
        order = await kept.order(tx.fetch, order_id)
        place = None if order is None else await kept.place(tx.fetch, order.place_id)
        if order is None or place is None:
            return None
        kind = OrderKind(order.kind)
        session = None if place.session_id is None else await tx.session(place.session_id)
        if not _makes_sense(kind, place, session, at):
            await kept.drop(tx.run, place.id, now_ms=tx.now)
            return None
        plan, told = None, ""
        if session is not None:
            plan, told = await _plan(tx, place, session), placing.plan_of(session).digest
        return _Task(order, place, kind, plan, told)


def _makes_sense(kind: OrderKind, place: PlaceRow, session: Session | None, now: datetime) -> bool:
    is_there = place.state == RoomState.THERE
    match kind:
        case OrderKind.MAKE:
            return not is_there and session is not None and may_have_room(placing.plan_of(session), now)
        case OrderKind.CHANGE:
            return is_there and session is not None and may_have_room(placing.plan_of(session), now)
        case OrderKind.END:
            return is_there
        case OrderKind.ROLL:
            return is_there and session is not None


async def _plan(tx: Tx, place: PlaceRow, session: Session) -> Plan:
    wanted = placing.plan_of(session)
    host_id = session.mentor_id or session.author_id
    host = None if host_id is None else await by_id(tx.fetch, host_id)
    return Plan(
        key=place.key,
        title=wanted.title,
        starts_at=wanted.starts_at,
        length=wanted.length,
        description=wanted.description,
        host_email="" if host is None else host.email,
        zone="UTC",
        capacity=wanted.capacity,
    )


async def _ask(platform: Platform, task: _Task, vault: Vault) -> _Answer:
    """Ask a platform for what was ordered."""
    if task.kind is OrderKind.END:
        await platform.delete(room_of(task.place, vault))
        return _Answer()
    if task.kind is OrderKind.ROLL:
        return _Answer(participants=await platform.participants(room_of(task.place, vault)))
    assert task.plan is not None, "only what is ended outlives its session"  # noqa: S101
    if task.kind is OrderKind.CHANGE:
        return _Answer(await platform.update(room_of(task.place, vault), task.plan))
    # A host without a licence on the platform is unknown there: the room is then the account's own.
    plans = [task.plan, *([replace(task.plan, host_email="")] if task.plan.host_email else [])]
    if task.is_repeated:
        for plan in plans:
            try:
                if (found := await platform.find(plan)) is not None:
                    return _Answer(found)
            except NotFound:
                continue
    for plan in plans[:-1]:
        try:
            return _Answer(await platform.create(plan))
        except NotFound:
            continue
    return _Answer(await platform.create(plans[-1]))


async def _settle(tx: Tx, context: Context, task: _Task, answer: _Answer, vault: Vault) -> None:
    """Write down what was done. What was dropped while the platform was called is taken back there."""
    stands = await kept.finish(tx.run, task.order.id, OrderState.DONE, now_ms=tx.now)
    match task.kind:
        case OrderKind.MAKE:
            assert answer.room is not None, "create returns a room or raises"  # noqa: S101
            await settling.keep(tx, task.place, answer.room, vault, told=task.told)
            if stands:
                await settling.made(tx, context, task.order, task.place)
            else:
                await placing.order(tx, task.place.id, OrderKind.END)
        case OrderKind.CHANGE:
            await tx.update("place", task.place.id, told=task.told)
        case OrderKind.END:
            await settling.ended(tx, task.place)
        case OrderKind.ROLL:
            await tx.update("place", task.place.id, rolled_at=tx.at)
    if task.kind is not OrderKind.ROLL:
        await settling.note(tx, task.kind, task.place)


async def _fail(tx: Tx, task: _Task, error: SessiontuiError) -> None:
    """Put an order off, or give it up where trying again cannot help."""
    said = safe_line(error.detail or error.title)
    if isinstance(error, NotFound) and task.kind is OrderKind.CHANGE:
        await kept.finish(tx.run, task.order.id, OrderState.DONE, now_ms=tx.now, error=said)
        await settling.ended(tx, task.place)
        await placing.order(tx, task.place.id, OrderKind.MAKE)
        return
    if isinstance(error, NotFound) and task.kind is OrderKind.ROLL and task.order.attempts >= ROLL_TRIES:
        await kept.finish(tx.run, task.order.id, OrderState.DONE, now_ms=tx.now, error=said)
        await tx.update("place", task.place.id, rolled_at=tx.at)
        return
    is_passing = isinstance(error, Unavailable) or (isinstance(error, NotFound) and task.kind is OrderKind.ROLL)
    is_old = tx.at - from_ms(task.order.created_at) >= GIVE_UP_AFTER
    if is_passing and not is_old:
        wait = retry_after(task.order.attempts, _drawn(task.order))
        if isinstance(error, Busy) and error.wait is not None:
            wait = max(wait, timedelta(seconds=min(error.wait, GIVE_UP_AFTER.total_seconds())))
        await kept.put_off(tx.run, task.order.id, not_before=to_ms(tx.at + wait), error=said)
    else:
        await kept.finish(tx.run, task.order.id, OrderState.DEAD, now_ms=tx.now, error=said)
        await settling.note_failure(tx, task.kind, task.place, said)
    if task.place.session_id is not None:
        tx.touch(task.place.session_id, words=False)


def _drawn(order: OrderRow) -> float:
    """Return a number from 0 to 1 drawn from an order and its attempt, so that many do not come back at once."""
    return sha256(f"{order.id}:{order.created_at}:{order.attempts}".encode()).digest()[0] / 255
