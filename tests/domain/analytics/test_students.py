"""Student's t, tests of differences, and Holm's correction, against printed tables and against chance itself."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiontui.domain.analytics.students import (
    chance_of_mean,
    chance_of_means,
    chance_of_shares,
    holm,
    t_interval,
    t_of,
)


@pytest.mark.parametrize(
    ("freedom", "confidence", "reach"),
    [(1, 0.95, 12.706), (2, 0.95, 4.303), (10, 0.95, 2.228), (30, 0.99, 2.750), (9, 0.8, 1.383), (120, 0.95, 1.980)],
)
def test_reaches_are_those_of_the_printed_table(freedom: int, confidence: float, reach: float):
    assert t_of(freedom, confidence) == pytest.approx(reach, abs=5e-4)


def test_intervals_of_few_values_hold_the_truth_as_often_as_they_say():
    chance = Random(7)
    held = 0
    for _ in range(2_000):
        low, high = t_interval([chance.gauss(5, 2) for _ in range(4)]) or (0.0, 0.0)
        held += low <= 5 <= high
    assert 0.935 < held / 2_000 < 0.965


def test_chances_are_even_where_nothing_differs():
    chance = Random(3)
    rare = {"means": 0, "mean": 0, "shares": 0}
    for _ in range(1_500):
        ones, others = ([chance.gauss(0, 1) for _ in range(size)] for size in (12, 30))
        rare["means"] += chance_of_means(ones, others) < 0.05
        rare["mean"] += chance_of_mean(ones) < 0.05
        hits, more = (sum(chance.random() < 0.4 for _ in range(size)) for size in (80, 200))
        rare["shares"] += chance_of_shares(hits, 80, more, 200) < 0.05
    assert all(0.03 < number / 1_500 < 0.07 for number in rare.values()), rare


def test_means_that_differ_and_never_scatter_are_no_chance():
    assert chance_of_means([2.0, 2.0], [1.0, 1.0]) == 0.0
    assert chance_of_means([2.0, 2.0], [2.0, 2.0]) == 1.0
    assert chance_of_mean([3.0, 3.0], 3.0) == 1.0


@given(st.lists(st.floats(0, 1), max_size=12))
def test_correcting_keeps_the_order_and_never_makes_anything_surer(chances: list[float]):
    corrected = holm(chances)
    assert all(before <= after <= 1 for before, after in zip(chances, corrected, strict=True))
    order = sorted(range(len(chances)), key=chances.__getitem__)
    assert [corrected[place] for place in order] == sorted(corrected)
    if chances:
        assert min(corrected) == min(1.0, min(chances) * len(chances))
