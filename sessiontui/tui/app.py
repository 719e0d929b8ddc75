"""The console application: it opens screens, binds the commands' keys, tells what happened, and cleans what is drawn.

It decides nothing about sessions. What Textual offers to do outside of the terminal is refused here: the console
may be all that a person can reach on a host.
"""

from __future__ import annotations

import asyncio
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar, Final

from rich.segment import Segment
from textual.app import App
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.filter import LineFilter

from sessiontui.domain.text import MAX_LINE, strip_controls, visible
from sessiontui.tui.commands import REGISTRY
from sessiontui.tui.commands.command import Command, perform
from sessiontui.tui.commands.keymap import Keymap, make_keymap, toolkit_key
from sessiontui.tui.commands.looking import SCREENS
from sessiontui.tui.commands.scene import Severity
from sessiontui.tui.feed import PULSE_EVERY, describe
from sessiontui.tui.port import Port, Reads, ServiceReads
from sessiontui.tui.present.look import Look
from sessiontui.tui.screens.console_screen import ConsoleScreen
from sessiontui.tui.screens.desk import DeskScreen
from sessiontui.tui.screens.health import HealthScreen
from sessiontui.tui.themes import DARK, DEFAULTS, THEMES

HEALTH_EVERY: Final = 5.0
"""Seconds between two looks at the health."""

TOAST_EVERY: Final = 0.1
"""Seconds in which what is told is gathered into few toasts: ten thousand would freeze the screen."""

TOASTS: Final = 3
"""Most toasts of one gathering; more become a count."""

REMEMBERED: Final = 200
"""What was told and is kept after its toast is gone."""

_SIGNALS: Final = ("SIGHUP", "SIGTERM", "SIGQUIT")


class ControlFilter(LineFilter):
    """The last gate before the terminal: it drops every character that data must not send there."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the line without them; its width stays the same."""
        del background
        return [
            Segment(clean, segment.style, segment.control)
            if (clean := strip_controls(segment.text)) != segment.text
            else segment
            for segment in segments
        ]


