"""Tokens that were looked up: nothing is taken from before a commit of anybody, and wrong ones are not kept."""

from __future__ import annotations

import pytest

from sessiontui.domain.errors import Unauthenticated
from sessiontui.services import health, logins
from sessiontui.services.context import Context
from sessiontui.services.logins import Revocation, known
from sessiontui.store.engine import Database
from tests.conftest import NOON, Stage
from tests.services.logins.desk import MIN, signed_in, why


async def test_between_two_commits_a_token_is_looked_up_once(stage: Stage):
    tokens = await signed_in(stage)
    callers = [await logins.authenticate(stage.context, tokens.access_token, at=NOON) for _ in range(5)]
    assert len(set(map(id, callers))) == 1
    found = known.known_of(stage.context)
    assert (found.hits, found.misses) == (4, 1)
    (line,) = [one for one in (await health.health(stage.context, now=NOON)).caches if one.name == "logins"]
    assert (line.hits, line.misses, line.entries) == (4, 1, 1)


async def test_any_commit_by_any_process_makes_it_be_looked_up_anew(stage: Stage):
    tokens = await signed_in(stage)
    await logins.authenticate(stage.context, tokens.access_token, at=NOON)
    other = await Database.open(stage.path)
    try:
        await logins.revoke(
            Context(db=other), Revocation(login=tokens.login_id), by=stage.root, at=NOON
        )  # another process
    finally:
        await other.close()
    assert await why(stage.context, tokens.access_token, NOON) == "revoked"


async def test_a_new_role_holds_at_the_next_call(stage: Stage):
    tokens = await signed_in(stage)
    before = await logins.authenticate(stage.context, tokens.access_token, at=NOON)
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        await tx.run("UPDATE person SET role = 'viewer' WHERE id = ?", (before.actor.id,))
    assert (await logins.authenticate(stage.context, tokens.access_token, at=NOON)).actor.role == "viewer"


async def test_what_is_known_still_ends_by_the_clock(stage: Stage):
    tokens = await signed_in(stage)
    assert await why(stage.context, tokens.access_token, NOON) == ""
    assert await why(stage.context, tokens.access_token, NOON + 31 * MIN) == "idle"


async def test_wrong_tokens_are_not_kept(stage: Stage):
    for number in range(20):
        with pytest.raises(Unauthenticated):
            await logins.authenticate(stage.context, f"sta_{number:043d}", at=NOON)
    assert known.known_of(stage.context).tokens == {}
