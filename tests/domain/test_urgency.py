"""The order of the desk: what is going wrong on top."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiontui.domain.lifecycle import Derived
from sessiontui.domain.urgency import rank, tier_of
from sessiontui.domain.vocabulary import Priority, Severity, Status
from tests.domain.facts import HOUR, MS, START

TIERS = [
    (Status.WAITING, False),
    (Status.UPCOMING, False),
    (Status.ACTIVE, False),
    (Status.PAUSED, False),
    (Status.ENDED_EARLY, True),
    (Status.HAS_REQUESTS, False),
    (Status.APPROVED, False),
    (Status.CREATED, False),
    (Status.DRAFT, False),
    (Status.ENDED_NO_SHOW, False),
    (Status.ENDED_EARLY, False),
    (Status.ENDED_COMPLETE, False),
    (Status.CANCELLED, False),
]
PRIORITIES = [Priority.URGENT, Priority.HIGH, Priority.NORMAL, Priority.LOW]


def derived(status: Status, *, provisional: bool = False, final_end: datetime | None = None) -> Derived:
    over = status.is_ended or status is Status.CANCELLED
    return Derived(
        status=status,
        rule=7 if provisional else 1,
        badges=(),
        provisional=provisional,
        scheduled=HOUR,
        actual=timedelta(),
        together=None,
        final_end=(final_end or START) if over else None,
    )


def test_the_tiers_are_in_the_order_of_the_design():
    ranks = [rank(derived(status, provisional=prov), starts_at=START) for status, prov in TIERS]
    assert ranks == sorted(ranks)
    assert [tier_of(one) for one in ranks] == list(range(13))


@pytest.mark.parametrize("status", [Status.ENDED_COMPLETE, Status.ENDED_EARLY, Status.ENDED_NO_SHOW])
def test_every_provisional_end_stands_between_paused_and_requests(status: Status):
    assert tier_of(rank(derived(status, provisional=True), starts_at=START)) == 4


def test_severity_stands_above_the_tier_and_notices_do_not_lift():
    low, high = derived(Status.CANCELLED), derived(Status.WAITING)
    assert rank(low, starts_at=START, severity=Severity.WARNING) < rank(high, starts_at=START)
    assert rank(low, starts_at=START, severity=Severity.CRITICAL) < rank(
        high, starts_at=START, severity=Severity.WARNING
    )
    assert rank(low, starts_at=START, severity=Severity.NOTICE) == rank(low, starts_at=START)


instants = st.integers(0, (1 << 42) - 1).map(lambda number: datetime(1970, 1, 1, tzinfo=UTC) + number * MS)
states = st.sampled_from(TIERS)
severities = st.sampled_from((None, *Severity))
rows = st.tuples(severities, states, instants, instants, st.sampled_from(PRIORITIES))


def rank_of(row: tuple[Severity | None, tuple[Status, bool], datetime, datetime, Priority]) -> int:
    severity, (status, provisional), starts, ended, priority = row
    shown = derived(status, provisional=provisional, final_end=ended)
    return rank(shown, starts_at=starts, priority=priority, severity=severity)


def key_of(row: tuple[Severity | None, tuple[Status, bool], datetime, datetime, Priority]) -> tuple[object, ...]:
    """Return the order as the design words it."""
    severity, state, starts, ended, priority = row
    lifted = {Severity.CRITICAL: 0, Severity.WARNING: 1}.get(severity, 2) if severity else 2
    over = state[0].is_ended or state[0] is Status.CANCELLED
    time = -ended.timestamp() if over else starts.timestamp()
    return lifted, TIERS.index(state), round(time * 1000), PRIORITIES.index(priority)


@given(st.lists(rows, min_size=2, max_size=12))
def test_the_integer_orders_exactly_as_the_words(listed):
    for first, second in pairwise(sorted(listed, key=rank_of)):
        assert key_of(first) <= key_of(second)
        assert (key_of(first) == key_of(second)) is (rank_of(first) == rank_of(second))


@given(states, severities, st.sampled_from(PRIORITIES), st.datetimes(timezones=st.just(UTC)))
def test_the_rank_fits_a_double_and_its_tier_can_be_read_back(state, severity, priority, instant):
    value = rank(
        derived(state[0], provisional=state[1], final_end=instant), starts_at=instant, priority=priority,
        severity=severity,
    )  # fmt: skip
    assert 0 <= value < 1 << 53
    assert int(float(value)) == value
    assert tier_of(value) == TIERS.index(state)
