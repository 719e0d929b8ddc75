"""Figures in plain words: what a share is, of how many, and between what it surely lies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final, Protocol

from sessiontui.domain.analytics.metrics import Definition, Figure, Metric, Unit
from sessiontui.domain.phrases import minutes, number, span

NONE: Final = "no data"

SURE: Final = "95 % CI"
"""The heading over intervals: each holds the truth 95 times in a hundred."""

BESIDE: Final[tuple[tuple[Metric, str], ...]] = (
    (Metric.COMPLETION_RATE, "Complete"),
    (Metric.NO_SHOW_RATE, "No show"),
    (Metric.EARLY_END_RATE, "Early"),
    (Metric.SHOW_UP_RATE, "Show-up"),
    (Metric.DURATION_EFFICIENCY, "Effic."),
    (Metric.CANCELLATION_RATE, "Cancel"),
    (Metric.APPROVAL_RATE, "Approval"),
    (Metric.SLOW_ANSWERS, "Slow"),
)
"""The figures that stand beside each other where groups are compared, as many as fit, with short headings."""


MEDIANS: Final[tuple[tuple[Metric, str], ...]] = (
    (Metric.RESPONSE_TIME, "Answer"),
    (Metric.REQUEST_LEAD, "Lead"),
)
"""The medians that stand beside each other where they were asked for; the shares make room for them."""


def beside_of(figures: Iterable[Figure]) -> tuple[tuple[Metric, str], ...]:
    """Return which figures of a group stand beside each other, the most important first."""
    known = {figure.metric for figure in figures}
    medians = tuple(one for one in MEDIANS if one[0] in known)
    return (*BESIDE[:2], *medians, *BESIDE[2:]) if medians else BESIDE


class Shown(Protocol):
    """What the words ask of a figure."""

    @property
    def value(self) -> float | None:
        """The figure itself; ``None`` where there is nothing to count."""
        ...

    @property
    def n(self) -> int:
        """How many it rests on."""
        ...

    @property
    def low(self) -> float | None:
        """Where its interval begins."""
        ...

    @property
    def high(self) -> float | None:
        """Where its interval ends."""
        ...

    @property
    def definition(self) -> Definition:
        """What it is."""
        ...


def percent(share: float) -> str:
    """Return a share in percent, to one digit where it is small.

    >>> percent(0.816), percent(0.004), percent(1.0), percent(0.0)
    ('82 %', '0.4 %', '100 %', '0 %')
    """
    hundredths = share * 100
    return f"{hundredths:.1f} %" if 0 < hundredths < 1 else f"{round(hundredths)} %"


def value_word(figure: Shown) -> str:
    """Return the value of a figure."""
    value = figure.value
    if value is None:
        return NONE
    match figure.definition.unit:
        case Unit.SHARE | Unit.RATIO:
            return percent(value)
        case Unit.MINUTES:
            return span(minutes(timedelta(minutes=value)))
        case Unit.SPAN:
            return f"{value:.0f} min"
        case Unit.STARS | Unit.AN_HOUR:
            return f"{value:.1f}"
        case Unit.POINTS:
            return f"{value:.0f}"


def sure_word(figure: Shown) -> str:
    """Return between what a figure surely lies, or of a duration what nine tenths stay below.

    >>> from sessiontui.domain.analytics.metrics import Metric, share_of
    >>> sure_word(share_of(Metric.COMPLETION_RATE, 117, 143))
    '75–87'
    """
    unit = figure.definition.unit
    if unit is Unit.MINUTES:
        p90 = figure.p90 if isinstance(figure, Figure) else None
        return "" if p90 is None else f"90 % < {span(minutes(timedelta(minutes=p90)))}"
    if figure.low is None or figure.high is None:
        return ""
    if unit in (Unit.STARS, Unit.AN_HOUR):
        return f"{figure.low:.1f}–{figure.high:.1f}"
    scale = 100 if unit in (Unit.SHARE, Unit.RATIO) else 1
    low, high = round(figure.low * scale), round(figure.high * scale)
    return f"{low}–{high}" if low < high else f"about {low}"


def whole_word(figure: Shown) -> str:
    """Return a figure in one breath.

    >>> from sessiontui.domain.analytics.metrics import Metric, share_of
    >>> whole_word(share_of(Metric.COMPLETION_RATE, 117, 143))
    '82 % of 143, 75–87'
    """
    if figure.value is None:
        return NONE
    sure = sure_word(figure)
    return f"{value_word(figure)} of {number(figure.n)}" + (f", {sure}" if sure else "")
