"""What one reader sees of the sessions in a calendar: names, guests and link, by their right and their standing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sessiontui.domain.access import Action, Actor, Reach, Standing, may, reach
from sessiontui.domain.vocabulary import RequestState
from sessiontui.services.calendars.events import Company
from sessiontui.services.context import Context
from sessiontui.services.rights import standing
from sessiontui.store.reads.calendars import EventRow, Face


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What one reader sees of one session in a calendar.

    ``only`` is the one guest whom they see, ``to`` whom a letter goes to: it names them and no other guest, and
    answers go to ``sender``, where the letter comes from.
    """

    names: bool
    guests: bool
    link: bool
    only: int | None = None
    to: int | None = None
    sender: str = ""


async def seen_by(context: Context, ids: Sequence[int], *, by: Actor, how_far: Reach) -> Mapping[int, Sight]:
    """Return what may be exported of some sessions; a draft of others is seen by nobody, mentors have their own."""
    if how_far is Reach.YES and reach(by, Action.MODERATE) is Reach.YES:
        return dict.fromkeys(ids, Sight(names=True, guests=True, link=True))
    found: dict[int, Sight] = {}
    for session_id in ids:
        own = await standing(context.db.fetch, by, session_id)
        if may(by, Action.SEE_SESSIONS, own).allowed and may(by, Action.EXPORT, own).allowed:
            names = how_far is not Reach.NO_NAMES
            found[session_id] = Sight(
                names=names,
                guests=names and may(by, Action.SEE_ATTENDANCE, own).allowed,
                link=may(by, Action.MODERATE, own).allowed,
            )
    return found


async def subscribed(context: Context, ids: Iterable[int], *, by: Actor) -> Mapping[int, Sight]:
    """Return what somebody sees of their own calendar: what they hold, write, work on, or are approved for."""
    found: dict[int, Sight] = {}
    for session_id in ids:
        own = await standing(context.db.fetch, by, session_id)
        if may(by, Action.SEE_SESSIONS, own).allowed:
            sees_guests = may(by, Action.SEE_ATTENDANCE, own).allowed
            found[session_id] = Sight(
                names=True,
                guests=sees_guests,
                link=_may_enter(by, own),
                only=None if sees_guests else by.id,
            )
    return found


def company(row: EventRow, sight: Sight, asked: Sequence[tuple[int, str]], faces: Mapping[int, Face]) -> Company:
    """Return whom an event names; who wrote it has it organized, else who holds it."""
    if sight.to is not None:
        return _invited(row, sight, asked, faces)
    if not sight.names:
        return Company()
    mentor = faces.get(row.mentor_id or 0)
    wanted = [(who, state) for who, state in asked if who == sight.only or (sight.guests and sight.only is None)]
    return Company(
        organizer=faces.get(row.author_id or 0) or mentor,
        mentor=mentor,
        guests=[(faces[who], RequestState(state)) for who, state in wanted if who in faces],
    )


def _invited(row: EventRow, sight: Sight, asked: Sequence[tuple[int, str]], faces: Mapping[int, Face]) -> Company:
    """Return whom an event names that goes with a letter: its reader, and the sender under the name of the host."""
    host = faces.get(row.author_id or 0) or faces.get(row.mentor_id or 0)
    name = host.name if host is not None and sight.names else "sessiontui"
    organizer = Face(id=0, name=name, email=sight.sender, created_at=None, outside=())
    reader = faces.get(sight.to or 0)
    if reader is None:
        return Company(organizer=organizer)
    if reader.id == row.mentor_id:
        return Company(organizer=organizer, mentor=reader)
    state = dict(asked).get(reader.id, str(RequestState.APPROVED))
    return Company(organizer=organizer, guests=[(reader, RequestState(state))])


def _may_enter(by: Actor, own: Standing) -> bool:
    return own.approved or may(by, Action.MODERATE, own).allowed
