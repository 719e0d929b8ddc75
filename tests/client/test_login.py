"""The login as a state machine: every state has its way in and out, and none can be stuck."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiontui.client.login import (
    AHEAD,
    BEAT_EVERY,
    BEATS_MISSED,
    JITTER,
    Band,
    Login,
    LoginState,
    band,
    begun,
    failed,
    heard,
    score,
    signed_in,
    spoiled,
    state_of,
)  # fmt: skip
from sessiontui.client.tokens import Tokens

HOUR = 3600.0
luck = st.floats(0, 1, allow_nan=False)


def fresh(*, lifetime: float = HOUR, chance: float = 0.0) -> Login:
    tokens = Tokens(access="a", refresh="r", expires_in=lifetime, expires_at=lifetime)
    return signed_in(tokens, lifetime=lifetime, now=0, luck=chance)


def test_a_login_goes_through_its_states() -> None:
    login = fresh()
    assert state_of(Login(), 0) is LoginState.ABSENT
    assert [state_of(login, at) for at in (0, 3299, 3300, 3599, 3600)] == [
        LoginState.FRESH, LoginState.FRESH, LoginState.EXPIRING, LoginState.EXPIRING, LoginState.EXPIRED,
    ]  # fmt: skip
    renewing = begun(login, now=3300)
    assert state_of(renewing, 3301) is LoginState.REFRESHING
    troubled = failed(renewing, now=3302, pause=5)
    assert state_of(troubled, 3303) is LoginState.DEGRADED
    assert [troubled.is_due(at) for at in (3306, 3307)] == [False, True]
    assert state_of(spoiled(login, "a", is_revoked=True), 1) is LoginState.REVOKED
    assert state_of(spoiled(login, "a", is_revoked=False), 1) is LoginState.EXPIRED


def test_refreshing_is_a_lease_and_ends_by_itself() -> None:
    login = begun(fresh(), now=3300, lease=60)
    assert [state_of(login, at) for at in (3359, 3360)] == [LoginState.REFRESHING, LoginState.EXPIRING]
    assert [login.is_due(at) for at in (3359, 3360)] == [False, True]


@given(luck, st.floats(1, 1e6))
def test_a_login_is_renewed_about_five_minutes_before_it_ends_and_never_before_half_its_life(
    chance: float, lifetime: float
) -> None:
    login = fresh(lifetime=lifetime, chance=chance)
    ahead = login.expires_at - login.renew_from
    assert min(AHEAD, lifetime / 2) - 1e-6 <= ahead <= min(AHEAD + JITTER, lifetime * 0.6) + 1e-6


def test_clients_that_signed_in_together_renew_apart() -> None:
    assert len({fresh(chance=chance / 10).renew_from for chance in range(10)}) == 10


def test_what_happened_to_an_older_token_is_no_news() -> None:
    login = fresh()
    assert spoiled(login, "older", is_revoked=True) == login
    assert heard(login, "older", now=99) == login


@pytest.mark.parametrize(
    ("login", "at", "points"),
    [
        (fresh(), 0, 100),
        (fresh(), HOUR - AHEAD, 70),  # no heartbeat for long
        (heard(fresh(), "a", now=HOUR - AHEAD), HOUR - AHEAD, 100),
        (heard(fresh(), "a", now=HOUR - AHEAD), HOUR - AHEAD / 2, 50),
        (heard(fresh(), "a", now=HOUR - AHEAD), HOUR, 0),
        (failed(fresh(), now=0, pause=1), 0, 80),
        (failed(failed(fresh(), now=0, pause=1), now=0, pause=1), 0, 60),
        (fresh(), BEAT_EVERY * BEATS_MISSED + 1, 70),
        (spoiled(fresh(), "a", is_revoked=True), 1, 0),
        (Login(), 0, 0),
    ],
)
def test_the_score_falls_for_each_thing_that_is_wrong(login: Login, at: float, points: int) -> None:
    assert score(login, at) == points


@given(st.floats(0, 2 * HOUR), st.floats(0, HOUR), st.integers(0, 9))
def test_the_score_stays_within_its_range_and_has_a_word(at: float, heard_at: float, failures: int) -> None:
    login = heard(fresh(), "a", now=heard_at)
    for _ in range(failures):
        login = failed(login, now=0, pause=0)
    assert 0 <= score(login, at) <= 100
    assert band(score(login, at)) in Band
    assert score(failed(login, now=at, pause=0), at) <= score(login, at)
