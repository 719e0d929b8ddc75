"""Checked again at sending: what has become untrue while a letter waited, so that it must not leave any more.

News that is only out of date is not lost: where nothing newer tells it, it is written anew as it is by now.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from sessiontui.domain.delivery import Calendar, LetterKind
from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.vocabulary import Control, RequestState, Status
from sessiontui.store.reads import outbox as kept
from sessiontui.store.reads.outbox import LetterRow
from sessiontui.store.reads.preferences import Recipient, recipients

if TYPE_CHECKING:
    from sessiontui.store.tables import Session
    from sessiontui.store.tx import Tx

NEWS_FOR: Final = timedelta(hours=6)
"""How long the letter about a day is worth reading."""

_OVER: Final = frozenset({Control.COMPLETED, Control.CANCELLED, Control.DRAFT})

_SURVEYED: Final = {
    LetterKind.SURVEY: frozenset({Status.ENDED_COMPLETE, Status.ENDED_EARLY}),
    LetterKind.NO_SHOW: frozenset({Status.ENDED_NO_SHOW, Status.ENDED_COMPLETE, Status.ENDED_EARLY}),
    LetterKind.ATTENDANCE: frozenset({Status.ENDED_COMPLETE, Status.ENDED_EARLY, Status.ENDED_NO_SHOW}),
}
"""How a session must have ended for what is said or asked afterwards still to make sense."""

_OVERTAKEN: Final = (str(LetterKind.CHANGED), str(LetterKind.CANCELLED))
"""Kinds of letters that tell anew when, and whether, a session is."""


@dataclass(frozen=True, slots=True)
class Stale:
    """Why a letter must not leave; ``renew`` where what it tells is still news, but reads otherwise by now."""

    why: str
    renew: bool = False


async def stale(tx: Tx, letter: LetterRow) -> Stale | None:
    """Return why a letter must not leave any more, ``None`` where it may."""
    kind = LetterKind(letter.kind)
    if letter.person_id is not None:
        recipient = (await recipients(tx.fetch, [letter.person_id])).get(letter.person_id)
        if why := _unwanted(kind, recipient):
            return Stale(why)
    if letter.session_id is None:
        return await _beside(tx, kind, letter)
    session = await tx.session(letter.session_id)
    if kind in _SURVEYED:
        fits = Status(session.status) in _SURVEYED[kind] and not session.provisional
        return None if fits else Stale(f"the session is {session.status.replace('_', ' ')} by now")
    rule = _RULES.get(kind)
    return None if rule is None else await rule(tx, letter, session)


def _unwanted(kind: LetterKind, recipient: Recipient | None) -> str:
    if recipient is None or not recipient.email:
        return "the person has no address any more"
    return "" if recipient.preferences.wants(kind) else "the person wants no such mail by now"


async def _beside(tx: Tx, kind: LetterKind, letter: LetterRow) -> Stale | None:
    """Judge a letter about no session, or about one that is gone."""
    if kind is LetterKind.DIGEST and tx.at - from_ms(letter.created_at) > NEWS_FOR:
        return Stale("the morning is over")
    if (
        kind is LetterKind.ALERT
        and letter.cause_id is not None
        and not await kept.still_press(tx.fetch, letter.cause_id)
    ):
        return Stale("somebody took it up, or it is over")
    return Stale("the session is gone") if letter.about_start is not None else None


async def _before_the_end(tx: Tx, letter: LetterRow, session: Session) -> Stale | None:
    """Judge a reminder, or the question whether somebody comes."""
    if session.control in _OVER:
        return Stale(f"the session is {session.control} by now")
    if _was_moved(letter, session):
        return Stale("the session was moved")
    if session.ends_at <= tx.at or Status(session.status).is_ended:
        return Stale("the session is over")
    if letter.person_id is None:
        return None
    state = await kept.state_of(tx.fetch, letter.session_id or 0, letter.person_id)
    if state != RequestState.APPROVED:
        return Stale("the person is no longer approved")
    if await kept.is_here(tx.fetch, letter.session_id or 0, letter.person_id):
        return Stale("the person is there by now")
    return None


async def _scheduled(tx: Tx, letter: LetterRow, session: Session) -> Stale | None:
    if session.mentor_id != letter.person_id:
        return Stale("someone else leads the session by now")
    return _ended(tx, session) or (
        Stale("the session was moved", renew=True) if _was_moved(letter, session) else None
    )


async def _changed(tx: Tx, letter: LetterRow, session: Session) -> Stale | None:
    if (over := _ended(tx, session)) is not None:
        return over
    if not _was_moved(letter, session):
        return None
    is_told = await kept.is_told_since(tx.fetch, letter, _OVERTAKEN)
    return Stale("the session was moved again", renew=not is_told)


async def _cancelled(tx: Tx, letter: LetterRow, session: Session) -> Stale | None:
    del tx, letter
    return None if session.control == Control.CANCELLED else Stale("the session takes place after all")


async def _decided(tx: Tx, letter: LetterRow, session: Session) -> Stale | None:
    state = await kept.state_of(tx.fetch, letter.session_id or 0, letter.person_id or 0)
    was_approved = any(one.get("calendar") == Calendar.REQUEST for one in letter.attachments)
    if was_approved and state != RequestState.APPROVED:
        return Stale("the person is no longer approved")
    if state == RequestState.APPROVED and not was_approved and letter.about_start is not None:
        return Stale("it was decided otherwise by now")
    if (over := _ended(tx, session)) is not None:
        return over
    return Stale("the session was moved", renew=True) if was_approved and _was_moved(letter, session) else None


async def _author(tx: Tx, letter: LetterRow, session: Session) -> Stale | None:
    if session.author_id != letter.person_id:
        return Stale("someone else is the author by now")
    return Stale("the session is cancelled by now") if session.control == Control.CANCELLED else None


def _ended(tx: Tx, session: Session) -> Stale | None:
    if session.control == Control.CANCELLED:
        return Stale("the session is cancelled by now")
    return Stale("the session is over") if session.ends_at <= tx.at else None


def _was_moved(letter: LetterRow, session: Session) -> bool:
    return letter.about_start is not None and to_ms(session.starts_at) != letter.about_start


_Rule: TypeAlias = "Callable[[Tx, LetterRow, Session], Awaitable[Stale | None]]"

_RULES: Final[dict[LetterKind, _Rule]] = {
    LetterKind.REMINDER: _before_the_end,
    LetterKind.CONFIRM: _before_the_end,
    LetterKind.SCHEDULED: _scheduled,
    LetterKind.CHANGED: _changed,
    LetterKind.CANCELLED: _cancelled,
    LetterKind.DECIDED: _decided,
    LetterKind.AUTHOR: _author,
}
"""What each kind of letter about a session asks; what a person wrote always leaves."""
