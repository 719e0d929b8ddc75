"""The numbered screens: made when somebody first goes there, and told what the others were told before."""

from __future__ import annotations

from sessiontui.tui.rooms import Rooms
from sessiontui.tui.screens.templates import TemplatesScreen
from tests.tui.test_desk import opened, settled


async def test_a_screen_is_made_by_the_first_who_goes_there() -> None:
    async with opened() as (app, pilot, _):
        rooms: Rooms = app._rooms
        assert list(rooms._made) == ["desk"]
        assert all(rooms.has(name) for name in ("alerts", "calendar", "people", "health", "audit", "templates"))
        assert not rooms.has("elsewhere")
        app.go("templates")
        await settled(pilot)
        assert isinstance(app.screen, TemplatesScreen)
        assert list(rooms._made) == ["desk", "templates"]
        app.go("desk")
        await settled(pilot)
        app.go("templates")
        await settled(pilot)
        assert app.screen is rooms.screen("templates")


async def test_a_screen_that_comes_late_knows_the_health_and_the_alerts() -> None:
    async with opened() as (app, pilot, _):
        await settled(pilot)
        late = app._rooms.screen("people")
        assert late.top._health is not None
        assert late.top._alerts == app.desk.top._alerts is not None
