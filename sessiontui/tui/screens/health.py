"""Health and logins: what the score is made of, the worker's jobs, who is signed in, calls and errors."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from sessiontui.domain.access import Action, may
from sessiontui.domain.text import MAX_LINE
from sessiontui.services.pictures import Health
from sessiontui.tui.background import for_a_key
from sessiontui.tui.port import Port
from sessiontui.tui.present import health as present
from sessiontui.tui.present import logins as login_cells
from sessiontui.tui.present import measured as figures
from sessiontui.tui.present.columns import Row
from sessiontui.tui.present.look import MUTED, Look
from sessiontui.tui.screens.health_jobs import steer, stop_or_start
from sessiontui.tui.screens.health_pages import JOBS, Page, Pages
from sessiontui.tui.screens.list_screen import ListScreen
from sessiontui.tui.widgets.plain_bars import plain_bars
from sessiontui.tui.widgets.sheet import Sheet
from sessiontui.tui.widgets.tab_line import TabLine
from sessiontui.tui.widgets.table import Table

if TYPE_CHECKING:
    from sessiontui.tui.commands.scene import Scene

_ON_LOGINS: Final = frozenset({"logins_end", "logins_refresh", "login_unlock"})

LOW: Final = 30
"""Lines below which the parts that are all right share one line, so that the jobs have room."""

_BOXES: Final = {Page.HEALTH: "#overview", Page.LOGINS: "#both", Page.CALLS: "#calls", Page.ERRORS: "#errors-box"}


class HealthScreen(ListScreen):
    """The installation at a glance, the worker's jobs and people's logins to act on."""

    CSS_PATH = "health.tcss"
    screen_name = "health"
    narrow = 110
    rest = 0.2
    title_word = "Health and logins"
    AUTO_FOCUS = "#jobs"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "turn(-1)", "Page before", show=False),
        Binding("right,l", "turn(1)", "Next page", show=False),
        Binding("r", "run_job", "Run now", show=False),
        Binding("p,P", "pause_job", "Pause or resume", show=False),
        Binding("S", "stop_jobs", "Stop or start all", show=False),
        Binding("X", "on_logins('logins_end')", "End", show=False),
        Binding("R", "on_logins('logins_refresh')", "Force refresh", show=False),
        Binding("u", "on_logins('login_unlock')", "Unlock", show=False),
        Binding("asterisk", "mark_all", "Mark all", show=False),
        Binding("slash", "filter", "Filter", show=False),
        Binding("escape", "back", "Back", show=False),
    ]

    def __init__(self, port: Port, look: Look) -> None:
        super().__init__(port, look)
        self.jobs = Table(JOBS, look, id_="jobs")
        self.logins = Table(login_cells.COLUMNS, look, id_="logins")
        self.endpoints = Table(figures.ENDPOINTS, look, id_="endpoints")
        self.errors = Table(figures.ERRORS, look, id_="errors")
        self.pages = Pages()
        self._health: Health | None = None

    def compose(self) -> ComposeResult:
        """Lay out the four pages, of which one is seen."""
        yield self.top
        with Horizontal(id="head"):
            yield TabLine(id_="tabs")
            yield Sheet(id_="counts")
        with Vertical(id="overview"):
            with VerticalScroll(id="parts-box", can_focus=False) as parts:
                parts.border_title = Content(" What the score is made of, the worst first ")
                yield Sheet(id_="parts")
            with Vertical(id="jobs-box") as jobs:
                jobs.border_title = Content(" Worker ")
                yield Sheet(id_="leader")
                yield self.jobs
            with VerticalScroll(id="sources-box", can_focus=False) as sources:
                sources.border_title = Content(" Sources ")
                yield Sheet(id_="sources")
        with Horizontal(id="filter-line"):
            yield Static(Content("/"), id="slash")
            yield Input(id="filter", compact=True, max_length=MAX_LINE, placeholder=login_cells.FILTER)
        with Horizontal(id="both"):
            with Vertical(id="list"):
                yield self.logins
            with VerticalScroll(id="whole", can_focus=True):
                yield Sheet(id_="text")
        with Vertical(id="calls"):
            yield self.endpoints
            with VerticalScroll(id="figures-box", can_focus=False) as box:
                box.border_title = Content(" This console ")
                yield Sheet(id_="figures")
        with Vertical(id="errors-box"):
            yield self.errors
        yield Sheet(id_="picture")
        yield self.keys

    def on_mount(self) -> None:
        """Draw the picture of loading."""
        for box in ("#parts-box", "#sources-box", "#figures-box"):
            plain_bars(self.query_one(box), self.look)
        look = self.look
        self.query_one("#parts", Sheet).show(
            lambda width: Content.styled(f"Reading the health{look.ellipsis}", MUTED)
        )
        super().on_mount()

    def on_screen_resume(self) -> None:
        """Ask anew when the screen is shown."""
        self.refresh_soon()

    def refresh_soon(self) -> None:
        """Ask for the health anew; with it comes the rest."""
        self.console.health.ask()

    def show_health(self, health: Health) -> None:
        """Show parts, jobs and sources as of this instant, and read what the open page shows besides."""
        self._health, look = health, self.look
        super().show_health(health)
        if not self.is_mounted:
            return
        worst_first = sorted(health.parts, key=lambda part: part.score)
        is_low = self.size.height < LOW
        self.query_one("#parts", Sheet).show(lambda width: present.parts(worst_first, look, width, short=is_low))
        self.query_one("#leader", Sheet).show(
            lambda width: Content("\n").join(present.leadership(health, look).wrap(max(8, width)))
        )
        self.query_one("#sources", Sheet).show(lambda width: present.sources(health, look))
        at, is_led = health.taken_at, bool(health.leader)
        self.jobs.show([Row(job.name, present.job_cells(job, at, look, is_led=is_led)) for job in health.jobs])
        super().refresh_soon()
        self._draw_keys()

    def scene(self) -> Scene:
        """Return what a command may look at: the marked logins, else the one under the cursor."""
        if self.pages.open is not Page.LOGINS:
            return super().scene()
        marks: frozenset[object] = frozenset(self.logins.marks)
        return replace(super().scene(), logins=self.pages.chosen(marks, self.logins.cursor_key))

    def on_table_highlighted(self) -> None:
        """Show in full what is under the cursor."""
        self._draw_whole()
        self._draw_keys()

    def on_table_marks_changed(self) -> None:
        """Say how many are marked."""
        self._draw_keys()

    def on_table_opened(self) -> None:
        """Go into the login, to scroll it."""
        if self.pages.open is Page.LOGINS:
            self.query_one("#whole").focus()

    def on_tab_line_pressed(self, event: TabLine.Pressed) -> None:
        """Open the page that was clicked."""
        event.stop()
        self.action_turn(event.place - self.pages.open)

    def focus_list(self) -> None:
        """Give the list the keys."""
        self.logins.focus()

    def action_turn(self, by: int) -> None:
        """Open the page beside the open one."""
        self.pages.turn(by)
        self.draw()
        self._table.focus()
        self.refresh_soon()

    def action_filter(self) -> None:
        """Put the cursor into the filter of the logins."""
        if self.pages.open is not Page.LOGINS:
            self.action_turn(Page.LOGINS - self.pages.open)
        self.query_one("#filter", Input).focus()

    def action_back(self) -> None:
        """Leave the filter or the text, take the marks away, else go back to the desk."""
        if self.focused is not self._table:
            self._table.focus()
        elif self.pages.open is Page.LOGINS and self.logins.marks:
            self.logins.mark_only(frozenset())
        else:
            self.console.go("desk")

    def action_on_logins(self, command: str) -> None:
        """Run a command on the chosen logins, where they are seen."""
        if self.pages.open is Page.LOGINS:
            self.console.action_command(command)
        else:
            self.console.tell("logins are on another page: right goes there", severity="warning")

    def action_mark_all(self) -> None:
        """Mark every login of the filter, or none."""
        if self.pages.open is Page.LOGINS:
            every = frozenset(row.key for row in self.logins.rows)
            self.logins.mark_only(frozenset() if self.logins.marks == every else every)

    def action_run_job(self) -> None:
        """Run the job under the cursor now."""
        self._act(self.port.run_job, "is run now")

    def action_pause_job(self) -> None:
        """Pause the job under the cursor, or let it go on."""
        if self._is_paused:
            self._act(self.port.resume_job, "goes on")
        else:
            self._act(self.port.pause_job, "is paused")

    def action_stop_jobs(self) -> None:
        """Stop the worker's jobs, after asking, or start all that are paused."""
        if self._why_not:
            self.console.tell(self._why_not, severity="warning")
        else:
            for_a_key(
                self, partial(stop_or_start, self.console, self.port, any_paused=self._any_paused), group="jobs"
            )

    async def read(self) -> None:
        """Ask for what the open page shows."""
        await self.pages.read(self.port)

    def draw(self) -> None:
        """Draw the open page."""
        if not self.is_mounted:
            return
        pages, look, now = self.pages, self.look, self.port.clock()
        for page, box in _BOXES.items():
            self.query_one(box).display = page is pages.open and (page is Page.CALLS or not pages.is_empty)
        self.endpoints.display = not pages.is_empty
        self.query_one("#filter-line").display = pages.open is Page.LOGINS
        self.query_one("#picture").display = pages.is_empty
        if pages.board is not None:
            self.logins.show([Row(one.id, login_cells.cells(one, now, look)) for one in pages.board.lines])
        if pages.measured is not None:
            found = pages.measured
            self.endpoints.show([Row(one.endpoint, figures.endpoint_cells(one)) for one in found.endpoints])
            rows = [Row(f"{one.place} {one.kind}", figures.error_cells(one, now)) for one in found.errors]
            self.errors.show(rows)
            caches = () if self._health is None else self._health.caches
            self.query_one("#figures", Sheet).show(lambda width: figures.figures(found, caches, look, width))
        self.query_one("#tabs", TabLine).show(pages.tabs(), pages.open)
        self.query_one("#picture", Sheet).show(lambda width: pages.picture(look))
        self._draw_head()
        self._draw_whole()
        self._draw_keys()

    # Inside

    @property
    def _table(self) -> Table:
        return (self.jobs, self.logins, self.endpoints, self.errors)[self.pages.open]

    @property
    def _is_paused(self) -> bool:
        key = self.jobs.cursor_key
        jobs = self._health.jobs if self._health is not None else ()
        return any(job.paused for job in jobs if job.name == key)

    @property
    def _any_paused(self) -> bool:
        return any(job.paused for job in (self._health.jobs if self._health is not None else ()))

    @property
    def _why_not(self) -> str:
        if self.pages.open is not Page.HEALTH:
            return "jobs are on the page Health"
        if self.port.read_only:
            return "the console was opened for reading only"
        verdict = may(self.port.actor, Action.RUN_JOBS)
        return "" if verdict.allowed else f"{verdict.reason}: {verdict.hint}"

    def _act(self, act: Callable[[str], Awaitable[None]], done: str) -> None:
        key = self.jobs.cursor_key
        if not isinstance(key, str):
            return
        if self._why_not:
            self.console.tell(self._why_not, severity="warning")
            return
        for_a_key(self, partial(steer, self.console, act, key, done), group="jobs")

    def apply_filter(self) -> None:
        """Show what the filter asks for."""
        text = self.query_one("#filter", Input).value.strip()
        if text != self.pages.filter:
            self.pages.filter = text
            self.refresh_soon()

    def _draw_head(self) -> None:
        pages, look, health = self.pages, self.look, self._health
        board = pages.board if pages.open is Page.LOGINS else None
        self.query_one("#counts", Sheet).show(
            lambda width: (
                login_cells.counts(board, look, width)
                if board is not None
                else figures.headline(health, pages.scores, look, width)
            )
        )

    def _draw_whole(self) -> None:
        if not self.is_mounted:
            return
        now, look, pages = self.port.clock(), self.look, self.pages
        login = pages.login(self.logins.cursor_key)
        self.query_one("#text", Sheet).show(lambda width: login_cells.sheet(login, pages.board, now, look, width))

    def _draw_keys(self) -> None:
        scene, commands = self.scene(), self.console.registry
        own = self.pages.hints(
            self.look,
            why_no_job=self._why_not,
            is_paused=self._is_paused,
            any_paused=self._any_paused,
            marked=len(self.logins.marks),
            why_not={one.id: one.why_not(scene) for one in commands if one.id in _ON_LOGINS},
        )
        self.keys.show([*own, *self.hints_everywhere()])
