"""Intervals hold what they promise, quantiles are those of the textbook."""

from __future__ import annotations

from random import Random
from statistics import median, quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiontui.domain.analytics.estimates import mean_interval, quantile, wilson
from sessiontui.domain.errors import BadInput

ROUNDS = 4_000


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (8, 10, 0.4902, 0.9433), (81, 263, 0.2553, 0.3662)],
)
def test_wilson_is_the_published_interval(hits: int, n: int, low: float, high: float):
    assert wilson(hits, n) == pytest.approx((low, high), abs=5e-4)


def test_nothing_counted_has_no_interval_and_nonsense_is_refused():
    assert wilson(0, 0) is None
    for hits, n in ((3, 2), (-1, 2), (1, 0)):
        with pytest.raises(BadInput):
            wilson(hits, n)


@pytest.mark.parametrize("n", [20, 60, 300])
@pytest.mark.parametrize("truth", [0.05, 0.3, 0.8])
def test_the_interval_covers_its_nominal_share(truth: float, n: int):
    rng = Random(7 * n + int(truth * 100))
    held = 0
    for _ in range(ROUNDS):
        interval = wilson(sum(rng.random() < truth for _ in range(n)), n)
        assert interval is not None
        held += interval[0] <= truth <= interval[1]
    assert 0.925 <= held / ROUNDS <= 0.985


def test_the_interval_of_a_mean_covers_too():
    rng, held = Random(11), 0
    for _ in range(ROUNDS):
        values = [rng.gauss(0.8, 0.2) for _ in range(60)]
        interval = mean_interval(sum(values), sum(value * value for value in values), len(values))
        assert interval is not None
        held += interval[0] <= 0.8 <= interval[1]
    assert 0.93 <= held / ROUNDS <= 0.965
    assert mean_interval(1.0, 1.0, 1) is None


@given(st.lists(st.integers(0, 10**9), min_size=2, max_size=40))
def test_quantiles_are_those_of_the_standard_library(values: list[int]):
    ordered = sorted(values)
    assert quantile(ordered.__getitem__, len(ordered), 0.5) == pytest.approx(median(values))
    assert quantile(ordered.__getitem__, len(ordered), 0.9) == pytest.approx(
        quantiles(values, n=10, method="inclusive")[-1]
    )


def test_no_values_have_no_quantile():
    assert quantile([].__getitem__, 0, 0.5) is None
