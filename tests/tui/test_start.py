"""What opening the console loads, and how it ends when it is told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from sessiontui.tui.app import ConsoleApp
from tests.tui.desk_fakes import FakePort, FakeReads

HEAVY = ("sqlalchemy", "sqlmodel", "pydantic", "aiosqlite", "apscheduler", "icalendar", "fastapi", "sessiontui.store")


def test_the_console_loads_nothing_of_the_database() -> None:
    code = f"import sys, sessiontui.tui.app; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


async def test_a_signal_ends_the_console_cleanly() -> None:
    app = ConsoleApp(FakePort(), reads=FakeReads(), interval=None)
    async with app.run_test() as pilot:
        os.kill(os.getpid(), signal.SIGTERM)
        for _ in range(20):
            await pilot.pause(0.02)
            if app._exit:
                break
        assert app._exit
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
