from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sessiontui.services.context import Context
from tests.conftest import empty_database

NOW = datetime(2026, 5, 4, 14, 2, 31, tzinfo=UTC)

Open = Callable[[], Awaitable[Context]]


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
async def fresh(tmp_path: Path) -> AsyncIterator[Open]:
    """Opens as many empty databases as a test asks for, and closes them."""
    async with AsyncExitStack() as stack:
        count = 0

        async def open_one() -> Context:
            nonlocal count
            count += 1
            db = await empty_database(tmp_path / f"{count}.db")
            stack.push_async_callback(db.close)
            return Context(db=db)

        yield open_one
