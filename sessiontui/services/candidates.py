"""Who could mentor a session: how busy each is, whether they are free at that time, and what time it is for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from sessiontui.domain.access import Actor
from sessiontui.domain.analytics.periods import local_day, midnight
from sessiontui.domain.clashes import Booking
from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.phrases import clock
from sessiontui.domain.text import visible
from sessiontui.domain.vocabulary import Role
from sessiontui.domain.zones import zone_of
from sessiontui.services import people
from sessiontui.services.context import Context
from sessiontui.services.pictures import PersonLine
from sessiontui.services.rights import viewer_of
from sessiontui.store.logins import clients
from sessiontui.store.reads import bookings, hosting

LEADERS: Final = (Role.MENTOR, Role.ADMIN, Role.SUPERADMIN)
"""Who can be a mentor, the likeliest first."""

LISTED: Final = 200
"""More candidates of a role than anyone scrolls through; typing narrows them down."""

MOST_WINDOWS: Final = 50
"""Sessions at once for which candidates are asked whether they are free; the earliest of more."""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time for which somebody is wanted; ``session_id`` is the session itself, where it exists."""

    starts_at: datetime
    ends_at: datetime
    session_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One who could mentor: sessions on the day and in the week of the window, and the scheduled time of that week.

    ``day`` is how that day is called. ``clashes`` are where they are expected at that time, ``next`` what they host
    next after now. ``local`` is the time now where they are, empty where nobody knows their zone.
    """

    person: PersonLine
    day: str
    on_day: int
    in_week: int
    booked: timedelta
    local: str
    clashes: tuple[Booking, ...] = ()
    next: hosting.Coming | None = None

    @property
    def is_free(self) -> bool:
        """Whether they are expected nowhere else at that time."""
        return not self.clashes

    @property
    def load(self) -> str:
        """How busy they are, in words."""
        hours = self.booked / timedelta(hours=1)
        return f"{self.on_day} {self.day}, {self.in_week} in the week, {hours:.3g} h"

    def standing(self, zone: tzinfo) -> str:
        """Return whether they are free, or the session that stands against it and when, on the clock of a zone."""
        if not self.clashes:
            return "free"
        more = f" and {len(self.clashes) - 1} more" if len(self.clashes) > 1 else ""
        return f"busy: {self.clashes[0].words_in(zone)}{more}"


async def candidates(
    context: Context, windows: Sequence[Window] = (), *, by: Actor, now: datetime, text: str = ""
) -> tuple[Candidate, ...]:
    """Return who could mentor, mentors first, those who are free before those who are not, the least busy first.

    Without a window all count as free, and the day is today. ``text`` narrows to names and addresses. Programs that
    call the HTTP API have a role too, and mentor nobody.
    """
    programs = await clients.programs(context.db.fetch)
    found: list[PersonLine] = []
    for role in LEADERS:
        everyone = await people.everyone(context, text=text, role=role, limit=LISTED)
        found += [person for person in everyone if person.id not in programs]
    ids = [one.id for one in found]
    first = min((window.starts_at for window in windows), default=now)
    day, week = _day_and_week(first, context.zone)
    fetch = context.db.fetch
    loads = await hosting.loads(fetch, ids, day=day, week=week)
    coming = await hosting.coming(fetch, ids, now=now)
    clashing: dict[int, dict[int, Booking]] = {}
    own = {window.session_id for window in windows}
    sees = viewer_of(by).sees_people
    for window in windows[:MOST_WINDOWS]:
        for one in await bookings.booked(fetch, ids, window.starts_at, window.ends_at, but=window.session_id):
            if one.session_id not in own or one.hosts:
                told = one if one.hosts or sees else replace(one, title="")
                clashing.setdefault(one.person_id, {})[one.session_id] = told
    word = "today" if day == _day_and_week(now, context.zone)[0] else "that day"
    listed = []
    for person in found:
        load = loads.get(person.id, hosting.Load())
        listed.append(
            Candidate(
                person=person,
                day=word,
                on_day=load.day,
                in_week=load.week,
                booked=timedelta(milliseconds=load.booked_ms),
                local=clock(now, zone_of(person.zone, context.zone)) if person.zone else "",
                clashes=tuple(clashing.get(person.id, {}).values()),
                next=coming.get(person.id),
            )
        )
    return tuple(sorted(listed, key=_rank))


def told(candidate: Candidate, now: datetime, zone: ZoneInfo) -> str:
    """Return one candidate in a line: free or busy, how much they host, what comes next, their time."""
    parts = [candidate.standing(zone), candidate.load]
    if candidate.next is not None:
        start = candidate.next.starts_at.astimezone(zone)
        when = f"{start:%H:%M}" if start.date() == now.astimezone(zone).date() else f"{start:%a %d %b %H:%M}"
        parts.append(f"next {when} {visible(candidate.next.title)}")
    if candidate.local:
        parts.append(f"{candidate.local} for them")
    return "; ".join(parts)


def _rank(one: Candidate) -> tuple[bool, int, timedelta, int, str]:
    leads = LEADERS.index(one.person.role)
    return (not one.is_free, leads, one.booked, one.in_week, one.person.name.casefold())


def _day_and_week(at: datetime, zone: ZoneInfo) -> tuple[tuple[datetime, datetime], tuple[datetime, datetime]]:
    """Return the day and the week, from Monday on, in which an instant lies."""
    today = local_day(to_ms(at), zone)
    monday = today - timedelta(days=today.weekday())

    def edge(number: int) -> datetime:
        return from_ms(midnight(monday + timedelta(days=number), zone))

    place = today.weekday()
    return (edge(place), edge(place + 1)), (edge(0), edge(7))
