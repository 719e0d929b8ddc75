"""What all screens of the console share: the top line, the keys at the bottom, a scene for commands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from rich.control import Control
from textual.geometry import Region
from textual.screen import Screen

from sessiontui.tui.contained import Painter
from sessiontui.tui.lean_compositor import LeanCompositor
from sessiontui.tui.port import Port
from sessiontui.tui.present.hints import Hint
from sessiontui.tui.present.look import Look
from sessiontui.tui.widgets.key_line import KeyLine
from sessiontui.tui.widgets.top_line import TopLine

if TYPE_CHECKING:
    from sessiontui.services.pictures import AlertCounts, Health
    from sessiontui.tui.app import ConsoleApp
    from sessiontui.tui.commands.scene import Scene
    from sessiontui.tui.widgets.tabs import TabBody

_EVERYWHERE: Final = ((":", "command"), ("?", "help"), ("q", "quit"))
"""Keys that every screen has, with what they are called in the line of keys."""


class ConsoleScreen(Screen[None]):
    """One of the numbered screens."""

    screen_name = ""
    title_word = ""

    def __init__(self, port: Port, look: Look) -> None:
        super().__init__(name=self.screen_name)
        self._compositor = self._lean = LeanCompositor()
        self.port = port
        self.look = look
        self.top = TopLine(port, look, title=self.title_word)
        self.keys = KeyLine()
        self.set_class(look.ascii, "-ascii")
        self.set_class(port.read_only, "-read-only")

    @property
    def console(self) -> ConsoleApp:
        """The application, by its own type."""
        from sessiontui.tui.app import ConsoleApp

        app = self.app
        if not isinstance(app, ConsoleApp):
            msg = "a console screen outside of the console"
            raise TypeError(msg)
        return app

    @property
    def keys_of_commands(self) -> Mapping[str, tuple[str, ...]]:
        """The keys by the command's id, once there are any."""
        keymap = self.console.keymap
        return {} if keymap is None else keymap.keys

    def scene(self) -> Scene:
        """Return what a command may look at at this instant."""
        from sessiontui.tui.commands.scene import Scene  # no key has a command before they are loaded

        return Scene(
            actor=self.port.actor,
            read_only=self.port.read_only,
            as_of=self.port.as_of,
            screen=self.screen_name,
            keys=self.keys_of_commands,
        )

    def show_health(self, health: Health) -> None:
        """Show the health of the installation."""
        self.top.show(health=health)

    def show_alerts(self, counts: AlertCounts) -> None:
        """Show how many alerts press."""
        self.top.show(alerts=counts)

    def refresh_soon(self) -> None:
        """Ask anew for what is shown."""

    def paint_top(self, region: Region) -> None:
        """Paint a part of the top line now; the toolkit's way, by messages and a timer, costs ten times as much."""
        app, driver = self.app, self.app._driver  # noqa: SLF001 - the toolkit paints whole frames only
        free = self.is_current and not (self._layout_required or self._scroll_required or self._dirty_widgets)
        at = self._lean.bare(self.top, region) if free and not app._batch_count else None  # noqa: SLF001
        if at is None or driver is None or app.is_headless:
            self.top.refresh(region)
            return
        self.top._styles_cache.set_dirty(region)  # noqa: SLF001 - what ``refresh`` does before it sends its messages
        strip, cursor = self.top.painted(region), self.outer_size.clamp_offset(app.cursor_position)
        if not isinstance(driver, Painter) or not driver.paint([(at.y, at.x, strip)], (cursor.y, cursor.x)):
            driver.write(f"{Control.move_to(*at.offset)}{strip.render(app.console)}{Control.move_to(*cursor)}")

    def hints_everywhere(self, *, with_quit: bool = True) -> list[Hint]:
        """Return the keys that every screen has, once they have commands."""
        commands = {} if self.console.keymap is None else self.console.keymap.commands
        wanted = _EVERYWHERE if with_quit else _EVERYWHERE[:-1]
        return [Hint(key, label, commands[key].id) for key, label in wanted if key in commands]

    def on_key_line_pressed(self, event: KeyLine.Pressed) -> None:
        """Run the command of a key that was clicked."""
        event.stop()
        self.console.action_command(event.command)

    def on_tab_body_wanted(self, event: TabBody.Wanted) -> None:
        """Run the command that a tab asks for."""
        event.stop()
        self.console.action_command(event.command, event.argument)
