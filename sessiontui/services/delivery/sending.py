"""One letter leaves: claimed, checked again, handed over, and what became of it kept, each step before the next."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Actor
from sessiontui.domain.delivery import GIVE_UP_AFTER, DeliveryState, LetterKind, retry_after
from sessiontui.domain.errors import BadInput, Unavailable
from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.preferences import PRESSING, held_until
from sessiontui.domain.text import safe_line
from sessiontui.domain.zones import zone_of
from sessiontui.outlets.outlet import Attachment, Mail, NotSent, Outlet, Unsure, Withheld
from sessiontui.services.calendars.invitations import attached, noted
from sessiontui.services.context import Context
from sessiontui.services.delivery.own_links import as_it_leaves
from sessiontui.services.delivery.rechecking import stale
from sessiontui.services.delivery.rewriting import doubt, drawn, renew, touch
from sessiontui.store.reads import leaving
from sessiontui.store.reads.outbox import LetterRow
from sessiontui.store.reads.preferences import recipients

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

BATCH: Final = 50
"""Letters that are asked for at once."""

MOST: Final = 500
"""Letters of one run, so that the worker can be stopped and the clock is read anew."""

WORKER: Final = Actor.system("outbox")
"""Who acts when letters leave."""


@dataclass(slots=True)
class Run:
    """One run of the outbox: what was claimed and waits for a lane, how many letters were touched, and what is down.

    ``down`` are the channels by which nothing leaves now; ``fault`` is why that of the settings could not be opened.
    """

    context: Context
    at: datetime
    epoch: int | None
    clock: Callable[[], float]
    began: float
    waiting: deque[int] = field(default_factory=deque)
    touched: int = 0
    down: set[str] = field(default_factory=set)
    fault: BadInput | Unavailable | None = None

    @property
    def usual(self) -> str:
        """The channel of letters that name none."""
        return str(self.context.delivery.channel)

    @property
    def now(self) -> datetime:
        """The instant, to the second: a run that waits for a slow server gets older."""
        return self.at + timedelta(seconds=int(self.clock() - self.began))

    async def next(self) -> int | None:
        """Return a claimed letter, claiming those that are due by now; ``None`` where there is none or enough."""
        if not self.waiting and self.touched < MOST:
            due = await self._due(limit=BATCH)
            if due:
                async with self.write() as tx:
                    claimed = [letter_id for letter_id in due if await leaving.claim(tx.run, letter_id, tx.now)]
                self.waiting.extend(claimed)
                self.touched += len(due)
        return self.waiting.popleft() if self.waiting else None

    async def has_more(self) -> bool:
        """Return whether any letter waits."""
        return bool(self.waiting or await self._due(limit=1))

    async def _due(self, *, limit: int) -> list[int]:
        fetch, down = self.context.db.fetch, sorted(self.down)
        return await leaving.due(fetch, to_ms(self.now), limit=limit, usual=self.usual, down=down)

    def write(self) -> AbstractAsyncContextManager[Tx]:
        """Begin a transaction of the worker."""
        return self.context.db.write(by=WORKER, at=self.now, epoch=self.epoch)

    async def give_back(self, *letter_ids: int) -> None:
        """Let go of what was claimed and has not begun to leave."""
        if self.waiting or letter_ids:
            async with self.write() as tx:
                for letter_id in (*letter_ids, *self.waiting):
                    await leaving.let_go(tx.run, letter_id)
                self.waiting.clear()


def mail_of(context: Context, letter: LetterRow, attachments: tuple[Attachment, ...] = ()) -> Mail:
    """Return a letter as a channel takes it, with what goes with it."""
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
        attachments=attachments,
    )


async def send(run: Run, outlet: Outlet, letter: LetterRow, *, channel: str) -> None:
    """Let one claimed letter leave by a channel; every way in which that can end is kept."""
    letter, held = await _as_now(run, letter)
    if held is not None:
        await _hold(run, letter, held)
        return
    is_handed_over = False
    attachments = await attached(run.context, letter, at=run.now)
    mail = mail_of(run.context, letter, attachments)
    mail = replace(mail, body=await as_it_leaves(run.context, letter, at=run.now))

    async def handing_over() -> None:
        nonlocal is_handed_over
        async with run.write() as tx:
            if found := await stale(tx, letter):
                raise Withheld(found.why)
            if not await leaving.hand_over(
                tx.run, letter.id, channel=channel, address=letter.address, attachments=noted(attachments)
            ):
                raise Withheld("it was taken back")
        is_handed_over = True

    failure: NotSent | Unsure | None = None
    try:
        if letter.attempts > 1:
            # A channel that is down never comes to the point where this is asked.
            async with run.write() as tx:
                if found := await stale(tx, letter):
                    raise Withheld(found.why)
        await outlet.send(mail, handing_over=handing_over)
    except Withheld as error:
        await _withhold(run, letter, error.detail)
        return
    except (NotSent, Unsure) as error:
        failure = error
    async with run.write() as tx:
        match failure:
            case None:
                await leaving.note_sent(tx.run, letter.id, tx.now)
            case Unsure():
                await doubt(tx, run.context, letter, str(failure))
            case NotSent():
                before = DeliveryState.IN_DATA if is_handed_over else DeliveryState.CLAIMED
                await _fail(tx, letter, failure, before)
                if failure.everyone:
                    run.down.add(channel)


async def _withhold(run: Run, letter: LetterRow, why: str) -> None:
    """Hold a letter back for good; what it tells is written anew where it is still news."""
    async with run.write() as tx:
        found = await stale(tx, letter)
        stays = await leaving.swap(tx.run, letter.id, DeliveryState.CLAIMED, DeliveryState.CANCELLED, error=why)
        if stays and found is not None and found.renew:
            await renew(tx, run.context, letter)


async def _as_now(run: Run, letter: LetterRow) -> tuple[LetterRow, datetime | None]:
    """Return a letter with the address that its reader has by now, and how long their quiet hours hold it."""
    if letter.person_id is None:
        return letter, None
    found = await recipients(run.context.db.fetch, [letter.person_id])
    if (recipient := found.get(letter.person_id)) is None:
        return letter, None
    if recipient.email:
        letter = replace(letter, address=recipient.email)
    if letter.kind in PRESSING:  # it was judged when it was written
        return letter, None
    zone = zone_of(recipient.zone, run.context.zone)
    return letter, held_until(recipient.preferences.quiet, LetterKind(letter.kind), run.now, zone)


async def _hold(run: Run, letter: LetterRow, until: datetime) -> None:
    """Let a letter whose attempt fell into the quiet hours of its reader wait for their end."""
    async with run.write() as tx:
        if await leaving.let_go(tx.run, letter.id):
            pending = DeliveryState.PENDING
            await leaving.postpone(tx.run, letter.id, pending, until_ms=to_ms(until), error=letter.last_error)


async def _fail(tx: Tx, letter: LetterRow, failure: NotSent, before: DeliveryState) -> None:
    """Let a letter that did not leave be tried again, or give it up."""
    error = safe_line(str(failure))
    if failure.lasting or tx.at - from_ms(letter.created_at) >= GIVE_UP_AFTER:
        await leaving.swap(tx.run, letter.id, before, DeliveryState.DEAD, error=error)
        touch(tx, letter)
        return
    wait = max(retry_after(letter.attempts, drawn(letter)), failure.wait or timedelta())
    await leaving.postpone(tx.run, letter.id, before, until_ms=to_ms(tx.at + wait), error=error)
