"""Tokens rotate once, a copied one kills its family in the same request, and every limit is half-open."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from sessiontui.domain.errors import AlreadyRotated, BadInput, NotAllowed, TokenReuse, Unauthenticated
from sessiontui.domain.logins.caller import Caller
from sessiontui.domain.logins.scopes import Scope
from sessiontui.domain.vocabulary import Role
from sessiontui.services import audit, logins, people
from sessiontui.services.context import Context
from sessiontui.services.logins import Revocation, Tokens, clients
from sessiontui.store.engine import Database
from tests.conftest import NOON, Stage
from tests.services.logins.desk import (
    HOUR,
    MIN,
    MS,
    SEC,
    everything_in,
    make_client,
    refreshed,
    ruled,
    signed_in,
    why,
)


async def test_a_key_opens_a_login_that_calls_and_refreshes(stage: Stage):
    first = await signed_in(stage)
    assert (first.expires_in, first.refresh_expires_in, first.scope) == (3600, 12 * 3600, "read write events")
    caller = await logins.authenticate(stage.context, first.access_token, at=NOON + MIN)
    assert (caller.actor.name, caller.actor.role, caller.login_id) == ("portal", Role.ADMIN, first.login_id)
    assert caller.scopes == {Scope.READ, Scope.WRITE, Scope.EVENTS}
    second = await logins.refresh(stage.context, first.refresh_token, at=NOON + 2 * MIN)
    assert second.login_id == first.login_id
    assert len({first.access_token, first.refresh_token, second.access_token, second.refresh_token}) == 4
    assert await why(stage.context, second.access_token, NOON + 3 * MIN) == ""
    assert await why(stage.context, first.access_token, NOON + 3 * MIN) == "", "calls under way go through"


NO_TOKENS = {
    "empty": "", "word": "x", "prefix": "sta_", "access": "sta_" + "a" * 43, "refresh": "str_" + "a" * 43,
    "huge": "sta_" + "a" * 100_000, "odd": "é\0",
}  # fmt: skip


@pytest.mark.parametrize("token", NO_TOKENS.values(), ids=NO_TOKENS)
async def test_what_is_no_token_stands_for_nobody(stage: Stage, token: str):
    await signed_in(stage)
    assert await why(stage.context, token, NOON) == "unknown"
    assert await refreshed(stage.context, token, NOON) == "unknown"
    assert await logins.sign_out(stage.context, token, at=NOON) == 0


async def test_tokens_of_one_kind_are_none_of_another(stage: Stage):
    tokens = await signed_in(stage)
    assert await why(stage.context, tokens.refresh_token, NOON) == "unknown"
    assert await refreshed(stage.context, tokens.access_token, NOON) == "unknown"


async def test_the_database_and_the_trail_hold_no_secret(stage: Stage):
    key = await make_client(stage)
    tokens = await logins.sign_in(stage.context, key=key, at=NOON)
    more = await logins.refresh(stage.context, tokens.refresh_token, at=NOON + MIN)
    held = everything_in(stage.path)
    secrets = (key, tokens.access_token, tokens.refresh_token, more.access_token, more.refresh_token)
    assert [secret for secret in secrets if secret.encode() in held or secret[4:].encode() in held] == []
    assert all(secret not in repr(tokens) + repr(more) for secret in secrets)
    assert all(len(secret) == 47 for secret in secrets), "256 bits each"


async def test_the_parent_within_the_grace_is_told_so_any_number_of_times_and_nothing_dies(stage: Stage):
    first = await signed_in(stage)
    second = await logins.refresh(stage.context, first.refresh_token, at=NOON + MIN)
    for after in (0 * SEC, 1 * SEC, 10 * SEC - MS):
        for _ in range(3):
            assert await refreshed(stage.context, first.refresh_token, NOON + MIN + after) == "AlreadyRotated"
    assert await why(stage.context, second.access_token, NOON + 2 * MIN) == ""
    assert isinstance(await refreshed(stage.context, second.refresh_token, NOON + 2 * MIN), Tokens)


async def test_the_parent_at_the_end_of_the_grace_kills_the_family_in_the_same_request(stage: Stage):
    first = await signed_in(stage)
    second = await logins.refresh(stage.context, first.refresh_token, at=NOON + MIN)
    with pytest.raises(TokenReuse) as caught:
        await logins.refresh(stage.context, first.refresh_token, at=NOON + MIN + 10 * SEC)
    assert caught.value.reason == "token_reuse"
    at = NOON + MIN + 10 * SEC
    assert await why(stage.context, first.access_token, at) == "token_reuse"
    assert await why(stage.context, second.access_token, at) == "token_reuse"
    assert await refreshed(stage.context, second.refresh_token, at) == "token_reuse"
    rows = await stage.rows("SELECT action, sentence FROM audit_entry WHERE action LIKE 'login.%' ORDER BY id")
    assert [row[0] for row in rows] == ["login.open", "login.reuse"]
    ((rule, subject),) = await stage.rows("SELECT rule, subject FROM alert WHERE resolved_at IS NULL")
    assert (rule, subject) == ("token_reuse", f"login:{first.login_id}")


async def test_a_grandparent_kills_the_family_even_within_the_grace(stage: Stage):
    first = await signed_in(stage)
    second = await logins.refresh(stage.context, first.refresh_token, at=NOON + SEC)
    third = await logins.refresh(stage.context, second.refresh_token, at=NOON + 2 * SEC)
    assert await refreshed(stage.context, second.refresh_token, NOON + 3 * SEC) == "AlreadyRotated"
    assert await refreshed(stage.context, first.refresh_token, NOON + 3 * SEC) == "token_reuse"
    assert await why(stage.context, third.access_token, NOON + 3 * SEC) == "token_reuse"


async def test_without_a_grace_the_parent_kills_at_once(stage: Stage):
    context = ruled(stage, grace=0 * SEC)
    first = await signed_in(stage)
    await logins.refresh(context, first.refresh_token, at=NOON)
    assert await refreshed(context, first.refresh_token, NOON) == "token_reuse"


async def test_reuse_is_known_after_a_call_with_the_new_token_too(stage: Stage):
    """S1, R1, S2, R1: the family of the right login and person dies."""
    other = await signed_in(stage, name="other")
    first = await signed_in(stage)
    second = await logins.refresh(stage.context, first.refresh_token, at=NOON + MIN)
    await logins.authenticate(stage.context, second.access_token, at=NOON + MIN)
    assert await refreshed(stage.context, first.refresh_token, NOON + 2 * MIN) == "token_reuse"
    ((login, why_),) = await stage.rows("SELECT id, ended_why FROM login WHERE ended_at IS NOT NULL")
    assert (login, why_) == (first.login_id, "token_reuse")
    assert await why(stage.context, other.access_token, NOON + 2 * MIN) == ""


async def test_a_restart_changes_nothing(stage: Stage):
    first = await signed_in(stage)
    await stage.context.db.close()
    db = await Database.open(stage.path)
    try:
        context = Context(db=db)
        second = await logins.refresh(context, first.refresh_token, at=NOON + MIN)
        assert second.refresh_expires_in == 12 * 3600 - 60
    finally:
        await db.close()


async def test_a_token_of_one_client_is_none_of_another(stage: Stage):
    first = await signed_in(stage)
    other = await make_client(stage, "other")
    with pytest.raises(Unauthenticated) as caught:
        await logins.refresh(stage.context, first.refresh_token, key=other, at=NOON + MIN)
    assert caught.value.reason == "client"
    with pytest.raises(Unauthenticated):
        await logins.refresh(stage.context, first.refresh_token, key="stk_nonsense", at=NOON + MIN)
    assert isinstance(await refreshed(stage.context, first.refresh_token, NOON + MIN), Tokens), "it was not spent"


async def test_a_narrower_access_token_leaves_the_refresh_token_its_scopes(stage: Stage):
    first = await signed_in(stage)
    narrow = await logins.refresh(stage.context, first.refresh_token, at=NOON + MIN, scope="read")
    assert narrow.scope == "read"
    caller = await logins.authenticate(stage.context, narrow.access_token, at=NOON + MIN)
    assert caller.scopes == {Scope.READ}
    with pytest.raises(NotAllowed, match="write"):
        caller.require_scope(Scope.READ, Scope.WRITE)
    again = await logins.refresh(stage.context, narrow.refresh_token, at=NOON + 2 * MIN)
    assert again.scope == "read write events"
    with pytest.raises(BadInput):
        await logins.refresh(stage.context, again.refresh_token, at=NOON + 3 * MIN, scope="read admin")
    assert isinstance(await refreshed(stage.context, again.refresh_token, NOON + 3 * MIN), Tokens)


async def test_who_lost_a_scope_may_do_no_more_at_once_and_cannot_refresh_into_it(stage: Stage):
    first = await signed_in(stage)
    client = await clients.find(stage.context, "portal", by=stage.root)
    await clients.change(stage.context, client.id, scopes="read", by=stage.root, at=NOON + MIN)
    caller = await logins.authenticate(stage.context, first.access_token, at=NOON + MIN)
    assert caller.scopes == {Scope.READ}
    assert await refreshed(stage.context, first.refresh_token, NOON + 2 * MIN) == "scope"
    assert await why(stage.context, first.access_token, NOON + 2 * MIN) == "scope"


async def test_a_demoted_admin_has_the_new_role_at_the_next_call(stage: Stage):
    key = await make_client(stage, person_id=stage.ana)
    await people.edit(stage.context, stage.ana, role=Role.ADMIN, by=stage.root, at=NOON)
    tokens = await logins.sign_in(stage.context, key=key, at=NOON)
    assert (await logins.authenticate(stage.context, tokens.access_token, at=NOON)).actor.role is Role.ADMIN
    await people.edit(stage.context, stage.ana, role=Role.VIEWER, by=stage.root, at=NOON + MIN)
    assert (await logins.authenticate(stage.context, tokens.access_token, at=NOON + MIN)).actor.role is Role.VIEWER


async def test_every_limit_is_half_open(stage: Stage):
    """At the limit itself a token or a login is over; a millisecond before it is not."""
    first = await signed_in(stage)
    at = NOON
    while at + 29 * MIN < NOON + HOUR:  # it is used, so that it does not idle
        at += 29 * MIN
        assert await why(stage.context, first.access_token, at) == ""
    assert await why(stage.context, first.access_token, NOON + HOUR - MS) == ""
    assert await why(stage.context, first.access_token, NOON + HOUR) == "expired"
    second = await logins.refresh(stage.context, first.refresh_token, at=NOON + HOUR)
    idle = NOON + HOUR + 30 * MIN
    assert await why(stage.context, second.access_token, idle) == "idle"
    assert await refreshed(stage.context, second.refresh_token, idle) == "idle"
    assert isinstance(await refreshed(stage.context, second.refresh_token, idle - MS), Tokens)


async def test_the_absolute_limit_ends_what_is_always_used(stage: Stage):
    tokens, at = await signed_in(stage), NOON
    for step in itertools.count():
        at = NOON + step * 25 * MIN
        if at >= NOON + 12 * HOUR:
            break
        tokens = await logins.refresh(stage.context, tokens.refresh_token, at=at)
    assert step == 29
    last = NOON + 12 * HOUR - MS
    assert tokens.expires_in == 20 * 60, "no access token outlives its login"
    assert await why(stage.context, tokens.access_token, last) == ""
    assert await why(stage.context, tokens.access_token, last + MS) == "expired"
    assert await refreshed(stage.context, tokens.refresh_token, last + MS) == "expired"


async def test_a_heartbeat_keeps_a_login_from_idling(stage: Stage):
    tokens = await signed_in(stage)
    caller = await logins.authenticate(stage.context, tokens.access_token, at=NOON)
    await logins.heartbeat(stage.context, caller, at=NOON + 29 * MIN)
    assert await why(stage.context, tokens.access_token, NOON + 58 * MIN) == ""
    await logins.flush(stage.context, at=NOON + 58 * MIN)
    ((seen, beat),) = await stage.rows("SELECT seen_at, beat_at FROM login")
    assert (seen - beat) == 29 * 60_000


async def test_a_sign_out_ends_the_login_and_an_unknown_token_is_no_error(stage: Stage):
    tokens = await signed_in(stage)
    assert await logins.sign_out(stage.context, tokens.refresh_token, at=NOON) == 1
    assert await logins.sign_out(stage.context, tokens.refresh_token, at=NOON) == 0
    assert await why(stage.context, tokens.access_token, NOON) == "revoked"
    assert await refreshed(stage.context, tokens.refresh_token, NOON) == "revoked"


async def _storm(context: Context, token: str, at, n: int = 32) -> list[Tokens | BaseException]:
    return await asyncio.gather(*(logins.refresh(context, token, at=at) for _ in range(n)), return_exceptions=True)


async def test_of_thirty_two_refreshes_at_once_one_wins_a_thousand_times(stage: Stage):
    tokens = await signed_in(stage)
    for number in range(1_000):
        at = NOON + number * 25 * SEC
        answers = await _storm(stage.context, tokens.refresh_token, at)
        winners = [answer for answer in answers if isinstance(answer, Tokens)]
        assert len(winners) == 1
        assert sum(isinstance(answer, AlreadyRotated) for answer in answers) == 31
        (tokens,) = winners
    ((generation, live),) = await stage.rows(
        "SELECT generation, (SELECT count(*) FROM token WHERE kind = 'refresh' AND spent_at IS NULL) FROM login"
    )
    assert (generation, live) == (1_001, 1)


async def test_of_refreshes_in_two_processes_one_wins(stage: Stage):
    tokens = await signed_in(stage)
    other = await Database.open(stage.path)
    try:
        for number in range(60):
            at = NOON + number * 10 * SEC
            halves = (_storm(one, tokens.refresh_token, at, 8) for one in (stage.context, Context(db=other)))
            answers = list(itertools.chain(*await asyncio.gather(*halves)))
            winners = [answer for answer in answers if isinstance(answer, Tokens)]
            assert len(winners) == 1, [answer for answer in answers if not isinstance(answer, AlreadyRotated)]
            assert sum(isinstance(answer, AlreadyRotated) for answer in answers) == 15
            (tokens,) = winners
    finally:
        await other.close()


async def test_refreshes_against_a_revocation_leave_no_live_token(stage: Stage):
    key = await make_client(stage)
    for number in range(60):
        at = NOON + number * MIN
        tokens = await logins.sign_in(stage.context, key=key, at=at)
        what = Revocation(login=tokens.login_id)
        works = [logins.refresh(stage.context, tokens.refresh_token, at=at) for _ in range(6)]
        works.insert(number % 7, logins.revoke(stage.context, what, by=stage.root, at=at))
        answers = await asyncio.gather(*works, return_exceptions=True)
        made = [answer for answer in answers if isinstance(answer, Tokens)]
        for one in (tokens, *made):
            assert await why(stage.context, one.access_token, at) == "revoked"
            assert await refreshed(stage.context, one.refresh_token, at) == "revoked"
    rows = await stage.rows("SELECT count(*) FROM login WHERE ended_at IS NULL")
    assert rows == [(0,)]


async def test_a_revocation_by_another_process_holds_at_the_next_call(stage: Stage):
    tokens = await signed_in(stage)
    assert await why(stage.context, tokens.access_token, NOON) == ""
    other = await Database.open(stage.path)
    try:
        await logins.revoke(Context(db=other), Revocation(login=tokens.login_id), by=stage.root, at=NOON)
    finally:
        await other.close()
    assert await why(stage.context, tokens.access_token, NOON) == "revoked"


async def test_reads_go_on_where_nothing_can_be_written(stage: Stage):
    tokens = await signed_in(stage)
    reader = await Database.open(stage.path, read_only=True)
    try:
        context = Context(db=reader)
        for seconds in (0, 6, 12):
            caller = await logins.authenticate(context, tokens.access_token, at=NOON + seconds * SEC)
            assert isinstance(caller, Caller)
    finally:
        await reader.close()


async def test_the_trail_stays_whole(stage: Stage):
    first = await signed_in(stage)
    await logins.refresh(stage.context, first.refresh_token, at=NOON)
    assert await refreshed(stage.context, first.refresh_token, NOON + MIN) == "token_reuse"
    assert (await audit.verify(stage.context)).is_whole
