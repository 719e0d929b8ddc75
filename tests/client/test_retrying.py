"""Pauses grow to a cap, are drawn below it, give way to Retry-After, and end with the patience."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sessiontui.client.errors import Trouble
from sessiontui.client.retrying import NEVER, Repeating, RetryPolicy, Strategy

seconds = st.floats(min_value=0.001, max_value=1_000, allow_nan=False)
luck = st.floats(min_value=0, max_value=1, allow_nan=False)


@given(st.integers(1, 10_000), seconds, seconds, luck)
def test_a_pause_lies_between_nothing_and_its_ceiling(number: int, first: float, cap: float, chance: float) -> None:
    strategy = Strategy(repeats=1, first=first, cap=cap)
    assert 0 <= strategy.pause(number, chance) <= strategy.ceiling(number) <= cap
    assert strategy.ceiling(number) <= strategy.ceiling(number + 1)
    assert strategy.ceiling(1) == min(first, cap)


@given(luck)
def test_the_jitter_is_full(chance: float) -> None:
    assert Strategy(repeats=1, first=4).pause(1, chance) == 4 * chance


@given(st.sampled_from([Trouble.AUTH, Trouble.NETWORK, Trouble.SERVER]), st.integers(0, 20))
def test_each_class_is_repeated_as_often_as_its_strategy_says(trouble: Trouble, repeats: int) -> None:
    strategy = Strategy(repeats=repeats, first=0.0, cap=0.0)
    repeating = Repeating(
        policy=RetryPolicy(auth=strategy, network=strategy, server=strategy), began=0, luck=lambda: 1
    )
    pauses = [repeating.after(trouble, now=0) for _ in range(repeats + 2)]
    assert [pause for pause in pauses if pause is not None] == [0] * repeats
    assert repeating.repeated[trouble] == repeats


@given(seconds, luck)
def test_what_the_server_asks_for_wins(wait: float, chance: float) -> None:
    repeating = Repeating(policy=RetryPolicy(patience=2_000), began=0, luck=lambda: chance)
    assert repeating.after(Trouble.SERVER, now=0, retry_after=wait) == wait


def test_nothing_is_begun_beyond_the_patience() -> None:
    repeating = Repeating(policy=RetryPolicy(patience=10), began=100, luck=lambda: 1)
    assert repeating.after(Trouble.SERVER, now=100, retry_after=11) is None
    assert repeating.after(Trouble.SERVER, now=109, retry_after=1) == 1
    assert repeating.after(Trouble.SERVER, now=111) is None


def test_what_is_refused_is_never_repeated() -> None:
    assert Repeating(policy=RetryPolicy(), began=0, luck=lambda: 0).after(Trouble.REFUSED, now=0) is None


def test_who_has_a_schedule_of_their_own_tries_once() -> None:
    repeating = Repeating(policy=NEVER, began=0, luck=lambda: 0)
    assert [repeating.after(trouble, now=0) for trouble in Trouble] == [None] * 4
