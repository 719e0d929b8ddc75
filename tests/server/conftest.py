"""A server in the process of the test: a database with people, a client of the platform, and calls through ASGI."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from sessiontui.domain.serving import ServerRules
from sessiontui.domain.vocabulary import Role
from sessiontui.server.app import build
from sessiontui.server.serving import Serving
from sessiontui.services import logins
from sessiontui.services.logins import clients
from tests.conftest import NOON, Stage, build_stage

SOON = NOON + timedelta(hours=1)


@dataclass
class Clock:
    """An instant that moves when a test says so."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        return self.now.timestamp()


@dataclass
class House:
    """A stage with a server on it; ``http`` calls with the token of a platform's client that may do everything."""

    stage: Stage
    app: FastAPI
    serving: Serving
    http: httpx.AsyncClient
    clock: Clock
    keys: dict[str, str] = field(default_factory=dict)

    async def move_to(self, now: datetime) -> None:
        """Let it be later, and the platform sign in again."""
        self.clock.now = now
        tokens = await logins.sign_in(self.stage.context, key=self.keys["platform"], at=now)
        self.http.headers["Authorization"] = f"Bearer {tokens.access_token}"

    async def token(self, name: str, scopes: str, role: Role = Role.ADMIN, person_id: int | None = None) -> str:
        """Return the access token of a new client."""
        made = await clients.add(
            self.stage.context, name, scopes, by=self.stage.root, at=self.clock.now, role=role, person_id=person_id
        )
        self.keys[name] = made.shown
        tokens = await logins.sign_in(self.stage.context, key=made.shown, at=self.clock.now)
        return tokens.access_token

    async def person_token(self, person_id: int, role: Role, scopes: str = "read write events") -> str:
        """Return the access token of a client that acts as somebody."""
        async with self.stage.context.db.write(by=self.stage.root, at=self.clock.now) as tx:
            await tx.run("UPDATE person SET role = ? WHERE id = ?", (str(role), person_id))
        return await self.token(f"as {person_id} {role}", scopes, person_id=person_id)

    async def session(self, **given: object) -> dict[str, object]:
        """Make a session over HTTP and return it."""
        body = {
            "title": "Grief circle",
            "starts_at": (NOON + timedelta(hours=1)).isoformat(),
            "ends_at": (NOON + timedelta(hours=2)).isoformat(),
            **given,
        }
        answer = await self.http.post("/api/sessions", json=body)
        assert answer.status_code == 201, answer.text
        made: dict[str, object] = answer.json()
        return made


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def build_house(folder: Path, rules: ServerRules | None = None) -> House:
    stage = await build_stage(folder)
    clock = Clock()
    serving = Serving(context=stage.context, clock=clock, monotonic=clock.seconds, rules=rules or ServerRules())
    app = build(serving)
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://platform.test")
    house = House(stage, app, serving, http, clock)
    http.headers["Authorization"] = f"Bearer {await house.token('platform', 'admin')}"
    return house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    built = await build_house(tmp_path)
    yield built
    built.serving.stopping.set()
    await built.serving.changes.stop()
    await built.http.aclose()
    await built.stage.context.db.close()
