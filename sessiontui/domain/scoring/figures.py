"""Figures of many work sessions: what each is, over what it is counted, and how sure it is.

Shares carry Wilson's interval, means the t interval; both hold the truth 95 times in a hundred.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from functools import partial
from typing import Final

from sessiontui.domain.analytics.estimates import wilson
from sessiontui.domain.analytics.metrics import Definition, Unit
from sessiontui.domain.analytics.students import t_interval
from sessiontui.domain.planning.words import Phase
from sessiontui.domain.records import record
from sessiontui.domain.scoring.effort import Effort
from sessiontui.domain.scoring.scores import Score, scores_of

CLOSE: Final = 0.2
"""An estimate that is missed by no more than a fifth counts as met."""

_MINUTE: Final = timedelta(minutes=1)


class WorkMetric(StrEnum):
    """The figures by name, in the order in which they are shown."""

    PRODUCTIVITY = "productivity"
    EFFICIENCY = "efficiency"
    QUALITY = "quality"
    GOAL_COMPLETION = "goal_completion"
    SUCCESS_RATE = "success_rate"
    ESTIMATE_RATIO = "estimate_ratio"
    ESTIMATE_MET = "estimate_met"
    FOCUS_SHARE = "focus_share"
    LONGEST_FOCUS = "longest_focus"
    INTERRUPTIONS = "interruptions"
    BLOCKERS_RESOLVED = "blockers_resolved"


_WORKED: Final = "is:work status:complete,early -is:provisional"
_PLANNED: Final = "has:goals is:ended -is:provisional"
_ENDED: Final = "is:work is:ended -is:provisional"

DEFINITIONS: Final[Mapping[WorkMetric, Definition]] = {
    WorkMetric.PRODUCTIVITY: Definition(
        title="Productivity",
        counts=f"mean of {Score.PRODUCTIVITY.formula}",
        over="ended sessions with goals",
        unit=Unit.POINTS,
        sessions=_PLANNED,
    ),
    WorkMetric.EFFICIENCY: Definition(
        title="Efficiency",
        counts=f"mean of {Score.EFFICIENCY.formula}",
        over="ended sessions with goals and time",
        unit=Unit.POINTS,
        sessions=_PLANNED,
    ),
    WorkMetric.QUALITY: Definition(
        title="Quality",
        counts=f"mean of {Score.QUALITY.formula}",
        over="ended sessions with any of it",
        unit=Unit.POINTS,
        sessions=_ENDED,
    ),
    WorkMetric.GOAL_COMPLETION: Definition(
        title="Goals done",
        counts="goals that were done",
        over="goals of ended sessions",
        unit=Unit.SHARE,
        sessions=_PLANNED,
    ),
    WorkMetric.SUCCESS_RATE: Definition(
        title="Success",
        counts="ended complete with every goal done",
        over="ended sessions with goals",
        unit=Unit.SHARE,
        sessions="status:complete -is:provisional has:goals progress:>=100",
    ),
    WorkMetric.ESTIMATE_RATIO: Definition(
        title="Actual / estimate",
        counts="mean of actual / first planned time",
        over="ended sessions with time",
        unit=Unit.RATIO,
        sessions=_WORKED,
        better=None,
    ),
    WorkMetric.ESTIMATE_MET: Definition(
        title="Estimate met",
        counts=f"no more than {CLOSE:.0%} away".replace("%", " %"),
        over="ended sessions with time",
        unit=Unit.SHARE,
        sessions=_WORKED,
    ),
    WorkMetric.FOCUS_SHARE: Definition(
        title="Focus",
        counts="mean share of focus in the time at work",
        over="ended sessions with time",
        unit=Unit.RATIO,
        sessions=_WORKED,
    ),
    WorkMetric.LONGEST_FOCUS: Definition(
        title="Longest stretch",
        counts="mean of the longest time without interruption",
        over="ended sessions with time",
        unit=Unit.SPAN,
        sessions=_WORKED,
    ),
    WorkMetric.INTERRUPTIONS: Definition(
        title="Interruptions",
        counts="mean interruptions in an hour at work",
        over="ended sessions with time",
        unit=Unit.AN_HOUR,
        sessions=_WORKED,
        better=False,
    ),
    WorkMetric.BLOCKERS_RESOLVED: Definition(
        title="Blockers resolved",
        counts="blockers that were resolved",
        over="blockers of ended sessions",
        unit=Unit.SHARE,
        sessions=_ENDED,
    ),
}

BESIDE: Final[tuple[tuple[WorkMetric, str], ...]] = (
    (WorkMetric.PRODUCTIVITY, "Product."),
    (WorkMetric.EFFICIENCY, "Effic."),
    (WorkMetric.QUALITY, "Quality"),
    (WorkMetric.GOAL_COMPLETION, "Goals"),
    (WorkMetric.SUCCESS_RATE, "Success"),
    (WorkMetric.ESTIMATE_RATIO, "Of est."),
    (WorkMetric.FOCUS_SHARE, "Focus"),
    (WorkMetric.INTERRUPTIONS, "Interr."),
)
"""The figures that stand beside each other where groups are compared, as many as fit, with short headings."""


@record(kw_only=True)
class WorkFigure:
    """One figure: its value, how many it rests on, and its interval; ``None`` where there is nothing to count.

    ``hits`` are those of the ``n`` that a share counts. Lengths are in minutes.
    """

    metric: WorkMetric
    value: float | None = None
    n: int = 0
    hits: int | None = None
    low: float | None = None
    high: float | None = None

    @property
    def definition(self) -> Definition:
        """What the figure is."""
        return DEFINITIONS[self.metric]


@record(kw_only=True)
class PhaseShare:
    """How long a phase took; ``n`` are the sessions in which it took any time, no phase is what belongs to none."""

    phase: Phase | None
    time: timedelta
    share: float
    n: int


@record(kw_only=True)
class WeekOfWork:
    """The sessions of one week from Monday on: how many, and the means of what is known of them."""

    monday: date
    n: int
    productivity: float | None
    efficiency: float | None
    quality: float | None
    goals_done: int
    goals: int
    focus: timedelta


def figures_of(efforts: Sequence[Effort]) -> tuple[WorkFigure, ...]:
    """Return every figure of some sessions, in their order."""
    scores = {score: _known(efforts, partial(_score, score)) for score in Score}
    ratios = _known(efforts, lambda one: one.ratio)
    met = sum(1 - CLOSE <= ratio <= 1 + CLOSE for ratio in ratios)
    ran = [one for one in efforts if one.focus.run]
    succeeded = [one.succeeded for one in efforts if one.succeeded is not None]
    goals = _sum(efforts, "goals")
    blockers = _sum(efforts, "blockers")
    return (
        *(_mean(WorkMetric(score), values, top=100.0) for score, values in scores.items()),
        _share(WorkMetric.GOAL_COMPLETION, *goals),
        _share(WorkMetric.SUCCESS_RATE, sum(succeeded), len(succeeded)),
        _mean(WorkMetric.ESTIMATE_RATIO, ratios),
        _share(WorkMetric.ESTIMATE_MET, met, len(ratios)),
        _mean(WorkMetric.FOCUS_SHARE, _known(ran, lambda one: one.focus.share), top=1.0),
        _mean(WorkMetric.LONGEST_FOCUS, [one.focus.longest / _MINUTE for one in ran]),
        _mean(WorkMetric.INTERRUPTIONS, _known(ran, lambda one: one.focus.an_hour)),
        _share(WorkMetric.BLOCKERS_RESOLVED, *blockers),
    )


def phases_of(efforts: Iterable[Effort]) -> tuple[PhaseShare, ...]:
    """Return how long each phase took, those without any time left out, what belongs to none at the end."""
    times: Counter[Phase | None] = Counter()
    found_in: Counter[Phase | None] = Counter()
    for effort in efforts:
        for phase, time in effort.phases.items():
            if time:
                times[phase] += time // timedelta(milliseconds=1)
                found_in[phase] += 1
    whole = sum(times.values())
    return tuple(
        PhaseShare(
            phase=phase,
            time=timedelta(milliseconds=times[phase]),
            share=times[phase] / whole,
            n=found_in[phase],
        )
        for phase in (*Phase, None)
        if times[phase]
    )


def by_week(efforts: Iterable[Effort], day_of: Callable[[Effort], date]) -> tuple[WeekOfWork, ...]:
    """Return the weeks in which something was worked on, the earliest first."""
    weeks: dict[date, list[Effort]] = {}
    for effort in efforts:
        day = day_of(effort)
        weeks.setdefault(day - timedelta(days=day.weekday()), []).append(effort)
    return tuple(_week(monday, weeks[monday]) for monday in sorted(weeks))


def _week(monday: date, efforts: Sequence[Effort]) -> WeekOfWork:
    means = [_average(_known(efforts, partial(_score, score))) for score in Score]
    done, goals = _sum(efforts, "goals")
    return WeekOfWork(
        monday=monday,
        n=len(efforts),
        productivity=means[0],
        efficiency=means[1],
        quality=means[2],
        goals_done=done,
        goals=goals,
        focus=sum((one.focus.total for one in efforts), timedelta()),
    )


def _score(score: Score, effort: Effort) -> float | None:
    found = next(one for one in scores_of(effort) if one.score is score).value
    return None if found is None else float(found)


def _known(efforts: Iterable[Effort], of: Callable[[Effort], float | None]) -> list[float]:
    return [value for value in map(of, efforts) if value is not None]


def _sum(efforts: Iterable[Effort], name: str) -> tuple[int, int]:
    counts = [getattr(one, name) for one in efforts]
    return sum(one.done for one in counts), sum(one.of for one in counts)


def _average(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _share(metric: WorkMetric, hits: int, n: int) -> WorkFigure:
    low, high = wilson(hits, n) or (None, None)
    return WorkFigure(metric=metric, value=hits / n if n else None, n=n, hits=hits, low=low, high=high)


def _mean(metric: WorkMetric, values: Sequence[float], *, top: float | None = None) -> WorkFigure:
    interval = t_interval(values)
    low, high = (None, None) if interval is None else (max(0.0, interval[0]), interval[1])
    if high is not None and top is not None:
        high = min(top, high)
    return WorkFigure(metric=metric, value=_average(values), n=len(values), low=low, high=high)
