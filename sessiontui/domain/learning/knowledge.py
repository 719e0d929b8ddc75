"""What somebody knew of a skill before a session and after it, as they say it themselves, in points from 0 to 100."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from sessiontui.domain.errors import BadInput
from sessiontui.domain.records import record

STEPS: Final = 5
"""Whole numbers up to this are taken as answers from 1 to 5, as surveys ask."""

POINTS: Final = 100

MOST_LETTERS: Final = 60
"""Longest name of a skill: it stands in lists beside figures."""

_TEXT: Final = re.compile(r"(\d{1,3}(?:[.,]\d+)?)\s*(%|/\s*5|/\s*100)?", re.ASCII)


@record(kw_only=True)
class Knowledge:
    """One answer: what a person knew of a skill before a session and after it, in points."""

    session_id: int
    person_id: int
    skill: str
    before: float
    after: float
    at: datetime

    @property
    def gain(self) -> float:
        """How many points were gained; below zero where less was known after it."""
        return self.after - self.before


@record
class Learned:
    """One answer with how long its session ran."""

    skill: str
    before: float
    after: float
    time: timedelta
    session_id: int
    person_id: int

    @property
    def gain(self) -> float:
        """How many points were gained."""
        return self.after - self.before


def points_of(before: str, after: str) -> tuple[float, float]:
    """Return two answers in points: both from 1 to 5, or both from 0 to 100.

    Whole numbers of which neither is above 5 are steps from 1 to 5; ``3 %`` and ``3/100`` are points.

    >>> points_of("2", "4"), points_of("40", "75 %"), points_of("0 %", "5 %"), points_of("3/5", "5")
    ((25.0, 75.0), (40.0, 75.0), (0.0, 5.0), (50.0, 100.0))
    """
    told = [_told(before, "before"), _told(after, "after")]
    scales = {scale for _, scale in told if scale}
    if len(scales) > 1:
        raise BadInput("before and after are told on two scales", hint="both from 1 to 5, or both from 0 to 100")
    values = [value for value, _ in told]
    steps = scales == {STEPS} if scales else all(value <= STEPS and value == int(value) for value in values)
    if steps:
        for value, place in zip(values, ("before", "after"), strict=True):
            if not 1 <= value <= STEPS or value != int(value):
                raise BadInput(
                    f"{value:g} is no step from 1 to 5",
                    hint="write 3 % or 3/100 for points from 0 to 100",
                    place=place,
                )
        low, high = ((value - 1) * POINTS / (STEPS - 1) for value in values)
        return low, high
    for value, place in zip(values, ("before", "after"), strict=True):
        if value > POINTS:
            raise BadInput(f"{value:g} is above 100", hint="from 1 to 5, or from 0 to 100", place=place)
    return values[0], values[1]


def skill_of(text: str) -> str:
    """Return the name of a skill as it is kept: small letters, single spaces, so that one skill is one.

    >>> skill_of("  Test  Writing ")
    'test writing'
    """
    name = " ".join(text.split()).casefold()
    if not name:
        raise BadInput("a skill needs a name", place="skill")
    if len(name) > MOST_LETTERS:
        raise BadInput(f"a skill has at most {MOST_LETTERS} letters", place="skill")
    return name


def _told(text: str, place: str) -> tuple[float, int]:
    found = _TEXT.fullmatch(text.strip())
    if found is None:
        raise BadInput(
            f"{text.strip()[:20]!r} does not say how much is known", hint="from 1 to 5, or from 0 to 100", place=place
        )
    unit = (found[2] or "").replace(" ", "")
    return float(found[1].replace(",", ".")), {"": 0, "/5": STEPS}.get(unit, POINTS)
