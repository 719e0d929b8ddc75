"""Alerts: what needs someone, the worst and oldest on top; why, who has it, and the keys that help right there.

A rule with many alerts is one row, which can be opened: ten thousand at once have one cause, and cost one line.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from sessiontui.domain.errors import SessiontuiError
from sessiontui.domain.text import visible
from sessiontui.services.pictures import AlertBoard, AlertGroup, AlertLine, SessionDetail
from sessiontui.tui.background import for_a_key, in_background
from sessiontui.tui.port import Port
from sessiontui.tui.present import alerts as present
from sessiontui.tui.present.alert_rows import arranged
from sessiontui.tui.present.columns import RowKey
from sessiontui.tui.present.failures import sentence
from sessiontui.tui.present.look import BAD, MUTED, Look
from sessiontui.tui.screens import alert_keys
from sessiontui.tui.screens.alert_pane import AlertPane
from sessiontui.tui.screens.console_screen import ConsoleScreen
from sessiontui.tui.widgets.sheet import Sheet
from sessiontui.tui.widgets.table import Table
from sessiontui.tui.widgets.top_line import Freshness

if TYPE_CHECKING:
    from sessiontui.services.alerts.boards import AlertDetail
    from sessiontui.tui.commands.command import Command
    from sessiontui.tui.commands.scene import Scene

EACH: Final = 200
"""Alerts of one rule and severity that an opened group shows: the oldest. A filter finds the others."""

HELPFUL: Final = 60
"""Alerts of which the table tells the keys that help: a screen full, as each has to be looked into."""

WIDE: Final = 190
"""From this width on the detail stands beside the table, else below it."""

ASKED_EVERY: Final = 1.0
"""Seconds between two looks at whether something was committed."""

REST: Final = 0.12
"""Seconds that the cursor rests on a row before its detail is asked for."""

_AGED: Final = 5.0
"""Seconds after which a board is asked for anew, because its sentences count minutes."""


class AlertsScreen(ConsoleScreen):
    """Everything that is open, with what helps."""

    CSS_PATH = "alerts.tcss"
    screen_name = "alerts"
    title_word = "Alerts"
    AUTO_FOCUS = "#alerts"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", show=False),
        Binding("slash", "filter", "Filter", show=False),
    ]

    def __init__(self, port: Port, look: Look, *, interval: float | None = ASKED_EVERY) -> None:
        super().__init__(port, look)
        self.table = Table(present.COLUMNS, look, id_="alerts")
        self._interval = interval
        self._board: AlertBoard | None = None
        self._failed = ""
        self._query = ""
        self._pulse = -1
        self._opened: frozenset[str] = frozenset()
        self._entries: dict[RowKey, AlertLine | AlertGroup] = {}
        self._alert: AlertDetail | None = None
        self._session: SessionDetail | None = None
        self._rest: Timer | None = None
        self._pane = AlertPane(look)

    def compose(self) -> ComposeResult:
        """Lay out the counts, the shift note, the table and the detail."""
        yield self.top
        yield Sheet(id_="summary")
        yield Sheet(id_="note")
        with Horizontal(id="main"):
            with Vertical(id="list"):
                yield self.table
                yield Static(id="picture", markup=False)
            yield self._pane
        yield self.keys

    def on_mount(self) -> None:
        """Draw the picture of loading, and look from time to time whether something changed."""
        self.query_one("#picture", Static).update(Content.styled(f"Reading the alerts{self.look.ellipsis}", MUTED))
        self.add_class("-empty")
        self._draw_title()
        if self._interval is not None:
            self.set_interval(self._interval, self._look)

    def on_screen_resume(self) -> None:
        """Ask anew when the screen is shown."""
        self.refresh_soon()

    def on_resize(self, event: events.Resize) -> None:
        """Put the detail beside the table, or below it."""
        self.set_class(event.size.width < WIDE, "-narrow")
        self._draw()

    def refresh_soon(self) -> None:
        """Ask for the alerts anew."""
        if self.is_current:
            in_background(self, self._ask, group="alerts", exclusive=True)

    def scene(self) -> Scene:
        """Return what a command may look at: the alert under the cursor or the marked ones, and its session."""
        from sessiontui.tui.commands.scene import Scene

        entry = self._entry
        session = self._session
        about = entry.session_id if isinstance(entry, AlertLine) else None
        detail = session if session is not None and session.line.id == about else None
        return Scene(
            line=None if detail is None else detail.line,
            detail=detail,
            alerts=self._marked or ((entry,) if isinstance(entry, AlertLine) else ()),
            storm=entry if isinstance(entry, AlertGroup) and not self._marked else None,
            actor=self.port.actor,
            read_only=self.port.read_only,
            as_of=self.port.as_of,
            screen=self.screen_name,
            query=self._query,
            keys=self.keys_of_commands,
        )

    # Keys

    def action_back(self) -> None:
        """Leave one layer: the marks, the filter, the screen."""
        if self.table.marks:
            self.table.mark_only(frozenset())
        elif self._query:
            self.set_query("")
        else:
            self.console.go("desk")

    def action_filter(self) -> None:
        """Ask which alerts to show."""
        for_a_key(self, self._filter, group="filter")

    def set_query(self, query: str) -> None:
        """Show the alerts that a query asks for."""
        self._query = query
        self._draw_title()
        self.refresh_soon()

    def on_table_opened(self, event: Table.Opened) -> None:
        """Open or close a group; go to the session of an alert."""
        event.stop()
        entry = self._entries.get(event.key)
        if isinstance(entry, AlertGroup):
            self._opened ^= {entry.key}
            self._draw()
        elif entry is not None and entry.session_id is not None:
            self.console.set_query(f"id:{entry.session_id}")

    def on_table_highlighted(self, event: Table.Highlighted) -> None:
        """Ask for the detail once the cursor rests."""
        event.stop()
        self._draw_detail()
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(REST, self._ask_detail)

    def on_table_marks_changed(self, event: Table.MarksChanged) -> None:
        """Offer what can be done with the marked ones; a group is not marked, it is acted on whole."""
        event.stop()
        alone = frozenset(key for key in event.marks if isinstance(self._entries.get(key), AlertLine))
        if alone != event.marks:
            self.table.mark_only(alone)
        self._draw_keys()
        self._draw_title()

    def on_table_cursor_lost(self, event: Table.CursorLost) -> None:
        """Say that the alert under the cursor was resolved."""
        event.stop()
        entry, is_there = self._entries.get(event.lost), any(row.key == event.lost for row in self.table.rows)
        if isinstance(entry, AlertLine) and self._board is not None and not is_there:
            self.console.tell(f"{entry.rule.words} of {visible(entry.subject)} is gone")

    # Asking

    async def _look(self) -> None:
        if not self.is_current:
            return
        pulse = await self.port.context.db.pulse()
        board = self._board
        aged = board is None or (self.port.clock() - board.taken_at).total_seconds() >= _AGED
        if pulse != self._pulse or aged:
            self._pulse = pulse
            self.refresh_soon()

    async def _ask(self) -> None:
        from sessiontui.services.alerts import boards as alert_boards

        try:
            board = await alert_boards.board(
                self.port.context,
                self._query,
                now=self.port.clock(),
                as_of=self.port.as_of,
                by=self.port.actor,
                zone=self.port.zone,
                each=EACH,
                helpful=HELPFUL,
            )
        except SessiontuiError as error:
            await self.port.note(error)
            self._failed = sentence(error)
        else:
            self._failed, self._board = "", board
            self.console.show_alerts(board.counts)
        self._draw()
        self._ask_detail()

    def _ask_detail(self) -> None:
        if self.is_current:
            in_background(self, self._take_detail, group="alert-detail", exclusive=True)

    async def _take_detail(self) -> None:
        from sessiontui.services import boards
        from sessiontui.services.alerts import boards as alert_boards

        entry = self._entry
        if not isinstance(entry, AlertLine):
            self._alert = self._session = None
        else:
            now, port = self.port.clock(), self.port
            try:
                self._alert = await alert_boards.one(port.context, entry.id, now=now, by=port.actor)
                self._session = None
                if entry.session_id is not None:
                    self._session = await boards.detail(
                        port.context, entry.session_id, now=now, as_of=port.as_of, by=port.actor
                    )
            except SessiontuiError:
                self._alert = self._session = None  # it went while it was asked for; the next board says so
        self._draw_detail()

    async def _filter(self) -> None:
        from sessiontui.tui.screens.asking_filter import ask_filter

        hint = "such as alert:critical, alert:nobody_joined mentor:lee; empty shows all"
        answer = await ask_filter(self.console, self.port, "Which alerts?", self._query, hint=hint)
        if answer is not None:
            self.set_query(answer.strip())

    # Drawing

    @property
    def _entry(self) -> AlertLine | AlertGroup | None:
        key = self.table.cursor_key
        return None if key is None else self._entries.get(key)

    @property
    def _marked(self) -> tuple[AlertLine, ...]:
        entries = (self._entries.get(key) for key in sorted(self.table.marks, key=str))
        return tuple(entry for entry in entries if isinstance(entry, AlertLine))

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        board, look = self._board, self.look
        self.set_class(bool(self._failed), "-stale")
        if board is None:
            if self._failed:
                self.query_one("#picture", Static).update(Content.styled(visible(self._failed), BAD))
            return
        now = board.taken_at
        commands, own = self._commands, self.keys_of_commands
        rows, entries = arranged(
            board, self._opened, look, keys=lambda line: alert_keys.keys_against(line, commands, own)
        )
        self._entries = {**entries, **{key: one for key, one in self._entries.items() if key in self.table.marks}}
        self.table.show(rows)
        self.set_class(not rows, "-empty")
        self.query_one("#picture", Static).update(present.calm(board, look))
        failed = self._failed
        self.query_one("#summary", Sheet).show(
            lambda width: Content.styled(visible(failed), BAD) if failed else present.summary(board, look, width)
        )
        note = board.note
        self.query_one("#note").display = note is not None
        if note is not None:
            self.query_one("#note", Sheet).show(lambda width: present.note_line(note, now, look))
        self._draw_title()
        self._draw_detail()

    def _draw_title(self) -> None:
        title = f" Alerts: {self._query}" if self._query else " Alerts"
        marked = len(self.table.marks)
        self.query_one("#list").border_title = Content(visible(f"{title}{f', {marked} marked' if marked else ''} "))

    def _draw_detail(self) -> None:
        entry, board = self._entry, self._board
        now = self.port.clock() if board is None else board.taken_at
        self._pane.show_entry(entry, self._detail_of(entry), now)
        selected = "" if entry is None else entry.subject if isinstance(entry, AlertLine) else entry.rule.words
        state = Freshness(taken_at=None if board is None else board.taken_at, failed=bool(self._failed))
        self.top.show(selected=visible(selected), freshness=state)
        self._draw_keys()

    def _draw_keys(self) -> None:
        commands, entry = self._commands, self._entry
        if not commands:
            return
        scene, detail = self.scene(), self._detail_of(entry)
        helping = alert_keys.helping(entry, detail, commands, scene)
        is_asked = isinstance(entry, AlertLine) and detail is None
        self._pane.show_next(None if is_asked else helping)
        self.keys.show([*helping, *alert_keys.lasting(entry, commands, scene)])

    @property
    def _commands(self) -> Mapping[str, Command]:
        return {command.id: command for command in self.console.registry}

    def _detail_of(self, entry: AlertLine | AlertGroup | None) -> AlertDetail | None:
        """Return what is known of the alert under the cursor, where it has come in already."""
        whole = self._alert
        return whole if isinstance(entry, AlertLine) and whole is not None and whole.line.id == entry.id else None
