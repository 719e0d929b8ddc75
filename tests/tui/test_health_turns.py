"""How often the console asks for the health: less on the desk, of which it tells but a number."""

from __future__ import annotations

from sessiontui.tui.app import ConsoleApp
from tests.tui.desk_fakes import FakePort, FakeReads, every_status


async def test_the_desk_leaves_out_every_other_look_at_the_health_and_no_other_screen_does() -> None:
    app = ConsoleApp(FakePort(), reads=FakeReads(every_status()), interval=None)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.pause(0.05)
        asked: list[str] = []
        app.ask_health = lambda: asked.append(app.screen.name or "")  # type: ignore[method-assign]
        for _ in range(6):
            app._look_at_health()
        assert asked == ["desk"] * 3
        app.go("outbox" if app._rooms.has("outbox") else "audit")
        await pilot.pause(0.05)
        asked.clear()
        for _ in range(3):
            app._look_at_health()
        assert len(asked) == 3
        assert "desk" not in asked
