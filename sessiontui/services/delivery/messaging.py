"""Letters: written into the outbox in the transaction of their cause, one for each recipient, and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sessiontui.domain.delivery import Calendar, Channel, Delivery, DeliveryState, LetterKind
from sessiontui.domain.letters import Text
from sessiontui.domain.preferences import Preferences, held_until
from sessiontui.domain.text import safe_block, safe_line
from sessiontui.domain.zones import zone_of
from sessiontui.store.reads import outbox as kept
from sessiontui.store.reads.outbox import Addressee, LetterRow
from sessiontui.store.reads.preferences import recipients

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json
    from sessiontui.store.tx import Tx


CALENDAR_NAME: Final = "session.ics"
"""What the calendar that goes with a letter is called."""


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
    near: datetime | None = None
    zone: tzinfo | None = None
    calendar: Calendar | None = None
    attachments: tuple[Json, ...] = ()
    channel: Channel | None = None
    resend_of: int | None = None
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of letters: the ids of those written, and the names of those to whom none was.

    ``unreachable`` have no address, ``unwilling`` want no letters of that kind; ``quiet`` get theirs when their quiet
    hours are over.
    """

    ids: tuple[int, ...] = ()
    unreachable: tuple[str, ...] = ()
    unwilling: tuple[str, ...] = ()
    quiet: tuple[str, ...] = ()

    def __add__(self, other: Posted) -> Posted:
        return Posted(
            self.ids + other.ids,
            self.unreachable + other.unreachable,
            self.unwilling + other.unwilling,
            self.quiet + other.quiet,
        )


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
    rest as long as the settings say, and a lone one leaves at once. Who wants no letters of a kind gets none; in
    somebody's quiet hours a letter waits for their end.
    """
    known = await recipients(tx.fetch, [letter.to.person_id for letter in letters if letter.to.person_id])
    wanted = {person_id: one.preferences for person_id, one in known.items()}
    reachable = [letter for letter in letters if letter.to.email]
    if wait is None:
        wait = delivery.wait if len(reachable) > 1 else timedelta()
    posted = Posted(unreachable=tuple(letter.to.name for letter in letters if not letter.to.email))
    for letter in reachable:
        preferences = wanted.get(letter.to.person_id, Preferences())
        if not preferences.wants(letter.kind):
            posted += Posted(unwilling=(letter.to.name,))
            continue
        occurrence = f"{letter.kind}:{letter.session_id or 0}:{letter.to.person_id}:{letter.occurrence}"
        if await kept.is_written(tx.fetch, occurrence):
            continue
        due = tx.at + wait
        zone = letter.zone or zone_of(letter.to.zone, UTC)
        held = held_until(preferences.quiet, letter.kind, due, zone, starts_at=letter.near or letter.about_start)
        letter_id = await tx.insert(
            "notification",
            kind=str(letter.kind),
            channel=str(letter.channel or preferences.channel or delivery.channel),
            own_channel=str(letter.channel or preferences.channel or ""),
            person_id=letter.to.person_id or None,
            name=letter.to.name,
            address=letter.to.email,
            session_id=letter.session_id,
            subject=safe_line(letter.text.subject),
            body=safe_block(letter.text.body),
            headers={"Message-ID": letter.message_id} if letter.message_id else {},
            attachments=_attached(letter),
            message_id=message_id_of(occurrence, tx.now, delivery.sender),
            occurrence=occurrence,
            not_before=held or due,
            about_start=letter.about_start,
            created_at=tx.at,
            cause_id=cause,
            resend_of=letter.resend_of,
        )
        posted += Posted((letter_id,), quiet=() if held is None else (letter.to.name,))
    return posted


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


def left_out(unreachable: Sequence[str], unwilling: Sequence[str] = ()) -> str:
    """Return what a receipt says about people who are not written to; nothing where there are none.

    >>> left_out(["Ana", "Bo"]), left_out([], ["Cyd"])
    ('; no address for Ana, Bo', '; no such mail is wanted by Cyd')
    """
    said = f"; no address for {_first(unreachable)}" if unreachable else ""
    return said + (f"; no such mail is wanted by {_first(unwilling)}" if unwilling else "")


def message_id_of(occurrence: str, now_ms: int, sender: str) -> str:
    """Return an id that is the same at every attempt and nowhere else."""
    domain = sender.rpartition("@")[2] or "localhost"
    return f"<{sha256(f'{occurrence}|{now_ms}'.encode()).hexdigest()[:40]}@{domain}>"


def _first(names: Sequence[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"{', '.join(names[:5])}{more}"


def _attached(letter: Letter) -> list[Json]:
    if letter.calendar is None:
        return list(letter.attachments)
    return [{"name": CALENDAR_NAME, "calendar": str(letter.calendar)}]