class ConsoleApp(App[None]):
    """The console over a port; ``interval`` is the seconds between two pulses, ``None`` leaves asking to tests."""

    TITLE = "sessiontui"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "quit", "Quit", show=False, system=True)]

    def __init__(
        self,
        port: Port,
        *,
        reads: Reads | None = None,
        interval: float | None = PULSE_EVERY,
        registry: Sequence[Command] = REGISTRY,
        keymap: Keymap | None = None,
    ) -> None:
        self._clean = ControlFilter()
        super().__init__()
        self.port = port
        self.look = Look(ascii=port.ascii, zone=port.zone)
        self.registry = tuple(registry)
        self.keymap = keymap or make_keymap(self.registry, {})
        self.told: deque[str] = deque(maxlen=REMEMBERED)
        self._reads = reads or ServiceReads(port)
        self._interval = interval
        self._telling: list[tuple[str, Severity]] = []
        self._asking_health = False
        for theme in THEMES:
            self.register_theme(theme)
        self.desk = DeskScreen(port, self._reads, self.look, interval=interval)
        self._screens: dict[str, ConsoleScreen] = {"desk": self.desk, "health": HealthScreen(port, self.look)}

    def on_mount(self) -> None:
        """Show the desk; ask for the health after the first frame."""
        remembered = self.port.recall("theme")
        self.theme = remembered if remembered in self.available_themes else DARK
        self.theme_changed_signal.subscribe(self, lambda theme: self.port.remember("theme", theme.name))
        self._bind_commands()
        self._heed_signals()
        for name, screen in self._screens.items():
            self.install_screen(screen, name)
        self.push_screen("desk")
        self.call_after_refresh(self.ask_health)
        if self._interval is not None:
            self.set_interval(HEALTH_EVERY, self.ask_health)

    def on_unmount(self) -> None:
        """Leave the signals as they were."""
        loop = asyncio.get_running_loop()
        for number in self._heeded:
            loop.remove_signal_handler(number)

    # What commands may ask for

    def tell(self, sentence: str, *, undo: bool = False, severity: Severity = "information") -> None:
        """Show a sentence as a toast and keep it; ``undo`` adds how to take the act back."""
        sentence = visible(sentence[:MAX_LINE])
        if undo:
            sentence += self.look.of("  ·  z undo", "  |  z undo")
        self.told.append(sentence)
        if not self._telling:
            self.set_timer(TOAST_EVERY, self._show_told)
        self._telling.append((sentence, severity))

    def refresh_board(self) -> None:
        """Ask anew for what the open screen shows."""
        for screen in self._screens.values():
            if screen.is_mounted:
                screen.refresh_soon()

    def focus_filter(self) -> None:
        """Put the cursor into the filter."""
        self._show_desk()
        self.desk.filter.focus_input()

    def set_query(self, query: str) -> None:
        """Show the sessions that a query holds."""
        self._show_desk()
        self.desk.set_query(query)

    def cycle_sort(self) -> None:
        """Take the next order of the table."""
        self.desk.cycle_sort()

    def toggle_hold(self) -> None:
        """Stop or resume the display."""
        self.desk.toggle_hold()

    def toggle_mark(self) -> None:
        """Mark or unmark the session under the cursor."""
        self.desk.table.action_mark()

    def open_detail(self) -> None:
        """Go into the session under the cursor."""
        self.desk.open_detail()

    def resize_pane(self, delta: int) -> None:
        """Make the detail pane wider by so many columns, or narrower."""
        self.desk.resize_pane(delta)

    def go(self, screen_name: str) -> None:
        """Show another screen, or say which there are."""
        if screen_name not in self._screens:
            titles = dict(SCREENS)
            here = ", ".join(f"{number} {titles[name]}" for number, (name, _) in _numbered() if name in self._screens)
            self.tell(f"The screen {titles.get(screen_name, screen_name)} is not there yet. There are: {here}.")
        elif self.screen is not self._screens[screen_name]:
            self.switch_screen(screen_name)

    # Keys

    def action_command(self, name: str) -> None:
        """Run a command on the scene of this very instant."""
        command = next((command for command in self.registry if command.id == name), None)
        screen = self.screen
        if command is None or not isinstance(screen, ConsoleScreen):
            return
        self.run_worker(perform(self, command, screen.scene()), group="command", exit_on_error=True)

    def ask_health(self) -> None:
        """Ask for the health unless an answer is under way."""
        if not self._asking_health:
            self._asking_health = True
            self.run_worker(self._take_health(), group="health", exit_on_error=True)

    # What Textual asks the application

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return Textual's own filters, and the one that cleans as the last."""
        return [*super().get_line_filters(), self._clean]

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return what stands for the product's own colours in a theme that does not name them."""
        return dict(DEFAULTS)

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Open nothing: the console starts no other program."""
        del url, new_tab
        self._refuse("opens no browser: y copies the link")

    def action_screenshot(self, filename: str | None = None, path: str | None = None) -> None:
        """Save nothing: the console writes only its own data."""
        del filename, path
        self._refuse("saves no screenshots")

    def action_suspend_process(self) -> None:
        """Stay in front: there may be no shell to go back to."""
        self._refuse("stays in front: q quits")

    @contextmanager
    def suspend(self) -> Iterator[None]:
        """Keep the terminal: nothing else is run in it."""
        self._refuse("stays in front: q quits")
        yield

    def deliver_screenshot(
        self, filename: str | None = None, path: str | None = None, time_format: str | None = None
    ) -> str | None:
        """Deliver nothing."""
        del filename, path, time_format
        self._refuse("saves no screenshots")
        return None

    def _refuse(self, what: str) -> None:
        self.tell(f"The console {what}.", severity="warning")

    # Inside

    def _bind_commands(self) -> None:
        for key, command in self.keymap.commands.items():
            self.bind(toolkit_key(key), f"command({command.id!r})", description=command.title, show=False)

    def _heed_signals(self) -> None:
        """End cleanly, with the terminal restored, where the default would leave it raw."""
        self._heeded: list[int] = []
        loop = asyncio.get_running_loop()
        for name in _SIGNALS:
            number = getattr(signal, name, None)
            if number is None:
                continue
            try:
                loop.add_signal_handler(number, self.exit)
            except (NotImplementedError, RuntimeError, ValueError):
                return  # no signals on this platform, or not in the main thread
            self._heeded.append(number)

    def _show_desk(self) -> None:
        if self.screen is not self.desk:
            self.go("desk")

    def _show_told(self) -> None:
        telling, self._telling = self._telling, []
        shown = list(dict.fromkeys(telling))
        if len(shown) > TOASTS:
            worst: Severity = "information"
            for severity in ("warning", "error"):
                if any(told == severity for _, told in shown):
                    worst = severity
            last = shown[-1][0]
            shown = [(f"{len(telling)} messages, the last: {last}", worst)]
        for sentence, severity in shown:
            self.notify(sentence, severity=severity, markup=False)

    async def _take_health(self) -> None:
        try:
            health = await self.port.health()
        except Exception as error:  # noqa: BLE001 - part of the feed's frontier: the top line must not end the console
            said, _ = describe(error)
            if not self.told or self.told[-1] != visible(said):
                self.tell(said, severity="error")
        else:
            for screen in self._screens.values():
                screen.show_health(health)
        finally:
            self._asking_health = False


def _numbered() -> list[tuple[int, tuple[str, str]]]:
    return list(enumerate(SCREENS, start=1))


__all__ = ["ConsoleApp", "ControlFilter"]
