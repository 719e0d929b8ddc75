"""How long a session made from a template should be planned for, from how long those before it took."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sessiontui.domain.phrases import count, span

LEAST: Final = 5
"""Past sessions from which on they say more than the template."""

QUANTILE: Final = 0.8
"""Four of five sessions are to end within what is proposed."""

STEP: Final = 5
"""Minutes: a calendar is read in such steps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lasting:
    """A proposed length in whole minutes, and what it rests on; median and p80 are ``None`` without past sessions."""

    minutes: int
    planned: int
    n: int
    median: timedelta | None = None
    p80: timedelta | None = None

    @property
    def is_learned(self) -> bool:
        """Whether past sessions decide it, not the template."""
        return self.n >= LEAST

    @property
    def said(self) -> str:
        """The proposal with its reasons, in one sentence."""
        if not self.n or self.median is None or self.p80 is None:
            return f"{span(self.planned)}, as the template says: none made from it has run yet"
        past = f"{count(self.n, 'session')} ran {_span(self.median)}" + (" on the median" if self.n > 1 else "")
        if not self.is_learned:
            return f"{span(self.planned)}, as the template says: {past}, too few to go by"
        past = f"{past}, 4 of 5 within {_span(self.p80)}"
        return f"{span(self.minutes)}: {past}"


def propose(planned: int, actuals: Sequence[timedelta]) -> Lasting:
    """Return the length for the next session, from the planned minutes and how long past ones truly ran.

    >>> propose(90, [timedelta(minutes=m) for m in (60, 70, 80, 100, 110)]).minutes
    105
    >>> propose(90, []).said
    '1 h 30, as the template says: none made from it has run yet'
    """
    ran = sorted(actuals)
    if not ran:
        return Lasting(minutes=planned, planned=planned, n=0)
    median, p80 = quantile(ran, 0.5), quantile(ran, QUANTILE)
    learned = max(STEP, math.ceil(p80 / timedelta(minutes=STEP)) * STEP)
    return Lasting(
        minutes=learned if len(ran) >= LEAST else planned, planned=planned, n=len(ran), median=median, p80=p80
    )


def quantile(ordered: Sequence[timedelta], share: float) -> timedelta:
    """Return a quantile of lengths in rising order, between two of them where it falls between them.

    >>> quantile([timedelta(minutes=10), timedelta(minutes=20)], 0.5)
    datetime.timedelta(seconds=900)
    """
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _span(length: timedelta) -> str:
    return span(round(length / timedelta(minutes=1)))
