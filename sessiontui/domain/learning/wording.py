"""Means in plain words."""

from __future__ import annotations

from sessiontui.domain.learning.skills import Mean


def mean_word(mean: Mean) -> str:
    """Return a mean with its sign; empty where nothing is known.

    >>> mean_word(Mean(n=3, value=12.4)), mean_word(Mean(n=1, value=-0.2)), mean_word(Mean())
    ('+12', '0', '')
    """
    if mean.value is None:
        return ""
    whole = round(mean.value)
    return f"{whole:+d}" if whole else "0"


def between(mean: Mean) -> str:
    """Return between what a mean surely lies; empty where that is not known.

    >>> between(Mean(n=3, value=12.4, low=-2.0, high=26.8))
    '-2 … 27'
    """
    return "" if mean.low is None or mean.high is None else f"{round(mean.low)} … {round(mean.high)}"
