"""Skills: how long each was practised, what people say they gained, and how fast."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from math import sqrt

from sessiontui.domain.analytics.students import t_interval, t_of, variance
from sessiontui.domain.learning.knowledge import Learned
from sessiontui.domain.records import record

_HOUR = timedelta(hours=1)


@record
class Practice:
    """One session in which a skill was practised: how long it ran with somebody there, and how many were."""

    skill: str
    session_id: int
    time: timedelta
    people: int


@record
class Mean:
    """A mean of some values with its t interval of 95 %; ``None`` where nothing is known."""

    n: int = 0
    value: float | None = None
    low: float | None = None
    high: float | None = None


NO_MEAN = Mean()
"""Nothing is known."""


@record(kw_only=True)
class Skill:
    """One skill over some sessions; ``people`` are person by session. Knowledge and gain are in points from 0 to 100.

    ``velocity`` is the gain over the hours of the sessions that were answered about, in points an hour.
    """

    name: str
    sessions: int
    time: timedelta
    people: int
    before: Mean
    after: Mean
    gain: Mean
    velocity: Mean


def skills_of(practices: Iterable[Practice], answers: Iterable[Learned]) -> tuple[Skill, ...]:
    """Return every skill that was practised or answered about, what was practised longest first."""
    held: dict[str, list[Practice]] = {}
    told: dict[str, list[Learned]] = {}
    for practice in practices:
        held.setdefault(practice.skill, []).append(practice)
    for answer in answers:
        told.setdefault(answer.skill, []).append(answer)
    found = [_skill(name, held.get(name, ()), told.get(name, ())) for name in {*held, *told}]
    return tuple(sorted(found, key=lambda one: (-one.time, -one.gain.n, one.name)))


def mean_of(values: Sequence[float]) -> Mean:
    """Return the mean of values with its interval.

    >>> mean_of([1.0, 3.0]).value, mean_of([])
    (2.0, Mean(n=0, value=None, low=None, high=None))
    """
    if not values:
        return NO_MEAN
    low, high = t_interval(values) or (None, None)
    return Mean(len(values), sum(values) / len(values), low, high)


def velocity_of(answers: Sequence[Learned]) -> Mean:
    """Return gain over hours, with its interval; answers about sessions that did not run are left out."""
    timed = [answer for answer in answers if answer.time]
    if not timed:
        return NO_MEAN
    hours = [answer.time / _HOUR for answer in timed]
    value = sum(answer.gain for answer in timed) / sum(hours)
    n = len(timed)
    if n < 2:
        return Mean(n, value)
    apart = [answer.gain - value * hour for answer, hour in zip(timed, hours, strict=True)]
    reach = t_of(n - 1) * sqrt(variance(apart) / n) / (sum(hours) / n)
    return Mean(n, value, value - reach, value + reach)


def _skill(name: str, held: Sequence[Practice], told: Sequence[Learned]) -> Skill:
    return Skill(
        name=name,
        sessions=len(held),
        time=sum((one.time for one in held), timedelta()),
        people=sum(one.people for one in held),
        before=mean_of([one.before for one in told]),
        after=mean_of([one.after for one in told]),
        gain=mean_of([one.gain for one in told]),
        velocity=velocity_of(told),
    )
