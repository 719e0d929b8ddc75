"""What every room of the tests shares: fixed instants, and a database with people in it."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings

from sessiontui.domain.access import Actor
from sessiontui.services import people
from sessiontui.services.context import Context
from sessiontui.store.engine import Database

settings.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
settings.load_profile("house")

gc.set_threshold(50_000, 20, 20)
"""Looks for rubbish seldom, as the console does: the tests' own objects are many, and each look goes over them."""

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Stage:
    """An open database in a fresh folder, its superadmin, and three people."""

    context: Context
    root: Actor
    ana: int
    bob: int
    cyd: int
    path: Path

    async def rows(self, sql: str, *values: str | int | None) -> list[tuple[object, ...]]:
        """Return what the database holds."""
        return [tuple(row) for row in await self.context.db.fetch(sql, values)]


_EMPTY: list[bytes] = []


async def empty_database(path: Path) -> Database:
    """Open an empty database, as a copy of one: to migrate each from its first schema takes thirty times as long."""
    if not _EMPTY:
        with TemporaryDirectory() as folder:
            first = Path(folder) / "private" / "empty.db"
            await (await Database.open(first)).close()
            _EMPTY.append(first.read_bytes())
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(_EMPTY[0])
    return await Database.open(path)


async def build_stage(folder: Path) -> Stage:
    """Open a database and make its people known."""
    path = folder / "private" / "sessiontui.db"
    context = Context(db=await empty_database(path))
    root = await people.identify(context, os_user="root", name="Root", at=NOON)
    ids = [
        (await people.add(context, name, by=root, at=NOON, email=f"{name.lower()}@example.org")).people[0]
        for name in ("Ana", "Bob", "Cyd")
    ]
    return Stage(context, root, *ids, path=path)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    built = await build_stage(tmp_path)
    yield built
    await built.context.db.close()
