"""The console application: it opens screens, binds the commands' keys, and tells what happened.

It decides nothing about sessions. It starts in three steps, each of which ends with something to see: an empty
frame, for which next to nothing is loaded; the database and its first rows; commands, health and all the rest.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import Binding, BindingType

from sessiontui.domain.errors import SessiontuiError
from sessiontui.tui.background import for_a_key, in_background
from sessiontui.tui.contained import ContainedApp, ControlFilter
from sessiontui.tui.feed import PULSE_EVERY
from sessiontui.tui.health_feed import HealthFeed
from sessiontui.tui.herald import QUIET, Herald
from sessiontui.tui.port import Port, Reads, ServiceReads
from sessiontui.tui.present.frame import USUAL_KEYS
from sessiontui.tui.present.hints import Hint
from sessiontui.tui.present.look import Look
from sessiontui.tui.rooms import Rooms
from sessiontui.tui.screens.console_screen import ConsoleScreen
from sessiontui.tui.screens.desk import DeskScreen
from sessiontui.tui.themes import DARK, DEFAULTS, THEMES
from sessiontui.tui.toasts import Toasts
from sessiontui.tui.typed_ahead import TypedAhead
from sessiontui.tui.waiting_keys import WaitingKeys

if TYPE_CHECKING:
    from datetime import datetime

    from textual.driver import Driver
    from textual.theme import Theme

    from sessiontui.services.lines import AlertCounts, Board
    from sessiontui.tui.commands.command import Command
    from sessiontui.tui.commands.keymap import Keymap
    from sessiontui.tui.commands.scene import Scene, Severity


class ConsoleApp(ContainedApp):
    """The console over a port; ``interval`` is the seconds between two pulses, ``None`` leaves asking to tests.

    ``early`` are the first rows, where they could be read before the toolkit was loaded. ``keys`` are the admin's own
    keys by the command's id. ``failure`` is why the console could not begin. ``herald`` tells of alerts outside of
    the screen.
    """

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
        keys: Mapping[str, str] | None = None,
        herald: Herald = QUIET,
        driver_class: type[Driver] | None = None,
        early: Board | None = None,
    ) -> None:
        super().__init__(ascii_only=port.ascii, driver_class=driver_class)
        self.port = port
        self.look = Look(ascii=port.ascii, zone=port.zone)
        self.failure: SessiontuiError | None = None
        self.registry: tuple[Command, ...] = ()
        self.keymap: Keymap | None = None
        self.opened_at = port.clock()
        self._own_keys = dict(keys or {})
        self._herald = herald
        self.interval = interval
        self._toasts = Toasts(self)
        self._is_complete = False
        self._ahead = TypedAhead(self, held=True)  # until there are commands to do what is typed
        self.waiting = WaitingKeys(self, self._ahead)
        self._alerts: AlertCounts | None = None
        for theme in THEMES:
            self.register_theme(theme)
        # Without its watcher, which would read all styles a second time before anything is drawn.
        self.set_reactive(ConsoleApp.theme, self._remembered_theme)
        self.stylesheet.set_variables(self.get_css_variables())
        self.set_class(self.current_theme.dark, "-dark-mode", update=False)
        self.set_class(not self.current_theme.dark, "-light-mode", update=False)
        self.desk = DeskScreen(port, reads or ServiceReads(port), self.look, interval=interval, early=early)
        self._rooms = Rooms(self, self.desk)
        self.health = HealthFeed(
            port,
            taken=lambda health: self.call_later(self._rooms.show_health, health),
            failed=lambda said: self.call_later(self._toasts.tell_once, said, severity="error"),
            is_brief=lambda: self.screen is self.desk,
        )

    def on_mount(self) -> None:
        """Show the empty desk; open the database once it has been seen."""
        self.theme_changed_signal.subscribe(self, self._remember_theme)
        self.install_screen(self.desk, "desk")
        self.push_screen("desk")
        self.call_after_refresh(self._begin)

    def on_unmount(self) -> None:
        """Look for nothing any more, and give the title of the terminal back."""
        self.health.end()
        self._herald.leave(self)

    def complete(self) -> None:
        """Load what the first rows did without, once they have been seen."""
        if not self._is_complete:
            self._is_complete = True
            self.call_after_refresh(self._complete)

    # What commands may ask for

    def tell(self, sentence: str, *, undo: bool = False, severity: Severity = "information") -> None:
        """Show a sentence as a toast and keep it; ``undo`` adds how to take the act back."""
        more = self.look.of("  ·  z undo", "  |  z undo") if undo else ""
        self._toasts.tell(sentence, severity=severity, more=more)

    @property
    def told(self) -> deque[str]:
        """The last sentences that were told."""
        return self._toasts.told

    def refresh_board(self) -> None:
        """Ask anew for what the open screen shows."""
        self._rooms.refresh()

    def focus_filter(self) -> None:
        """Put the cursor into the filter."""
        self._show_desk()
        self.desk.filter.focus_input()

    def set_query(self, query: str) -> None:
        """Show the sessions that a query holds."""
        self._show_desk()
        self.desk.set_query(query)

    def sort(self, order: str = "") -> None:
        """Sort the table, without an order by the next one."""
        self._show_desk()
        self.desk.sort(order)

    def choose_columns(self, columns: tuple[str, ...]) -> None:
        """Show these columns as far as there is room; none means all."""
        self.desk.choose_columns(columns)

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

    def open_time_bar(self) -> None:
        """Show the time bar and give it the keys, or give them back."""
        self._show_desk()
        self.desk.open_time_bar()

    def travel(self, to: datetime | None) -> None:
        """Show an instant of the past, or now."""
        self._show_desk()
        self.desk.travel(to)

    def go(self, screen_name: str) -> None:
        """Show another screen, or say which there are."""
        if not self._rooms.has(screen_name):
            from sessiontui.tui.commands.looking import SCREENS

            titles = dict(SCREENS)
            here = ", ".join(
                f"{number} {title}" for number, (name, title) in enumerate(SCREENS, 1) if self._rooms.has(name)
            )
            self.tell(f"The screen {titles.get(screen_name, screen_name)} is not there yet. There are: {here}.")
        elif self.screen is not self._rooms.screen(screen_name):
            self.switch_screen(screen_name)

    def show_person(self, person_id: int, *, mentor: bool = False) -> None:
        """Show one person whole, as a mentor if that is asked for."""
        from sessiontui.tui.screens.people import PeopleScreen

        screen = self._rooms.screen("people") if self._rooms.has("people") else None
        if isinstance(screen, PeopleScreen):
            screen.open_person(person_id, tab="Mentor" if mentor else "Overview")
            self.go("people")

    @property
    def usual_keys(self) -> tuple[Hint, ...]:
        """The keys that are offered before there are commands; none to whom has keys of their own."""
        return () if self._own_keys else tuple(Hint(key, label, "") for key, label in USUAL_KEYS)

    # Keys

    def action_command(self, name: str, argument: str = "") -> None:
        """Run a command on the scene of this very instant, with what was typed for it."""
        command = next((command for command in self.registry if command.id == name), None)
        screen = self.screen
        if command is None or not isinstance(screen, ConsoleScreen):
            return
        for_a_key(self, partial(self._perform, command, screen.scene(), argument), group="command")

    async def on_event(self, event: events.Event) -> None:
        """Give each key once the one before it is done."""
        await self._ahead.take(event, super().on_event)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Let what was typed ahead of a line or a dialog go into it."""
        if self._is_complete:
            self.waiting.note_focus(event.widget)

    def on_key(self, event: events.Key) -> None:
        """Say that a key does nothing where it does nothing; a dialog has keys of its own."""
        screen = self.screen
        if not isinstance(screen, ConsoleScreen) or not self.registry or event.key in screen.active_bindings:
            return
        if event.is_printable or event.key.lstrip("f").isdecimal():
            name = event.character if event.is_printable and event.character else event.key
            self.tell(f"{name} does nothing here: ? lists the keys", severity="warning")

    def show_alerts(self, counts: AlertCounts | None) -> None:
        """Show on every screen how many alerts press, and say so outside of it where that is wanted."""
        if counts is not None and counts != self._alerts:
            self._herald.tell(self, self._alerts, counts)
            self._rooms.show_alerts(counts)
        self._alerts = counts

    # What Textual asks the application

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return what stands for the product's own colours in a theme that does not name them."""
        return dict(DEFAULTS)

    async def action_quit(self) -> None:
        """End, after asking where something is typed that is not saved."""
        if not getattr(self.screen, "is_unsaved", False):
            self.exit()
            return
        from sessiontui.tui.dialogs.confirm import Confirm

        def answered(confirmed: object) -> None:
            if confirmed is not None:
                self.exit()

        details = ("The form is not saved.", "What is typed is kept for a month, and offered when you open it again.")
        question = Confirm("Quit with something unsaved?", details, yes="Quit", keep="Stay", danger=True)
        self.push_screen(question, answered)

    def refuse(self, what: str) -> None:
        """Say what the console does not do."""
        self.tell(f"The console {what}.", severity="warning")

    # Inside

    def _begin(self) -> None:
        in_background(self, self._open, group="open")

    async def _open(self) -> None:
        try:
            await self.port.ready()
        except SessiontuiError as error:
            self._fail(error)
            return
        self.theme = self._remembered_theme
        self.desk.begin()

    def _complete(self) -> None:
        from sessiontui.tui.commands import REGISTRY
        from sessiontui.tui.commands.keymap import make_keymap

        try:
            keymap = make_keymap(REGISTRY, self._own_keys)
        except SessiontuiError as error:
            self._fail(error)
            return
        self.registry, self.keymap = REGISTRY, keymap
        self._bind_commands(keymap)
        self._rooms.is_open = True
        self.desk.draw_keys()
        self._ahead.release()
        self.health.ask()
        if self.interval is not None:
            self.health.begin()

    async def _perform(self, command: Command, scene: Scene, argument: str) -> None:
        from sessiontui.tui.commands.command import perform

        await perform(self, command, scene, argument)

    def _fail(self, error: SessiontuiError) -> None:
        """End before the console has begun; whoever started it tells the error where it can be read."""
        self.failure = error
        self.exit(return_code=1)

    def _remember_theme(self, theme: Theme) -> None:
        if self._is_complete:  # before, it is what was remembered
            self.port.remember("theme", theme.name)

    @property
    def _remembered_theme(self) -> str:
        remembered = self.port.recall("theme")
        return remembered if remembered in self.available_themes else DARK

    def _bind_commands(self, keymap: Keymap) -> None:
        from sessiontui.tui.commands.keymap import toolkit_key

        for key, command in keymap.commands.items():
            self.bind(toolkit_key(key), f"command({command.id!r})", description=command.title, show=False)

    def _show_desk(self) -> None:
        if self.screen is not self.desk:
            self.go("desk")


__all__ = ["ConsoleApp", "ControlFilter"]
