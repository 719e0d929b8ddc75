"""Predictions: between what is known of all and what is known of oneself, as often right as they say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import exp, inf, log
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiontui.domain.learning.predicting import LEAST, Case, evaluate, fit, predict

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
MIN = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def world(seed: int, *, number: int = 600, templates: float = 0.25, people: float = 0.2) -> list[Case]:
    """Cases in which templates and people truly differ by so much."""
    chance = Random(seed)
    pace = {name: chance.gauss(0, templates) for name in "abcdef"}
    own = {(name, person): chance.gauss(0, people) for name in pace for person in range(8)}
    cases = []
    for number_of in range(number):
        name, person = chance.choice("abcdef"), chance.randrange(8)
        estimate = chance.choice((30, 60, 90, 120))
        ratio = exp(pace[name] + own[name, person] + chance.gauss(0, 0.2))
        cases.append(Case(NOON + number_of * HOUR, name, person, estimate * MIN, estimate * ratio * MIN))
    return cases


def test_predictions_beat_the_mean_and_the_estimate_on_what_came_later():
    found = evaluate(world(1))
    assert found is not None
    assert (found.train, found.test) == (420, 180)
    assert found.model.factor < found.mean.factor
    assert found.model.factor < found.estimate.factor
    assert found.model.minutes < found.mean.minutes
    assert found.beats_mean


def test_intervals_hold_four_times_of_five():
    held = tested = 0
    for seed in range(6):
        found = evaluate(world(seed))
        assert found is not None
        held, tested = held + found.held, tested + found.test
    assert 0.75 < held / tested < 0.86


def test_what_little_is_known_of_somebody_is_drawn_towards_their_template():
    cases = [*world(3), *(Case(NOON, "a", 99, HOUR, 3 * HOUR) for _ in range(2))]
    found = fit(cases)
    assert found is not None
    assert found.person_weight < inf
    alone = predict(found, template="a", person=None, estimate=HOUR)
    theirs = predict(found, template="a", person=99, estimate=HOUR)
    assert alone.minutes < theirs.minutes < 180
    assert (theirs.own, alone.own) == (2, 0)
    new = predict(found, template="new", person=99, estimate=HOUR)
    assert new.minutes == pytest.approx(60 * exp(found.all.mean))
    assert new.n == 0
    assert new.high / new.low > alone.high / alone.low


def test_where_people_do_not_differ_nobody_is_told_apart():
    cases = [Case(NOON, "a", n % 5, HOUR, HOUR * (1.2 if n % 2 else 0.9)) for n in range(100)]
    found = fit(cases)
    assert found is not None
    assert found.person_weight > 50
    one, other = (predict(found, template="a", person=p, estimate=HOUR).minutes for p in (0, 1))
    assert one == pytest.approx(other, rel=0.03)


def test_too_little_says_nothing():
    assert fit(world(1)[: LEAST - 1]) is None
    assert evaluate(world(1)[:20]) is None
    assert fit([Case(NOON, "a", 1, timedelta(), HOUR)] * 50) is None


def test_cases_that_are_all_alike_leave_room_for_a_new_template():
    cases = [Case(NOON, "ab"[n % 2], None, HOUR, HOUR * (1 + n % 2)) for n in range(20)]
    found = fit(cases)
    assert found is not None
    known, new = (predict(found, template=name, person=1, estimate=HOUR) for name in ("b", "c"))
    assert known.minutes == pytest.approx(120, rel=0.01)
    assert new.high / new.low > 2 > known.high / known.low


@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.sampled_from((None, 1, 2)), st.integers(1, 300), st.integers(1, 900)),
        min_size=LEAST,
        max_size=40,
    ),
    st.integers(1, 500),
)
def test_a_prediction_lies_in_its_interval_and_grows_with_the_estimate(told: list, minutes: int):
    found = fit(Case(NOON, t, p, e * MIN, a * MIN) for t, p, e, a in told)
    assert found is not None
    one = predict(found, template="a", person=1, estimate=minutes * MIN)
    twice = predict(found, template="a", person=1, estimate=2 * minutes * MIN)
    assert 0 < one.low <= one.minutes <= one.high
    assert twice.minutes == pytest.approx(2 * one.minutes)
    logs = [log(a / e) for _, _, e, a in told]
    assert min(logs) - 1e-9 <= log(one.minutes / minutes) <= max(logs) + 1e-9
