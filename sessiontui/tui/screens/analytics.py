"""Analytics: what happened in a period, how sure that is, what stands out; every figure leads to its sessions."""

from __future__ import annotations

from functools import partial
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from sessiontui.domain.access import Action, Reach, reach
from sessiontui.domain.errors import SessiontuiError
from sessiontui.domain.text import visible
from sessiontui.services.analytics.figures import Dimension, Figures
from sessiontui.tui.background import for_a_key, in_background
from sessiontui.tui.port import Port
from sessiontui.tui.present.analytics_span import Span, line
from sessiontui.tui.present.failures import sentence
from sessiontui.tui.present.look import MUTED, Look, fitted
from sessiontui.tui.screens.analytics_panels import DRAWN, PAGES, PANELS, SHORT, hints_of
from sessiontui.tui.screens.attendance_panel import AttendancePanel
from sessiontui.tui.screens.console_screen import ConsoleScreen
from sessiontui.tui.screens.report_panels import LearningPanel, ReportPanel, WorkPanel
from sessiontui.tui.widgets.panel import Panel
from sessiontui.tui.widgets.sheet import Sheet
from sessiontui.tui.widgets.tab_line import TabLine
from sessiontui.tui.widgets.top_line import Freshness

NARROW: Final = 100
"""Below this width one panel is shown at a time."""

WIDE: Final = 150
"""From this width on all panels stand beside each other."""

TALL: Final = 40

MEDIANS_TO: Final = 20_000
"""Sessions up to which medians of groups are read while somebody looks at them: a second at the most."""

LOOK_EVERY: Final = 15.0
"""Seconds between two looks at whether something was committed; figures change slowly."""


