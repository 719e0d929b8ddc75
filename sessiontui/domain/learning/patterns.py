"""Patterns: which template, hour, length and day go with sessions that went well, beyond chance.

A session went well if it ended complete, with every goal done where it had goals, and rated 4 or better where it was
rated. Shares carry Wilson's interval. Each value is compared with all others of its kind; the chances are corrected
for how many comparisons are made together, by Holm's method.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from sessiontui.domain.analytics.estimates import wilson
from sessiontui.domain.analytics.students import chance_of_shares, holm
from sessiontui.domain.learning.skills import NO_MEAN, Mean, mean_of
from sessiontui.domain.records import record, replace

ENOUGH: Final = 20
"""Sessions that a value and all others need to be compared."""

GOOD: Final = 4.0
"""The mean rating from which on a session was liked."""

SURE: Final = 0.05
"""Below this chance, corrected, something stands out."""

LENGTHS: Final = (30, 60, 90, 120)
"""Where the bands of planned minutes end; the last has no end."""


class Aspect(StrEnum):
    """What a session is looked at for."""

    TEMPLATE = "template"
    HOUR = "hour"
    LENGTH = "length"
    WEEKDAY = "weekday"


@record(kw_only=True)
class Trial:
    """One ended session: where it stands in each aspect, and what came of it.

    ``stars`` is its mean rating, ``gain`` the mean gain that was told of it, each ``None`` where nobody said.
    ``keys`` hold the values of the aspects; an empty one says nothing.
    """

    session_id: int
    starts_at: datetime
    keys: Mapping[Aspect, str]
    complete: bool
    progress: int | None = None
    stars: float | None = None
    gain: float | None = None

    @property
    def went_well(self) -> bool:
        """Whether it went well."""
        done = self.progress is None or self.progress >= 100
        return self.complete and done and (self.stars is None or self.stars >= GOOD)


@record(kw_only=True)
class Pattern:
    """One value of an aspect: how many of its sessions went well, against all others.

    ``chance`` is how likely it is apart from them by chance alone, corrected; ``None`` where there are too few.
    ``gain`` is what people say they gained in these sessions, in points.
    """

    aspect: Aspect
    key: str
    hits: int
    n: int
    low: float
    high: float
    other_hits: int
    other_n: int
    chance: float | None = None
    gain: Mean = NO_MEAN

    @property
    def share(self) -> float:
        """The share that went well."""
        return self.hits / self.n

    @property
    def other_share(self) -> float | None:
        """The share of all others that did."""
        return self.other_hits / self.other_n if self.other_n else None

    @property
    def stands_out(self) -> bool:
        """Whether it is surely apart from the others."""
        return self.chance is not None and self.chance < SURE

    @property
    def is_better(self) -> bool:
        """Whether more of its sessions went well."""
        return self.other_share is not None and self.share > self.other_share


def patterns_of(trials: Sequence[Trial]) -> tuple[Pattern, ...]:
    """Return every value of every aspect, in the order of the aspects and of their values."""
    found: list[Pattern] = []
    raw: list[float] = []
    places: list[int] = []
    for aspect in Aspect:
        groups: dict[str, list[Trial]] = {}
        for trial in trials:
            if trial.keys.get(aspect, ""):
                groups.setdefault(trial.keys[aspect], []).append(trial)
        all_n = sum(len(group) for group in groups.values())
        all_hits = sum(trial.went_well for group in groups.values() for trial in group)
        for key in sorted(groups, key=_in_order):
            pattern = _pattern(aspect, key, groups[key], all_hits, all_n)
            if pattern.n >= ENOUGH and pattern.other_n >= ENOUGH:
                raw.append(chance_of_shares(pattern.hits, pattern.n, pattern.other_hits, pattern.other_n))
                places.append(len(found))
            found.append(pattern)
    for place, chance in zip(places, holm(raw), strict=True):
        found[place] = replace(found[place], chance=chance)
    return tuple(found)


def length_band(minutes: int) -> str:
    """Return the band of planned minutes that a length lies in.

    >>> length_band(30), length_band(45), length_band(180)
    ('to 30 min', '31–60 min', 'over 120 min')
    """
    low = 0
    for high in LENGTHS:
        if minutes <= high:
            return f"{low + 1}–{high} min" if low else f"to {high} min"
        low = high
    return f"over {LENGTHS[-1]} min"


def length_bounds(band: str) -> tuple[int, int | None]:
    """Return above how many minutes a band begins, and with how many it ends.

    >>> length_bounds("31–60 min"), length_bounds("over 120 min")
    ((30, 60), (120, None))
    """
    edges: list[tuple[int, int | None]] = [*zip((0, *LENGTHS), LENGTHS, strict=False), (LENGTHS[-1], None)]
    return next(edge for edge in edges if length_band(edge[0] + 1) == band)


def _pattern(aspect: Aspect, key: str, group: Sequence[Trial], all_hits: int, all_n: int) -> Pattern:
    hits, n = sum(trial.went_well for trial in group), len(group)
    low, high = wilson(hits, n) or (0.0, 1.0)
    return Pattern(
        aspect=aspect,
        key=key,
        hits=hits,
        n=n,
        low=low,
        high=high,
        other_hits=all_hits - hits,
        other_n=all_n - n,
        gain=mean_of([trial.gain for trial in group if trial.gain is not None]),
    )


def _in_order(key: str) -> tuple[int, str]:
    """Return a key that sorts numbers in words by size: bands of minutes, hours, weekdays."""
    bands = [length_band(edge + 1) for edge in (0, *LENGTHS)]
    return (bands.index(key) if key in bands else 0, key)
