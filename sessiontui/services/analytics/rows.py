"""Figures in the shapes that leave the program: one JSON object for ``stats``, flat rows for the export."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from sessiontui.domain.analytics.metrics import Figure, Unit
from sessiontui.domain.instants import maybe_rfc3339, rfc3339
from sessiontui.services.analytics.figures import WEEKDAYS, Bar, Day, Figures, HourOfWeek, Told

Cell: TypeAlias = "str | int | float | None"
Shape: TypeAlias = "Cell | list[Shape] | dict[str, Shape]"

COLUMNS: Final = (
    "panel", "name", "group", "value", "unit", "n", "hits", "counts", "over", "low", "high", "median", "p90",
)  # fmt: skip
"""The columns of the export, in their order."""

_DIGITS: Final = 6


def as_json(figures: Figures) -> dict[str, Shape]:
    """Return all figures as one object; shares are from 0 to 1, durations in minutes."""
    return {
        "taken_at": rfc3339(figures.taken_at),
        "since": maybe_rfc3339(figures.since),
        "until": maybe_rfc3339(figures.until),
        "zone": figures.zone.key,
        "query": figures.query,
        "origin": figures.origin.value,
        "sessions": figures.sums.sessions,
        "ended": figures.sums.ended,
        "people_seen": figures.sums.seen,
        "metrics": metrics_as_json(figures.metrics),
        "by": None if figures.by_dim is None else figures.by_dim.value,
        "groups": [
            {
                "key": group.key if figures.names else group.label,
                "label": group.label,
                "sessions": group.sums.sessions,
                "people_seen": group.sums.seen,
                "metrics": metrics_as_json(group.figures),
            }
            for group in figures.groups
        ],
        "cancellation_reasons": [{"reason": reason.reason, **_rate(reason.figure)} for reason in figures.reasons],
        "popular_times": [_hour(hour) for hour in figures.week],
        "participation": [_day(day) for day in figures.days],
        "funnel": [{"step": step.name, "n": step.n} for step in figures.funnel],
        "efficiency_histogram": [{"from": bar.low, "below": bar.high, "n": bar.n} for bar in figures.histogram],
        "recommendations": [_recommendation(told) for told in figures.advice],
    }


def metrics_as_json(figures: Iterable[Figure]) -> dict[str, Shape]:
    """Return figures by name."""
    return {figure.metric.value: _rate(figure) for figure in figures}


def rows(figures: Figures) -> Iterator[dict[str, Cell]]:
    """Yield every figure as a flat row, panel by panel as the screen shows them."""
    for figure in figures.metrics:
        yield _row("figures", figure)
    by_dim = "" if figures.by_dim is None else f"by {figures.by_dim.value}"
    for group in figures.groups:
        yield _counted(by_dim, "sessions", group.sums.sessions, group=group.label)
        for figure in group.figures:
            yield _row(by_dim, figure, group=group.label)
    for reason in figures.reasons:
        yield {**_row("cancellation reasons", reason.figure, group=reason.reason), "name": "reason"}
    for step in figures.funnel:
        yield _counted("funnel", step.name, step.n)
    for bar in figures.histogram:
        yield _counted("efficiency", "sessions", bar.n, group=bar_word(bar))
    for hour in figures.week:
        yield _counted("popular times", "starts", hour.starts, group=f"{WEEKDAYS[hour.weekday]} {hour.hour:02}:00")
    for day in figures.days:
        yield _counted("participation", "people_seen", day.seen, group=day.day.isoformat())
    for told in figures.advice:
        advice = told.advice
        yield {
            **_counted("recommendations", advice.topic.value, advice.n, group=told.label),
            "value": rounded(advice.share),
            "unit": Unit.SHARE.value,
            "hits": advice.hits,
            "counts": advice.counts,
            "over": advice.over,
            "low": rounded(advice.low),
            "high": rounded(advice.high),
        }


def bar_word(bar: Bar) -> str:
    """Return from which to which efficiency a bar reaches.

    >>> bar_word(Bar(low=0.5, high=0.75, n=3, drill="")), bar_word(Bar(low=1.5, high=None, n=0, drill=""))
    ('50–75 %', '150 % and more')
    """
    low = f"{bar.low * 100:g}"
    return f"{low} % and more" if bar.high is None else f"{low}–{bar.high * 100:g} %"


def rounded(value: float | None) -> float | None:
    """Return a value with as many digits as leave the program."""
    return None if value is None else round(value, _DIGITS)


def empty_row(panel: str, name: str, *, group: str = "") -> dict[str, Cell]:
    """Return a row that says what it is about and nothing else yet."""
    empty: dict[str, Cell] = dict.fromkeys(COLUMNS)
    return {**empty, "panel": panel, "name": name, "group": group}


def _hour(hour: HourOfWeek) -> dict[str, Shape]:
    return {
        "weekday": WEEKDAYS[hour.weekday],
        "hour": hour.hour,
        "starts": hour.starts,
        "ended": hour.ended,
        "no_show": hour.no_show,
        "people_seen": hour.seen,
    }


def _day(day: Day) -> dict[str, Shape]:
    return {
        "day": day.day.isoformat(),
        "people_seen": day.seen,
        "mean_7_days": rounded(day.mean),
        "sessions": day.sessions,
        "ended": day.ended,
        "no_show": day.no_show,
    }


def _recommendation(told: Told) -> dict[str, Shape]:
    advice = told.advice
    return {
        "topic": advice.topic.value,
        "about": told.label,
        "sentence": told.sentence,
        "value": rounded(advice.share),
        "n": advice.n,
        "low": rounded(advice.low),
        "high": rounded(advice.high),
        "all_n": advice.all_n,
    }


def _rate(figure: Figure) -> dict[str, Shape]:
    found: dict[str, Shape] = {
        "value": rounded(figure.value),
        "n": figure.n,
        "of": figure.definition.over,
        "unit": figure.definition.unit.value,
    }
    if figure.definition.unit is Unit.MINUTES:
        return {**found, "median": rounded(figure.median), "p90": rounded(figure.p90)}
    if figure.hits is not None:
        found["hits"] = figure.hits
    return {**found, "low": rounded(figure.low), "high": rounded(figure.high)}


def _row(panel: str, figure: Figure, *, group: str = "") -> dict[str, Cell]:
    definition = figure.definition
    return {
        "panel": panel,
        "name": figure.metric.value,
        "group": group,
        "value": rounded(figure.value),
        "unit": definition.unit.value,
        "n": figure.n,
        "hits": figure.hits,
        "counts": definition.counts,
        "over": definition.over,
        "low": rounded(figure.low),
        "high": rounded(figure.high),
        "median": rounded(figure.median),
        "p90": rounded(figure.p90),
    }


def _counted(panel: str, name: str, n: int, *, group: str = "") -> dict[str, Cell]:
    return {**empty_row(panel, name, group=group), "value": n, "unit": "count", "n": n}