class AnalyticsScreen(ConsoleScreen):
    """Figures, heat map, trend, groups, funnel and recommendations of one period; attendance, work and learning."""

    CSS_PATH = "analytics.tcss"
    screen_name = "analytics"
    title_word = "Analytics"
    AUTO_FOCUS = "#figures"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "turn(1)", "Next panel", show=False, priority=True),
        Binding("shift+tab", "turn(-1)", "Panel before", show=False, priority=True),
        Binding("left_square_bracket", "period(-1)", "Shorter", show=False),
        Binding("right_square_bracket", "period(1)", "Longer", show=False),
        Binding("comma", "shift(1)", "Earlier", show=False),
        Binding("full_stop", "shift(-1)", "Later", show=False),
        Binding("b", "dimension(1)", "By", show=False),
        Binding("w", "open('attendance')", "Attendance", show=False),
        Binding("W", "open('work')", "Work", show=False),
        Binding("L", "open('learning')", "Learning", show=False),
        Binding("slash", "filter", "Filter", show=False),
        Binding("escape", "back", "Back", show=False),
    ]

    def __init__(self, port: Port, look: Look, *, interval: float | None = LOOK_EVERY) -> None:
        super().__init__(port, look)
        self._interval = interval
        self._reports: dict[str, AttendancePanel | ReportPanel] = {
            "attendance": AttendancePanel(port, look),
            "work": WorkPanel(port, look),
            "learning": LearningPanel(port, look),
        }
        drawn = {name: Panel(title, id_=name) for name, title, _ in PANELS if name in DRAWN}
        self._panels: dict[str, Panel] = {**drawn, **self._reports}
        self._span = Span()
        self._dim = Dimension.KIND
        self._query = ""
        self._figures: Figures | None = None
        self._failed = ""
        self._asking = False
        self._again = False
        self._pulse = -1
        self._turned = 0

    def compose(self) -> ComposeResult:
        """Lay out the panels in three columns, of which as many are shown as there is room for."""
        panels = self._panels
        yield self.top
        yield Sheet(id_="period")
        yield TabLine(id_="tabs")
        with Horizontal(id="main"):
            with Vertical(id="first"):
                yield panels["figures"]
                yield panels["advice"]
                yield panels["groups"]
            with Vertical(id="second"):
                yield panels["week"]
                yield panels["trend"]
            with Vertical(id="third"):
                yield panels["requests"]
                yield panels["reasons"]
            for column, name in (("fourth", "attendance"), ("fifth", "work"), ("sixth", "learning")):
                with Vertical(id=column):
                    yield panels[name]
        yield Static(id="picture", markup=False)
        yield Sheet(id_="told")
        yield self.keys

    def on_mount(self) -> None:
        """Draw the picture of loading, and look from time to time whether something changed."""
        self.add_class("-empty")
        self._picture(f"Reading the figures{self.look.ellipsis}")
        self._draw_period()
        if self._interval is not None:
            self.set_interval(self._interval, self._watch)

    def on_screen_resume(self) -> None:
        """Ask anew when the screen is shown."""
        self.refresh_soon()

    def on_resize(self, event: events.Resize) -> None:
        """Show as many panels as there is room for."""
        self.set_class(event.size.width < NARROW, "-narrow")
        self.set_class(event.size.width >= WIDE and event.size.height >= TALL, "-wide")
        self._draw_tabs()

    def refresh_soon(self) -> None:
        """Ask anew for what is shown."""
        if self._asking:
            self._again = True
            return
        self._asking = True
        in_background(self, self._take, group="figures")

    def set_query(self, query: str) -> None:
        """Show the figures of the sessions of a filter."""
        self._query = query
        self._draw_period()
        self.refresh_soon()

    def action_back(self) -> None:
        """Go back to the desk."""
        self.console.go("desk")

    def action_turn(self, by: int) -> None:
        """Go to the next panel, or the one before."""
        self._turned = (self._turned + by) % len(PANELS)
        self._draw_tabs()
        self._panels[PANELS[self._turned][0]].focus()
        self._take_report()
        if self._wants_medians:
            self.refresh_soon()

    def action_period(self, by: int) -> None:
        """Take a longer period, or a shorter one."""
        self._span = self._span.longer(by)
        self._draw_period()
        self.refresh_soon()

    def action_shift(self, by: int) -> None:
        """Go a period back, or forth again."""
        if self._span.is_all:
            self.console.tell("all time has nothing before it: [ takes a shorter period", severity="warning")
            return
        self._span = self._span.earlier(by)
        self._draw_period()
        self.refresh_soon()

    def action_dimension(self, by: int) -> None:
        """Tell the sessions apart by the next dimension, and go to where they are."""
        report = self._reports.get(PANELS[self._turned][0])
        if isinstance(report, ReportPanel):
            report.turn_by(by)
            self._draw_keys()
            return
        dims = list(Dimension)
        self._dim = dims[(dims.index(self._dim) + by) % len(dims)]
        self._turned = [name for name, _, _ in PANELS].index("groups")
        self._draw_tabs()
        self._panels["groups"].focus()
        self.refresh_soon()

    def action_open(self, panel: str) -> None:
        """Go to a panel by its name."""
        self.action_turn([name for name, _, _ in PANELS].index(panel) - self._turned)

    def action_filter(self) -> None:
        """Ask which sessions the figures are to be about."""
        for_a_key(self, self._filter, group="filter")

    def on_tab_line_pressed(self, event: TabLine.Pressed) -> None:
        """Show the panel whose tab was clicked."""
        event.stop()
        self.action_turn(event.place - self._turned)

    def on_panel_chosen(self, event: Panel.Chosen) -> None:
        """Tell in words what is chosen."""
        event.stop()
        self._turned = [name for name, _, _ in PANELS].index(event.panel.id or "figures")
        item = event.item
        look = self.look
        told = visible(item.told) if item is not None else ""
        lead = look.dot + "enter shows them" if item is not None and item.drill else ""
        line = Content.assemble(told, Content.styled(lead, MUTED))
        self.query_one("#told", Sheet).show(lambda width: fitted(line, width, look))
        self._draw_tabs()
        self._draw_keys()

    def on_panel_opened(self, event: Panel.Opened) -> None:
        """Go to the sessions behind a figure."""
        event.stop()
        if event.item.drill:
            self.console.set_query(event.item.drill)
        else:
            self.console.tell("no filter can name these sessions: a shorter period may", severity="warning")

    async def _filter(self) -> None:
        from sessiontui.tui.screens.asking_filter import ask_filter

        query = await ask_filter(self.console, self.port, "Figures of which sessions?", self._query)
        if query is not None:
            self.set_query(query)

    async def _watch(self) -> None:
        if not self.is_current or self._asking:
            return
        from sessiontui.services import boards

        try:
            pulse = await boards.pulse(self.port.context)
        except SessiontuiError:
            return  # the next look, or the next question, says what is wrong
        if pulse != self._pulse:
            self._pulse = pulse
            self.refresh_soon()

    async def _take(self) -> None:
        from sessiontui.services import analytics

        now = self.port.clock()
        since, until = self._span.bounds(self.port.as_of or now, self.port.zone)
        try:
            found = await analytics.figures(
                self.port.context,
                by=self.port.actor,
                now=now,
                query=self._query,
                since=since,
                until=until,
                by_dim=self._dim,
                medians=self._wants_medians,
                zone=self.port.zone,
                as_of=self.port.as_of,
            )
        except SessiontuiError as error:
            await self.port.note(error)
            self._failed = sentence(error)
        else:
            self._figures, self._failed = found, ""
        self._asking = False
        if self._again:
            self._again = False
            self.refresh_soon()
        self._show()

    def _show(self) -> None:
        found, look = self._figures, self.look
        if not self.is_mounted:
            return
        self.set_class(bool(self._failed) and found is not None, "-stale")
        self.set_class(found is None or found.is_empty, "-empty")
        if found is not None:
            self.top.show(freshness=Freshness(taken_at=found.taken_at, failed=bool(self._failed)))
            self._take_report()
            for name, draw in DRAWN.items():
                title = f"By {found.by_dim}" if name == "groups" else ""
                self._panels[name].show(partial(draw, found, look), title=title)
        if found is None:
            self._picture(self._failed)
        elif found.is_empty:
            self._picture(
                "No session starts in this period"
                + (" that the filter means" if self._query else "")
                + ". ] takes a longer period, / another filter."
            )
        self._draw_period()
        self._draw_tabs()
        self._draw_keys()

    @property
    def _wants_medians(self) -> bool:
        """Whether groups are looked at that are not too many to read every request of theirs."""
        found = self._figures
        is_shown = PANELS[self._turned][0] == "groups"
        return is_shown and found is not None and found.sums.sessions <= MEDIANS_TO

    def _take_report(self) -> None:
        """Read the report that is looked at: it goes through every session of the period."""
        report = self._reports.get(PANELS[self._turned][0])
        if report is not None:
            report.take(self._span, query=self._query)

    def _picture(self, text: str) -> None:
        self.query_one("#picture", Static).update(Content.styled(visible(text), MUTED))

    def _draw_period(self) -> None:
        found, look, span = self._figures, self.look, self._span
        own = reach(self.port.actor, Action.ANALYTICS) is Reach.OWN
        self.query_one("#period", Sheet).show(
            lambda width: line(span, found, look, width, own=own, query=self._query, failed=self._failed)
        )

    def _draw_tabs(self) -> None:
        if not self.is_mounted:
            return
        name, _, place = PANELS[self._turned]
        for column, page in PAGES.items():
            self.set_class(place == column, page)
        self.set_class(name in self._reports, "-alone")
        for other, _, held in PANELS:
            self._panels[other].set_class(other == name, "-shown")
            self.query_one(f"#{held}").set_class(held == place, "-shown")
        labels = [f"By {self._dim}" if label == "By" else label for label in SHORT]
        self.query_one("#tabs", TabLine).show([labels, [label[:5] for label in labels]], self._turned)

    def _draw_keys(self) -> None:
        item = self._panels[PANELS[self._turned][0]].item
        why = "" if item is not None and item.drill else "nothing here has sessions of its own"
        hints = hints_of(why, by_dim=self._by_word())
        self.keys.show([*hints, *self.hints_everywhere(with_quit=False)])

    def _by_word(self) -> str:
        report = self._reports.get(PANELS[self._turned][0])
        return str(report.by_dim if isinstance(report, ReportPanel) else self._dim)
