"""Groups of figures: by pieces of time, by the zone people live in, and under which label each is shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.analytics.outcomes import Sums
from sessiontui.domain.phrases import number
from sessiontui.services.analytics.figures import WEEKDAYS, Dimension, HourOfWeek
from sessiontui.store.histories import Fetch
from sessiontui.store.reads import analytics as kept

if TYPE_CHECKING:
    from sessiontui.domain.analytics.advice import Advice

_EPOCH: Final = date(1970, 1, 1)

_HOURS: Final = 24


def by_time(dim: Dimension, units: Mapping[int, Sums]) -> dict[str, Sums]:
    """Return sums by the pieces of time of a dimension, from days since 1970 or from hours of the week."""
    found: defaultdict[str, Sums] = defaultdict(Sums)
    for unit, sums in units.items():
        found[unit_key(dim, unit)] += sums
    return {key: sums for key, sums in found.items() if sums.sessions}


def unit_key(dim: Dimension, unit: int) -> str:
    """Return the value of a dimension of time that a day since 1970, or an hour of the week, belongs to."""
    match dim:
        case Dimension.WEEKDAY:
            return str(unit // _HOURS)
        case Dimension.HOUR:
            return f"{unit % _HOURS:02}"
        case Dimension.WEEK:
            day = _EPOCH + timedelta(days=unit)
            return (day - timedelta(days=day.weekday())).isoformat()
        case _:
            return (_EPOCH + timedelta(days=unit)).isoformat()[:7]


def hours_of_day(week: Mapping[int, Sums]) -> dict[str, Sums]:
    """Return sums by the hour of the day."""
    return by_time(Dimension.HOUR, week)


def hours_of_week(week: Mapping[int, Sums]) -> tuple[HourOfWeek, ...]:
    """Return every hour of the week in which something started, from Monday on."""
    return tuple(
        HourOfWeek(
            weekday=unit // _HOURS,
            hour=unit % _HOURS,
            starts=week[unit].starts,
            ended=week[unit].ended,
            no_show=week[unit].no_show,
            seen=week[unit].seen,
        )
        for unit in sorted(week)
        if week[unit].starts
    )


async def zones_of(fetch: Fetch, mentors: Mapping[str, Sums]) -> dict[str, Sums]:
    """Return sums by the zone that mentors live in."""
    people = await kept.people(fetch, (int(key) for key in mentors if key))
    found: defaultdict[str, Sums] = defaultdict(Sums)
    for key, sums in mentors.items():
        found[people.get(int(key), ("", ""))[1] if key else ""] += sums
    return dict(found)


async def labels_of(fetch: Fetch, dim: str, keys: Iterable[str], *, names: bool) -> dict[str, str]:
    """Return how the values of a dimension are shown; without the right to names mentors are numbered."""
    wanted = list(keys)
    match dim:
        case "mentor" if names:
            people = await kept.people(fetch, (int(key) for key in wanted if key))
            return {key: people.get(int(key), ("", ""))[0] or f"#{key}" if key else "no mentor" for key in wanted}
        case "mentor":
            order = sorted(int(key) for key in wanted if key)
            return {key: f"mentor {order.index(int(key)) + 1}" if key else "no mentor" for key in wanted}
        case "template":
            return {key: key or "no template" for key in wanted}
        case "series":
            titles = await kept.series_titles(fetch, (int(key) for key in wanted if key))
            return {key: titles.get(int(key), f"#{key}") if key else "no series" for key in wanted}
        case "zone":
            return {key: key or "not known" for key in wanted}
        case "weekday":
            return {key: WEEKDAYS[int(key)] for key in wanted}
        case "hour":
            return {key: f"{key}:00" for key in wanted}
        case _:
            return {key: key for key in wanted}


def sentence_of(advice: Advice, label: str) -> str:
    """Return a recommendation as one sentence that names its figures."""
    about = {
        "hour": f"Of sessions that start from {label} on, within the hour",
        "mentor": f"With {label}",
        "tag": f"Of sessions tagged {label}",
        "kind": f"Of {label} sessions",
        "reason": f"“{label}”",
    }[advice.dim]
    share = f"{round(advice.share * 100)} % of {number(advice.n)} {advice.over}"
    sure = f"({round(advice.low * 100)}–{round(advice.high * 100)} %)"
    against = ""
    if advice.all_hits:
        everywhere = round(advice.all_hits / advice.all_n * 100)
        against = f", against {everywhere} % of {number(advice.all_n)} in all"
    return f"{about}: {advice.counts} in {share} {sure}{against}. {advice.todo[:1].upper()}{advice.todo[1:]}."
