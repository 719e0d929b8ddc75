"""Health: what the score is made of, who leads the worker, how its jobs fare, when each source was last heard."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content

from sessiontui.domain.access import Action, may
from sessiontui.domain.errors import SessiontuiError
from sessiontui.services.pictures import Health
from sessiontui.tui.port import Port
from sessiontui.tui.present import health as present
from sessiontui.tui.present.columns import Column, Row
from sessiontui.tui.present.failures import sentence
from sessiontui.tui.present.hints import Hint
from sessiontui.tui.present.look import MUTED, Look
from sessiontui.tui.screens.console_screen import ConsoleScreen
from sessiontui.tui.widgets.plain_bars import plain_bars
from sessiontui.tui.widgets.sheet import Sheet
from sessiontui.tui.widgets.table import Table
from sessiontui.tui.widgets.top_line import Freshness

COLUMNS: Final = (
    Column("state", "State", 9),
    Column("name", "Job", 14, flex=1),
    Column("every", "Every", 7, from_width=56, right=True),
    Column("last", "Last run", 11, right=True, tinted=False),
    Column("took", "Took", 7, from_width=70, right=True, tinted=False),
    Column("next", "Next", 9, from_width=48, right=True, tinted=False),
    Column("runs", "Runs", 7, from_width=84, right=True, tinted=False),
    Column("errors", "Errors", 6, from_width=64, right=True),
    Column("error", "Last error", 12, flex=3, from_width=100),
)


class HealthScreen(ConsoleScreen):
    """The installation at a glance, and the worker's jobs to act on."""

    CSS_PATH = "health.tcss"
    screen_name = "health"
    title_word = "Health"
    AUTO_FOCUS = "#jobs"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "run_job", "Run now", show=False),
        Binding("p,P", "pause_job", "Pause or resume", show=False),
        Binding("escape", "back", "Back", show=False),
    ]

    def __init__(self, port: Port, look: Look) -> None:
        super().__init__(port, look)
        self.jobs = Table(COLUMNS, look, id_="jobs")
        self._health: Health | None = None

    def compose(self) -> ComposeResult:
        """Lay out the parts of the score, the jobs and the sources."""
        yield self.top
        with VerticalScroll(id="parts-box", can_focus=False) as parts:
            parts.border_title = Content(" Health ")
            yield Sheet(id_="parts")
        with Vertical(id="jobs-box") as jobs:
            jobs.border_title = Content(" Worker ")
            yield Sheet(id_="leader")
            yield self.jobs
        with VerticalScroll(id="sources-box", can_focus=False) as sources:
            sources.border_title = Content(" Sources ")
            yield Sheet(id_="sources")
        yield self.keys

    def on_mount(self) -> None:
        """Draw the picture of loading."""
        for box in ("#parts-box", "#sources-box"):
            plain_bars(self.query_one(box), self.look)
        look = self.look
        self.query_one("#parts", Sheet).show(
            lambda width: Content.styled(f"Reading the health{look.ellipsis}", MUTED)
        )
        self._draw_keys()

    def on_screen_resume(self) -> None:
        """Ask anew when the screen is shown."""
        self.console.ask_health()

    def refresh_soon(self) -> None:
        """Ask for the health anew."""
        self.console.ask_health()

    def show_health(self, health: Health) -> None:
        """Show parts, jobs and sources as of this instant."""
        self._health, look = health, self.look
        self.top.show(health=health, freshness=Freshness(taken_at=health.taken_at))
        if not self.is_mounted:
            return
        worst_first = sorted(health.parts, key=lambda part: part.score)
        self.query_one("#parts", Sheet).show(
            lambda width: Content("\n").join(present.part(part, look, width) for part in worst_first)
        )
        self.query_one("#leader", Sheet).show(
            lambda width: Content("\n").join(present.leadership(health, look).wrap(max(8, width)))
        )
        self.query_one("#sources", Sheet).show(lambda width: present.sources(health, look))
        self.jobs.show([Row(job.name, present.job_cells(job, health.taken_at, look)) for job in health.jobs])
        self._draw_keys()

    def action_back(self) -> None:
        """Go back to the desk."""
        self.console.go("desk")

    def action_run_job(self) -> None:
        """Run the job under the cursor now."""
        self._act(self.port.run_job, "is run now")

    def action_pause_job(self) -> None:
        """Pause the job under the cursor, or let it go on."""
        if self._is_paused:
            self._act(self.port.resume_job, "goes on")
        else:
            self._act(self.port.pause_job, "is paused")

    @property
    def _is_paused(self) -> bool:
        key = self.jobs.cursor_key
        jobs = self._health.jobs if self._health is not None else ()
        return any(job.paused for job in jobs if job.name == key)

    @property
    def _why_not(self) -> str:
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
        self.run_worker(self._do(act, key, done), group="jobs")

    async def _do(self, act: Callable[[str], Awaitable[None]], job: str, done: str) -> None:
        try:
            await act(job)
        except SessiontuiError as error:
            self.console.tell(sentence(error), severity="error")
        else:
            self.console.tell(f"{job} {done}")
        self.console.ask_health()

    def _draw_keys(self) -> None:
        why = self._why_not
        pause = "resume job" if self._is_paused else "pause job"
        hints = [Hint("r", "run job now", "", why), Hint("P", pause, "", why), Hint("1", "desk", "desk")]
        self.keys.show([*hints, *self.hints_everywhere()])
