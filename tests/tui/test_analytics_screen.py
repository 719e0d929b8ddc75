"""Screen 7: figures in words, panels by tab, periods and dimensions by key, and the way to the sessions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot

from sessiontui.domain.access import Actor
from sessiontui.domain.analytics.metrics import Figure, Metric
from sessiontui.domain.vocabulary import Role
from sessiontui.runtime.port import ConsolePort
from sessiontui.runtime.settings import Display
from sessiontui.services import analytics, importing
from sessiontui.services.analytics.figures import Dimension
from sessiontui.services.importing import ImportOptions
from sessiontui.tui.app import ConsoleApp
from sessiontui.tui.present import analytics as present
from sessiontui.tui.present.look import Look
from sessiontui.tui.screens.analytics import AnalyticsScreen
from sessiontui.tui.widgets.panel import Panel
from sessiontui.tui.widgets.sheet import Sheet
from tests.conftest import Stage
from tests.services.analytics_world import NOW, Ask, One, Stay, told
from tests.services.worked_world import Job, build
from tests.tui.at_rest import at_rest

WORLD = [
    One(-600, 60, "mentoring", "scheduled", "m1", ("grief",), "", (Ask("p0", "approved", -3000, 30),),
        (Stay("p0", 0, 50),)),
    One(-2000, 60, "coaching", "scheduled", "m2", (), "", (Ask("p1", "approved", -4000, 2000),)),
    One(-3000, 60, "coaching", "cancelled", "m1", (), "mentor ill \x1b[31m"),
    One(-60 * 24 * 60, 60, "coaching", "scheduled", None, (), ""),
]  # fmt: skip


@asynccontextmanager
async def opened(
    stage: Stage, *, actor: Actor | None = None, size: tuple[int, int] = (120, 36), ascii_only: bool = False
) -> AsyncIterator[tuple[ConsoleApp, Pilot[None]]]:
    port = ConsolePort(stage.context, actor or stage.root, display=Display(ascii=ascii_only), clock=lambda: NOW)
    port.settled.set()
    app = ConsoleApp(port, interval=None)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await pilot.press("7")
        await settle(pilot)
        assert isinstance(app.screen, AnalyticsScreen)
        yield app, pilot


async def settle(pilot: Pilot[None]) -> None:
    await at_rest(pilot)


async def filled(stage: Stage, world: list[One] | None = None) -> None:
    await importing.apply(
        stage.context, [told(WORLD if world is None else world)], ImportOptions(), by=stage.root, at=NOW
    )


def text(app: ConsoleApp, place: str) -> str:
    widget = app.screen.query_one(place)
    if isinstance(widget, Panel):
        return widget.render().plain
    assert isinstance(widget, Sheet)
    return widget.content_drawn.plain


async def test_figures_are_told_in_words_with_their_interval(stage: Stage):
    await filled(stage)
    async with opened(stage) as (app, pilot):
        assert "last 30 days" in text(app, "#period")
        assert "3 sessions" in text(app, "#period")
        assert "ended complete: 50 %, 95 % CI 9–91, of 2 ended sessions" in text(app, "#told")
        await pilot.press("down")
        await settle(pilot)
        assert "nobody came: 50 %" in text(app, "#told")
        assert "mentoring" in text(app, "#groups")


async def test_enter_leads_to_the_sessions_of_a_figure(stage: Stage):
    await filled(stage)
    async with opened(stage) as (app, pilot):
        await pilot.press("down", "enter")
        await settle(pilot)
        assert app.screen is app.desk
        assert "status:no_show" in app.desk.scene().query
        assert app.desk.scene().board.matched == 1


async def test_periods_and_dimensions_change_by_key(stage: Stage):
    await filled(stage)
    async with opened(stage) as (app, pilot):
        await pilot.press("right_square_bracket")
        await settle(pilot)
        assert "last 90 days" in text(app, "#period")
        assert "4 sessions" in text(app, "#period")
        await pilot.press("left_square_bracket", "left_square_bracket", "comma")
        await settle(pilot)
        assert "1 period of 7 days back" in text(app, "#period")
        assert "No session starts in this period" in str(app.screen.query_one("#picture").render())
        await pilot.press("full_stop", "b")
        await settle(pilot)
        assert "Person m1" in text(app, "#groups")
        assert app.screen.query_one("#groups").has_focus


async def test_tab_walks_through_every_panel_at_every_size(stage: Stage):
    await filled(stage)
    for size in ((80, 24), (120, 36), (160, 48)):
        async with opened(stage, size=size) as (app, pilot):
            seen = []
            for _ in range(10):
                focused = app.screen.focused
                assert isinstance(focused, Panel)
                assert focused.region.height >= (10 if size[0] == 80 else 2)
                seen.append(focused.id)
                await pilot.press("tab")
                await settle(pilot)
            assert len(set(seen)) == 10
            assert app.screen.focused is not None
            assert app.screen.focused.id == seen[0]


async def test_the_heat_map_is_walked_cell_by_cell(stage: Stage):
    await filled(stage)
    async with opened(stage) as (app, pilot):
        await pilot.press("tab", "tab", "tab")
        await settle(pilot)
        first = text(app, "#told")
        assert "1 start" in first
        await pilot.press("down")
        await settle(pilot)
        assert text(app, "#told") != first
        await pilot.press("enter")
        await settle(pilot)
        assert app.desk.scene().board.matched == 1


async def test_nothing_raw_and_in_ascii_nothing_else_is_drawn(stage: Stage):
    await filled(stage)
    figures = await analytics.figures(stage.context, by=stage.root, now=NOW, by_dim=Dimension.TAG)
    for width in (46, 58, 78, 118):
        for draw in (
            present.figures, present.groups, present.week, present.trend, present.requests, present.reasons,
            present.advice,
        ):  # fmt: skip
            for look in (Look(), Look(ascii=True)):
                drawn = draw(figures, look, width, 20)
                plain = "\n".join(line.plain for line in drawn.lines)
                assert "\x1b" not in plain
                assert plain.replace("␛", "").isascii() or not look.ascii, draw  # the sign stands for foreign text
                assert max(line.cell_length for line in drawn.lines) <= width, draw
                assert all(item.line < len(drawn.lines) for item in drawn.items)
                assert all(item.told.isascii() for item in drawn.items if look.ascii), draw


async def test_loading_empty_and_refused_are_different_pictures(stage: Stage):
    async with opened(stage) as (app, _):
        assert "No session starts in this period" in str(app.screen.query_one("#picture").render())
    await filled(stage)
    nobody = Actor(id=stage.ana, name="Ana", role=Role.PARTICIPANT)
    async with opened(stage, actor=nobody) as (app, _):
        assert "participant" in str(app.screen.query_one("#picture").render())


@pytest.mark.parametrize("role", [Role.VIEWER, Role.MENTOR])
async def test_who_may_not_see_all_is_told_so(stage: Stage, role: Role):
    await filled(stage)
    (row,) = await stage.rows("SELECT id FROM person WHERE name = 'Person m2'")
    actor = Actor(id=int(str(row[0])), name="Person m2", role=role)
    async with opened(stage, actor=actor) as (app, pilot):
        await pilot.press("b")
        await settle(pilot)
        assert "Person m1" not in text(app, "#groups")
        assert ("your own sessions" in text(app, "#period")) == (role is Role.MENTOR)


async def test_the_figures_follow_what_is_written(stage: Stage):
    await filled(stage)
    async with opened(stage) as (app, pilot):
        await filled(stage, [*WORLD, One(-700, 60, "work", "scheduled", None, (), "")])
        app.refresh_board()
        for _ in range(20):  # a busy machine reads later
            await settle(pilot)
            if "4 sessions" in text(app, "#period"):
                break
        assert "4 sessions" in text(app, "#period")


async def test_a_trend_of_many_days_is_told_by_week(stage: Stage):
    await filled(stage)
    figures = await analytics.figures(stage.context, by=stage.root, now=NOW)
    daily = present.trend(figures, Look(), 78, 12)
    weekly = present.trend(figures, Look(), 40, 12)
    assert "per day" in daily.lines[-1].plain
    assert "per week" in weekly.lines[-1].plain
    assert len(daily.items) == len(figures.days)
    assert len(weekly.items) < len(figures.days) / 6


async def test_the_attendance_of_the_period_is_a_key_away(stage: Stage):
    await filled(stage)
    for size in ((80, 24), (160, 48)):
        async with opened(stage, size=size) as (app, pilot):
            await pilot.press("w")
            await settle(pilot)
            shown = text(app, "#attendance")
            assert "Participation  50 % of 2 expected came (95 % CI" in shown, size
            assert "Effectiveness  50 % of 2 ran half their time or more" in shown
            assert "Mentor" in shown
            assert "2 sessions ended" in text(app, "#told")
            await pilot.press("down")
            await settle(pilot)
            assert "1 session" in text(app, "#told")
            await pilot.press("enter")
            await settle(pilot)
            assert app.screen.screen_name == "desk"


async def test_the_attendance_follows_the_period_and_says_that_the_filter_does_not_count(stage: Stage):
    await filled(stage)
    async with opened(stage) as (app, pilot):
        await pilot.press("w", "left_square_bracket")
        await settle(pilot)
        assert "Participation  50 % of 2 expected came" in text(app, "#attendance")
        assert "filter" not in text(app, "#attendance")
        assert isinstance(app.screen, AnalyticsScreen)
        app.screen.set_query("kind:mentoring")
        await settle(pilot)
        assert "the filter does not count here" in text(app, "#attendance")


async def test_work_and_learning_have_panels_of_their_own(stage: Stage):
    await build(stage, [Job(day=-3, estimate=60, length=70, goals=((1, 20), (1, None)), stars=5, gain=(20, 60))])
    async with opened(stage) as (app, pilot):
        await pilot.press("W")
        await settle(pilot)
        assert "1 ended session" in text(app, "#work")
        assert "productivity = 60 goals + 25 focus + 15 calm" in text(app, "#work")
        assert "95 % CI" in text(app, "#work")
        assert "of 1 ended sessions with goals" in text(app, "#told")
        assert "By template" in text(app, "#work")
        await pilot.press("b")
        await settle(pilot)
        assert "By week" in text(app, "#work")
        await pilot.press("L")
        await settle(pilot)
        assert "0 % of 1 ended session went well" in text(app, "#learning")
        assert "+40 points gained" in text(app, "#learning")
        assert "Nothing stands out beyond chance" in text(app, "#learning")
        await pilot.press("enter")
        await settle(pilot)
        assert app.screen.name == "desk"


async def test_nothing_worked_on_is_told_in_the_panels(stage: Stage):
    await filled(stage)
    for size in ((60, 20), (160, 48)):
        async with opened(stage, size=size, ascii_only=True) as (app, pilot):
            await pilot.press("W")
            await settle(pilot)
            assert "Nothing that was worked on has ended" in text(app, "#work")
            await pilot.press("L")
            await settle(pilot)
            assert text(app, "#learning").isascii()


def test_a_duration_that_has_no_room_is_told_in_fewer_words_and_never_cut() -> None:
    took = Figure(metric=Metric.RESPONSE_TIME, n=9, value=810.0, p90=2 * 1440 + 18 * 60 + 20.5)

    def said(length: int, room: int) -> str:
        return present._figure_line(took, Look(), length, room).plain[29:-10].strip()

    assert said(12, 7) == "90 % < 2 d 18 h"
    assert said(0, 11) == "< 2 d 18 h"
    assert said(0, 7) == "< 3 d"
    assert said(0, 3) == ""
