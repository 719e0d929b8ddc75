"""How often the console asks for the health: less on the desk, of which it tells but a number."""

from __future__ import annotations

from sessiontui.tui.app import ConsoleApp
from tests.tui.at_rest import until
from tests.tui.desk_fakes import FakePort, FakeReads, every_status


async def test_the_desk_leaves_out_every_other_look_at_the_health_and_no_other_screen_does() -> None:
    app = ConsoleApp(FakePort(), reads=FakeReads(every_status()), interval=None)
    async with app.run_test(size=(120, 30)) as pilot:
        await until(pilot, lambda: app.screen is app.desk and bool(app.registry))
        asked: list[str] = []
        app.health.ask = lambda: asked.append(app.screen.name or "")  # type: ignore[method-assign]
        for _ in range(6):
            app.health.look()
        assert asked == ["desk"] * 3
        app.go("audit")
        await until(pilot, lambda: app.screen is not app.desk)
        asked.clear()
        for _ in range(3):
            app.health.look()
        assert len(asked) == 3
        assert "desk" not in asked
