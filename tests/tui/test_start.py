"""What opening the console loads, and how it ends when it is told to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sessiontui.domain.errors import NotAllowed
from sessiontui.tui.app import ConsoleApp
from tests.tui.at_rest import until
from tests.tui.desk_fakes import FakePort, FakeReads, every_status

HEAVY = (
    *("sqlalchemy", "sqlmodel", "pydantic", "aiosqlite", "apscheduler", "icalendar", "fastapi", "sessiontui.store"),
    *("textual.widgets._text_area", "textual.document._document"),  # nobody types more than a line yet
)


def test_the_console_loads_nothing_of_the_database() -> None:
    code = f"import sys, sessiontui.tui.app; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


FIRST_FRAME = f"""
import asyncio, sys
from datetime import UTC, datetime
from sessiontui.runtime.port import ConsolePort
from sessiontui.runtime.settings import Display
from sessiontui.tui.app import ConsoleApp
from sessiontui.domain.errors import NotAllowed

async def opener():
    print([name for name in {HEAVY!r} if name in sys.modules])
    print(sorted(name for name in sys.modules if name.startswith(("sessiontui.tui.dialogs", "sessiontui.services."))))
    print(app.screen is app.desk)
    raise NotAllowed("nobody knows you", hint="ask an admin")

port = ConsolePort(display=Display(), clock=lambda: datetime(2026, 5, 4, tzinfo=UTC), opener=opener)
app = ConsoleApp(port)
asyncio.run(app.run_async(headless=True, size=(120, 36)))
print(app.failure, app.return_code)
"""


def test_the_first_frame_comes_before_database_commands_and_dialogs() -> None:
    done = subprocess.run([sys.executable, "-c", FIRST_FRAME], capture_output=True, text=True, check=True)
    heavy, rooms, on_desk, failure = done.stdout.splitlines()
    assert (heavy, rooms, on_desk) == ("[]", "[]", "True")
    assert failure == "Not allowed: nobody knows you (ask an admin) 1"


async def test_who_may_not_come_in_is_told_and_nothing_is_asked() -> None:
    reads = FakeReads(every_status())
    app = ConsoleApp(FakePort(refusal=NotAllowed("nobody knows you")), reads=reads, interval=None)
    async with app.run_test() as pilot:
        await until(pilot, lambda: app._exit)
    assert isinstance(app.failure, NotAllowed)
    assert app.return_code == 1
    assert reads.asked == []


async def test_keys_that_are_wrong_end_the_console_with_the_reason() -> None:
    app = ConsoleApp(FakePort(), reads=FakeReads(every_status()), interval=None, keys={"nonsense": "x"})
    async with app.run_test() as pilot:
        await until(pilot, lambda: app._exit)
    assert "there is no command" in str(app.failure)


def broken() -> None:
    held_in_a_variable = "the phone number " + "of a mentor"
    raise ValueError(f"wrong by {len(held_in_a_variable)}\x1b[2J")


async def test_a_mistake_of_the_program_names_no_value() -> None:
    app = ConsoleApp(FakePort(), reads=FakeReads(every_status()), interval=None)
    async with app.run_test() as pilot:
        await pilot.pause()
        try:
            broken()
        except ValueError:
            app._fatal_error()
        told = "".join(str(renderable) for renderable in app._exit_renderables)
        app._exit_renderables.clear()
    assert "wrong by 28" in told
    assert "broken" in told
    assert "the phone number of a mentor" not in told
    assert "\x1b" not in told


FIRST_ROWS = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from sessiontui.runtime.opening import actor, opened
from sessiontui.runtime.port import ConsolePort, Opened
from sessiontui.runtime.settings import Display, Settings, Storage
from sessiontui.tui.app import ConsoleApp

def complete(app):
    heavy = ("sqlalchemy", "sqlmodel", "pydantic", "fastapi", "alembic", "numpy", "apscheduler", "icalendar",
             "httpx", "sessiontui.intake", "sessiontui.worker", "sessiontui.tui.dialogs")
    print([name for name in heavy if name in sys.modules])
    app.exit()

ConsoleApp.complete = complete

async def main():
    settings = Settings(storage=Storage(database=Path(sys.argv[1])))
    async with opened(settings) as context:
        async def opener():
            who = await actor(context, datetime(2026, 5, 4, tzinfo=UTC))
            return Opened(context=context, actor=who, remembered={})
        port = ConsolePort(display=Display(), clock=lambda: datetime(2026, 5, 4, tzinfo=UTC), opener=opener)
        await ConsoleApp(port).run_async(headless=True, size=(120, 36))

asyncio.run(main())
"""


def test_the_first_rows_come_before_the_mapper_the_worker_and_what_reads_other_formats(tmp_path: Path) -> None:
    database = tmp_path / "desk.db"
    for _ in range(2):  # the first run makes the database and writes down who came, with all that this takes
        done = subprocess.run(
            [sys.executable, "-c", FIRST_ROWS, str(database)], capture_output=True, text=True, check=True
        )
    assert done.stdout.strip() == "[]"
