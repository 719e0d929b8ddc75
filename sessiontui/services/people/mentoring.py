"""A mentor's page: what they host, past and to come, how it went, how busy they are, and when they are free."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sessiontui.domain.access import Action, Actor, may
from sessiontui.domain.analytics.metrics import Figure, Metric, figures_of
from sessiontui.domain.analytics.periods import local_day, midnight
from sessiontui.domain.clashes import Booking
from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.vocabulary import Role
from sessiontui.services.context import Context
from sessiontui.services.pictures import PersonLine
from sessiontui.store.reads import bookings, host_figures, hosting
from sessiontui.store.reads.hosting import Hosted as Hosted

SHOWN: Final = 20
"""Sessions on either side of now."""

WEEKS_BACK: Final = 7
WEEKS_AHEAD: Final = 4
DAYS_AHEAD: Final = 7

FIGURES: Final = (
    Metric.COMPLETION_RATE,
    Metric.SHOW_UP_RATE,
    Metric.DURATION_EFFICIENCY,
    Metric.NO_SHOW_RATE,
    Metric.EARLY_END_RATE,
    Metric.CANCELLATION_RATE,
    Metric.RESPONSE_TIME,
    Metric.SATISFACTION,
)
"""The figures that tell how a mentor's sessions went, in their order."""


@dataclass(frozen=True, slots=True)
class Week:
    """What somebody hosts in one week that begins at an instant; ``is_now`` for the present one."""

    starts_at: datetime
    sessions: int
    booked: timedelta
    is_now: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorPage:
    """Everything about one person as a mentor, at one instant; ``bookings`` are where they are expected in the
    days from ``days_from`` on.
    """

    coming: tuple[Hosted, ...]
    past: tuple[Hosted, ...]
    figures: tuple[Figure, ...]
    weeks: tuple[Week, ...]
    days_from: tuple[datetime, ...]
    bookings: tuple[Booking, ...]


async def mentor_page(context: Context, person: PersonLine, *, by: Actor, now: datetime) -> MentorPage | None:
    """Return somebody's page as a mentor; ``None`` for one who hosts nothing and is no mentor, or is another's."""
    if person.id != by.id and not may(by, Action.MANAGE_PEOPLE).allowed:
        return None
    fetch, zone = context.db.fetch, context.zone
    coming = await hosting.hosted(fetch, person.id, since=now, until=None, limit=SHOWN)
    past = await hosting.hosted(fetch, person.id, since=None, until=now, limit=SHOWN, latest=True)
    if not coming and not past and person.role is not Role.MENTOR:
        return None
    found = figures_of(
        await host_figures.sums(fetch, person.id),
        wait=await host_figures.waits(fetch, person.id, now=to_ms(now)),
        ratings=await host_figures.ratings(fetch, person.id),
    )
    by_metric = {figure.metric: figure for figure in found}
    today = local_day(to_ms(now), zone)
    monday = today - timedelta(days=today.weekday())
    edges = [
        from_ms(midnight(monday + timedelta(weeks=number), zone)) for number in range(-WEEKS_BACK, WEEKS_AHEAD + 2)
    ]
    loads = await hosting.booked_by_week(fetch, person.id, edges)
    days = tuple(from_ms(midnight(today + timedelta(days=number), zone)) for number in range(DAYS_AHEAD + 1))
    booked = await bookings.booked(fetch, [person.id], max(now, days[0]), days[-1])
    return MentorPage(
        coming=tuple(coming),
        past=tuple(past),
        figures=tuple(by_metric[metric] for metric in FIGURES),
        weeks=tuple(
            Week(edge, sessions, timedelta(milliseconds=length), edge <= now < following)
            for edge, following, (sessions, length) in zip(edges, edges[1:], loads, strict=False)
        ),
        days_from=days,
        bookings=tuple(booked),
    )
