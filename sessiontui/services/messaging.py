"""Letters: written into the outbox in the transaction of their cause, one for each recipient, and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from sessiontui.domain.delivery import Delivery, DeliveryState, LetterKind
from sessiontui.domain.letters import Text
from sessiontui.domain.text import safe_block, safe_line
from sessiontui.store.reads import outbox as kept
from sessiontui.store.reads.outbox import Addressee, LetterRow

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json
    from sessiontui.store.tx import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter to one person.

    ``occurrence`` tells what it is about from every other letter of its kind to this person: the same one is written
    once, however often its cause comes. ``about_start`` is the start of the session that a reminder speaks of.
    """

    kind: LetterKind
    to: Addressee
    text: Text
    occurrence: str
    session_id: int | None = None
    about_start: datetime | None = None
    attachments: tuple[Json, ...] = field(default=())
    resend_of: int | None = None
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of letters: the ids of those written, and the names of the people who have no address."""

    ids: tuple[int, ...] = ()
    unreachable: tuple[str, ...] = ()

    def __add__(self, other: Posted) -> Posted:
        return Posted(self.ids + other.ids, self.unreachable + other.unreachable)


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What became of letters that were taken back: how many stayed, and those that had left already."""

    stayed: int
    gone: tuple[LetterRow, ...]


async def enqueue(
    tx: Tx, letters: Sequence[Letter], *, delivery: Delivery, cause: int | None, wait: timedelta | None = None
) -> Posted:
    """Write letters into the outbox inside the transaction of their cause, and return what became of them.

    ``cause`` is the audit entry of the act. They rest for ``wait`` first; without it, those to more than one person
    rest as long as the settings say, and a lone one leaves at once.
    """
    reachable = [letter for letter in letters if letter.to.email]
    if wait is None:
        wait = delivery.wait if len(reachable) > 1 else timedelta()
    ids: list[int] = []
    for letter in reachable:
        occurrence = f"{letter.kind}:{letter.session_id or 0}:{letter.to.person_id}:{letter.occurrence}"
        if await kept.is_written(tx.fetch, occurrence):
            continue
        ids.append(
            await tx.insert(
                "notification",
                kind=str(letter.kind),
                channel=str(delivery.channel),
                person_id=letter.to.person_id or None,
                name=letter.to.name,
                address=letter.to.email,
                session_id=letter.session_id,
                subject=safe_line(letter.text.subject),
                body=safe_block(letter.text.body),
                headers={"Message-ID": letter.message_id} if letter.message_id else {},
                attachments=list(letter.attachments),
                message_id=message_id_of(occurrence, tx.now, delivery.sender),
                occurrence=occurrence,
                not_before=tx.at + wait,
                about_start=letter.about_start,
                created_at=tx.at,
                cause_id=cause,
                resend_of=letter.resend_of,
            )
        )
    unreachable = tuple(letter.to.name for letter in letters if not letter.to.email)
    return Posted(tuple(ids), unreachable)


async def take_back(tx: Tx, causes: Sequence[int], *, why: str) -> TakenBack:
    """Hold back the letters of acts that have not begun to leave, and return what became of all of them."""
    letters = await kept.of_cause(tx.fetch, causes)
    stayed = 0
    gone: list[LetterRow] = []
    for letter in letters:
        if await kept.hold_back(tx.run, letter.id, why=safe_line(why)):
            stayed += 1
        elif letter.state not in (DeliveryState.CANCELLED, DeliveryState.DEAD):
            gone.append(letter)
    return TakenBack(stayed, tuple(gone))


def left_out(unreachable: Sequence[str]) -> str:
    """Return what a receipt says about people without an address; nothing where there are none.

    >>> left_out(["Ana", "Bo"])
    '; no address for Ana, Bo'
    """
    if not unreachable:
        return ""
    more = f" and {len(unreachable) - 5} more" if len(unreachable) > 5 else ""
    return f"; no address for {', '.join(unreachable[:5])}{more}"


def message_id_of(occurrence: str, now_ms: int, sender: str) -> str:
    """Return an id that is the same at every attempt and nowhere else."""
    domain = sender.rpartition("@")[2] or "localhost"
    return f"<{sha256(f'{occurrence}|{now_ms}'.encode()).hexdigest()[:40]}@{domain}>"
