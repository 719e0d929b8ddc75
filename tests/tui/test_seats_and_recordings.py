"""Seats and recordings in the console: what the pane says, the one key that helps, and what is asked before."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from textual.pilot import Pilot
from textual.widgets import Static

from sessiontui.runtime.port import ConsolePort
from sessiontui.runtime.settings import Display
from sessiontui.services import requests
from sessiontui.services.recordings.keeping import RecordingDraft, add
from sessiontui.tui.app import ConsoleApp
from sessiontui.tui.widgets.sheet import Sheet
from tests.conftest import Stage
from tests.services.post_stage import END, START, be_there, make
from tests.tui.at_rest import at_rest

MIN = timedelta(minutes=1)
LINK = "https://rec.test/secret-7"


@asynccontextmanager
async def opened(stage: Stage, now: datetime) -> AsyncIterator[tuple[ConsoleApp, Pilot[None]]]:
    port = ConsolePort(stage.context, stage.root, display=Display(), clock=lambda: now)
    port.settled.set()
    app = ConsoleApp(port, interval=None)
    async with app.run_test(size=(120, 36)) as pilot:
        yield app, pilot


async def sees(app: ConsoleApp, pilot: Pilot[None], text: str) -> str:
    """Wait until a text stands on the screen, and return everything that does."""
    for _ in range(250):
        seen = " ".join(shown(app).split())
        if text in seen:
            return seen
        await pilot.pause(0.02)
    raise AssertionError(f"{text!r} is not in {seen!r}")


def shown(app: ConsoleApp) -> str:
    """Return everything that stands on the top screen, sheets and dialogs."""
    sheets = [sheet.content_drawn.plain for sheet in app.screen.query(Sheet)]
    return "\n".join([*sheets, *(str(static.content) for static in app.screen.query(Static))])


async def test_a_free_seat_is_told_and_given_with_one_key(stage: Stage):
    session_id = await make(stage, stage.ana, capacity=1)
    await requests.ask(stage.context, session_id, stage.bob, by=stage.root, at=START - 40 * MIN)
    taken = await requests.find(stage.context, session_id, stage.ana)
    await requests.withdraw(stage.context, taken, by=stage.root, at=START - 35 * MIN)
    async with opened(stage, START - 33 * MIN) as (app, pilot):
        text = await sees(app, pilot, "0 of 1 seat, 1 free for Bob")
        assert "Seat free: 1 of 1 seat free again" in text
        assert "W give seat" in text
        await pilot.press("W")
        await sees(app, pilot, "1 of 1 seat")
        await pilot.press("W")  # nobody waits any more: it says why, and does nothing
        await at_rest(pilot)
    assert await stage.rows("SELECT state FROM join_request ORDER BY id") == [("withdrawn",), ("approved",)]


async def test_a_recording_is_opened_and_that_is_written_down(stage: Stage):
    session_id = await make(stage, stage.ana)
    await be_there(stage, session_id, stage.ana, START, END)
    draft = RecordingDraft(link=LINK, title="Whole [b]thing[/]", length=58 * MIN)
    await add(stage.context, session_id, draft, by=stage.root, at=END + MIN)
    async with opened(stage, END + 9 * MIN) as (app, pilot):
        text = await sees(app, pilot, "Whole [b]thing[/] · 58 min · for everyone approved · never opened")
        assert "secret-7" not in text
        await pilot.press("V")
        await sees(app, pilot, LINK)
        await pilot.press("escape")
        text = await sees(app, pilot, "opened 1 time, last by Root")
        assert "secret-7" not in text
    assert await stage.rows("SELECT by_name FROM recording_opening") == [("Root",)]


async def test_a_recording_is_added_by_a_form_and_for_whom_is_asked(stage: Stage):
    session_id = await make(stage, stage.ana)
    await be_there(stage, session_id, stage.ana, START, END)
    async with opened(stage, END + 9 * MIN) as (app, pilot):
        await sees(app, pilot, "1 approved")
        await pilot.press(":", *"add_recording", "enter")
        await sees(app, pilot, "Who may see it is asked next")
        await pilot.press("x", "enter")
        await sees(app, pilot, "give a web address")
        await pilot.press("backspace", *LINK, "enter")
        await sees(app, pilot, "Staff always may.")
        await pilot.press(*"staff", "enter")
        await sees(app, pilot, "for staff alone")
    assert await stage.rows("SELECT title, link, audience, length_ms FROM recording") == [
        ("Circle", LINK, "staff", 3_600_000)
    ]
