"""What the past suggests: at most three recommendations, each resting on figures that stand out beyond chance.

All that might be said is tested together and corrected for how much that is, by Holm's method; where data are thin
nothing is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from sessiontui.domain.analytics.students import (
    chance_of_mean,
    chance_of_means,
    chance_of_shares,
    holm,
    t_interval,
)
from sessiontui.domain.analytics.wording import percent
from sessiontui.domain.learning.knowledge import Learned
from sessiontui.domain.learning.patterns import ENOUGH, SURE, Aspect, Pattern
from sessiontui.domain.phrases import number, span
from sessiontui.domain.records import record, replace

MOST: Final = 3

FEW: Final = 10
"""Values that a mean needs to be spoken of."""

LIFT: Final = 0.1
"""How far two shares lie apart at the least to be worth a word."""

OVER: Final = 1.1
"""From which mean of actual over estimated time on sessions of a template run over."""


class Topic(StrEnum):
    """What a recommendation is about."""

    GOES_WELL = "goes_well"
    GOES_BADLY = "goes_badly"
    RUNS_OVER = "runs_over"
    TEACHES_MORE = "teaches_more"
    TEACHES_LESS = "teaches_less"


@record(kw_only=True)
class Lesson:
    """One recommendation: about which value of what, the sentence of its figures, what to do, and how sure it is.

    ``value`` with its interval is a share, a ratio or points, as the topic says; ``against`` is that of all others.
    ``chance`` is how likely chance alone would show it, corrected for all that was looked at.
    """

    topic: Topic
    dim: str
    key: str
    value: float
    n: int
    low: float
    high: float
    against: float
    others: int
    chance: float
    todo: str
    interval: str

    def sentence(self, label: str) -> str:
        """Return the recommendation with the evidence for it; ``label`` is how its value is shown."""
        about = {
            Aspect.TEMPLATE: f"Sessions made from {label}",
            Aspect.HOUR: f"Sessions that start from {label} on, within the hour,",
            Aspect.LENGTH: f"Sessions planned for {label}",
            Aspect.WEEKDAY: f"Sessions on a {label}",
            "skill": f"Sessions on {label}",
        }.get(self.dim, label)
        match self.topic:
            case Topic.GOES_WELL | Topic.GOES_BADLY:
                only = "" if self.topic is Topic.GOES_WELL else "only "
                fact = f"went well in {only}{percent(self.value)} of {number(self.n)} cases"
                sure = f"({_range(self.low, self.high, 100)} %, {self.interval})"
                against = f"against {percent(self.against)} of {number(self.others)} others"
            case Topic.RUNS_OVER:
                fact = f"take {percent(self.value)} of the time estimated on the mean of {number(self.n)}"
                sure = f"({_range(self.low, self.high, 100)} %, {self.interval})"
                against = ""
            case _:
                more = "more" if self.topic is Topic.TEACHES_MORE else "less"
                fact = f"teach {more}: {self.value:+.0f} points in {number(self.n)} answers"
                sure = f"({_range(self.low, self.high, 1)}, {self.interval})"
                against = f"against {self.against:+.0f} in {number(self.others)} others"
        tail = f", {against}" if against else ""
        return f"{about} {fact} {sure}{tail}. {self.todo}."


def lessons_of(
    patterns: Sequence[Pattern],
    ratios: Mapping[str, Sequence[float]],
    answers: Sequence[Learned],
    *,
    planned: Mapping[str, int] | None = None,
) -> tuple[Lesson, ...]:
    """Return at most three recommendations, the surest first, no two about one topic and dimension.

    ``ratios`` are actual over estimated times by template, ``planned`` the minutes that these foresee.
    """
    found = [*_from_patterns(patterns), *_from_ratios(ratios, planned or {}), *_from_answers(answers)]
    corrected = holm([chance for chance, _ in found])
    sure: list[Lesson] = []
    for chance, (_, lesson) in sorted(
        zip(corrected, found, strict=True), key=lambda pair: (pair[0], pair[1][0], pair[1][1].dim, pair[1][1].key)
    ):
        if chance < SURE and _matters(lesson):
            sure.append(replace(lesson, chance=chance))
    best: dict[tuple[Topic, str], Lesson] = {}
    for lesson in sure:
        best.setdefault((lesson.topic, lesson.dim), lesson)
    return tuple(best.values())[:MOST]


def _matters(lesson: Lesson) -> bool:
    """Return whether what was found is large enough to act on."""
    match lesson.topic:
        case Topic.GOES_WELL | Topic.GOES_BADLY:
            return abs(lesson.value - lesson.against) >= LIFT
        case Topic.RUNS_OVER:
            return lesson.value >= OVER
        case _:
            return True


def _from_patterns(patterns: Sequence[Pattern]) -> list[tuple[float, Lesson]]:
    found = []
    for one in patterns:
        if one.n < ENOUGH or one.other_n < ENOUGH or one.other_share is None:
            continue
        well = one.is_better
        lesson = Lesson(
            topic=Topic.GOES_WELL if well else Topic.GOES_BADLY,
            dim=one.aspect,
            key=one.key,
            value=one.share,
            n=one.n,
            low=one.low,
            high=one.high,
            against=one.other_share,
            others=one.other_n,
            chance=1.0,
            todo=_TODO[one.aspect][0 if well else 1],
            interval="Wilson",
        )
        found.append((chance_of_shares(one.hits, one.n, one.other_hits, one.other_n), lesson))
    return found


def _from_ratios(ratios: Mapping[str, Sequence[float]], planned: Mapping[str, int]) -> list[tuple[float, Lesson]]:
    found = []
    for key, values in ratios.items():
        interval = t_interval(values)
        if not key or len(values) < FEW or interval is None:
            continue
        mean = sum(values) / len(values)
        todo = "Plan more time"
        if key in planned:
            todo = f"Plan {span(5 * round(planned[key] * mean / 5))} instead of {span(planned[key])}"
        lesson = Lesson(
            topic=Topic.RUNS_OVER,
            dim=Aspect.TEMPLATE,
            key=key,
            value=mean,
            n=len(values),
            low=interval[0],
            high=interval[1],
            against=1.0,
            others=0,
            chance=1.0,
            todo=todo,
            interval="t interval",
        )
        # Only running over is worth a word, but sessions that end sooner were looked at as well.
        found.append((chance_of_mean(values, 1.0), lesson))
    return found


def _from_answers(answers: Sequence[Learned]) -> list[tuple[float, Lesson]]:
    gains: dict[str, list[float]] = {}
    for answer in answers:
        gains.setdefault(answer.skill, []).append(answer.gain)
    found = []
    for skill, values in gains.items():
        others = [gain for other, more in gains.items() if other != skill for gain in more]
        interval = t_interval(values)
        if len(values) < FEW or len(others) < FEW or interval is None:
            continue
        mean, against = sum(values) / len(values), sum(others) / len(others)
        more = mean > against
        lesson = Lesson(
            topic=Topic.TEACHES_MORE if more else Topic.TEACHES_LESS,
            dim="skill",
            key=skill,
            value=mean,
            n=len(values),
            low=interval[0],
            high=interval[1],
            against=against,
            others=len(others),
            chance=1.0,
            todo="See what these do, and do it elsewhere" if more else "Look into how it is taught",
            interval="t interval",
        )
        found.append((chance_of_means(values, others), lesson))
    return found


def _range(low: float, high: float, scale: int) -> str:
    return f"{round(low * scale)}–{round(high * scale)}"


_TODO: Final[Mapping[Aspect, tuple[str, str]]] = {
    Aspect.TEMPLATE: ("Plan more of them, or take over what they do", "Rework the template, or ask who used it why"),
    Aspect.HOUR: ("Offer more at that hour", "Offer another hour"),
    Aspect.LENGTH: ("Plan more of that length", "Plan another length"),
    Aspect.WEEKDAY: ("Offer more on that day", "Offer another day"),
}
