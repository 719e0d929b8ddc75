"""What all screens of the console share: the top line, the keys at the bottom, a scene for commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from rich.control import Control
from textual import events
from textual.geometry import Region
from textual.screen import Screen

from sessiontui.tui.contained import painter_of
from sessiontui.tui.lean_compositor import LeanCompositor
from sessiontui.tui.port import Port
from sessiontui.tui.present.hints import Hint
from sessiontui.tui.present.look import Look
from sessiontui.tui.widgets.key_line import KeyLine
from sessiontui.tui.widgets.top_line import TopLine

if TYPE_CHECKING:
    from textual.strip import Strip
    from textual.widget import Widget

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

    _bare_places: tuple[object, dict[tuple[Widget, Region], Region | None]] | None = None
    """Where parts of widgets are in a layout, as far as they were painted at once."""

    def __init__(self, port: Port, look: Look) -> None:
        super().__init__(name=self.screen_name)
        self._compositor = self._lean = LeanCompositor()
        self.port = port
        self.look = look
        self.top = TopLine(port, look, title=self.title_word)
        self.top.repaint = self.paint_top
        self.keys = KeyLine()
        self._answers = False
        """Whether a key was pressed whose answer is still to be painted."""
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

    def answer_at_once(self) -> None:
        """Paint what a key changes as soon as it has; all else is painted at the toolkit's next tick."""
        self._answers = True

    async def _on_idle(self, event: events.Idle) -> None:
        """Paint the answer to a key; what is left to do the toolkit does behind this."""
        del event
        awaits = self._dirty_widgets or self._scroll_required or self._layout_required or self._repaint_required
        if self._answers and awaits and self.is_current and not self.app._batch_count:  # noqa: SLF001 - as the toolkit
            self._answers = False
            self._on_timer_update()

    def paint_top(self, region: Region, letters: str = "") -> None:
        """Paint a part of the top line now; the toolkit's way, by messages and a timer, costs ten times as much.

        ``letters`` are all that stands there, where nothing else about it has changed.
        """
        if not self._paint(self.top, region, self.top.painted, letters):
            self.top.refresh(region)

    def paint_line(self, widget: Widget) -> None:
        """Paint a widget of one line that has something else to show now, in the same way."""
        if not self._paint(widget, Region(0, 0, *widget.outer_size), partial(_first_line, widget)):
            widget.refresh()

    def _paint(self, widget: Widget, part: Region, painted: Callable[[Region], Strip], letters: str = "") -> bool:
        """Paint a part of a widget if nothing else is about to be and nothing lies in front of it."""
        app, driver = self.app, self.app._driver  # noqa: SLF001 - the toolkit paints whole frames only
        # A screen behind a dialog is current too, for the toolkit; what lies in front is known to the toolkit alone.
        is_bare = app.screen is self and not (self._layout_required or self._scroll_required or self._dirty_widgets)
        at = self._place_of(widget, part) if is_bare and not app._batch_count else None  # noqa: SLF001
        if at is None or driver is None or app.is_headless:
            return False
        widget._styles_cache.set_dirty(part)  # noqa: SLF001 - what ``refresh`` does before it sends its messages
        cursor, painter = self.outer_size.clamp_offset(app.cursor_position), painter_of(driver)
        if letters and painter is not None and painter.reletter(at.y, at.x, letters, (cursor.y, cursor.x)):
            return True
        strip = painted(part)
        if painter is None or not painter.paint([(at.y, at.x, strip)], (cursor.y, cursor.x)):
            driver.write(f"{Control.move_to(*at.offset)}{strip.render(app.console)}{Control.move_to(*cursor)}")
        return True

    def _place_of(self, widget: Widget, part: Region) -> Region | None:
        """Return where a part of a widget is, ``None`` if it is not seen whole; a layout is asked once."""
        layout = self._lean.visible_widgets
        if self._bare_places is None or self._bare_places[0] is not layout:
            self._bare_places = layout, {}
        places = self._bare_places[1]
        if (widget, part) not in places:
            places[widget, part] = self._lean.bare(widget, part)
        return places[widget, part]

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


def _first_line(widget: Widget, part: Region) -> Strip:
    """Render the one line of a widget anew, without the messages by which the toolkit would come to do so."""
    widget._layout_cache.clear()  # noqa: SLF001 - what ``refresh`` does before it sends its messages
    widget._set_dirty()  # noqa: SLF001
    widget._exchange_repaint_regions()  # noqa: SLF001
    return widget.render_lines(part)[0]
