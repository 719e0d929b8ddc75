"""The numbered screens of the console: the desk is there from the start, the others are made when first gone to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sessiontui.tui.screens.console_screen import ConsoleScreen

if TYPE_CHECKING:
    from sessiontui.services.lines import AlertCounts
    from sessiontui.services.pictures import Health
    from sessiontui.tui.app import ConsoleApp
    from sessiontui.tui.screens.desk import DeskScreen


class Rooms:
    """Screens by their names; ``is_open`` says whether there are others than the desk yet."""

    def __init__(self, app: ConsoleApp, desk: DeskScreen) -> None:
        self.is_open = False
        self._app = app
        self._made: dict[str, ConsoleScreen] = {"desk": desk}
        self._health: Health | None = None
        self._alerts: AlertCounts | None = None

    def has(self, name: str) -> bool:
        """Tell whether one can go to a screen."""
        return name in self._made or (self.is_open and name in _MAKERS)

    def screen(self, name: str) -> ConsoleScreen:
        """Return a screen, which is made and told what all are told if nobody was there yet."""
        screen = self._made.get(name)
        if screen is None:
            screen = self._made[name] = _MAKERS[name](self._app)
            self._app.install_screen(screen, name)
            if self._health is not None:
                screen.show_health(self._health)
            if self._alerts is not None:
                screen.show_alerts(self._alerts)
        return screen

    def refresh(self) -> None:
        """Ask anew for what the screens show that somebody has seen."""
        for screen in self._made.values():
            if screen.is_mounted:
                screen.refresh_soon()

    def show_health(self, health: Health) -> None:
        """Show the health of the installation on every screen."""
        self._health = health
        for screen in self._made.values():
            screen.show_health(health)

    def show_alerts(self, counts: AlertCounts) -> None:
        """Show on every screen how many alerts press."""
        self._alerts = counts
        for screen in self._made.values():
            screen.show_alerts(counts)


def _alerts(app: ConsoleApp) -> ConsoleScreen:
    from sessiontui.tui.screens.alerts import AlertsScreen

    return AlertsScreen(app.port, app.look, interval=app.interval and 1.0)


def _analytics(app: ConsoleApp) -> ConsoleScreen:
    from sessiontui.tui.screens.analytics import AnalyticsScreen

    return AnalyticsScreen(app.port, app.look, interval=app.interval and 15.0)


def _calendar(app: ConsoleApp) -> ConsoleScreen:
    from sessiontui.tui.screens.calendar import CalendarScreen

    return CalendarScreen(app.port, app.look, follow=app.desk.feed.listen)


def _health(app: ConsoleApp) -> ConsoleScreen:
    from sessiontui.tui.screens.health import HealthScreen

    return HealthScreen(app.port, app.look)


def _outbox(app: ConsoleApp) -> ConsoleScreen:
    from sessiontui.tui.screens.outbox import OutboxScreen

    return OutboxScreen(app.port, app.look, interval=app.interval is not None)


def _people(app: ConsoleApp) -> ConsoleScreen:
    from sessiontui.tui.screens.people import PeopleScreen

    return PeopleScreen(app.port, app.look)


def _projects(app: ConsoleApp) -> ConsoleScreen:
    from sessiontui.tui.screens.projects import ProjectsScreen

    return ProjectsScreen(app.port, app.look, interval=app.interval and 5.0)


def _templates(app: ConsoleApp) -> ConsoleScreen:
    from sessiontui.tui.screens.templates import TemplatesScreen

    return TemplatesScreen(app.port, app.look)


_MAKERS: Mapping[str, Callable[[ConsoleApp], ConsoleScreen]] = {
    "alerts": _alerts,
    "analytics": _analytics,
    "audit": _outbox,
    "calendar": _calendar,
    "health": _health,
    "people": _people,
    "projects": _projects,
    "templates": _templates,
}
"""What makes each screen but the desk; its modules are loaded with it."""
