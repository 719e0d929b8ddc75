"""A console on a real database, as tests of keys need it: opened, ready for keys, at a fixed instant."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from textual.pilot import Pilot

from sessiontui.domain.access import Actor
from sessiontui.runtime.port import ConsolePort
from sessiontui.runtime.settings import Display
from sessiontui.tui.app import ConsoleApp
from tests.conftest import Stage
from tests.tui.at_rest import until


@asynccontextmanager
async def opened(
    stage: Stage, now: datetime, *, by: Actor | None = None, size: tuple[int, int] = (120, 36)
) -> AsyncIterator[tuple[ConsoleApp, Pilot[None]]]:
    """Open a console once it takes keys; without ``by`` the stage's superadmin sits at it."""
    port = ConsolePort(stage.context, by or stage.root, display=Display(), clock=lambda: now)
    port.settled.set()
    app = ConsoleApp(port, interval=None)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: bool(app.registry) and app._ahead.is_at_rest)
        yield app, pilot
