"""One person whole: who they are, their sessions, how they come, what they asked for, what they were sent, notes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sessiontui.domain.access import Action, Actor, may, require
from sessiontui.domain.delivery import DeliveryState
from sessiontui.domain.errors import NotFound
from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.phrases import clock
from sessiontui.domain.vocabulary import Attendance, RequestState, Status
from sessiontui.domain.zones import zone_of
from sessiontui.services.context import Context
from sessiontui.services.logins import shown
from sessiontui.services.logins.shown import LoginLine
from sessiontui.services.people import listing, notes
from sessiontui.services.people.knowing import line_of
from sessiontui.services.people.listing import Alike, Attended
from sessiontui.services.people.mentoring import MentorPage, mentor_page
from sessiontui.services.people.notes import Note
from sessiontui.services.pictures import PersonLine
from sessiontui.store.histories import Fetch
from sessiontui.store.reads import people as kept
from sessiontui.store.reads import person as reads
from sessiontui.store.reads import risk as bookings
from sessiontui.store.reads import visits as kept_visits

SHOWN: Final = 200
"""Sessions, requests and letters of one person that are shown: the latest."""

RECORDED: Final = 400
"""Newest bookings that make up the record of one person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One session of a person, with their part in it; ``verdict`` is attendance that was set by hand."""

    session_id: int
    title: str
    status: Status
    starts_at: datetime
    ends_at: datetime
    mentors: bool
    authored: bool
    state: RequestState | None
    message: str
    requested_at: datetime | None
    decided_at: datetime | None
    decided_by: str
    reason: str
    seen: bool
    verdict: Attendance | None

    @property
    def word(self) -> str:
        """What the person is in the session."""
        if self.mentors:
            return "mentor"
        if self.state is RequestState.APPROVED:
            return "participant"
        if self.state is not None:
            return self.state.value
        return "author" if self.authored else "walk-in"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterTo:
    """One letter to a person, and what became of it."""

    id: int
    kind: str
    state: DeliveryState
    subject: str
    written_at: datetime
    sent_at: datetime | None
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitTo:
    """One visit of a person to a project; ``ended_at`` is nothing while it goes on."""

    project_id: int
    project: str
    started_at: datetime
    ended_at: datetime | None
    activities: int
    ended_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPage:
    """One person whole at one instant; ``local`` is the time where they are, empty where nobody knows their zone."""

    taken_at: datetime
    person: PersonLine
    local: str
    first_seen: datetime | None
    last_seen: datetime | None
    record: Attended
    parts: tuple[Part, ...] = ()
    letters: tuple[LetterTo, ...] = ()
    notes: tuple[Note, ...] = ()
    visits: tuple[VisitTo, ...] = ()
    logins: tuple[LoginLine, ...] | None = ()
    """``None`` where the one who looks may not see them."""
    alike: tuple[Alike, ...] = ()
    mentor: MentorPage | None = None

    @property
    def requests(self) -> tuple[Part, ...]:
        """The sessions that the person asked to join."""
        return tuple(part for part in self.parts if part.state is not None)


async def page(context: Context, person_id: int, *, by: Actor, now: datetime) -> PersonPage:
    """Return one person whole, for those who manage people and for oneself; notes are for the former alone."""
    manages = may(by, Action.MANAGE_PEOPLE).allowed
    if person_id != by.id:
        require(by, Action.MANAGE_PEOPLE)
    fetch = context.db.fetch
    row = await kept.by_id(fetch, person_id)
    if row is None:
        raise NotFound(f"there is no person #{person_id}")
    person = line_of(row)
    first, last = await reads.seen(fetch, person_id)
    return PersonPage(
        taken_at=now,
        person=person,
        local=clock(now, zone_of(person.zone, context.zone)) if person.zone else "",
        first_seen=_maybe(first),
        last_seen=_maybe(last),
        record=await _record(fetch, person_id, now),
        parts=tuple(_part(one) for one in await reads.parts(fetch, person_id, limit=SHOWN)),
        letters=tuple(
            LetterTo(
                id=number,
                kind=kind,
                state=DeliveryState(state),
                subject=subject,
                written_at=from_ms(written),
                sent_at=_maybe(sent),
                error=error,
            )
            for number, kind, state, subject, written, sent, error in await reads.letters(
                fetch, person_id, limit=SHOWN
            )
        ),
        visits=tuple(
            VisitTo(
                project_id=one.project_id,
                project=project,
                started_at=one.started_at,
                ended_at=one.ended_at,
                activities=one.activities,
                ended_by=one.ended_by,
            )
            for one, project in await kept_visits.of_person(fetch, person_id, limit=SHOWN)
        ),
        logins=await shown.of_person(context, person_id, by=by, now=now),
        notes=await notes.notes(context, person_id, by=by) if manages else (),
        alike=await listing.alike(context, by=by, person_id=person_id) if manages else (),
        mentor=await mentor_page(context, person, by=by, now=now),
    )


async def _record(fetch: Fetch, person_id: int, now: datetime) -> Attended:
    fit = await bookings.newest_fit(fetch)
    past = await bookings.bookings_of(fetch, [person_id], before=to_ms(now), newest=RECORDED)
    base, strength = (None, 0.0) if fit is None else (fit.base_rate, fit.strength)
    return listing.record_of(past, base=base, strength=strength)


def _part(row: reads.PartRow) -> Part:
    return Part(
        session_id=row.session_id,
        title=row.title,
        status=Status(row.status),
        starts_at=from_ms(row.starts_at),
        ends_at=from_ms(row.ends_at),
        mentors=row.mentors,
        authored=row.authored,
        state=RequestState(row.state) if row.state else None,
        message=row.message,
        requested_at=_maybe(row.requested_at),
        decided_at=_maybe(row.decided_at),
        decided_by=row.decided_by,
        reason=row.reason,
        seen=row.seen,
        verdict=Attendance(row.mark) if row.mark else None,
    )


def _maybe(ms: int | None) -> datetime | None:
    return None if ms is None else from_ms(ms)
