"""What ticks on a screen that a dialog covers stays behind it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.tui.desk_fakes import FakePort, FakeReads
from tests.tui.test_differ_app import TappedConsole, board, check, settle


async def test_the_clock_never_shows_through_a_dialog_that_covers_it() -> None:
    port = FakePort()
    app = TappedConsole(port, reads=FakeReads(board(80)), interval=None)
    async with app.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        await app.desk.feed.second()
        await pilot.press("n")
        await settle(pilot)
        assert app.screen.children[0].region.y == 0, "the dialog reaches up to the top line"
        for _ in range(3):
            port.now += timedelta(seconds=1)
            app.desk.quiet_second(replace(app.desk.feed.last, taken_at=port.now))
            await settle(pilot)
            check(app)
