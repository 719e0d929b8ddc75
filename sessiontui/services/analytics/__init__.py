"""Analytics: the figures of a period, the same for the screen, for ``stats`` and for the export."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from sessiontui.domain.access import WORKER, Action, Actor, Reach, Standing, require
from sessiontui.domain.analytics.advice import advise
from sessiontui.domain.analytics.metrics import Metric, Ratings, figures_of, share_of
from sessiontui.domain.analytics.outcomes import BINS, SUM_NAMES, Sums
from sessiontui.domain.analytics.periods import DAYS, HOUR, WEEK_HOURS, Piece, local_day, offsets, year_of
from sessiontui.domain.analytics.spreads import Spread
from sessiontui.domain.errors import BadInput, NotAllowed
from sessiontui.domain.instants import to_ms
from sessiontui.domain.query import Query, parse
from sessiontui.domain.query.terms import NameHas, PersonIs
from sessiontui.services.analytics.drilling import Drill
from sessiontui.services.analytics.figures import (
    Bar,
    Day,
    Dimension,
    Figures,
    Group,
    Reason,
    Step,
    Told,
)
from sessiontui.services.analytics.grouping import (
    by_time,
    hours_of_day,
    hours_of_week,
    labels_of,
    sentence_of,
    zones_of,
)
from sessiontui.services.analytics.reading import CHUNK, Reading, read
from sessiontui.services.analytics.taking import NOT_ASKED, NOTHING_TOOK, Took, took_by
from sessiontui.services.context import Context
from sessiontui.store import rollups
from sessiontui.store.histories import Fetch
from sessiontui.store.narrowing import leaves
from sessiontui.store.reads import analytics as kept

DEADLINE: Final = 10.0
"""Seconds after which one question of the analytics is given up."""

MEAN_DAYS: Final = 7

DAYS_AT_ONCE: Final = 7
"""Days whose figures are made anew in one transaction: people who write wait some milliseconds for it."""


async def figures(
    context: Context,
    *,
    by: Actor,
    now: datetime,
    query: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    by_dim: Dimension | None = None,
    medians: bool = False,
    zone: ZoneInfo | None = None,
    as_of: datetime | None = None,
) -> Figures:
    """Return the figures of the sessions of a query that start in ``[since, until)``; without bounds, of all time.

    A viewer is told no names, a mentor's own sessions alone count, a participant is refused (``NotAllowed``).
    ``QueryError`` points at a wrong term, ``Unavailable`` says that it took too long. With ``as_of`` every session is
    derived as of that instant by the knowledge of ``now``. ``medians`` tells of groups how long answers and requests
    took as well: every request is read for that.
    """
    reach = require(by, Action.ANALYTICS, Standing(hosts=True)).reach
    if since is not None and until is not None and since >= until:
        raise BadInput("the period ends before it begins", hint="--since has to be earlier than --until")
    place = zone or context.zone
    asked = _with_archived(parse(query, now=as_of or now, zone=place))
    names = reach is not Reach.NO_NAMES
    if not names and any(isinstance(leaf, NameHas | PersonIs) for leaf in leaves(asked.where)):
        raise NotAllowed("your role sees figures without names", hint="filter by kind, tag or time instead")
    fetch = partial(context.db.fetch, deadline=DEADLINE)
    empty = Figures(
        taken_at=as_of or now,
        since=since,
        until=until,
        zone=place,
        query=query,
        as_of=as_of,
        names=names,
        by_dim=by_dim,
    )
    there = await kept.bounds(fetch)
    if there is None:
        return empty
    period = _within(there, since, until)
    own = by.id if reach is Reach.OWN else None
    drill = Drill(query, since, until, by=by, own=own is not None, now=now, zone=place)
    direct = by_dim in (Dimension.TEMPLATE, Dimension.SERIES)  # kept sums do not know these
    reading = await read(context, fetch, asked, period, now=now, as_of=as_of, own=own, is_direct=direct)
    return await _Picture(context, fetch, reading, drill, empty, period, now=as_of or now, medians=medians).drawn()


class _Picture:
    """Draws the figures of one reading."""

    def __init__(
        self,
        context: Context,
        fetch: Fetch,
        reading: Reading,
        drill: Drill,
        empty: Figures,
        period: Piece,
        *,
        now: datetime,
        medians: bool,
    ) -> None:
        self._medians = medians
        self._context = context
        self._fetch = fetch
        self._reading = reading
        self._drill = drill
        self._empty = empty
        self._now = now
        self._stretches = tuple(offsets(*period, empty.zone))

    async def drawn(self) -> Figures:
        """Return all figures."""
        reading, drill, empty = self._reading, self._drill, self._empty
        sums = await reading.sums()
        figures = replace(empty, drill=drill.all(), origin=reading.origin, sums=sums)
        if sums.sessions == 0:
            return figures
        crowd = await reading.crowd()
        week = await reading.timed(self._stretches, WEEK_HOURS, _WEEK)
        held = {
            _EPOCH + timedelta(days=unit): one
            for unit, one in (await reading.timed(self._stretches, DAYS, _TREND)).items()
            if one.sessions
        }
        days = self._days(held)
        reasons = await reading.groups("reason") if sums.cancelled else {}
        return replace(
            figures,
            first=min(held),
            last=max(held),
            metrics=figures_of(
                sums,
                wait=await reading.duration(Spread.WAIT),
                lead=await reading.duration(Spread.LEAD),
                repeat=(crowd.repeated, crowd.seen),
                ratings=await self._ratings(),
                engaged=await kept.active_guests(self._fetch, self._reading.engaged),
            ),
            groups=() if empty.by_dim is None else await self._groups(empty.by_dim, week),
            reasons=self._reasons(reasons, sums),
            week=hours_of_week(week),
            days=days,
            funnel=_funnel(sums, drill),
            histogram=_histogram(sums, drill),
            advice=await self._advice(sums, week, reasons),
        )

    async def _ratings(self) -> Ratings:
        return await kept.ratings(self._fetch, self._reading.rating)

    async def _groups(self, dim: Dimension, week: Mapping[int, Sums]) -> tuple[Group, ...]:
        zone = self._empty.zone
        match dim:
            case Dimension.KIND | Dimension.TAG | Dimension.TEMPLATE | Dimension.SERIES | Dimension.MENTOR:
                found = await self._reading.groups(dim)
            case Dimension.ZONE:
                found = await zones_of(self._fetch, await self._reading.groups("mentor"))
            case Dimension.WEEK | Dimension.MONTH:
                found = by_time(dim, await self._reading.timed(self._stretches, DAYS, SUM_NAMES))
            case Dimension.WEEKDAY | Dimension.HOUR:
                found = by_time(dim, await self._reading.timed(self._stretches, WEEK_HOURS, SUM_NAMES))
        labels = await labels_of(self._fetch, dim, found, names=self._empty.names)
        named = [int(key) for key in found if key] if dim is Dimension.SERIES else []
        members = await kept.sessions_of_series(self._fetch, named) if named else {}
        took: Mapping[str, Took] = {}
        if self._medians:
            took = await took_by(self._reading, self._fetch, dim, self._stretches)
        untold = NOTHING_TOOK if self._medians else NOT_ASKED
        ordered = sorted(
            found,
            key=lambda key: key if dim in _IN_TIME else (-found[key].sessions, labels[key]),
        )
        return tuple(
            Group(
                key=key,
                label=labels[key],
                sums=found[key],
                figures=figures_of(found[key], wait=took.get(key, untold).wait, lead=took.get(key, untold).lead),
                drill=self._drill_of(dim, key, zone, members),
            )
            for key in ordered
        )

    def _drill_of(self, dim: Dimension, key: str, zone: ZoneInfo, members: Mapping[int, Sequence[int]]) -> str:
        """Return the filter of a group; ``members`` are the sessions of each series, which no filter names."""
        if dim is Dimension.SERIES:
            return self._drill.of_some(members.get(int(key), ())) if key else ""
        return self._drill.of(dim, key, zone) if self._empty.names or dim is not Dimension.MENTOR else ""

    def _days(self, held: Mapping[date, Sums]) -> tuple[Day, ...]:
        """Return every day of the period from the first that there is anything of, none that is yet to come."""
        today = local_day(to_ms(self._now), self._empty.zone)
        past = [day for day in held if day <= today]
        if not past:
            return ()
        since, until = self._empty.since, self._empty.until
        first = min(past) if since is None else local_day(to_ms(since), self._empty.zone)
        last = today if until is None else min(today, local_day(to_ms(until) - 1, self._empty.zone))
        days = (max(last, max(past)) - first).days + 1
        seen = [held.get(first + timedelta(days=number), Sums()) for number in range(days)]
        return tuple(
            Day(
                day=first + timedelta(days=number),
                seen=sums.seen,
                sessions=sums.starts,
                ended=sums.ended,
                no_show=sums.no_show,
                mean=_mean(seen, number),
            )
            for number, sums in enumerate(seen)
        )

    def _reasons(self, groups: Mapping[str, Sums], sums: Sums) -> tuple[Reason, ...]:
        counts = {key: one.cancelled for key, one in groups.items()}
        if not self._empty.names:  # what people wrote may name somebody
            counts = {"": sum(counts.values())} if counts else {}
        ordered = sorted(counts, key=lambda key: (-counts[key], key))
        untold = "no reason given" if self._empty.names else "(hidden)"
        return tuple(
            Reason(reason=key or untold, figure=share_of(Metric.CANCELLATION_RATE, counts[key], sums.cancelled))
            for key in ordered
        )

    async def _advice(self, sums: Sums, week: Mapping[int, Sums], reasons: Mapping[str, Sums]) -> tuple[Told, ...]:
        groups = {dim: await self._reading.groups(dim) for dim in ("kind", "tag", "mentor")}
        more = {"hour": hours_of_day(week), "reason": reasons if self._empty.names else {}}
        found = advise({**groups, **more}, sums)
        told = []
        for advice in found:
            labels = await labels_of(self._fetch, advice.dim, (advice.key,), names=self._empty.names)
            hidden = advice.dim == "mentor" and not self._empty.names
            drill = "" if hidden else self._drill.of_advice(advice, self._empty.zone)
            label = labels[advice.key]
            told.append(Told(advice=advice, label=label, sentence=sentence_of(advice, label), drill=drill))
        return tuple(told)


_WEEK: Final = ("sessions", "cancelled", "complete", "early", "no_show", "seen")

_TREND: Final = ("sessions", "cancelled", "complete", "early", "no_show", "seen")

_IN_TIME: Final = frozenset({Dimension.WEEKDAY, Dimension.HOUR, Dimension.WEEK, Dimension.MONTH})

_EPOCH: Final = date(1970, 1, 1)


async def redo(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Make the figures of marked hours anew, some days a transaction, and return how many days that were.

    So are the records of people of whom something has changed.
    """
    from sessiontui.services.people import records

    while ids := await kept.unfigured(context.db.fetch, limit=CHUNK):
        async with context.db.write(by=WORKER, at=at, epoch=epoch) as tx:
            await tx.refresh(ids)
    days = await rollups.dirty_days(context.db.fetch, limit=-1)
    now = to_ms(at)
    for start in range(0, len(days), DAYS_AT_ONCE):
        some = days[start : start + DAYS_AT_ONCE]
        async with context.db.write(by=WORKER, at=at, epoch=epoch) as tx:
            await tx.apart(partial(rollups.redo, days=some, now=now))
    await records.redo(context, at=at, epoch=epoch)
    return len(days)


