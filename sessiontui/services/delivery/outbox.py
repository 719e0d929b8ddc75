"""What screen 9 shows: letters with what became of them, and the audit trail; and sending a letter again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action, Actor, Reach, Standing, may, reach
from sessiontui.domain.delivery import UNDELIVERED, Calendar, DeliveryState, LetterKind
from sessiontui.domain.errors import NotAllowed, NotFound, Refused
from sessiontui.domain.instants import from_ms
from sessiontui.domain.text import visible
from sessiontui.outlets.outlet import Mail
from sessiontui.services.context import Context
from sessiontui.services.delivery.rewriting import send_again
from sessiontui.services.delivery.sending import mail_of
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_door, standing
from sessiontui.store.reads import outbox as kept
from sessiontui.store.reads import sessions as kept_sessions
from sessiontui.store.reads.outbox import LetterRow

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json

SHOWN: Final = 500
"""Rows of each list: the newest; a filter reaches the rest."""


_PRESSING: Final = tuple(str(state) for state in DeliveryState if state.is_undelivered)
_LEAVING: Final = tuple(str(state) for state in DeliveryState if state.is_on_its_way)


STATE_WORDS: Final[Mapping[str, tuple[DeliveryState, ...]]] = {
    **{str(state): (state,) for state in DeliveryState if state is not DeliveryState.CANCELLED},
    "waiting": (DeliveryState.PENDING,),
    "leaving": (DeliveryState.CLAIMED, DeliveryState.IN_DATA),
    "held": (DeliveryState.CANCELLED,),
}
"""The words that mean a state in a filter, as the screen says them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """What goes with a letter; ``bytes`` is 0 as long as it was not made, which is when the letter leaves."""

    name: str
    method: str
    sequence: int = 0
    bytes: int = 0

    @property
    def words(self) -> str:
        """What it is, in a line.

        >>> Enclosure(name="session.ics", method="request", sequence=2, bytes=812).words
        'session.ics: for their calendar, revision 2, 812 bytes'
        """
        asks = "takes it out of their calendar" if self.method == Calendar.CANCEL else "for their calendar"
        made = f", revision {self.sequence}, {self.bytes} bytes" if self.bytes else ""
        return f"{self.name}: {asks}{made}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLine:
    """One letter as a row of the outbox, with its whole text; ``resent`` says that a newer one follows it.

    ``headers`` are those that people read, in their order.
    """

    id: int
    kind: LetterKind
    channel: str
    person_id: int | None
    name: str
    address: str
    session_id: int | None
    session: str
    subject: str
    body: str
    state: DeliveryState
    not_before: datetime
    attempts: int
    error: str
    created_at: datetime
    sent_at: datetime | None
    resend_of: int | None
    resent: bool
    attachments: tuple[Enclosure, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def needs_someone(self) -> bool:
        """Whether it did not arrive, or nobody knows, and nobody has sent it again."""
        return self.state.is_undelivered and not self.resent


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxBoard:
    """The outbox at one instant: the letters of a filter, what presses first, and how many are in each state."""

    taken_at: datetime
    lines: tuple[LetterLine, ...] = ()
    counts: Mapping[DeliveryState, int] = field(default_factory=dict)
    filter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One audit entry as a row of the trail."""

    id: int
    at: datetime
    by: str
    action: str
    sentence: str
    reason: str
    undone: bool
    subject: str
    subject_id: int | None


EMPTY_OUTBOX: Final = OutboxBoard(taken_at=datetime(1970, 1, 1, tzinfo=UTC))


async def outbox(context: Context, text: str = "", *, now: datetime, by: Actor) -> OutboxBoard:
    """Return the letters that hold every word of ``text``, as far as the one who asks may see them.

    What did not arrive comes first, then what is on its way, then the rest, each newest first. A word is a state, as
    ``STATE_WORDS`` has them, a kind, ``#`` and the number of a session, or part of a name, an address or a subject.
    """
    words = text.casefold().split()
    states = tuple(str(state) for word in words for state in STATE_WORDS.get(word, ()))
    rest = [word for word in words if word not in STATE_WORDS]
    numbers = [int(word[1:]) for word in rest if word.startswith("#") and word[1:].isdecimal() and len(word) < 16]
    wanted = [word for word in rest if not (word.startswith("#") and word[1:].isdecimal())]
    own = _own(by)
    found: dict[int, LetterRow] = {}
    for group in (states,) if states else (_PRESSING, _LEAVING, ()):
        rows = await kept.letters(
            context.db.fetch, states=group, session_ids=numbers or None, words=wanted, own=own, limit=SHOWN
        )
        found.update((row.id, row) for row in rows if group is not _PRESSING or not row.resent)
    counted = await kept.counts(context.db.fetch, own=own)
    return OutboxBoard(
        taken_at=now,
        lines=tuple(_line(context, row) for row in list(found.values())[:SHOWN]),
        counts={state: counted.get(str(state), 0) for state in DeliveryState},
        filter=text,
    )


async def letter(context: Context, letter_id: int, *, by: Actor, at: datetime) -> LetterLine:
    """Return one letter whole; ``NotFound`` where there is none, ``NotAllowed`` where it is not for those eyes."""
    row = await kept.letter(context.db.fetch, letter_id)
    if row is None:
        raise NotFound(f"there is no letter #{letter_id}", hint="'sessiontui mail list' tells them")
    where = await standing(context.db.fetch, by, row.session_id) if row.session_id else Standing()
    await require_door(context, Action.MESSAGE, by=by, at=at, standing=where)
    return _line(context, row)


def headers_of(mail: Mail) -> tuple[tuple[str, str], ...]:
    """Return the headings of a mail that people read, as they read them."""
    told = (
        ("From", f"sessiontui <{mail.sender}>"),
        ("To", f"{visible(mail.name)} <{mail.address}>" if mail.address else f"{visible(mail.name)}: no address"),
        ("Subject", visible(mail.subject)),
        ("Date", format_datetime(mail.written_at)),
        ("Message-ID", mail.message_id),
    )
    return tuple((name, value) for name, value in told if value)


async def trail(context: Context, text: str = "", *, by: Actor) -> tuple[AuditLine, ...]:
    """Return the newest audit entries that hold every word of ``text``, for those who see all sessions."""
    if reach(by, Action.MESSAGE) is not Reach.YES:
        raise NotAllowed(f"a {by.role} may see the history of single sessions only", hint="ask an admin")
    rows = await kept_sessions.audit_rows(context.db.fetch, session_id=None, limit=SHOWN, words=text.split())
    return tuple(
        AuditLine(
            id=int(str(row[0])),
            at=from_ms(int(str(row[1]))),
            by=str(row[2]),
            action=str(row[3]),
            sentence=str(row[4]),
            reason=str(row[5]),
            undone=bool(row[6]),
            subject=str(row[7]),
            subject_id=None if row[8] is None else int(str(row[8])),
        )
        for row in rows
    )


async def resend(context: Context, letter_ids: Sequence[int], *, by: Actor, at: datetime) -> Receipt:
    """Send letters again, each as a new record to the address that the person has by now."""
    sessions: dict[int, None] = {}
    names: list[str] = []
    async with context.db.write(by=by, at=at) as tx:
        for letter_id in dict.fromkeys(letter_ids):
            letter = await kept.letter(tx.fetch, letter_id)
            if letter is None:
                raise NotFound(f"there is no letter #{letter_id}")
            where = await standing(tx.fetch, by, letter.session_id) if letter.session_id else Standing()
            answer = may(by, Action.MESSAGE, where)
            if not answer.allowed:
                raise NotAllowed(answer.reason, hint=answer.hint, action=Action.MESSAGE, session_id=letter.session_id)
            if DeliveryState(letter.state).is_on_its_way:
                raise Refused(f"letter #{letter_id} to {letter.name} is on its way", title="Not sent again")
            if letter.resent:
                raise Refused(f"letter #{letter_id} to {letter.name} was sent again already", title="Not sent again")
            entry = await tx.audit(
                "outbox.resend",
                f'sent "{letter.subject}" to {letter.name} again',
                subject="session" if letter.session_id else "notification",
                subject_id=letter.session_id or letter_id,
                detail={"letter": letter_id},
            )
            if not await send_again(tx, context, letter, cause=entry.id):
                raise Refused(f"{letter.name} wants no letters of that kind", title="Not sent again")
            names.append(letter.name)
            if letter.session_id is not None:
                tx.touch(letter.session_id, words=False)
                sessions[letter.session_id] = None
    whom = names[0] if len(names) == 1 else f"{len(names)} people"
    return Receipt(sentence=f"sent again to {whom}", sessions=tuple(sessions))


async def undelivered_of(context: Context, session_ids: Sequence[int]) -> tuple[int, ...]:
    """Return the letters of sessions that did not arrive and were not sent again."""
    found = await kept.undelivered(context.db.fetch, session_ids)
    return tuple(letter.id for letters in found.values() for letter in letters)


def asks_for_someone(board: OutboxBoard) -> int:
    """Return how many letters did not arrive, or nobody knows."""
    return sum(board.counts.get(state, 0) for state in UNDELIVERED)


def _own(by: Actor) -> int | None:
    """Return whose letters alone may be seen; ``None`` for those who may see all."""
    match reach(by, Action.MESSAGE):
        case Reach.YES:
            return None
        case Reach.OWN:
            return by.id or 0
        case _:
            raise NotAllowed(f"a {by.role} may not see the outbox", hint="ask an admin")


def _line(context: Context, row: LetterRow) -> LetterLine:
    return LetterLine(
        id=row.id,
        kind=LetterKind(row.kind),
        channel=row.channel,
        person_id=row.person_id,
        name=row.name,
        address=row.address,
        session_id=row.session_id,
        session=row.session,
        subject=row.subject,
        body=row.body,
        state=DeliveryState(row.state),
        not_before=from_ms(row.not_before),
        attempts=row.attempts,
        error=row.last_error,
        created_at=from_ms(row.created_at),
        sent_at=None if row.sent_at is None else from_ms(row.sent_at),
        resend_of=row.resend_of,
        resent=row.resent,
        attachments=tuple(_enclosure(one) for one in row.attachments if "calendar" in one),
        headers=headers_of(mail_of(context, row)),
    )


def _enclosure(told: Mapping[str, Json]) -> Enclosure:
    sequence, size = told.get("sequence", 0), told.get("bytes", 0)
    return Enclosure(
        name=str(told.get("name", "")),
        method=str(told["calendar"]),
        sequence=sequence if isinstance(sequence, int) else 0,
        bytes=size if isinstance(size, int) else 0,
    )
