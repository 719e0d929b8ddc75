from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from sessiontui.domain import health

LENGTHS = st.timedeltas(timedelta(), timedelta(days=4000))


def test_bands_begin_where_the_design_says() -> None:
    bands = {"excellent": (80, 100), "good": (60, 79), "fair": (40, 59), "poor": (20, 39), "critical": (0, 19)}
    for word, (low, high) in bands.items():
        assert {health.band(score) for score in range(low, high + 1)} == {word}


@given(st.lists(st.integers(0, 100), min_size=1))
def test_the_whole_is_as_bad_as_its_worst_part(scores: list[int]) -> None:
    assert health.worst(scores) == sorted(scores)[0]


@given(st.integers(0, 1 << 50), st.integers(0, 1 << 50))
def test_less_free_space_never_scores_better(one: int, two: int) -> None:
    total = 1 << 50
    few, many = sorted((one, two))
    low, high = health.disk(free=few, total=total).score, health.disk(free=many, total=total).score
    assert 0 <= low <= high <= 100


def test_the_disk_is_low_below_a_gibibyte_or_a_twentieth() -> None:
    gib = 1 << 30
    assert health.disk(free=gib - 1, total=2 * gib).score < 40
    assert health.disk(free=400 * gib, total=10_000 * gib).score < 40
    assert health.disk(free=1100 * gib, total=10_000 * gib).score == 100
    near, roomy = health.disk(free=6 * gib, total=100 * gib), health.disk(free=9 * gib, total=100 * gib)
    assert near.hint.startswith("free some space")
    assert (health.band(roomy.score), roomy.hint) == (health.Band.EXCELLENT, "")


@given(LENGTHS, LENGTHS)
def test_an_older_backup_never_scores_better(one: timedelta, two: timedelta) -> None:
    young, old = sorted((one, two))
    age = timedelta(days=5000)
    assert (
        health.backup(age=old, since_first_use=age).score
        <= health.backup(age=young, since_first_use=age).score
        <= 100
    )


@given(LENGTHS)
def test_no_backup_of_an_old_database_is_not_better_than_an_old_one(age: timedelta) -> None:
    found = health.backup(age=None, since_first_use=age)
    assert 20 <= found.score <= 80
    assert found.hint


@given(LENGTHS)
def test_a_tick_is_late_after_five_seconds(late: timedelta) -> None:
    score = health.worker(leader="a", late=late).score
    assert (score == 100) == (late <= timedelta(seconds=5))
    assert 0 <= score <= 100


def test_the_worst_thing_about_a_worker_is_said_first() -> None:
    late = timedelta(seconds=60)
    assert health.worker(leader="", late=late, failing=["tick"], paused=["tick"]).score == 0
    assert "late" in health.worker(leader="a", late=late, failing=["tick"]).fact
    assert "failing: tick" in health.worker(leader="a", late=timedelta(), failing=["tick"], paused=["sweep"]).fact
    assert "paused: sweep" in health.worker(leader="a", late=timedelta(), paused=["sweep"]).fact


def test_a_database_scores_by_its_worst_trouble() -> None:
    assert health.database(reachable=False, writable=False, wal_bytes=0).score == 0
    assert health.database(reachable=True, writable=False, wal_bytes=0).score == 60
    assert health.database(reachable=True, writable=True, wal_bytes=health.WAL_LARGE + 1).score == 50
