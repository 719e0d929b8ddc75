"""Letters written anew: sent again by hand, after a doubt, or because what they told reads otherwise by now."""

from __future__ import annotations

from datetime import timedelta, tzinfo
from hashlib import sha256
from typing import TYPE_CHECKING, cast

from sessiontui.domain import letters as texts
from sessiontui.domain.delivery import (
    AT_LEAST_ONCE,
    GIVE_UP_AFTER,
    Calendar,
    Channel,
    DeliveryState,
    LetterKind,
    retry_after,
)
from sessiontui.domain.instants import from_ms
from sessiontui.domain.letters import Reader, Text
from sessiontui.domain.text import safe_line
from sessiontui.services.context import Context
from sessiontui.services.delivery import notices
from sessiontui.services.delivery.messaging import Letter, enqueue
from sessiontui.store.reads import leaving
from sessiontui.store.reads import outbox as kept
from sessiontui.store.reads.outbox import Addressee, LetterRow

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json
    from sessiontui.store.tx import Tx


async def send_again(tx: Tx, context: Context, letter: LetterRow, *, cause: int | None) -> tuple[int, ...]:
    """Write a letter anew, to the address that the person has by now, and return the id of the new record.

    What was to happen in the reader's calendar is made anew too. None is written to who wants no such mail.
    """
    found = await kept.addressees_of(tx.fetch, [letter.person_id]) if letter.person_id else []
    address = found[0].email if found and found[0].email else letter.address
    fresh = tuple({**one, "content": ""} for one in letter.attachments)
    return await _write(tx, context, letter, address=address, cause=cause, attachments=fresh)


async def doubt(tx: Tx, context: Context, letter: LetterRow, why: str) -> None:
    """Keep that nobody knows whether a letter left; what must not be lost is sent again as a new record.

    It bears the same Message-ID, so that whoever gets both sees one; after a day of doubts people have to look.
    """
    await leaving.swap(tx.run, letter.id, DeliveryState.IN_DATA, DeliveryState.UNCERTAIN, error=safe_line(why))
    touch(tx, letter)
    if letter.kind not in AT_LEAST_ONCE:
        return
    doubts, since = await leaving.doubted_before(tx.fetch, letter.id)
    if tx.at - from_ms(since) >= GIVE_UP_AFTER:
        return
    wait = retry_after(doubts - 1, drawn(letter)) if doubts > 1 else timedelta()
    now = await kept.letter(tx.fetch, letter.id) or letter
    await _write(
        tx, context, now, address=now.address, cause=now.cause_id, attachments=now.attachments, same=True, wait=wait
    )


async def renew(tx: Tx, context: Context, letter: LetterRow) -> tuple[int, ...]:
    """Write what a letter tells as it is by now, and return the id of the new record."""
    if letter.session_id is None or letter.person_id is None:
        return ()
    subject, _ = await notices.about(tx, letter.session_id)

    def writing(to: Reader, zone: tzinfo) -> Text:
        match LetterKind(letter.kind):
            case LetterKind.SCHEDULED:
                return texts.scheduled(subject, to, zone)
            case LetterKind.DECIDED:
                return texts.decided(subject, to, zone, approved=True)
            case _:
                return texts.changed(subject, to, zone)

    letters = notices.written(
        LetterKind(letter.kind),
        await kept.addressees_of(tx.fetch, [letter.person_id]),
        writing,
        context=context,
        session_id=letter.session_id,
        occurrence=f"renewed:{letter.id}",
        about_start=subject.starts_at,
        calendar=Calendar.REQUEST if letter.attachments else None,
        resend_of=letter.id,
    )
    return (await enqueue(tx, letters, delivery=context.delivery, cause=letter.cause_id, wait=timedelta())).ids


def drawn(letter: LetterRow) -> float:
    """Return a number from 0 to 1 drawn from a letter and its attempt, so that many do not come back at once."""
    return sha256(f"{letter.message_id}{letter.id}{letter.attempts}".encode()).digest()[0] / 255


def touch(tx: Tx, letter: LetterRow) -> None:
    """Let the session of a letter be derived anew: what did not arrive may need someone."""
    if letter.session_id is not None:
        tx.touch(letter.session_id, words=False)


async def _write(
    tx: Tx,
    context: Context,
    letter: LetterRow,
    *,
    address: str,
    cause: int | None,
    attachments: tuple[object, ...],
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
        attachments=cast("tuple[Json, ...]", attachments),
        channel=Channel(letter.own_channel) if letter.own_channel else None,
        resend_of=letter.id,
        message_id=letter.message_id if same else "",
    )
    return (await enqueue(tx, [again], delivery=context.delivery, cause=cause, wait=wait)).ids
