"""The report of work: figures of the ended work sessions of a period, by person, template or week too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sessiontui.domain.access import Actor
from sessiontui.domain.analytics.periods import local_day
from sessiontui.domain.instants import to_ms
from sessiontui.domain.learning.correlating import correlations_of
from sessiontui.domain.scoring.effort import Effort
from sessiontui.domain.scoring.figures import by_week, figures_of, phases_of
from sessiontui.services.analytics.figures import Dimension
from sessiontui.services.analytics.grouping import labels_of
from sessiontui.services.context import Context
from sessiontui.services.scoring.efforts import aside, efforts_of
from sessiontui.services.scoring.pasts import CHUNK, Pasts, Progress, read
from sessiontui.services.scoring.picture import By, WorkGroup, WorkReport
from sessiontui.store.histories import Fetch

EVERY: str = "is:work is:ended -is:provisional"
"""The filter of the sessions that a report of work is about."""


async def report(
    context: Context,
    *,
    by: Actor,
    now: datetime,
    query: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    by_dim: By | None = None,
    zone: ZoneInfo | None = None,
    as_of: datetime | None = None,
    progress: Progress | None = None,
) -> WorkReport:
    """Return how the work sessions of a query went that start in ``[since, until)``; of all time without bounds.

    Mentors and participants see their own, viewers no names. With ``as_of`` everything is as it stood then.
    """
    pasts = await read(
        context,
        by=by,
        now=now,
        query=query,
        since=since,
        until=until,
        zone=zone,
        as_of=as_of,
        work=True,
        progress=progress,
    )
    efforts = await efforts_of(pasts.fetch, pasts.rows, now=now, at=pasts.at, rules=context.rules, progress=progress)
    found = WorkReport(
        taken_at=pasts.at,
        since=since,
        until=until,
        zone=pasts.zone,
        query=query,
        as_of=as_of,
        names=pasts.names,
        drill=pasts.drill.with_(EVERY),
        n=len(efforts),
        by_dim=by_dim,
    )
    if not efforts:
        return found
    groups = [] if by_dim is None else await _groups(pasts, by_dim, efforts)
    return await aside(partial(_told, found, efforts, tuple(groups)), many=len(efforts) > CHUNK)


def _told(found: WorkReport, efforts: Sequence[Effort], groups: tuple[WorkGroup, ...]) -> WorkReport:
    return replace(
        found,
        figures=figures_of(efforts),
        phases=phases_of(efforts),
        weeks=by_week(efforts, lambda one: local_day(to_ms(one.starts_at), found.zone)),
        groups=groups,
        together=correlations_of(efforts),
    )


def key_of(by_dim: By, *, person: int | None, template: str, day: date) -> str:
    """Return the value that a session has in a dimension; empty for none."""
    match by_dim:
        case By.PERSON:
            return "" if person is None else str(person)
        case By.TEMPLATE:
            return template
        case By.WEEK:
            return (day - timedelta(days=day.weekday())).isoformat()


async def labels(fetch: Fetch, by_dim: By, keys: Sequence[str], *, names: bool) -> dict[str, str]:
    """Return how the values of a dimension are shown; without the right to names people are numbered."""
    if by_dim is not By.PERSON:
        return await labels_of(fetch, str(by_dim), keys, names=names)
    found = await labels_of(fetch, "mentor", keys, names=names)
    return {key: label.replace("mentor", "person", 1) if not names else label for key, label in found.items()}


def drill_of(pasts: Pasts, by_dim: By, key: str, more: str, *, led: Collection[bool] = ()) -> str:
    """Return the filter of the sessions of one value, empty where none can say it, or where names are hidden.

    ``led`` says of a person whether these sessions have mentors.
    """
    match by_dim:
        case By.PERSON:
            return _of_person(pasts, key, more, led) if pasts.names and key else ""
        case By.TEMPLATE:
            drill = pasts.drill.of(Dimension.TEMPLATE, key, pasts.zone)
        case By.WEEK:
            drill = pasts.drill.of(Dimension.WEEK, key, pasts.zone)
    return f"{drill} {more}" if drill else ""


def _of_person(pasts: Pasts, key: str, more: str, led: Collection[bool]) -> str:
    """Return the filter of the sessions that somebody led, as their mentor or, without one, as their author."""
    if True in led and False not in led:
        return pasts.drill.with_(f"mentor:#{key} {more}")
    if False in led and True not in led:
        return pasts.drill.with_(f"author:#{key} -has:mentor {more}")
    return pasts.drill.with_(f"person:#{key} {more}")  # no filter says either: what they took part in is near


async def _groups(pasts: Pasts, by_dim: By, efforts: Sequence[Effort]) -> list[WorkGroup]:
    found: defaultdict[str, list[Effort]] = defaultdict(list)
    for one in efforts:
        day = local_day(to_ms(one.starts_at), pasts.zone)
        found[key_of(by_dim, person=one.person, template=one.template, day=day)].append(one)
    led: defaultdict[str, set[bool]] = defaultdict(set)
    for row in pasts.rows:
        led[str(row.person or "")].add(row.mentor is not None)
    shown = await labels(pasts.fetch, by_dim, sorted(found), names=pasts.names)
    order = sorted(found, key=lambda key: shown[key] if by_dim is not By.WEEK else key)
    if by_dim is not By.WEEK:
        order.sort(key=lambda key: -len(found[key]))
    return await aside(
        lambda: [
            WorkGroup(
                key=key,
                label=shown[key],
                n=len(found[key]),
                figures=figures_of(found[key]),
                drill=drill_of(pasts, by_dim, key, EVERY, led=led[key]),
            )
            for key in order
        ],
        many=len(efforts) > CHUNK,
    )
