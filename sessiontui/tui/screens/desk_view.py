"""How the desk looks: its widgets, and what is drawn in them of the board, the detail and the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from sessiontui.domain.errors import BadInput
from sessiontui.domain.text import visible
from sessiontui.tui.detail_feed import DetailFeed
from sessiontui.tui.feed import Feed
from sessiontui.tui.opening import HOME, WIDE, opening_view
from sessiontui.tui.port import Port, Reads
from sessiontui.tui.present import pictures
from sessiontui.tui.present.frame import list_title
from sessiontui.tui.present.hints import Hint
from sessiontui.tui.present.line import COLUMN_KEYS, COLUMNS, ORDERS
from sessiontui.tui.present.look import Look
from sessiontui.tui.present.sheets import aged
from sessiontui.tui.screens.alike import asks_alike
from sessiontui.tui.screens.console_screen import ConsoleScreen
from sessiontui.tui.screens.rows import Rows
from sessiontui.tui.screens.shown import Shown
from sessiontui.tui.widgets.border_title import retitle
from sessiontui.tui.widgets.counts import CountsStrip, chosen_in
from sessiontui.tui.widgets.detail import DetailPane
from sessiontui.tui.widgets.filter_bar import FilterBar
from sessiontui.tui.widgets.table import Table
from sessiontui.tui.widgets.time_bar import TimeBar, time_keys
from sessiontui.tui.widgets.top_line import Freshness

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.geometry import Region
    from textual.strip import Strip
    from textual.widget import Widget

    from sessiontui.services.pictures import Board, SessionDetail, SessionLine
    from sessiontui.tui.commands.scene import Scene
    from sessiontui.tui.present.columns import RowKey

_MOST_KEYS: Final = 16
"""Keys that are offered; how many are shown is a matter of width."""

_PANE_LEAST: Final = 36
_LIST_LEAST: Final = 44


class DeskView(ConsoleScreen):
    """Table and detail side by side, or one in place of the other; it hears nothing and decides nothing."""

    CSS_PATH = "desk.tcss"

    def __init__(
        self, port: Port, reads: Reads, look: Look, *, interval: float | None, early: Board | None = None
    ) -> None:
        super().__init__(port, look)
        self._early = early
        self._holds_frame = early is not None
        self.reads = reads
        self.feed = Feed(self, port, reads, in_view=self._in_view, on_quiet=self.quiet_second, interval=interval)
        self.details = DetailFeed(self, port, reads)
        self.feed.listen(self.details.hear)
        self.strip = CountsStrip(look)
        self.filter = FilterBar(look, self._check)
        self.table = Table(COLUMNS, look, id_="sessions")
        self.pane = DetailPane(look, id_="detail")
        self.time_bar = TimeBar(look, id_="time")
        self.shown = Shown()
        self.rows = Rows(look)
        self._held = False
        self._detail: SessionDetail | None = None
        self._told: SessionLine | None = None
        """What the pane, the top line and the keys were last drawn of."""
        self._renewed: tuple[int, ...] | None = None
        """The sessions that were looked at when minutes were last told."""
        self._seen: tuple[RowKey, ...] = ()
        """The rows that were seen the last time somebody asked, by their keys; ``_seen_ids`` are their sessions."""
        self._seen_ids: tuple[int, ...] = ()
        self._seen_at = -1
        """Which view of the table they were."""
        self._pane_width = 0
        self._slipped = ""
        """The title of the session that has just left the place under the cursor."""
        self._rest: Timer | None = None
        """Runs while the cursor is on its way; what tells of its session is drawn when it rests."""

    def compose(self) -> ComposeResult:
        """Lay out top line, counts, filter, table, detail, time bar and keys."""
        yield self.top
        yield self.strip
        yield self.filter
        yield Static(id="banner", markup=False)
        with Horizontal(id="main"):
            with Vertical(id="list"):
                yield self.table
                yield Static(pictures.loading(self.look), id="picture")
            yield self.pane
        yield self.time_bar
        yield self.keys

    def on_mount(self) -> None:
        """Draw the rows that are known before anything is asked, or the picture of loading."""
        if self._early is None:
            self._draw_list_title()
            self.add_class("-no-rows")
            self.filter.put(HOME)
        else:
            self._take_view()
            self.feed.begin_with(self._early)
            self.shown.take(self._early, 0)
            self._draw_board(self._early, anew=True)
            self.top.show(alerts=self._early.alerts)

    def show_first_frame(self) -> None:
        """Paint what was held back: the first frame with rows is the first that is seen."""
        if self._holds_frame:
            self._holds_frame = False
            self._on_timer_update()  # lays out what is not yet, without waiting for the next tick
            self._compositor_refresh()

    def _compositor_refresh(self) -> None:
        """Paint what has changed, unless the rest of the first frame is still to come: it would be painted over."""
        if not self._holds_frame:
            super()._compositor_refresh()

    def _paint(self, widget: Widget, part: Region, painted: Callable[[Region], Strip], letters: str = "") -> bool:
        """Paint a part of a widget at once, unless the first frame is still to come."""
        return not self._holds_frame and super()._paint(widget, part, painted, letters)

    def on_resize(self, event: events.Resize) -> None:
        """Put table and detail side by side, or one in place of the other."""
        was_seen = self._sees_pane
        self.set_class(event.size.width < WIDE, "-narrow")
        self._size_pane()
        if self._sees_pane and not was_seen and self._told is not None:
            self._draw_line()
        self.draw_keys()
        if self._holds_frame:
            self.call_later(self.show_first_frame)

    def scene(self) -> Scene:
        """Return what a command may look at at this instant."""
        from sessiontui.tui.commands.scene import Scene  # no key has a command before they are loaded

        line, detail = self._line, self._known_detail
        if self.details.is_stale and not self._sees_pane:
            detail = None  # a pane that is not seen is not kept up: whoever needs the detail reads it
        return Scene(
            board=self.shown.board or self.feed.last,
            line=line,
            detail=detail,
            marked=self.shown.marked,
            request=self.pane.request,
            comment=self.pane.comment,
            file=self.pane.file,
            link=self.pane.link,
            actor=self.port.actor,
            read_only=self.port.read_only,
            as_of=self.port.as_of,
            slipped=self._slipped,
            screen=self.screen_name,
            keys=self.keys_of_commands,
            query=self.feed.question.query,
            order=self.feed.question.order,
            columns=self.columns,
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that were chosen; empty where none were, and all that have room are shown."""
        hidden = self.table.hidden
        return tuple(key for key in COLUMN_KEYS if key not in hidden) if hidden else ()

    def quiet_second(self, board: Board) -> None:
        """Show that a second has passed in which no session changed."""
        raise NotImplementedError

    # Drawing

    @property
    def _line(self) -> SessionLine | None:
        return self.shown.line(self.table.cursor_key)

    @property
    def _known_detail(self) -> SessionDetail | None:
        """The detail of the session under the cursor, if it is there."""
        line, detail = self._line, self._detail
        return detail if line is not None and detail is not None and detail.line.id == line.id else None

    @property
    def _sees_pane(self) -> bool:
        """Whether the detail is on the screen: a narrow one shows it only in place of the table."""
        return not self.has_class("-narrow") or self.has_class("-opened")

    def _in_view(self) -> tuple[int, ...]:
        """Return the sessions that are seen; the table, which has to measure itself, is asked once a view."""
        table = self.table
        if table.views != self._seen_at:
            self._seen_at = table.views
            seen = table.in_view
            if seen is not self._seen:
                self._seen, self._seen_ids = seen, tuple(key for key in seen if isinstance(key, int))
        return self._seen_ids

    def _draw_board(self, board: Board, *, anew: bool) -> None:
        now = board.as_of or board.taken_at
        self.remove_class("-stale")
        self.set_class(not board.lines, "-no-rows")
        if not board.lines:
            home = board.query in (HOME, "")
            self.query_one("#picture", Static).update(pictures.empty(board, self.look, home=home))
        self.table.show(self.rows.of(board.lines, now), offset=self.shown.offset, total=board.matched, anew=anew)
        self._draw_counts(board)
        self._draw_list_title()
        if anew or self._told != self._line or (self._sees_pane and self.pane.detail is None):
            self._draw_line()  # else it looks the same, or its detail is asked for anew and draws it
        self._draw_top()

    def _draw_numbers(self, board: Board) -> None:
        """Draw all that is counted beside the rows; the alerts in the top line, with the time, in one go."""
        self._draw_counts(board)
        if board.alerts == self.top.alerts:
            self._draw_clock()
        else:
            self.top.show(freshness=self._freshness(), alerts=board.alerts)
            self.console.show_alerts(board.alerts)

    def _draw_counts(self, board: Board) -> None:
        if self.strip.take(board.counts, chosen_in(board.query)):
            self.paint_line(self.strip)
        self.filter.matched(board.matched, board.total, exact=board.matched_exact)

    def _draw_stale(self) -> None:
        stale = self.shown.stale
        if stale is None:
            return
        if self.shown.board is None:
            self.query_one("#picture", Static).update(pictures.failed(stale.error, stale.hint, self.look))
        else:
            self.add_class("-stale")
            words = aged(stale.error, stale.hint, stale.last.taken_at, self.port.clock(), self.look)
            self.query_one("#banner", Static).update(words)
        self._draw_top()

    def _draw_line(self) -> None:
        if self._rest is not None:
            return
        line, board = self._line, self.shown.board
        before, self._told = self._told, line
        if self._sees_pane:
            self.pane.show(line, self._known_detail, at=None if board is None else board.as_of or board.taken_at)
        self._draw_top()
        if not asks_alike(before, line):
            self.draw_keys()

    def _draw_top(self) -> None:
        line = self._line
        selected = "" if line is None else visible(line.title)
        ticked = self.top.follow(selected=selected if self._rest is None else None, freshness=self._freshness())
        if ticked is not None:
            self.paint_top(*ticked)

    def _draw_clock(self) -> None:
        """Write the time where it stands; nothing else of the line has changed."""
        ticked = self.top.tick(self._freshness())
        if ticked is not None:
            self.paint_top(*ticked)

    def _freshness(self) -> Freshness:
        board = self.shown.board
        taken_at = None if board is None else board.as_of or board.taken_at
        return Freshness(taken_at=taken_at, held=self._held, failed=self.shown.stale is not None)

    def _draw_list_title(self) -> None:
        title = list_title(self.feed.question.order, len(self.shown.marked))
        retitle(self.query_one("#list"), Content(title))

    def draw_keys(self) -> None:
        """Offer the keys that help where the admin is; there are none before the commands are loaded."""
        if not (self.is_mounted and self.app.is_running):
            return  # or the console closes: what is heard meanwhile has nowhere to be shown
        if not self.console.registry:
            self.keys.show(self.console.usual_keys)
            return
        from sessiontui.tui.commands import footer_for

        hints = footer_for(self.scene(), most=_MOST_KEYS)
        is_inside = self.pane.has_focus_within or self.has_class("-opened")
        taken = self._taken_keys if is_inside else frozenset()
        if self._sees_pane:
            self.pane.show_next(tuple(one for one in hints if one.key not in taken))
        if self.filter.has_focus_within:
            hints = (Hint("enter", "apply", ""), Hint("tab", "complete", ""), Hint("esc", "back", ""))
        elif self.time_bar.has_focus_within:
            hints = time_keys(self.look)
        elif is_inside:
            inside = [Hint("esc", "back", ""), Hint(self.look.of("←→", "h l"), "tabs", "")]
            hints = (*inside, *(one for one in hints if one.command not in ("open", "mark") and one.key not in taken))
        self.keys.show(hints)

    @property
    def _taken_keys(self) -> frozenset[str]:
        """Keys that mean something else where the admin is, such as ``J`` in the plan."""
        own = (self, self.app)
        return frozenset(key for key, active in self.active_bindings.items() if active.node not in own)

    def _size_pane(self) -> None:
        width = self.size.width
        if width < WIDE or not self._pane_width:
            self.pane.styles.width = None
            return
        most = max(_PANE_LEAST, width - _LIST_LEAST)
        self._pane_width = min(max(self._pane_width, _PANE_LEAST), most)
        self.pane.styles.width = self._pane_width

    def _take_view(self) -> None:
        """Go back to the view that was left the last time."""
        view = opening_view(self.port.recall)
        query = view.query
        if self._early is None:
            try:
                self._check(query)
            except BadInput:  # the language of an older version
                query = HOME
        self._show_columns(view.columns)
        self._pane_width = view.pane
        self.table.sorted_by(ORDERS[view.order][0], upwards=ORDERS[view.order][1])
        self.filter.put(query)
        self.feed.ask_later(query=query, order=view.order)

    def _show_columns(self, columns: tuple[str, ...]) -> None:
        wanted = [key for key in columns if key in COLUMN_KEYS]
        self.table.hide(frozenset(COLUMN_KEYS) - frozenset(wanted) if wanted else frozenset())

    def _check(self, query: str) -> None:
        from sessiontui.domain.query import parse  # the language of queries is not needed for the first frame

        parse(query, now=self.port.as_of or self.port.clock(), zone=self.port.zone)
