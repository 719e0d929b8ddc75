"""Logins over HTTP: tokens, refresh, reuse, scopes, lock-out."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.vocabulary import Role
from sessiontui.runtime.logs import log_to
from sessiontui.services import logins
from sessiontui.services.calendars import subscribing
from sessiontui.services.logins import Revocation, passwords
from tests.conftest import NOON
from tests.server.conftest import House, bearer

HOUR = timedelta(hours=1)


async def signed_in(house: House, name: str = "platform") -> dict[str, str]:
    body = {"grant_type": "client_key", "client_key": house.keys[name], "device": "test"}
    answer = await house.http.post("/auth/token", json=body)
    assert answer.status_code == 200, answer.text
    tokens: dict[str, str] = answer.json()
    return tokens


async def test_tokens_are_those_of_oauth_by_json_and_by_form(house: House) -> None:
    tokens = await signed_in(house)
    assert (tokens["token_type"], tokens["expires_in"], tokens["scope"]) == (
        "Bearer",
        3600,
        "read write events metrics admin",
    )
    form = {"grant_type": "client_key", "client_key": house.keys["platform"]}
    assert (await house.http.post("/auth/token", data=form)).status_code == 200
    wrong = await house.http.post("/auth/token", json={**form, "client_key": "stk_no"})
    assert (wrong.status_code, wrong.json()["type"]) == (401, "/problems/unknown")
    assert wrong.headers["www-authenticate"] == "Bearer"


async def test_a_refresh_token_is_spent_once_however_many_try(house: House) -> None:
    tokens = await signed_in(house)
    body = {"refresh_token": tokens["refresh_token"]}
    answers = await asyncio.gather(*(house.http.post("/auth/refresh", json=body) for _ in range(32)))
    won = [one for one in answers if one.status_code == 200]
    assert len(won) == 1
    assert {one.json()["type"] for one in answers if one.status_code == 409} == {"/problems/already_rotated"}
    assert len([one for one in answers if one.status_code == 409]) == 31
    house.clock.now = NOON + timedelta(seconds=11)
    reused = await house.http.post("/auth/refresh", json=body)
    assert (reused.status_code, reused.json()["type"]) == (401, "/problems/token_reuse")
    dead = await house.http.get("/api/sessions", headers=bearer(won[0].json()["access_token"]))
    assert (dead.status_code, dead.json()["type"]) == (401, "/problems/token_reuse")


async def test_a_login_ends_by_its_own_hand_by_an_admins_and_by_time(house: House) -> None:
    tokens = await signed_in(house)
    head = bearer(tokens["access_token"])
    assert (await house.http.post("/auth/heartbeat", headers=head)).status_code == 204
    for cache, status in (({"hits": 9, "misses": 1}, 204), ({"hits": -1}, 422), ({"hits": 2**53}, 422)):
        told = await house.http.post("/auth/heartbeat", json={"cache": cache}, headers=head)
        assert told.status_code == status
    ((kept,),) = await house.stage.rows("SELECT cache FROM login WHERE cache != '{}'")
    assert '"hits":9' in str(kept).replace(" ", "")
    revoked = await house.http.post("/auth/revoke", json={"refresh_token": tokens["refresh_token"]})
    assert revoked.json() == {"revoked": 1}
    assert (await house.http.get("/api/sessions", headers=head)).status_code == 401
    other = await signed_in(house)
    done = await house.http.post("/auth/revoke", json={"login": int(other["login_id"])})
    assert done.json()["revoked"] == 1, done.text
    assert (await house.http.get("/api/sessions", headers=bearer(other["access_token"]))).json()["status"] == 401
    house.clock.now = NOON + HOUR
    late = await house.http.get("/api/sessions")
    assert (late.status_code, late.json()["type"]) == (401, "/problems/idle")


async def test_an_account_rests_after_failures_and_says_until_when(house: House) -> None:
    body = {"grant_type": "password", "email": "ana@example.org", "password": "wrong"}
    answers = [await house.http.post("/auth/token", json=body) for _ in range(6)]
    assert [one.status_code for one in answers] == [401] * 5 + [423]
    assert (answers[5].json()["type"], answers[5].headers["retry-after"]) == ("/problems/locked", "30")


async def test_a_call_needs_the_scope_of_its_route(house: House) -> None:
    made = await house.session()
    reader = bearer(await house.token("reader", "read"))
    teller = bearer(await house.token("teller", "events"))
    where = f"/api/sessions/{made['id']}"
    assert (await house.http.get(where, headers=reader)).status_code == 200
    refused = await house.http.post(f"{where}/start", headers=reader)
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/not_allowed")
    join = {"person": house.stage.ana, "kind": "join"}
    assert (await house.http.post(f"{where}/presence", json=join, headers=teller)).status_code == 200
    assert (await house.http.get(where, headers=teller)).status_code == 403
    assert (await house.http.get("/metrics", headers={**teller, "X-Forwarded-For": "1.2.3.4"})).status_code == 403
    figures = bearer(await house.token("monitor", "metrics", role=Role.VIEWER))
    assert (await house.http.get("/metrics", headers={**figures, "X-Forwarded-For": "1.2.3.4"})).status_code == 200
    assert (await house.http.get("/metrics")).status_code == 200  # from this host


@pytest.fixture
def log(house: House) -> Iterator[io.StringIO]:
    """All that a server writes to its log: of the program, of its libraries, of every call."""
    stream = io.StringIO()
    root = logging.getLogger()
    level, handler = root.level, log_to(stream, level=logging.DEBUG)
    handler.addFilter(lambda record: not record.name.startswith("httpx"))  # the one who calls, in the same process
    house.serving.access = lambda line: print(json.dumps(line), file=stream)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


async def test_nothing_secret_is_kept_as_it_is(house: House, log: io.StringIO) -> None:
    stage, word = house.stage, "a long and good password"
    await passwords.set_password(stage.context, stage.ana, word, by=stage.root, at=NOON)
    feed = await subscribing.open_feed(stage.context, stage.ana, by=Actor(stage.ana, "Ana", Role.ADMIN), at=NOON)
    tokens = await signed_in(house)
    by_word = {"grant_type": "password", "email": "ana@example.org", "password": word}
    mine = (await house.http.post("/auth/token", json=by_word)).json()
    later = (await house.http.post("/auth/refresh", json={"refresh_token": tokens["refresh_token"]})).json()
    reused = {"refresh_token": tokens["refresh_token"], "client_key": "stk_" + "w" * 43}
    secrets = [
        house.keys["platform"], word, feed.shown, reused["client_key"],
        *(one[name] for one in (tokens, mine, later) for name in ("access_token", "refresh_token")),
    ]  # fmt: skip
    assert (await house.http.get("/calendar.ics", params={"token": feed.shown})).status_code == 200
    assert (await house.http.get("/api/people/me", headers=bearer(mine["access_token"]))).status_code == 200
    for where, body in (
        ("/auth/refresh", reused),
        ("/auth/token", {**by_word, "password": word + "!"}),
        ("/auth/token", {**by_word, "device": [word]}),
        ("/auth/token", {"grant_type": "client_key", "client_key": [house.keys["platform"]]}),
        ("/auth/revoke", {"refresh_token": mine["refresh_token"]}),
        ("/api/sessions", {"title": "x", "starts_at": mine["access_token"]}),
    ):
        told = await house.http.post(where, json=body)
        assert told.status_code < 500
        assert where != "/auth/token" or not any(secret in told.text for secret in secrets), "nor is it sent back"
    logging.getLogger("sessiontui.server").info("the log is heard")
    await house.serving.write_down()
    held = {path: path.read_bytes() for path in stage.path.parent.rglob("*") if path.is_file()}
    assert any(path.name.endswith("-wal") for path in held)
    held[Path("log")] = log.getvalue().encode()
    assert b"the log is heard" in held[Path("log")]
    assert b"POST /auth/refresh" in held[Path("log")]
    found = [(path.name, secret[:8]) for path, raw in held.items() for secret in secrets if secret.encode() in raw]
    assert found == []


async def test_refusals_stand_in_the_trail(house: House) -> None:
    made = await house.session()
    token = bearer(await house.person_token(house.stage.ana, Role.PARTICIPANT))
    refused = await house.http.post(f"/api/sessions/{made['id']}/start", headers=token)
    assert refused.status_code == 403
    assert "ask" in refused.json()["hint"]
    assert await house.stage.rows("SELECT count(*) FROM audit_entry WHERE action = 'refused'") == [(1,)]


async def test_all_that_is_older_ends(house: House) -> None:
    tokens = await signed_in(house)
    house.clock.now = NOON + timedelta(minutes=1)
    await logins.revoke(
        house.stage.context,
        Revocation(before=house.clock.now, everyone=True),
        by=house.stage.root,
        at=house.clock.now,
    )
    assert (await house.http.get("/api/people/me", headers=bearer(tokens["access_token"]))).status_code == 401
    assert (await house.http.get("/api/people/me", headers=bearer((await signed_in(house))["access_token"]))).json()[
        "name"
    ] == "platform"
