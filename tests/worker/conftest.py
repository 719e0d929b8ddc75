from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sessiontui.domain.access import Actor
from sessiontui.services import people
from sessiontui.services.context import Context
from sessiontui.store.engine import Database

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "desk" / "a.db"


@pytest.fixture
async def context(path: Path) -> AsyncIterator[Context]:
    db = await Database.open(path)
    yield Context(db=db)
    await db.close()


@pytest.fixture
async def other(context: Context, path: Path) -> AsyncIterator[Context]:
    """A second process's view of the same file."""
    db = await Database.open(path)
    yield Context(db=db)
    await db.close()


@pytest.fixture
async def me(context: Context) -> Actor:
    return await people.identify(context, os_user="root", name="Root", at=NOON)
