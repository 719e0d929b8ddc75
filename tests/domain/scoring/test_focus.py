"""Focus: as counting minute by minute says, whatever is cut where."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sessiontui.domain.intervals import union
from sessiontui.domain.scoring.focus import NO_FOCUS, focus_of, rejoins

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
MIN = timedelta(minutes=1)

spans = st.lists(st.tuples(st.integers(0, 200), st.integers(1, 60)), max_size=6)


@given(spans, st.lists(st.integers(0, 260), max_size=6), st.integers(1, 40))
def test_stretches_are_those_of_a_count_by_the_minute(found: list[tuple[int, int]], cuts: list[int], least: int):
    run = union((NOON + start * MIN, NOON + (start + size) * MIN) for start, size in found)
    there = {minute for start, size in found for minute in range(start, start + size)}
    pieces, size = [], 0
    for minute in range(300):
        if minute in there:
            if minute in cuts and minute - 1 in there:
                pieces.append(size)
                size = 0
            size += 1
        elif size:
            pieces.append(size)
            size = 0
    focus = focus_of(run, [NOON + cut * MIN for cut in cuts], least=least * MIN)
    assert focus.run == len(there) * MIN
    if not pieces:
        assert focus == NO_FOCUS
        return
    focused = [piece for piece in pieces if piece >= least]
    assert (focus.longest, focus.total) == (max(pieces) * MIN, sum(focused) * MIN)
    assert (focus.stretches, focus.interruptions) == (len(focused), len(pieces) - 1)
    assert focus.distracted == (max(there) + 1 - min(there) - sum(focused)) * MIN
    assert timedelta() <= focus.total <= focus.run


@given(spans)
def test_coming_back_is_coming_after_having_been_away(found: list[tuple[int, int]]):
    there = {minute for start, size in found for minute in range(start, start + size)}
    first = min(there, default=0)
    ends = {start + size for start, size in found}
    wanted = [m for m in sorted(there) if m - 1 not in there and m != first and not (m in ends and m - 1 in there)]
    stays = {"ana": [(NOON + start * MIN, NOON + (start + size) * MIN) for start, size in found]}
    assert rejoins(stays) == tuple(NOON + minute * MIN for minute in wanted)
