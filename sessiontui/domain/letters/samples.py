"""Every letter with made-up news, to see how it reads: about a real session, or about one that nobody holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Final

from sessiontui.domain.letters import beside, writing
from sessiontui.domain.letters.beside import Coming, Day
from sessiontui.domain.letters.pages import Page
from sessiontui.domain.letters.parts import Reader, Subject
from sessiontui.domain.letters.wording import Text
from sessiontui.domain.letters.writing import Roll

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)


def nobodys(now: datetime) -> Subject:
    """Return a session that nobody holds, tomorrow at this hour."""
    start = now.replace(minute=0, second=0, microsecond=0) + _DAY
    return Subject(
        id=4711,
        title="Grief circle",
        starts_at=start,
        ends_at=start + _HOUR,
        mentor="Dr Lee",
        link="https://meet.example.org/grief-circle",
    )


def sample(page: Page, about: Subject, to: Reader, zone: tzinfo, *, now: datetime) -> Text:
    """Return a letter as it would read; what is not known of the session is made up."""
    made = _ABOUT_A_SESSION.get(page)
    if made is not None:
        return made(about, to, zone)
    match page:
        case Page.REMINDER:
            return writing.reminder(about, to, zone, now=min(now, about.starts_at - _HOUR))
        case Page.BEGUN:
            return writing.reminder(about, to, zone, now=max(now, about.starts_at + timedelta(minutes=4)))
        case Page.DIGEST:
            return beside.digest(_day(about, zone, now), to, zone)
        case Page.ALERT:
            line = f"Nobody joined: {about.title} #{about.id}: 12 min past start, 3 approved, nobody there"
            told = "nobody took up 1 critical alert within 10 min"
            return beside.alert([line], told=told, wordings=to.wordings)
        case _:
            return beside.proof(by=to.name, channel="smtp", wordings=to.wordings)


def _day(about: Subject, zone: tzinfo, now: datetime) -> Day:
    return Day(
        on=now.astimezone(zone).date(),
        sessions=[
            Coming(
                id=about.id, title=about.title, starts_at=about.starts_at, ends_at=about.ends_at, beside="3 approved"
            )
        ],
        pending=[(about.title, 2)],
        wrong=["nobody came to CV review"],
    )


_ROLL: Final = Roll(
    expected=3,
    came=2,
    ran="58 of 60 minutes",
    people=(("Ana", "present, 58 min"), ("Bob", "late, 40 min"), ("Cyd", "absent")),
    unmatched=1,
)

_ABOUT_A_SESSION: Final[Mapping[Page, Callable[[Subject, Reader, tzinfo], Text]]] = {
    Page.SCHEDULED: writing.scheduled,
    Page.CHANGED: lambda about, to, zone: writing.changed(
        about, to, zone, was=(about.starts_at - _DAY, about.ends_at - _DAY), reason="the room is taken"
    ),
    Page.MENTOR_CHANGED: lambda about, to, zone: writing.mentor_changed(about, to, zone, before="Dr Grey"),
    Page.REOPENED: lambda about, to, zone: writing.reopened(about, to, zone, reason="the mentor is well again"),
    Page.DISREGARD: lambda about, to, zone: writing.disregard(about, to, zone, earlier=f"Cancelled: {about.title}"),
    Page.CANCELLED: lambda about, to, zone: writing.cancelled(about, to, zone, reason="the mentor is ill"),
    Page.CONFIRM: writing.confirm,
    Page.APPROVED: lambda about, to, zone: writing.decided(about, to, zone, approved=True),
    Page.REJECTED: lambda about, to, zone: writing.decided(about, to, zone, approved=False, reason="it is full"),
    Page.REMOVED: lambda about, to, zone: writing.removed(about, to, zone, reason="you asked for another date"),
    Page.MESSAGE: lambda about, to, zone: writing.message(about, to, zone, text="Please bring a pen.", by="Amara"),
    Page.MENTION: lambda about, to, zone: writing.mention(about, to, zone, text="@you: can you look?", by="Amara"),
    Page.AUTHOR: lambda about, to, zone: writing.author(
        about, to, zone, pending=2, issues=["someone is double-booked"], text="Please have a look.", by="Amara"
    ),
    Page.ATTENDANCE: lambda about, to, zone: writing.attendance(about, to, zone, roll=_ROLL),
    Page.SURVEY: writing.survey,
    Page.NO_SHOW: writing.no_show,
}
