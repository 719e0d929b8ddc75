"""The many ordinary sessions round the remarkable ones: how a past one went, and how far a coming one is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Final

from sessiontui.demo.names import (
    ADMIN,
    CANCELLATIONS,
    MENTORS,
    MESSAGES,
    PARTICIPANTS,
    REJECTIONS,
    SECOND_ADMIN,
    TOPICS,
    Face,
    Topic,
)
from sessiontui.demo.scenes import Ask, Scene, Step, Visit, approved, pending, scene_of, stayed
from sessiontui.domain.vocabulary import Kind, Move, Priority, RequestState

DAY: Final = 24 * 60
"""Minutes of a day."""

_OUTCOMES: Final = {"complete": 64, "early": 11, "no_show": 9, "cancelled": 10, "overtime": 6}
_PRIORITIES: Final = {Priority.NORMAL: 80, Priority.LOW: 8, Priority.HIGH: 9, Priority.URGENT: 3}
_HOURS: Final = {7: 2, 8: 5, 9: 7, 10: 6, 12: 5, 14: 5, 16: 6, 17: 9, 18: 14, 19: 12, 20: 8, 21: 3}
"""How often sessions start at which hour, in UTC."""


def quarter(now: datetime, minute: float) -> float:
    """Return the minute nearest to another at which a quarter of an hour begins.

    >>> quarter(datetime(2026, 5, 4, 14, 2), 60)
    58
    """
    return round((minute + now.minute) / 15) * 15 - now.minute


def pick(rng: Random, faces: Sequence[Face], number: int, *, without: Face | None = None) -> list[Face]:
    """Return that many different people, in an order of chance."""
    return rng.sample([face for face in faces if face != without], min(number, len(faces) - 1))


def ordinary(rng: Random, *, starts: float, topic: Topic | None = None) -> Scene:
    """Return a session without people as yet: its topic, who holds it and how many it takes are left to chance."""
    topic = topic or rng.choice(TOPICS)
    guided = topic.kind in (Kind.MENTORING, Kind.COACHING) or rng.random() < 0.4
    mentor = rng.choice(MENTORS) if guided and topic.kind is not Kind.WORK else None
    author = rng.choice(MENTORS) if topic.kind is Kind.WORK else rng.choice((ADMIN, ADMIN, SECOND_ADMIN))
    capacity = {Kind.MENTORING: 1 + rng.randrange(2), Kind.WORK: 0}.get(topic.kind, rng.choice((6, 8, 8, 10, 12)))
    priority = rng.choices(list(_PRIORITIES), list(_PRIORITIES.values()))[0]
    return scene_of(topic, rng, starts=starts, mentor=mentor, author=author, capacity=capacity, priority=priority)


def past(rng: Random, *, starts: float, outcome: str = "", topic: Topic | None = None) -> Scene:
    """Return a session that is over: it ran, ended early or late, nobody came, or it was cancelled."""
    scene = ordinary(rng, starts=starts, topic=topic)
    outcome = outcome or rng.choices(list(_OUTCOMES), list(_OUTCOMES.values()))[0]
    number = min(scene.capacity or 4, rng.randrange(1, 8))
    people = pick(rng, PARTICIPANTS, number + 2)
    asked = starts - rng.uniform(1, 6) * DAY
    asks = approved(people[:number], rng, before=starts - 20, earliest=asked)
    if rng.random() < 0.25:
        asks += (_refused(people[number], rng, earliest=asked, latest=starts - 60),)
    if rng.random() < 0.12:
        asks += (_gone(people[number + 1], rng, earliest=asked, latest=starts - 60),)
    scene = replace(scene, asks=asks, created=asked - rng.uniform(1, 9) * DAY)
    if outcome == "cancelled":
        at = starts - rng.uniform(10, 0.7 * (starts - asked))
        by = rng.choice((scene.host, ADMIN))
        return replace(scene, asks=_until(asks, at), steps=(_cancel(rng, at, by),))
    if outcome == "no_show":
        host = stayed([scene.host], rng, since=starts - 2, until=starts + 18) if rng.random() < 0.4 else ()
        return replace(scene, visits=host if scene.kind is not Kind.WORK else ())
    share = {"early": rng.uniform(0.15, 0.45), "overtime": rng.uniform(1.05, 1.35)}.get(outcome, rng.uniform(0.6, 1))
    came = people[: max(1, round(number * rng.uniform(0.5, 1)))]
    until = starts + scene.minutes * share
    visits = stayed(came, rng, since=starts - 1, until=until)
    if rng.random() < 0.92:
        visits = (*visits, Visit(who=scene.host, joined=starts - rng.uniform(0, 5), left=until + 0.5))
    if scene.kind is Kind.WORK or rng.random() < 0.3:
        return replace(scene, visits=visits, steps=(Step(at=until + 1, move=Move.COMPLETE),))
    return replace(scene, visits=visits)


def ahead(rng: Random, *, starts: float, topic: Topic | None = None) -> Scene:
    """Return a session of the days to come: just made, asked for, or with everyone approved."""
    scene = ordinary(rng, starts=starts, topic=topic)
    seats = scene.capacity or 4
    made = -rng.uniform(1, 8) * DAY
    people = pick(rng, PARTICIPANTS, 2 * seats)
    near = max(0.0, 1 - starts / (7 * DAY))
    taken = round(seats * near * rng.uniform(0.2, 1))
    waiting = rng.choices((0, 1, 2, 3, 5), (50, 20, 14, 10, 6))[0]
    return replace(
        scene,
        created=made - 60,
        publish=rng.random() > 0.05 or bool(taken or waiting),
        asks=(
            *approved(people[:taken], rng, before=-20, earliest=made),
            *pending(people[taken : taken + waiting], rng, earliest=max(made, -20 * 60)),
        ),
    )


def days_back(rng: Random, now: datetime, number: int, *, days: int) -> list[Scene]:
    """Return that many past sessions over the days before today, more of them in the evenings, oldest first."""
    return [past(rng, starts=start) for start in sorted(_starts(rng, now, number, range(-days, 0)))]


def days_ahead(rng: Random, now: datetime, number: int, *, days: int) -> list[Scene]:
    """Return that many sessions over the days after today, the nearest first."""
    return [ahead(rng, starts=start) for start in sorted(_starts(rng, now, number, range(1, days + 1)))]


def _starts(rng: Random, now: datetime, number: int, days: range) -> list[float]:
    midnight = -(now.hour * 60 + now.minute)
    hours = rng.choices(list(_HOURS), list(_HOURS.values()), k=number)
    return [midnight + rng.choice(days) * DAY + hour * 60 + rng.choice((0, 0, 15, 30, 30, 45)) for hour in hours]


def _refused(who: Face, rng: Random, *, earliest: float, latest: float) -> Ask:
    at = rng.uniform(earliest, latest)
    return Ask(
        who=who,
        at=at,
        message=rng.choice(MESSAGES),
        state=RequestState.REJECTED,
        decided=rng.uniform(at, latest),
        reason=rng.choice(REJECTIONS),
    )


def _gone(who: Face, rng: Random, *, earliest: float, latest: float) -> Ask:
    at = rng.uniform(earliest, latest)
    return Ask(who=who, at=at, state=RequestState.WITHDRAWN, decided=rng.uniform(at, latest))


def _cancel(rng: Random, at: float, by: Face) -> Step:
    return Step(at=at, move=Move.CANCEL, by=by, reason=rng.choice(CANCELLATIONS))


def _until(asks: Sequence[Ask], at: float) -> tuple[Ask, ...]:
    """Return the requests as they stood at a minute: later ones never came, undecided ones stay so."""
    return tuple(
        ask
        if ask.decided is not None and ask.decided < at
        else replace(ask, state=RequestState.PENDING, decided=None, reason="")
        for ask in asks
        if ask.at < at
    )
