from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiontui.domain.beats import CLOSE, TENTH, until_beat


@given(now=st.floats(0, 1e7), every=st.sampled_from((0.05, TENTH, 0.5, 1.0, 2.0)))
def test_the_next_beat_is_ahead_never_farther_than_one_and_never_too_close(now: float, every: float) -> None:
    left = until_beat(now, every)
    assert CLOSE < left <= every + CLOSE
    beats = (now + left) / every
    assert beats == pytest.approx(round(beats), abs=1e-3)


@given(now=st.floats(0, 1e6), later=st.floats(0, 0.09))
def test_two_who_fall_asleep_within_one_beat_wake_together(now: float, later: float) -> None:
    first = now + until_beat(now)
    other = now + later
    if other < first - CLOSE:
        assert other + until_beat(other) == pytest.approx(first, abs=1e-6)
