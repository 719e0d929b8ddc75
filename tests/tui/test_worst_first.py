"""How far it is to what is going wrong: the desk opens on it, and says at once why and which key helps."""

from __future__ import annotations

import pytest

from sessiontui.runtime.port import ConsolePort
from sessiontui.runtime.settings import Display
from sessiontui.services import ticking
from sessiontui.tui.app import ConsoleApp
from tests.conftest import Stage
from tests.services.test_alerts import END, MIN, START, scheduled
from tests.tui.test_alerts_screen import settle
from tests.tui.test_desk import screen_text

NOW = START + 12 * MIN


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_no_key_lies_between_opening_and_the_worst_session_and_one_between_it_and_help(
    stage: Stage, size: tuple[int, int]
) -> None:
    for number in range(30):
        await scheduled(stage, title=f"Later {number}", starts_at=START + 60 * MIN, ends_at=END + 60 * MIN)
    worst = await scheduled(stage, stage.ana, stage.bob, title="Nobody came")
    for number in range(30):
        await scheduled(stage, title=f"Tomorrow {number}", starts_at=START + 600 * MIN, ends_at=END + 600 * MIN)
    await ticking.tick(stage.context, at=NOW)
    port = ConsolePort(stage.context, stage.root, display=Display(), clock=lambda: NOW)
    port.settled.set()
    app = ConsoleApp(port, interval=None)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        assert app.focused is app.desk.table
        assert app.desk.table.cursor_key == worst
        screen = screen_text(app)
        assert "! Waiting" in screen
        assert "r remind" in screen
        if size[0] >= 120:
            assert "no guest present" in screen
        await pilot.press("r")
        await settle(pilot)
        asked = screen_text(app)
        assert "Ana" in asked
        assert "Bob" in asked
