"""The attendance report over a range of days: participation, how sessions went, how their mentors did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from sessiontui.domain.access import Action, Actor, Reach, Standing, require
from sessiontui.domain.attendance import Roll
from sessiontui.domain.errors import BadInput
from sessiontui.domain.history import History, facts_at
from sessiontui.domain.lifecycle import Derived, Facts, derive
from sessiontui.domain.records import field, record
from sessiontui.domain.vocabulary import Attendance, Kind, Status
from sessiontui.services.attendance.rolls import roll_of
from sessiontui.services.context import Context
from sessiontui.services.exporting import HIDDEN
from sessiontui.store.histories import person_id_of
from sessiontui.store.reads import attendance as kept
from sessiontui.store.reads import people as kept_people
from sessiontui.store.reads import sessions as kept_sessions

CHUNK: Final = 100
"""Sessions whose histories are read at once: few enough that keys are heard between them."""

NOBODY: Final = "nobody"
"""Stands for the mentor of sessions that have neither mentor nor author."""


@record(kw_only=True)
class Share:
    """A share with its denominator and Wilson's interval of 95 %; all of them ``None`` where nothing was counted."""

    hits: int
    n: int
    value: float | None
    low: float | None
    high: float | None


@record(kw_only=True)
class Performance:
    """How the sessions of one mentor went, or all of them.

    ``participation`` is those expected who came of those expected and not excused, person by session;
    ``completed`` the sessions that ran for at least half of their time of those that ended. ``efficiency`` is the
    mean of actual over scheduled, ``together`` the mean share of the actual time in which the host was there, both
    over sessions to which somebody came. ``punctual`` is how often the host was there no later than ``late_after``
    past the start, over all sessions with a host. ``verdicts`` counts people, ``walk_ins`` among them. ``leads`` says
    that they were the mentor of all of these, not the author of what has none.
    """

    name: str
    person_id: int | None = None
    leads: bool = False
    sessions: int
    participation: Share
    completed: Share
    punctual: Share
    efficiency: float | None
    together: float | None
    verdicts: Mapping[Attendance, int]
    walk_ins: int


@record(kw_only=True)
class AttendanceReport:
    """Attendance over the sessions that started in ``[since, until)`` and have ended; cancelled ones do not count."""

    since: datetime
    until: datetime
    taken_at: datetime
    total: Performance
    mentors: tuple[Performance, ...]


@record(frozen=False)
class _Sums:
    """What the sessions of one mentor add up to so far."""

    sessions: int = 0
    led: int = 0
    complete: int = 0
    expected: int = 0
    came: int = 0
    hosted: int = 0
    punctual: int = 0
    walk_ins: int = 0
    verdicts: Counter[Attendance] = field(default_factory=Counter)
    efficiencies: list[float] = field(default_factory=list)
    togethers: list[float] = field(default_factory=list)


async def report(context: Context, *, since: datetime, until: datetime, now: datetime, by: Actor) -> AttendanceReport:
    """Return the attendance of the sessions that started in a range of time and have ended.

    Mentors see their own sessions, viewers no names.
    """
    if until <= since:
        raise BadInput("the range ends before it begins", hint="give --since before --until")
    reach = require(by, Action.ANALYTICS, Standing(hosts=True)).reach
    fetch = context.db.fetch
    ids = await kept.over_between(fetch, since, until, now=now)
    sums: dict[str, _Sums] = {}
    everyone = _Sums()
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        histories = await kept_sessions.histories(fetch, chunk)
        marks = await kept.corrections(fetch, chunk)
        for session_id, history in histories.items():
            facts = facts_at(history, now, rules=context.rules)
            derived = derive(facts, now, context.rules)
            host = facts.mentor or history.author
            if not derived.status.is_ended or derived.provisional or not since <= facts.starts_at < until:
                continue
            if reach is Reach.OWN and by.id not in {person_id_of(host), person_id_of(history.author)}:
                continue
            roll = roll_of(history, facts, derived, now, corrections=marks.get(session_id, {}), rules=context.rules)
            for into in (everyone, sums.setdefault(host, _Sums())):
                _add(into, history, facts, derived, roll, late_after=context.rules.late_after)
    names = await kept_people.names(fetch, [one for one in map(person_id_of, sums) if one is not None])
    named = {host: _name(host, names, hidden=reach is Reach.NO_NAMES) for host in sums}
    found = [_performance(named[host], own, person_id=person_id_of(host)) for host, own in sums.items()]
    return AttendanceReport(
        since=since,
        until=until,
        taken_at=now,
        total=_performance("all", everyone),
        mentors=tuple(sorted(found, key=lambda one: (-one.sessions, one.name))),
    )


def _name(host: str, names: Mapping[int, str], *, hidden: bool) -> str:
    person_id = person_id_of(host)
    if person_id is None:
        return NOBODY
    return HIDDEN if hidden else names.get(person_id, "") or "someone"


def _add(into: _Sums, history: History, facts: Facts, derived: Derived, roll: Roll, *, late_after: timedelta) -> None:
    into.sessions += 1
    into.led += bool(facts.mentor)
    into.complete += derived.status is Status.ENDED_COMPLETE
    into.verdicts.update(one.verdict for one in roll.attended)
    into.walk_ins += sum(one.is_walk_in for one in roll.attended)
    expected = [one for one in roll.attended if one.is_expected and one.verdict is not Attendance.EXCUSED]
    into.expected += len(expected)
    into.came += sum(one.has_come for one in expected)
    if derived.actual:
        into.efficiencies.append(derived.efficiency)
        if derived.together is not None:
            into.togethers.append(derived.together / derived.actual)
    if history.kind is not Kind.WORK and facts.has_host:
        into.hosted += 1
        into.punctual += any(
            stay.joined_at <= facts.starts_at + late_after and (stay.left_at is None or stay.left_at > facts.begin)
            for stay in facts.hosts
        )


def _performance(name: str, sums: _Sums, *, person_id: int | None = None) -> Performance:
    return Performance(
        name=name,
        person_id=person_id,
        leads=sums.led == sums.sessions,
        sessions=sums.sessions,
        participation=_share(sums.came, sums.expected),
        completed=_share(sums.complete, sums.sessions),
        punctual=_share(sums.punctual, sums.hosted),
        efficiency=_mean(sums.efficiencies),
        together=_mean(sums.togethers),
        verdicts={verdict: sums.verdicts[verdict] for verdict in Attendance},
        walk_ins=sums.walk_ins,
    )


def _share(hits: int, n: int) -> Share:
    from sessiontui.domain.analytics.estimates import wilson

    low, high = wilson(hits, n) or (None, None)
    return Share(hits=hits, n=n, value=hits / n if n else None, low=low, high=high)


def _mean(values: Iterable[float]) -> float | None:
    known = list(values)
    return sum(known) / len(known) if known else None
