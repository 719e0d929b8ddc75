"""What the screens share that are a list with what is under its cursor beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.timer import Timer
from textual.widgets import Input

from sessiontui.tui.background import in_background
from sessiontui.tui.port import Port
from sessiontui.tui.present.look import Look
from sessiontui.tui.screens.console_screen import ConsoleScreen
from sessiontui.tui.widgets.plain_bars import plain_bars
from sessiontui.tui.widgets.top_line import Freshness

if TYPE_CHECKING:
    from collections.abc import Callable

    from sessiontui.services.pictures import Health


class ListScreen(ConsoleScreen):
    """A list and ``#whole``, which scrolls; both are read one question at a time, the last one always answered."""

    narrow: ClassVar[int]
    """Columns below which there is no room beside the list."""

    rest: ClassVar[float] = 0.12
    """Seconds of rest after which what the cursor came to, or what was typed, is asked for."""

    def __init__(self, port: Port, look: Look) -> None:
        super().__init__(port, look)
        self._is_taking = self._is_wanted = False
        self._resting: dict[Callable[[], None], Timer] = {}

    def on_mount(self) -> None:
        """Draw the picture of loading."""
        plain_bars(self.query_one("#whole"), self.look)
        self.draw()

    def on_resize(self, event: events.Resize) -> None:
        """Leave the list its room."""
        self.set_class(event.size.width < self.narrow, "-narrow")

    def on_screen_resume(self) -> None:
        """Ask anew when the screen is shown."""
        self.refresh_soon()
        self.console.health.ask()

    def show_health(self, health: Health) -> None:
        """Show the health in the top line."""
        self.top.show(health=health, freshness=Freshness(taken_at=health.taken_at))

    def refresh_soon(self) -> None:
        """Ask anew for all that is shown, after the question that is under way."""
        if not self.is_current:
            return
        if self._is_taking:
            self._is_wanted = True
            return
        self._is_taking = True
        in_background(self, self._take, group=self.screen_name)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Apply the filter after a rest."""
        event.stop()
        self.after_rest(self.apply_filter)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Apply the filter now, and go to the list."""
        event.stop()
        self.apply_filter()
        self.focus_list()

    def apply_filter(self) -> None:
        """Show what the filter asks for, where the screen has one."""

    def focus_list(self) -> None:
        """Give the list the keys."""

    def after_rest(self, act: Callable[[], None]) -> None:
        """Do something after a rest, which begins anew with every wish for the same."""
        if act in self._resting:
            self._resting[act].stop()
        self._resting[act] = self.set_timer(self.rest, act)

    def action_command(self, name: str) -> None:
        """Run a command on what is under the cursor."""
        self.console.action_command(name)

    async def read(self) -> None:
        """Ask for all that is shown."""
        raise NotImplementedError

    def draw(self) -> None:
        """Draw what is known; nothing while the screen is not mounted."""
        raise NotImplementedError

    async def _take(self) -> None:
        try:
            while True:
                self._is_wanted = False
                await self.read()
                self.draw()
                if not self._is_wanted:
                    break
        finally:
            self._is_taking = False
