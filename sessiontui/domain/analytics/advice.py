"""What the figures suggest: at most three recommendations, each resting on figures that stand out beyond chance.

A group stands out if even the low end of its interval lies above the share of all. Many groups are looked at, so the
interval is widened by how many there are: five in a hundred searches find one by chance, however many groups.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from sessiontui.domain.analytics.estimates import CONFIDENCE, wilson
from sessiontui.domain.analytics.outcomes import Sums
from sessiontui.domain.records import record

MOST: Final = 3

ENOUGH: Final = 20
"""Cases that a group needs to be spoken of."""

HITS: Final = 5

LIFT: Final = 1.25
"""How many times the share of all a group's share must be to be worth a word."""

LONG_FROM: Final = 6
"""The first bar of the efficiency histogram that means running over: 110 % and more."""

MAIN_REASON: Final = 0.25
"""A reason that surely stands behind more than a quarter of the cancellations is worth a word."""


class Topic(StrEnum):
    """What a recommendation is about."""

    MISSED_HOURS = "missed_hours"
    MISSED_MENTORS = "missed_mentors"
    MISSED_TAGS = "missed_tags"
    SLOW_MENTORS = "slow_mentors"
    OVERRUN = "overrun"
    EARLY_ENDS = "early_ends"
    CANCELLING_MENTORS = "cancelling_mentors"
    MAIN_REASON = "main_reason"


@record(kw_only=True)
class Advice:
    """One recommendation: about which value of which dimension, on what it rests, and what to do.

    ``hits`` of ``n`` in the group, ``all_hits`` of ``all_n`` altogether; ``low`` and ``high`` are the interval of
    the group's share. ``counts`` and ``over`` say in words what was counted.
    """

    topic: Topic
    dim: str
    key: str
    counts: str
    over: str
    hits: int
    n: int
    low: float
    high: float
    all_hits: int
    all_n: int
    todo: str

    @property
    def share(self) -> float:
        """The group's share."""
        return self.hits / self.n

    @property
    def excess(self) -> float:
        """How many cases there are beyond what the share of all would make of the group."""
        return self.hits - self.n * self.all_hits / self.all_n


@record(kw_only=True)
class _Search:
    topic: Topic
    dim: str
    counts: str
    over: str
    todo: str
    of: Callable[[Sums], tuple[int, int]]


def _missed(sums: Sums) -> tuple[int, int]:
    return sums.no_show, sums.ended


def _overrun(sums: Sums) -> tuple[int, int]:
    return sum(sums.bins[LONG_FROM:]), sums.met


_SEARCHES: Final = (
    _Search(
        topic=Topic.MISSED_HOURS,
        dim="hour",
        counts="nobody came",
        over="ended sessions",
        todo="remind people earlier, or offer another hour",
        of=_missed,
    ),
    _Search(
        topic=Topic.MISSED_MENTORS,
        dim="mentor",
        counts="nobody came",
        over="ended sessions",
        todo="talk to the mentor, and send reminders",
        of=_missed,
    ),
    _Search(
        topic=Topic.MISSED_TAGS,
        dim="tag",
        counts="nobody came",
        over="ended sessions",
        todo="ask those who stayed away why, and send reminders",
        of=_missed,
    ),
    _Search(
        topic=Topic.SLOW_MENTORS,
        dim="mentor",
        counts="answered later than 24 h",
        over="decided requests",
        todo="ask the mentor to answer daily, or let somebody else decide",
        of=lambda sums: (sums.slow, sums.answered),
    ),
    _Search(
        topic=Topic.OVERRUN,
        dim="kind",
        counts="ran 10 % over or more",
        over="sessions with someone present",
        todo="plan more time",
        of=_overrun,
    ),
    _Search(
        topic=Topic.OVERRUN,
        dim="tag",
        counts="ran 10 % over or more",
        over="sessions with someone present",
        todo="plan more time",
        of=_overrun,
    ),
    _Search(
        topic=Topic.EARLY_ENDS,
        dim="tag",
        counts="ended early",
        over="ended sessions",
        todo="plan less time, or look into why people leave",
        of=lambda sums: (sums.early, sums.ended),
    ),
    _Search(
        topic=Topic.CANCELLING_MENTORS,
        dim="mentor",
        counts="cancelled",
        over="ended and cancelled sessions",
        todo="talk to the mentor about their load",
        of=lambda sums: (sums.cancelled, sums.ended + sums.cancelled),
    ),
)


def advise(groups: Mapping[str, Mapping[str, Sums]], overall: Sums) -> tuple[Advice, ...]:
    """Return the recommendations that sums by dimension and value support, what weighs most first; none is forced.

    The empty value of a dimension, such as *no mentor*, is not spoken of.
    """
    found = [advice for search in _SEARCHES for advice in _standing_out(search, groups.get(search.dim, {}), overall)]
    found += _main_reason(groups.get("reason", {}))
    found.sort(key=lambda advice: (-advice.excess, advice.topic, advice.key))
    best: dict[Topic, Advice] = {}
    for advice in found:
        best.setdefault(advice.topic, advice)
    return tuple(best.values())[:MOST]


def _standing_out(search: _Search, groups: Mapping[str, Sums], overall: Sums) -> list[Advice]:
    counted = {key: search.of(sums) for key, sums in groups.items()}
    all_hits, all_n = search.of(overall)
    looked_at = {key: both for key, both in counted.items() if key and both[1] >= ENOUGH}
    if not all_n or not looked_at:
        return []
    confidence = 1 - 2 * (1 - CONFIDENCE) / len(looked_at)  # one-sided, for as many as are looked at
    found = []
    for key, (hits, n) in looked_at.items():
        strict = wilson(hits, n, confidence=max(confidence, CONFIDENCE))
        shown = wilson(hits, n)
        if strict is None or shown is None or hits < HITS:
            continue
        if strict[0] > all_hits / all_n and hits / n >= LIFT * all_hits / all_n:
            found.append(
                Advice(
                    topic=search.topic,
                    dim=search.dim,
                    key=key,
                    counts=search.counts,
                    over=search.over,
                    hits=hits,
                    n=n,
                    low=shown[0],
                    high=shown[1],
                    all_hits=all_hits,
                    all_n=all_n,
                    todo=search.todo,
                )
            )
    return found


def _main_reason(groups: Mapping[str, Sums]) -> list[Advice]:
    n = sum(sums.cancelled for sums in groups.values())
    found = []
    for key, sums in groups.items():
        interval = wilson(sums.cancelled, n)
        if key and interval is not None and n >= ENOUGH and interval[0] > MAIN_REASON:
            found.append(
                Advice(
                    topic=Topic.MAIN_REASON,
                    dim="reason",
                    key=key,
                    counts="given as the reason",
                    over="cancelled sessions",
                    hits=sums.cancelled,
                    n=n,
                    low=interval[0],
                    high=interval[1],
                    all_hits=0,
                    all_n=n,
                    todo="look into this reason first",
                )
            )
    return found