def _with_archived(query: Query) -> Query:
    """Return a query that means archived sessions too, unless it speaks of them: what happened, happened."""
    return query if query.wants_archived else replace(query, wants_archived=True)


def _within(there: Piece, since: datetime | None, until: datetime | None) -> Piece:
    """Return the period that is asked about; an open side reaches to the end of its year, which is kept as one."""
    low = year_of(there[0])[0] if since is None else max(to_ms(since), there[0] // HOUR * HOUR)
    high = year_of(there[1] - 1)[1] if until is None else min(to_ms(until), -(-there[1] // HOUR) * HOUR)
    return low, max(low, high)


def _mean(seen: Sequence[Sums], number: int) -> float | None:
    if number + 1 < MEAN_DAYS:
        return None
    return sum(sums.seen for sums in seen[number + 1 - MEAN_DAYS : number + 1]) / MEAN_DAYS


def _funnel(sums: Sums, drill: Drill) -> tuple[Step, ...]:
    return (
        Step(name="asked", n=sums.ended_asked, drill=drill.with_("is:ended -is:provisional has:requests")),
        Step(name="approved", n=sums.ended_approved, drill=drill.with_("is:ended -is:provisional approved:>0")),
        Step(name="seen", n=sums.came, drill=drill.with_("status:complete,early -is:provisional approved:>0")),
    )


def _histogram(sums: Sums, drill: Drill) -> tuple[Bar, ...]:
    edges: Iterable[tuple[float, float | None]] = zip((0.0, *BINS), (*BINS, None), strict=True)
    bars = []
    for (low, high), n in zip(edges, sums.bins, strict=True):
        test = f"efficiency:>={low * 100:g}%" + ("" if high is None else f" efficiency:<{high * 100:g}%")
        bars.append(Bar(low=low, high=high, n=n, drill=drill.with_(f"status:complete,early -is:provisional {test}")))
    return tuple(bars)
