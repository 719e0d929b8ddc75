"""Figures in plain words: what a share is, of how many, and between what it surely lies."""

from __future__ import annotations

from datetime import timedelta

from sessiontui.domain.analytics.metrics import Figure, Unit
from sessiontui.domain.phrases import minutes, number, span

NONE: str = "no data"


def percent(share: float) -> str:
    """Return a share in percent, to one digit where it is small.

    >>> percent(0.816), percent(0.004), percent(1.0), percent(0.0)
    ('82 %', '0.4 %', '100 %', '0 %')
    """
    hundredths = share * 100
    return f"{hundredths:.1f} %" if 0 < hundredths < 1 else f"{round(hundredths)} %"


def value_word(figure: Figure) -> str:
    """Return the value of a figure."""
    value = figure.value
    if value is None:
        return NONE
    match figure.definition.unit:
        case Unit.SHARE | Unit.RATIO:
            return percent(value)
        case Unit.MINUTES:
            return span(minutes(timedelta(minutes=value)))
        case Unit.STARS:
            return f"{value:.1f}"


def sure_word(figure: Figure) -> str:
    """Return between what a figure surely lies, or of a duration what nine tenths stay below.

    >>> from sessiontui.domain.analytics.metrics import Metric, share_of
    >>> sure_word(share_of(Metric.COMPLETION_RATE, 117, 143))
    '75–87'
    """
    unit = figure.definition.unit
    if unit is Unit.MINUTES:
        return "" if figure.p90 is None else f"90 % < {span(minutes(timedelta(minutes=figure.p90)))}"
    if figure.low is None or figure.high is None:
        return ""
    if unit is Unit.STARS:
        return f"{figure.low:.1f}–{figure.high:.1f}"
    low, high = round(figure.low * 100), round(figure.high * 100)
    return f"{low}–{high}" if low < high else f"about {low}"


def whole_word(figure: Figure) -> str:
    """Return a figure in one breath.

    >>> from sessiontui.domain.analytics.metrics import Metric, share_of
    >>> whole_word(share_of(Metric.COMPLETION_RATE, 117, 143))
    '82 % of 143, 75–87'
    """
    if figure.value is None:
        return NONE
    sure = sure_word(figure)
    return f"{value_word(figure)} of {number(figure.n)}" + (f", {sure}" if sure else "")
