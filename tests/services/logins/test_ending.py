"""Logins that are ended, refreshed, listed and kept in order; alerts; merged and forgotten people."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, NotAllowed, NotFound, Refused
from sessiontui.domain.logins.cache import ClientCache
from sessiontui.domain.logins.standing import LoginState
from sessiontui.domain.vocabulary import Role
from sessiontui.services import logins
from sessiontui.services.logins import ClientReport, Revocation, Tokens, clients, keeping, noting
from sessiontui.services.people import erasing, merging, portable
from tests.conftest import NOON, Stage
from tests.services.logins.desk import HOUR, MIN, SEC, make_client, refreshed, signed_in, why


async def line(stage: Stage, tokens: Tokens, at, query: str = "") -> logins.LoginLine:
    found = await logins.listing(stage.context, query, by=stage.root, now=at)
    return next(one for one in found if one.id == tokens.login_id)


async def of(stage: Stage, person_id: int, name: str, n: int = 1) -> list[Tokens]:
    key = await make_client(stage, name, person_id=person_id)
    return [await logins.sign_in(stage.context, key=key, device=f"{name} {i}", at=NOON) for i in range(n)]


async def alive(stage: Stage) -> set[int]:
    return {int(row[0]) for row in await stage.rows("SELECT id FROM login WHERE ended_at IS NULL")}


async def test_the_preview_is_exactly_what_ends(stage: Stage):
    anas = await of(stage, stage.ana, "anas", 3)
    bobs = await of(stage, stage.bob, "bobs", 2)
    mine = await of(stage, stage.root.id or 0, "mine", 1)
    for what, wanted in (
        (Revocation(login=anas[0].login_id), {anas[0].login_id}),
        (Revocation(person=stage.ana), {one.login_id for one in anas[1:]}),
        (Revocation(client="BOBS"), {one.login_id for one in bobs}),
    ):
        told = await logins.preview(stage.context, what, by=stage.root, now=NOON)
        receipt = await logins.revoke(stage.context, what, by=stage.root, at=NOON, reason="drill")
        assert {one.id for one in told.lines} == set(receipt.logins) == wanted
    assert await alive(stage) == {mine[0].login_id}
    rows = await stage.rows("SELECT count(*) FROM audit_entry WHERE action = 'login.revoke' AND reason = 'drill'")
    assert rows == [(3,)]


async def test_ones_own_logins_stay_in_a_bulk_act(stage: Stage):
    (ana,) = await of(stage, stage.ana, "anas")
    (mine,) = await of(stage, stage.root.id or 0, "mine")
    told = await logins.preview(stage.context, Revocation(everyone=True), by=stage.root, now=NOON)
    assert (told.own_left_out, [one.id for one in told.lines]) == (1, [ana.login_id])
    receipt = await logins.revoke(stage.context, Revocation(everyone=True), by=stage.root, at=NOON)
    assert receipt.sentence == "ended 1 login of Ana; your own login stayed"
    with pytest.raises(Refused, match="only your own"):
        await logins.revoke(stage.context, Revocation(everyone=True), by=stage.root, at=NOON)
    await logins.revoke(stage.context, Revocation(login=mine.login_id), by=stage.root, at=NOON)
    assert await alive(stage) == set()


async def test_all_before_an_instant(stage: Stage):
    key = await make_client(stage)
    made = [await logins.sign_in(stage.context, key=key, at=NOON + n * MIN) for n in range(4)]
    receipt = await logins.revoke(stage.context, Revocation(before=NOON + 2 * MIN), by=stage.root, at=NOON + HOUR / 6)
    assert receipt.logins == (made[1].login_id, made[0].login_id)


async def test_who_may_end_what(stage: Stage):
    (ana,), (bob,) = await of(stage, stage.ana, "anas"), await of(stage, stage.bob, "bobs")
    for role in (Role.PARTICIPANT, Role.MENTOR):
        me = Actor(stage.ana, "Ana", role)
        for what in (
            Revocation(login=bob.login_id), Revocation(person=stage.bob), Revocation(everyone=True),
            Revocation(client="anas"), Revocation(before=NOON + HOUR),
        ):  # fmt: skip
            with pytest.raises(NotAllowed):
                await logins.revoke(stage.context, what, by=me, at=NOON)
        with pytest.raises(NotAllowed):
            await logins.force_refresh(stage.context, [bob.login_id], by=me, at=NOON)
        with pytest.raises(NotAllowed):
            await logins.unlock(stage.context, stage.ana, by=me, at=NOON)
        assert [one.id for one in await logins.listing(stage.context, by=me, now=NOON)] == [ana.login_id]
    viewer = Actor(stage.cyd, "Cyd", Role.VIEWER)
    with pytest.raises(NotAllowed):
        await logins.listing(stage.context, by=viewer, now=NOON)
    with pytest.raises(NotAllowed):
        await logins.revoke(stage.context, Revocation(person=stage.cyd), by=viewer, at=NOON)
    me = Actor(stage.ana, "Ana", Role.PARTICIPANT)
    await logins.revoke(stage.context, Revocation(person=stage.ana), by=me, at=NOON)
    assert await alive(stage) == {bob.login_id}
    refusals = await stage.rows("SELECT count(*) FROM audit_entry WHERE action = 'refused'")
    assert int(str(refusals[0][0])) >= 8


async def test_what_cannot_be_ended_is_said(stage: Stage):
    tokens = await signed_in(stage)
    for what, error in (
        (Revocation(), BadInput), (Revocation(login=99), NotFound), (Revocation(client="x"), NotFound),
    ):  # fmt: skip
        with pytest.raises(error):
            await logins.revoke(stage.context, what, by=stage.root, at=NOON)
    await logins.revoke(stage.context, Revocation(login=tokens.login_id), by=stage.root, at=NOON)
    with pytest.raises(Refused, match="over already"):
        await logins.revoke(stage.context, Revocation(login=tokens.login_id), by=stage.root, at=NOON)
    with pytest.raises(Refused):
        await logins.force_refresh(stage.context, [tokens.login_id], by=stage.root, at=NOON)


async def test_a_forced_refresh_cuts_the_access_and_not_the_login(stage: Stage):
    tokens = await signed_in(stage)
    receipt = await logins.force_refresh(stage.context, [tokens.login_id], by=stage.root, at=NOON + MIN)
    assert receipt.sentence == "asked 1 login of portal to refresh"
    assert await why(stage.context, tokens.access_token, NOON + MIN) == "expired"
    assert (await line(stage, tokens, NOON + MIN)).state is LoginState.REFRESHING
    new = await refreshed(stage.context, tokens.refresh_token, NOON + 2 * MIN)
    assert isinstance(new, Tokens)
    shown = await line(stage, tokens, NOON + 2 * MIN)
    assert (shown.state, shown.score, shown.refreshes) == (LoginState.FRESH, 100, 1)


async def test_a_refresh_past_its_deadline_twice_is_stuck_and_alerts_until_it_refreshes(stage: Stage):
    tokens = await signed_in(stage)
    await logins.force_refresh(stage.context, [tokens.login_id], by=stage.root, at=NOON)
    await keeping.keep(stage.context, at=NOON + 2 * MIN - SEC)
    assert (await line(stage, tokens, NOON + 2 * MIN - SEC)).stuck == 0
    await keeping.keep(stage.context, at=NOON + 2 * MIN)
    first = await line(stage, tokens, NOON + 2 * MIN)
    assert (first.stuck, first.state) == (1, LoginState.REFRESHING)
    assert await stage.rows("SELECT rule FROM alert") == []
    await keeping.keep(stage.context, at=NOON + 4 * MIN)
    assert (await line(stage, tokens, NOON + 4 * MIN, "is:stuck")).stuck == 2
    assert await stage.rows("SELECT rule, resolved_at FROM alert") == [("login_stuck", None)]
    assert await keeping.keep(stage.context, at=NOON + 5 * MIN) == 0, "nothing is left to do"
    assert isinstance(await refreshed(stage.context, tokens.refresh_token, NOON + 6 * MIN), Tokens)
    await keeping.keep(stage.context, at=NOON + 7 * MIN)
    assert await stage.rows("SELECT count(*) FROM alert WHERE resolved_at IS NULL") == [(0,)]


async def test_a_client_tells_of_refreshes_that_began_or_failed_and_of_its_ladder(stage: Stage):
    tokens = await signed_in(stage)
    caller = await logins.authenticate(stage.context, tokens.access_token, at=NOON)
    told = ClientReport(failed=True, ladder={"refresh": 4, "key": 1, "nonsense": 9})
    await logins.heartbeat(stage.context, caller, at=NOON, report=told)
    shown = await line(stage, tokens, NOON)
    assert (shown.state, shown.score, dict(shown.ladder)) == (LoginState.DEGRADED, 80, {"refresh": 4, "key": 1})
    await logins.heartbeat(stage.context, caller, at=NOON, report=ClientReport(refreshing=True))
    assert (await line(stage, tokens, NOON)).state is LoginState.REFRESHING


async def test_a_client_tells_how_its_cache_does_and_that_stands_with_its_login_and_over_all(stage: Stage):
    one, other = await signed_in(stage), await signed_in(stage, name="app")
    at, context = NOON, stage.context
    for tokens, cache in (
        (one, ClientCache(entries=3, size=2048, hits=6, stale_hits=2, misses=2)),
        (other, ClientCache(entries=1, size=-5, misses=2**60)),
        (one, ClientCache(entries=4, size=4096, hits=16, stale_hits=2, misses=2)),
    ):
        caller = await logins.authenticate(context, tokens.access_token, at=at)
        await logins.heartbeat(context, caller, at=at, report=ClientReport(cache=cache))
    told = (await line(stage, one, at)).cache
    assert told == ClientCache(entries=4, size=4096, hits=16, stale_hits=2, misses=2), "totals, not to be added up"
    assert told is not None
    assert told.hit_rate == 0.9
    assert (await line(stage, other, at)).cache == ClientCache(entries=1, size=0, misses=2**53 - 1), (
        "no more is believed"
    )
    board = await logins.board(context, by=stage.root, now=at)
    assert board.cache == ClientCache(entries=5, size=4096, hits=16, stale_hits=2, misses=2**53 + 1)
    silent = await signed_in(stage, name="job")
    assert (await line(stage, silent, at)).cache is None


async def test_the_experience_is_of_the_last_hour_and_counts_who_was_interrupted(stage: Stage):
    tokens = await signed_in(stage)
    caller = await logins.authenticate(stage.context, tokens.access_token, at=NOON)
    calls = ((True, 20, True), (True, 1_000, True), (True, 1_001, True), (False, 5, True), (True, 5, False))
    for ok, took, first in calls:
        logins.note_call(stage.context, caller, ok=ok, took_ms=took, at=NOON, first_try=first)
    await logins.flush(stage.context, at=NOON)
    shown = await line(stage, tokens, NOON + MIN)
    assert (shown.calls, shown.experience) == (5, 40)
    await logins.force_refresh(stage.context, [tokens.login_id], by=stage.root, at=NOON + MIN)
    assert await why(stage.context, tokens.access_token, NOON + MIN) == "expired"
    await logins.flush(stage.context, at=NOON + MIN)
    assert (await line(stage, tokens, NOON + MIN)).experience == 33
    board = await logins.board(stage.context, "is:ended", by=stage.root, now=NOON + 2 * HOUR)
    assert (board.experience, [one.calls for one in board.lines]) == (None, [0]), "an hour later nothing counts"


async def test_what_cannot_be_written_is_noted_again(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    tokens = await signed_in(stage)
    caller = await logins.authenticate(stage.context, tokens.access_token, at=NOON)
    logins.note_call(stage.context, caller, ok=True, took_ms=1, at=NOON)

    async def full(*_: object) -> None:
        raise Refused("the disk is full")

    monkeypatch.setattr(noting.kept, "keep_calls", full)
    with pytest.raises(Refused):
        await logins.flush(stage.context, at=NOON)
    monkeypatch.undo()
    logins.note_call(stage.context, caller, ok=True, took_ms=1, at=NOON)
    assert await logins.flush(stage.context, at=NOON) == 1
    assert (await line(stage, tokens, NOON)).calls == 2


async def test_the_job_ends_what_time_ended_and_rests_otherwise(stage: Stage):
    key = await make_client(stage)
    idle = await logins.sign_in(stage.context, key=key, at=NOON)
    old = await logins.sign_in(stage.context, key=key, at=NOON)
    assert await keeping.keep(stage.context, at=NOON + MIN) == 0
    at = NOON + 30 * MIN
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        await tx.update("login", old.login_id, seen_at=NOON + 12 * HOUR)
    assert await keeping.keep(stage.context, at=at) == 0, "another process may know of a call"
    assert await keeping.keep(stage.context, at=at + keeping.SLACK) == 1
    assert await keeping.keep(stage.context, at=NOON + 12 * HOUR) == 1
    rows = await stage.rows("SELECT id, ended_why FROM login ORDER BY id")
    assert rows == [(idle.login_id, "idle"), (old.login_id, "expired")]


async def test_old_logins_are_forgotten_with_their_tokens(stage: Stage):
    tokens = await signed_in(stage)
    await logins.sign_out(stage.context, tokens.refresh_token, at=NOON)
    await keeping.forget(stage.context, at=NOON + 29 * 24 * HOUR)
    assert len(await stage.rows("SELECT id FROM login")) == 1
    assert await refreshed(stage.context, tokens.refresh_token, NOON + HOUR) == "revoked"
    await keeping.forget(stage.context, at=NOON + 30 * 24 * HOUR)
    assert await stage.rows("SELECT (SELECT count(*) FROM login), (SELECT count(*) FROM token)") == [(0, 0)]


async def test_a_list_of_a_query_shows_the_worst_first(stage: Stage):
    key = await make_client(stage)
    made = [await logins.sign_in(stage.context, key=key, device=f"d{n}", at=NOON - n * MIN) for n in (0, 58, 57)]
    board = await logins.board(stage.context, by=stage.root, now=NOON)
    assert [one.device for one in board.lines] == ["d0"], "the others have idled"
    for tokens in made:
        noting.note_seen(stage.context, tokens.login_id, at=NOON)
    board = await logins.board(stage.context, by=stage.root, now=NOON)
    assert [(one.device, one.score) for one in board.lines] == [("d58", 40), ("d57", 60), ("d0", 100)]
    assert board.by_state[LoginState.EXPIRING] == 2
    board = await logins.board(stage.context, "state:expiring score:<50", by=stage.root, now=NOON)
    assert ([one.device for one in board.lines], board.matched, board.live) == (["d58"], 1, 3)
    with pytest.raises(BadInput):
        await logins.board(stage.context, "state:tired", by=stage.root, now=NOON)


async def test_whoever_is_merged_away_or_forgotten_is_signed_out(stage: Stage):
    (ana,), (bob,) = await of(stage, stage.ana, "anas"), await of(stage, stage.bob, "bobs")
    await merging.merge(stage.context, stage.cyd, stage.ana, by=stage.root, at=NOON)
    assert await why(stage.context, ana.access_token, NOON) == "revoked"
    await erasing.erase(stage.context, stage.bob, by=stage.root, at=NOON)
    assert await why(stage.context, bob.access_token, NOON) == "revoked"
    assert await alive(stage) == set()


async def test_a_client_of_somebody_forgotten_opens_nothing(stage: Stage):
    key = await make_client(stage, person_id=stage.bob)
    await erasing.erase(stage.context, stage.bob, by=stage.root, at=NOON)
    assert (await clients.find(stage.context, "portal", by=stage.root)).revoked_at is not None
    from sessiontui.domain.errors import Unauthenticated

    with pytest.raises(Unauthenticated):
        await logins.sign_in(stage.context, key=key, at=NOON)


async def test_rules_that_are_switched_off_raise_nothing(stage: Stage):
    alerts = replace(stage.context.rules.alerts, token_reuse=None)
    context = replace(stage.context, rules=replace(stage.context.rules, alerts=alerts))
    tokens = await signed_in(stage)
    await logins.refresh(context, tokens.refresh_token, at=NOON)
    assert await refreshed(context, tokens.refresh_token, NOON + MIN) == "token_reuse"
    assert await stage.rows("SELECT rule FROM alert") == []


async def test_who_asks_what_is_kept_is_told_of_their_logins_and_no_secret(stage: Stage):
    (tokens,) = await of(stage, stage.ana, "anas")
    told = await portable.portable(stage.context, stage.ana, by=stage.root, at=NOON)
    assert [(one["client"], one["device"], one["ended_at"]) for one in told["logins"]] == [("anas", "anas 0", None)]
    held = [row[0] for row in await stage.rows("SELECT hash FROM token UNION SELECT key_hash FROM client")]
    assert not [one for one in (*held, tokens.refresh_token) if str(one) in portable.text_of(told)]
