"""Three scores from 0 to 100, each a weighted mean of its parts: one table is the formula, the words and the sum.

A part of which nothing is known is left out and the weights of the others count for the whole, so that a session
without a checklist is not the worse for it. A score whose first part is not known says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final

from sessiontui.domain.phrases import count, minutes, span
from sessiontui.domain.records import record
from sessiontui.domain.scoring.effort import Count, Effort
from sessiontui.domain.scoring.focus import FOCUSED

WHOLE: Final = 100

_DIGITS: Final = 6


class Score(StrEnum):
    """The scores by name, in the order in which they are shown."""

    PRODUCTIVITY = "productivity"
    EFFICIENCY = "efficiency"
    QUALITY = "quality"

    @property
    def formula(self) -> str:
        """The formula, as it stands on the screen.

        >>> Score.PRODUCTIVITY.formula
        'productivity = 60 goals + 25 focus + 15 calm'
        """
        return f"{self} = " + " + ".join(f"{rule.weight} {rule.name}" for rule in _RULES[self])


@record
class Part:
    """One part of a score: its weight, what it is worth from 0 to 1 (``None``: not known), the fact behind it."""

    name: str
    weight: int
    value: float | None
    told: str


@record
class Scored:
    """A score of one session with its parts; ``value`` is ``None`` where its first part is not known."""

    score: Score
    parts: tuple[Part, ...]

    @property
    def value(self) -> int | None:
        """The score, from 0 to 100."""
        known = [part for part in self.parts if part.value is not None]
        if not known or (self.score in _NEEDS_FIRST and self.parts[0].value is None):
            return None
        whole = sum(part.weight for part in known)
        mean = WHOLE * sum(part.weight * (part.value or 0.0) for part in known) / whole
        return int(round(mean, _DIGITS) + 0.5)  # a half goes up, also one that floats a little below

    @property
    def told(self) -> str:
        """The score with the parts that it is made of, in one breath."""
        value = self.value
        known = ", ".join(part.told for part in self.parts if part.value is not None)
        if value is None:
            return f"{self.score}: not known, {self.parts[0].told}"
        return f"{self.score} {value}: {known}"


@record
class _Rule:
    name: str
    weight: int
    means: str
    of: Callable[[Effort], float | None]
    told: Callable[[Effort], str]


def scores_of(effort: Effort) -> tuple[Scored, ...]:
    """Return the three scores of a session."""
    return tuple(
        Scored(score, tuple(Part(rule.name, rule.weight, rule.of(effort), rule.told(effort)) for rule in rules))
        for score, rules in _RULES.items()
    )


def meanings(score: Score) -> tuple[tuple[str, int, str], ...]:
    """Return the parts of a score: name, weight, and what each is."""
    return tuple((rule.name, rule.weight, rule.means) for rule in _RULES[score])


def _plan(effort: Effort) -> float | None:
    return None if effort.progress is None else effort.progress / WHOLE


def _calm(effort: Effort) -> float | None:
    an_hour = effort.focus.an_hour
    return None if an_hour is None else 1 / (1 + an_hour)


def _earned(effort: Effort) -> float | None:
    """Return the time that the done part of the plan was to take, over the time that it took."""
    plan, ratio = _plan(effort), effort.ratio
    return None if plan is None or ratio is None else min(1.0, plan / ratio)


def _close(effort: Effort) -> float | None:
    ratio = effort.ratio
    return None if ratio is None else min(ratio, 1 / ratio)


def _running(effort: Effort) -> float | None:
    whole = effort.actual + effort.paused
    return effort.actual / whole if whole else None


def _stars(effort: Effort) -> float | None:
    return (_mean(effort.stars) - 1) / 4 if effort.stars else None


def _mean(values: Iterable[int]) -> float:
    known = list(values)
    return sum(known) / len(known)


def _of(counted: Count, noun: str, done: str) -> str:
    return f"{counted.done} of {count(counted.of, noun)} {done}" if counted.of else f"no {noun}"


def _span(time: timedelta) -> str:
    return span(minutes(time))


def _told_plan(effort: Effort) -> str:
    if effort.progress is None:
        return "no goals"
    return f"{effort.goals.done} of {count(effort.goals.of, 'goal')}, {effort.progress} %"


def _told_earned(effort: Effort) -> str:
    plan = _plan(effort)
    if plan is None:
        return "no goals"
    return f"{_span(effort.estimate * plan)} earned in {_span(effort.actual)}"


def _told_focus(effort: Effort) -> str:
    focus = effort.focus
    return f"{_span(focus.total)} of {_span(focus.run)} in focus" if focus.run else "nobody at work"


def _told_stars(effort: Effort) -> str:
    return f"rated {_mean(effort.stars):.1f} of 5 by {len(effort.stars)}" if effort.stars else "no rating"


_RULES: Final[Mapping[Score, tuple[_Rule, ...]]] = {
    Score.PRODUCTIVITY: (
        _Rule("goals", 60, "share of the plan that is done, by weight", _plan, _told_plan),
        _Rule(
            "focus",
            25,
            f"time in stretches of {_span(FOCUSED)} and more, of the time at work",
            lambda effort: effort.focus.share,
            _told_focus,
        ),
        _Rule(
            "calm",
            15,
            "1 / (1 + interruptions an hour)",
            _calm,
            lambda effort: count(effort.focus.interruptions, "interruption"),
        ),
    ),
    Score.EFFICIENCY: (
        _Rule(
            "earned",
            60,
            "share of the plan that is done × estimated / actual time, 1 at the most",
            _earned,
            _told_earned,
        ),
        _Rule(
            "estimate",
            25,
            "the shorter of estimated and actual time, of the longer",
            _close,
            lambda effort: f"{_span(effort.actual)} of {_span(effort.estimate)} planned",
        ),
        _Rule(
            "running",
            15,
            "time at work, of that and of the pauses",
            _running,
            lambda effort: f"{_span(effort.paused)} paused",
        ),
    ),
    Score.QUALITY: (
        _Rule(
            "milestones",
            30,
            "milestones that were reached",
            lambda effort: effort.milestones.share,
            lambda effort: _of(effort.milestones, "milestone", "reached"),
        ),
        _Rule(
            "checklist",
            20,
            "items of the checklist that are ticked",
            lambda effort: effort.checks.share,
            lambda effort: _of(effort.checks, "check", "ticked"),
        ),
        _Rule(
            "blockers",
            20,
            "blockers that were resolved",
            lambda effort: effort.blockers.share,
            lambda effort: _of(effort.blockers, "blocker", "resolved"),
        ),
        _Rule(
            "rating",
            30,
            "mean rating, 1 as nothing and 5 as all",
            _stars,
            _told_stars,
        ),
    ),
}

_NEEDS_FIRST: Final = frozenset({Score.PRODUCTIVITY, Score.EFFICIENCY})
"""Scores that tell nothing without goals."""
