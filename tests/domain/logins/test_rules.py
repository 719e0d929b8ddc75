"""Logins in pure rules: token families, lock-out, states, health, the query of the list; around every limit."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiontui.domain.errors import BadInput
from sessiontui.domain.logins.locking import NO_FAILURES, Failures, failed, wait_after
from sessiontui.domain.logins.query import FIELDS, Candidate, LoginQuery, parse
from sessiontui.domain.logins.scopes import Scope, covers, read_scopes, scopes_of, whole, written
from sessiontui.domain.logins.settings import LoginRules
from sessiontui.domain.logins.standing import LoginFacts, LoginState, health, state
from sessiontui.domain.logins.tokens import Ending, Family, Presented, Spent, access_until, judge, over
from sessiontui.domain.measures import bucket_of, middle_of, percentile
from sessiontui.domain.vocabulary import Role

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
RULES = LoginRules()
SEC, MIN, HOUR, MS = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(milliseconds=1)
SILENT = 90 * SEC


def family(**told: object) -> Family:
    return Family(**{"generation": 5, "opened_at": NOW - HOUR, "seen_at": NOW - MIN, **told})


@pytest.mark.parametrize(
    ("token", "wanted"),
    [
        (Spent(generation=5), Presented.GOOD),
        (Spent(generation=4, spent_at=NOW), Presented.ROTATED),
        (Spent(generation=4, spent_at=NOW - 10 * SEC + MS), Presented.ROTATED),
        (Spent(generation=4, spent_at=NOW - 10 * SEC), Presented.REUSED),
        (Spent(generation=3, spent_at=NOW), Presented.REUSED),
        (Spent(generation=1, spent_at=NOW - HOUR), Presented.REUSED),
    ],
)
def test_only_the_parent_within_the_grace_is_spared(token: Spent, wanted: Presented):
    assert judge(token, family(), NOW, RULES) is wanted


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 40_000), st.integers(0, 30_000))
def test_a_spent_token_is_spared_only_as_the_parent_and_within_the_grace(newest, mine, ago, grace):
    rules = LoginRules(grace=grace * MS)
    token = Spent(generation=mine, spent_at=NOW - ago * MS)
    found = judge(token, family(generation=newest), NOW, rules)
    assert (found is Presented.ROTATED) == (mine == newest - 1 and ago < grace)
    assert found in (Presented.ROTATED, Presented.REUSED)


@pytest.mark.parametrize("ending", list(Ending))
def test_what_is_over_is_over_for_every_token(ending: Ending):
    wanted = Presented.EXPIRED if ending.is_expiry else Presented.REVOKED
    for token in (Spent(generation=5), Spent(generation=4, spent_at=NOW), Spent(generation=1, spent_at=NOW - HOUR)):
        assert judge(token, family(ended=ending), NOW, RULES) is wanted


def test_limits_are_half_open():
    assert over(family(seen_at=NOW - 30 * MIN + MS), NOW, RULES) is None
    assert over(family(seen_at=NOW - 30 * MIN), NOW, RULES) is Ending.IDLE
    assert over(family(opened_at=NOW - 12 * HOUR + MS, seen_at=NOW), NOW, RULES) is None
    assert over(family(opened_at=NOW - 12 * HOUR, seen_at=NOW), NOW, RULES) is Ending.EXPIRED
    assert access_until(family(opened_at=NOW - 11 * HOUR - 30 * MIN), NOW, RULES) == NOW + 30 * MIN


def test_failures_lock_for_rising_waits_and_are_forgotten():
    standing, at, waits = NO_FAILURES, NOW, []
    for _ in range(9):
        standing = failed(standing, at, RULES)
        waits.append(0 if standing.locked_until is None else (standing.locked_until - at).seconds)
        at = standing.locked_until or at
    assert waits == [0, 0, 0, 0, 30, 60, 120, 240, 480]
    assert standing.locked_until is not None
    assert standing.is_locked(standing.locked_until - MS)
    assert not standing.is_locked(standing.locked_until)
    day = standing.last_at + timedelta(days=1)
    assert failed(standing, day - MS, RULES).count == 10
    assert failed(standing, day, RULES).count == 1
    assert Failures().is_locked(NOW) is False


@given(st.integers(0, 5_000))
def test_waits_never_fall_and_never_pass_the_longest(count: int):
    assert timedelta() <= wait_after(count, RULES) <= wait_after(count + 1, RULES) <= RULES.longest_wait


def facts(**told: object) -> LoginFacts:
    return LoginFacts(**{"access_until": NOW + 30 * MIN, **told})


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ({}, LoginState.FRESH),
        ({"access_until": NOW + 5 * MIN + MS}, LoginState.FRESH),
        ({"access_until": NOW + 5 * MIN}, LoginState.EXPIRING),
        ({"access_until": NOW + MS}, LoginState.EXPIRING),
        ({"access_until": NOW}, LoginState.EXPIRED),
        ({"lease_until": NOW + MS}, LoginState.REFRESHING),
        ({"lease_until": NOW}, LoginState.FRESH),
        ({"access_until": NOW, "lease_until": NOW + MIN}, LoginState.REFRESHING),
        ({"failures": 1}, LoginState.DEGRADED),
        ({"failures": 1, "access_until": NOW}, LoginState.EXPIRED),
        ({"over": Ending.IDLE, "lease_until": NOW + MIN}, LoginState.EXPIRED),
        ({"over": Ending.REUSED}, LoginState.REVOKED),
        ({"over": Ending.SIGNED_OUT}, LoginState.REVOKED),
    ],
)
def test_a_state_follows_from_the_facts(told: dict[str, object], wanted: LoginState):
    assert state(facts(**told), NOW, RULES) is wanted


@pytest.mark.parametrize(
    ("told", "score"),
    [
        ({}, 100),
        ({"access_until": NOW + 5 * MIN}, 100),
        ({"access_until": NOW + 4 * MIN}, 80),
        ({"access_until": NOW + 150 * SEC}, 50),
        ({"access_until": NOW + 3 * SEC}, 1),
        ({"access_until": NOW}, 0),
        ({"failures": 1}, 80),
        ({"failures": 3}, 40),
        ({"failures": 7}, 0),
        ({"beat_at": NOW - SILENT + MS}, 100),
        ({"beat_at": NOW - SILENT}, 70),
        ({"beat_at": NOW - HOUR, "failures": 2, "access_until": NOW + 4 * MIN}, 10),
        ({"over": Ending.REVOKED}, 0),
    ],
)
def test_health(told: dict[str, object], score: int):
    assert health(facts(**told), NOW, RULES, silent_after=SILENT) == score


@given(st.integers(-600, 4_000), st.integers(0, 9), st.none() | st.integers(0, 4_000))
def test_health_stays_within_its_scale_and_never_rises_with_time(left, failures, beat):
    told = facts(access_until=NOW + left * SEC, failures=failures, beat_at=None if beat is None else NOW - beat * SEC)
    scores = [health(told, NOW + step * SEC, RULES, silent_after=SILENT) for step in range(0, 4_000, 61)]
    assert all(0 <= score <= 100 for score in scores)
    assert scores == sorted(scores, reverse=True)


def test_scopes():
    assert whole({Scope.ADMIN}) == frozenset(Scope)
    assert not covers(read_scopes("read, write"), {Scope.METRICS})
    assert written(read_scopes("metrics read read")) == "read metrics"
    assert scopes_of(Role.SUPERADMIN) == frozenset(Scope)
    assert all(Scope.WRITE not in scopes_of(role) for role in (Role.VIEWER,))
    with pytest.raises(BadInput, match="everything"):
        read_scopes("read everything")


def candidate(**told: object) -> Candidate:
    base: dict[str, object] = {
        "person": "Ana Sol", "client": "Portal", "device": "phone 3", "role": "mentor", "state": LoginState.FRESH,
        "score": 80, "age": 2 * HOUR, "unseen": 9 * MIN, "stuck": False, "locked": False, "silent": False,
        "mine": False, "ended": False,
    }  # fmt: skip
    return Candidate(**{**base, **told})


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", True), ("ana", True), ("ana phone", True), ("bob", False), ("PORTAL", True),
        ("state:fresh,expiring", True), ("state:expired", False), ("-state:fresh", False), ("-state:expired", True),
        ("score:<80", False), ("score:<=80", True), ("score:80", True), ("score:>79", True),
        ("age:>1h", True), ("age:<1h", False), ("age:>=2h", True), ("seen:>8m", True), ("seen:<540s", False),
        ("person:ana,bob", True), ("client:portal -device:tablet", True), ("-device:phone", False),
        ("role:mentor", True), ("role:admin", False), ("is:stuck", False), ("-is:stuck", True), ("is:mine", False),
        ('person:"ana sol"', True),
    ],
)  # fmt: skip
def test_a_term_finds_what_it_says(text: str, wanted: bool):
    assert parse(text).matches(candidate()) is wanted


@pytest.mark.parametrize(
    "text", ["state:well", "score:low", "age:>2", "age:>h", "colour:red", "is:", "-ana", "-score:<4", "score:<١"]
)
def test_a_wrong_term_is_named(text: str):
    with pytest.raises(BadInput):
        parse(text)


@given(st.text(max_size=60))
def test_no_text_breaks_the_query(text: str):
    with suppress(BadInput):
        assert isinstance(parse(text), LoginQuery)
    assert len(FIELDS) == len(set(FIELDS))


def test_only_who_asks_for_the_dead_gets_them():
    assert [parse(text).wants_ended for text in ("", "ana", "is:ended", "state:revoked", "-is:ended")] == [
        False, False, True, True, False,
    ]  # fmt: skip


@given(st.lists(st.floats(0.05, 60_000), min_size=1, max_size=200), st.sampled_from((0.5, 0.95)))
def test_percentiles_are_near_the_true_ones(lengths: list[float], share: float):
    counts: dict[int, int] = {}
    for length in lengths:
        counts[bucket_of(length)] = counts.get(bucket_of(length), 0) + 1
    true = sorted(lengths)[max(0, -(-int(share * len(lengths) * 1000) // 1000) - 1)]
    told = percentile(counts, share) or 0.0
    assert any(abs(told - near) <= 0.13 * near + 0.06 for near in lengths)
    assert min(lengths) * 0.87 - 0.06 <= told <= max(lengths) * 1.13 + 0.06
    assert true > 0


def test_buckets_grow():
    assert [bucket_of(middle_of(bucket)) for bucket in range(63)] == list(range(63))
    assert percentile({}, 0.5) is None
