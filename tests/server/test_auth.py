"""Logins over HTTP: tokens, refresh, reuse, scopes, lock-out, and role × action: the cell of the one table."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from sessiontui.domain.access import Action, Actor, Standing, may
from sessiontui.domain.vocabulary import Role
from sessiontui.services import logins
from sessiontui.services.logins import Revocation
from tests.conftest import NOON
from tests.server.conftest import House, bearer, build_house

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


async def test_nothing_secret_is_kept_as_it_is(house: House) -> None:
    tokens = await signed_in(house)
    await house.serving.write_down()
    raw = b"".join(path.read_bytes() for path in house.stage.path.parent.iterdir() if path.is_file())
    for secret in (tokens["access_token"], tokens["refresh_token"], house.keys["platform"]):
        assert secret.encode() not in raw


# -- role × action ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Way:
    """One right by its route: method, path below the session, and body."""

    action: Action
    method: str
    path: str = ""
    body: dict[str, object] | None = None


LATER = (NOON + 9 * HOUR).isoformat()

WAYS = (
    Way(Action.SEE_SESSIONS, "GET"),
    Way(Action.SEE_ATTENDANCE, "GET", "/requests"),
    Way(Action.SEE_ATTENDANCE, "GET", "/presence"),
    Way(Action.SEE_TALK, "GET", "/comments"),
    Way(Action.EDIT, "PATCH", body={"title": "Other"}),
    Way(Action.EDIT, "POST", "/comments", {"text": "Hello"}),
    Way(Action.EDIT, "POST", "/goals", {"title": "Goal"}),
    Way(Action.RESCHEDULE, "PATCH", body={"starts_at": LATER}),
    Way(Action.REASSIGN, "PATCH", body={"mentor": None}),
    Way(Action.DECIDE, "POST", "/requests/3/approve"),
    Way(Action.PUBLISH, "POST", "/publish"),
    Way(Action.START, "POST", "/start"),
    Way(Action.PAUSE, "POST", "/pause"),
    Way(Action.RESUME, "POST", "/resume"),
    Way(Action.COMPLETE, "POST", "/complete"),
    Way(Action.EXTEND, "POST", "/extend", {"ends_at": LATER}),
    Way(Action.CANCEL, "POST", "/cancel"),
    Way(Action.REOPEN, "POST", "/reopen"),
    Way(Action.ARCHIVE, "DELETE"),
    Way(Action.RESTORE, "POST", "/restore"),
)

RELATIONS = ("nobody", "host", "approved", "draft")


@pytest.mark.parametrize("role", list(Role))
async def test_every_route_asks_the_table(tmp_path: Path, role: Role) -> None:
    house = await build_house(tmp_path)
    me, cyd = house.stage.ana, house.stage.cyd
    assert cyd == 4
    token = bearer(await house.person_token(me, role, scopes="read write events"))
    wrong = []
    for relation in RELATIONS:
        for way in WAYS:
            host, author = (me if relation in mine else house.stage.bob for mine in (("host", "draft"), ("draft",)))
            made = await house.session(
                mentor=host, author=author, control="draft" if relation == "draft" else "scheduled", confirm=True
            )
            where = f"/api/sessions/{made['id']}"
            if relation != "draft":
                await house.http.post(f"{where}/requests", json={"person": cyd})
            if relation == "approved":
                await house.http.post(f"{where}/requests", json={"person": me})
                await house.http.post(f"{where}/requests/{me}/approve", json={"confirm": True})
            path = way.path.replace("/3/", f"/{cyd}/")
            answer = await house.http.request(way.method, where + path, json=way.body, headers=token)
            own = Standing(
                hosts=relation in ("host", "draft"),
                authored=relation == "draft",
                approved=relation == "approved",
                is_draft=relation == "draft",
            )
            allowed = may(Actor(me, "Ana", role), way.action, own).allowed
            hidden = way.action is Action.SEE_SESSIONS and answer.status_code == 404
            refused = answer.status_code == 403 or hidden
            if way.action is Action.DECIDE and relation == "draft":
                continue  # nobody asks to join a draft
            if refused is allowed:
                wrong.append((relation, str(way.action), way.path, answer.status_code, answer.text[:120]))
    await house.http.aclose()
    await house.stage.context.db.close()
    assert wrong == []


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
